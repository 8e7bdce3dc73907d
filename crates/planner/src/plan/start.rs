//! Where a workflow starts and where it can go on: triggers of the catalogue, entries and open ends of the draft.

use std::collections::HashSet;

use bridge_domain::{ActionManifest, ConnectorManifest, NodeType, Risk};

use super::build::End;
use crate::graph::draft::{Draft, ERROR_OUTPUT};
use crate::read::lexicon::{ActionRef, Lexicon, properties, text_of};
use crate::read::schedule::{self, Schedule, Times};
use crate::read::tokens::Token;
use crate::step::fill;

fn trigger_where<'c>(lexicon: &Lexicon<'c>, fits: impl Fn(&ActionManifest) -> bool) -> Option<ActionRef> {
    lexicon.catalog().connectors().iter().enumerate().find_map(|(connector, manifest)| {
        let action =
            manifest.actions.iter().position(|action| action.node_type == NodeType::Trigger && fits(action))?;
        Some(ActionRef { connector, action })
    })
}

/// The trigger without a risk: it starts when a person says so.
pub(crate) fn manual_trigger(lexicon: &Lexicon<'_>) -> Option<ActionRef> {
    trigger_where(lexicon, |action| action.risks.is_empty())
}

/// The trigger other programs can call.
pub(crate) fn event_trigger(lexicon: &Lexicon<'_>) -> Option<ActionRef> {
    trigger_where(lexicon, |action| action.risks.contains(&Risk::Webhook))
}

/// The trigger that keeps these times.
pub(crate) fn schedule_trigger(lexicon: &Lexicon<'_>, schedule: &Schedule) -> Option<ActionRef> {
    trigger_where(lexicon, |action| action.risks.contains(&Risk::Schedule) && fill::keeps_time(action, &schedule.times))
}

/// The step that calls an address of the web.
pub(crate) fn web_step(lexicon: &Lexicon<'_>) -> Option<ActionRef> {
    lexicon.catalog().connectors().iter().enumerate().find_map(|(connector, manifest)| {
        let calls = |action: &ActionManifest| {
            action.node_type == NodeType::Action
                && properties(action).any(|(name, schema)| name == "url" && text_of(schema, "format") == "uri")
        };
        manifest.actions.iter().position(calls).map(|action| ActionRef { connector, action })
    })
}

/// Names of the connectors that can start a workflow.
pub(crate) fn trigger_names(lexicon: &Lexicon<'_>) -> Vec<String> {
    let starts =
        |connector: &&ConnectorManifest| connector.actions.iter().any(|action| action.node_type == NodeType::Trigger);
    lexicon.catalog().connectors().iter().filter(starts).map(|connector| connector.name.clone()).collect()
}

/// The times a clause names for a trigger that goes by the clock.
pub(crate) fn spoken_schedule(action: &ActionManifest, tokens: &[Token], text: &str) -> Option<Schedule> {
    let timed = properties(action).any(|(_, schema)| text_of(schema, "format") == "cron")
        || fill::unit_parameter(action).is_some();
    let schedule = schedule::parse(tokens, text).filter(|_| timed)?;
    let possible = !matches!(schedule.times, Times::Every { amount, .. } if amount < 1.0);
    possible.then_some(schedule)
}

/// The only trigger of the draft that does the same, if there is one from before.
pub(crate) fn same_trigger(draft: &Draft<'_>, connector: &ConnectorManifest, action: &ActionManifest) -> Option<usize> {
    let same =
        |node: &usize| draft.nodes[*node].connector_id == connector.id && draft.nodes[*node].action_id == action.id;
    let mut found = draft.alive().filter(same);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Where the steps of a workflow start, seen from a new trigger: what its other triggers lead to, or what nothing leads to.
pub(crate) fn entries(draft: &Draft<'_>, new: usize) -> Vec<usize> {
    let triggers: Vec<usize> = draft.alive().filter(|node| draft.is_trigger(*node) && *node != new).collect();
    if triggers.is_empty() {
        return draft.alive().filter(|node| *node != new && draft.arriving(*node).next().is_none()).collect();
    }
    let mut entries = Vec::new();
    for trigger in triggers {
        for edge in draft.leaving(trigger) {
            let target = draft.edges[edge].target;
            if !entries.contains(&target) && entries.len() < 20 {
                entries.push(target);
            }
        }
    }
    entries
}

/// The end of the chain from the first trigger, and whether there are other open ends.
pub(crate) fn open_ends(draft: &Draft<'_>) -> (Vec<End>, bool) {
    let starts = draft
        .alive()
        .find(|node| draft.is_trigger(*node))
        .or_else(|| draft.alive().find(|node| draft.arriving(*node).next().is_none()));
    let Some(start) = starts.or_else(|| draft.alive().next()) else { return (Vec::new(), false) };
    let end = follow(draft, start);
    let other = draft.alive().filter(|node| *node != end.node && draft.leaving(*node).next().is_none()).count();
    (vec![end], other > 0)
}

/// Along the first outputs as far as they lead; past a loop by its last one.
pub(crate) fn follow(draft: &Draft<'_>, start: usize) -> End {
    let mut node = start;
    let mut seen = HashSet::new();
    loop {
        seen.insert(node);
        let loops = draft.manifest(node).is_some_and(|action| action.allows_cycle);
        let outputs = draft.outputs(node);
        let past = outputs.iter().rfind(|handle| **handle != ERROR_OUTPUT);
        let handle = if loops { past } else { outputs.first() }.map(|handle| (*handle).to_owned());
        let onward = draft.leaving(node).find(|edge| draft.handle_of(*edge) == handle.as_deref());
        match onward.map(|edge| draft.edges[edge].target) {
            Some(next) if !seen.contains(&next) => node = next,
            _ => return End { node, handle },
        }
    }
}

/// Whether a clause only says that the workflow runs: `run it`, `start the workflow`.
pub(crate) fn only_runs(tokens: &[Token]) -> bool {
    tokens.iter().all(|token| {
        token.is(&[
            "run",
            "runs",
            "start",
            "starts",
            "it",
            "the",
            "this",
            "workflow",
            "make",
            "that",
            "execute",
            "trigger",
            "triggers",
            "schedule",
            "let",
            "whole",
            "thing",
            "should",
            "have",
            "flow",
            "automation",
            "to",
            "change",
            "set",
            "my",
        ])
    })
}
