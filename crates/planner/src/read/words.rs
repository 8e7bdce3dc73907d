//! Words: folding to lower-case ASCII, light stemming, edit distance. Knows nothing of connectors or grammar.

/// Lower case, without accents or apostrophes, so that `Café` and `cafe`, `doesn't` and `doesnt` are one word.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'à'..='å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'è'..='ë' | 'ē' | 'ę' | 'ě' => folded.push('e'),
            'ì'..='ï' | 'ī' => folded.push('i'),
            'ñ' | 'ń' | 'ň' => folded.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => folded.push('o'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'š' | 'ś' => folded.push('s'),
            'ž' | 'ź' | 'ż' => folded.push('z'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ł' => folded.push('l'),
            '\'' | '’' | '‘' | '\u{300}'..='\u{36f}' => {}
            other => folded.push(other),
        }
    }
    folded
}

/// Forms no suffix rule finds.
const IRREGULAR: &[(&str, &str)] = &[
    ("sent", "send"),
    ("got", "get"),
    ("gotten", "get"),
    ("wrote", "writ"),
    ("written", "writ"),
    ("writing", "writ"),
    ("came", "com"),
    ("ran", "run"),
    ("made", "mak"),
    ("put", "put"),
    ("children", "child"),
    ("people", "person"),
];

/// The stem of a folded word: plural, `-ing`, `-ed` and a final `e` taken off. Light on purpose: two words with the same
/// stem are forms of one word nearly always, and the stem need not be a word itself.
pub(crate) fn stem(word: &str) -> String {
    if let Some((_, stem)) = IRREGULAR.iter().find(|(form, _)| *form == word) {
        return (*stem).to_owned();
    }
    if !word.is_ascii() || word.len() < 4 || word.contains('.') {
        return word.to_owned();
    }
    let singular = without_plural(word);
    let base = without_verb_ending(&singular);
    match base.strip_suffix('e') {
        Some(shorter) if shorter.len() >= 3 => shorter.to_owned(),
        _ => base,
    }
}

fn without_plural(word: &str) -> String {
    if let Some(base) = word.strip_suffix("ies") {
        return format!("{base}y");
    }
    if ["sses", "shes", "ches", "xes", "zes"].iter().any(|ending| word.ends_with(ending)) {
        return word[..word.len() - 2].to_owned();
    }
    if word.ends_with('s') && !["ss", "us", "is"].iter().any(|ending| word.ends_with(ending)) {
        return word[..word.len() - 1].to_owned();
    }
    word.to_owned()
}

fn without_verb_ending(word: &str) -> String {
    let base = match (word.strip_suffix("ing"), word.strip_suffix("ed")) {
        (Some(base), _) => base,
        (_, Some(base)) if !base.ends_with('e') => base,
        _ => return word.to_owned(),
    };
    if base.len() < 3 || !base.contains(['a', 'e', 'i', 'o', 'u', 'y']) {
        return word.to_owned();
    }
    let mut letters = base.chars().rev();
    match (letters.next(), letters.next()) {
        (Some(last), Some(before)) if last == before && !matches!(last, 'l' | 's' | 'z') => {
            base[..base.len() - 1].to_owned()
        }
        _ => base.to_owned(),
    }
}

/// Whether one insertion, deletion, replacement or swap of neighbours makes one word of the other.
pub(crate) fn one_edit_apart(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    if !short.is_ascii() || !long.is_ascii() || long.len() - short.len() > 1 || short == long {
        return false;
    }
    let (short, long) = (short.as_bytes(), long.as_bytes());
    let start = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let rest = &short[start..];
    if short.len() < long.len() {
        return rest == &long[start + 1..];
    }
    let other = &long[start..];
    rest[1..] == other[1..] || (rest.len() > 1 && rest[0] == other[1] && rest[1] == other[0] && rest[2..] == other[2..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_share_a_stem() {
        for (left, right) in [
            ("messages", "message"),
            ("arrives", "arrived"),
            ("arriving", "arrive"),
            ("fetches", "fetch"),
            ("running", "run"),
            ("entries", "entry"),
            ("sent", "sends"),
            ("checks", "checking"),
            ("updating", "updated"),
        ] {
            assert_eq!(stem(left), stem(right), "{left} and {right}");
        }
        for (left, right) in [("status", "stat"), ("string", "str"), ("webhook", "web"), ("address", "addres")] {
            assert_ne!(stem(left), stem(right), "{left} and {right}");
        }
    }

    #[test]
    fn one_edit_is_one_letter_or_one_swap() {
        for (left, right) in
            [("slak", "slack"), ("webook", "webhook"), ("salck", "slack"), ("emial", "email"), ("slacl", "slack")]
        {
            assert!(one_edit_apart(left, right), "{left} and {right}");
        }
        for (left, right) in [("slack", "slack"), ("back", "slack"), ("lsakc", "slack"), ("a", "abc"), ("", "ab")] {
            assert!(!one_edit_apart(left, right), "{left} and {right}");
        }
    }

    #[test]
    fn folding_drops_case_accents_and_apostrophes() {
        assert_eq!(fold("DOESN’T Café Größe"), "doesnt cafe grosse");
    }
}
