//! Comparing two values as a person means it: numbers as numbers though one is text, dates as dates, texts as texts.
//!
//! A missing value equals only a missing one, and is neither more nor less than anything. What cannot be compared is an
//! error rather than a guess.

use std::cmp::Ordering;
use std::collections::HashMap;

use bridge_domain::StepFailure;
use jiff::tz::TimeZone;
use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::dates;
use crate::parameters::{Parameters, boolean_of, excerpt, text_of};

/// How both sides are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareAs {
    /// By what they are.
    Auto,
    /// As texts.
    Text,
    /// As numbers.
    Number,
    /// As truth values.
    Boolean,
    /// As points in time.
    Date,
}

/// Words for [`CompareAs`].
const COMPARE_AS: &[(&str, CompareAs)] = &[
    ("auto", CompareAs::Auto),
    ("text", CompareAs::Text),
    ("number", CompareAs::Number),
    ("boolean", CompareAs::Boolean),
    ("date", CompareAs::Date),
];

/// Compiled patterns kept at most: a pattern may come from each item.
const MAX_PATTERNS: usize = 64;
/// Bytes one compiled pattern takes at most.
const MAX_PATTERN_BYTES: usize = 1 << 20;

/// Checks comparisons. Patterns are compiled once.
pub struct Comparer {
    /// Whether upper and lower case are the same.
    ignore_case: bool,
    /// Zone of dates that name none.
    zone: TimeZone,
    patterns: HashMap<String, Regex>,
}

impl Comparer {
    /// One for dates of this zone.
    #[must_use]
    pub fn new(zone: TimeZone) -> Self {
        Self { ignore_case: false, zone, patterns: HashMap::new() }
    }

    /// Sets whether upper and lower case are the same.
    pub fn set_ignore_case(&mut self, ignore_case: bool) {
        if self.ignore_case != ignore_case {
            self.ignore_case = ignore_case;
            self.patterns.clear();
        }
    }

    /// Whether a comparison of `left`, `operator`, `right` and `compare_as` holds.
    ///
    /// # Errors
    /// When the two cannot be compared, with the path of the side that is wrong.
    pub fn holds(&mut self, rule: &Parameters<'_>) -> Result<bool, StepFailure> {
        let kind = rule.choice("compare_as", COMPARE_AS)?.unwrap_or(CompareAs::Auto);
        let operator = rule.text_or("operator", "equals")?;
        let (left, right) = (rule.value("left"), rule.value("right"));
        let (base, negated) = match operator.strip_prefix("not_").or_else(|| operator.strip_prefix("is_not_")) {
            Some("empty") => ("is_empty", true),
            Some(base) => (base, true),
            None => (operator.as_str(), false),
        };
        let holds = match base {
            "exists" => Ok(left.is_some()),
            "is_empty" => Ok(is_empty(left)),
            "is_true" | "is_false" => is_truth(left, base == "is_true"),
            "equals" => self.equal(left, right, kind),
            "greater_than" | "greater_or_equal" | "less_than" | "less_or_equal" => {
                self.ordered(left, right, base, kind)
            }
            "after" => self.ordered(left, right, "greater_than", CompareAs::Date),
            "before" => self.ordered(left, right, "less_than", CompareAs::Date),
            "contains" => Ok(left.zip(right).is_some_and(|(left, right)| self.contains(left, right))),
            "starts_with" => Ok(self.texts(left, right).is_some_and(|(left, right)| left.starts_with(&right))),
            "ends_with" => Ok(self.texts(left, right).is_some_and(|(left, right)| left.ends_with(&right))),
            "matches" => self.matches(left, right),
            "length_equals" | "length_greater_than" | "length_less_than" => length(left, right, base),
            _ => Err(Wrong { side: "operator", sentence: format!("There is no operator `{operator}`.") }),
        };
        let holds = holds.map_err(|wrong| {
            rule.failed(
                wrong.side,
                wrong.sentence,
                "Correct the condition, or choose what both values are compared as.",
            )
        })?;
        Ok(holds != negated)
    }

