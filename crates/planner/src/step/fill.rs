//! A step's configuration from the words of its clause, by the schema of the action's parameters.
//!
//! Whatever is not said is left to the schema's defaults; what has none is reported as missing.

use std::collections::HashMap;

use bridge_domain::{ActionManifest, Config};
use serde_json::{Value, json};

use super::pairs;
use crate::read::amounts;
use crate::read::comparison::{Comparison, json_number};
use crate::read::lexicon::{properties, required, text_of};
use crate::read::schedule::{Schedule, Times};
use crate::read::tokens::{Kind, Token};

/// A configuration in the making.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filled {
    pub config: Config,
    /// Titles and values the manifest supplied for something worth knowing.
    pub assumed: Vec<(String, String)>,
    /// Names of parameters that need no mention: the manifest supplied them, or the label says the same.
    pub quiet: Vec<String>,
    /// Names of required parameters nobody gave a value.
    pub missing: Vec<String>,
}

/// Reads a clause against an action.
pub(crate) struct Filler<'a> {
    pub action: &'a ActionManifest,
    pub tokens: &'a [Token],
    /// The whole message, which tokens point into.
    pub text: &'a str,
    used: Vec<bool>,
    pub config: Config,
}

impl<'a> Filler<'a> {
    /// Starts with nothing filled.
    pub(crate) fn new(action: &'a ActionManifest, tokens: &'a [Token], text: &'a str) -> Self {
        Self { action, tokens, text, used: vec![false; tokens.len()], config: Config::new() }
    }

    /// Reads everything the clause says.
    pub(crate) fn read(mut self) -> Filled {
        self.span();
        self.json();
        for (name, value, used) in pairs::titled(self.action, self.tokens, self.text) {
            if used.clone().all(|at| !self.used[at]) && !self.config.contains_key(&name) {
                self.used[used].fill(true);
                self.config.insert(name, value);
            }
        }
        self.shaped();
        self.kinds();
        self.choices();
        self.free_text();
        self.assignments();
        self.payload();
        finish(self.action, self.config)
    }

    fn set(&mut self, name: &str, value: Value) -> bool {
        let free = !self.config.contains_key(name);
        if free {
            self.config.insert(name.to_owned(), value);
        }
        free
    }

    /// `5 minutes` into a number and the unit beside it.
    fn span(&mut self) {
        let Some((unit_name, units)) = unit_parameter(self.action) else { return };
        let number =
            properties(self.action).find(|(_, schema)| matches!(text_of(schema, "type"), "integer" | "number"));
        let (Some((number_name, _)), Some(span)) = (number, amounts::span(self.tokens)) else { return };
        let (amount, unit) = match span.unit {
            "weeks" if !units.contains(&"weeks") => (span.amount * 7.0, "days"),
            unit => (span.amount, unit),
        };
        if units.contains(&unit) {
            self.config.insert(number_name.to_owned(), Value::Number(json_number(amount)));
            self.config.insert(unit_name.to_owned(), unit.into());
            let start =
                (0..self.tokens.len()).find(|at| amounts::span_at(self.tokens, *at).is_some()).unwrap_or(span.end);
            self.used[start..span.end].fill(true);
        }
    }

