//! Recognisers for the tokens that are more than a word: each looks at the start of a text and says how far it reaches.

use super::tokens::Kind;

/// Longest quotation, in bytes. Longer ones are read as unquoted text, so that one stray mark cannot swallow a message.
const MAX_QUOTATION: usize = 8_192;
/// Longest expression, in bytes.
const MAX_EXPRESSION: usize = 4_096;
/// Longest address or path, in bytes.
const MAX_ADDRESS: usize = 2_048;
/// What a file name ends with to be taken for one.
const FILE_ENDINGS: &[&str] = &[
    "txt", "csv", "json", "md", "log", "xml", "html", "pdf", "yaml", "yml", "xlsx", "tsv", "jsonl", "ini", "toml",
    "png", "jpg", "jpeg", "zip",
];
/// What a web address without a scheme ends with to be taken for one.
const TOP_DOMAINS: &[&str] = &[
    "com", "org", "net", "io", "dev", "app", "ai", "co", "eu", "de", "uk", "fr", "us", "ch", "at", "example", "test",
    "local",
];

/// Where a search for a closing mark already failed: no need to search again from further on.
#[derive(Debug, Default)]
pub(super) struct Unclosed(Vec<char>);

/// Characters that take no room: never part of a word.
pub(super) fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
        || (letter.is_control() && letter != '\n')
}

/// `{{ … }}` with or without a leading `=`, and bare `$json.path`.
pub(super) fn expression(rest: &str) -> Option<(usize, String)> {
    let braces = rest.strip_prefix('=').unwrap_or(rest);
    if braces.starts_with("{{") {
        let close = prefix(braces, MAX_EXPRESSION).find("}}")? + 2;
        return Some((rest.len() - braces.len() + close, braces[..close].to_owned()));
    }
    let name = rest.strip_prefix('$')?;
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return None;
    }
    let path = word(name);
    Some((1 + path.len(), format!("{{{{ ${path} }}}}")))
}

/// What stands between quotation marks, without them.
pub(super) fn quotation<'t>(
    rest: &'t str,
    at: usize,
    at_boundary: bool,
    unclosed: &mut Unclosed,
) -> Option<(usize, &'t str)> {
    let open = rest.chars().next()?;
    let closers: &[char] = match open {
        '"' => &['"', '”', '“'],
        '“' | '„' | '”' => &['”', '“', '"'],
        '«' => &['»'],
        '»' => &['«'],
        '‹' => &['›'],
        '`' => &['`'],
        '\'' | '‘' | '’' | '‚' => &['\'', '’', '‘'],
        _ => return None,
    };
    let single = closers.contains(&'\'');
    if (single && !at_boundary) || unclosed.0.contains(&open) {
        return None;
    }
    let inner = &rest[open.len_utf8()..];
    let window = prefix(inner, MAX_QUOTATION);
    let mut found = window.char_indices().filter(|(_, letter)| closers.contains(letter));
    let close = found.find(|(index, letter)| {
        let after = inner[index + letter.len_utf8()..].chars().next();
        !single || after.is_none_or(|next| !next.is_alphanumeric())
    });
    let Some((close, mark)) = close else {
        if window.len() == inner.len() || at > 0 {
            unclosed.0.push(open);
        }
        return None;
    };
    Some((open.len_utf8() + close + mark.len_utf8(), &inner[..close]))
}

/// A comparison sign or an arrow, in one spelling.
pub(super) fn operator(rest: &str) -> Option<(usize, &'static str)> {
    const SIGNS: &[(&str, &str)] = &[
        ("->", "→"),
        ("=>", "→"),
        ("-->", "→"),
        ("→", "→"),
        ("➔", "→"),
        ("➜", "→"),
        (">=", ">="),
        ("≥", ">="),
        ("<=", "<="),
        ("≤", "<="),
        ("!==", "!="),
        ("!=", "!="),
        ("<>", "!="),
        ("≠", "!="),
        ("===", "="),
        ("==", "="),
        ("=", "="),
        (">", ">"),
        ("<", "<"),
    ];
    SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)).map(|(sign, spelling)| (sign.len(), *spelling))
}

/// A web address; one without a scheme gets `https://`.
pub(super) fn url(rest: &str) -> Option<(usize, String)> {
    let lower = prefix(rest, 8).to_ascii_lowercase();
    let has_scheme = lower.starts_with("http://") || lower.starts_with("https://");
    let run = address(prefix(rest, MAX_ADDRESS));
    let run = run.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '’', '“', '«', '»']);
    if has_scheme {
        return (run.len() > lower.find("//")? + 2).then(|| (run.len(), run.to_owned()));
    }
    let host = run.split(['/', '?', ':']).next()?;
    let (name, top) = host.rsplit_once('.')?;
    let is_host = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')) && !name.is_empty();
    let known = TOP_DOMAINS.contains(&top.to_ascii_lowercase().as_str());
    (is_host && known && name.starts_with(|c: char| c.is_ascii_alphanumeric()))
        .then(|| (run.len(), format!("https://{run}")))
}