    /// Whether two values are the same.
    fn equal(&self, left: Option<&Value>, right: Option<&Value>, kind: CompareAs) -> Result<bool, Wrong> {
        let (Some(left), Some(right)) = (left, right) else { return Ok(left.is_none() && right.is_none()) };
        match (kind, left, right) {
            (CompareAs::Auto, Value::String(_), Value::String(_)) | (CompareAs::Text, _, _) => {
                Ok(self.folded(left) == self.folded(right))
            }
            (CompareAs::Auto, Value::Number(_), _) | (CompareAs::Auto, _, Value::Number(_)) => {
                Ok(numbers(left, right) == Some(Ordering::Equal))
            }
            (CompareAs::Auto, Value::Bool(truth), other) | (CompareAs::Auto, other, Value::Bool(truth)) => {
                Ok(boolean_of(other) == Some(*truth))
            }
            (CompareAs::Auto, _, _) => Ok(left == right),
            _ => self.order(left, right, kind).map(Ordering::is_eq),
        }
    }

    fn ordered(
        &self,
        left: Option<&Value>,
        right: Option<&Value>,
        operator: &str,
        kind: CompareAs,
    ) -> Result<bool, Wrong> {
        let (Some(left), Some(right)) = (left, right) else { return Ok(false) };
        let order = self.order(left, right, kind)?;
        Ok(match operator {
            "greater_than" => order.is_gt(),
            "greater_or_equal" => order.is_ge(),
            "less_than" => order.is_lt(),
            _ => order.is_le(),
        })
    }

    /// Which of two values comes first.
    fn order(&self, left: &Value, right: &Value, kind: CompareAs) -> Result<Ordering, Wrong> {
        match kind {
            CompareAs::Text => Ok(self.folded(left).cmp(&self.folded(right))),
            CompareAs::Number => {
                number(left, "left")?;
                number(right, "right")?;
                numbers(left, right).ok_or_else(|| Wrong::unlike(left, right))
            }
            CompareAs::Boolean => Ok(truth(left, "left")?.cmp(&truth(right, "right")?)),
            CompareAs::Date => Ok(self.date(left, "left")?.cmp(&self.date(right, "right")?)),
            CompareAs::Auto => {
                if let Some(order) = numbers(left, right) {
                    return Ok(order);
                }
                match (left, right) {
                    (Value::String(one), Value::String(other)) => {
                        let dates = (looks_like_date(one) && looks_like_date(other))
                            .then(|| dates::read(left, &self.zone).zip(dates::read(right, &self.zone)))
                            .flatten();
                        Ok(dates
                            .map_or_else(|| self.folded(left).cmp(&self.folded(right)), |(one, other)| one.cmp(&other)))
                    }
                    (Value::Bool(one), Value::Bool(other)) => Ok(one.cmp(other)),
                    _ => Err(Wrong::unlike(left, right)),
                }
            }
        }
    }

    fn date(&self, value: &Value, side: &'static str) -> Result<jiff::Zoned, Wrong> {
        dates::read(value, &self.zone).ok_or_else(|| Wrong::not(value, side, "a date"))
    }

    /// Whether a text, a list or an object has this part, entry or field.
    fn contains(&self, left: &Value, right: &Value) -> bool {
        match left {
            Value::Array(list) => {
                list.iter().any(|entry| self.equal(Some(entry), Some(right), CompareAs::Auto).unwrap_or(false))
            }
            Value::Object(object) => object.contains_key(&text_of(right)),
            _ => self.folded(left).contains(&self.folded(right)),
        }
    }

