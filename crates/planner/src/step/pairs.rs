//! Names with values: `subject "Hello"`, `channel: sales`, `limit 10`, `status to paid`, `saying …`.

use std::ops::Range;

use bridge_domain::{ActionManifest, Config};
use serde_json::Value;

use crate::read::comparison::{self, json_number};
use crate::read::grammar::{AFTER_VERB, FILLER, VERBS};
use crate::read::lexicon::{properties, text_of};
use crate::read::tokens::{Kind, Token, tokenize};

/// Titles that are too common as words to count without a mark behind them.
const WEAK_TITLES: &[&str] = &[
    "to", "from", "time", "value", "values", "into", "run", "data", "content", "field", "fields", "name", "text",
    "message", "answer", "column", "photo", "record", "records", "response", "into", "private", "body", "range",
    "combine", "code", "path", "times", "filter", "workflow", "status", "interval", "sheet", "base", "table", "chat",
];

/// Parameters a clause gives by name, with the tokens that said so.
pub(crate) fn titled(action: &ActionManifest, tokens: &[Token], text: &str) -> Vec<(String, Value, Range<usize>)> {
    let mut found = Vec::new();
    for (name, schema) in properties(action) {
        let names = [
            name.replace('_', " "),
            text_of(schema, "title").to_owned(),
            name.trim_end_matches("_id").replace('_', " "),
        ];
        let hit = names.iter().find_map(|name| named_value(schema, &words_of(name), tokens, text));
        if let Some((value, used)) = hit {
            found.push((name.to_owned(), value, used));
        }
    }
    found
}

pub(crate) fn words_of(name: &str) -> Vec<String> {
    tokenize(name).into_iter().filter(|token| token.kind == Kind::Word).map(|token| token.stem).collect()
}

fn named_value(schema: &Value, title: &[String], tokens: &[Token], text: &str) -> Option<(Value, Range<usize>)> {
    if title.is_empty() {
        return None;
    }
    let last = tokens.len().checked_sub(title.len())?;
    (0..=last).find_map(|at| {
        let here = tokens[at..].iter().zip(title).all(|(token, stem)| token.kind == Kind::Word && token.stem == *stem);
        if !here {
            return None;
        }
        let after = at + title.len();
        let weak = title.len() == 1 && tokens[at].is(WEAK_TITLES);
        behind(schema, tokens, after, weak, text)
            .map(|(value, end)| (value, at..end))
            .or_else(|| before(schema, tokens, at, after))
    })
}

/// `channel #sales`, `channel: sales`, `limit of 10`, `subject "Hi"`.
fn behind(schema: &Value, tokens: &[Token], from: usize, weak: bool, text: &str) -> Option<(Value, usize)> {
    let mut at = from;
    let mut marked = false;
    while let Some(token) = tokens.get(at) {
        let joins = token.is(&["is", "as", "of", "named", "called", "to", "be", "should", "the", "with"])
            || token.is_mark(":")
            || token.kind == Kind::Operator && token.text == "=";
        if !joins || at > from + 2 {
            break;
        }
        marked |= !token.is(&["the", "with", "of", "to", "as"]);
        at += 1;
    }
    let token = tokens.get(at)?;
    let stands_alone = token.is_value();
    if !stands_alone
        && !marked
        && (weak && !looks_like_name(token)
            || token.is(FILLER)
            || token.is(AFTER_VERB)
            || VERBS.contains(&token.stem.as_str()))
    {
        return None;
    }
    let is_text = matches!(text_of(schema, "format"), "multiline") && marked && !stands_alone;
    if is_text {
        let last = tokens.last()?;
        return Some((text.get(token.start..last.end)?.trim().into(), tokens.len()));
    }
    let is_line = schema.get("maxLength").and_then(Value::as_u64).is_some_and(|most| most > 200);
    if is_line && token.kind == Kind::Word && schema.get("pattern").is_none() {
        let ends =
            |token: &Token| token.is(&["and", "with", "saying"]) || matches!(token.kind, Kind::Mark | Kind::Quoted);
        let end = tokens[at..].iter().position(ends).map_or(tokens.len(), |offset| at + offset);
        return Some((text.get(token.start..tokens[end - 1].end)?.into(), end));
    }
    typed(schema, token).map(|value| (value, at + 1))
}

