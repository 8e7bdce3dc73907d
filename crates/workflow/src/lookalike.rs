//! Host names that mix scripts, so that they look like another host: the host is followed by what it really is.

use std::borrow::Cow;

use url::Host;

/// The text, with `⟨xn--…⟩` after each host that mixes Latin with a script that has look-alikes of its letters.
pub(crate) fn marked(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains("//") {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in text.match_indices("//") {
        let start = at + 2;
        if start < done {
            continue;
        }
        let end = text[start..].find(ends_host).map_or(text.len(), |length| start + length);
        shown.push_str(&text[done..end]);
        done = end;
        if let Some(real) = real_name(&text[start..end]) {
            shown.push('⟨');
            shown.push_str(&real);
            shown.push('⟩');
        }
    }
    shown.push_str(&text[done..]);
    Cow::Owned(shown)
}

fn ends_host(one: char) -> bool {
    one.is_whitespace() || matches!(one, '/' | '\\' | '?' | '#' | '"' | '\'' | '`' | '<' | '>' | '⟨')
}

/// What a name that mixes scripts really is; none for an honest one.
fn real_name(authority: &str) -> Option<String> {
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    let mixes = host.chars().any(has_lookalikes) && host.chars().any(is_latin);
    if !mixes {
        return None;
    }
    match Host::parse(host) {
        Ok(Host::Domain(name)) => Some(name),
        Ok(other) => Some(other.to_string()),
        Err(_) => Some("not a valid host".to_owned()),
    }
}

fn is_latin(one: char) -> bool {
    one.is_ascii_alphabetic() || matches!(one, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// Letters and signs that pass for Latin letters, digits, dots and slashes.
fn has_lookalikes(one: char) -> bool {
    matches!(one,
        '\u{131}' | '\u{250}'..='\u{2af}' // dotless i, phonetic letters
        | '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' // Greek
        | '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{a640}'..='\u{a69f}' // Cyrillic
        | '\u{530}'..='\u{58f}' // Armenian
        | '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' // Cherokee
        | '\u{1d00}'..='\u{1d7f}' // phonetic extensions
        | '\u{2000}'..='\u{206f}' | '\u{2100}'..='\u{218f}' | '\u{2215}' | '\u{2460}'..='\u{24ff}' // signs, enclosed letters
        | '\u{2c80}'..='\u{2cff}' | '\u{3002}' | '\u{a4d0}'..='\u{a4ff}' // Coptic, ideographic stop, Lisu
        | '\u{fe00}'..='\u{feff}' | '\u{ff00}'..='\u{ffef}' // small and full-width forms
        | '\u{1d400}'..='\u{1d7ff}' | '\u{1f100}'..='\u{1f1ff}') // mathematical and enclosed letters
}
