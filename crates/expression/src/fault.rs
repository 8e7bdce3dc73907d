//! What is wrong with a text, and the step failures made of it. Says nothing about where the text stands in a workflow
//! beyond what it is told.

use bridge_domain::{Error, ErrorCode, ExpressionProblem, StepFailure};

/// Something wrong in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// What is wrong and what would be right.
    pub message: String,
    /// First byte concerned.
    pub start: usize,
    /// Behind the last byte concerned.
    pub end: usize,
}

impl Fault {
    pub fn new(message: impl Into<String>, start: usize, end: usize) -> Self {
        Self { message: message.into(), start, end }
    }

    /// The same, with places counted in UTF-16 units of the text.
    pub fn problem(self, text: &str) -> ExpressionProblem {
        let (start, end) = (utf16(text, self.start), utf16(text, self.end));
        ExpressionProblem { message: self.message, start, end }
    }
}

/// The number of UTF-16 units before this byte, which need not be at the beginning of a character.
pub(crate) fn utf16(text: &str, byte: usize) -> u32 {
    let units: usize = text.char_indices().take_while(|(at, _)| *at < byte).map(|(_, c)| c.len_utf16()).sum();
    u32::try_from(units).unwrap_or(u32::MAX)
}

/// The byte at which a line (from 1) and column (from 1, in characters) of a part of the text that begins at `start` is.
pub(crate) fn byte_at(text: &str, start: usize, line: u32, column: u32) -> usize {
    let code = text.get(start..).unwrap_or_default();
    let skipped: usize = code.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum();
    let rest = code.get(skipped..).unwrap_or_default();
    let within = rest.char_indices().nth(column.saturating_sub(1) as usize).map_or(rest.len(), |(at, _)| at);
    start + skipped + within
}

/// Why an expression or code gave no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed {
    pub code: ErrorCode,
    pub message: String,
    pub hint: String,
}

impl Failed {
    pub fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        let hint = hint_for(&message).to_owned();
        Self { code: ErrorCode::ExpressionFailed, message, hint }
    }

    pub fn limit(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code: ErrorCode::LimitReached, message: message.into(), hint: hint.into() }
    }

    /// The failure of a step, with a message that begins with what it is about.
    pub fn step_failure(self, about: &str) -> StepFailure {
        Error::new(self.code, format!("{about}: {}", end_sentence(&self.message)), self.hint).into()
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let hint = if error.hint.is_empty() { hint_for(&error.message).to_owned() } else { error.hint };
        Self { code: ErrorCode::ExpressionFailed, message: error.message, hint }
    }
}

fn end_sentence(message: &str) -> String {
    let message = message.trim_end();
    if message.ends_with(['.', '!', '?']) { message.to_owned() } else { format!("{message}.") }
}

/// Advice on the commonest errors of the interpreter.
fn hint_for(message: &str) -> &'static str {
    let text = message.to_ascii_lowercase();
    if text.contains("of undefined") || text.contains("of null") {
        "Something before the last dot is missing in this item. Write `?.` instead of `.` after what may be missing."
    } else if text.contains("require") && text.contains("not defined") {
        "Code runs without modules, files and network. Use the nodes of the workflow for these."
    } else if ["settimeout", "setinterval", "setimmediate"].iter().any(|timer| text.contains(timer)) {
        "There are no timers here. Use a wait node."
    } else if text.contains("fetch") && text.contains("not defined") {
        "There is no network here. Use an HTTP request node."
    } else if text.contains("buffer") && text.contains("not defined") {
        "Texts have base64Encode() and base64Decode() here, beside btoa and atob. Files are in $binary."
    } else if text.contains("not defined") {
        "Check the spelling. Data of the item is in $json, data of other nodes in $('Name')."
    } else if text.contains("not a function") {
        "Check the spelling and that the value is of the kind you expect."
    } else {
        "Correct it and run again."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_utf16_units() {
        assert_eq!(utf16("a😀b", 5), 3);
        assert_eq!(byte_at("={{ é\n  x }}", 3, 2, 3), "={{ é\n  ".len());
        assert_eq!(byte_at("=", 1, 7, 9), 1);
    }
}
