//! Waiting.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Wait node.
pub fn connector() -> ConnectorManifest {
    Connector::new("wait", "Wait", "Pauses the run for a while.")
        .shown_in(Category::Flow, "IconHourglass")
        .synonyms(&["wait", "delay", "sleep", "pause", "hold", "throttle", "slow down", "later", "after a while"])
        .action(pause())
        .action(until())
        .manifest()
}

fn pause() -> Action {
    Action::new("pause", "Pause", "Passes items on after a fixed time, which survives a restart.")
        .synonyms(&["wait for", "wait seconds", "wait minutes", "delay by", "timeout", "cool down"])
        .parameters([
            Parameter::number("amount", "Time", "How many units of time to wait.", 0.0..=100_000.0)
                .required()
                .default(5),
            Parameter::choice("unit", "Unit", "Unit of the time.", &["seconds", "minutes", "hours", "days"])
                .required()
                .default("seconds"),
        ])
}

fn until() -> Action {
    Action::new("until", "Until a date", "Passes items on at a date and time, at once when it has passed.")
        .synonyms(&["wait until", "until date", "at a time", "delay until", "specified time", "remind"])
        .parameters([
            Parameter::text(
                "date",
                "Date",
                "Date and time such as `2026-12-24T18:00`, usually an expression. The first item decides.",
            )
            .required()
            .default("={{ $json.date }}"),
            time_zone(),
        ])
}

/// The time zone of a date that names none.
fn time_zone() -> Parameter {
    Parameter::text(
        "time_zone",
        "Time zone",
        "IANA name such as `Europe/Berlin` for a date that names none; the workflow's time zone when left out.",
    )
    .format("time_zone")
    .with("pattern", "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")
}