    /// `{"ok": true}` where the action takes an object as its body.
    fn json(&mut self) {
        let first = self.tokens.iter().position(|token| token.is_mark("{"));
        let last = self.tokens.iter().rposition(|token| token.is_mark("}"));
        let (Some(first), Some(last)) = (first, last) else { return };
        let written =
            self.tokens.get(first..=last).and_then(|_| self.text.get(self.tokens[first].start..self.tokens[last].end));
        let takes = properties(self.action).any(|(name, schema)| {
            name == "body" && schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!("object")))
        });
        if let Some(Ok(value @ Value::Object(_))) = written.filter(|_| takes).map(serde_json::from_str) {
            self.config.insert("body".to_owned(), value);
            self.used[first..=last].fill(true);
        }
    }

    /// Values that say what they are: addresses, channels, paths.
    fn kinds(&mut self) {
        for at in 0..self.tokens.len() {
            let token = &self.tokens[at];
            if self.used[at] || !token.is_value() {
                continue;
            }
            let place = properties(self.action).find(|(name, schema)| {
                let free = !self.config.contains_key(*name);
                let format = text_of(schema, "format");
                match token.kind {
                    Kind::Url => format == "uri" && free,
                    Kind::Email => format == "email" && (free || *name == "to"),
                    Kind::Path => free && (format == "path" || *name == "path" && is_route(&token.text)),
                    Kind::Channel => text_of(schema, "description").contains("`#") && free,
                    Kind::Mention => text_of(schema, "description").contains("`@") && free,
                    Kind::Expression => format == "email" && free && at > 0 && self.tokens[at - 1].is(&["to", "at"]),
                    _ => false,
                }
            });
            let Some((name, schema)) = place else { continue };
            let value = match self.config.get(name).and_then(Value::as_str) {
                Some(first) => format!("{first}, {}", token.text),
                None if token.kind == Kind::Path && text_of(schema, "format") != "path" => {
                    token.text.trim_matches('/').to_owned()
                }
                None => token.text.clone(),
            };
            self.config.insert(name.to_owned(), templated(&value).into());
            self.used[at] = true;
        }
    }

    /// Words that are one of a parameter's options: `POST`, `csv`, `overwrite`.
    fn choices(&mut self) {
        for (name, schema) in properties(self.action) {
            let Some(options) = schema.get("enum").and_then(Value::as_array) else { continue };
            if self.config.contains_key(name) {
                continue;
            }
            let found = options.iter().filter_map(Value::as_str).find(|option| {
                let distinct = option.len() >= 3
                    && !matches!(*option, "text" | "none" | "auto" | "first" | "fail" | "header" | "any" | "all");
                distinct
                    && self.tokens.iter().zip(&self.used).any(|(token, used)| {
                        token.kind == Kind::Word
                            && !used
                            && (token.word.eq_ignore_ascii_case(option)
                                || token.stem == crate::read::words::stem(&option.to_lowercase()) && option.len() > 4)
                    })
            });
            if let Some(option) = found {
                self.set(name, option.into());
            }
        }
    }

    /// Quotations and what follows `saying` go where the action takes text.
    fn free_text(&mut self) {
        if let Some((start, text)) = pairs::spoken(self.tokens, self.text)
            && let Some(name) = text_places(self.action).into_iter().find(|name| !self.config.contains_key(name))
        {
            self.config.insert(name, text.into());
            self.used[start..].fill(true);
        }
        for at in 0..self.tokens.len() {
            let token = &self.tokens[at];
            if self.used[at] || !matches!(token.kind, Kind::Quoted | Kind::Expression) || token.text.trim().is_empty() {
                continue;
            }
            let Some(name) = text_places(self.action).into_iter().find(|name| !self.config.contains_key(name)) else {
                continue;
            };
            let text = if token.kind == Kind::Expression { format!("={}", token.text) } else { templated(&token.text) };
            self.config.insert(name, text.into());
            self.used[at] = true;
        }
        if let Some(prompt) = self.instruction() {
            self.set("prompt", prompt.into());
        }
    }

    /// What a model is asked: the clause itself, with the item behind it.
    fn instruction(&self) -> Option<String> {
        properties(self.action).find(|(name, _)| *name == "prompt")?;
        if self.config.contains_key("prompt") {
            return None;
        }
        let to = self.tokens.iter().position(|token| token.is(&["to"])).map(|at| at + 1);
        let asks = self.tokens.first().is_some_and(|token| token.is(&["ask", "use", "let", "tell", "have", "prompt"]));
        let start = if asks { to? } else { 0 };
        let verbs = [
            "summariz",
            "summaris",
            "classify",
            "translat",
            "extract",
            "rewrit",
            "writ",
            "generat",
            "analyz",
            "analys",
            "answer",
            "categoriz",
            "categoris",
            "draft",
            "explain",
        ];
        let first = self.tokens.get(start).filter(|token| asks || verbs.contains(&token.stem.as_str()))?;
        let last = self.tokens.last()?;
        let words = self.text.get(first.start..last.end)?.trim();
        Some(format!("={words}\n\n{{{{ $json }}}}"))
    }

    /// What is sent to an address is sent with POST, as JSON.
    fn payload(&mut self) {
        let sends = self.tokens.first().is_some_and(|token| {
            token.is(&["send", "post", "forward", "push", "submit", "deliver", "sends", "posts", "forwards", "pushes"])
        });
        let only_calls = self.tokens.iter().any(|token| token.is(&["request", "call", "get", "requests", "ping"]));
        let has = |wanted: &str| properties(self.action).any(|(name, _)| name == wanted);
        let called = self.config.contains_key("url") && has("method") && has("body_kind") && has("body");
        let free =
            self.config.get("method").is_none_or(|method| method == "POST") && !self.config.contains_key("body_kind");
        if sends && called && free && !only_calls {
            self.config.insert("method".to_owned(), "POST".into());
            self.config.insert("body_kind".to_owned(), "json".into());
            self.set("body", "={{ $json }}".into());
        }
    }

    /// `status to paid and total to 5` into an object of names and values.
    fn assignments(&mut self) {
        let map = properties(self.action).find(|(name, schema)| {
            text_of(schema, "type") == "object"
                && schema.get("additionalProperties").is_some()
                && required(self.action).any(|one| one == *name)
        });
        let Some((name, _)) = map else { return };
        let sets = required(self.action).count() == 1;
        let found = pairs::assignments(self.tokens, &self.used, self.text, sets);
        if !found.is_empty() {
            self.set(name, Value::Object(found));
        }
    }
}

