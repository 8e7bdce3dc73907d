//! The labels of nodes that expressions and code name, and following a node's new label. Reads tokens only.

use std::ops::Range;

use crate::scan::{Kind, Scanner, Token, Until, string_content};
use crate::template::{self, Part};

/// Labels of the nodes that an expression names, each once, in the order of appearance. Nothing for a text that is no
/// expression or cannot be read.
#[must_use]
pub fn references(text: &str) -> Vec<String> {
    labels(found_in_expression(text))
}

/// As [`references`], for the code of a code node.
#[must_use]
pub fn references_in_code(code: &str) -> Vec<String> {
    labels(found_in_code(code))
}

/// The expression with every mention of the node `from` changed to `to`, and nothing else.
#[must_use]
pub fn rename(text: &str, from: &str, to: &str) -> String {
    replaced(text, found_in_expression(text), from, to)
}

/// As [`rename`], for the code of a code node.
#[must_use]
pub fn rename_in_code(code: &str, from: &str, to: &str) -> String {
    replaced(code, found_in_code(code), from, to)
}

/// A mention of a node.
struct Mention {
    label: String,
    /// Bytes to replace when the label changes.
    range: Range<usize>,
    /// `.Name` instead of a text in quotation marks.
    dotted: bool,
}

fn labels(mentions: Vec<Mention>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    mentions.into_iter().map(|mention| mention.label).filter(|label| seen.insert(label.clone())).collect()
}

fn found_in_expression(text: &str) -> Vec<Mention> {
    if !template::is_expression(text) {
        return Vec::new();
    }
    let parts = template::parse(text).unwrap_or_default();
    let codes = parts.iter().filter_map(|part| match part {
        Part::Code(code) => Some(code),
        Part::Literal(_) => None,
    });
    codes.flat_map(|code| mentions(text, &code.tokens)).collect()
}

fn found_in_code(code: &str) -> Vec<Mention> {
    Scanner::new(code, 0, Until::End).all().map(|(tokens, _)| mentions(code, &tokens)).unwrap_or_default()
}

fn mentions(text: &str, tokens: &[Token]) -> Vec<Mention> {
    let found = (0..tokens.len()).filter(|&at| {
        // `a.$("x")` is a method of `a`.
        let before = at.checked_sub(1).and_then(|at| tokens.get(at)).map(|token| token.text(text));
        !matches!(before, Some("." | "?."))
    });
    found.filter_map(|at| mention(text, &tokens[at..])).collect()
}

fn mention(text: &str, tokens: &[Token]) -> Option<Mention> {
    let word = |at: usize| tokens.get(at).map(|token: &Token| token.text(text));
    let second = tokens.get(2)?;
    let bracket = match (word(0)?, word(1)?) {
        ("$" | "$items", "(") => true,
        ("$node", "[") => word(3) == Some("]"),
        ("$node", ".") => {
            let dotted = second.kind == Kind::Identifier;
            let range = tokens.get(1)?.start..second.end;
            return dotted.then(|| Mention { label: second.text(text).to_owned(), range, dotted: true });
        }
        _ => false,
    };
    let label = label_of(second, text)?;
    bracket.then_some(Mention { label, range: second.start..second.end, dotted: false })
}

/// A text, or a template literal without substitutions.
fn label_of(token: &Token, text: &str) -> Option<String> {
    let literal = token.text(text);
    match token.kind {
        Kind::Text => string_content(literal),
        Kind::Template if literal.len() > 1 && literal.ends_with('`') && literal.starts_with('`') => {
            string_content(literal)
        }
        _ => None,
    }
}

fn replaced(text: &str, mentions: Vec<Mention>, from: &str, to: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut copied = 0;
    for mention in mentions.into_iter().filter(|mention| mention.label == from) {
        result.push_str(&text[copied..mention.range.start]);
        if mention.dotted {
            result.push('[');
            push_literal(to, '"', &mut result);
            result.push(']');
        } else {
            let quote = text[mention.range.clone()].chars().next().unwrap_or('"');
            push_literal(to, quote, &mut result);
        }
        copied = mention.range.end;
    }
    result.push_str(&text[copied..]);
    result
}

/// Writes a string literal.
fn push_literal(content: &str, quote: char, result: &mut String) {
    result.push(quote);
    for c in content.chars() {
        match c {
            '\n' => result.push_str("\\n"),
            '\r' => result.push_str("\\r"),
            '\u{2028}' => result.push_str("\\u2028"),
            '\u{2029}' => result.push_str("\\u2029"),
            '$' if quote == '`' => result.push_str("\\$"),
            c if c == quote || c == '\\' => result.extend(['\\', c]),
            c => result.push(c),
        }
    }
    result.push(quote);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_in_code_only() {
        let text = "=$('No') {{ $('A').item.json.x + `${$node[\"B\"].json.y} $('No')` + '$(\"No\")' }} {{ $items('C', 1) }} \
                    {{ $node.D.json.z + $('A').first().json.q + x.$('No') /* $('No') */ + $(`E`).item + $(name) }}";
        assert_eq!(references(text), ["A", "B", "C", "D", "E"]);
        assert!(references("$('A')").is_empty());
        assert!(references("={{ $('A'").is_empty());
        assert_eq!(references_in_code("return $('A').all() // $('No')"), ["A"]);
    }

    #[test]
    fn a_new_label_is_followed_exactly() {
        let text = "=A {{ $('A').item.json.A + $node.A.json.x + $node[\"A\"].json.A + \"A\" + $('AB').item }}";
        assert_eq!(
            rename(text, "A", "It's \"new\"\\"),
            "=A {{ $('It\\'s \"new\"\\\\').item.json.A + $node[\"It's \\\"new\\\"\\\\\"].json.x + \
             $node[\"It's \\\"new\\\"\\\\\"].json.A + \"A\" + $('AB').item }}"
        );
        let renamed = rename(text, "A", "It's \"new\"\\");
        assert_eq!(rename(&renamed, "It's \"new\"\\", "A"), text.replace("$node.A", "$node[\"A\"]"));
        assert_eq!(references(&rename("={{ $(`A`).item }}", "A", "`${x}`")), ["`${x}`"]);
        assert_eq!(rename("$('A')", "A", "B"), "$('A')");
        assert_eq!(rename_in_code("$('A').all()", "A", "B"), "$('B').all()");
    }
}
