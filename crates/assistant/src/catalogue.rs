//! The connectors as a model is told them. A small catalogue goes into the system prompt whole, so that its bytes stay
//! the same; of a large one, what fits the request goes beside the request, with the number of those left out.

use std::collections::HashSet;

use bridge_domain::{ActionManifest, Catalog, ConnectorManifest, Definition, NodeType};
use serde_json::{Map, Value};

use crate::budget::{Budget, tokens};

/// Levels of a parameter's structure that are described.
const DEPTH: u32 = 3;

/// Tokens the count of the connectors that are left out takes at most. It is told in any case.
pub const REST_TOKENS: u32 = 80;

/// The whole catalogue as text, when it takes at most `limit` tokens.
#[must_use]
pub fn whole(catalog: &Catalog, limit: u32) -> Option<String> {
    let mut text = String::new();
    let mut left = Budget::new(limit);
    for connector in catalog.connectors() {
        let described = describe(connector);
        if !left.take(tokens(&described)) {
            return None;
        }
        text.push_str(&described);
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
    for connector in ranked(catalog, request, definition) {
        let described = describe(connector);
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

fn describe(connector: &ConnectorManifest) -> String {
    let mut text = format!("{} ({}): {}\n", connector.id, connector.name, connector.description);
    for action in &connector.actions {
        text.push_str(&describe_action(action));
    }
    text
}

fn describe_action(action: &ActionManifest) -> String {
    let kind = match action.node_type {
        NodeType::Trigger => "trigger",
        NodeType::Action => "action",
        NodeType::Condition => "condition",
    };
    let mut text = format!("  {} ({kind}): {}\n", action.id, action.description);
    if let Some(fields) = properties(&action.parameters) {
        for (name, schema) in fields {
            let star = if is_required(&action.parameters, name) { "*" } else { "" };
            text.push_str(&format!("    {name}{star}: {}", shape(schema, DEPTH)));
            if let Some(description) = schema.get("description").and_then(Value::as_str) {
                text.push_str(&format!(", {description}"));
            }
            text.push('\n');
        }
    }
    match action.outputs.as_slice() {
        [] => text.push_str("    no outputs\n"),
        [_] => {}
        many => {
            let names: Vec<&str> = many.iter().map(|port| port.id.as_str()).collect();
            text.push_str(&format!("    outputs: {}\n", names.join(", ")));
        }
    }
    text
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties")?.as_object()
}

fn is_required(schema: &Value, name: &str) -> bool {
    schema.get("required").and_then(Value::as_array).is_some_and(|all| all.iter().any(|one| one == name))
}

/// A JSON Schema in a few words: `string`, `one of a|b`, `list of {left*, operator*}`.
fn shape(schema: &Value, depth: u32) -> String {
    if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
        let choices: Vec<String> =
            choices.iter().map(|choice| choice.as_str().map_or(choice.to_string(), str::to_owned)).collect();
        return format!("one of {}", choices.join("|"));
    }
    let kind = match schema.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("|"),
        _ => "any value".to_owned(),
    };
    if depth == 0 {
        return kind;
    }
    match (kind.as_str(), schema.get("items"), properties(schema)) {
        ("array", Some(items), _) => format!("list of {}", shape(items, depth - 1)),
        ("object", _, Some(fields)) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, field)| {
                    let star = if is_required(schema, name) { "*" } else { "" };
                    format!("{name}{star}: {}", shape(field, depth - 1))
                })
                .collect();
            format!("{{{}}}", fields.join("; "))
        }
        _ => kind,
    }
}