/// As far as an address reaches; white space counts as part of it only inside `{{ }}`.
fn address(rest: &str) -> &str {
    let mut end = 0;
    while let Some(letter) = rest[end..].chars().next() {
        if rest[end..].starts_with("{{") {
            let Some(close) = rest[end..].find("}}") else { break };
            end += close + 2;
        } else if letter.is_whitespace() || matches!(letter, '<' | '>' | '"' | '“' | '”' | '`') {
            break;
        } else {
            end += letter.len_utf8();
        }
    }
    &rest[..end]
}

/// An e-mail address.
pub(super) fn email(rest: &str) -> Option<&str> {
    let rest = prefix(rest, 320);
    let local = run(rest, |c| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-'));
    let domain = rest[local.len()..].strip_prefix('@')?;
    let domain = run(domain, |c| c.is_alphanumeric() || matches!(c, '.' | '-')).trim_end_matches(['.', '-']);
    (!local.is_empty() && domain.contains('.')).then(|| &rest[..local.len() + 1 + domain.len()])
}

/// `#channel` or `@name`.
pub(super) fn tagged(rest: &str) -> Option<(Kind, &str)> {
    let kind = match rest.chars().next()? {
        '#' => Kind::Channel,
        '@' => Kind::Mention,
        _ => return None,
    };
    let rest = prefix(rest, 256);
    let name = run(&rest[1..], |c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')).trim_end_matches(['.', '-']);
    (!name.is_empty()).then(|| (kind, &rest[..1 + name.len()]))
}

/// A path: `/x`, `./x`, `~/x`, `C:\x`.
pub(super) fn path(rest: &str) -> Option<&str> {
    let drive = rest.as_bytes();
    let is_drive =
        drive.len() > 2 && drive[0].is_ascii_alphabetic() && drive[1] == b':' && matches!(drive[2], b'\\' | b'/');
    let starts = ["/", "./", "../", "~/"].iter().any(|start| rest.starts_with(start));
    if !is_drive && !starts {
        return None;
    }
    let path = run(prefix(rest, MAX_ADDRESS), |c| {
        !c.is_whitespace() && !matches!(c, ',' | ';' | '"' | '“' | '”' | '<' | '>' | '`' | '\'')
    });
    let path = path.trim_end_matches(['.', ':', '!', '?', ')']);
    (path.len() > 1 && path.contains(char::is_alphanumeric)).then_some(path)
}

/// Whether a word is a file's name.
pub(super) fn is_file_name(word: &str) -> bool {
    word.rsplit_once('.')
        .is_some_and(|(name, ending)| !name.is_empty() && FILE_ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

/// A word: letters, digits, underscores; a dot, an apostrophe or an index `[0]` only inside; `e-mail` whole.
pub(super) fn word(rest: &str) -> &str {
    if prefix(rest, 6).eq_ignore_ascii_case("e-mail") {
        let plural = rest[6..].starts_with(['s', 'S']);
        return &rest[..6 + usize::from(plural)];
    }
    let mut end = 0;
    let mut letters = rest.char_indices().peekable();
    while let Some((index, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let inside = match letter {
            '_' => true,
            '\'' | '’' => end > 0 && next.is_some_and(char::is_alphabetic),
            '.' => end > 0 && next.is_some_and(|next| next.is_lowercase() || next.is_ascii_digit() || next == '_'),
            '[' => end > 0 && next.is_some_and(|next| next.is_ascii_digit()),
            ']' => {
                rest[..index].rfind('[').is_some_and(|open| rest[open + 1..index].chars().all(|c| c.is_ascii_digit()))
            }
            other => other.is_alphanumeric(),
        };
        if !inside || index > 512 {
            break;
        }
        end = index + letter.len_utf8();
    }
    &rest[..end]
}

/// The digits of a number, thousands separators left out, with a decimal part.
pub(super) fn digits(rest: &str) -> (usize, String) {
    let mut digits = String::new();
    let bytes = rest.as_bytes();
    let mut at = 0;
    let mut decimal = false;
    while let Some(byte) = bytes.get(at) {
        let digit_at = |offset: usize| bytes.get(at + offset).is_some_and(u8::is_ascii_digit);
        match byte {
            b'0'..=b'9' => digits.push(char::from(*byte)),
            b',' if !decimal && digit_at(1) && digit_at(2) && digit_at(3) && !digit_at(4) => {}
            b'.' if !decimal && digit_at(1) => {
                decimal = true;
                digits.push('.');
            }
            _ => break,
        }
        at += 1;
    }
    (at, digits)
}

/// `:30` of a clock time, as its two digits.
pub(super) fn minutes(rest: &str) -> Option<&str> {
    let minutes = rest.strip_prefix([':', 'h'])?.get(..2)?;
    let more = rest[3..].starts_with(|next: char| next.is_ascii_digit());
    (minutes.bytes().all(|byte| byte.is_ascii_digit()) && minutes < "60" && !more).then_some(minutes)
}

fn run(rest: &str, inside: impl Fn(char) -> bool) -> &str {
    rest.find(|c| !inside(c)).map_or(rest, |end| &rest[..end])
}

/// At most this many bytes, cut at a character.
fn prefix(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}
