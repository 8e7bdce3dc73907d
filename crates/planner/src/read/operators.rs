//! The operators of comparisons in words: `is over`, `does not contain`, `>=`. Finds where one stands in a clause.
//!
//! The identifiers are those of the condition parameters' enum.

use super::amounts::number_word;
use super::tokens::{Kind, Token};

/// Operators with what negation makes of them.
const NEGATIONS: &[(&str, &str)] = &[
    ("equals", "not_equals"),
    ("greater_than", "less_or_equal"),
    ("greater_or_equal", "less_than"),
    ("contains", "not_contains"),
    ("exists", "not_exists"),
    ("is_empty", "is_not_empty"),
];

/// Word sequences that follow `is`, longest first within a shared start.
const AFTER_IS: &[(&[&str], &str)] = &[
    (&["greater", "than", "or", "equal", "to"], "greater_or_equal"),
    (&["more", "than", "or", "equal", "to"], "greater_or_equal"),
    (&["greater", "or", "equal", "to"], "greater_or_equal"),
    (&["greater", "or", "equal"], "greater_or_equal"),
    (&["less", "than", "or", "equal", "to"], "less_or_equal"),
    (&["less", "or", "equal", "to"], "less_or_equal"),
    (&["less", "or", "equal"], "less_or_equal"),
    (&["no", "less", "than"], "greater_or_equal"),
    (&["no", "more", "than"], "less_or_equal"),
    (&["greater", "than"], "greater_than"),
    (&["more", "than"], "greater_than"),
    (&["bigger", "than"], "greater_than"),
    (&["larger", "than"], "greater_than"),
    (&["higher", "than"], "greater_than"),
    (&["older", "than"], "greater_than"),
    (&["longer", "than"], "greater_than"),
    (&["over"], "greater_than"),
    (&["above"], "greater_than"),
    (&["exceeding"], "greater_than"),
    (&["beyond"], "greater_than"),
    (&["after"], "greater_than"),
    (&["at", "least"], "greater_or_equal"),
    (&["less", "than"], "less_than"),
    (&["smaller", "than"], "less_than"),
    (&["lower", "than"], "less_than"),
    (&["fewer", "than"], "less_than"),
    (&["younger", "than"], "less_than"),
    (&["shorter", "than"], "less_than"),
    (&["under"], "less_than"),
    (&["below"], "less_than"),
    (&["beneath"], "less_than"),
    (&["before"], "less_than"),
    (&["at", "most"], "less_or_equal"),
    (&["up", "to"], "less_or_equal"),
    (&["different", "from"], "not_equals"),
    (&["different", "than"], "not_equals"),
    (&["other", "than"], "not_equals"),
    (&["anything", "but"], "not_equals"),
    (&["unequal", "to"], "not_equals"),
    (&["equal", "to"], "equals"),
    (&["the", "same", "as"], "equals"),
    (&["set", "to"], "equals"),
    (&["equal"], "equals"),
    (&["empty"], "is_empty"),
    (&["blank"], "is_empty"),
    (&["missing"], "not_exists"),
    (&["absent"], "not_exists"),
    (&["undefined"], "not_exists"),
    (&["null"], "not_exists"),
    (&["there"], "exists"),
    (&["present"], "exists"),
    (&["given"], "exists"),
    (&["defined"], "exists"),
    (&["available"], "exists"),
    (&["set"], "exists"),
];

/// Verbs that compare by themselves or after `does not`.
const VERBS: &[(&[&str], &str)] = &[
    (&["starts", "with"], "starts_with"),
    (&["start", "with"], "starts_with"),
    (&["begins", "with"], "starts_with"),
    (&["begin", "with"], "starts_with"),
    (&["ends", "with"], "ends_with"),
    (&["end", "with"], "ends_with"),
    (&["differs", "from"], "not_equals"),
    (&["contains"], "contains"),
    (&["contain"], "contains"),
    (&["containing"], "contains"),
    (&["includes"], "contains"),
    (&["include"], "contains"),
    (&["including"], "contains"),
    (&["mentions"], "contains"),
    (&["mention"], "contains"),
    (&["excludes"], "not_contains"),
    (&["equals"], "equals"),
    (&["equal"], "equals"),
    (&["equalling"], "equals"),
    (&["matches"], "matches"),
    (&["match"], "matches"),
    (&["matching"], "matches"),
    (&["exists"], "exists"),
    (&["exist"], "exists"),
    (&["exceeds"], "greater_than"),
    (&["exceed"], "greater_than"),
    (&["surpasses"], "greater_than"),
    (&["reaches"], "greater_or_equal"),
];

