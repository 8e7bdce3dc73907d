//! Reading an evaluated configuration. Expressions give values of other types than a form does, so a number may come as
//! text and a list as JSON text; what cannot be meant is an error that names the parameter and what it takes.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use bridge_domain::{Config, StepFailure};
use serde_json::Value;

use crate::failure::failed_at;

/// The values of a configuration, or of one object within it. A value of null counts as absent.
#[derive(Debug, Clone)]
pub struct Parameters<'a> {
    values: Cow<'a, Config>,
    /// Path of this object with the dot behind it; empty for the configuration itself.
    prefix: String,
}

impl<'a> Parameters<'a> {
    /// Reads this configuration.
    #[must_use]
    pub fn new(values: &'a Config) -> Self {
        Self { values: Cow::Borrowed(values), prefix: String::new() }
    }

    /// Path of the parameter with this name, such as `rules[0].left`.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The value as it is.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    /// A failure because of this parameter. The message is a sentence, such as `“Limit” is not a number.`
    pub fn failed(&self, name: &str, message: impl Into<String>, hint: impl Into<String>) -> StepFailure {
        failed_at(self.path(name), message, hint)
    }

    /// What a reader gave, which must be there, such as `parameters.required("url", parameters.text("url"))?`.
    ///
    /// # Errors
    /// The reader's, or that the parameter is missing.
    pub fn required<T>(&self, name: &str, read: Result<Option<T>, StepFailure>) -> Result<T, StepFailure> {
        read?.ok_or_else(|| {
            let path = self.path(name);
            self.failed(
                name,
                format!("The parameter `{path}` has no value."),
                "Fill it in; if it is an expression, check that it gives a value for this item.",
            )
        })
    }

    /// Text. A number or a truth value is written as text, a list or an object as JSON.
    ///
    /// # Errors
    /// None today; it has the form of the other readers.
    pub fn text(&self, name: &str) -> Result<Option<String>, StepFailure> {
        Ok(self.value(name).map(text_of))
    }

