//! Values of the wrong type, where one conversion is obvious: `12 EUR` for a number, `a, b` for a list, a word in another
//! case for a choice. Reads the sentences that nodes write about their parameters.

use bridge_domain::{Config, RunProblem};
use serde_json::Value;

use super::expression::{self, Part};
use super::near;

/// A corrected parameter, and what was done in words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Conversion {
    pub name: String,
    pub value: Value,
    pub words: String,
}

/// What arrived, as an error describes it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Given<'e> {
    Text(&'e str),
    Number(f64),
    Object,
    Other,
}

/// The conversion that a failure calls for.
pub(super) fn find(config: &Config, problem: &RunProblem) -> Option<Conversion> {
    let message = problem.error.message.as_str();
    let path = expression::parts_of(problem.parameter.as_deref()?);
    if let Some((expected, given)) = takes(message) {
        let stands = value_at(config, &path)?;
        let (value, words) = converted(stands, expected, given)?;
        return put(config, &path, value, words);
    }
    let (sides, _) = message.split_once(" cannot be ordered")?;
    let (left, right) = sides.split_once(" and ")?;
    let (mut parent, name) = (path.clone(), path.last()?.clone());
    (name == Part::Name("left".to_owned())).then(|| parent.pop())?;
    let (side, text) = match (given(left), given(right)) {
        (Given::Text(text), Given::Number(_)) => ("left", text),
        (Given::Number(_), Given::Text(text)) => ("right", text),
        _ => return None,
    };
    parent.push(Part::Name(side.to_owned()));
    let (value, words) = converted(value_at(config, &parent)?, "a number", Given::Text(text))?;
    put(config, &parent, value, words)
}

/// What a parameter or a comparison takes, and what it was given.
fn takes(message: &str) -> Option<(&str, Given<'_>)> {
    let (before, after) = message.split_once(", and this is ")?;
    let expected = before.split_once(" takes ").or_else(|| before.split_once(" compares "))?.1;
    Some((expected, given(after.trim_end_matches('.'))))
}

fn given(text: &str) -> Given<'_> {
    let text = text.trim();
    let inner = text.strip_prefix("the text “").or_else(|| text.strip_prefix("The text “"));
    if let Some(inner) = inner.and_then(|rest| rest.strip_suffix('”')) {
        return if inner.ends_with('…') { Given::Other } else { Given::Text(inner) };
    }
    let number = text.strip_prefix("the number ").or_else(|| text.strip_prefix("The number "));
    if let Some(number) = number.and_then(|number| number.parse().ok()) {
        return Given::Number(number);
    }
    if text.starts_with("an object") { Given::Object } else { Given::Other }
}

