//! The words that open a clause, and what they make of it.

use std::ops::Range;

use crate::read::amounts;
use crate::read::grammar::{ARTICLES, POLITE, POLITE_PHRASES, VERBS};
use crate::read::operators;
use crate::read::schedule;
use crate::read::tokens::{Kind, Token};

/// What opens a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// `when`, `whenever`, `as soon as`: what starts a run.
    When,
    /// `every day at 9`: when runs start.
    Every,
    /// `if`, `check that`, `only if`, `unless`.
    If { negated: bool },
    /// `otherwise`, `else`, `if not`.
    Otherwise,
    /// `for each`.
    ForEach,
    /// `wait 5 minutes`, `after 5 minutes`.
    Wait,
    /// `finally`, `in both cases`, `after the loop`: where branches come together.
    Finally,
    /// A verb of request.
    Verb,
    /// None of these.
    Bare,
}

/// The first token that is not politeness, a list's number or bullet.
pub(crate) fn skip_polite(tokens: &[Token], range: &Range<usize>) -> usize {
    let mut at = range.start;
    while at < range.end {
        let rest = &tokens[at..range.end];
        let phrase = POLITE_PHRASES.iter().find(|phrase| starts(rest, phrase));
        if let Some(phrase) = phrase {
            at += phrase.len();
        } else if rest[0].is(POLITE) || rest[0].kind == Kind::NewLine || is_list_mark(rest) {
            at += 1;
        } else {
            break;
        }
    }
    at
}

fn is_list_mark(rest: &[Token]) -> bool {
    match rest[0].kind {
        Kind::Mark => !matches!(rest[0].text.as_str(), "$" | "€" | "£"),
        Kind::Number => rest.get(1).is_some_and(|next| next.is_mark(")") || next.is_mark(".") || next.is_mark(":")),
        Kind::Word => rest[0].is(&["step"]) && rest.get(1).is_some_and(|next| next.kind == Kind::Number),
        _ => false,
    }
}

/// Whether tokens start with these words.
pub(crate) fn starts(tokens: &[Token], words: &[&str]) -> bool {
    words.len() <= tokens.len() && words.iter().zip(tokens).all(|(word, token)| token.is(&[word]))
}

const OTHERWISE: &[&[&str]] = &[
    &["otherwise"],
    &["or", "else"],
    &["else"],
    &["if", "not"],
    &["if", "it", "is", "not"],
    &["if", "it", "isnt"],
    &["if", "it", "does", "not"],
    &["if", "it", "doesnt"],
    &["in", "all", "other", "cases"],
    &["in", "any", "other", "case"],
    &["in", "the", "other", "case"],
];

const FINALLY: &[&[&str]] = &[
    &["in", "any", "case"],
    &["in", "both", "cases"],
    &["in", "either", "case"],
    &["either", "way"],
    &["finally"],
    &["lastly"],
    &["afterwards"],
    &["after", "the", "loop"],
    &["after", "all", "items"],
    &["when", "done"],
    &["once", "done"],
    &["when", "finished"],
    &["when", "it", "is", "done"],
    &["when", "all", "are", "done"],
    &["when", "all", "items", "are", "done"],
    &["when", "the", "loop", "is", "done"],
    &["when", "the", "loop", "is", "finished"],
    &["once", "the", "loop", "is", "done"],
    &["once", "all", "are", "done"],
    &["at", "the", "end"],
];

const FOR_EACH: &[&[&str]] = &[
    &["for", "each"],
    &["for", "every"],
    &["for", "all"],
    &["foreach"],
    &["loop", "over"],
    &["loop", "through"],
    &["iterate", "over"],
    &["iterate", "through"],
    &["go", "through"],
];

const IF: &[(&[&str], bool)] = &[
    (&["only", "if"], false),
    (&["only", "when"], false),
    (&["but", "only", "if"], false),
    (&["continue", "only", "if"], false),
    (&["only", "continue", "if"], false),
    (&["continue", "if"], false),
    (&["proceed", "only", "if"], false),
    (&["in", "case"], false),
    (&["provided", "that"], false),
    (&["provided"], false),
    (&["as", "long", "as"], false),
    (&["unless"], true),
    (&["except", "when"], true),
    (&["except", "if"], true),
    (&["if"], false),
];

const WHEN: &[&[&str]] = &[
    &["when"],
    &["whenever"],
    &["as", "soon", "as"],
    &["every", "time"],
    &["each", "time"],
    &["everytime"],
    &["anytime"],
    &["any", "time"],
    &["upon"],
    &["once"],
    &["on", "receiving"],
    &["on", "every"],
];

