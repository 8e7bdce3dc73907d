//! What loop nodes do themselves: deal out the next batch, and put out what came back. Items are never parsed.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use bridge_domain::{
    Batch, Config, Error, ErrorCode, ItemRef, Lineage, OutputPages, Page, PageHash, Result, StepFailure,
};
use serde_json::Value;

use crate::context::RunContext;
use crate::page::{join_ranges, split};
use crate::plan::{DONE_PORT, ROUND_PORT};
use crate::schedule::{PageRef, Ready, Work};
use crate::step::LiveStep;

/// For each loop node, the page it deals out now.
pub(crate) type Cuts = Mutex<HashMap<usize, Arc<Cut>>>;

/// A page and the places of its items.
pub(crate) struct Cut {
    hash: PageHash,
    text: Arc<str>,
    items: Vec<Range<usize>>,
}

/// A batch of the items that arrived at a loop node.
pub(crate) struct Deal {
    /// The pages it is from, as the round's only input.
    pub pages: Vec<PageRef>,
    /// For each of them, the first item and the item behind the last.
    spans: Vec<(u32, u32)>,
}

impl Deal {
    /// The next `size` items behind those that earlier rounds took.
    pub(crate) fn next(inputs: &[Vec<PageRef>], taken: u32, size: u32) -> Self {
        let end = taken.saturating_add(size);
        let (mut pages, mut spans, mut place) = (Vec::new(), Vec::new(), 0_u32);
        for page in inputs.iter().flatten() {
            let (from, to) = (place.max(taken), (place + page.count).min(end));
            if from < to {
                pages.push(page.clone());
                spans.push((from - place, to - place));
            }
            place += page.count;
            if place >= end {
                break;
            }
        }
        Self { pages, spans }
    }

    /// Items in the batch.
    pub(crate) fn count(&self) -> u32 {
        self.spans.iter().map(|(from, to)| to - from).sum()
    }

    /// The batch as pages of the output `loop`.
    ///
    /// # Errors
    /// Those of the journal.
    pub(crate) async fn put_out(&self, context: &RunContext, node: usize) -> Result<Vec<OutputPages>> {
        let mut pages = Vec::with_capacity(self.pages.len());
        let mut index = 0;
        for (page, (from, to)) in self.pages.iter().zip(&self.spans) {
            let lineage = Lineage::Same(ItemRef { input: 0, index: index + from });
            index += page.count;
            let cut = cut(context, node, page.hash).await?;
            pages.push(if to - from == page.count {
                Page { text: Arc::clone(&cut.text), count: page.count, hash: page.hash, lineage }
            } else {
                let items = cut.items.get(*from as usize..*to as usize).unwrap_or_default();
                Page::new(join_ranges(items.iter().map(|range| &cut.text[range.clone()])), to - from, lineage)
            });
        }
        Ok(vec![OutputPages { port: ROUND_PORT.to_owned(), pages }])
    }
}

/// The inputs of a recorded step: for a round, the pages that its batch is from.
pub(crate) fn recorded_inputs(ready: &Ready, recorded: &[Vec<PageHash>]) -> Arc<[Vec<PageRef>]> {
    let Work::Round { taken, .. } = ready.work else { return Arc::clone(&ready.inputs) };
    let mut deal = Deal::next(&ready.inputs, taken, u32::MAX);
    deal.pages.truncate(recorded.iter().map(Vec::len).sum());
    vec![deal.pages].into()
}

async fn cut(context: &RunContext, node: usize, hash: PageHash) -> Result<Arc<Cut>> {
    let known = context.cuts.lock().unwrap_or_else(PoisonError::into_inner).get(&node).cloned();
    if let Some(cut) = known.filter(|cut| cut.hash == hash) {
        return Ok(cut);
    }
    let text = context.text(hash).await?;
    let cut = Arc::new(Cut { hash, items: split(&text), text });
    context.cuts.lock().unwrap_or_else(PoisonError::into_inner).insert(node, Arc::clone(&cut));
    Ok(cut)
}

/// Whatever arrived, unchanged, by one output.
///
/// # Errors
/// Those of the journal.
pub(crate) async fn pass(context: &RunContext, inputs: &[Vec<PageRef>], port: &str) -> Result<Vec<OutputPages>> {
    let mut pages = Vec::new();
    for (input, arrived) in (0_u32..).zip(inputs) {
        let mut index = 0;
        for page in arrived {
            let text = context.text(page.hash).await?;
            let lineage = Lineage::Same(ItemRef { input, index });
            pages.push(Page { text, count: page.count, hash: page.hash, lineage });
            index += page.count;
        }
    }
    Ok(if pages.is_empty() { Vec::new() } else { vec![OutputPages { port: port.to_owned(), pages }] })
}

/// Everything that came back, by the output `done`.
///
/// # Errors
/// Those of the journal.
pub(crate) async fn done(context: &RunContext, inputs: &[Vec<PageRef>]) -> Result<Vec<OutputPages>> {
    pass(context, inputs, DONE_PORT).await
}

/// How a loop node is configured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rounds {
    /// Items in one round.
    pub batch_size: u32,
    /// Rounds at most.
    pub max_rounds: u32,
}

impl Rounds {
    /// From the configuration, its expressions evaluated without a current item.
    ///
    /// # Errors
    /// Of the expressions; `invalid_input` for what is no number of items or rounds.
    pub(crate) async fn of(context: &RunContext, config: &Config, step: &LiveStep) -> Result<Self, StepFailure> {
        let is_expression = |value: &Value| value.as_str().is_some_and(|text| text.starts_with('='));
        if !config.values().any(is_expression) {
            return Self::read(config);
        }
        let evaluated = context.ports().evaluate.parameters(config, &Batch::default(), step).await?;
        Self::read(&evaluated.into_iter().next().transpose()?.unwrap_or_default())
    }

    fn read(config: &Config) -> Result<Self, StepFailure> {
        let number = |name: &str, default: u32| match config.get(name) {
            None | Some(Value::Null) => Ok(default),
            Some(value) => value.as_u64().and_then(|value| u32::try_from(value).ok()).filter(|value| *value > 0).ok_or(
                StepFailure {
                    parameter: Some(name.to_owned()),
                    ..Error::new(
                        ErrorCode::InvalidInput,
                        format!("{name} is not a whole number from 1."),
                        "Correct it.",
                    )
                    .into()
                },
            ),
        };
        Ok(Self { batch_size: number("batch_size", 1)?, max_rounds: number("max_rounds", 10_000)? })
    }
}
