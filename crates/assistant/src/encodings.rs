//! The forms a secret travels in: as it is, inside JSON, in base64 at any alignment, in URLs, in hexadecimal.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Shortest piece of base64 that is worth looking for, in characters.
const SHORTEST_PIECE: usize = 8;

/// All forms of a secret.
pub fn encodings(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), hex::encode(secret), hex::encode_upper(secret)];
    forms.extend(
        serde_json::to_string(secret).ok().and_then(|json| Some(json.strip_prefix('"')?.strip_suffix('"')?.to_owned())),
    );
    for upper in [true, false] {
        forms.push(percent(secret, upper, |byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)));
        forms.push(percent(secret, upper, |byte| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte)));
        forms.push(percent(secret, upper, |_| false));
    }
    forms.push(
        percent(secret, true, |byte| byte.is_ascii_alphanumeric() || b"-_.*".contains(&byte)).replace("%20", "+"),
    );
    for alignment in 0..3 {
        forms.extend(base64_inside(secret, alignment));
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

fn percent(secret: &str, upper: bool, plain: impl Fn(u8) -> bool) -> String {
    secret.bytes().fold(String::new(), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = match (plain(byte), upper) {
            (true, _) => out.write_char(char::from(byte)),
            (false, true) => write!(out, "%{byte:02X}"),
            (false, false) => write!(out, "%{byte:02x}"),
        };
        out
    })
}

/// What a secret looks like inside the base64 of something longer, such as `user:secret`, when `alignment` bytes stand
/// before it in its group of three: the characters that do not depend on its neighbours.
fn base64_inside(secret: &str, alignment: usize) -> Vec<String> {
    let bytes: Vec<u8> = std::iter::repeat_n(0, alignment).chain(secret.bytes()).collect();
    let first = [0, 2, 3].get(alignment).copied().unwrap_or(0);
    let last = bytes.len() * 8 / 6;
    [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)]
        .iter()
        .filter_map(|encoded| encoded.get(first..last))
        .filter(|piece| piece.len() >= SHORTEST_PIECE)
        .map(str::to_owned)
        .collect()
}