/// The head of a clause and its first token behind the opening word.
pub(crate) fn of(tokens: &[Token], range: &Range<usize>) -> (Head, usize) {
    let mut start = range.start;
    let first = first_word(tokens, range);
    for (table, head) in [(OTHERWISE, Head::Otherwise), (FINALLY, Head::Finally)] {
        let rest = &tokens[first..range.end];
        if let Some(words) = table.iter().find(|words| starts(rest, words)) {
            let state = rest
                .get(words.len())
                .is_some_and(|next| next.is(&["respond", "answer", "work", "load", "reply", "exist", "return"]));
            let complete = head != Head::Otherwise
                || words.len() == 1
                || rest.len() == words.len()
                || operators::find(&rest[1..]).is_none_or(|found| found.weak);
            if complete && !state {
                return (head, first + words.len());
            }
        }
    }
    start = skip_polite(tokens, &(start..range.end));
    let rest = &tokens[start..range.end];
    let Some(token) = rest.first() else { return (Head::Bare, range.end) };
    if let Some(words) = FOR_EACH.iter().find(|words| starts(rest, words)) {
        let recurs = schedule::starts_at(tokens, start + words.len() - 1, range.end);
        return if recurs { (Head::Every, start) } else { (Head::ForEach, start + words.len()) };
    }
    if let Some(words) = WHEN.iter().find(|words| starts(rest, words)) {
        return (Head::When, start + words.len());
    }
    if let Some((words, negated)) = IF.iter().find(|(words, _)| starts(rest, words)) {
        return (Head::If { negated: *negated }, start + words.len());
    }
    if opens_schedule(tokens, start, range.end) {
        return (Head::Every, start);
    }
    let branch = rest.iter().any(|token| token.is(&["output", "branch", "path", "side", "true", "false", "end"]));
    if token.is(&["on"]) && !branch && rest.get(1).is_some_and(|next| next.kind == Kind::Word) {
        return (Head::When, start + 1);
    }
    if token.is(&["wait", "pause", "sleep", "delay"])
        || token.is(&["after", "in"]) && amounts::span_at(rest, 1).is_some()
    {
        return (Head::Wait, start);
    }
    if checks(rest) {
        return (Head::If { negated: false }, start + 1);
    }
    if is_verb(token) {
        return (Head::Verb, start);
    }
    (Head::Bare, start)
}

/// Whether a word is a verb of request in one of its forms.
pub(crate) fn is_verb(token: &Token) -> bool {
    token.kind == Kind::Word && VERBS.contains(&token.stem.as_str()) && !token.is(&["us"])
}

/// Past separators' leftovers only, so that `finally` and `afterwards` are still seen.
fn first_word(tokens: &[Token], range: &Range<usize>) -> usize {
    let skip = |token: &Token| {
        token.is(&["and", "then", "but", "so", "please"]) || token.kind == Kind::NewLine || token.kind == Kind::Mark
    };
    range.start + tokens[range.clone()].iter().take_while(|token| skip(token)).count()
}

/// `check that …`, `see if …`, `make sure …`, with a comparison behind it.
fn checks(rest: &[Token]) -> bool {
    let verb = rest[0].is(&[
        "check",
        "checks",
        "verify",
        "see",
        "test",
        "ensure",
        "make",
        "compare",
        "determine",
        "checking",
        "validate",
        "confirm",
        "decide",
        "branch",
    ]);
    if !verb || rest[0].is(&["make"]) && !rest.get(1).is_some_and(|next| next.is(&["sure"])) {
        return false;
    }
    operators::find(&rest[1..]).is_some()
}

fn opens_schedule(tokens: &[Token], at: usize, end: usize) -> bool {
    let token = &tokens[at];
    let adverb = token.is(&[
        "daily",
        "hourly",
        "weekly",
        "nightly",
        "monthly",
        "yearly",
        "quarterly",
        "mondays",
        "weekdays",
        "weekends",
    ]);
    let recurs = token.is(&["every", "each"]) && schedule::starts_at(tokens, at, end);
    let timed = token.is(&[
        "at",
        "on",
        "from",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "around",
    ]) && schedule::starts_at(tokens, at, end);
    let in_part = token.is(&["in"])
        && tokens
            .get(at + 2..end)
            .is_some_and(|rest| rest.first().is_some_and(|word| word.is(&["morning", "evening", "afternoon"])));
    let scheduled = token.is(&["once"]) && tokens.get(at + 1).is_some_and(|next| next.is(&["a", "per", "every"]));
    adverb || recurs || timed || in_part || scheduled
}

/// Whether a clause inside another opens at this token.
pub(crate) fn opens_inside(tokens: &[Token], range: &Range<usize>, at: usize) -> bool {
    let rest = &tokens[at..range.end];
    let before = &tokens[at - 1];
    if before.is(&[
        "check",
        "see",
        "verify",
        "test",
        "ask",
        "only",
        "even",
        "decide",
        "determine",
        "sure",
        "whether",
        "just",
        "continue",
        "confirm",
        "for",
        "or",
    ]) {
        let only = before.is(&["continue"]) && rest[0].is(&["only"]);
        return only && OTHERWISE.iter().all(|words| !starts(rest, words));
    }
    if rest[0].is(&["otherwise", "else", "whenever", "unless"])
        || starts(rest, &["as", "soon", "as"])
        || rest[0].is(&["everytime", "anytime"])
        || starts(rest, &["every", "time"])
    {
        return true;
    }
    let is_noun = before.is(ARTICLES) || rest.len() == 1;
    if is_noun && rest[0].is(&["when", "if"]) {
        return false;
    }
    if rest[0].is(&["when", "if"]) || starts(rest, &["only", "if"]) || starts(rest, &["only", "when"]) {
        return true;
    }
    if FOR_EACH.iter().take(3).any(|words| starts(rest, words)) {
        return !schedule::starts_at(tokens, at + 1, range.end) || starts(rest, &["for", "each"]);
    }
    if rest[0].is(&["daily", "hourly", "weekly", "nightly", "monthly"]) {
        return rest.get(1).is_none_or(|next| next.is(&["at", "on", "in"])) && !before.is(&["a", "the", "is", "my"]);
    }
    let inside = rest[0].is(&["every", "each", "at", "on"]);
    let in_schedule = of(tokens, range).0 == Head::Every;
    inside && !in_schedule && opens_schedule(tokens, at, range.end) && !before.is(&["is", "to", "than"])
}

/// Whether a clause brings its own free text, in which names of connectors mean nothing.
pub(crate) fn holds_text(tokens: &[Token]) -> bool {
    tokens.iter().enumerate().any(|(at, token)| {
        token.is(&["saying", "says", "reads"])
            || token.is(&["text", "message", "body", "subject"])
                && tokens.get(at + 1).is_some_and(|next| next.is_mark(":"))
    })
}