/// `the sales channel`, `the Orders table`.
fn before(schema: &Value, tokens: &[Token], at: usize, after: usize) -> Option<(Value, Range<usize>)> {
    let named = tokens.get(at.checked_sub(1)?)?;
    let led = at
        .checked_sub(2)
        .and_then(|index| tokens.get(index))
        .is_some_and(|token| token.is(&["the", "in", "to", "our", "my", "from", "into"]));
    let fits = matches!(named.kind, Kind::Quoted | Kind::Channel | Kind::Number)
        || led && looks_like_name(named)
        || led && named.kind == Kind::Word && text_of(schema, "description").contains("`#");
    let plain = !named.is(FILLER) && schema.get("enum").is_none() && !VERBS.contains(&named.stem.as_str());
    let is_service =
        named.is(&["slack", "telegram", "right", "same", "new", "whole", "google", "first", "last", "second"]);
    (fits && plain && !is_service).then(|| typed(schema, named).map(|value| (value, at - 1..after)))?
}

fn looks_like_name(token: &Token) -> bool {
    token.kind == Kind::Word
        && (token.text.starts_with(char::is_uppercase) && token.text.chars().skip(1).any(char::is_lowercase)
            || token.text.chars().any(|c| c.is_ascii_digit())
            || token.text.chars().skip(1).any(char::is_uppercase) && token.text.contains(char::is_lowercase))
}

/// A token as a value of a parameter's type; none where it does not fit.
pub(crate) fn typed(schema: &Value, token: &Token) -> Option<Value> {
    if let Some(options) = schema.get("enum").and_then(Value::as_array) {
        let word = if token.kind == Kind::Word { token.word.as_str() } else { token.text.as_str() };
        return options
            .iter()
            .find(|option| {
                option.as_str().is_some_and(|option| {
                    option.eq_ignore_ascii_case(word) || option.replace('_', " ").eq_ignore_ascii_case(&token.text)
                })
            })
            .cloned();
    }
    let kinds: Vec<&str> = match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let takes = |kind: &str| kinds.contains(&kind);
    let number = crate::read::amounts::number(token);
    match token.kind {
        Kind::Expression => takes("string").then(|| format!("={}", token.text).into()),
        Kind::Number | Kind::Word if (takes("number") || takes("integer")) && number.is_some() => {
            number.map(|number| Value::Number(json_number(number)))
        }
        Kind::Word if takes("boolean") => match token.word.as_str() {
            "true" | "yes" | "on" | "enabled" => Some(true.into()),
            "false" | "no" | "off" | "disabled" => Some(false.into()),
            _ => None,
        },
        _ if takes("string") => plain_text(schema, token),
        _ => None,
    }
}

/// A token as text of the parameter's format: `sales` becomes `#sales` where channels are named so.
fn plain_text(schema: &Value, token: &Token) -> Option<Value> {
    let fits = match text_of(schema, "format") {
        "uri" => token.kind == Kind::Url || token.kind == Kind::Quoted,
        "email" => token.kind == Kind::Email,
        "path" => matches!(token.kind, Kind::Path | Kind::Quoted),
        "cron" | "time_zone" | "code" => token.kind == Kind::Quoted,
        _ => !matches!(token.kind, Kind::Mark | Kind::NewLine | Kind::Operator),
    };
    let routed = schema.get("pattern").is_none() || crate::step::fill::is_plain(&token.text);
    if !fits || !routed || token.text.trim().is_empty() {
        return None;
    }
    if token.kind == Kind::Word && text_of(schema, "default").starts_with('#') {
        return Some(format!("#{}", token.text.to_lowercase()).into());
    }
    Some(token.text.clone().into())
}

