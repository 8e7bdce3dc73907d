//! Dates and what is computed of texts.

use serde_json::{Value, json};

use super::super::source::is_expression;
use super::{Source, Target};

/// Dates: the newer form, or the older one.
pub(super) fn date_time(source: &mut Source<'_>) -> Option<Target> {
    if source.raw.version < 2.0 {
        return older(source);
    }
    let zone = source.option_text("timezone").or(source.document.time_zone.clone());
    source.option("includeInputFields");
    let operation = source.word("operation", "getCurrentDate");
    let into =
        |source: &mut Source<'_>, default: &str| source.text("outputFieldName").unwrap_or_else(|| default.to_owned());
    let target = match operation {
        "getCurrentDate" => Target::new("date_time", "get_time")
            .set_if("with_time", (!source.flag("includeTime", true)).then_some(false))
            .set("into", into(source, "currentDate")),
        "formatDate" => {
            let format = match source.word("format", "MM/dd/yyyy") {
                "custom" => source.text("customFormat")?,
                format => format.to_owned(),
            };
            if source.option_text("fromFormat").is_some() {
                return None;
            }
            Target::new("date_time", "format_date")
                .set("date", source.text("date")?)
                .set("format", format)
                .set("into", into(source, "formattedDate"))
        }
        "addToDate" | "subtractFromDate" => {
            let action = if operation == "addToDate" { "add_time" } else { "subtract_time" };
            if source.word("timeUnit", "days") == "quarters" {
                return None;
            }
            Target::new("date_time", action)
                .set("date", source.text("magnitude")?)
                .set("amount", source.number("duration").unwrap_or(json!(0)))
                .set("unit", source.word("timeUnit", "days"))
                .set("into", into(source, "newDate"))
        }
        "roundDate" => {
            let up = source.word("mode", "roundDown") == "roundUp";
            let to = if up { source.word("to", "month") } else { source.word("toNearest", "month") };
            if to == "quarter" {
                return None;
            }
            Target::new("date_time", "round_date")
                .set("date", source.text("date")?)
                .set("to", to)
                .set_if("direction", up.then_some("end"))
                .set("into", into(source, "roundedDate"))
        }
        "extractDate" => Target::new("date_time", "extract_part")
            .set("date", source.text("date")?)
            .set("part", source.word("part", "month"))
            .set("into", into(source, "datePart")),
        "getTimeBetweenDates" => between(source)?,
        _ => return None,
    };
    Some(target.set_if("time_zone", zone))
}

fn between(source: &mut Source<'_>) -> Option<Target> {
    let units = source.value("units").and_then(Value::as_array);
    let unit = match units.map(Vec::as_slice) {
        None => "day",
        Some([only]) => only.as_str()?,
        Some(_) => return None,
    };
    source.tell("It puts out a number instead of an object with the unit.", "Check expressions that read the result.");
    Some(
        Target::new("date_time", "time_between")
            .set("start", source.text("startDate")?)
            .set("end", source.text("endDate")?)
            .set("unit", format!("{}s", unit.trim_end_matches('s')))
            .set("whole", false)
            .set("into", source.text("outputFieldName").unwrap_or_else(|| "timeDifference".to_owned())),
    )
}

fn older(source: &mut Source<'_>) -> Option<Target> {
    let value = source.text("value")?;
    let into = source.text("dataPropertyName").unwrap_or_else(|| "data".to_owned());
    let zone = source.option_text("toTimezone").or(source.document.time_zone.clone());
    let target = if source.word("action", "format") == "calculate" {
        let action = if source.word("operation", "add") == "subtract" { "subtract_time" } else { "add_time" };
        Target::new("date_time", action)
            .set("date", value)
            .set("amount", source.number("duration").unwrap_or(json!(0)))
            .set("unit", source.word("timeUnit", "days"))
    } else {
        let format = source.text("toFormat").unwrap_or_else(|| "MM/DD/YYYY".to_owned());
        if is_expression(&format) || source.flag("custom", false) {
            return None;
        }
        // The older form has the letters of Moment.
        let format = format.replace('Y', "y").replace("DD", "dd").replace('D', "d");
        source.tell(format!("Its format is now “{format}”."), "Check what it puts out.");
        Target::new("date_time", "format_date").set("date", value).set("format", format)
    };
    Some(target.set("into", into).set_if("time_zone", zone))
}

/// Hashes, signatures and random values.
pub(super) fn crypto(source: &mut Source<'_>) -> Option<Target> {
    if source.flag("binaryData", false) {
        return None;
    }
    let into = source.text("dataPropertyName").unwrap_or_else(|| "data".to_owned());
    let action = source.word("action", "hash");
    if action == "generate" {
        let kind = match source.word("encodingType", "uuid") {
            "ascii" => "text",
            kind @ ("uuid" | "hex" | "base64") => kind,
            _ => return None,
        };
        let length = source.number("stringLength");
        return Some(Target::new("crypto", "random").set("kind", kind).set_if("length", length).set("into", into));
    }
    let action = match action {
        "hash" => "hash",
        "hmac" => "hmac",
        _ => return None,
    };
    let algorithm = match source.word("type", "MD5") {
        "MD5" => "md5",
        "SHA1" => "sha1",
        "SHA256" => "sha256",
        "SHA384" => "sha384",
        "SHA512" => "sha512",
        _ => return None,
    };
    let encoding = source.word("encoding", "hex");
    if !matches!(encoding, "hex" | "base64") {
        return None;
    }
    if source.text("secret").is_some() {
        source.tell(
            "Its secret was left out: Bridge keeps secrets as credentials only.",
            "Make a bearer credential with the secret and choose it in the node's settings.",
        );
    }
    Some(
        Target::new("crypto", action)
            .set("value", source.text("value").unwrap_or_default())
            .set("algorithm", algorithm)
            .set("encoding", encoding)
            .set("into", into),
    )
}
