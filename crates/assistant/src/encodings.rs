//! The forms a secret travels in: as it is, escaped in JSON or in a URL, in base64 at any alignment, in hexadecimal.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Shortest piece of base64 that is worth looking for, in characters.
const SHORTEST_PIECE: usize = 8;
/// Longest secret that is looked for character by character, in bytes. Longer ones (certificates) are looked for as a
/// whole.
const LONGEST: usize = 1_024;

/// A regular expression for all forms of a secret. Every character may be written as it is or escaped for JSON or a URL,
/// once or several times over, as encoders differ in what they escape.
pub fn pattern(secret: &str) -> String {
    let encoded = (0..3).filter_map(|alignment| base64_inside(secret, alignment));
    let forms: Vec<String> = std::iter::once(secret.to_owned()).chain(encoded).collect();
    let mut patterns: Vec<String> = if secret.len() <= LONGEST {
        forms.iter().map(|form| form.chars().map(any_escape).collect()).collect()
    } else {
        forms.iter().map(|form| regex::escape(form)).collect()
    };
    patterns.push(format!("(?i:{})", hex::encode(secret)));
    patterns.join("|")
}

/// A character in any of its escapes. In base64, `-` and `_` stand for `+` and `/` in URLs.
fn any_escape(c: char) -> String {
    let mut percent = String::new();
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        // Writing to a String cannot fail. `%2525` and so on: escaped several times.
        let _ = write!(percent, "%(?:25)*(?i:{byte:02x})");
    }
    let plain = match c {
        ' ' => "[ +]".to_owned(),
        '+' => "[+-]".to_owned(),
        '/' => r"(?:\\?/|_)".to_owned(),
        '"' => r#"\\*""#.to_owned(),
        '\\' => r"\\+".to_owned(),
        other => regex::escape(other.encode_utf8(&mut [0; 4])),
    };
    let unicode: String = c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!(r"\\+u(?i:{unit:04x})")).collect();
    format!("(?:{plain}|{percent}|{unicode})")
}

/// The usual ways a secret is written, as they are.
pub fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), hex::encode(secret), hex::encode_upper(secret)];
    forms.extend(
        serde_json::to_string(secret).ok().and_then(|json| Some(json.strip_prefix('"')?.strip_suffix('"')?.to_owned())),
    );
    for kept in ["-_.~", "-_.!~*'()", "-_.*", "-_.", ""] {
        forms.push(percent(secret, kept));
        forms.push(percent(secret, kept).replace("%20", "+"));
    }
    for alignment in 0..3 {
        let encoded = base64_inside(secret, alignment);
        forms.extend(encoded.iter().map(|encoded| encoded.replace('+', "-").replace('/', "_")));
        forms.extend(encoded);
    }
    forms
}

/// Percent-encoded, but for letters, digits and these.
fn percent(secret: &str, kept: &str) -> String {
    secret.bytes().fold(String::new(), |mut out, byte| {
        let character = char::from(byte);
        // Writing to a String cannot fail.
        let _ = if byte.is_ascii_alphanumeric() || kept.contains(character) && byte.is_ascii() {
            out.write_char(character)
        } else {
            write!(out, "%{byte:02X}")
        };
        out
    })
}

/// What a secret looks like inside the base64 of something longer, such as `user:secret`, when `alignment` bytes stand
/// before it in its group of three: the characters that do not depend on its neighbours.
fn base64_inside(secret: &str, alignment: usize) -> Option<String> {
    let bytes: Vec<u8> = std::iter::repeat_n(0, alignment).chain(secret.bytes()).collect();
    let first = [0, 2, 3].get(alignment).copied()?;
    let piece = STANDARD_NO_PAD.encode(&bytes).get(first..bytes.len() * 8 / 6)?.to_owned();
    (piece.len() >= SHORTEST_PIECE).then_some(piece)
}
