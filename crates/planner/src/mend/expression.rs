//! What expressions refer to: fields of the item (`$json.a.b`) and other nodes (`$('Label')`). Finds places in the text;
//! evaluates nothing.

use std::ops::Range;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Name(String),
    Index(String),
}

/// A field of the item that an expression names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// The bytes of the path behind `$json`.
    pub range: Range<usize>,
    pub parts: Vec<Part>,
}

/// A node that an expression names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// The bytes of the label with its quotation marks.
    pub range: Range<usize>,
    pub label: String,
}

/// What stands for the current item.
const ITEMS: &[&str] = &["$json", "$input.item.json"];
/// What a node's label follows.
const NODES: &[&str] = &["$(", "$node[", "$items("];
/// Properties that every list or text has.
const BUILT_IN: &[&str] = &["length"];

/// The parts of a text that are evaluated: between `{{` and `}}` of an expression, or all of a code.
pub(super) fn evaluated(text: &str, is_code: bool) -> Vec<Range<usize>> {
    if is_code {
        return std::iter::once(0..text.len()).collect();
    }
    if !text.starts_with('=') {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = 1;
    while let Some(open) = text[at..].find("{{").map(|open| at + open) {
        let Some(close) = text[open..].find("}}").map(|close| open + close) else { break };
        if !text[..open].ends_with('\\') {
            found.push(open + 2..close);
        }
        at = close + 2;
    }
    found
}

/// The only expression that a text is, without its braces.
pub(super) fn lone(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("={{")?.strip_suffix("}}")?;
    (!inner.contains("{{") && !inner.contains("}}")).then(|| inner.trim().trim_end_matches(';').trim_end())
}

/// All fields of the item that are named within these bytes, in order.
pub(super) fn paths(text: &str, within: &Range<usize>) -> Vec<Path> {
    let mut found = Vec::new();
    let mut at = within.start;
    while let Some(dollar) = text[at..within.end].find('$').map(|offset| at + offset) {
        at = dollar + 1;
        let rest = &text[dollar..within.end];
        let Some(item) = ITEMS.iter().find(|item| rest.starts_with(**item)) else { continue };
        if text[..dollar].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.')) {
            continue;
        }
        let start = dollar + item.len();
        let (parts, end) = read_path(text, start, within.end);
        if !parts.is_empty() {
            found.push(Path { range: start..end, parts });
        }
        at = end.max(at);
    }
    found
}

fn read_path(text: &str, start: usize, limit: usize) -> (Vec<Part>, usize) {
    let mut parts = Vec::new();
    let mut at = start;
    while let Some((part, end)) = read_part(&text[at..limit]) {
        let is_method = text[at + end..limit].trim_start().starts_with('(');
        let is_built_in = matches!(&part, Part::Name(name) if BUILT_IN.contains(&name.as_str()));
        if is_method || is_built_in && !text[at..].starts_with('[') {
            break;
        }
        parts.push(part);
        at += end;
    }
    (parts, at)
}

/// `.name`, `?.name`, `["name"]` or `[0]` at the start of a text, and where it ends.
fn read_part(text: &str) -> Option<(Part, usize)> {
    let dotted = text.strip_prefix("?.").or_else(|| text.strip_prefix('.'));
    if let Some(rest) = dotted.filter(|rest| !rest.starts_with('[')) {
        let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'))).unwrap_or(rest.len());
        let name = rest.get(..length).filter(|name| !name.is_empty())?;
        return Some((Part::Name(name.to_owned()), text.len() - rest.len() + length));
    }
    let rest = dotted.unwrap_or(text).strip_prefix('[')?;
    let close = rest.find(']')?;
    let inner = rest[..close].trim();
    let end = text.len() - rest.len() + close + 1;
    if !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some((Part::Index(inner.to_owned()), end));
    }
    let (name, length) = quoted(inner)?;
    (length == inner.len()).then_some((Part::Name(name), end))
}

/// The text in quotation marks at the start of another, and its length with them.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mark = text.chars().next().filter(|mark| matches!(mark, '"' | '\'' | '`'))?;
    let mut name = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => name.push(letters.next()?.1),
            _ if letter == mark => return Some((name, at + mark.len_utf8())),
            _ => name.push(letter),
        }
    }
    None
}

