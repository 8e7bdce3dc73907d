//! Finds the items in a page's text without parsing them, so that a loop can deal out a page in batches.

use std::ops::Range;

/// Where each element of a JSON list stands in its text.
pub(crate) fn split(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut depth, mut in_string, mut escaped, mut start) = (0_u32, false, false, None);
    for (place, byte) in text.bytes().enumerate() {
        if in_string {
            match (escaped, byte) {
                (true, _) => escaped = false,
                (false, b'\\') => escaped = true,
                (false, b'"') => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let between = depth == 1 && (byte == b',' || byte == b'[');
        match start {
            Some(from) if between || depth == 0 => {
                ranges.push(from..place);
                start = None;
            }
            None if depth > 0 && !between && !byte.is_ascii_whitespace() => start = Some(place),
            _ => {}
        }
    }
    ranges
}

/// A JSON list of elements of other texts.
pub(crate) fn join_ranges<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::from("[");
    for (position, part) in parts.enumerate() {
        if position > 0 {
            text.push(',');
        }
        text.push_str(part);
    }
    text.push(']');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn elements_are_found_whatever_their_texts_hold() {
        assert_eq!(parts("[]"), Vec::<&str>::new());
        assert_eq!(parts(r#"[{"json":{}}]"#), [r#"{"json":{}}"#]);
        assert_eq!(parts(r#"[{"a":"],[\"\\"},{"b":[1,{"c":2}]}]"#), [r#"{"a":"],[\"\\"}"#, r#"{"b":[1,{"c":2}]}"#]);
        assert_eq!(parts(r#"[{"a":"ü,{"},{}]"#), [r#"{"a":"ü,{"}"#, "{}"]);
    }

    #[test]
    fn joined_elements_are_the_list_again() {
        let text = r#"[{"a":1},{"b":"]"}]"#;
        assert_eq!(join_ranges(parts(text).into_iter()), text);
    }
}
