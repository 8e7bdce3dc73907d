//! Takes secrets out of text and configuration before they are sent or kept.
//!
//! Three ways of knowing one: the exact secrets the application holds, in the encodings they travel in; the key formats
//! of well-known services; and values under names such as `password`. Replacing too much is a nuisance, replacing too
//! little is a leak, so doubtful values are replaced. Nothing here decides what to do about a secret that was found.

use std::borrow::Cow;

use bridge_domain::{Config, Definition, ExposeSecret, SecretString};
use regex::{Captures, Regex, RegexBuilder};
use serde_json::Value;

use crate::encodings;
use crate::patterns::{ANY_FORMAT, FORMATS, NAMED, TOKEN, URL_PASSWORD, is_strong_name, is_weak_name};

/// Shortest exact secret that is looked for, in bytes. Shorter ones would match everywhere.
const SHORTEST_SECRET: usize = 6;

/// Replaces secrets.
#[derive(Clone, Default)]
pub struct Redactor {
    /// Matches known secrets, however they are written.
    known: Option<Regex>,
    /// The usual ways of writing them, longest first.
    forms: Vec<String>,
}

impl Redactor {
    /// Knows these secrets exactly, besides what looks like one.
    #[must_use]
    pub fn new(secrets: &[SecretString]) -> Self {
        let secrets: Vec<&str> = secrets
            .iter()
            .map(|secret| secret.expose_secret().trim())
            .filter(|secret| secret.len() >= SHORTEST_SECRET)
            .collect();
        if secrets.is_empty() {
            return Self::default();
        }
        let mut forms: Vec<String> = secrets.iter().flat_map(|secret| encodings::forms(secret)).collect();
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        let patterns: Vec<String> = secrets.iter().map(|secret| encodings::pattern(secret)).collect();
        let known = RegexBuilder::new(&patterns.join("|")).size_limit(64 << 20).build();
        // Rather nothing readable than a secret.
        Self { known: known.or_else(|_| Regex::new("(?s).+")).ok(), forms }
    }

    /// Replaces exactly the known secrets and nothing else.
    #[must_use]
    pub fn known<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match &self.known {
            Some(known) => known.replace_all(text, mark("a stored key")),
            None => Cow::Borrowed(text),
        }
    }

    /// Replaces known secrets and everything that looks like one.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let mut text = self.known(text).into_owned();
        if ANY_FORMAT.is_match(&text) {
            for format in FORMATS.iter() {
                text = format.pattern.replace_all(&text, mark(format.name)).into_owned();
            }
        }
        let text = URL_PASSWORD.replace_all(&text, format!("$scheme{}@", mark("name and password")));
        let text = NAMED.replace_all(&text, hide_named);
        TOKEN
            .replace_all(&text, |found: &Captures<'_>| {
                let token = found.get(0).map_or("", |token| token.as_str());
                if looks_random(token) { mark("a random value") } else { token.to_owned() }
            })
            .into_owned()
    }

    /// Replaces secrets in all values of a node's configuration, using the parameters' names.
    #[must_use]
    pub fn config(&self, config: &Config) -> Config {
        config.iter().map(|(name, value)| (self.text(name), self.value(Some(name), value))).collect()
    }

    /// Replaces secrets in everything people can write into a definition. Identifiers stay.
    #[must_use]
    pub fn definition(&self, definition: &Definition) -> Definition {
        let mut clean = definition.clone();
        for node in &mut clean.nodes {
            node.data.label = self.text(&node.data.label);
            node.data.config = self.config(&node.data.config);
        }
        clean
    }

    fn value(&self, name: Option<&str>, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(match name {
                Some(name) if is_secret_value(name, text) => mark(&format!("value of {name}")),
                _ => self.text(text),
            }),
            // A list of name and value, as headers and query parameters are often kept, names its values itself.
            Value::Object(object) => {
                let named = ["name", "key", "header"].iter().find_map(|field| object.get(*field)?.as_str());
                let fields = object.iter().map(|(field, value)| {
                    let name = if field == "value" { named.or(name) } else { Some(field.as_str()) };
                    let name = if matches!(field.as_str(), "name" | "key" | "header") { None } else { name };
                    (self.text(field), self.value(name, value))
                });
                Value::Object(fields.collect())
            }
            Value::Array(items) => Value::Array(items.iter().map(|item| self.value(name, item)).collect()),
            other => other.clone(),
        }
    }

    /// Replaces known secrets in every string of a value the model wrote.
    pub fn known_in(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(clean) = self.known(text) {
                    *text = clean;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.known_in(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.known_in(field)),
            _ => {}
        }
    }

    /// Where a known secret may begin that is not whole yet: everything before is safe to hand out.
    #[must_use]
    pub fn safe_length(&self, text: &str) -> usize {
        let longest = self.forms.first().map_or(0, String::len);
        let tail = text.len().saturating_sub(longest);
        (tail..text.len())
            .filter_map(|at| Some((at, text.get(at..)?)))
            .find(|(_, rest)| self.forms.iter().any(|form| form.starts_with(rest)))
            .map_or(text.len(), |(at, _)| at)
    }
}

/// How the text that stands where a secret was begins.
pub const MARK: &str = "[redacted: ";

/// What stands where a secret was.
fn mark(what: &str) -> String {
    format!("{MARK}{what}]")
}

fn hide_named(found: &Captures<'_>) -> String {
    let part = |name: &str| found.name(name).map_or("", |part| part.as_str());
    let (name, value) = (part("name"), part("value"));
    // In a sentence, "the token is missing" is no secret.
    let sentence = part("between").trim().eq_ignore_ascii_case("is");
    if value.starts_with("[redacted") || !is_secret_value(name, value) || (sentence && !is_mixed(value)) {
        return part("all").to_owned();
    }
    format!("{name}{}{}", part("between"), mark(&format!("value of {name}")))
}

/// Whether a value under this name is to be hidden. An expression is not a value yet.
fn is_secret_value(name: &str, value: &str) -> bool {
    let value = value.trim().trim_start_matches('=');
    if value.is_empty() || (value.starts_with("{{") && value.ends_with("}}")) {
        return false;
    }
    is_strong_name(name) || (is_weak_name(name) && (looks_random(value) || is_mixed(value)))
}

/// Letters and digits mixed, without spaces, as words of a language are not.
fn is_mixed(value: &str) -> bool {
    value.len() >= 8
        && !value.contains(char::is_whitespace)
        && value.contains(|c: char| c.is_ascii_digit())
        && value.contains(|c: char| c.is_ascii_alphabetic())
}

/// Whether a value without a telling name is random enough to be a key: long, with upper and lower case letters and
/// digits, and more than 4 bits of entropy a character. Identifiers of nodes (UUIDs, hexadecimal) stay below that.
fn looks_random(value: &str) -> bool {
    let count = |test: fn(char) -> bool| value.chars().filter(|c| test(*c)).count();
    value.len() >= 32
        && count(|c| c.is_ascii_digit()) >= 3
        && count(|c| c.is_ascii_uppercase()) >= 3
        && count(|c| c.is_ascii_lowercase()) >= 3
        && entropy(value) > 4.0
}

/// Shannon entropy in bits per byte.
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let total = value.len().max(1) as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / total)
        .map(|share| -share * share.log2())
        .sum()
}