/// The value that stands in a parameter, converted; an expression is wrapped, anything else is replaced.
fn converted(stands: &Value, expected: &str, given: Given<'_>) -> Option<(Value, String)> {
    let inner = stands.as_str().and_then(expression::lone);
    let is_expression = stands.as_str().is_some_and(|text| text.starts_with('='));
    if is_expression && inner.is_none() {
        return None;
    }
    let wrap = |before: &str, after: &str| inner.map(|inner| Value::from(format!("={{{{ {before}{inner}{after} }}}}")));
    if expected.contains("number") {
        let whole = expected.contains("whole number");
        return match given {
            Given::Text(text) => {
                let number = number_in(text)?;
                let round = whole && number.fract() != 0.0;
                let (open, close) = if round { ("Math.round(", ")") } else { ("", "") };
                let wrapped = wrap(&format!("{open}Number(String("), &format!(").replace(/[^0-9.-]/g, \"\")){close}"));
                let number = if round { number.round() } else { number };
                Some((
                    wrapped.or_else(|| plain_number(number, expected))?,
                    "only the number in the text is used".to_owned(),
                ))
            }
            Given::Number(number) if whole && number.fract() != 0.0 => {
                let value = wrap("Math.round(", ")").or_else(|| plain_number(number.round(), expected))?;
                Some((value, "the number is rounded".to_owned()))
            }
            Given::Number(number) if inner.is_none() => {
                let (low, high) = bounds(expected)?;
                let value = plain_number(number.clamp(low, high), expected)?;
                let words = format!("it is set to {value}, the nearest that it takes");
                Some((value, words))
            }
            _ => None,
        };
    }
    match (expected, given) {
        ("true or false", Given::Text(text)) => {
            let means = truth(text)?;
            let wrapped = wrap(
                "[\"on\", \"y\", \"t\", \"enabled\", \"true\", \"yes\"].includes(String(",
                ").trim().toLowerCase())",
            );
            Some((wrapped.unwrap_or(Value::Bool(means)), format!("“{text}” is read as {means}")))
        }
        (expected, Given::Text(text)) if expected.starts_with("a list") => {
            let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
            let several = parts.len() > 1;
            let wrapped =
                if several { wrap("String(", ").split(\",\").map(part => part.trim())") } else { wrap("[", "]") };
            let words = if several { "the text is split at its commas" } else { "the text becomes a list of one" };
            Some((wrapped.unwrap_or_else(|| Value::from(parts)), words.to_owned()))
        }
        (expected, Given::Object | Given::Number(_)) if expected.starts_with("a list") => {
            Some((wrap("[", "]")?, "what arrives becomes a list of one".to_owned()))
        }
        (expected, Given::Text(text)) if expected.starts_with("one of ") => {
            let options: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
            if inner.is_some() {
                let lower = text.trim().to_lowercase();
                let known = options.contains(&lower.as_str());
                let value = wrap("String(", ").trim().toLowerCase()").filter(|_| known)?;
                return Some((value, "it is written in lower case".to_owned()));
            }
            let near = options.iter().filter_map(|option| Some((near::slips(text, option)?, *option)));
            match near::best(near).as_slice() {
                [one] => Some((Value::from(*one), format!("it is set to `{one}`"))),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The only number in a text: `12 EUR`, `$1,200.50`. None where a comma may be a decimal point.
fn number_in(text: &str) -> Option<f64> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let end = start + text[start..].find(|c| !is_part(c)).unwrap_or(text.len() - start);
    let before = &text[..start];
    if text[end..].contains(|c: char| c.is_ascii_digit() || c == '-') || before.contains(['.', ',']) {
        return None;
    }
    let sign = match before.matches('-').count() {
        0 => 1.0,
        1 if before.ends_with('-') => -1.0,
        _ => return None,
    };
    let written = text[start..end].trim_end_matches(['.', ',']);
    if text[end..].contains('.') || written.len() < end - start {
        return None;
    }
    let (whole, fraction) = written.split_once('.').unwrap_or((written, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = groups.clone().next().is_some();
    let fits = groups.all(|group| group.len() == 3) && (!grouped || first.len() <= 3 && !first.starts_with('0'));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !fits || !digits(fraction) {
        return None;
    }
    written.replace(',', "").parse::<f64>().ok().map(|number| sign * number)
}

/// The lowest and the highest of `a number from 1 to 100`.
fn bounds(expected: &str) -> Option<(f64, f64)> {
    let (low, high) = expected.split_once(" from ")?.1.split_once(" to ")?;
    let (low, high): (f64, f64) = (low.trim().parse().ok()?, high.trim().parse().ok()?);
    (low <= high).then_some((low, high))
}

fn plain_number(number: f64, expected: &str) -> Option<Value> {
    let number = match bounds(expected) {
        Some((low, high)) => number.clamp(low, high),
        None => number,
    };
    number.is_finite().then(|| Value::Number(crate::read::comparison::json_number(number)))
}

fn truth(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "on" | "y" | "t" | "enabled" => Some(true),
        "off" | "n" | "f" | "disabled" => Some(false),
        _ => None,
    }
}

fn value_at<'v>(config: &'v Config, path: &[Part]) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    let Part::Name(name) = first else { return None };
    rest.iter().try_fold(config.get(name)?, |value, part| match part {
        Part::Name(name) => value.get(name),
        Part::Index(index) => value.get(index.parse::<usize>().ok()?),
    })
}

/// The parameter with one value within it replaced.
fn put(config: &Config, path: &[Part], value: Value, words: String) -> Option<Conversion> {
    let (first, rest) = path.split_first()?;
    let Part::Name(name) = first else { return None };
    let mut whole = config.get(name)?.clone();
    let place = rest.iter().try_fold(&mut whole, |value, part| match part {
        Part::Name(name) => value.get_mut(name),
        Part::Index(index) => value.get_mut(index.parse::<usize>().ok()?),
    })?;
    if *place == value {
        return None;
    }
    *place = value;
    Some(Conversion { name: name.clone(), value: whole, words })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_number_is_taken_out_of_a_text() {
        for (text, number) in [
            ("12 EUR", Some(12.0)),
            ("$1,200.50", Some(1200.5)),
            ("-3", Some(-3.0)),
            ("about 7", Some(7.0)),
            ("12,50 €", None),
            ("1.200,50", None),
            ("2026-11-23", None),
            ("3 of 4", None),
            ("a-1", Some(-1.0)),
            ("none", None),
            ("v1.2.3", None),
            ("5.", None),
        ] {
            assert_eq!(number_in(text), number, "{text}");
        }
    }
}
