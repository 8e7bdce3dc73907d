//! What a provider said, made fit to be shown: short, one line, without the key, hidden characters or URL queries.

/// Characters of a quote at most.
const LONGEST: usize = 300;

/// What stands where a key stood.
pub(crate) const MASK: &str = "•••";

/// A text of a provider as part of an error message.
pub(crate) fn quote(text: &str, key: Option<&str>) -> String {
    let masked = mask(text, key);
    let mut quoted = String::new();
    for word in masked.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !quoted.is_empty() {
            quoted.push(' ');
        }
        quoted.extend(without_query(word).chars().filter(|c| !is_hidden(*c)));
        if quoted.chars().count() > LONGEST {
            let mut short: String = quoted.chars().take(LONGEST).collect();
            short.push('…');
            return short;
        }
    }
    quoted
}

/// The text with every copy of the key replaced, as it is and percent-encoded.
pub(crate) fn mask(text: &str, key: Option<&str>) -> String {
    let Some(key) = key.filter(|key| !key.is_empty()) else { return text.to_owned() };
    let encoded: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
    text.replace(key, MASK).replace(&encoded, MASK)
}

fn without_query(word: &str) -> &str {
    match (word.find("://"), word.find('?')) {
        (Some(_), Some(query)) => &word[..query],
        _ => word,
    }
}

/// Direction marks and zero-width characters, which can make a text read differently from what it says.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{00AD}')
}
