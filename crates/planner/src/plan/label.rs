//! What a new node is called, and what it does in a sentence.

use bridge_domain::{ActionManifest, Config, ConnectorManifest};
use serde_json::Value;

use super::notes::shortened;
use crate::graph::draft::Draft;
use crate::read::lexicon::{properties, text_of};
use crate::read::tokens::{Kind, Token};

/// Longest label made from words of the request, in characters.
const MAX_LABEL: usize = 60;

/// The connector's name; where a node has it already, with what tells the new one apart.
pub(crate) fn of(draft: &Draft<'_>, connector: &ConnectorManifest, action: &ActionManifest, config: &Config) -> String {
    let host = properties(action)
        .filter(|(_, schema)| text_of(schema, "format") == "uri")
        .find_map(|(name, _)| host_of(config.get(name)?.as_str()?));
    if let Some(host) = host {
        return clipped(&format!("{} to {host}", connector.name));
    }
    if !draft.has_label(&connector.name) {
        return connector.name.clone();
    }
    let receiver = properties(action)
        .filter_map(|(name, _)| config.get(name)?.as_str())
        .find(|value| value.starts_with(['#', '@']) && !value.contains([' ', '{']));
    let does_else = draft
        .alive()
        .all(|node| draft.nodes[node].connector_id != connector.id || draft.nodes[node].action_id != action.id);
    match receiver {
        Some(receiver) => clipped(&format!("{} {receiver}", connector.name)),
        None if does_else => format!("{}: {}", connector.name, action.name),
        None => connector.name.clone(),
    }
}

fn host_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?.rsplit('@').next()?;
    (!host.is_empty() && !host.contains('{')).then_some(host)
}

/// The label a clause gives itself, `called “Alert”`, and the clause without it.
pub(crate) fn given(tokens: &[Token]) -> (Option<String>, Vec<Token>) {
    let at = tokens.iter().position(|token| token.is(&["called", "named", "labelled", "labeled"]));
    let Some(at) = at else { return (None, tokens.to_vec()) };
    let noun_before = at
        .checked_sub(1)
        .and_then(|index| tokens.get(index))
        .is_some_and(|token| token.is(&["node", "step", "it", "message", "trigger", "request", "webhook"]));
    let Some(name) =
        tokens.get(at + 1).filter(|name| name.kind == Kind::Quoted || noun_before && name.kind == Kind::Word)
    else {
        return (None, tokens.to_vec());
    };
    let rest =
        tokens.iter().enumerate().filter(|(index, _)| *index != at && *index != at + 1).map(|(_, token)| token.clone());
    ((!name.text.trim().is_empty()).then(|| name.text.clone()), rest.collect())
}

/// A label of bearable length.
pub(crate) fn clipped(text: &str) -> String {
    shortened(text, MAX_LABEL)
}

/// What a node does, to follow its label: the action's description, with what is set.
pub(crate) fn sentence(action: &ActionManifest, config: &Config) -> String {
    let settings = settings(action, config);
    let lower = lowered(&action.description);
    let description = lower.trim_end_matches('.');
    if settings.is_empty() { format!("{description}.") } else { format!("{description} ({settings}).") }
}

/// The values of a configuration in words.
pub(crate) fn settings(action: &ActionManifest, config: &Config) -> String {
    let shown = properties(action).filter_map(|(name, schema)| {
        let value = value_words(config.get(name)?)?;
        Some(format!("{}: {value}", text_of(schema, "title")))
    });
    shown.take(8).collect::<Vec<_>>().join(", ")
}

/// A value in words; none for an empty one.
pub(crate) fn value_words(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(format!("`{}`", shortened(text, 80).replace('`', "'"))),
        Value::Array(items) if items.iter().all(|item| item.get("operator").is_some()) && !items.is_empty() => {
            let words = items.iter().take(6).map(|item| {
                let part = |name: &str| {
                    item.get(name)
                        .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                        .unwrap_or_default()
                };
                let operator = part("operator").replace('_', " ");
                shortened(format!("{} {operator} {}", part("left"), part("right")).trim(), 120)
            });
            Some(format!("`{}`", words.collect::<Vec<_>>().join("; ").replace('`', "'")))
        }
        Value::Array(items) if items.is_empty() => None,
        Value::Object(fields) if fields.is_empty() => None,
        other => Some(format!("`{}`", shortened(&other.to_string(), 120).replace('`', "'"))),
    }
}

/// With a small first letter, unless it opens an abbreviation.
pub(crate) fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next();
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    first.map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// With a capital letter.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
