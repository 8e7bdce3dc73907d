//! What starts runs by the clock: intervals of three kinds of nodes, written as cron expressions.

use serde_json::{Map, Value, json};

use super::{Source, Target};

/// A rule of a schedule.
enum Rule {
    Cron(String),
    /// An interval that no cron expression has.
    Every(u64, &'static str),
}

/// What is not the same in a rule.
type Doubt = Option<String>;

/// The schedule trigger: rules of several kinds.
pub(super) fn schedule(source: &mut Source<'_>) -> Option<Target> {
    let rules = source.entries("rule", "interval");
    let only_default = Map::new();
    let rules = if rules.is_empty() { vec![&only_default] } else { rules };
    let read: Option<Vec<_>> = rules.into_iter().map(interval_rule).collect();
    target(source, read?)
}

/// The older trigger with a list of times.
pub(super) fn cron(source: &mut Source<'_>) -> Option<Target> {
    let rules: Option<Vec<_>> = source.entries("triggerTimes", "item").into_iter().map(cron_rule).collect();
    target(source, rules?)
}

/// The oldest one: every so often.
pub(super) fn interval(source: &mut Source<'_>) -> Option<Target> {
    let unit = match source.word("unit", "seconds") {
        "minutes" => "minutes",
        "hours" => "hours",
        _ => "seconds",
    };
    let every = source.value("interval").and_then(Value::as_u64).unwrap_or(1);
    target(source, vec![(Rule::Every(every, unit), None)])
}

fn target(source: &mut Source<'_>, rules: Vec<(Rule, Doubt)>) -> Option<Target> {
    let mut crons = Vec::new();
    let mut every = None;
    for (rule, doubt) in rules {
        if let Some(doubt) = doubt {
            source.tell(doubt, "Check when it starts.");
        }
        match rule {
            Rule::Cron(cron) => crons.push(cron),
            Rule::Every(interval, unit) if every.is_none() => every = Some((interval.clamp(1, 10_000), unit)),
            Rule::Every(..) => return None,
        }
    }
    match (every, crons.split_first()) {
        (Some((interval, unit)), None) => {
            Some(Target::new("schedule", "every").set("interval", interval).set("unit", unit))
        }
        (None, Some((first, more))) if more.len() <= 20 => {
            let more: Vec<Value> = more.iter().map(|cron| json!({ "cron": cron })).collect();
            Some(
                Target::new("schedule", "at_times")
                    .set("cron", first.as_str())
                    .set_if("more_times", (!more.is_empty()).then_some(more))
                    .set_if("time_zone", source.document.time_zone.as_deref()),
            )
        }
        _ => None,
    }
}

/// A whole number of a rule; none when it is an expression or out of range.
fn number(rule: &Map<String, Value>, key: &str, default: u64, most: u64) -> Option<u64> {
    rule.get(key).map_or(Some(default), Value::as_u64).filter(|number| *number <= most)
}

fn interval_rule(rule: &Map<String, Value>) -> Option<(Rule, Doubt)> {
    let minute = number(rule, "triggerAtMinute", 0, 59)?;
    let hour = number(rule, "triggerAtHour", 0, 23)?;
    let every = |key: &str| number(rule, key, 1, 10_000).map(|every| every.max(1));
    let doubt = |every: u64, whole: u64, what: &str| {
        (!whole.is_multiple_of(every)).then(|| format!("Every {every} {what} begins anew with each greater unit here."))
    };
    let field = rule.get("field").map_or(Some("days"), Value::as_str)?;
    Some(match field {
        "seconds" => (Rule::Every(number(rule, "secondsInterval", 30, 10_000)?.max(1), "seconds"), None),
        "minutes" => match number(rule, "minutesInterval", 5, 10_000)?.max(1) {
            every @ 1..=59 => (Rule::Cron(format!("{} * * * *", step(every))), doubt(every, 60, "minutes")),
            every => (Rule::Every(every, "minutes"), None),
        },
        "hours" => match every("hoursInterval")? {
            every @ 1..=23 => (Rule::Cron(format!("{minute} {} * * *", step(every))), doubt(every, 24, "hours")),
            every => (Rule::Every(every, "hours"), None),
        },
        "days" => {
            let every = every("daysInterval")?;
            let doubt = (every > 1).then(|| format!("Every {every} days begins anew with each month here."));
            (Rule::Cron(format!("{minute} {hour} {} * *", step(every.min(31)))), doubt)
        }
        "weeks" => {
            let every = every("weeksInterval")?;
            let doubt = (every > 1).then(|| format!("It started every {every} weeks; now every week."));
            (Rule::Cron(format!("{minute} {hour} * * {}", days(rule.get("triggerAtDay"))?)), doubt)
        }
        "months" => {
            let every = every("monthsInterval")?;
            let day = number(rule, "triggerAtDayOfMonth", 1, 31)?.max(1);
            let doubt = (!12_u64.is_multiple_of(every))
                .then(|| format!("Every {every} months begins anew with each year here."));
            (Rule::Cron(format!("{minute} {hour} {day} {} *", step(every.min(12)))), doubt)
        }
        "cronExpression" => five_fields(rule.get("expression")?.as_str()?)?,
        _ => return None,
    })
}

fn cron_rule(rule: &Map<String, Value>) -> Option<(Rule, Doubt)> {
    let minute = number(rule, "minute", 0, 59)?;
    let hour = number(rule, "hour", 14, 23)?;
    let at = |rest: String| (Rule::Cron(format!("{minute} {rest}")), None);
    Some(match rule.get("mode").map_or(Some("everyDay"), Value::as_str)? {
        "everyMinute" => (Rule::Cron("* * * * *".to_owned()), None),
        "everyHour" => at("* * * *".to_owned()),
        "everyDay" => at(format!("{hour} * * *")),
        "everyWeek" => {
            let day = rule.get("weekday").map_or(Some("1".to_owned()), |day| days(Some(day)))?;
            at(format!("{hour} * * {day}"))
        }
        "everyMonth" => at(format!("{hour} {} * *", number(rule, "dayOfMonth", 1, 31)?.max(1))),
        "everyX" => {
            let unit = if rule.get("unit").and_then(Value::as_str) == Some("minutes") { "minutes" } else { "hours" };
            (Rule::Every(number(rule, "value", 2, 10_000)?.max(1), unit), None)
        }
        "custom" => five_fields(rule.get("cronExpression")?.as_str()?)?,
        _ => return None,
    })
}

fn step(every: u64) -> String {
    if every == 1 { "*".to_owned() } else { format!("*/{every}") }
}

/// Days of the week, 0 for Sunday, in order; Sunday when there are none.
fn days(value: Option<&Value>) -> Option<String> {
    let day = |day: &Value| {
        let number = day.as_u64().or_else(|| day.as_str()?.parse().ok())?;
        (number <= 7).then_some(number % 7)
    };
    let list = match value {
        None => vec![0],
        Some(Value::Array(list)) if list.is_empty() => vec![0],
        Some(Value::Array(list)) => list.iter().map(day).collect::<Option<Vec<_>>>()?,
        Some(one) => vec![day(one)?],
    };
    Some(list.iter().map(u64::to_string).collect::<Vec<_>>().join(","))
}

/// A cron expression without its seconds.
fn five_fields(expression: &str) -> Option<(Rule, Doubt)> {
    let fields: Vec<&str> = expression.split_whitespace().collect();
    match fields.as_slice() {
        _ if expression.starts_with('=') => None,
        [_, _, _, _, _] => Some((Rule::Cron(fields.join(" ")), None)),
        [seconds, rest @ ..] if rest.len() == 5 => {
            let doubt = (*seconds != "0").then(|| format!("The seconds of “{expression}” were left out."));
            Some((Rule::Cron(rest.join(" ")), doubt))
        }
        _ => None,
    }
}
