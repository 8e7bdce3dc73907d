//! When a schedule is due, and what becomes of times that passed while nothing ran. Values in, values out: the caller
//! reads the clock and keeps the next time.

use bridge_domain::{CatchUp, Config, Error, Problem, ProblemCode, Result, Timestamp};
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::times::Times;

/// How late a run may start and still count as on time: longer than the longest sleep between two looks at the clock.
const PUNCTUAL_MICROSECONDS: i64 = 90_000_000;
/// Missed times that are recorded one by one at most.
const MOST_MISSED: usize = 100;

/// A schedule trigger's times.
#[derive(Debug, Clone)]
pub struct Schedule {
    rule: Rule,
    /// What becomes of times that passed while nothing ran.
    pub catch_up: CatchUp,
}

#[derive(Debug, Clone)]
enum Rule {
    Cron(Vec<Times>, TimeZone),
    /// Microseconds between two times, counted from the moment the trigger was switched on.
    Every(i64),
}

/// What a schedule asks for at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// The time a run is to be started for.
    pub fire: Option<Timestamp>,
    /// Times that passed and get no run of their own, newest first, a hundred at most.
    pub missed: Vec<Timestamp>,
    /// When it is due next; none when it never is.
    pub next: Option<Timestamp>,
}

impl Schedule {
    /// Reads the configuration of a schedule trigger. Times without a time zone are in `local_zone`.
    ///
    /// # Errors
    /// `invalid_input` with the path of the parameter that cannot be understood.
    pub fn read(action_id: &str, config: &Config, local_zone: &TimeZone) -> Result<Self> {
        let catch_up = match text(config, "catch_up") {
            Some("skip") => CatchUp::Skip,
            _ => CatchUp::Once,
        };
        let rule = if action_id == "every" { every(config)? } else { at_times(config, local_zone)? };
        Ok(Self { rule, catch_up })
    }

    /// The first time after this moment. `anchor` is when the trigger was switched on.
    #[must_use]
    pub fn next_after(&self, moment: Timestamp, anchor: Timestamp) -> Option<Timestamp> {
        match &self.rule {
            Rule::Cron(crons, zone) => crons.iter().filter_map(|cron| cron.next_after(moment, zone)).min(),
            Rule::Every(interval) => {
                let passed = moment.as_microseconds().saturating_sub(anchor.as_microseconds()).max(0);
                let rounds = passed / interval + 1;
                Some(Timestamp::from_microseconds(anchor.as_microseconds().saturating_add(rounds * interval)))
            }
        }
    }

    /// The last time up to this moment.
    fn last_until(&self, moment: Timestamp, anchor: Timestamp) -> Option<Timestamp> {
        match &self.rule {
            Rule::Cron(crons, zone) => crons.iter().filter_map(|cron| cron.last_until(moment, zone)).max(),
            Rule::Every(interval) => {
                let rounds = moment.as_microseconds().saturating_sub(anchor.as_microseconds()) / interval;
                (rounds > 0).then(|| Timestamp::from_microseconds(anchor.as_microseconds() + rounds * interval))
            }
        }
    }

    /// What is to be done at `now` when `next` was the next time. A clock that was set back changes nothing: what was
    /// started is not started again, because the next time stays.
    #[must_use]
    pub fn due(&self, next: Timestamp, now: Timestamp, anchor: Timestamp) -> Due {
        if now < next {
            return Due { next: Some(next), ..Due::default() };
        }
        let last = self.last_until(now, anchor).filter(|last| *last >= next).unwrap_or(next);
        let mut passed = self.passed(next, last, anchor);
        let is_punctual = now.as_microseconds() - last.as_microseconds() <= PUNCTUAL_MICROSECONDS;
        let fires = is_punctual || self.catch_up == CatchUp::Once;
        let fire = if fires { Some(passed.remove(0)) } else { None };
        Due { fire, missed: passed, next: self.next_after(now, anchor) }
    }

    /// The times from `next` to `last`, newest first, as many as are recorded.
    fn passed(&self, next: Timestamp, last: Timestamp, anchor: Timestamp) -> Vec<Timestamp> {
        let mut times = vec![last];
        while times.len() < MOST_MISSED {
            let Some(oldest) = times.last() else { break };
            let before = Timestamp::from_microseconds(oldest.as_microseconds() - 1);
            match self.last_until(before, anchor) {
                Some(time) if time >= next && time < *oldest => times.push(time),
                _ => break,
            }
        }
        times
    }
}

fn at_times(config: &Config, local_zone: &TimeZone) -> Result<Rule> {
    let more = config.get("more_times").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let more = more.iter().enumerate().map(|(place, entry)| {
        (format!("more_times[{place}].cron"), entry.get("cron").and_then(Value::as_str).unwrap_or_default())
    });
    let first = ("cron".to_owned(), text(config, "cron").unwrap_or_default());
    let crons =
        std::iter::once(first).chain(more).map(|(path, pattern)| cron(&path, pattern)).collect::<Result<_>>()?;
    let zone = match text(config, "time_zone").map(str::trim).filter(|name| !name.is_empty()) {
        None => local_zone.clone(),
        Some(name) => TimeZone::get(name).map_err(|_| {
            invalid("time_zone", &format!("There is no time zone {name}. Write it like Europe/Berlin."))
        })?,
    };
    Ok(Rule::Cron(crons, zone))
}

