//! Values a person gives for what the assistant asked for: by name, or in the order of the questions.

use bridge_domain::Config;
use serde_json::Value;

use super::notes::{Missing, Notes};
use crate::graph::draft::Draft;
use crate::read::grammar::{ARTICLES, CLOSING, POLITE};
use crate::read::lexicon::{properties, stems, text_of};
use crate::read::tokens::{Kind, Token, tokenize};
use crate::step::pairs;

/// Words of a value that is given without quotation marks.
const MAX_WORDS: usize = 6;
/// Words between a name and its value.
const JOINTS: &[&str] =
    &["is", "are", "as", "to", "should", "be", "called", "named", "id", "use", "its", "it", "for", "with"];

/// Puts the values of an answer where they are missing. How many it found a place for.
pub(super) fn fill(draft: &mut Draft<'_>, notes: &mut Notes, answer: &str) -> usize {
    let tokens = tokenize(answer);
    let mut open: Vec<Option<Missing>> = notes.missing.drain(..).map(Some).collect();
    let mut unnamed: Vec<&[Token]> = Vec::new();
    let mut named: Option<usize> = None;
    let mut found = 0;
    for part in tokens.split(separates).map(trimmed) {
        let meant = named.take().or_else(|| (0..open.len()).find(|at| is_named(draft, open[*at].as_ref(), part)));
        let Some(at) = meant else {
            unnamed.push(part);
            continue;
        };
        let Some(missing) = open[at].clone() else { continue };
        let value = behind_name(draft, &missing, part);
        if value.is_empty() {
            named = Some(at);
        } else if put(draft, &missing, value, answer) {
            open[at] = None;
            found += 1;
        }
    }
    for part in unnamed.into_iter().filter(|part| !part.is_empty() && part.len() <= MAX_WORDS) {
        let kinds = [Kind::Email, Kind::Url, Kind::Path, Kind::Mention, Kind::Channel];
        let telling = part.iter().find(|token| kinds.contains(&token.kind)).map(std::slice::from_ref);
        let value = telling.unwrap_or(part);
        let fits = |at: &usize| open[*at].as_ref().is_some_and(|missing| suits(draft, missing, value));
        let place = (0..open.len())
            .find(|at| fits(at))
            .or_else(|| (0..open.len()).find(|at| open[*at].is_some()).filter(|_| telling.is_none()));
        let Some(at) = place else { continue };
        if open[at].clone().is_some_and(|missing| put(draft, &missing, value, answer)) {
            open[at] = None;
            found += 1;
        }
    }
    notes.missing = open.into_iter().flatten().collect();
    found
}

fn separates(token: &Token) -> bool {
    token.kind == Kind::NewLine || token.is(&["and"]) || token.is_mark(",") || token.is_mark(";")
}

/// Without articles and politeness at the start, and thanks or a full stop at the end.
fn trimmed(mut part: &[Token]) -> &[Token] {
    while let [first, rest @ ..] = part
        && (first.is(ARTICLES)
            || first.is(POLITE)
            || first.is(&["use", "its", "it", "is", "for"])
            || matches!(first.kind, Kind::Mark))
    {
        part = rest;
    }
    while let [rest @ .., last] = part
        && (last.is(CLOSING) || last.kind == Kind::Mark)
    {
        part = rest;
    }
    part
}

/// What a missing value can be called: its title, its parameter, its connector.
fn names(draft: &Draft<'_>, missing: &Missing) -> Vec<Vec<String>> {
    let node = &draft.nodes[missing.node];
    let title =
        draft.manifest(missing.node).and_then(|action| properties(action).find(|(name, _)| *name == missing.name));
    let title = title.map(|(_, schema)| text_of(schema, "title").to_owned()).unwrap_or_default();
    let texts = [
        missing.name.replace('_', " "),
        title,
        missing.name.trim_end_matches("_id").to_owned(),
        node.connector_id.clone(),
    ];
    texts.iter().map(|text| stems(text)).filter(|words| !words.is_empty()).collect()
}

