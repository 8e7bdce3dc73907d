//! How a step has ended, told to the journal, to those who watch, to the history and to the scheduler.

use std::sync::{Arc, PoisonError};

use bridge_domain::{EndedStep, Entry, RecordedPage, StepEnd, StepRecord, StepStatus};

use super::{Drive, Stop};
use crate::history::Past;
use crate::key;
use crate::loops::recorded_inputs;
use crate::perform::Ended;
use crate::replay::{by_port, counts, references, stops};
use crate::schedule::{PageRef, Ready};

impl Drive {
    /// A step that this run carried out has ended.
    pub(super) fn step_ended(&mut self, ended: Ended) {
        if ended.result.stops && self.context.cancel.is_asked() {
            // It ended because it saw that the run is to end: it was cancelled, like the others in flight.
            self.stop = Some(Stop::Canceled);
            return;
        }
        let Ended { job, inputs, key, result, duration_ms } = ended;
        let bytes = result.outputs.iter().flat_map(|output| &output.pages).map(|page| page.text.len() as u64).sum();
        self.context.add_put_out(bytes);
        let mut outputs = Vec::with_capacity(result.outputs.len());
        for output in &result.outputs {
            output.pages.iter().for_each(|page| self.context.pages.hold(page));
            let pages = output.pages.iter();
            let pages =
                pages.map(|page| RecordedPage { hash: page.hash, count: page.count, lineage: page.lineage.clone() });
            outputs.push((output.port.clone(), pages.collect()));
        }
        let end =
            StepEnd { key, status: result.status, reused: result.reused, outputs, error: result.error, duration_ms };
        self.context.log.push(Entry::StepEnded(Box::new(EndedStep {
            step: job.number,
            key,
            status: end.status,
            reused: end.reused,
            outputs: result.outputs,
            error: end.error.clone().map(Box::new),
            duration_ms,
        })));
        self.unfinished.retain(|number| *number != job.number);
        self.apply(job.number, job.ready, inputs, &end, result.stops);
    }

    /// A step that the journal has the end of.
    pub(super) fn step_recorded(&mut self, ready: Ready, record: &StepRecord, end: &StepEnd) {
        let mut job = self.job(ready, record.started.step);
        job.attempt = record.started.attempt;
        self.show(&job, record);
        let inputs = recorded_inputs(&job.ready, &record.started.input_pages);
        let stops = stops(&self.context.plan, job.ready.node, end);
        self.apply(job.number, job.ready, inputs, end, stops);
    }

    /// Tells everybody how a step has ended, and the scheduler what it put out.
    fn apply(&mut self, number: u32, ready: Ready, inputs: Arc<[Vec<PageRef>]>, end: &StepEnd, stops: bool) {
        self.context.watch.step_changed(number, |step| {
            (step.status, step.reused, step.waits_until) = (end.status, end.reused, None);
            step.duration_ms = Some(end.duration_ms);
            step.outputs = counts(&end.outputs);
            step.error.clone_from(&end.error);
        });
        if self.first_error.is_none() {
            self.first_error.clone_from(&end.error);
        }
        let plan = Arc::clone(&self.context.plan);
        let outputs = by_port(&plan, ready.node, &end.outputs);
        let pages = references(number, &outputs);
        self.remember(number, &ready, inputs, outputs);
        if stops {
            let was_canceled = end.status == StepStatus::Canceled;
            self.stop = Some(if was_canceled { Stop::Canceled } else { Stop::Failed });
            return;
        }
        if self.scheduler.is_last(ready.node, ready.work) {
            self.last_pages.push((ready.node, pages.concat()));
        }
        self.scheduler.complete(ready.node, ready.work, pages);
        for late in self.scheduler.take_late() {
            if let Some((number, notice)) = self.too_late.dropped(&plan, late) {
                self.note(number, notice);
            }
        }
    }

    /// Says of a step what a person should know of it, to those who watch and to the journal, unless that has it already.
    pub(super) fn note(&mut self, number: u32, notice: String) {
        if !self.replay.has_said(number, &notice) {
            let has_begun = self.context.log.is_open(number) || !self.unfinished.contains(&number);
            self.context.log.note(number, has_begun, notice.clone());
        }
        self.context.watch.notice(number, notice);
    }

    fn remember(&self, number: u32, ready: &Ready, inputs: Arc<[Vec<PageRef>]>, outputs: Vec<Vec<RecordedPage>>) {
        let mut history = self.context.history.write().unwrap_or_else(PoisonError::into_inner);
        let origins = history.behind(&inputs);
        let behind = key::behind(outputs.iter().flatten().map(|page| page.hash), &origins);
        let iteration = ready.iteration.clone();
        history.add(number, Past { node: ready.node, iteration, inputs, outputs, behind });
    }

    /// Drops pages from memory once the journal has them.
    pub(super) async fn make_room(&mut self) {
        if self.context.pages.is_full() {
            match self.context.log.durable().await {
                Ok(()) => self.context.pages.make_room(),
                Err(error) => self.stop = Some(Stop::Run(error)),
            }
        }
    }
}
