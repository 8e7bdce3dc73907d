//! Turns of phrase that are said in many ways, put in one: how a step is run, and how many items it passes on.
//!
//! Works on tokens before they are cut into clauses, so that `if it fails, continue` is no comparison.

use super::grammar::ARTICLES;
use super::tokens::{Kind, Token};

/// The verb that `try again` is put as.
pub(crate) const RETRY: &str = "retry";
/// The verb that `if it fails continue` is put as.
pub(crate) const CONTINUE: &str = "tolerate";
/// The verb that `send the errors to the error output` is put as.
pub(crate) const ERROR_OUTPUT: &str = "divert";

const FAILS: &[&str] = &["fails", "fail", "failed", "errors", "breaks", "crashes"];
const GOES_ON: &[&str] = &["continue", "proceed", "ignore", "skip", "tolerate", "resume"];
/// Words of a failing node's name at most.
const MOST_NAME: usize = 6;

/// The tokens with every such phrase as one verb and what it is said of.
pub(crate) fn plain(tokens: &[Token]) -> Vec<Token> {
    let mut plain: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let found = [goes_on, goes_on_said_first, tries_again, diverts, first_items];
        match found.iter().find_map(|phrase| phrase(&tokens[at..])) {
            Some((verb, said_of, length)) => {
                let mut head = tokens[at].clone();
                head.kind = Kind::Word;
                head.spell(verb);
                head.end = tokens[at + length - 1].end;
                let sentence = plain.last().is_none_or(|last| last.kind == Kind::NewLine || last.kind == Kind::Mark)
                    || plain.last().is_some_and(|last| last.is(&["and", "then"]));
                if !sentence {
                    let mut comma = head.clone();
                    (comma.kind, comma.text) = (Kind::Mark, ",".to_owned());
                    comma.end = comma.start;
                    plain.push(comma);
                }
                plain.push(head);
                plain.extend(said_of);
                at += length;
            }
            None => {
                plain.push(tokens[at].clone());
                at += 1;
            }
        }
    }
    plain
}

/// Takes out `in parallel` and its like; whether it was there.
pub(crate) fn without_parallel(tokens: &mut Vec<Token>) -> bool {
    const WORDS: &[&str] = &["parallel", "simultaneously", "concurrently", "parallelly"];
    let mut found = false;
    while let Some(at) = tokens.iter().position(|token| token.is(WORDS)) {
        let from = at - usize::from(at > 0 && tokens[at - 1].is(&["in"]));
        let colon = usize::from(tokens.get(at + 1).is_some_and(|token| token.is_mark(":")));
        tokens.drain(from..=at + colon);
        found = true;
    }
    found
}

/// A verb, what it is said of, and how many tokens said so.
type Phrase = (&'static str, Vec<Token>, usize);

/// How many tokens say that something goes on: `continue`, `go on`, `keep going`, `just ignore it`.
fn going_on(tokens: &[Token]) -> Option<usize> {
    let lead = tokens.iter().take_while(|token| token.is(&["then", "just", "simply"]) || token.is_mark(",")).count();
    let rest = &tokens[lead..];
    let first = rest.first()?;
    let second = |words: &[&str]| rest.get(1).is_some_and(|token| token.is(words));
    let length =
        if first.is(&["go", "carry"]) && second(&["on"]) || first.is(&["keep"]) && second(&["going", "running"]) {
            2
        } else if first.is(GOES_ON) {
            let object = rest[1..].iter().take_while(|token| {
                token.is(&[
                    "it",
                    "the",
                    "error",
                    "errors",
                    "that",
                    "anyway",
                    "regardless",
                    "running",
                    "with",
                    "next",
                    "item",
                ])
            });
            1 + object.count()
        } else {
            return None;
        };
    // What follows must end the clause: `continue` with an object of its own is another step.
    let ends = rest.get(length).is_none_or(|next| {
        matches!(next.kind, Kind::Mark | Kind::NewLine) || next.is(&["and", "then", "with", "anyway", "but"])
    });
    ends.then_some(lead + length)
}

/// `if it fails, continue`; `when Slack fails go on`.
fn goes_on(tokens: &[Token]) -> Option<Phrase> {
    if !tokens.first()?.is(&["if", "when", "whenever", "should"]) {
        return None;
    }
    let fails = tokens.iter().take(MOST_NAME + 2).position(|token| token.is(FAILS))?;
    let said_of = tokens[1..fails].to_vec();
    if said_of.iter().any(|token| token.is(&["workflow", "run", "execution"]) || token.kind == Kind::Mark) {
        return None;
    }
    let length = going_on(&tokens[fails + 1..])?;
    Some((CONTINUE, without_pronouns(said_of), fails + 1 + length))
}

/// `continue if it fails`, `continue on error`, `on error continue`, `ignore errors of Slack`.
fn goes_on_said_first(tokens: &[Token]) -> Option<Phrase> {
    let first = tokens.first()?;
    let word = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| token.is(words));
    const ERRORS: &[&str] = &["error", "errors", "failure", "failures", "fail"];
    if first.is(&["on"]) && word(1, ERRORS) {
        return going_on(&tokens[2..]).map(|length| (CONTINUE, Vec::new(), 2 + length));
    }
    let lead = match () {
        () if first.is(&["continue", "proceed", "resume"]) => 1,
        () if first.is(&["go", "carry"]) && word(1, &["on"]) => 2,
        () if first.is(&["keep"]) && word(1, &["going", "running"]) => 2,
        () => 0,
    };
    if lead > 0 && word(lead, &["on", "after", "despite"]) && word(lead + 1, ERRORS) {
        return Some((CONTINUE, Vec::new(), lead + 2));
    }
    if lead > 0 && word(lead, &["if", "when", "even"]) {
        let fails = tokens.iter().take(lead + MOST_NAME + 2).position(|token| token.is(FAILS))?;
        let said_of = tokens[lead + 1..fails].iter().filter(|token| !token.is(&["if", "when"])).cloned().collect();
        return Some((CONTINUE, without_pronouns(said_of), fails + 1));
    }
    let article = usize::from(word(1, ARTICLES));
    (first.is(&["ignore", "tolerate"]) && word(1 + article, ERRORS)).then(|| (CONTINUE, Vec::new(), 2 + article))
}

