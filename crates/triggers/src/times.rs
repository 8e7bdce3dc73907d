//! Cron times in a time zone, through the days on which its clocks change. Values in, values out.
//!
//! Between two changes a zone is a constant distance from UTC, so local time runs evenly there and the expression is searched
//! in local time, span by span. What a change means for times is decided here and not by the search:
//!
//! - A local time that happens twice counts once, the first time. Where every hour is meant, both count.
//! - A local time that is left out counts as the moment of the change, once for all of them. Where every hour is meant, it
//!   does not count: the hour that follows at once has times of its own.

use std::str::FromStr;

use bridge_domain::Timestamp;
use croner::Cron;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Zoned};

/// Spans that are searched at most: more than lie between two leap days that both fall on a Monday.
const MOST_SPANS: usize = 200;
/// The shortest step to the time before.
const MOMENT: SignedDuration = SignedDuration::from_micros(1);

/// A cron expression of five fields, in local time.
#[derive(Debug, Clone)]
pub(crate) struct Times {
    cron: Cron,
    /// Whether some hours are meant and others not.
    names_hours: bool,
}

/// A stretch of time with one distance from UTC.
struct Span {
    offset: Offset,
    /// When it begins, and the offset before; none for the first of its zone.
    begin: Option<(jiff::Timestamp, Offset)>,
    /// When the next one begins; none for the last of its zone.
    end: Option<jiff::Timestamp>,
}

impl Times {
    /// Reads an expression of five fields; none when it is not one.
    pub(crate) fn read(pattern: &str) -> Option<Self> {
        let hours = pattern.split_whitespace().nth(1)?;
        let cron = (pattern.split_whitespace().count() == 5).then(|| Cron::from_str(pattern).ok()).flatten()?;
        Some(Self { cron, names_hours: !matches!(hours, "*" | "*/1" | "0-23") })
    }

    /// The first time after a moment.
    pub(crate) fn next_after(&self, moment: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        // Times are whole seconds, and the search drops what is less.
        let mut from = jiff::Timestamp::from_second(moment.as_microseconds().div_euclid(1_000_000) + 1).ok()?;
        for _ in 0..MOST_SPANS {
            let span = Span::around(from, zone);
            if span.begin.is_some_and(|(begin, _)| begin == from) && self.is_left_out(&span) {
                return Some(stamp(from));
            }
            let local = span.offset.to_datetime(from).max(self.first_local(&span).unwrap_or(DateTime::MIN));
            let found = span.offset.to_timestamp(self.at_or_after(local)?).ok()?;
            match span.end {
                Some(end) if found >= end => from = end,
                _ => return Some(stamp(found)),
            }
        }
        None
    }

    /// The last time up to a moment.
    pub(crate) fn last_until(&self, moment: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let mut until = jiff::Timestamp::from_microsecond(moment.as_microseconds()).ok()?;
        for _ in 0..MOST_SPANS {
            let span = Span::around(until, zone);
            let found = self.at_or_before(span.offset.to_datetime(until))?;
            let Some((begin, _)) = span.begin else { return span.offset.to_timestamp(found).ok().map(stamp) };
            let first = self.first_local(&span).unwrap_or_else(|| span.offset.to_datetime(begin));
            if found >= first {
                return span.offset.to_timestamp(found).ok().map(stamp);
            }
            if self.is_left_out(&span) {
                return Some(stamp(begin));
            }
            until = begin.checked_sub(MOMENT).ok()?;
        }
        None
    }

    /// From which local time on the times of a span count, where its first ones have counted before.
    fn first_local(&self, span: &Span) -> Option<DateTime> {
        let (begin, before) = span.begin.filter(|_| self.names_hours)?;
        Some(before.to_datetime(begin).max(span.offset.to_datetime(begin)))
    }

    /// Whether the change with which a span begins leaves out a time.
    fn is_left_out(&self, span: &Span) -> bool {
        let Some((begin, before)) = span.begin.filter(|_| self.names_hours) else { return false };
        self.at_or_after(before.to_datetime(begin)).is_some_and(|found| found < span.offset.to_datetime(begin))
    }

    fn at_or_after(&self, local: DateTime) -> Option<DateTime> {
        self.cron.find_next_occurrence(&evenly(local)?, true).ok().map(|found| found.datetime())
    }

    fn at_or_before(&self, local: DateTime) -> Option<DateTime> {
        self.cron.find_previous_occurrence(&evenly(local)?, true).ok().map(|found| found.datetime())
    }
}

impl Span {
    /// The one a moment is in.
    fn around(moment: jiff::Timestamp, zone: &TimeZone) -> Self {
        let offset = zone.to_offset(moment);
        // Changes of the name alone, such as that of a zone's abbreviation, begin nothing.
        let end = zone.following(moment).find(|change| change.offset() != offset).map(|change| change.timestamp());
        let after = moment.checked_add(MOMENT).unwrap_or(moment);
        let begin = zone.preceding(after).map(|change| change.timestamp()).find_map(|change| {
            let before = zone.to_offset(change.checked_sub(MOMENT).ok()?);
            (before != offset).then_some((change, before))
        });
        Self { offset, begin, end }
    }
}

/// A local time where every day has all its hours.
fn evenly(local: DateTime) -> Option<Zoned> {
    local.to_zoned(TimeZone::UTC).ok()
}

fn stamp(time: jiff::Timestamp) -> Timestamp {
    Timestamp::from_microseconds(time.as_microsecond())
}
