//! Time zones as people name them, as IANA names.

use super::tokens::{Kind, Token};

/// Regions an IANA name starts with.
const REGIONS: &[&str] = &[
    "africa",
    "america",
    "antarctica",
    "arctic",
    "asia",
    "atlantic",
    "australia",
    "europe",
    "indian",
    "pacific",
    "etc",
];

/// Names that stand for a zone by themselves.
const ALONE: &[(&str, &str)] =
    &[("utc", "UTC"), ("gmt", "Etc/GMT"), ("cet", "Europe/Berlin"), ("cest", "Europe/Berlin")];

/// Places that stand for a zone before the word `time`.
const PLACES: &[(&[&str], &str)] = &[
    (&["new", "york"], "America/New_York"),
    (&["los", "angeles"], "America/Los_Angeles"),
    (&["san", "francisco"], "America/Los_Angeles"),
    (&["hong", "kong"], "Asia/Hong_Kong"),
    (&["eastern"], "America/New_York"),
    (&["central"], "America/Chicago"),
    (&["mountain"], "America/Denver"),
    (&["pacific"], "America/Los_Angeles"),
    (&["chicago"], "America/Chicago"),
    (&["toronto"], "America/Toronto"),
    (&["london"], "Europe/London"),
    (&["uk"], "Europe/London"),
    (&["berlin"], "Europe/Berlin"),
    (&["german"], "Europe/Berlin"),
    (&["vienna"], "Europe/Vienna"),
    (&["zurich"], "Europe/Zurich"),
    (&["paris"], "Europe/Paris"),
    (&["madrid"], "Europe/Madrid"),
    (&["rome"], "Europe/Rome"),
    (&["amsterdam"], "Europe/Amsterdam"),
    (&["istanbul"], "Europe/Istanbul"),
    (&["dubai"], "Asia/Dubai"),
    (&["mumbai"], "Asia/Kolkata"),
    (&["indian"], "Asia/Kolkata"),
    (&["singapore"], "Asia/Singapore"),
    (&["tokyo"], "Asia/Tokyo"),
    (&["sydney"], "Australia/Sydney"),
];

/// The time zone named at a token, and the token after it.
pub(crate) fn at(tokens: &[Token], at: usize) -> Option<(String, usize)> {
    let token = tokens.get(at).filter(|token| token.kind == Kind::Word)?;
    if token.is(REGIONS)
        && let Some(found) = iana(tokens, at)
    {
        return Some(found);
    }
    if let Some((_, zone)) = ALONE.iter().find(|(name, _)| token.is(&[name])) {
        return Some(((*zone).to_owned(), at + 1));
    }
    let (words, zone) = PLACES.iter().find(|(words, _)| {
        let place = tokens.get(at..at + words.len());
        place.is_some_and(|place| place.iter().zip(*words).all(|(token, word)| token.is(&[word])))
    })?;
    let time = at + words.len();
    tokens.get(time).filter(|token| token.is(&["time", "timezone"]))?;
    Some(((*zone).to_owned(), time + 1))
}

/// `Europe/Berlin`, as it was written.
fn iana(tokens: &[Token], at: usize) -> Option<(String, usize)> {
    let mut name = tokens[at].text.clone();
    let mut end = at + 1;
    while let (Some(slash), Some(part)) = (tokens.get(end), tokens.get(end + 1)) {
        if !slash.is_mark("/")
            || part.kind != Kind::Word
            || slash.start != tokens[end - 1].end
            || part.start != slash.end
        {
            break;
        }
        name.push('/');
        name.push_str(&part.text);
        end += 2;
    }
    name.contains('/').then_some((name, end))
}