/// `try again 3 times`, `try it up to 3 times`, `if it fails retry`.
fn tries_again(tokens: &[Token]) -> Option<Phrase> {
    let first = tokens.first()?;
    let word = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| token.is(words));
    if first.is(&["if", "when"]) {
        let fails = tokens.iter().take(MOST_NAME + 2).position(|token| token.is(FAILS))?;
        let lead = tokens[fails + 1..].iter().take_while(|token| token.is(&["then"]) || token.is_mark(",")).count();
        let (_, _, length) = tries_again(&tokens[fails + 1 + lead..])?;
        let said_of = without_pronouns(tokens[1..fails].to_vec());
        return Some((RETRY, said_of, fails + 1 + lead + length));
    }
    if first.is(&["retry", "retries", "repeat"]) {
        if let Some(every) = tokens.iter().take(MOST_NAME + 6).position(|token| token.is(&["every", "each"]))
            && tokens.get(every + 1).is_some_and(|token| token.kind == Kind::Number)
            && word(every + 2, &["second", "seconds", "s", "minute", "minutes", "min"])
        {
            let said_of = tokens[1..every].iter().chain(&tokens[every + 1..every + 3]).cloned().collect();
            return Some((RETRY, said_of, every + 3));
        }
        let counted = tokens.iter().take(MOST_NAME + 4).any(|token| token.is(&["times", "failure", "error", "fails"]));
        return (!first.is(&["repeat"]) || counted).then(|| (RETRY, Vec::new(), 1));
    }
    let object = usize::from(word(1, &["it", "this", "that"]));
    if !first.is(&["try"]) {
        return None;
    }
    if word(1 + object, &["again"]) {
        return Some((RETRY, Vec::new(), 2 + object));
    }
    let counted = tokens.iter().take(6 + object).any(|token| token.is(&["times", "twice", "thrice"]));
    (object > 0 && counted).then_some((RETRY, Vec::new(), 1 + object))
}

/// `send the errors of Slack to the error output`, `use the error output of Slack`.
fn diverts(tokens: &[Token]) -> Option<Phrase> {
    let first = tokens.first()?;
    if !first.is(&["send", "use", "lead", "route", "add", "give", "put", "pass", "turn"]) {
        return None;
    }
    let is_end =
        |token: &Token| matches!(token.kind, Kind::NewLine) || token.is(&["and", "then"]) || token.is_mark(",");
    let end = tokens.iter().position(is_end).unwrap_or(tokens.len());
    let clause = &tokens[..end];
    let output = clause.windows(2).position(|pair| pair[0].is(&["error"]) && pair[1].is(&["output", "branch"]))?;
    let sends = clause[..output].iter().any(|token| token.is(&["errors", "failures", "fails", "failing", "failed"]));
    // `add a Slack message on the error output` is a step behind it.
    let own =
        clause[1..output].iter().any(|token| token.kind != Kind::Word || token.is(&["message", "node", "step", "on"]));
    if own || !sends && !clause[1].is(ARTICLES) && !clause[1].is(&["error"]) || !sends && output > 3 {
        return None;
    }
    let of = clause.iter().position(|token| token.is(&["of", "for", "from", "on"]))?;
    let stop =
        if of < output { clause[of..].iter().position(|token| token.is(&["to", "by", "into"]))? + of } else { end };
    Some((ERROR_OUTPUT, clause[of + 1..stop].to_vec(), end))
}

/// `keep only the first 10 items`, `take the top 5`: at most so many.
fn first_items(tokens: &[Token]) -> Option<Phrase> {
    let first = tokens.first()?;
    if !first.is(&["keep", "take", "only", "use", "pick", "return"]) {
        return None;
    }
    let lead = 1 + tokens[1..]
        .iter()
        .take_while(|token| token.is(ARTICLES) || token.is(&["only", "keep", "take", "just"]))
        .count();
    let which = tokens.get(lead).filter(|token| token.is(&["first", "last", "top", "newest", "latest"]))?;
    let number = tokens.get(lead + 1).filter(|token| token.kind == Kind::Number)?;
    let mut said_of = vec![number.clone(), which.clone()];
    if let Some(keep) = said_of.last_mut().filter(|keep| !keep.is(&["last"])) {
        keep.spell("first");
    }
    Some(("limit", said_of, lead + 2))
}

fn without_pronouns(mut tokens: Vec<Token>) -> Vec<Token> {
    tokens.retain(|token| !token.is(&["it", "this", "that", "something", "anything", "one", "call", "even"]));
    tokens
}
