//! Whether a message asks about a failed run: why it failed, to mend it, or to go on in spite of it.

use crate::read::grammar::WORKFLOW;
use crate::read::tokens::{Kind, Token};
use crate::step::heads;

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// To know why, or to have it mended.
    Mend,
    /// To leave out what fails: `skip the bad items`.
    GoOn,
}

/// Longest question about a failure, in words. A longer one asks for something of its own.
const LONGEST: usize = 16;

const MENDS: &[&str] = &[
    "fix",
    "repair",
    "mend",
    "solve",
    "resolve",
    "correct",
    "debug",
    "heal",
    "troubleshoot",
    "diagnose",
    "investigate",
    "fixes",
    "analyse",
    "analyze",
];
const FAILS: &[&str] = &[
    "error", "errors", "fail", "failed", "fails", "failing", "failure", "wrong", "broken", "broke", "break", "crash",
    "crashed", "happened", "stop", "stopped", "red", "problem", "problems", "issue", "bug", "fix", "debug", "matter",
    "mean", "means", "reason", "cause", "caused",
];
const WORKS: &[&str] = &["work", "working", "works", "run", "running", "succeed", "go", "through", "finish", "pass"];
const NOT: &[&str] = &["not", "doesnt", "didnt", "isnt", "wont", "cant", "never", "cannot", "wouldnt", "couldnt"];
const ASKS: &[&str] = &[
    "why", "what", "whats", "how", "hows", "where", "which", "explain", "tell", "show", "describe", "did", "is", "was",
    "whats", "does", "has", "are", "do",
];
const ABOUT: &[&str] = &[
    "it",
    "this",
    "that",
    "the",
    "my",
    "last",
    "run",
    "execution",
    "node",
    "step",
    "please",
    "for",
    "me",
    "now",
    "error",
    "failure",
    "problem",
    "issue",
    "issues",
    "errors",
    "bug",
    "up",
    "failed",
    "failing",
    "broken",
    "and",
    "again",
    "so",
    "works",
    "work",
    "is",
    "what",
    "wrong",
    "whatever",
    "went",
    "in",
    "of",
    "a",
    "you",
    "can",
    "expression",
    "with",
    "happened",
    "here",
    "there",
    "these",
    "everything",
    "all",
    "them",
    "yourself",
    "automatically",
    "then",
    "runs",
];
const SKIPS: &[&str] = &["skip", "ignore", "tolerate", "leave", "drop"];
const BAD: &[&str] =
    &["bad", "broken", "failing", "failed", "faulty", "invalid", "wrong", "that", "this", "it", "one", "ones", "error"];

/// What a message wants of a failed run. None when it is about something else.
pub(super) fn read(tokens: &[Token]) -> Option<Wish> {
    let start = heads::skip_polite(tokens, &(0..tokens.len()));
    let rest = tokens.get(start..).filter(|rest| !rest.is_empty() && rest.len() <= LONGEST)?;
    let words: Vec<&Token> = rest.iter().filter(|token| token.kind == Kind::Word).collect();
    let first = words.first()?;
    let has = |list: &[&str]| words.iter().any(|token| token.is(list));
    // A value, or a place to put one, makes it a request of its own: “fix the URL to https://…”.
    let changes = rest.iter().any(|token| token.is_value() && token.kind != Kind::Quoted)
        || words.iter().any(|token| token.is(&["when", "whenever", "if", "every", "add", "send", "rename"]));
    if changes {
        return None;
    }
    let about = |token: &&&Token| token.is(ABOUT) || token.is(WORKFLOW) || token.is(MENDS);
    if first.is(SKIPS)
        && words.len() <= 8
        && has(BAD)
        && has(&["item", "items", "row", "rows", "record", "it", "error"])
        || first.is(&["continue", "proceed", "go"]) && has(&["anyway", "regardless", "nevertheless"])
    {
        return Some(Wish::GoOn);
    }
    let mends = first.is(MENDS) || first.is(&["help", "please"]) && has(MENDS);
    if mends && words.iter().filter(|token| !about(token)).count() <= words.len() / 3 {
        return Some(Wish::Mend);
    }
    let fails = has(FAILS) || has(NOT) && has(WORKS);
    let asks = first.is(ASKS) || rest.last().is_some_and(|last| last.is_mark("?"));
    let lone = words.len() == 1 && (first.is(&["why", "explain"]) || first.is(FAILS));
    let states =
        words.len() <= 7 && first.is(&["it", "this", "that", "the", "my", "something", "there", "run"]) && fails;
    let makes =
        first.is(&["make", "get", "let"]) && words.len() <= 6 && has(WORKS) && has(&["it", "this", "that", "run"]);
    let next = asks && words.len() <= 8 && has(&["should", "can", "now", "next", "do"]) && has(&["i", "we", "now"]);
    let known = lone || states || makes || next && has(&["do", "now", "next"]) || asks && fails;
    known.then_some(Wish::Mend)
}
