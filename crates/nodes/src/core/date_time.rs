//! Date and time: writing, reading, shifting and comparing dates. Dates are put out as ISO 8601 with offset.

use bridge_domain::StepFailure;
use jiff::civil::Date;
use jiff::{RoundMode, Span, Unit, Zoned, ZonedRound};
use serde_json::Value;

use super::date_format::{self, iso};
use super::dates::{date, zone};
use super::set::put_field;
use crate::parameters::{Parameters, excerpt};
use crate::per_item::{Puts, Task};

/// Words for units.
const UNITS: &[(&str, Unit)] = &[
    ("years", Unit::Year),
    ("months", Unit::Month),
    ("weeks", Unit::Week),
    ("days", Unit::Day),
    ("hours", Unit::Hour),
    ("minutes", Unit::Minute),
    ("seconds", Unit::Second),
    ("milliseconds", Unit::Millisecond),
];

/// Words for what a date is rounded to.
const ROUNDED_TO: &[(&str, Unit)] = &[
    ("year", Unit::Year),
    ("month", Unit::Month),
    ("week", Unit::Week),
    ("day", Unit::Day),
    ("hour", Unit::Hour),
    ("minute", Unit::Minute),
    ("second", Unit::Second),
];

/// Where a date is rounded to.
#[derive(Clone, Copy)]
enum Direction {
    Start,
    End,
    Nearest,
}

/// The date and time of this step.
pub fn now(task: Task<'_>) -> Result<Puts, StepFailure> {
    let zone = zone(task.parameters, task.step)?;
    let microseconds = task.step.info().now.as_microseconds();
    let now =
        jiff::Timestamp::from_microsecond(microseconds).map_err(|error| beyond(task.parameters, "now", &error))?;
    let mut now = now.to_zoned(zone);
    if task.parameters.boolean("with_time")? == Some(false) {
        now = now.start_of_day().map_err(|error| beyond(task.parameters, "now", &error))?;
    }
    put_field(task, "now", iso(&now).into())
}

/// A date as text.
pub fn format(task: Task<'_>) -> Result<Puts, StepFailure> {
    let zone = zone(task.parameters, task.step)?;
    let date = date(task.parameters, "date", &zone)?;
    let format = task.parameters.text_or("format", "yyyy-MM-dd")?;
    let text = date_format::format(&date, &format).map_err(|reason| wrong_format(task.parameters, reason))?;
    put_field(task, "formatted_date", text.into())
}

/// Text as a date.
pub fn parse(task: Task<'_>) -> Result<Puts, StepFailure> {
    let zone = zone(task.parameters, task.step)?;
    let format = task.parameters.text("format")?.filter(|format| !format.is_empty());
    let date = match format {
        None => date(task.parameters, "text", &zone)?,
        Some(format) => {
            let text = task.parameters.required_text("text")?;
            date_format::parse(text.trim(), &format, &zone).map_err(|reason| {
                let text = excerpt(&Value::String(text));
                let message = format!("The date cannot be read from {text} by the format “{format}”: {reason}");
                task.parameters.failed("text", message, "Correct the format, or filter such items out.")
            })?
        }
    };
    put_field(task, "date", iso(&date).into())
}

/// Forwards.
pub fn add(task: Task<'_>) -> Result<Puts, StepFailure> {
    shift(task, 1)
}

/// Backwards.
pub fn subtract(task: Task<'_>) -> Result<Puts, StepFailure> {
    shift(task, -1)
}

fn shift(task: Task<'_>, sign: i64) -> Result<Puts, StepFailure> {
    let parameters = task.parameters;
    let date = date(parameters, "date", &zone(parameters, task.step)?)?;
    let amount = parameters.integer("amount", -1_000_000_000..=1_000_000_000)?.unwrap_or(1) * sign;
    let unit = parameters.choice("unit", UNITS)?.unwrap_or(Unit::Day);
    let moved = span(unit, amount).and_then(|span| date.checked_add(span));
    let moved = moved.map_err(|error| beyond(parameters, "amount", &error))?;
    put_field(task, "new_date", iso(&moved).into())
}

fn span(unit: Unit, amount: i64) -> Result<Span, jiff::Error> {
    let span = Span::new();
    match unit {
        Unit::Year => span.try_years(amount),
        Unit::Month => span.try_months(amount),
        Unit::Week => span.try_weeks(amount),
        Unit::Day => span.try_days(amount),
        Unit::Hour => span.try_hours(amount),
        Unit::Minute => span.try_minutes(amount),
        Unit::Second => span.try_seconds(amount),
        _ => span.try_milliseconds(amount),
    }
}