fn cron(path: &str, pattern: &str) -> Result<Times> {
    let message = "Times must be a cron expression of five fields, such as 0 9 * * 1-5.";
    Times::read(pattern).ok_or_else(|| invalid(path, message))
}

fn every(config: &Config) -> Result<Rule> {
    let unit: i64 = match text(config, "unit").unwrap_or("hours") {
        "seconds" => 1,
        "minutes" => 60,
        "hours" => 3_600,
        "days" => 86_400,
        "weeks" => 604_800,
        _ => return Err(invalid("unit", "Unit must be one of seconds, minutes, hours, days, weeks.")),
    };
    let interval = config.get("interval").map_or(Some(1), Value::as_i64).filter(|count| (1..=10_000).contains(count));
    let interval = interval.ok_or_else(|| invalid("interval", "Interval must be a whole number from 1 to 10000."))?;
    Ok(Rule::Every(interval * unit * 1_000_000))
}

fn text<'a>(config: &'a Config, key: &str) -> Option<&'a str> {
    config.get(key).and_then(Value::as_str)
}

fn invalid(key: &str, message: &str) -> Error {
    Error::invalid(vec![Problem {
        path: format!("config.{key}"),
        code: ProblemCode::InvalidValue,
        message: message.to_owned(),
    }])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn schedule(action: &str, config: &Value) -> Schedule {
        Schedule::read(action, config.as_object().unwrap(), &TimeZone::UTC).unwrap()
    }

    fn daily(catch_up: &str) -> Schedule {
        schedule("at_times", &json!({ "cron": "0 9 * * *", "time_zone": "Europe/Berlin", "catch_up": catch_up }))
    }

    #[test]
    fn a_time_is_in_its_zone_before_and_after_the_clocks_change() {
        let anchor = at("2026-01-01T00:00:00Z");
        let next = |from| daily("once").next_after(at(from), anchor);
        assert_eq!(next("2026-03-28T12:00:00Z"), Some(at("2026-03-29T07:00:00Z")));
        assert_eq!(next("2026-03-27T12:00:00Z"), Some(at("2026-03-28T08:00:00Z")));
        assert_eq!(next("2026-10-25T05:00:00Z"), Some(at("2026-10-25T08:00:00Z")));
    }

    #[test]
    fn d15_an_hour_that_happens_twice_starts_one_run_and_one_that_is_left_out_starts_one_too() {
        let nightly = schedule("at_times", &json!({ "cron": "30 2 * * *", "time_zone": "Europe/Berlin" }));
        let anchor = at("2026-01-01T00:00:00Z");
        let mut time = at("2026-03-27T12:00:00Z");
        let mut days = Vec::new();
        while time < at("2026-03-31T00:00:00Z") {
            time = nightly.next_after(time, anchor).unwrap();
            days.push(time.to_string()[..10].to_owned());
        }
        days.dedup();
        assert!(days.contains(&"2026-03-29".to_owned()), "{days:?}");
        let first = nightly.next_after(at("2026-10-24T12:00:00Z"), anchor).unwrap();
        let second = nightly.next_after(first, anchor).unwrap();
        assert!(second.as_microseconds() - first.as_microseconds() > 20 * 3_600 * 1_000_000, "{first} {second}");
    }

    #[test]
    fn d15_times_missed_in_sleep_are_caught_up_once_or_not_at_all() {
        let anchor = at("2026-01-01T00:00:00Z");
        let next = at("2026-01-10T08:00:00Z");
        let now = at("2026-01-13T10:00:00Z");
        let once = daily("once").due(next, now, anchor);
        assert_eq!(once.fire, Some(at("2026-01-13T08:00:00Z")));
        assert_eq!(once.missed.len(), 3);
        assert_eq!(once.next, Some(at("2026-01-14T08:00:00Z")));
        let skip = daily("skip").due(next, now, anchor);
        assert_eq!((skip.fire, skip.missed.len(), skip.next), (None, 4, once.next));
    }

    #[test]
    fn several_times_take_turns() {
        let both = schedule("at_times", &json!({ "cron": "0 9 * * *", "more_times": [{ "cron": "30 17 * * *" }] }));
        let anchor = at("2026-01-01T00:00:00Z");
        assert_eq!(both.next_after(at("2026-01-02T09:00:00Z"), anchor), Some(at("2026-01-02T17:30:00Z")));
        let due = both.due(at("2026-01-02T09:00:00Z"), at("2026-01-03T10:00:00Z"), anchor);
        assert_eq!((due.fire, due.missed.len()), (Some(at("2026-01-03T09:00:00Z")), 2));
    }

    #[test]
    fn a_run_that_is_a_minute_late_is_on_time_also_when_late_ones_are_skipped() {
        let anchor = at("2026-01-01T00:00:00Z");
        let due = daily("skip").due(at("2026-01-10T08:00:00Z"), at("2026-01-10T08:01:00Z"), anchor);
        assert_eq!(due.fire, Some(at("2026-01-10T08:00:00Z")));
        assert!(due.missed.is_empty());
    }

    /// Every time of a schedule between two points.
    fn between(cron: &str, zone: &str, from: &str, to: &str) -> Vec<String> {
        let schedule = schedule("at_times", &json!({ "cron": cron, "time_zone": zone }));
        let (mut time, end) = (at(from), at(to));
        let mut times = Vec::new();
        while let Some(next) = schedule.next_after(time, at(from)).filter(|next| *next < end) {
            assert!(next > time, "{next} after {time}");
            times.push(next.to_string());
            time = next;
        }
        times
    }

    #[test]
    fn d15_half_hours_midnights_and_days_that_clocks_leave_out_or_repeat_count_once_a_day() {
        // Lord Howe Island goes half an hour forward at 2:00 on 4 October 2026, and back at 2:00 on 5 April.
        let spring = between("15 2 * * *", "Australia/Lord_Howe", "2026-10-01T00:00:00Z", "2026-10-07T00:00:00Z");
        assert_eq!(spring.len(), 6, "{spring:?}");
        let autumn = between("45 1 * * *", "Australia/Lord_Howe", "2026-04-02T00:00:00Z", "2026-04-08T00:00:00Z");
        assert_eq!(autumn.len(), 6, "{autumn:?}");
        // Cairo has no midnight on 24 April 2026.
        let midnights = between("0 0 * * *", "Africa/Cairo", "2026-04-21T12:00:00Z", "2026-04-27T12:00:00Z");
        assert_eq!(midnights.len(), 6, "{midnights:?}");
        // Samoa had no 30 December 2011: it starts one run at its end, as an hour that is left out does.
        let days = between("0 9 * * *", "Pacific/Apia", "2011-12-27T00:00:00Z", "2012-01-03T00:00:00Z");
        let unique: std::collections::BTreeSet<&String> = days.iter().collect();
        assert_eq!((days.len(), unique.len()), (8, 8), "{days:?}");
        assert_eq!(days[3], "2011-12-30T10:00:00.000000Z");
    }

    #[test]
    fn d15_a_clock_that_jumps_to_and_fro_over_a_due_time_starts_it_once() {
        let (schedule, anchor) = (daily("once"), at("2026-01-01T00:00:00Z"));
        let mut next = at("2026-01-10T08:00:00Z");
        let mut fired = Vec::new();
        // Two days ahead, three back, to just before the time, on it, back again, and on it again.
        for now in [
            "2026-01-12T08:00:30Z",
            "2026-01-09T08:00:00Z",
            "2026-01-13T07:59:59Z",
            "2026-01-13T08:00:00Z",
            "2026-01-01T00:00:00Z",
            "2026-01-13T08:00:00Z",
        ] {
            let due = schedule.due(next, at(now), anchor);
            fired.extend(due.fire);
            next = due.next.unwrap();
        }
        assert_eq!(fired, [at("2026-01-12T08:00:00Z"), at("2026-01-13T08:00:00Z")]);
    }

    #[test]
    fn d15_a_clock_set_back_starts_nothing_twice() {
        let anchor = at("2026-01-01T00:00:00Z");
        let due = daily("once").due(at("2026-01-11T08:00:00Z"), at("2026-01-10T07:00:00Z"), anchor);
        assert_eq!(due, Due { next: Some(at("2026-01-11T08:00:00Z")), ..Due::default() });
    }

    #[test]
    fn d15_a_year_of_missed_seconds_takes_no_time() {
        let every = schedule("every", &json!({ "interval": 1, "unit": "seconds" }));
        let anchor = at("2026-01-01T00:00:00Z");
        let due = every.due(at("2026-01-01T00:00:01Z"), at("2027-01-01T00:00:00Z"), anchor);
        assert_eq!(due.fire, Some(at("2027-01-01T00:00:00Z")));
        assert_eq!(due.missed.len(), MOST_MISSED - 1);
        assert_eq!(due.next, Some(at("2027-01-01T00:00:01Z")));
    }

    #[test]
    fn what_cannot_be_understood_is_named() {
        for (action, config, path) in [
            ("at_times", json!({ "cron": "not a time" }), "config.cron"),
            ("at_times", json!({ "cron": "0 9 * * *", "time_zone": "Mars/Base" }), "config.time_zone"),
            ("at_times", json!({ "cron": "0 9 * * *", "more_times": [{ "cron": "x" }] }), "config.more_times[0].cron"),
            ("every", json!({ "interval": 0, "unit": "hours" }), "config.interval"),
            ("every", json!({ "interval": 5, "unit": "fortnights" }), "config.unit"),
        ] {
            let error = Schedule::read(action, config.as_object().unwrap(), &TimeZone::UTC).unwrap_err();
            assert_eq!(error.problems[0].path, path);
        }
    }
}
