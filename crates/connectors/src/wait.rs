//! Waiting.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Wait node.
pub fn connector() -> ConnectorManifest {
    Connector::new("wait", "Wait", "Pauses the run for a while.")
        .shown_in(Category::Flow, "IconHourglass")
        .synonyms(&["wait", "delay", "sleep", "pause", "hold", "throttle", "slow down", "later", "after a while"])
        .action(
            Action::new("pause", "Pause", "Passes items on after a fixed time, which survives a restart.")
                .synonyms(&["wait for", "wait seconds", "wait minutes", "delay by", "timeout", "cool down"])
                .parameters([
                    Parameter::number("amount", "Time", "How many units of time to wait.", 0.0..=100_000.0)
                        .required()
                        .default(5),
                    Parameter::choice("unit", "Unit", "Unit of the time.", &["seconds", "minutes", "hours", "days"])
                        .required()
                        .default("seconds"),
                ]),
        )
        .manifest()
}
