//! Comparisons in words: `amount is over 100`, `status equals paid`, `name does not contain "test"`.
//!
//! The operators' identifiers are those of the condition parameters' enum; nothing else of the catalogue is known here.

use serde_json::{Number, Value};

use super::amounts::number_word;
use super::operators::find;
use super::tokens::{Kind, Token};

/// One comparison, ready for a condition parameter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparison {
    /// Expression or constant on the left.
    pub left: String,
    /// Name of the field, for people.
    pub field: String,
    pub operator: &'static str,
    pub right: Option<Value>,
}

/// What comes before a field without naming it.
const BEFORE_FIELD: &[&str] = &[
    "check",
    "checks",
    "if",
    "that",
    "whether",
    "when",
    "whenever",
    "only",
    "see",
    "verify",
    "make",
    "sure",
    "ensure",
    "test",
    "field",
    "where",
    "whose",
    "with",
    "for",
    "all",
    "any",
    "both",
    "named",
    "called",
    "the",
    "a",
    "an",
    "its",
    "their",
    "and",
    "or",
    "but",
    "incoming",
    "in",
    "case",
    "unless",
    "once",
    "this",
    "then",
    "value",
    "to",
    "condition",
    "on",
    "checking",
    "keep",
    "of",
    "items",
    "continue",
    "is",
    "while",
    "as",
    "soon",
    "my",
    "our",
    "new",
    "current",
    "please",
    "add",
    "compare",
    "else",
    "otherwise",
    "filter",
    "records",
    "rows",
    "ones",
    "orders",
    "entries",
    "which",
    "have",
    "has",
    "having",
    "are",
    "it",
    "which's",
    "from",
];

/// Things that carry the fields rather than being one.
const CARRIERS: &[&str] = &[
    "item", "items", "request", "payload", "body", "message", "data", "webhook", "event", "response", "result",
    "record", "row", "input", "webhooks", "requests", "json", "http",
];
const UNARY: &[&str] = &["exists", "not_exists", "is_empty", "is_not_empty"];

/// The comparisons of one clause. What the clause leaves out, field or operator, is taken from the one before:
/// `over 100 and below 200`, `paid or shipped`. Second, how many tokens were read.
pub(crate) fn parse(tokens: &[Token], text: &str, previous: Option<&Comparison>) -> Option<(Vec<Comparison>, usize)> {
    let Some(found) = find(tokens) else {
        let previous = previous.filter(|previous| previous.right.is_some())?;
        let start = tokens.iter().position(|token| !token.is(BEFORE_FIELD))?;
        let (right, end) = value(tokens, start, text)?;
        return Some((vec![Comparison { right: Some(right), ..previous.clone() }], end));
    };
    let (left, field) = match field(&tokens[..found.first]) {
        Some(name) => name,
        None => previous.map(|previous| (previous.left.clone(), previous.field.clone()))?,
    };
    let one = |operator, right| Comparison { left: left.clone(), field: field.clone(), operator, right };
    if UNARY.contains(&found.operator) {
        return Some((vec![one(found.operator, None)], found.end));
    }
    let (right, end) = value(tokens, found.end, text)?;
    if found.between {
        let and = tokens.get(end).filter(|token| token.is(&["and", "to"]))?;
        let (upper, last) = value(tokens, end + 1, text).filter(|_| and.kind == Kind::Word)?;
        let outside = found.operator == "less_than";
        let operators = if outside { ["less_than", "greater_than"] } else { ["greater_or_equal", "less_or_equal"] };
        return Some((vec![one(operators[0], Some(right)), one(operators[1], Some(upper))], last));
    }
    let (operator, end) = or_more(tokens, found.operator, end);
    Some((vec![one(operator, Some(right))], end))
}

/// `100 or more` makes `is` an `at least`.
fn or_more(tokens: &[Token], operator: &'static str, end: usize) -> (&'static str, usize) {
    let (Some(or), Some(word)) = (tokens.get(end), tokens.get(end + 1)) else { return (operator, end) };
    if operator != "equals" || !(or.is(&["or", "and"])) {
        return (operator, end);
    }
    if word.is(&["more", "higher", "above", "greater", "over", "up", "larger", "later"]) {
        return ("greater_or_equal", end + 2);
    }
    if word.is(&["less", "fewer", "lower", "below", "under", "smaller", "earlier"]) {
        return ("less_or_equal", end + 2);
    }
    (operator, end)
}

