//! The connectors as a model is told them: identifiers, what each action does in a sentence, and its parameters with their
//! types, choices and examples. Synonyms, titles and longer descriptions are for people and stay out.
//!
//! A catalogue that fits goes into the system prompt whole, so that its bytes stay the same and are cached. Of a larger one
//! the system prompt holds the index, all connectors with the identifiers of their actions, and beside the request stand
//! those in full that fit it, with the number of those left out. Where not even the index fits, only the latter is told.

use std::collections::{HashMap, HashSet};

use bridge_domain::{ActionManifest, Catalog, ConnectorManifest, Definition, NodeType};
use serde_json::{Map, Value};

use crate::budget::{Budget, tokens};

/// Levels of a parameter's structure that are described.
const DEPTH: u32 = 3;
/// Length from which a list of choices is written out only once, in bytes.
const SHARED: usize = 80;
/// Longest example of a parameter, in bytes.
const EXAMPLE: usize = 60;
/// Longest description of a parameter that is told, in bytes.
const PURPOSE: usize = 60;

/// Tokens the count of the connectors that are left out takes at most. It is told in any case.
pub const REST_TOKENS: u32 = 80;

/// The whole catalogue as text, when it takes at most `limit` tokens.
#[must_use]
pub fn whole(catalog: &Catalog, limit: u32) -> Option<String> {
    let mut text = String::new();
    let mut left = Budget::new(limit);
    let mut describer = Describer::default();
    for connector in catalog.connectors() {
        let described = describer.connector(connector);
        if !left.take(tokens(&described)) {
            return None;
        }
        text.push_str(&described);
    }
    Some(text)
}

/// The connectors with the identifiers of their actions, one line each, when that takes at most `limit` tokens.
#[must_use]
pub fn index(catalog: &Catalog, limit: u32) -> Option<String> {
    let mut text = String::new();
    let mut left = Budget::new(limit);
    for connector in catalog.connectors() {
        let actions: Vec<&str> = connector.actions.iter().map(|action| action.id.as_str()).collect();
        let line = format!("{} ({}): {}\n", connector.id, connector.name, actions.join(", "));
        if !left.take(tokens(&line)) {
            return None;
        }
        text.push_str(&line);
    }
    Some(text)
}

/// The connectors that fit the request best, within a budget, and how many more there are.
#[must_use]
pub fn fitting(catalog: &Catalog, request: &str, definition: Option<&Definition>, budget: Budget) -> String {
    let mut budget = budget;
    budget.drain(REST_TOKENS);
    let mut text = "Connectors that fit this request:\n".to_owned();
    let mut told = 0;
    let mut describer = Describer::default();
    for connector in ranked(catalog, request, definition) {
        let described = describer.connector(connector);
        if !budget.take(tokens(&described)) {
            break;
        }
        text.push_str(&described);
        told += 1;
    }
    let more = catalog.connectors().len() - told;
    if more > 0 {
        text.push_str(&format!(
            "There are {more} more connectors that are not listed here. If none of these fits, say so and ask the user to \
             name the service, then it will be listed.\n"
        ));
    }
    text
}

/// All connectors, the ones that fit the request best first; equal ones in palette order.
fn ranked<'a>(catalog: &'a Catalog, request: &str, definition: Option<&Definition>) -> Vec<&'a ConnectorManifest> {
    let in_use: HashSet<&str> = definition.map_or_else(HashSet::new, |definition| {
        definition.nodes.iter().map(|node| node.data.connector_id.as_str()).collect()
    });
    let wanted = Wanted::new(request);
    let mut scored: Vec<(u32, &ConnectorManifest)> = catalog
        .connectors()
        .iter()
        .map(|connector| {
            let used = if in_use.contains(connector.id.as_str()) { 6 } else { 0 };
            (wanted.score(connector) + used, connector)
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, connector)| connector).collect()
}

/// The words of a request.
struct Wanted {
    text: String,
    words: HashSet<String>,
}

impl Wanted {
    fn new(request: &str) -> Self {
        let words = words(request);
        Self { text: format!(" {} ", words.join(" ")), words: words.iter().map(|word| stem(word)).collect() }
    }

    fn score(&self, connector: &ConnectorManifest) -> u32 {
        let phrases = |all: &[String], weight: u32| all.iter().map(|phrase| self.phrase(phrase) * weight).sum::<u32>();
        let of_actions = connector.actions.iter().map(|action| {
            self.phrase(&action.name) * 6 + phrases(&action.synonyms, 5) + self.shared_words(&action.description)
        });
        self.phrase(&connector.name) * 12
            + self.phrase(&connector.id) * 12
            + phrases(&connector.synonyms, 8)
            + self.shared_words(&connector.description)
            + of_actions.sum::<u32>()
    }

    /// 1 when all of a phrase is in the request.
    fn phrase(&self, phrase: &str) -> u32 {
        let parts = words(phrase);
        let found = match parts.as_slice() {
            [] => false,
            [only] => self.words.contains(&stem(only)),
            many => self.text.contains(&format!(" {} ", many.join(" "))),
        };
        u32::from(found)
    }