/// What follows `saying`, `that says`, `with the text`: first, its place among the tokens.
pub(crate) fn spoken(tokens: &[Token], text: &str) -> Option<(usize, String)> {
    let at = (0..tokens.len()).find_map(|at| {
        let token = &tokens[at];
        let next = tokens.get(at + 1);
        if token.is(&["saying", "says", "reads", "say"]) {
            return Some(at + 1);
        }
        let reminds =
            tokens[0].is(&["remind", "reminds"]) && at > 1 && next.is_some_and(|next| next.kind == Kind::Word);
        if reminds && token.is(&["to", "that", "about"]) {
            return Some(at + 1);
        }
        let noun = token.is(&["text", "message", "body", "content", "words"]);
        let led = at > 0
            && (tokens[at - 1].is(&["with", "following"])
                || at > 1 && tokens[at - 1].is(&["the", "a"]) && tokens[at - 2].is(&["with"]));
        (noun
            && (next.is_some_and(|next| next.is_mark(":"))
                || led && next.is_some_and(|next| !next.is(&["to", "in", "from", "of"]))))
        .then_some(at + 1)
    })?;
    let mut start = at;
    while tokens.get(start).is_some_and(|token| token.is_mark(":") || token.is(&["that"])) {
        start += 1;
    }
    let first = tokens.get(start)?;
    if matches!(first.kind, Kind::Quoted) {
        return Some((start, template(&first.text)));
    }
    let last = tokens.last()?;
    let words = text.get(first.start..last.end)?.trim();
    (!words.is_empty()).then(|| (at, template(words)))
}

fn template(text: &str) -> String {
    if text.contains("{{") && !text.starts_with('=') { format!("={text}") } else { text.to_owned() }
}

/// `status to paid`, `total = 5`, `field "x" as "y"`: names and values, in order.
///
/// `to` and `is` count only where the step does nothing but set: in `add a row to Orders` nothing is assigned.
pub(crate) fn assignments(tokens: &[Token], used: &[bool], text: &str, sets: bool) -> Config {
    let mut found = Config::new();
    let mut from = 0;
    let mut at = 1;
    while at + 1 < tokens.len() {
        let token = &tokens[at];
        let assigns = sets && token.is(&["to", "as", "is", "equals"])
            || !sets && token.is(&["as"])
            || token.kind == Kind::Operator && token.text == "="
            || token.is_mark(":");
        let name = assigns.then(|| name_before(&tokens[from..at], token.kind == Kind::Operator)).flatten();
        let (Some(name), false) = (name, used.get(at).copied().unwrap_or(false)) else {
            at += 1;
            continue;
        };
        let Some((value, end)) = comparison::value(tokens, at + 1, text) else {
            at += 1;
            continue;
        };
        found.insert(name, value);
        from = end;
        at = end + 1;
    }
    found
}

/// The field named right before `to` or `=`; before a sign, also one that could be a verb, such as `processed`.
fn name_before(tokens: &[Token], sign: bool) -> Option<String> {
    let last = tokens.last()?;
    if last.kind == Kind::Quoted {
        return (!last.text.trim().is_empty()).then(|| last.text.clone());
    }
    let verb = |token: &Token| VERBS.contains(&token.stem.as_str()) && !(sign && token.start == last.start);
    let run = tokens.iter().rev().take(3).take_while(|token| {
        token.kind == Kind::Word
            && !token.is(FILLER)
            && !verb(token)
            && !token.is(&["field", "fields", "column", "columns", "value", "with", "variable"])
    });
    let words: Vec<&Token> = run.collect();
    let names: Vec<String> = words.iter().rev().map(|token| comparison::field_word(token)).collect();
    (!names.is_empty()).then(|| names.join("_"))
}
