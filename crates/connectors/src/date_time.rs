//! Working with dates and times.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// Units of time, the largest first.
const UNITS: &[&str] = &["years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"];

/// The Date and time node.
pub fn connector() -> ConnectorManifest {
    Connector::new("date_time", "Date and time", "Formats, reads, shifts and compares dates and times.")
        .shown_in(Category::Data, "IconCalendar")
        .synonyms(&["datetime", "date format", "date calculation", "time zone conversion", "timestamps"])
        .action(now())
        .action(format())
        .action(parse())
        .action(add())
        .action(subtract())
        .action(round())
        .action(extract())
        .action(difference())
        .manifest()
}

fn now() -> Action {
    Action::new("get_time", "Get the time now", "Puts the date and time of this step on each item.")
        .synonyms(&["current date", "current time", "date of today", "timestamp now"])
        .parameters([
            Parameter::boolean("with_time", "With the time", "Whether the time counts, or midnight of today.")
                .default(true),
            into("now"),
            time_zone(),
        ])
}

fn format() -> Action {
    Action::new("format_date", "Format a date", "Writes a date the way people or services expect it.")
        .synonyms(&["format date", "date to text", "convert date", "date string", "unix timestamp", "change time zone"])
        .parameters([
            date(),
            Parameter::text(
                "format",
                "Format",
                "Letters such as `yyyy-MM-dd HH:mm`, `d MMMM yyyy` or `EEEE`; `X` is seconds since 1970. Text in single \
                 quotes stays. `iso` is ISO 8601.",
            )
            .required()
            .default("yyyy-MM-dd")
            .with("minLength", 1)
            .with("maxLength", 200),
            into("formatted_date"),
            time_zone(),
        ])
}

fn parse() -> Action {
    Action::new("read_date", "Read a date", "Reads a date written in a known way, such as 31/12/2026.")
        .synonyms(&["parse date", "text to date", "read date", "from format", "normalize date"])
        .parameters([
            Parameter::text("text", "Text", "The date as text, usually an expression.")
                .required()
                .default("={{ $json.date }}"),
            Parameter::text(
                "format",
                "Format",
                "How it is written, such as `dd/MM/yyyy HH:mm`; the usual ways are recognised when left out.",
            )
            .with("maxLength", 200),
            into("date"),
            time_zone(),
        ])
}

fn add() -> Action {
    Action::new("add_time", "Add time", "Moves a date forwards.")
        .synonyms(&["add days", "add hours", "work out due date", "add to date"])
        .parameters([date(), amount("How many units are added."), unit(), into("new_date"), time_zone()])
}

fn subtract() -> Action {
    Action::new("subtract_time", "Subtract time", "Moves a date backwards.")
        .synonyms(&["subtract days", "subtract hours", "date days ago", "subtract from date"])
        .parameters([date(), amount("How many units are subtracted."), unit(), into("new_date"), time_zone()])
}

fn round() -> Action {
    Action::new("round_date", "Round a date", "Moves a date to the start or the end of its day, month or other unit.")
        .synonyms(&["round date", "start of day", "end of month", "beginning of week", "truncate date"])
        .parameters([
            date(),
            Parameter::choice(
                "to",
                "To",
                "The unit it is rounded to; a week begins on Monday.",
                &["year", "month", "week", "day", "hour", "minute", "second"],
            )
            .required()
            .default("day"),
            Parameter::choice(
                "direction",
                "Direction",
                "To its start, to its end, or to the nearer start.",
                &["start", "end", "nearest"],
            )
            .default("start"),
            into("rounded_date"),
            time_zone(),
        ])
}

fn extract() -> Action {
    Action::new(
        "extract_part",
        "Extract a part of a date",
        "Takes the year, the weekday or another part out of a date.",
    )
    .synonyms(&["extract date part", "month of date", "weekday of date", "week number", "hour of date"])
    .parameters([
        date(),
        Parameter::choice(
            "part",
            "Part",
            "What is taken; weekday is 1 for Monday to 7 for Sunday, week is the ISO week.",
            &[
                "year",
                "quarter",
                "month",
                "week",
                "day",
                "weekday",
                "day_of_year",
                "hour",
                "minute",
                "second",
                "millisecond",
            ],
        )
        .required()
        .default("month"),
        into("part"),
        time_zone(),
    ])
}

fn difference() -> Action {
    Action::new("time_between", "Time between two dates", "Says how much time lies between two dates.")
        .synonyms(&["date difference", "days between", "hours between", "elapsed time", "work out age"])
        .parameters([
            Parameter::value("start", "From", "The date the time is counted from.", &["string", "number"])
                .required()
                .default("={{ $json.start }}")
                .format("expression"),
            Parameter::value(
                "end",
                "To",
                "The date the time is counted to; before From gives less than zero.",
                &["string", "number"],
            )
            .required()
            .default("={{ $now }}")
            .format("expression"),
            unit(),
            Parameter::boolean("whole", "Whole units", "Whether only completed units count, without a fraction.")
                .default(true),
            into("difference"),
            time_zone(),
        ])
}

fn date() -> Parameter {
    Parameter::value(
        "date",
        "Date",
        "ISO date, seconds or milliseconds since 1970, or the date of a mail; usually an expression.",
        &["string", "number"],
    )
    .required()
    .default("={{ $now }}")
    .format("expression")
}

fn amount(description: &str) -> Parameter {
    Parameter::integer("amount", "Amount", description, -1_000_000_000..=1_000_000_000).required().default(1)
}

fn unit() -> Parameter {
    Parameter::choice("unit", "Unit", "Unit of the time.", UNITS).required().default("days")
}

fn into(default: &str) -> Parameter {
    Parameter::text("into", "Into", "Field for the result; the others stay.").default(default).with("minLength", 1)
}

fn time_zone() -> Parameter {
    Parameter::text(
        "time_zone",
        "Time zone",
        "IANA name such as `Europe/Berlin`; the workflow's time zone when left out.",
    )
    .format("time_zone")
    .with("pattern", "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")
}
