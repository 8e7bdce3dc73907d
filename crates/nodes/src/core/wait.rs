//! Wait: the step ends with the time it wants to go on at. The engine keeps the timer, so that it survives a restart.

use bridge_domain::{Config, Outcome, Step, StepFailure, Timestamp};

use super::dates::{date, zone};
use super::node::Running;
use crate::failure::failed_at;
use crate::inputs::{Inputs, shared_parameters};
use crate::parameters::Parameters;

/// Microseconds of a unit.
const UNITS: &[(&str, f64)] = &[("seconds", 1e6), ("minutes", 60e6), ("hours", 3_600e6), ("days", 86_400e6)];

/// Pause: for a while.
pub fn pause(step: &mut dyn Step) -> Running<'_> {
    Box::pin(wait(step, |parameters, step| {
        let amount = parameters.number("amount", 0.0..=100_000.0)?.unwrap_or(5.0);
        let unit = parameters.choice("unit", UNITS)?.unwrap_or(1e6);
        #[expect(clippy::cast_possible_truncation, reason = "100,000 days are below 2^53 microseconds")]
        let microseconds = (amount * unit).round() as i64;
        Ok(Timestamp::from_microseconds(step.info().now.as_microseconds().saturating_add(microseconds)))
    }))
}

/// Until a date.
pub fn until(step: &mut dyn Step) -> Running<'_> {
    Box::pin(wait(step, |parameters, step| {
        let date = date(parameters, "date", &zone(parameters, step)?)?;
        Ok(Timestamp::from_microseconds(date.timestamp().as_microsecond()))
    }))
}

/// Ends the step until a time, which the first item decides; then passes all items on.
async fn wait(
    step: &mut dyn Step,
    until: fn(&Parameters<'_>, &dyn Step) -> Result<Timestamp, StepFailure>,
) -> Result<Outcome, StepFailure> {
    let mut inputs = Inputs::default();
    let Some(mut batch) = inputs.next(step).await? else { return Ok(Outcome::Done) };
    if !step.info().woken {
        let config: Config = shared_parameters(step, Some(&batch)).await?;
        let time = until(&Parameters::new(&config), step)?;
        if time > step.info().now {
            let furthest = step.info().now.as_microseconds().saturating_add(FURTHEST);
            if time.as_microseconds() > furthest {
                return Err(failed_at("date", "The date is more than 300 years away.", "Check the date of the item."));
            }
            return Ok(Outcome::WaitUntil(time));
        }
    }
    let mut done = 0_u32;
    loop {
        let places: Vec<_> = (0..batch.items.len()).map(|position| batch.place(position)).collect();
        for (item, place) in batch.items.into_iter().zip(places) {
            step.put(0, item, &[place])?;
            done = done.saturating_add(1);
        }
        step.progress(done);
        let Some(next) = inputs.next(step).await? else { return Ok(Outcome::Done) };
        batch = next;
    }
}

/// Microseconds a wait may take: 300 years, a little more than the longest pause.
const FURTHEST: i64 = 300 * 366 * 86_400 * 1_000_000;