/// Whether a text is made of letters, digits and the few marks that every pattern of the catalogue allows.
pub(crate) fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .split('/')
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)))
}

/// Whether a path can be the last part of an address.
fn is_route(path: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_~.-".contains(c));
    path.strip_prefix('/').is_some_and(|route| route.split('/').all(plain))
}

/// Puts in what the schema supplies for required parameters, and names what stays open.
pub(crate) fn finish(action: &ActionManifest, mut config: Config) -> Filled {
    let schemas: HashMap<&str, &Value> = properties(action).collect();
    let mut filled = Filled::default();
    for name in required(action) {
        let blank = config.get(name).is_some_and(|value| value.as_str().is_some_and(|text| text.trim().is_empty()));
        if config.contains_key(name) && !blank {
            continue;
        }
        config.remove(name);
        let Some(schema) = schemas.get(name) else { continue };
        let blank = |default: &Value| default.as_str().is_some_and(|text| text.trim().is_empty());
        match schema.get("default").filter(|default| !blank(default)) {
            Some(default) => {
                if let Some(text) = worth_saying(default) {
                    filled.assumed.push((text_of(schema, "title").to_owned(), text));
                }
                config.insert(name.to_owned(), default.clone());
                filled.quiet.push(name.to_owned());
            }
            None => filled.missing.push(name.to_owned()),
        }
    }
    bound(&schemas, &mut config);
    filled.config = config;
    filled
}

/// A default a person would want to know of.
fn worth_saying(default: &Value) -> Option<String> {
    match default {
        Value::String(text) if text == "={{ $json }}" => Some("the whole incoming item".to_owned()),
        Value::String(text) if !text.is_empty() && text.len() < 60 && !text.contains('\n') => Some(format!("`{text}`")),
        Value::Number(number) => Some(format!("`{number}`")),
        Value::Array(list) if !list.is_empty() && default.to_string().len() < 60 => Some(format!("`{default}`")),
        _ => None,
    }
}

impl Filled {
    /// With nothing to be mentioned, because the label says it all.
    pub(crate) fn labelled(mut self) -> Self {
        self.quiet = self.config.keys().cloned().collect();
        self
    }

