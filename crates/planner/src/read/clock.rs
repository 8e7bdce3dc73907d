//! Times of day: `9`, `9:30 pm`, `noon`, and cron expressions written out.

use super::amounts::{number, unit};
use super::tokens::{Kind, Token};

/// Parts of the day, with the hour taken when none is given.
pub(super) const PARTS: &[(&str, u8)] =
    &[("morning", 9), ("noon", 12), ("midday", 12), ("afternoon", 15), ("evening", 18), ("night", 22), ("midnight", 0)];

/// A clock time: `9`, `9:30`, `9 am`, `9:30 pm`, `17h`, `9 o'clock`, `noon`. A bare number only where `at` stood before.
pub(super) fn clock_at(tokens: &[Token], at: usize, after_at: bool) -> Option<(u8, u8, usize)> {
    let token = tokens.get(at)?;
    if let Some((_, hour)) =
        PARTS.iter().find(|(name, _)| token.is(&[name]) && matches!(*name, "noon" | "midday" | "midnight"))
    {
        return Some((*hour, 0, at + 1));
    }
    let (hour, minute) = match token.kind {
        Kind::Clock => {
            let (hour, minute) = token.text.split_once(':')?;
            (hour.parse().ok()?, minute.parse().ok()?)
        }
        Kind::Number | Kind::Word => (whole_hour(number(token)?)?, 0),
        _ => return None,
    };
    let half = half_of_day(tokens, at + 1);
    let bare = token.kind != Kind::Clock && half.is_none();
    if hour > 23
        || bare && !after_at
        || tokens
            .get(at + 1)
            .is_some_and(|next| bare && (unit(next).is_some() && !next.is(&["h"]) || next.is_mark("%")))
    {
        return None;
    }
    let (hour, end) = match half {
        Some(("pm", end)) if hour < 12 => (hour + 12, end),
        Some(("am", end)) if hour == 12 => (0, end),
        Some((_, end)) => (hour, end),
        None => (hour, at + 1),
    };
    Some((hour, minute, end))
}

fn whole_hour(number: f64) -> Option<u8> {
    (0..24_u8).find(|hour| (f64::from(*hour) - number).abs() < f64::EPSILON)
}

fn half_of_day(tokens: &[Token], at: usize) -> Option<(&'static str, usize)> {
    let token = tokens.get(at)?;
    let dotted = |letter: &str| token.is(&[letter]) && tokens.get(at + 1).is_some_and(|next| next.is_mark("."));
    match token.word.as_str() {
        "am" | "a.m" => Some(("am", at + 1)),
        "pm" | "p.m" => Some(("pm", at + 1)),
        "oclock" | "h" | "uhr" => Some(("", at + 1)),
        _ if dotted("a") => Some(("am", at + 2)),
        _ if dotted("p") => Some(("pm", at + 2)),
        _ => None,
    }
}

/// A cron expression written out: in quotation marks, or behind the word `cron`.
pub(super) fn literal_cron(tokens: &[Token], text: &str) -> Option<String> {
    let field = |field: &str| {
        !field.is_empty()
            && field.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | '/' | ',' | '-'))
            && field.contains(|c: char| c == '*' || c.is_ascii_digit())
    };
    let five = |text: &str| {
        let fields: Vec<&str> = text.split_whitespace().take(5).collect();
        (fields.len() == 5 && fields.iter().all(|one| field(one))).then(|| fields.join(" "))
    };
    let quoted = tokens
        .iter()
        .filter(|token| token.kind == Kind::Quoted && token.text.len() < 100)
        .find_map(|token| five(&token.text));
    quoted.or_else(|| {
        let cron = tokens.iter().position(|token| token.is(&["cron"]))?;
        let start = tokens[cron..].iter().find(|token| token.kind == Kind::Number || token.is_mark("*"))?.start;
        let rest = text.get(start..)?;
        five(&rest[..rest.floor_char_boundary(100)])
    })
}
