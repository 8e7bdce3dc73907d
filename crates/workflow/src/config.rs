//! A configuration against the schema of its action, and its size.
//!
//! Expressions are accepted wherever a value is: what they give is known only in a run, and validating never runs one.

use bridge_domain::{ActionManifest, Config, Problem, ProblemCode};
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use crate::limits::{MAX_CONFIG_BYTES, MAX_DEPTH, exceeds_depth, json_length};
use crate::path::{member, problem, within};
use crate::rules::Rules;
use crate::secret;
use crate::visible::excerpt;
use crate::{Mode, format};

/// Whether a text is an expression: a leading `=` makes it one.
pub(crate) fn is_expression(text: &str) -> bool {
    text.starts_with('=')
}

/// A configuration to be checked, and how.
pub(crate) struct Check<'a> {
    pub rules: &'a Rules,
    pub connector_id: &'a str,
    pub action: &'a ActionManifest,
    pub mode: Mode,
    /// Path of the configuration in the request.
    pub path: &'a str,
    /// The parameters that the request sets. Others were there before and are not its fault, unless they are missing.
    pub changed: Option<&'a Config>,
}

impl Check<'_> {
    /// All problems of the configuration.
    pub(crate) fn problems(&self, config: &Config) -> Vec<Problem> {
        let mut problems = sizes(config, self.path);
        if !problems.is_empty() {
            return problems;
        }
        let value = Value::Object(config.clone());
        let Some(validator) = self.rules.validator(self.connector_id, &self.action.id) else {
            let message = format!("The description of {} is damaged, so it cannot be checked.", self.action.name);
            return vec![problem(ProblemCode::InvalidValue, self.path, message)];
        };
        for error in validator.iter_errors(&value) {
            self.translate(&error, &mut problems);
        }
        if self.mode == Mode::Complete {
            self.find_blanks(config, &mut problems);
            let set_now = self.changed.unwrap_or(config);
            problems.extend(secret::problems(set_now, self.path));
        }
        problems
    }

    fn is_relevant(&self, error: &ValidationError<'_>) -> bool {
        let key = error.instance_path().segments().next().map(|segment| segment.to_string());
        match (self.changed, key) {
            (Some(changed), Some(key)) => changed.contains_key(&key),
            _ => true,
        }
    }

    fn translate(&self, error: &ValidationError<'_>, problems: &mut Vec<Problem>) {
        let is_accepted_text = |text: &str| is_expression(text) || (self.mode == Mode::Draft && text.trim().is_empty());
        if error.instance().as_str().is_some_and(is_accepted_text) || !self.is_relevant(error) {
            return;
        }
        let path = within(self.path, error.instance_path());
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                problems
                    .extend(unexpected.iter().filter(|key| self.sets(error, key)).map(|key| self.unknown(&path, key)));
            }
            ValidationErrorKind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                if self.mode == Mode::Complete {
                    problems.push(self.missing(&path, error, key));
                }
            }
            ValidationErrorKind::MinItems { .. } if self.mode == Mode::Draft && is_empty(error.instance()) => {}
            _ => problems.push(self.invalid(path, error)),
        }
    }

    /// Whether the request itself sets this unknown property.
    fn sets(&self, error: &ValidationError<'_>, key: &str) -> bool {
        !error.instance_path().is_empty() || self.changed.is_none_or(|changed| changed.contains_key(key))
    }

    fn unknown(&self, path: &str, key: &str) -> Problem {
        let known: Vec<&str> = properties(&self.action.parameters).map(|(name, _)| name).collect();
        let known = if known.is_empty() { "It has none.".to_owned() } else { format!("It has: {}.", known.join(", ")) };
        let message = if path == self.path {
            format!("“{}” has no parameter `{}`. {known}", self.action.name, excerpt(key, 60))
        } else {
            format!("There is no `{}` here.", excerpt(key, 60))
        };
        problem(ProblemCode::UnknownParameter, member(path, key), message)
    }

    fn missing(&self, path: &str, error: &ValidationError<'_>, key: &str) -> Problem {
        let schema = schema_at(&self.action.parameters, error);
        let title = schema.and_then(|schema| schema["properties"][key]["title"].as_str()).unwrap_or(key);
        let message = format!("“{}” needs “{title}” ({key}).", self.action.name);
        problem(ProblemCode::Missing, member(path, key), message)
    }

    fn invalid(&self, path: String, error: &ValidationError<'_>) -> Problem {
        let schema = schema_at(&self.action.parameters, error);
        let title = schema.and_then(|schema| schema["title"].as_str()).unwrap_or("This value");
        let expected = schema.map_or_else(|| "of another kind".to_owned(), expectation);
        problem(ProblemCode::InvalidValue, path, format!("“{title}” must be {expected}."))
    }

    fn find_blanks(&self, config: &Config, problems: &mut Vec<Problem>) {
        for (key, schema) in properties(&self.action.parameters) {
            let is_blank = config.get(key).and_then(Value::as_str).is_some_and(|text| text.trim().is_empty());
            if !is_blank || !is_required(&self.action.parameters, key) {
                continue;
            }
            let path = member(self.path, key);
            problems.retain(|known| known.path != path);
            let title = schema["title"].as_str().unwrap_or(key);
            problems.push(problem(ProblemCode::Missing, path, format!("“{title}” must not be blank.")));
        }
    }
}

