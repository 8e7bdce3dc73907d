//! Reading dates and times however items hold them: ISO 8601, numbers of seconds or milliseconds, mail dates.

use bridge_domain::{Step, StepFailure};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::Value;

use crate::parameters::{Parameters, excerpt};

/// From this number on it counts milliseconds since 1970; below, seconds. As seconds it would be the year 5138.
const MILLISECONDS_FROM: f64 = 1e11;

/// The time zone of the workflow.
#[must_use]
pub fn workflow_zone(step: &dyn Step) -> TimeZone {
    TimeZone::get(&step.values().time_zone).unwrap_or(TimeZone::UTC)
}

/// The time zone a parameter names, otherwise that of the workflow.
///
/// # Errors
/// When there is no such time zone.
pub fn zone(parameters: &Parameters<'_>, step: &dyn Step) -> Result<TimeZone, StepFailure> {
    match parameters.text("time_zone")?.filter(|name| !name.is_empty()) {
        None => Ok(workflow_zone(step)),
        Some(name) => TimeZone::get(&name).map_err(|_| {
            let message = format!("There is no time zone {}.", excerpt(&Value::String(name)));
            parameters.failed("time_zone", message, "Use an IANA name such as `Europe/Berlin` or `UTC`.")
        }),
    }
}

/// The date in a parameter.
///
/// # Errors
/// When it is missing or no date.
pub fn date(parameters: &Parameters<'_>, name: &str, zone: &TimeZone) -> Result<Zoned, StepFailure> {
    let value = parameters.required(name, Ok(parameters.value(name)))?;
    read(value, zone).ok_or_else(|| {
        parameters.failed(
            name,
            format!("The parameter `{}` takes a date, and this is {}.", parameters.path(name), excerpt(value)),
            "Use a date such as `2026-12-31T18:00:00Z`; the action “Read a date” reads others.",
        )
    })
}

/// The date and time a value stands for, in this time zone, which is also that of texts that name none.
#[must_use]
pub fn read(value: &Value, zone: &TimeZone) -> Option<Zoned> {
    match value {
        Value::Number(number) => since_1970(number.as_f64()?, zone),
        Value::String(text) => read_text(text.trim(), zone),
        _ => None,
    }
}

fn read_text(text: &str, zone: &TimeZone) -> Option<Zoned> {
    // Eight digits are a date in ISO's basic form; more are a count.
    if text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return since_1970(text.parse().ok()?, zone);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.to_zoned(zone.clone()));
    }
    if let Ok(time) = text.parse::<DateTime>() {
        return time.to_zoned(zone.clone()).ok();
    }
    jiff::fmt::rfc2822::parse(text).ok().map(|time| time.with_time_zone(zone.clone()))
}

fn since_1970(number: f64, zone: &TimeZone) -> Option<Zoned> {
    let milliseconds = if number.abs() < MILLISECONDS_FROM { number * 1_000.0 } else { number };
    // Beyond this no date has a text, and the conversion below would not be exact.
    if !milliseconds.is_finite() || milliseconds.abs() > 9e15 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "within 53 bits")]
    let time = Timestamp::from_millisecond(milliseconds.round() as i64).ok()?;
    Some(time.to_zoned(zone.clone()))
}