    fn shared_words(&self, text: &str) -> u32 {
        let shared = words(text).iter().filter(|word| word.len() > 3 && self.words.contains(&stem(word))).count();
        u32::try_from(shared).unwrap_or(u32::MAX)
    }
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A word without its plural.
fn stem(word: &str) -> String {
    if word.len() > 3 { word.trim_end_matches('s').to_owned() } else { word.to_owned() }
}

/// Puts connectors into words. A long list of choices that several parameters share is written out once.
#[derive(Default)]
struct Describer {
    /// Lists of choices written so far, with the parameter each one belongs to.
    written: HashMap<String, String>,
}

impl Describer {
    fn connector(&mut self, connector: &ConnectorManifest) -> String {
        let mut text = format!("{} ({}): {}\n", connector.id, connector.name, connector.description);
        for action in &connector.actions {
            self.action(&connector.id, action, &mut text);
        }
        text
    }

    fn action(&mut self, connector_id: &str, action: &ActionManifest, text: &mut String) {
        let kind = match action.node_type {
            NodeType::Trigger => "trigger",
            NodeType::Action => "action",
            NodeType::Condition => "condition",
        };
        text.push_str(&format!("  {} ({kind}): {}\n", action.id, action.description));
        let at = format!("{connector_id}.{}", action.id);
        let parameters = properties(&action.parameters).into_iter().flatten();
        let parameters: Vec<String> =
            parameters.map(|(name, schema)| self.parameter(&at, &action.parameters, name, schema)).collect();
        if !parameters.is_empty() {
            text.push_str(&format!("    {}\n", parameters.join("; ")));
        }
        match action.outputs.as_slice() {
            [] => text.push_str("    no outputs\n"),
            [_] => {}
            many => {
                let names: Vec<&str> = many.iter().map(|port| port.id.as_str()).collect();
                text.push_str(&format!("    outputs: {}\n", names.join(", ")));
            }
        }
    }

    /// `name*: type (such as …)`. Text is the type that is not named; where it has no example, a short description says
    /// what it is.
    fn parameter(&mut self, at: &str, parent: &Value, name: &str, schema: &Value) -> String {
        let star = if is_required(parent, name) { "*" } else { "" };
        let shape = self.shape(&format!("{at}.{name}"), schema, DEPTH);
        let shape = if shape.is_empty() { shape } else { format!(": {shape}") };
        let about = example(schema).or_else(|| purpose(schema).filter(|_| shape.is_empty()));
        format!("{name}{star}{shape}{}", about.map(|about| format!(" ({about})")).unwrap_or_default())
    }

    /// A JSON Schema in a few words: `integer`, `a|b`, `[{left*; operator*: …}]`; nothing for text.
    fn shape(&mut self, at: &str, schema: &Value, depth: u32) -> String {
        if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
            return self.choices(at, choices);
        }
        let kind = match schema.get("type") {
            Some(Value::String(kind)) => kind.clone(),
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("|"),
            _ => "any value".to_owned(),
        };
        match (kind.as_str(), schema.get("items"), properties(schema)) {
            ("string", ..) => String::new(),
            ("array", Some(items), _) if depth > 0 => {
                let items = self.shape(at, items, depth - 1);
                format!("[{}]", if items.is_empty() { "string" } else { &items })
            }
            ("object", _, Some(fields)) if depth > 0 => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, field)| {
                        let star = if is_required(schema, name) { "*" } else { "" };
                        match self.shape(&format!("{at}.{name}"), field, depth - 1) {
                            shape if shape.is_empty() => format!("{name}{star}"),
                            shape => format!("{name}{star}: {shape}"),
                        }
                    })
                    .collect();
                format!("{{{}}}", fields.join("; "))
            }
            _ => kind,
        }
    }

    fn choices(&mut self, at: &str, choices: &[Value]) -> String {
        let words = choices.iter().map(|choice| choice.as_str().map_or(choice.to_string(), str::to_owned));
        let written = words.collect::<Vec<_>>().join("|");
        if written.len() < SHARED {
            return written;
        }
        match self.written.get(&written) {
            Some(first) => format!("as {first}"),
            None => {
                self.written.insert(written.clone(), at.to_owned());
                written
            }
        }
    }
}

/// The example that a parameter's description gives: `such as …`, up to the end of the clause.
fn example(schema: &Value) -> Option<String> {
    let description = schema.get("description")?.as_str()?;
    let from = description.find("such as `").or_else(|| description.find("starting with `"))?;
    let clause = &description[from..];
    let end = clause.match_indices('`').nth(1).map_or(clause.len(), |(at, _)| at + 1);
    (end <= EXAMPLE).then(|| clause[..end].to_owned())
}

/// What a parameter is for, where that is said in a few words.
fn purpose(schema: &Value) -> Option<String> {
    let description = schema.get("description")?.as_str()?.trim_end_matches('.');
    (description.len() <= PURPOSE).then(|| description.to_owned())
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties")?.as_object()
}

fn is_required(schema: &Value, name: &str) -> bool {
    schema.get("required").and_then(Value::as_array).is_some_and(|all| all.iter().any(|one| one == name))
}
