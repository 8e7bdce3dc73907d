//! How a node is run: `retry 3 times`, `if it fails continue`, `switch Slack off`, `time out after 30 seconds`.

use bridge_domain::{NodeSettings, OnError, Retry};

use super::build::Builder;
use super::notes::quoted;
use super::place::which;
use crate::graph::refer::Referent;
use crate::read::amounts;
use crate::read::grammar::{ARTICLES, FILLER};
use crate::read::idioms::{CONTINUE, ERROR_OUTPUT, RETRY};
use crate::read::tokens::{Kind, Token};

/// Tries when nobody says how many.
const TRIES: u32 = 3;
/// Milliseconds before the second try when nobody says how long.
const WAIT_MS: u32 = 1_000;

/// Carries out a change of how a node is run. False when the clause asks for something else.
pub(super) fn clause(builder: &mut Builder<'_, '_>, tokens: &[Token]) -> bool {
    let Some(first) = tokens.first() else { return false };
    let rest = &tokens[1..];
    if first.is(&[RETRY]) {
        return retry(builder, rest);
    }
    if first.is(&[CONTINUE]) {
        let words = "goes on after a failure: what fails passes on with the field `error`";
        return set(builder, rest, words, |settings| settings.on_error = OnError::Continue);
    }
    if first.is(&[ERROR_OUTPUT]) {
        let words = "sends what fails to an output of its own, `error`";
        return set(builder, rest, words, |settings| settings.on_error = OnError::ErrorOutput);
    }
    let switches = first.is(&["disable", "deactivate", "enable", "activate", "reenable"])
        || first.is(&["switch", "turn"]) && rest.iter().any(|token| token.is(&["off", "on"]));
    if !switches || named(builder, rest).is_none() {
        return false;
    }
    let off = first.is(&["disable", "deactivate"]) || rest.iter().any(|token| token.is(&["off"]));
    let words = if off { "is switched off: items pass through it unchanged" } else { "is switched on" };
    set(builder, rest, words, |settings| settings.disabled = off)
}

fn retry(builder: &mut Builder<'_, '_>, rest: &[Token]) -> bool {
    let times = rest.windows(2).find(|pair| {
        pair[0].kind == Kind::Number && pair[1].is(&["times", "time", "tries", "attempts", "retries", "x"])
    });
    let said = times.and_then(|pair| pair[0].text.parse::<f64>().ok());
    let spelled = rest.iter().find_map(|token| {
        ["once", "twice", "thrice"].iter().zip(1_u32..).find(|(word, _)| token.is(&[word])).map(|(_, count)| count)
    });
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a node takes")]
    let tries =
        said.map(|said| said.clamp(1.0, 10.0) as u32).or(spelled.map(|again| again + 1)).unwrap_or(TRIES).max(2);
    let wait = amounts::span(rest).and_then(|span| milliseconds(span.amount, span.unit));
    if said.is_some_and(|said| said > 10.0) {
        builder.notes.assume("A node is tried 10 times at most");
    }
    let wait_ms = wait.unwrap_or(WAIT_MS);
    let words = format!("is tried up to {tries} times, {wait_ms} ms apart at first and longer each time");
    set(builder, rest, &words, |settings| settings.retry = Some(Retry { max_tries: tries, wait_ms }))
}

fn milliseconds(amount: f64, unit: &str) -> Option<u32> {
    let factor = match unit {
        "seconds" => 1_000.0,
        "minutes" => 60_000.0,
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a node takes")]
    Some((amount * factor).clamp(0.0, 300_000.0) as u32)
}

/// The node that is named, without the words around its name.
fn named(builder: &Builder<'_, '_>, tokens: &[Token]) -> Option<Referent> {
    let name: Vec<Token> = tokens
        .iter()
        .filter(|token| {
            !token.is(ARTICLES)
                && (!token.is(FILLER) || token.is(&["if"]))
                && !token.is(&[
                    "times",
                    "time",
                    "tries",
                    "attempts",
                    "retries",
                    "retry",
                    "up",
                    "to",
                    "every",
                    "second",
                    "seconds",
                    "minute",
                    "minutes",
                    "on",
                    "off",
                    "node",
                    "step",
                    "it",
                    "this",
                    "that",
                    "fails",
                    "failure",
                    "error",
                    "errors",
                    "of",
                    "automatically",
                    "once",
                    "twice",
                    "thrice",
                    "then",
                    "again",
                    "after",
                    "with",
                    "for",
                    "request",
                    "apart",
                    "between",
                    "wait",
                    "waiting",
                    "each",
                    "at",
                    "most",
                    "call",
                    "x",
                    "the",
                ])
                && !matches!(token.kind, Kind::Number | Kind::Mark)
        })
        .cloned()
        .collect();
    (!name.is_empty()).then(|| builder.resolve(&name)).filter(|found| *found != Referent::None)
}

/// Changes the settings of the node that is named, else of the step made last, else of the only one that can fail.
fn set(builder: &mut Builder<'_, '_>, tokens: &[Token], words: &str, change: impl FnOnce(&mut NodeSettings)) -> bool {
    let steps: Vec<usize> = builder.draft.alive().filter(|node| !builder.draft.is_trigger(*node)).collect();
    let last = builder.made.iter().rev().copied().find(|node| steps.contains(node));
    let node = match named(builder, tokens) {
        Some(Referent::One(node)) => node,
        Some(Referent::Several(nodes)) => {
            builder.notes.need(which(builder.draft, &nodes));
            return true;
        }
        _ => match (last.or(builder.touched), steps.as_slice()) {
            (Some(node), _) => node,
            (None, [node]) => *node,
            (None, []) => {
                builder.notes.need("Which node do you mean? The workflow has no step that could fail yet.");
                return true;
            }
            (None, several) => {
                builder.notes.need(which(builder.draft, several));
                return true;
            }
        },
    };
    let label = quoted(&builder.draft.nodes[node].label);
    if builder.draft.is_trigger(node) {
        builder.notes.refuse(format!("{label} is a trigger: it starts runs and is not run itself."));
        return true;
    }
    let mut settings = builder.draft.nodes[node].settings.clone();
    change(&mut settings);
    if settings == builder.draft.nodes[node].settings {
        builder.notes.refuse(format!("{label} {words} already."));
        return true;
    }
    builder.draft.run_as(node, settings);
    builder.touched = Some(node);
    builder.notes.done.push(format!("{label} {words}."));
    true
}
