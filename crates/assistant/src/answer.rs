//! What a finished answer says. The authority: everything the reader handed out on the way is provisional.
//!
//! Tolerant about the wrapping (bare JSON, a code fence, prose around it, plain text), never about completeness: an
//! object that was begun and not ended is broken, not short.

use std::borrow::Cow;

use bridge_domain::{Problem, ProblemCode};
use serde_json::{Map, Value};

use crate::reader::Reader;

/// Longest answer that is read, in bytes.
pub const MAX_ANSWER: usize = 4 << 20;
/// Most actions in one answer.
pub const MAX_ACTIONS: usize = 1_000;

/// A finished answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The format asked for, or something that can be read as it.
    Structured {
        /// The text for people.
        message: String,
        /// Elements of `actions`, not yet read as actions.
        actions: Vec<Value>,
    },
    /// Text without any structure: all of it is the message.
    Plain(String),
    /// Meant as the format asked for, and not readable as it.
    Broken {
        /// The text for people, as far as it could be decoded.
        message: String,
        /// What is wrong.
        problem: Problem,
    },
    /// Nothing at all.
    Blank,
}

/// Reads a finished answer.
#[must_use]
pub fn read(reader: &Reader) -> Answer {
    let text = reader.answer();
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if trimmed.is_empty() {
        return Answer::Blank;
    }
    let Some(range) = reader.object() else {
        let looks_like_json = strip_fence(trimmed).starts_with(['{', '[']);
        return match reader.object_start() {
            Some(_) => broken(reader, "The JSON object of the answer is not complete or not valid JSON."),
            None if looks_like_json => {
                broken(reader, "The answer must be one JSON object with `message` and `actions`.")
            }
            None => Answer::Plain(trimmed.to_owned()),
        };
    };
    let all = reader.text();
    let bare = is_only_wrapping(all.get(reader.body()..range.start)) && is_only_wrapping(all.get(range.end..));
    match parse(all.get(range).unwrap_or_default()) {
        // An example inside an explanation is not the answer.
        Ok(object) if !(bare || object.contains_key("message") && object.contains_key("actions")) => {
            Answer::Plain(trimmed.to_owned())
        }
        Ok(object) => structured(reader, object),
        Err(error) => broken(reader, &format!("The answer is not valid JSON: {error}.")),
    }
}

fn structured(reader: &Reader, mut object: Map<String, Value>) -> Answer {
    let message = match object.remove("message") {
        Some(Value::String(message)) => message,
        None | Some(Value::Null) => String::new(),
        Some(_) => return broken_at(reader, "message", "`message` must be a string."),
    };
    let actions = match object.remove("actions") {
        Some(Value::Array(actions)) => actions,
        None | Some(Value::Null) => Vec::new(),
        Some(only @ Value::Object(_)) => vec![only],
        Some(Value::String(text)) => match serde_json::from_str(&text) {
            Ok(Value::Array(actions)) => actions,
            _ => return broken_at(reader, "actions", "`actions` must be a list of objects, not a string."),
        },
        Some(_) => return broken_at(reader, "actions", "`actions` must be a list of objects."),
    };
    if actions.len() > MAX_ACTIONS {
        let problem = Problem {
            path: "actions".to_owned(),
            code: ProblemCode::TooLarge,
            message: format!("{} actions are too many; {MAX_ACTIONS} is the limit.", actions.len()),
        };
        return Answer::Broken { message, problem };
    }
    if message.trim().is_empty() && actions.is_empty() {
        return Answer::Blank;
    }
    Answer::Structured { message, actions }
}

fn broken(reader: &Reader, message: &str) -> Answer {
    broken_at(reader, "", message)
}

fn broken_at(reader: &Reader, path: &str, message: &str) -> Answer {
    let problem = Problem { path: path.to_owned(), code: ProblemCode::Malformed, message: message.to_owned() };
    Answer::Broken { message: reader.message().to_owned(), problem }
}

fn parse(text: &str) -> serde_json::Result<Map<String, Value>> {
    serde_json::from_str(text).or_else(|error| match mend(text) {
        Cow::Owned(mended) => serde_json::from_str(&mended),
        Cow::Borrowed(_) => Err(error),
    })
}

/// Whether there is nothing here but space, a code fence and its language.
fn is_only_wrapping(text: Option<&str>) -> bool {
    let text = text.unwrap_or_default().trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let inside = text.trim_matches(['`', '~']);
    inside.is_empty() || (text.len() > inside.len() && inside.trim().eq_ignore_ascii_case("json"))
}

fn strip_fence(text: &str) -> &str {
    let Some(inside) = text.strip_prefix("```") else { return text };
    inside.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).trim_start()
}

/// Makes the two mistakes models make inside strings readable: raw control characters, and half a surrogate pair
/// written as an escape, which becomes U+FFFD.
fn mend(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut in_string = false;
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        let (length, instead) = match byte {
            b'"' => {
                in_string = !in_string;
                (1, None)
            }
            b'\\' if in_string => escape_at(text, at),
            0..=0x1f if in_string => (1, Some(format!("\\u{byte:04x}"))),
            _ => (1, None),
        };
        if let Some(instead) = instead {
            out.push_str(text.get(copied..at).unwrap_or_default());
            out.push_str(&instead);
            copied = at + length;
        }
        at += length;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// Length of the escape here, and what to write instead when it does not stand for a character.
fn escape_at(text: &str, at: usize) -> (usize, Option<String>) {
    const LOST: &str = "\\ufffd";
    match unit_at(text, at) {
        Some(0xD800..=0xDBFF) => match unit_at(text, at + 6) {
            Some(0xDC00..=0xDFFF) => (12, None),
            _ => (6, Some(LOST.to_owned())),
        },
        Some(0xDC00..=0xDFFF) => (6, Some(LOST.to_owned())),
        Some(_) => (6, None),
        None => (2, None),
    }
}

fn unit_at(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}