/// The left side of a comparison: an expression on a field, and the field's name.
fn field(tokens: &[Token]) -> Option<(String, String)> {
    if let Some(expression) = tokens.iter().rev().find(|token| token.kind == Kind::Expression) {
        return Some((format!("={}", expression.text), expression.text.clone()));
    }
    if let Some(quoted) = tokens.iter().rev().find(|token| token.kind == Kind::Quoted && !token.text.trim().is_empty())
    {
        return Some((expression_of(&quoted.text), quoted.text.clone()));
    }
    let start = tokens
        .iter()
        .rposition(|token| token.kind == Kind::Mark || token.is(&["if", "that", "whether", "where", "whose"]));
    let words: Vec<&Token> =
        tokens[start.map_or(0, |at| at + 1)..].iter().filter(|token| token.kind == Kind::Word).collect();
    if let Some(of) = words.iter().position(|token| token.is(&["of", "in", "from"])) {
        let owner = named(&words[of + 1..]);
        let name = named(&words[..of])?;
        return Some(owned(owner, name));
    }
    if let Some(at) = words.iter().position(|token| token.text.ends_with("'s") || token.text.ends_with("’s"))
        && let Some(name) = named(&words[at + 1..])
    {
        let owner = words[at].text.trim_end_matches(['s', '\'', '’']).to_lowercase();
        return Some(owned(Some(owner), name));
    }
    let name = named(&words)?;
    Some((expression_of(&name), name))
}

fn owned(owner: Option<String>, name: String) -> (String, String) {
    let path = match owner.filter(|owner| !CARRIERS.contains(&owner.as_str())) {
        Some(owner) => format!("{owner}.{name}"),
        None => name,
    };
    (expression_of(&path), path)
}

/// The name of a field from its words: those that only lead up to it left out, the rest joined by underscores.
pub(crate) fn named(words: &[&Token]) -> Option<String> {
    let mut kept: Vec<&Token> = words.iter().copied().filter(|token| !token.is(BEFORE_FIELD)).collect();
    if kept.len() > 1 && kept[0].is(CARRIERS) {
        kept.remove(0);
    }
    let from = kept.len().saturating_sub(3);
    let names: Vec<String> = kept[from..].iter().map(|token| field_word(token)).collect();
    if names.is_empty() {
        let literal = words.iter().find(|token| token.is(&["value", "items", "orders", "records", "rows", "entries"]));
        return literal.map(|token| token.word.clone());
    }
    Some(names.join("_"))
}

/// A field's name as written where its capitals carry meaning (`orderTotal`), in lower case otherwise.
pub(crate) fn field_word(token: &Token) -> String {
    let corrected = super::words::fold(&token.text) != token.word;
    let mut letters = token.text.chars();
    let starts_lower = letters.next().is_some_and(char::is_lowercase);
    if !corrected && starts_lower && letters.any(char::is_uppercase) {
        return token.text.clone();
    }
    if corrected { token.word.clone() } else { token.text.to_lowercase() }
}

