//! What all steps of one run share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bridge_domain::{
    Error, ErrorCode, NodeId, Page, PageHash, Program, Reply, Result, RunId, RunLimits, RunMode, RunTrigger, StepEnd,
    StepFailure, StepKey,
};
use tokio::sync::{Notify, oneshot};

use crate::engine::{Engine, Ports};
use crate::history::History;
use crate::log::Log;
use crate::loops::Cuts;
use crate::page::Pages;
use crate::plan::Plan;
use crate::watch::Watch;

/// One run, as its steps see it.
pub(crate) struct RunContext {
    pub run_id: RunId,
    pub mode: RunMode,
    /// Whether a step of another run has started it: then its workflow is not what is being tried out.
    pub is_called: bool,
    /// Workflows that called one another to get here.
    pub depth: u32,
    pub program: Program,
    pub plan: Arc<Plan>,
    pub limits: RunLimits,
    /// To start other workflows.
    pub engine: Engine,
    pub log: Log,
    pub pages: Pages,
    pub history: RwLock<History>,
    pub watch: Arc<Watch>,
    pub cancel: Arc<Cancel>,
    /// Bytes that all steps have put out.
    pub put_out: AtomicU64,
    pub reply: Mutex<Option<oneshot::Sender<Reply>>>,
    /// `$vars` as JSON, when there are any.
    pub variables: String,
    /// What the trigger puts out.
    pub input: Vec<Page>,
    /// Which nodes are executed even if the journal has their outcome.
    pub reuse: Reuse,
    /// Whether it goes on after the application ended.
    pub resumed: bool,
    /// Pages that loops deal out, with the places of their items.
    pub cuts: Cuts,
}

/// What may be taken over instead of executed.
pub(crate) enum Reuse {
    /// Nothing.
    None,
    /// Except for these nodes, whatever the journal has under a key.
    Journal { anew: Vec<bool> },
    /// What succeeded in an earlier run, by node, iteration and key.
    Run(HashMap<(NodeId, Vec<u32>, StepKey), StepEnd>),
}

impl RunContext {
    pub(crate) fn ports(&self) -> &Ports {
        self.engine.ports()
    }

    pub(crate) fn history(&self) -> std::sync::RwLockReadGuard<'_, History> {
        self.history.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The text of a page of this run.
    ///
    /// # Errors
    /// Those of the journal.
    pub(crate) async fn text(&self, hash: PageHash) -> Result<Arc<str>> {
        if self.pages.in_memory(hash).is_none() {
            // It was dropped from memory, or the run was resumed; what was just put out may still be on its way.
            self.log.durable().await?;
        }
        self.pages.text(hash).await
    }

    /// Answers whoever waits for this run. One that no request has started needs nobody who waits, nor does one that goes on
    /// after the application ended: who asked has gone.
    ///
    /// # Errors
    /// `conflict` when a request has started it and nobody waits, or it was answered before.
    pub(crate) fn reply(&self, reply: Reply) -> Result<()> {
        let waiting = self.reply.lock().unwrap_or_else(PoisonError::into_inner).take();
        let sent = waiting.is_some_and(|waiting| waiting.send(reply).is_ok());
        let needs_nobody = || {
            use RunTrigger::{CommandLine, Error, Manual, Schedule};
            self.resumed
                || matches!(self.watch.summary().trigger, Manual | CommandLine | Schedule { .. } | Error { .. })
        };
        (sent || needs_nobody()).then_some(()).ok_or_else(|| {
            Error::new(
                ErrorCode::Conflict,
                "Nobody waits for an answer of this run, or it was given before.",
                "Answer once, in a run that a request started, with its trigger set to wait for this node.",
            )
        })
    }

    pub(crate) fn add_put_out(&self, bytes: u64) {
        self.put_out.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// A request to stop a run.
#[derive(Debug, Default)]
pub(crate) struct Cancel {
    asked: AtomicBool,
    pub notify: Notify,
}

impl Cancel {
    pub(crate) fn ask(&self) {
        self.asked.store(true, Ordering::Release);
        self.notify.notify_one();
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Acquire)
    }

    /// # Errors
    /// `canceled` once it was asked for.
    pub(crate) fn check(&self) -> Result<(), StepFailure> {
        if self.is_asked() {
            return Err(canceled().into());
        }
        Ok(())
    }
}

pub(crate) fn canceled() -> Error {
    Error::new(ErrorCode::Canceled, "The run was cancelled.", "")
}