/// All nodes that are named within these bytes, in order.
pub(super) fn mentions(text: &str, within: &Range<usize>) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut at = within.start;
    while let Some(dollar) = text[at..within.end].find('$').map(|offset| at + offset) {
        at = dollar + 1;
        let rest = &text[dollar..within.end];
        let Some(opening) = NODES.iter().find(|opening| rest.starts_with(**opening)) else { continue };
        let behind = &rest[opening.len()..];
        let start = dollar + opening.len() + (behind.len() - behind.trim_start().len());
        if let Some((label, length)) = quoted(&text[start..within.end]) {
            found.push(Mention { range: start..start + length, label });
            at = start + length;
        }
    }
    found
}

/// A label in quotation marks, in those it stood in where it can.
pub(super) fn in_marks(label: &str, before: &str) -> String {
    let mark = before.chars().next().filter(|mark| *mark == '\'').unwrap_or('"');
    let mut text = String::from(mark);
    for letter in label.chars() {
        match letter {
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\\' => text.push_str("\\\\"),
            _ if letter == mark => text.extend(['\\', letter]),
            _ => text.push(letter),
        }
    }
    text.push(mark);
    text
}

/// A path as it is written behind `$json`.
pub(super) fn written(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Index(index) => format!("[{index}]"),
            Part::Name(name) if is_identifier(name) => format!(".{name}"),
            Part::Name(name) => format!("[{}]", in_marks(name, "\"")),
        })
        .collect()
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$'))
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
}

/// A path as people read it: `lines[0].sku`.
pub(super) fn shown(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Index(index) => text.push_str(&format!("[{index}]")),
            Part::Name(name) if text.is_empty() => text.push_str(name),
            Part::Name(name) => text.push_str(&format!(".{name}")),
        }
    }
    text
}

/// The parts of a path as a run reports it: `lines[0].sku`.
pub(super) fn parts_of(field: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for name in field.split('.') {
        let (name, indexes) = match name.find('[').filter(|_| name.ends_with(']')) {
            Some(at) => name.split_at(at),
            None => (name, ""),
        };
        if !name.is_empty() {
            parts.push(Part::Name(name.to_owned()));
        }
        let indexes = indexes.split(['[', ']']).filter(|index| !index.is_empty());
        parts.extend(indexes.map(|index| Part::Index(index.to_owned())));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        evaluated(text, false).iter().flat_map(|range| paths(text, range)).map(|path| shown(&path.parts)).collect()
    }

    #[test]
    fn paths_are_found_where_they_are_evaluated() {
        for (text, wanted) in [
            ("={{ $json.a.b }}", "a.b"),
            ("={{$json['first name'].x}} and {{ $json.b?.c[0].d }}", "first name.x, b.c[0].d"),
            ("={{ $json.name.toUpperCase() }}", "name"),
            ("={{ $json.list.length + $json.n }}", "list, n"),
            ("={{ $input.item.json.mail }}", "mail"),
            ("$json.a", ""),
            ("=$json.a", ""),
            (r"=\{{ $json.a }}", ""),
            ("={{ x.$json.a + my$json.b }}", ""),
            ("={{ $('A').item.json.x }}", ""),
            ("={{ $json }}", ""),
            ("={{ $json.a", ""),
            ("={{ $json.größe }}", "größe"),
        ] {
            assert_eq!(found(text).join(", "), wanted, "{text}");
        }
    }

    #[test]
    fn nodes_are_found_in_every_spelling() {
        let text = r#"={{ $('It\'s A').item.json.x + $node["B c"].json.y + $items( "D" ) + $(x) + $('open }}"#;
        let range = 3..text.len() - 2;
        let labels: Vec<String> = mentions(text, &range).into_iter().map(|mention| mention.label).collect();
        assert_eq!(labels, ["It's A", "B c", "D"]);
        assert_eq!(in_marks("It's \"A\"", "'x'"), r#"'It\'s "A"'"#);
    }

    #[test]
    fn paths_are_written_as_they_are_read() {
        assert_eq!(written(&parts_of("lines[0].unit price")), r#".lines[0]["unit price"]"#);
        assert_eq!(lone("={{ $json.a; }}"), Some("$json.a"));
        assert_eq!(lone("={{ a }} {{ b }}"), None);
    }
}