    fn matches(&mut self, left: Option<&Value>, right: Option<&Value>) -> Result<bool, Wrong> {
        let (Some(left), Some(right)) = (left, right) else { return Ok(false) };
        let pattern = text_of(right);
        if !self.patterns.contains_key(&pattern) {
            if self.patterns.len() >= MAX_PATTERNS {
                self.patterns.clear();
            }
            self.patterns.insert(pattern.clone(), compiled(&pattern, self.ignore_case)?);
        }
        Ok(self.patterns.get(&pattern).is_some_and(|regex| regex.is_match(&text_of(left))))
    }

    fn texts(&self, left: Option<&Value>, right: Option<&Value>) -> Option<(String, String)> {
        Some((self.folded(left?), self.folded(right?)))
    }

    /// A value as text, in lower case when case does not count.
    fn folded(&self, value: &Value) -> String {
        let text = text_of(value);
        if self.ignore_case { text.to_lowercase() } else { text }
    }
}

/// What is wrong with a comparison, and on which side.
struct Wrong {
    side: &'static str,
    sentence: String,
}

impl Wrong {
    fn not(value: &Value, side: &'static str, kind: &str) -> Self {
        Self { side, sentence: format!("The condition compares {kind}, and this is {}.", excerpt(value)) }
    }

    fn unlike(left: &Value, right: &Value) -> Self {
        let sentence = format!("{} and {} cannot be ordered.", excerpt(left), excerpt(right));
        Self { side: "left", sentence: crate::failure::sentence(&sentence) }
    }
}

/// How two numbers are ordered, if both are; exactly, where both are whole.
#[must_use]
pub fn numbers(left: &Value, right: &Value) -> Option<Ordering> {
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => float(left)?.partial_cmp(&float(right)?),
    }
}

/// A number, also one in a text.
#[must_use]
pub fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Number(number) => number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn number(value: &Value, side: &'static str) -> Result<f64, Wrong> {
    float(value).ok_or_else(|| Wrong::not(value, side, "numbers"))
}

fn truth(value: &Value, side: &'static str) -> Result<bool, Wrong> {
    boolean_of(value).ok_or_else(|| Wrong::not(value, side, "true or false"))
}

fn is_truth(value: Option<&Value>, expected: bool) -> Result<bool, Wrong> {
    value.map_or(Ok(false), |value| Ok(truth(value, "left")? == expected))
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(list)) => list.is_empty(),
        Some(Value::Object(object)) => object.is_empty(),
        Some(_) => false,
    }
}

fn length(left: Option<&Value>, right: Option<&Value>, operator: &str) -> Result<bool, Wrong> {
    let (Some(left), Some(right)) = (left, right) else { return Ok(false) };
    let length = match left {
        Value::String(text) => text.chars().count(),
        Value::Array(list) => list.len(),
        Value::Object(object) => object.len(),
        other => return Err(Wrong::not(other, "left", "the length of a text or list")),
    };
    number(right, "right")?;
    let order = numbers(&Value::from(length), right);
    Ok(match operator {
        "length_greater_than" => order == Some(Ordering::Greater),
        "length_less_than" => order == Some(Ordering::Less),
        _ => order == Some(Ordering::Equal),
    })
}

/// Four digits and a hyphen: the beginning of an ISO date.
fn looks_like_date(text: &str) -> bool {
    let bytes = text.trim().as_bytes();
    bytes.len() >= 10 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-'
}

/// A pattern, also written as `/pattern/flags`.
fn compiled(pattern: &str, ignore_case: bool) -> Result<Regex, Wrong> {
    let slashed = pattern.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
    let (body, flags) =
        slashed.filter(|(_, flags)| flags.chars().all(|flag| "dgimsuvy".contains(flag))).unwrap_or((pattern, ""));
    RegexBuilder::new(body)
        .case_insensitive(ignore_case || flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .size_limit(MAX_PATTERN_BYTES)
        .build()
        .map_err(|error| {
            let reason = error.to_string();
            let last = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            Wrong { side: "right", sentence: format!("The pattern cannot be used: {last}.") }
        })
}
