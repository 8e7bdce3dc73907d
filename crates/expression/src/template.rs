//! The parts of an expression text: literal text and code in `{{ }}`. Does not look at what the code means.

use crate::fault::Fault;
use crate::scan::{Scanner, Token, Until};

/// A part of an expression text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text as it is.
    Literal(String),
    /// Code between `{{` and `}}`.
    Code(Code),
}

/// Code between `{{` and `}}`, without them: its place in the text in bytes, and its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code {
    pub start: usize,
    pub end: usize,
    pub tokens: Vec<Token>,
}

impl Code {
    /// From the first token to the last; a semicolon at the end is none of them.
    pub fn source<'a>(&self, text: &'a str) -> &'a str {
        let tokens = &self.tokens;
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => text.get(first.start..last.end).unwrap_or_default(),
            _ => "",
        }
    }

    /// Where [`Self::source`] begins.
    pub fn source_start(&self) -> usize {
        self.tokens.first().map_or(self.start, |token| token.start)
    }
}

/// Whether a text is an expression.
pub(crate) fn is_expression(text: &str) -> bool {
    text.starts_with('=')
}

/// The parts of a text that begins with `=`.
pub(crate) fn parse(text: &str) -> Result<Vec<Part>, Fault> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut at = 1;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("{{")) {
        let opening = at + found;
        let before = &text[at..opening];
        if let Some(escaped) = before.strip_suffix('\\') {
            literal.push_str(escaped);
            literal.push_str("{{");
            at = opening + 2;
            continue;
        }
        literal.push_str(before);
        let (tokens, end) = scan_code(text, opening)?;
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        parts.push(Part::Code(Code { start: opening + 2, end, tokens }));
        at = end + 2;
    }
    literal.push_str(text.get(at..).unwrap_or_default());
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

fn scan_code(text: &str, opening: usize) -> Result<(Vec<Token>, usize), Fault> {
    let (mut tokens, end) = Scanner::new(text, opening + 2, Until::Braces).all().map_err(|mut fault| {
        if fault.start >= text.len() {
            (fault.start, fault.end) = (opening, opening + 2);
        }
        fault
    })?;
    while tokens.last().is_some_and(|token| token.text(text) == ";") {
        tokens.pop();
    }
    if tokens.is_empty() {
        let message = "There is nothing between `{{` and `}}`. Write what the value is, such as `$json.name`.";
        return Err(Fault::new(message, opening, end + 2));
    }
    Ok((tokens, end))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn shape(text: &str) -> Vec<String> {
        let show = |part| match part {
            Part::Literal(literal) => format!("'{literal}'"),
            Part::Code(code) => code.source(text).to_owned(),
        };
        parse(text).unwrap().into_iter().map(show).collect()
    }

    #[test]
    fn braces_inside_strings_templates_objects_patterns_and_comments_do_not_end_the_code() {
        for (text, parts) in [
            ("={{ $json.a }}", vec!["$json.a"]),
            ("=Hi {{ a }} and {{b}}!", vec!["'Hi '", "a", "' and '", "b", "'!'"]),
            ("={{ '}}' }}", vec!["'}}'"]),
            ("={{ \"a\\\"}}\" }}", vec!["\"a\\\"}}\""]),
            ("={{ {a: {b: 1}} }}", vec!["{a: {b: 1}}"]),
            ("={{ {a: 1}}}", vec!["{a: 1}"]),
            ("={{ `x ${ {a: '}}'}.a } }}` }}", vec!["`x ${ {a: '}}'}.a } }}`"]),
            ("={{ `${`${1}}}`}` }}", vec!["`${`${1}}}`}`"]),
            ("={{ a.replace(/}}/g, '') }}", vec!["a.replace(/}}/g, '')"]),
            ("={{ a / 2 }} / {{ b }}", vec!["a / 2", "' / '", "b"]),
            ("={{ a++ / 2 }}{{ b / 1 }}", vec!["a++ / 2", "b / 1"]),
            ("={{ /* }} */ a }}", vec!["a"]),
            ("={{ a // note }}", vec!["a"]),
            ("={{ a; }}", vec!["a"]),
            ("={\"a\": {\"b\": {{ c }}}}", vec!["'{\"a\": {\"b\": '", "c", "'}}'"]),
            ("=\\{{ a }}", vec!["'{{ a }}'"]),
            ("=a }} b", vec!["'a }} b'"]),
            ("=", vec![]),
            ("={{ 'é😀' }}ü", vec!["'é😀'", "'ü'"]),
            ("={{ [1,2].map(x => ({y: x})) }}", vec!["[1,2].map(x => ({y: x}))"]),
            ("={{ /[/}}]/.test(a) }}", vec!["/[/}}]/.test(a)"]),
        ] {
            assert_eq!(shape(text), parts, "{text}");
        }
    }

    #[test]
    fn faults_say_where() {
        for (text, start, part) in [
            ("=a {{ b", 3, "never closed by `}}`"),
            ("={{ (b }}", 7, "closes nothing"),
            ("={{ ) }}", 4, "closes nothing"),
            ("={{ 'b }}", 4, "quotation mark"),
            ("={{ `b }}", 4, "backtick"),
            ("={{ /* }}", 4, "`*/`"),
            ("={{ }}", 1, "nothing between"),
            ("={{ ; }}", 1, "nothing between"),
            ("={{ [1 ", 4, "`[` is never closed"),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!(fault.start, start, "{text}: {}", fault.message);
            assert!(fault.message.contains(part), "{text}: {}", fault.message);
        }
    }
}