/// Whether the schema of the parameters asks for this one.
pub(crate) fn is_required(parameters: &Value, key: &str) -> bool {
    parameters["required"].as_array().is_some_and(|required| required.iter().any(|one| one == key))
}

/// Names and schemas of the parameters, in the order of the manifest.
pub(crate) fn properties(parameters: &Value) -> impl Iterator<Item = (&str, &Value)> {
    parameters["properties"].as_object().into_iter().flatten().map(|(name, schema)| (name.as_str(), schema))
}

/// Problems with the size of a configuration.
pub(crate) fn sizes(config: &Config, path: &str) -> Vec<Problem> {
    if config.values().any(|value| exceeds_depth(value, MAX_DEPTH - 1)) {
        let message = format!("The configuration is nested deeper than {MAX_DEPTH} levels.");
        return vec![problem(ProblemCode::TooLarge, path, message)];
    }
    if json_length(config) > MAX_CONFIG_BYTES {
        return vec![problem(ProblemCode::TooLarge, path, "The configuration is larger than 1 MiB.")];
    }
    Vec::new()
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(serde_json::Map::is_empty)
}

/// The schema of the value an error is about.
fn schema_at<'a>(parameters: &'a Value, error: &ValidationError<'_>) -> Option<&'a Value> {
    use jsonschema::paths::LocationSegment::{Index, Property};
    error.instance_path().segments().try_fold(parameters, |schema, segment| match segment {
        Property(key) => schema["properties"].get(key.as_ref()).or_else(|| schema.get("additionalProperties")),
        Index(index) => schema
            .get("items")
            .or_else(|| schema["properties"].get(index.to_string()))
            .or_else(|| schema.get("additionalProperties")),
    })
}

/// What a schema wants, to end the sentence “… must be”.
fn expectation(schema: &Value) -> String {
    if let Some(options) = schema["enum"].as_array() {
        let options: Vec<&str> = options.iter().filter_map(Value::as_str).collect();
        return format!("one of {}", options.join(", "));
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).map(kind).collect::<Vec<_>>().join(", or "),
        Value::String(one) => kind(one).to_owned(),
        _ => "of another kind".to_owned(),
    };
    let between = |low: &str, high: &str, unit: &str| match (schema.get(low), schema.get(high)) {
        (Some(low), Some(high)) => format!(" from {low} to {high}{unit}"),
        (Some(low), None) => format!(" of {low}{unit} or more"),
        (None, Some(high)) => format!(" of {high}{unit} or less"),
        (None, None) => String::new(),
    };
    if let Some(format @ ("uri" | "email" | "cron" | "path")) = schema["format"].as_str() {
        return format::expectation(format).to_owned();
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        return format!("{kinds} that fits the pattern {pattern}");
    }
    [
        kinds,
        between("minimum", "maximum", ""),
        between("minLength", "maxLength", " characters"),
        between("minItems", "maxItems", " entries"),
    ]
    .concat()
}

fn kind(name: &str) -> &str {
    match name {
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "an object",
        "null" => "null",
        other => other,
    }
}
