//! How far a run has come, as the one writer knows it: what may be appended next. It reads and writes nothing.

use std::collections::{HashMap, HashSet, hash_map};

use bridge_domain::{Error, ErrorCode, PageHash, RunStatus, WorkflowId};

use crate::{
    journal::{Happening, Line},
    lines::Event,
    runs,
};

/// What has to be known of a run to append to it.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) seq: i64,
    pub(crate) workflow: WorkflowId,
    /// The number of its next part.
    pub(crate) next_part: u32,
    /// Pages in its parts, as far as this process has written them.
    pub(crate) own_pages: HashSet<PageHash>,
    pub(crate) progress: Progress,
}

impl Known {
    /// A run of which nothing is kept yet.
    pub(crate) fn new(seq: i64, workflow: WorkflowId) -> Self {
        Self { seq, workflow, next_part: 0, own_pages: HashSet::new(), progress: Progress::default() }
    }
}

/// The steps of a run, and whether it has ended.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    steps: HashMap<u32, Step>,
    has_ended: bool,
}

#[derive(Debug)]
struct Step {
    attempt: u32,
    has_ended: bool,
    /// Whether it waits for a time or was decided on: then it may begin again under the same number of tries.
    may_begin_again: bool,
}

impl Progress {
    /// Where a run is after these events.
    pub(crate) fn after(events: &[Event], status: RunStatus) -> Self {
        let mut progress = Self { steps: HashMap::new(), has_ended: runs::is_end(status) };
        for event in events {
            let what = match event {
                Event::Begun(begun) => Happening::Begun { attempt: begun.attempt },
                Event::Ended(..) => Happening::Ended,
                Event::Timer(_) => Happening::Timer,
                Event::Decided(..) => Happening::Decided,
                Event::Noted(..) => Happening::Noted,
            };
            progress.apply(event.step(), what);
        }
        progress
    }

    /// Goes on by one entry.
    ///
    /// # Errors
    /// `Conflict` for one that may not come next.
    pub(crate) fn take(&mut self, line: &Line) -> Result<(), Error> {
        let is_next = !self.has_ended
            && match line {
                Line::Accepted { .. } => true,
                Line::Step { step, what, .. } => self.apply(*step, *what),
                Line::State { status, .. } => {
                    self.has_ended = runs::is_end(*status);
                    true
                }
            };
        if is_next { Ok(()) } else { Err(recorded_before()) }
    }

    /// False when it may not come next.
    fn apply(&mut self, step: u32, what: Happening) -> bool {
        match (what, self.steps.entry(step)) {
            (Happening::Begun { attempt }, hash_map::Entry::Vacant(entry)) => {
                entry.insert(Step { attempt, has_ended: false, may_begin_again: false });
                true
            }
            (Happening::Begun { attempt }, hash_map::Entry::Occupied(mut entry)) => {
                let step = entry.get_mut();
                // Only with a further try, after its time has come, or when the user says so.
                let may = !step.has_ended && (attempt > step.attempt || step.may_begin_again);
                if may {
                    *step = Step { attempt, has_ended: false, may_begin_again: false };
                }
                may
            }
            (_, hash_map::Entry::Vacant(_)) => false,
            (Happening::Ended, hash_map::Entry::Occupied(mut entry)) => {
                !std::mem::replace(&mut entry.get_mut().has_ended, true)
            }
            (Happening::Noted, hash_map::Entry::Occupied(_)) => true,
            (Happening::Timer | Happening::Decided, hash_map::Entry::Occupied(mut entry)) => {
                entry.get_mut().may_begin_again = true;
                true
            }
        }
    }
}

/// What was begun or ended before, or ends without a beginning.
pub(crate) fn recorded_before() -> Error {
    Error::new(ErrorCode::Conflict, "This step of the run was recorded before.", "Load the run and go on from there.")
}
