//! Date formats in the letters people know from n8n (Luxon): `yyyy-MM-dd HH:mm`. They are translated into those of the
//! time library, which formats and reads by them.

use jiff::Zoned;
use jiff::civil::DateTime;
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;

/// Letters and what they mean; the longest of a letter first.
const TOKENS: &[(&str, &str)] = &[
    ("yyyy", "%Y"),
    ("yy", "%y"),
    ("y", "%Y"),
    ("MMMM", "%B"),
    ("MMM", "%b"),
    ("MM", "%m"),
    ("M", "%-m"),
    ("LLLL", "%B"),
    ("LLL", "%b"),
    ("LL", "%m"),
    ("L", "%-m"),
    ("dd", "%d"),
    ("d", "%-d"),
    ("EEEE", "%A"),
    ("EEE", "%a"),
    ("E", "%u"),
    ("HH", "%H"),
    ("H", "%-H"),
    ("hh", "%I"),
    ("h", "%-I"),
    ("mm", "%M"),
    ("m", "%-M"),
    ("ss", "%S"),
    ("s", "%-S"),
    ("SSS", "%3f"),
    ("a", "%p"),
    ("ZZZ", "%z"),
    ("ZZ", "%:z"),
    ("Z", "%:z"),
    ("z", "%Q"),
    ("kkkk", "%G"),
    ("WW", "%V"),
    ("W", "%-V"),
    ("ooo", "%j"),
    ("o", "%-j"),
    ("q", "%q"),
    ("X", "%s"),
];

/// A date as text. `iso` is ISO 8601 with milliseconds, `x` milliseconds since 1970.
///
/// # Errors
/// What is wrong with the format, as a sentence.
pub fn format(date: &Zoned, format: &str) -> Result<String, String> {
    match format {
        "iso" => Ok(iso(date)),
        "x" => Ok(date.timestamp().as_millisecond().to_string()),
        letters => strtime::format(translated(letters)?, date).map_err(|error| format!("{error}.")),
    }
}

/// Reads a date that is written in this format; without a time it is midnight, without a zone it is in this one.
///
/// # Errors
/// What does not fit, as a sentence.
pub fn parse(text: &str, format: &str, zone: &TimeZone) -> Result<Zoned, String> {
    let said = |error: jiff::Error| format!("{error}.");
    let parts = BrokenDownTime::parse(translated(format)?, text).map_err(said)?;
    if let Ok(time) = parts.to_timestamp() {
        return Ok(time.to_zoned(zone.clone()));
    }
    let time = parts.to_datetime().or_else(|_| parts.to_date().map(DateTime::from)).map_err(said)?;
    time.to_zoned(zone.clone()).map_err(said)
}

/// ISO 8601 with milliseconds and offset.
#[must_use]
pub fn iso(date: &Zoned) -> String {
    strtime::format("%Y-%m-%dT%H:%M:%S.%3f%:z", date).unwrap_or_else(|_| date.timestamp().to_string())
}

/// The format in the letters of the time library.
fn translated(format: &str) -> Result<String, String> {
    let mut out = String::with_capacity(format.len() * 2);
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        if let Some(quoted) = rest.strip_prefix('\'') {
            let (literal, behind) = quoted.split_once('\'').ok_or("A single quote in the format is not closed.")?;
            out.push_str(&literal.replace('%', "%%"));
            rest = behind;
        } else if first.is_ascii_alphabetic() {
            let token = TOKENS.iter().find(|(letters, _)| rest.starts_with(letters));
            let (letters, meaning) = token.ok_or_else(|| format!("The letter `{first}` means nothing in a format."))?;
            out.push_str(meaning);
            rest = &rest[letters.len()..];
        } else {
            out.push_str(if first == '%' { "%%" } else { &rest[..first.len_utf8()] });
            rest = &rest[first.len_utf8()..];
        }
    }
    Ok(out)
}