/// An expression that reads a field of the item.
pub(crate) fn expression_of(field: &str) -> String {
    let plain = field.split('.').all(|part| {
        let name = part.split('[').next().unwrap_or_default();
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    if plain {
        return format!("={{{{ $json.{field} }}}}");
    }
    let key = field.replace(['\\', '"', '\n', '}', '{'], "");
    format!("={{{{ $json[\"{key}\"] }}}}")
}

/// A value at this place, and the token after it.
pub(crate) fn value(tokens: &[Token], from: usize, text: &str) -> Option<(Value, usize)> {
    let mut at = from;
    while tokens.get(at).is_some_and(|token| {
        token.is(&["a", "an", "the", "exactly", "than", "to", "either"])
            || token.kind == Kind::Mark && "$€£:".contains(token.text.as_str())
    }) {
        at += 1;
    }
    let token = tokens.get(at)?;
    match token.kind {
        Kind::Number | Kind::Ordinal => Some(scaled(tokens, at)),
        Kind::Expression => Some((Value::String(format!("={}", token.text)), at + 1)),
        Kind::Operator | Kind::NewLine | Kind::Mark => None,
        Kind::Word => Some(words(tokens, at, text)?),
        _ => Some((Value::String(token.text.clone()), at + 1)),
    }
}

/// A number with the unit behind it: `2k`, `100 %`, `100 dollars`.
fn scaled(tokens: &[Token], at: usize) -> (Value, usize) {
    let mut number = tokens[at].text.parse::<f64>().unwrap_or_default();
    let mut end = at + 1;
    if let Some(unit) = tokens.get(end) {
        if unit.is(&["k", "thousand"]) {
            number *= 1e3;
            end += 1;
        } else if unit.is(&["m", "million", "mio"]) {
            number *= 1e6;
            end += 1;
        }
    }
    let is_unit = |token: &Token| {
        token.is(&[
            "dollars", "dollar", "euros", "euro", "eur", "usd", "gbp", "pounds", "percent", "bucks", "chf", "cents",
        ]) || token.kind == Kind::Mark && "$€£%".contains(token.text.as_str())
    };
    if tokens.get(end).is_some_and(is_unit) {
        end += 1;
    }
    (Value::Number(json_number(number)), end)
}

/// A whole number where it is one.
pub(crate) fn json_number(number: f64) -> Number {
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the range of exact integers")]
    let whole = (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64);
    whole.map(Number::from).or_else(|| Number::from_f64(number)).unwrap_or_else(|| Number::from(0))
}

fn words(tokens: &[Token], at: usize, text: &str) -> Option<(Value, usize)> {
    let first = &tokens[at];
    let simple = match first.word.as_str() {
        "true" | "yes" => Some(Value::Bool(true)),
        "false" | "no" => Some(Value::Bool(false)),
        word => number_word(word).map(|number| Value::Number(json_number(number))),
    };
    if let Some(value) = simple {
        return Some((value, at + 1));
    }
    if first.is(&["then", "and", "or", "in", "send", "by"]) {
        return None;
    }
    let run = tokens[at..]
        .iter()
        .take(6)
        .take_while(|token| token.kind == Kind::Word && !token.is(&["and", "or", "then", "but"]));
    let end = at + run.count();
    let written = text.get(first.start..tokens[end - 1].end)?;
    Some((Value::String(written.to_owned()), end))
}

impl Comparison {
    /// The comparison in words.
    pub(crate) fn describe(&self) -> String {
        let operator = match self.operator {
            "greater_than" => "is over",
            "greater_or_equal" => "is at least",
            "less_than" => "is below",
            "less_or_equal" => "is at most",
            "equals" => "is",
            "not_equals" => "is not",
            "not_contains" => "does not contain",
            "starts_with" => "starts with",
            "ends_with" => "ends with",
            "not_exists" => "does not exist",
            "is_empty" => "is empty",
            "is_not_empty" => "is not empty",
            other => other,
        };
        match &self.right {
            Some(Value::String(text)) => format!("{} {operator} {text}", self.field),
            Some(other) => format!("{} {operator} {other}", self.field),
            None => format!("{} {operator}", self.field),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::tokens::tokenize;
    use super::*;

    fn read(text: &str) -> String {
        let (all, _) = parse(&tokenize(text), text, None).unwrap();
        let shown =
            all.iter().map(|one| format!("{} {} {}", one.left, one.operator, one.right.clone().unwrap_or_default()));
        shown.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn comparisons_in_words() {
        for (text, expected) in [
            ("amount is over 100", "={{ $json.amount }} greater_than 100"),
            ("check that the Amount > 1,000.50", "={{ $json.amount }} greater_than 1000.5"),
            ("status equals paid", "={{ $json.status }} equals \"paid\""),
            ("the order's status isn't \"on hold\"", "={{ $json.order.status }} not_equals \"on hold\""),
            ("name does not contain 'test'", "={{ $json.name }} not_contains \"test\""),
            ("email is not empty", "={{ $json.email }} is_not_empty null"),
            ("age is at least 18", "={{ $json.age }} greater_or_equal 18"),
            ("age is 18 or more", "={{ $json.age }} greater_or_equal 18"),
            (
                "price is between 10 and 20",
                "={{ $json.price }} greater_or_equal 10; ={{ $json.price }} less_or_equal 20",
            ),
            ("orderTotal exceeds 2k", "={{ $json.orderTotal }} greater_than 2000"),
            ("status of the webhook is set to open", "={{ $json.status }} equals \"open\""),
            ("the amount is not over 5", "={{ $json.amount }} less_or_equal 5"),
            ("active is true", "={{ $json.active }} equals true"),
            ("amount over $100", "={{ $json.amount }} greater_than 100"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
