//! How a step comes out: what it leaves behind, also when it fails.

use std::sync::Arc;

use bridge_domain::{
    Error, ErrorCode, Item, ItemRef, OnError, OutputPages, Page, RunLimits, StepError, StepFailure, StepKey,
    StepStatus, Timestamp,
};

use super::{Job, Performance};
use crate::context::RunContext;
use crate::failure::{failed_item, step_error};
use crate::page::{Budget, Writer};
use crate::schedule::PageRef;
use crate::scope::read_items;

/// How a step came out.
pub(crate) enum End {
    /// It has ended.
    Ended(Box<Ended>),
    /// It goes on at this time.
    Waits(Box<Job>, Timestamp),
}

/// A step that has ended.
pub(crate) struct Ended {
    pub job: Job,
    pub inputs: Arc<[Vec<PageRef>]>,
    pub key: StepKey,
    pub result: Ending,
    pub duration_ms: u32,
}

/// What a step that has ended leaves behind.
pub(crate) struct Ending {
    pub status: StepStatus,
    pub reused: bool,
    pub outputs: Vec<OutputPages>,
    pub error: Option<StepError>,
    /// Whether its failure ends the run.
    pub stops: bool,
}

impl Ending {
    pub(super) fn success(outputs: Vec<OutputPages>) -> Self {
        Self { status: StepStatus::Success, reused: false, outputs, error: None, stops: false }
    }

    pub(super) fn reused(outputs: Vec<OutputPages>) -> Self {
        Self { reused: true, ..Self::success(outputs) }
    }

    pub(super) fn skipped(outputs: Vec<OutputPages>) -> Self {
        Self { status: StepStatus::Skipped, ..Self::success(outputs) }
    }

    pub(super) fn failed(error: StepError, outputs: Vec<OutputPages>, stops: bool) -> Self {
        Self { status: StepStatus::Error, reused: false, outputs, error: Some(error), stops }
    }
}

impl Performance<'_> {
    /// What a failure of the whole step means, by the node's settings.
    pub(super) async fn fail(&self, failure: StepFailure) -> Ending {
        let settings = &self.node.node.data.settings;
        let error = step_error(&self.node.node, failure);
        let port = match settings.on_error {
            _ if self.node.opens.is_some() || error.error.code == ErrorCode::Canceled => None,
            OnError::Stop => None,
            OnError::Continue => Some(&self.node.ports[0]),
            OnError::ErrorOutput => Some(&self.node.ports[self.node.error_port()]),
        };
        let Some(port) = port else { return Ending::failed(error, Vec::new(), true) };
        match self.failed_items(&error.error).await {
            Ok(pages) => Ending::failed(error, port_pages(port, pages), false),
            Err(_) => Ending::failed(error, Vec::new(), true),
        }
    }

    /// Every item that arrived, with the error beside its fields; one with the error alone when none did.
    async fn failed_items(&self, error: &Error) -> Result<Vec<bridge_domain::Page>, Error> {
        let label = &self.node.node.data.label;
        let (mut writer, mut budget) = (Writer::default(), Budget::new(self.context.limits, 0));
        for (input, pages) in (0_u32..).zip(self.inputs.iter()) {
            let mut index = 0;
            for page in pages {
                for item in read_items(self.context, page.hash).await? {
                    writer.put(&failed_item(item, error, label), &[ItemRef { input, index }], &mut budget)?;
                    index += 1;
                }
            }
        }
        if writer.is_empty() {
            writer.put(&failed_item(Item::default(), error, label), &[], &mut budget)?;
        }
        Ok(writer.finish())
    }
}

/// Items as pages that came from nowhere.
pub(crate) fn write_items<'a>(context: &RunContext, items: impl Iterator<Item = &'a Item>) -> Result<Vec<Page>, Error> {
    write_within(context.limits, items)
}

/// As [`write_items`], before there is a run.
pub(crate) fn write_within<'a>(limits: RunLimits, items: impl Iterator<Item = &'a Item>) -> Result<Vec<Page>, Error> {
    let (mut writer, mut budget) = (Writer::default(), Budget::new(limits, 0));
    for item in items {
        writer.put(item, &[], &mut budget)?;
    }
    Ok(writer.finish())
}

pub(super) fn port_pages(port: &str, pages: Vec<Page>) -> Vec<OutputPages> {
    if pages.is_empty() { Vec::new() } else { vec![OutputPages { port: port.to_owned(), pages }] }
}
