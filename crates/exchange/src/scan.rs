//! Looks over a text before it is parsed: what it is, how large, how deep, and whether a name stands twice in an object.
//!
//! Parsed values take many times the room of their text, so what would take too much is refused here. Whether the text is
//! JSON at all is the parser's to say.

use std::borrow::Cow;
use std::collections::HashSet;

use bridge_domain::Result;

use crate::refuse::{malformed, too_large};

/// Bytes of a file at most (16 MiB).
pub const MAX_BYTES: usize = 16 << 20;
/// Levels of lists and objects at most: those of a configuration, and those around it.
const MAX_DEPTH: usize = 80;
/// Values at most, lists and objects included.
const MAX_VALUES: usize = 600_000;
/// Objects at most: the smallest takes several times the room of another value.
const MAX_OBJECTS: usize = 160_000;

/// The text of these bytes, if it can be parsed without taking too much.
///
/// # Errors
/// `invalid_input` that says what the bytes are, or which limit they exceed.
pub(crate) fn text(bytes: &[u8]) -> Result<&str> {
    if bytes.len() > MAX_BYTES {
        return Err(too_large(format!("The file is larger than {} MiB.", MAX_BYTES >> 20)));
    }
    if let Some(message) = other_format(bytes) {
        return Err(malformed(message));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("The file is not text in UTF-8."))?;
    match text.trim_start().bytes().next() {
        Some(b'{' | b'[') => {}
        Some(_) => return Err(malformed("The file is not JSON: it begins with something else than { or [.")),
        None => return Err(malformed("The file is empty.")),
    }
    Scan { text, at: 0, open: Vec::new(), values: 0, objects: 0 }.run()?;
    Ok(text)
}

/// What the first bytes say of another format.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x1f, 0x8b, ..] => Some("The file is compressed (gzip). Unpack it first."),
        [b'P', b'K', 3 | 5 | 7, ..] => Some("The file is a ZIP archive. Unpack it first."),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("The file is compressed (zstd). Unpack it first."),
        [b'B', b'Z', b'h', ..] => Some("The file is compressed (bzip2). Unpack it first."),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => Some("The file is compressed (xz). Unpack it first."),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..] => {
            Some("The file is in UTF-16 or UTF-32. Save it in UTF-8.")
        }
        _ => None,
    }
}

/// The names in an object that is open; none for a list.
type Open<'a> = Option<HashSet<Cow<'a, str>>>;

struct Scan<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Open<'a>>,
    values: usize,
    objects: usize,
}

impl<'a> Scan<'a> {
    fn run(mut self) -> Result<()> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'"' => {
                    let text = self.string();
                    self.take(text)?;
                    continue;
                }
                b'{' => self.enter(Some(HashSet::new()))?,
                b'[' => self.enter(None)?,
                b'}' | b']' => {
                    self.open.pop();
                }
                b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
                _ => {
                    self.scalar();
                    self.count()?;
                    continue;
                }
            }
            self.at += 1;
        }
        Ok(())
    }

    fn enter(&mut self, open: Open<'a>) -> Result<()> {
        self.objects += usize::from(open.is_some());
        if self.objects > MAX_OBJECTS {
            return Err(too_large(format!("The file has more than {MAX_OBJECTS} objects.")));
        }
        self.open.push(open);
        if self.open.len() > MAX_DEPTH {
            return Err(too_large(format!(
                "The file is nested deeper than {MAX_DEPTH} levels (line {}).",
                self.line()
            )));
        }
        self.count()
    }

    fn count(&mut self) -> Result<()> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(too_large(format!("The file has more than {MAX_VALUES} values.")));
        }
        Ok(())
    }

    /// Goes behind a string, and gives what stands between its quotes.
    fn string(&mut self) -> &'a str {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut at = start;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => break,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        let end = at.min(bytes.len());
        self.at = end + 1;
        self.text.get(start..end).unwrap_or_default()
    }

    /// Goes behind a number or a word.
    fn scalar(&mut self) {
        let is_end = |byte: &u8| b"\"{}[],: \t\r\n".contains(byte);
        let rest = self.text.as_bytes().iter().skip(self.at);
        self.at += rest.take_while(|byte| !is_end(byte)).count();
    }

    /// A string was read: the name of a value in an object when a colon follows, otherwise a value.
    fn take(&mut self, text: &'a str) -> Result<()> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_name = rest.trim_start_matches([' ', '\t', '\r', '\n']).starts_with(':');
        let Some(Some(names)) = self.open.last_mut().filter(|_| is_name) else { return self.count() };
        let name = match text.contains('\\') {
            true => Cow::Owned(serde_json::from_str(&format!("\"{text}\"")).unwrap_or_else(|_| text.to_owned())),
            false => Cow::Borrowed(text),
        };
        if names.contains(&name) {
            let name: String = name.chars().take(60).collect();
            let message = format!("The name “{name}” stands twice in one object (line {}).", self.line());
            return Err(malformed(message));
        }
        names.insert(name);
        Ok(())
    }

    fn line(&self) -> usize {
        let before = self.text.as_bytes().iter().take(self.at);
        1 + before.filter(|byte| **byte == b'\n').count()
    }
}