/// To the start or end of a unit.
pub fn round(task: Task<'_>) -> Result<Puts, StepFailure> {
    let parameters = task.parameters;
    let date = date(parameters, "date", &zone(parameters, task.step)?)?;
    let unit = parameters.choice("to", ROUNDED_TO)?.unwrap_or(Unit::Day);
    let directions = [("start", Direction::Start), ("end", Direction::End), ("nearest", Direction::Nearest)];
    let direction = parameters.choice("direction", &directions)?.unwrap_or(Direction::Start);
    let rounded = rounded(&date, unit, direction).map_err(|error| beyond(parameters, "date", &error))?;
    put_field(task, "rounded_date", iso(&rounded).into())
}

fn rounded(date: &Zoned, unit: Unit, direction: Direction) -> Result<Zoned, jiff::Error> {
    let start = start_of(date, unit)?;
    let next = start.checked_add(span(unit, 1)?)?;
    Ok(match direction {
        Direction::Start => start,
        Direction::End => next.checked_sub(Span::new().try_milliseconds(1)?)?,
        Direction::Nearest => {
            let (before, after) = (date.duration_since(&start), next.duration_since(date));
            if before < after { start } else { next }
        }
    })
}

fn start_of(date: &Zoned, unit: Unit) -> Result<Zoned, jiff::Error> {
    let day = match unit {
        Unit::Year => Date::new(date.year(), 1, 1)?,
        Unit::Month => date.date().first_of_month(),
        Unit::Week => {
            let since_monday = i64::from(date.weekday().to_monday_zero_offset());
            date.date().checked_sub(Span::new().try_days(since_monday)?)?
        }
        Unit::Day => date.date(),
        unit => return date.round(ZonedRound::new().smallest(unit).mode(RoundMode::Trunc)),
    };
    day.to_zoned(date.time_zone().clone())
}

/// A part of a date, as a number.
pub fn extract(task: Task<'_>) -> Result<Puts, StepFailure> {
    let parameters = task.parameters;
    let date = date(parameters, "date", &zone(parameters, task.step)?)?;
    let part = parameters.text_or("part", "month")?;
    let value: i64 = match part.trim() {
        "year" => date.year().into(),
        "quarter" => i64::from((date.month() - 1) / 3 + 1),
        "month" => date.month().into(),
        "week" => date.date().iso_week_date().week().into(),
        "day" => date.day().into(),
        "weekday" => date.weekday().to_monday_one_offset().into(),
        "day_of_year" => date.day_of_year().into(),
        "hour" => date.hour().into(),
        "minute" => date.minute().into(),
        "second" => date.second().into(),
        "millisecond" => date.millisecond().into(),
        other => {
            let message = format!("There is no part {} of a date.", excerpt(&other.into()));
            return Err(parameters.failed("part", message, "Use one of those the form offers, such as `month`."));
        }
    };
    put_field(task, "part", value.into())
}

/// The time between two dates. Days, weeks, months and years are counted by the calendar of the time zone.
pub fn difference(task: Task<'_>) -> Result<Puts, StepFailure> {
    let parameters = task.parameters;
    let zone = zone(parameters, task.step)?;
    let (start, end) = (date(parameters, "start", &zone)?, date(parameters, "end", &zone)?);
    let unit = parameters.choice("unit", UNITS)?.unwrap_or(Unit::Day);
    let whole = parameters.boolean("whole")?.unwrap_or(true);
    let total = start.until((unit, &end)).and_then(|span| span.total((unit, &start)));
    let total = total.map_err(|error| beyond(parameters, "end", &error))?;
    #[expect(clippy::cast_possible_truncation, reason = "truncated on purpose; dates end with the year 9999")]
    let value = if whole { Value::from(total.trunc() as i64) } else { Value::from(total) };
    put_field(task, "difference", value)
}

fn beyond(parameters: &Parameters<'_>, name: &str, error: &jiff::Error) -> StepFailure {
    parameters.failed(
        name,
        format!("The date cannot be worked out: {error}."),
        "Use dates from the year -9999 to 9999.",
    )
}

fn wrong_format(parameters: &Parameters<'_>, reason: String) -> StepFailure {
    parameters.failed("format", reason, "Use letters such as `yyyy-MM-dd HH:mm`, and single quotes around other words.")
}