fn name_end(draft: &Draft<'_>, missing: &Missing, part: &[Token]) -> Option<usize> {
    names(draft, missing).iter().find_map(|name| {
        let at = part.windows(name.len()).position(|words| {
            words.iter().zip(name).all(|(token, stem)| token.kind == Kind::Word && token.stem == *stem)
        })?;
        Some(at + name.len())
    })
}

fn is_named(draft: &Draft<'_>, missing: Option<&Missing>, part: &[Token]) -> bool {
    missing.is_some_and(|missing| name_end(draft, missing, part).is_some())
}

/// The value behind the name, or the only value of the part where it stands before it: `1AbC is the spreadsheet`.
fn behind_name<'t>(draft: &Draft<'_>, missing: &Missing, part: &'t [Token]) -> &'t [Token] {
    let Some(mut end) = name_end(draft, missing, part) else { return part };
    while part.get(end).is_some_and(|token| {
        token.is(JOINTS) || token.is(ARTICLES) || matches!(token.kind, Kind::Mark | Kind::Operator)
    }) {
        end += 1;
    }
    match &part[end..] {
        [] => part
            .iter()
            .find(|token| token.is_value() || token.text.contains(|c: char| c.is_ascii_digit()))
            .map(std::slice::from_ref)
            .unwrap_or_default(),
        rest => rest,
    }
}

fn schema_of<'c>(draft: &Draft<'c>, missing: &Missing) -> Option<&'c Value> {
    properties(draft.manifest(missing.node)?).find(|(name, _)| *name == missing.name).map(|(_, schema)| schema)
}

/// Whether the value shows by itself that it belongs here: an e-mail address to an address, `@name` to a chat.
fn suits(draft: &Draft<'_>, missing: &Missing, value: &[Token]) -> bool {
    let Some((schema, [token])) = schema_of(draft, missing).zip(value.first_chunk::<1>()) else { return false };
    let description = text_of(schema, "description");
    match token.kind {
        Kind::Email => text_of(schema, "format") == "email",
        Kind::Url => text_of(schema, "format") == "uri" || description.contains("address"),
        Kind::Path => text_of(schema, "format") == "path",
        Kind::Mention => description.contains("`@"),
        Kind::Channel => description.contains("`#"),
        _ => starting(description).is_some_and(|start| token.text.starts_with(start)),
    }
}

/// What values begin with, by a description such as `Identifier, starting with app`.
fn starting(description: &str) -> Option<&str> {
    description.split_once("starting with `")?.1.split('`').next()
}

fn put(draft: &mut Draft<'_>, missing: &Missing, value: &[Token], text: &str) -> bool {
    let Some(schema) = schema_of(draft, missing) else { return false };
    let free = text_of(schema, "format").is_empty() || text_of(schema, "format") == "multiline";
    let read = match value {
        [] => None,
        [token] if token.kind == Kind::Url && text_of(schema, "format") != "uri" => {
            identifier_in(&token.text, starting(text_of(schema, "description"))).map(Value::from)
        }
        [token] => pairs::typed(schema, token),
        [first, .., last] if free && schema.get("enum").is_none() && schema.get("pattern").is_none() => {
            text.get(first.start..last.end).map(|words| words.trim().into())
        }
        [first, ..] => pairs::typed(schema, first),
    };
    let Some(read) = read else { return false };
    draft.update(missing.node, None, Config::from_iter([(missing.name.clone(), read)]));
    true
}

/// The identifier in a pasted address: the part with the given start, or the longest.
fn identifier_in(address: &str, start: Option<&str>) -> Option<String> {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest);
    let parts = path.split(['/', '?', '#']).skip(1).filter(|part| start.is_none_or(|start| part.starts_with(start)));
    parts.max_by_key(|part| part.len()).filter(|part| part.len() > 2).map(str::to_owned)
}
