//! Times that come again: `every day at 9`, `every 15 minutes`, `on weekdays at 9:30 pm Berlin time`, as a cron
//! expression or an interval.

use super::amounts::{spoken, unit};
use super::clock::{PARTS, clock_at, literal_cron};
use super::tokens::{Kind, Token};
use super::zone;

/// When runs start.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Times {
    /// Five fields: minute, hour, day of month, month, day of week.
    Cron(String),
    /// A fixed time apart.
    Every { amount: f64, unit: &'static str },
}

/// A schedule as it was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Schedule {
    pub times: Times,
    /// IANA name.
    pub time_zone: Option<String>,
    /// In words.
    pub words: String,
    /// Whether the time of day was not given.
    pub assumed_time: bool,
    /// One past the last token that belongs to it.
    pub end: usize,
}

const DAYS: &[(&str, &str, u8)] = &[
    ("sunday", "sun", 0),
    ("monday", "mon", 1),
    ("tuesday", "tue", 2),
    ("wednesday", "wed", 3),
    ("thursday", "thu", 4),
    ("friday", "fri", 5),
    ("saturday", "sat", 6),
];

#[derive(Default)]
struct Parts {
    days: Vec<u8>,
    /// Days were named as a group: `1-5`, `0,6`.
    group: Option<(&'static str, &'static str)>,
    hours: Vec<u8>,
    minute: u8,
    part: Option<(&'static str, u8)>,
    day_of_month: Option<u8>,
    month: Option<&'static str>,
    interval: Option<(f64, &'static str)>,
    between: Option<(u8, u8)>,
    daily: bool,
    recurs: bool,
    zone: Option<String>,
    end: usize,
}

/// The schedule a clause names, if it names one.
pub(crate) fn parse(tokens: &[Token], text: &str) -> Option<Schedule> {
    if let Some(cron) = literal_cron(tokens, text) {
        let words = format!("at the times `{cron}`");
        let time_zone = (0..tokens.len()).find_map(|at| zone::at(tokens, at)).map(|(zone, _)| zone);
        return Some(Schedule { times: Times::Cron(cron), time_zone, words, assumed_time: false, end: tokens.len() });
    }
    let mut parts = Parts::default();
    let mut at = 0;
    while at < tokens.len() {
        let next = parts.read(tokens, at);
        if next > at {
            parts.end = next;
        }
        at = next.max(at + 1);
    }
    parts.schedule()
}

/// Whether a time that comes again is named right here, in the tokens before `end`.
pub(crate) fn starts_at(tokens: &[Token], at: usize, end: usize) -> bool {
    let window = &tokens[..end];
    let Some(token) = window.get(at) else { return false };
    let preposition = token.is(&["on", "from", "at", "around", "in"]);
    let mut next = at + usize::from(preposition);
    next += usize::from(preposition && window.get(next).is_some_and(|token| token.is(&["the"])));
    if token.is(&["at", "around"]) {
        return clock_at(window, next, true).is_some();
    }
    let Some(first) = window.get(next) else { return false };
    if preposition {
        return day_of(first).is_some()
            || first.is(&["weekdays", "weekends", "workdays"])
            || first.kind == Kind::Ordinal && window[next..].iter().any(|token| token.is(&["month"]));
    }
    Parts::default().read(window, at) > at
}

impl Parts {
    /// Reads what starts at a token; returns the token after it, or the same when nothing does.
    fn read(&mut self, tokens: &[Token], at: usize) -> usize {
        let token = &tokens[at];
        if let Some((zone, end)) = zone::at(tokens, at) {
            self.zone = Some(zone);
            return end;
        }
        if token.is(&["every", "each"]) {
            self.recurs = true;
            return self.read_every(tokens, at + 1).unwrap_or(at);
        }
        if let Some((_, _, day)) = day_of(token) {
            return self.read_days(tokens, at, day);
        }
        if let Some(end) = self.read_word(token, at) {
            return end;
        }
        if token.is(&["between", "from"])
            && self.interval.is_some()
            && let Some(end) = self.read_range(tokens, at)
        {
            return end;
        }
        if let Some(end) = self.read_first_day(tokens, at) {
            return end;
        }
        if token.kind == Kind::Ordinal {
            self.day_of_month = token.text.parse().ok().filter(|day| (1..=31).contains(day));
            return at + 1;
        }
        let clock = if token.is(&["at", "around"]) { at + 1 } else { at };
        let listed =
            !self.hours.is_empty() && tokens.get(at).is_some_and(|token| token.is(&["and"]) || token.is_mark(","));
        let clock = if listed { at + 1 } else { clock };
        match clock_at(tokens, clock, clock > at) {
            Some((hour, minute, end)) => {
                self.hours.push(hour);
                self.minute = minute;
                end
            }
            None => at,
        }
    }

    fn read_word(&mut self, token: &Token, at: usize) -> Option<usize> {
        match token.word.as_str() {
            "daily" => self.daily = true,
            "hourly" => self.interval = Some((1.0, "hours")),
            "nightly" => (self.daily, self.part) = (true, Some(("night", 0))),
            "weekly" => self.days.push(1),
            "monthly" => self.day_of_month = self.day_of_month.or(Some(1)),
            "quarterly" => (self.day_of_month, self.month) = (Some(1), Some("1,4,7,10")),
            "yearly" | "annually" => (self.day_of_month, self.month) = (Some(1), Some("1")),
            "weekdays" | "workdays" | "weekday" | "workday" => self.group = Some(("1-5", "on weekdays")),
            "weekends" | "weekend" => self.group = Some(("0,6", "at weekends")),
            "month" if self.day_of_month.is_some() => {}
            word => {
                self.part = Some(*PARTS.iter().find(|(name, _)| *name == word || format!("{name}s") == word)?);
            }
        }
        Some(at + 1)
    }

    /// `first day of the month`.
    fn read_first_day(&mut self, tokens: &[Token], at: usize) -> Option<usize> {
        let first = tokens[at].is(&["first"]) || tokens[at].kind == Kind::Ordinal && tokens[at].text == "1";
        let words = tokens[at + 1..]
            .iter()
            .take(5)
            .take_while(|token| token.is(&["day", "of", "the", "each", "every", "month"]));
        let month =
            words.enumerate().filter(|(_, token)| token.is(&["month"])).map(|(offset, _)| at + 2 + offset).last()?;
        if !first || !tokens[at + 1].is(&["day"]) {
            return None;
        }
        (self.day_of_month, self.recurs) = (Some(1), true);
        Some(month)
    }

    fn read_every(&mut self, tokens: &[Token], at: usize) -> Option<usize> {
        let token = tokens.get(at)?;
        if let Some((_, _, day)) = day_of(token) {
            return Some(self.read_days(tokens, at, day));
        }
        if let Some(end) = self.read_first_day(tokens, at) {
            return Some(end);
        }
        if token.is(&["single"]) {
            return self.read_every(tokens, at + 1);
        }
        if let Some(span) = super::amounts::span_at(tokens, at) {
            self.interval = Some((span.amount, span.unit));
            return Some(span.end);
        }
        if token.is(&["other", "second"]) && tokens.get(at + 1).is_some_and(|next| unit(next).is_some()) {
            self.interval = Some((2.0, unit(&tokens[at + 1])?));
            return Some(at + 2);
        }
        if token.is(&["working", "business", "work", "week"])
            && tokens.get(at + 1).is_some_and(|next| next.is(&["day", "days"]))
        {
            self.group = Some(("1-5", "on weekdays"));
            return Some(at + 2);
        }
        if token.is(&["quarter"]) {
            (self.day_of_month, self.month) = (Some(1), Some("1,4,7,10"));
            return Some(at + 1);
        }
        match (token.word.as_str(), unit(token)) {
            ("month", _) => self.day_of_month = self.day_of_month.or(Some(1)),
            ("year", _) => (self.day_of_month, self.month) = (Some(1), Some("1")),
            (_, Some("days")) => self.daily = true,
            (_, Some("weeks")) => self.days.push(1),
            (_, Some(unit)) => self.interval = Some((1.0, unit)),
            _ => return self.read_word(token, at).inspect(|_| self.daily |= self.part.is_some()),
        }
        Some(at + 1)
    }

    fn read_days(&mut self, tokens: &[Token], at: usize, first: u8) -> usize {
        let is_range = tokens
            .get(at + 1)
            .is_some_and(|next| next.is(&["to", "through", "till", "until"]) || "-–".contains(next.text.as_str()));
        let last = tokens.get(at + 2).and_then(day_of).map(|(_, _, day)| day);
        if let (true, Some(last)) = (is_range, last) {
            let mut day = first;
            self.days.push(day);
            while day != last {
                day = (day + 1) % 7;
                self.days.push(day);
            }
            return at + 3;
        }
        self.days.push(first);
        at + 1
    }

    fn read_range(&mut self, tokens: &[Token], at: usize) -> Option<usize> {
        let (from, _, end) = clock_at(tokens, at + 1, true)?;
        tokens.get(end).filter(|token| token.is(&["and", "to", "until", "till"]))?;
        let (to, _, last) = clock_at(tokens, end + 1, true)?;
        self.between = Some((from, to));
        Some(last)
    }

    fn schedule(mut self) -> Option<Schedule> {
        self.days.sort_unstable();
        self.days.dedup();
        let days_of_week = match self.group {
            Some((field, _)) => field.to_owned(),
            None if self.days.is_empty() => "*".to_owned(),
            None => day_field(&self.days),
        };
        let named_days = days_of_week != "*";
        if let Some((amount, unit)) = self.interval {
            let daily_at = unit == "days" && (amount - 1.0).abs() < f64::EPSILON && !self.hours.is_empty();
            if !daily_at {
                return Some(self.interval_schedule(amount, unit, &days_of_week, named_days));
            }
        }
        let timed = !self.hours.is_empty() && (self.recurs || self.daily || named_days || self.day_of_month.is_some());
        let parted = self.part.is_some() && (self.recurs || self.daily || named_days);
        if !(named_days
            || self.daily
            || timed
            || parted
            || self.day_of_month.is_some() && (self.recurs || self.month.is_some() || !self.hours.is_empty()))
            && self.hours.is_empty()
        {
            return None;
        }
        let assumed_time =
            self.hours.is_empty() && self.part.is_none_or(|(name, _)| !matches!(name, "noon" | "midday" | "midnight"));
        let mut hours: Vec<u8> = self.hours.iter().map(|hour| in_part(*hour, self.part)).collect();
        if hours.is_empty() {
            hours.push(self.part.map_or(9, |(_, hour)| hour));
        }
        hours.sort_unstable();
        hours.dedup();
        let hour_field = hours.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
        let dom = self.day_of_month.map_or("*".to_owned(), |day| day.to_string());
        let cron = format!("{} {hour_field} {dom} {} {days_of_week}", self.minute, self.month.unwrap_or("*"));
        let times = hours.iter().map(|hour| format!("{hour}:{:02}", self.minute)).collect::<Vec<_>>().join(" and ");
        let words = format!("{} at {times}", self.day_words());
        Some(Schedule { times: Times::Cron(cron), time_zone: self.zone, words, assumed_time, end: self.end })
    }

    fn interval_schedule(self, amount: f64, unit: &'static str, days: &str, named_days: bool) -> Schedule {
        let hours = self.between.map(|(from, to)| format!("{from}-{to}"));
        let spoken_interval = if (amount - 1.0).abs() < f64::EPSILON {
            format!("every {}", unit.trim_end_matches('s'))
        } else {
            format!("every {}", spoken(amount, unit))
        };
        let whole = amount >= 1.0 && amount.fract() == 0.0;
        let cron = match unit {
            "minutes" if whole && amount < 60.0 && (named_days || hours.is_some()) => {
                Some(format!("*/{amount} {} * * {days}", hours.unwrap_or_else(|| "*".to_owned())))
            }
            "hours" if whole && amount < 24.0 && (named_days || hours.is_some()) => {
                Some(format!("0 {}/{amount} * * {days}", hours.unwrap_or_else(|| "*".to_owned())))
            }
            _ => None,
        };
        let words = if named_days { format!("{spoken_interval} {}", self.day_words()) } else { spoken_interval };
        let times = cron.map_or(Times::Every { amount, unit }, Times::Cron);
        Schedule { times, time_zone: self.zone, words, assumed_time: false, end: self.end }
    }

    fn day_words(&self) -> String {
        if let Some((_, words)) = self.group {
            return words.to_owned();
        }
        if !self.days.is_empty() {
            let names: Vec<String> = self.days.iter().map(|day| capital(DAYS[usize::from(*day)].0)).collect();
            return format!("every {}", names.join(" and "));
        }
        match (self.day_of_month, self.month) {
            (Some(day), Some("1")) => format!("on January {day}"),
            (Some(day), Some(_)) => format!("on day {day} of every quarter"),
            (Some(day), None) => format!("on day {day} of every month"),
            _ => "every day".to_owned(),
        }
    }
}

fn day_of(token: &Token) -> Option<(&'static str, &'static str, u8)> {
    if token.kind != Kind::Word {
        return None;
    }
    let word = token.word.as_str();
    DAYS.iter().copied().find(|(name, short, _)| {
        word == *name
            || word == *short && token.text.len() == 3 && word != "sun" && word != "sat"
            || word.strip_suffix('s') == Some(name)
    })
}

fn day_field(days: &[u8]) -> String {
    let consecutive = days.len() > 2 && days.windows(2).all(|pair| pair[1] == pair[0] + 1);
    if consecutive {
        return format!("{}-{}", days[0], days[days.len() - 1]);
    }
    days.iter().map(u8::to_string).collect::<Vec<_>>().join(",")
}

fn in_part(hour: u8, part: Option<(&'static str, u8)>) -> u8 {
    match part {
        Some(("afternoon" | "evening", _)) if hour < 12 => hour + 12,
        Some(("night", _)) if (6..12).contains(&hour) => hour + 12,
        _ => hour,
    }
}

/// Whether a label is nothing but the times in words, so that it would be wrong once they change.
pub(crate) fn is_schedule_label(label: &str) -> bool {
    let tokens = super::tokens::tokenize(&label[..label.floor_char_boundary(100)]);
    parse(&tokens, label).is_some_and(|schedule| schedule.end >= tokens.len())
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::tokens::tokenize;
    use super::*;

    #[test]
    fn schedules_in_words() {
        for (text, expected) in [
            ("every day at 9", "0 9 * * *"),
            ("daily at 9:30 pm", "30 21 * * *"),
            ("every Monday at 8am", "0 8 * * 1"),
            ("on weekdays at 17:15", "15 17 * * 1-5"),
            ("every morning", "0 9 * * *"),
            ("every evening at 7", "0 19 * * *"),
            ("Monday to Friday at noon", "0 12 * * 1-5"),
            ("on Mondays and Thursdays at 6 p.m.", "0 18 * * 1,4"),
            ("on the 15th of every month at 10", "0 10 15 * *"),
            ("every month", "0 9 1 * *"),
            ("every 15 minutes", "15 minutes"),
            ("every hour", "1 hours"),
            ("every half hour", "30 minutes"),
            ("every two days", "2 days"),
            ("every 15 minutes on weekdays between 9 and 17", "*/15 9-17 * * 1-5"),
            ("with cron 0 6 * * 1", "0 6 * * 1"),
            ("at 9 and 17 every day", "0 9,17 * * *"),
        ] {
            let times = match parse(&tokenize(text), text).unwrap().times {
                Times::Cron(cron) => cron,
                Times::Every { amount, unit } => format!("{amount} {unit}"),
            };
            assert_eq!(times, expected, "{text}");
        }
        for text in ["for every row", "wait 5 minutes", "each item", "send a message"] {
            assert_eq!(parse(&tokenize(text), text), None, "{text}");
        }
    }

    #[test]
    fn time_zones_are_iana_names() {
        for (text, expected) in [
            ("every day at 9 Europe/Berlin", Some("Europe/Berlin")),
            ("every day at 9 New York time", Some("America/New_York")),
            ("every day at 9 UTC", Some("UTC")),
            ("every day at 9", None),
        ] {
            assert_eq!(parse(&tokenize(text), text).unwrap().time_zone.as_deref(), expected, "{text}");
        }
    }
}