const COPULAS: &[&str] =
    &["is", "are", "was", "were", "be", "becomes", "gets", "has", "have", "isnt", "arent", "wasnt", "werent", "reads"];
const ADVERBS: &[&str] = &[
    "still",
    "already",
    "currently",
    "exactly",
    "strictly",
    "really",
    "now",
    "also",
    "either",
    "a",
    "value",
    "actually",
    "just",
];

/// Where an operator stands in a clause, and what it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub operator: &'static str,
    /// First token of the operator.
    pub first: usize,
    /// One past its last token.
    pub end: usize,
    pub between: bool,
    /// Whether it is a bare `is`, which also appears where nothing is compared.
    pub weak: bool,
}

/// The first operator of a clause.
pub(crate) fn find(tokens: &[Token]) -> Option<Found> {
    (0..tokens.len()).find_map(|first| operator_at(tokens, first))
}

fn operator_at(tokens: &[Token], first: usize) -> Option<Found> {
    let token = &tokens[first];
    let found = |operator, end| Found { operator, first, end, between: false, weak: false };
    if token.kind == Kind::Operator {
        return Some(found(sign(&token.text)?, first + 1));
    }
    if token.kind != Kind::Word {
        return None;
    }
    if let Some((operator, len)) = sequence(VERBS, &tokens[first..]) {
        return Some(found(operator, first + len));
    }
    if token.is(&["does", "doesnt", "do", "dont", "not", "didnt"]) {
        let verb = first + 1 + usize::from(tokens.get(first + 1).is_some_and(|next| next.is(&["not"])));
        let (operator, len) = sequence(VERBS, tokens.get(verb..)?)?;
        return Some(found(negated(operator), verb + len));
    }
    if token.is(COPULAS) {
        return Some(after_is(tokens, first));
    }
    if token.is(&["between"]) {
        return Some(Found { between: true, ..found("greater_or_equal", first + 1) });
    }
    let (operator, len) = sequence(AFTER_IS, &tokens[first..])?;
    let value = tokens.get(first + len..)?.iter().find(|next| next.kind != Kind::Mark)?;
    let numeric = matches!(value.kind, Kind::Number | Kind::Expression) || number_word(&value.word).is_some();
    (first > 0 && numeric).then(|| found(operator, first + len))
}

fn after_is(tokens: &[Token], first: usize) -> Found {
    let mut at = first + 1;
    let mut negative = tokens[first].word.ends_with("nt");
    while let Some(token) = tokens.get(at) {
        if token.is(&["not", "never"]) {
            negative = true;
        } else if !token.is(ADVERBS) {
            break;
        }
        at += 1;
    }
    let rest = tokens.get(at..).unwrap_or_default();
    let between = rest.first().is_some_and(|token| token.is(&["between"]));
    let sign = rest.first().filter(|token| token.kind == Kind::Operator).and_then(|token| sign(&token.text));
    let (operator, len) = match sequence(AFTER_IS, rest).or_else(|| sequence(VERBS, rest)) {
        _ if between => ("greater_or_equal", 1),
        Some(("exists", 1)) if rest.len() > 1 && rest[0].is(&["set", "there", "given"]) && rest[1].is_value() => {
            ("equals", 0)
        }
        Some(found) => found,
        None => sign.map_or(("equals", 0), |operator| (operator, 1)),
    };
    let weak = len == 0 && !negative;
    let operator = if negative { negated(operator) } else { operator };
    Found { operator, first, end: at + len, between, weak }
}

fn sequence(table: &[(&[&str], &'static str)], tokens: &[Token]) -> Option<(&'static str, usize)> {
    table
        .iter()
        .find(|(words, _)| {
            words.len() <= tokens.len() && words.iter().zip(tokens).all(|(word, token)| token.is(&[word]))
        })
        .map(|(words, operator)| (*operator, words.len()))
}

fn sign(text: &str) -> Option<&'static str> {
    Some(match text {
        ">" => "greater_than",
        ">=" => "greater_or_equal",
        "<" => "less_than",
        "<=" => "less_or_equal",
        "!=" => "not_equals",
        "=" => "equals",
        _ => return None,
    })
}

/// What holds when the operator does not; the same operator where there is no opposite.
pub(crate) fn negated(operator: &'static str) -> &'static str {
    let pair = NEGATIONS.iter().find(|(one, other)| *one == operator || *other == operator);
    pair.map_or(operator, |(one, other)| if *one == operator { other } else { one })
}

/// Whether the operator has an opposite among the operators.
pub(crate) fn has_opposite(operator: &str) -> bool {
    NEGATIONS.iter().any(|(one, other)| *one == operator || *other == operator)
}
