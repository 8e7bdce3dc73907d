//! Amounts of time and small numbers in words: `5 minutes`, `half an hour`, `thirty`.

use super::tokens::{Kind, Token};

const NUMBERS: &[(&str, f64)] = &[
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("fifteen", 15.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("ninety", 90.0),
    ("hundred", 100.0),
    ("thousand", 1000.0),
];

/// The number a word stands for.
pub(crate) fn number_word(word: &str) -> Option<f64> {
    NUMBERS.iter().find(|(name, _)| *name == word).map(|(_, number)| *number)
}

/// The number a token stands for.
pub(crate) fn number(token: &Token) -> Option<f64> {
    match token.kind {
        Kind::Number => token.text.parse().ok(),
        Kind::Word => number_word(&token.word),
        _ => None,
    }
}

/// A unit of time in the plural, as the catalogue's enums spell it.
pub(crate) fn unit(token: &Token) -> Option<&'static str> {
    Some(match token.word.as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => "seconds",
        "m" | "min" | "mins" | "minute" | "minutes" => "minutes",
        "h" | "hr" | "hrs" | "hour" | "hours" => "hours",
        "d" | "day" | "days" => "days",
        "w" | "week" | "weeks" => "weeks",
        _ => return None,
    })
}

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub amount: f64,
    pub unit: &'static str,
    /// One past its last token.
    pub end: usize,
}

/// The first span of time in a clause.
pub(crate) fn span(tokens: &[Token]) -> Option<Span> {
    (0..tokens.len()).find_map(|at| span_at(tokens, at))
}

/// A span of time that starts at this token.
pub(crate) fn span_at(tokens: &[Token], at: usize) -> Option<Span> {
    let token = tokens.get(at)?;
    if token.is(&["half"]) {
        let unit_at = at + 1 + usize::from(tokens.get(at + 1).is_some_and(|next| next.is(&["a", "an"])));
        return match unit(tokens.get(unit_at)?)? {
            "hours" => Some(Span { amount: 30.0, unit: "minutes", end: unit_at + 1 }),
            "minutes" => Some(Span { amount: 30.0, unit: "seconds", end: unit_at + 1 }),
            "days" => Some(Span { amount: 12.0, unit: "hours", end: unit_at + 1 }),
            _ => None,
        };
    }
    let amount = if token.is(&["a", "an"]) {
        1.0
    } else if token.is(&["few"]) {
        3.0
    } else {
        number(token)?
    };
    let unit_at = at + 1 + usize::from(tokens.get(at + 1).is_some_and(|next| next.is_mark("-")));
    Some(Span { amount, unit: unit(tokens.get(unit_at)?)?, end: unit_at + 1 })
}

/// A span in words: `5 minutes`, `1 hour`.
pub(crate) fn spoken(amount: f64, unit: &str) -> String {
    let unit = if (amount - 1.0).abs() < f64::EPSILON { unit.trim_end_matches('s') } else { unit };
    format!("{amount} {unit}")
}
