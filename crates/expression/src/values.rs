//! Values of a step, in the form each tier wants them.

use bridge_domain::{Batch, Config, Previous, Result, RunMode, Scope, ScopeValues, Timestamp};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// `$execution`.
pub(crate) fn execution(values: &ScopeValues) -> Value {
    let mode = match values.mode {
        RunMode::Test => "test",
        RunMode::Production => "production",
    };
    json!({ "id": values.run_id.to_string(), "mode": mode })
}

/// `$workflow`.
pub(crate) fn workflow(values: &ScopeValues) -> Value {
    json!({
        "id": values.workflow_id.to_string(),
        "name": values.workflow_name,
        "active": values.workflow_active,
    })
}

/// `$prevNode`; an empty object where nothing arrived.
pub(crate) fn previous(previous: Option<&Previous>) -> Value {
    previous.map_or_else(
        || json!({}),
        |previous| {
            json!({
                "name": previous.name,
                "outputIndex": previous.output_index,
                "runIndex": previous.run_index,
            })
        },
    )
}

/// `$input.params`, or `$('Name').params`: as they are written.
pub(crate) fn parameters_of(scope: &dyn Scope, batch: &Batch, node: Option<&str>) -> Result<Value> {
    let parameters = match node {
        Some(node) => scope.parameters_of(node)?,
        None => match scope.previous(batch) {
            Some(previous) => scope.parameters_of(&previous.name)?,
            None => Config::new(),
        },
    };
    Ok(Value::Object(parameters))
}

/// `$now` as text: ISO 8601 with milliseconds and offset, as Luxon writes it.
pub(crate) fn now(values: &ScopeValues) -> Option<String> {
    let zone = zone(values);
    let time = jiff::Timestamp::from_millisecond(milliseconds(values.now)).ok()?.to_zoned(zone.clone());
    Some(written(&time, &zone))
}

/// `$today` as text: the beginning of the day.
pub(crate) fn today(values: &ScopeValues) -> Option<String> {
    let zone = zone(values);
    let time = jiff::Timestamp::from_millisecond(milliseconds(values.now)).ok()?.to_zoned(zone.clone());
    Some(written(&time.start_of_day().ok()?, &zone))
}

fn written(time: &jiff::Zoned, zone: &TimeZone) -> String {
    let suffix = if *zone == TimeZone::UTC { "Z" } else { "%:z" };
    time.strftime(&format!("%Y-%m-%dT%H:%M:%S.%3f{suffix}")).to_string()
}

/// A zone that is not known counts as UTC.
fn zone(values: &ScopeValues) -> TimeZone {
    if is_utc(&values.time_zone) {
        return TimeZone::UTC;
    }
    jiff::tz::TimeZoneDatabase::bundled().get(&values.time_zone).unwrap_or(TimeZone::UTC)
}

fn is_utc(name: &str) -> bool {
    ["utc", "gmt", "z", "etc/utc"].iter().any(|utc| name.eq_ignore_ascii_case(utc))
}

fn milliseconds(time: Timestamp) -> i64 {
    time.as_microseconds().div_euclid(1_000)
}

/// Everything a job is told that is the same for all items.
pub(crate) fn for_job(values: &ScopeValues, first: u32) -> Value {
    let zone = if zone(values) == TimeZone::UTC { "UTC" } else { values.time_zone.as_str() };
    json!({
        "execution": execution(values),
        "workflow": workflow(values),
        "variables": values.variables,
        "runIndex": values.run_index,
        "first": first,
        "now": milliseconds(values.now),
        "zone": zone,
    })
}