    /// The part of the configuration that is worth a mention.
    pub(crate) fn told(&self) -> Config {
        let told = self.config.iter().filter(|(name, _)| !self.quiet.contains(name));
        told.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// Numbers outside their bounds go to the nearest bound, so that a step is never refused for a slip.
fn bound(schemas: &HashMap<&str, &Value>, config: &mut Config) {
    for (name, value) in config.iter_mut() {
        let (Some(number), Some(schema)) = (value.as_f64(), schemas.get(name.as_str())) else { continue };
        let limit = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
        let low = limit("minimum").filter(|low| number < *low);
        let high = limit("maximum").filter(|high| number > *high);
        let whole = (text_of(schema, "type") == "integer" && number.fract() != 0.0).then(|| number.round());
        if let Some(near) = low.or(high).or(whole) {
            *value = Value::Number(json_number(near));
        }
    }
}

/// The parameter that names a unit of time, with its options.
pub(crate) fn unit_parameter(action: &ActionManifest) -> Option<(&str, Vec<&str>)> {
    properties(action).find_map(|(name, schema)| {
        let options: Vec<&str> = schema.get("enum")?.as_array()?.iter().filter_map(Value::as_str).collect();
        options.contains(&"minutes").then_some((name, options))
    })
}

/// Parameters that take free text, the likeliest first.
pub(crate) fn text_places(action: &ActionManifest) -> Vec<String> {
    let takes_text = |schema: &Value| {
        schema.get("type").is_some_and(|kind| {
            kind == "string" || kind.as_array().is_some_and(|kinds| kinds.contains(&json!("string")))
        })
    };
    let free = |schema: &Value| schema.get("enum").is_none() && schema.get("pattern").is_none() && takes_text(schema);
    let multiline = properties(action)
        .filter(|(_, schema)| free(schema) && matches!(text_of(schema, "format"), "multiline" | "code"));
    let plain = properties(action).filter(|(name, schema)| {
        free(schema) && text_of(schema, "format").is_empty() && required(action).any(|one| one == *name)
    });
    let mut places: Vec<String> = multiline.chain(plain).map(|(name, _)| name.to_owned()).collect();
    // What has to have a title is called something before it says something.
    let title = |name: &String| {
        name == "title" && !properties(action).any(|(one, schema)| one == name && schema.get("default").is_some())
    };
    if let Some(at) = places.iter().position(title) {
        places[..=at].rotate_right(1);
    }
    places
}

/// Text with `{{ }}` in it becomes a template.
pub(crate) fn templated(text: &str) -> String {
    if text.contains("{{") && text.contains("}}") && !text.starts_with('=') {
        format!("={text}")
    } else {
        text.to_owned()
    }
}

/// The parameter that holds a list of comparisons, and whether another says how they combine.
pub(crate) fn condition_parameter(action: &ActionManifest) -> Option<(&str, bool)> {
    let list = properties(action).find(|(_, schema)| {
        let item = schema.get("items").and_then(|items| items.get("properties"));
        item.is_some_and(|item| item.get("left").is_some() && item.get("operator").is_some())
    });
    let combines = properties(action).any(|(name, _)| name == "combine");
    list.map(|(name, _)| (name, combines))
}

/// Comparisons as a condition parameter holds them.
pub(crate) fn conditions(comparisons: &[Comparison]) -> Value {
    comparisons
        .iter()
        .map(|one| {
            let mut item = json!({ "left": one.left, "operator": one.operator });
            if let Some(right) = &one.right {
                item["right"] = right.clone();
            }
            item
        })
        .collect()
}

/// Whether an action can start at such times.
pub(crate) fn keeps_time(action: &ActionManifest, times: &Times) -> bool {
    match times {
        Times::Cron(_) => properties(action).any(|(_, schema)| text_of(schema, "format") == "cron"),
        Times::Every { unit, .. } => unit_parameter(action).is_some_and(|(_, units)| units.contains(unit)),
    }
}

/// A schedule as a trigger's configuration.
pub(crate) fn times(action: &ActionManifest, schedule: &Schedule) -> Config {
    let mut config = Config::new();
    for (name, schema) in properties(action) {
        let value = match &schedule.times {
            Times::Cron(cron) if text_of(schema, "format") == "cron" => Some(Value::from(cron.as_str())),
            Times::Every { amount, .. } if text_of(schema, "type") == "integer" => {
                Some(Value::Number(json_number(amount.round().max(1.0))))
            }
            Times::Every { unit, .. } if unit_parameter(action).is_some_and(|(unit_name, _)| unit_name == name) => {
                Some(Value::from(*unit))
            }
            _ if text_of(schema, "format") == "time_zone" => schedule.time_zone.clone().map(Value::String),
            _ => None,
        };
        if let Some(value) = value {
            config.insert(name.to_owned(), value);
        }
    }
    config
}
