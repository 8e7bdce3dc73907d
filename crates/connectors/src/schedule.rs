//! Starting runs by the clock.

use bridge_domain::{ConnectorManifest, Risk};

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The schedule trigger.
pub fn connector() -> ConnectorManifest {
    Connector::new("schedule", "Schedule", "Starts the workflow at fixed times or at a regular interval.")
        .shown_in(Category::Triggers, "IconClock")
        .synonyms(&[
            "schedule",
            "scheduled",
            "cron",
            "timer",
            "clock",
            "recurring",
            "periodic",
            "daily",
            "weekly",
            "monthly",
            "hourly",
            "every day",
            "every morning",
            "every monday",
            "nightly",
        ])
        .action(at_times())
        .action(every())
        .manifest()
}

fn at_times() -> Action {
    Action::trigger("at_times", "At fixed times", "Starts a run at the times a cron expression names.")
        .synonyms(&["cron", "cron job", "at nine", "every day at", "weekdays", "every monday", "daily", "weekly"])
        .parameters([
            Parameter::text(
                "cron",
                "Times",
                "Cron expression of five fields: minute, hour, day of month, month, day of week. `0 9 * * 1-5` is 9:00 from \
                 Monday to Friday.",
            )
            .required()
            .format("cron")
            .default("0 9 * * *"),
            Parameter::text(
                "time_zone",
                "Time zone",
                "IANA name such as `Europe/Berlin`; this computer's time zone when left out.",
            )
            .format("time_zone")
            .with("pattern", "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"),
            Parameter::list("more_times", "More times", "Further cron expressions that start a run, too.", vec![
                Parameter::text("cron", "Times", "Cron expression of five fields.")
                    .required()
                    .format("cron")
                    .default("0 18 * * *"),
            ])
            .with("maxItems", 20),
            catch_up(),
        ])
        .puts_out(&[("scheduled_at", "string"), ("started_at", "string")])
        .risks(&[Risk::Schedule])
}

fn every() -> Action {
    Action::trigger("every", "At an interval", "Starts a run again and again, a fixed time apart.")
        .synonyms(&["interval", "every hour", "every minute", "every 5 minutes", "poll", "polling", "repeat", "hourly"])
        .parameters([
            Parameter::integer("interval", "Interval", "How many units of time lie between two runs.", 1..=10_000)
                .required()
                .default(1),
            Parameter::choice(
                "unit",
                "Unit",
                "Unit of the interval.",
                &["seconds", "minutes", "hours", "days", "weeks"],
            )
            .required()
            .default("hours"),
            catch_up(),
        ])
        .puts_out(&[("scheduled_at", "string"), ("started_at", "string")])
        .risks(&[Risk::Schedule])
}

/// What becomes of times that passed while nothing ran.
fn catch_up() -> Parameter {
    Parameter::choice(
        "catch_up",
        "Missed times",
        "What becomes of times that passed while this computer slept or the application was closed: one run for all of \
         them (once), or none (skip).",
        &["once", "skip"],
    )
    .default("once")
}