    /// Text, or this when it is absent or empty.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn text_or(&self, name: &str, default: &str) -> Result<String, StepFailure> {
        Ok(self.text(name)?.filter(|text| !text.is_empty()).unwrap_or_else(|| default.to_owned()))
    }

    /// Text that must be there and not be empty.
    ///
    /// # Errors
    /// That it is missing.
    pub fn required_text(&self, name: &str) -> Result<String, StepFailure> {
        self.required(name, self.text(name).map(|text| text.filter(|text| !text.is_empty())))
    }

    /// A number. Text that holds one is accepted; empty text counts as absent.
    ///
    /// # Errors
    /// When it is none, or not within bounds.
    pub fn number(&self, name: &str, bounds: RangeInclusive<f64>) -> Result<Option<f64>, StepFailure> {
        let Some(value) = self.filled(name) else { return Ok(None) };
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        };
        match number {
            Some(number) if bounds.contains(&number) => Ok(Some(number)),
            _ => Err(self.mismatch(name, value, &format!("a number from {} to {}", bounds.start(), bounds.end()))),
        }
    }

    /// A whole number. Text that holds one is accepted, and a number with a fraction of zero; empty text counts as absent.
    ///
    /// # Errors
    /// When it is none, or not within bounds.
    pub fn integer(&self, name: &str, bounds: RangeInclusive<i64>) -> Result<Option<i64>, StepFailure> {
        let Some(value) = self.filled(name) else { return Ok(None) };
        let number = match value {
            Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
            Value::String(text) => {
                let text = text.trim();
                text.parse().ok().or_else(|| text.parse().ok().and_then(whole))
            }
            _ => None,
        };
        match number {
            Some(number) if bounds.contains(&number) => Ok(Some(number)),
            _ => {
                Err(self.mismatch(name, value, &format!("a whole number from {} to {}", bounds.start(), bounds.end())))
            }
        }
    }

    /// Yes or no. `true`, `false`, `yes`, `no`, `1` and `0` are accepted as text; empty text counts as absent.
    ///
    /// # Errors
    /// When it is neither.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, StepFailure> {
        let Some(value) = self.filled(name) else { return Ok(None) };
        boolean_of(value).map(Some).ok_or_else(|| self.mismatch(name, value, "true or false"))
    }

    /// One of several words, each with what it stands for.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn choice<T: Copy>(&self, name: &str, options: &[(&str, T)]) -> Result<Option<T>, StepFailure> {
        let Some(value) = self.filled(name) else { return Ok(None) };
        let word = text_of(value);
        let chosen = options.iter().find(|(option, _)| *option == word.trim());
        chosen.map(|(_, meaning)| Some(*meaning)).ok_or_else(|| {
            let words: Vec<String> = options.iter().map(|(option, _)| format!("`{option}`")).collect();
            self.mismatch(name, value, &format!("one of {}", words.join(", ")))
        })
    }

    /// A list. JSON text of one is accepted; empty text counts as absent.
    ///
    /// # Errors
    /// When it is none.
    pub fn list(&self, name: &str) -> Result<Option<Vec<Value>>, StepFailure> {
        let Some(value) = self.filled(name) else { return Ok(None) };
        match parsed(value).into_owned() {
            Value::Array(list) => Ok(Some(list)),
            _ => Err(self.mismatch(name, value, "a list")),
        }
    }

    /// Words: a list, or text that separates them by commas. Blanks around them and empty ones are dropped.
    ///
    /// # Errors
    /// When it is neither.
    pub fn words(&self, name: &str) -> Result<Vec<String>, StepFailure> {
        let Some(value) = self.filled(name) else { return Ok(Vec::new()) };
        let words: Vec<String> = match parsed(value).as_ref() {
            Value::Array(list) => list.iter().map(text_of).collect(),
            Value::Object(_) => return Err(self.mismatch(name, value, "a list of names")),
            other => text_of(other).split(',').map(str::to_owned).collect(),
        };
        Ok(words.iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect())
    }

    /// Names and values. JSON text of an object is accepted; empty text counts as absent.
    ///
    /// # Errors
    /// When it is none.
    pub fn map(&self, name: &str) -> Result<Option<Config>, StepFailure> {
        let Some(value) = self.filled(name) else { return Ok(None) };
        match parsed(value).into_owned() {
            Value::Object(map) => Ok(Some(map)),
            _ => Err(self.mismatch(name, value, "an object of names and values")),
        }
    }

    /// A list of objects, each to be read like a configuration; none when it is absent.
    ///
    /// # Errors
    /// When it is no list, or one of its items no object.
    pub fn records(&self, name: &str) -> Result<Vec<Parameters<'static>>, StepFailure> {
        let list = self.list(name)?.unwrap_or_default();
        let records = list.into_iter().enumerate().map(|(place, value)| match value {
            Value::Object(values) => {
                Ok(Parameters { values: Cow::Owned(values), prefix: format!("{}{name}[{place}].", self.prefix) })
            }
            other => Err(self.mismatch(&format!("{name}[{place}]"), &other, "an object")),
        });
        records.collect()
    }

    /// The value, unless it is absent or text of blanks only.
    fn filled(&self, name: &str) -> Option<&Value> {
        self.value(name).filter(|value| value.as_str().is_none_or(|text| !text.trim().is_empty()))
    }

    fn mismatch(&self, name: &str, value: &Value, expected: &str) -> StepFailure {
        let path = self.path(name);
        self.failed(
            name,
            format!("The parameter `{path}` takes {expected}, and this is {}.", excerpt(value)),
            "Correct it; if it is an expression, look at what it gives for this item.",
        )
    }
}

/// A value as text: text as it is, anything else as JSON.
#[must_use]
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A truth value, also from its usual words.
#[must_use]
pub fn boolean_of(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Number(number) if number.as_f64() == Some(1.0) => Some(true),
        Value::Number(number) if number.as_f64() == Some(0.0) => Some(false),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// What a value is, for an error: its type and its beginning.
#[must_use]
pub fn excerpt(value: &Value) -> String {
    const SHOWN: usize = 40;
    let (kind, text) = match value {
        Value::Null => return "nothing (null)".to_owned(),
        Value::String(text) => ("the text", format!("“{text}”")),
        Value::Bool(_) => ("the truth value", value.to_string()),
        Value::Number(_) => ("the number", value.to_string()),
        Value::Array(list) => return format!("a list of {} values", list.len()),
        Value::Object(map) => return format!("an object of {} fields", map.len()),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{kind} {}…”", &text[..end]),
        None => format!("{kind} {text}"),
    }
}

/// A list or object that came as JSON text.
fn parsed(value: &Value) -> Cow<'_, Value> {
    match value {
        Value::String(text) if text.trim_start().starts_with(['[', '{']) => {
            serde_json::from_str(text).map_or(Cow::Borrowed(value), Cow::Owned)
        }
        _ => Cow::Borrowed(value),
    }
}

/// The number as a whole one, if it is.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and within 53 bits")]
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}
