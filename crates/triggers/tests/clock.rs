//! D15: schedules through the days on which clocks change, in zones of every kind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bridge_domain::Timestamp;
use bridge_triggers::Schedule;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::json;

const MINUTE: i64 = 60_000_000;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn schedule(cron: &str, zone: &str) -> Schedule {
    let config = json!({ "cron": cron, "time_zone": zone, "catch_up": "once" });
    Schedule::read("at_times", config.as_object().unwrap(), &TimeZone::UTC).unwrap()
}

/// All times after `from` and up to `until`, oldest first.
fn times(schedule: &Schedule, from: Timestamp, until: Timestamp) -> Vec<Timestamp> {
    let next = |time: &Timestamp| schedule.next_after(*time, from).filter(|next| *next <= until);
    std::iter::successors(next(&from), next).take(10_000).collect()
}

#[test]
fn d15_times_that_are_left_out_or_happen_twice_count_once() {
    let berlin = "Europe/Berlin";
    for (cron, zone, from, until, expected) in [
        // Left out: at the moment of the change, once for all of them, and never the time that is there anyway as well.
        ("*/15 2 * * *", berlin, "2026-03-28T22:00:00Z", "2026-03-29T12:00:00Z", &["2026-03-29T01:00:00Z"][..]),
        ("0 2,3 * * *", berlin, "2026-03-28T22:00:00Z", "2026-03-29T12:00:00Z", &["2026-03-29T01:00:00Z"]),
        (
            "0 */2 * * *",
            berlin,
            "2026-03-28T23:00:00Z",
            "2026-03-29T03:00:00Z",
            &["2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"],
        ),
        ("30 0 * * *", "America/Santiago", "2026-09-05T12:00:00Z", "2026-09-06T12:00:00Z", &["2026-09-06T04:00:00Z"]),
        // Half an hour is left out, and a whole day.
        (
            "15 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-03T00:00:00Z",
            "2026-10-04T00:00:00Z",
            &["2026-10-03T15:30:00Z"],
        ),
        (
            "0 12 * * *",
            "Pacific/Apia",
            "2011-12-29T12:00:00Z",
            "2012-01-01T00:00:00Z",
            &["2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T22:00:00Z", "2011-12-31T22:00:00Z"],
        ),
        // Twice: the first time.
        (
            "0 1,2,3 * * *",
            "America/New_York",
            "2026-11-01T04:30:00Z",
            "2026-11-01T12:00:00Z",
            &["2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z", "2026-11-01T08:00:00Z"],
        ),
        (
            "*/30 2 * * *",
            berlin,
            "2026-10-24T22:30:00Z",
            "2026-10-25T06:00:00Z",
            &["2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z"],
        ),
        // Rare ones.
        ("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", "2104-03-01T00:00:00Z", &["2104-02-29T00:00:00Z"]),
        // A day of the month or one of the week, as cron has it.
        (
            "0 0 13 * 5",
            "Asia/Kathmandu",
            "2026-12-08T00:00:00Z",
            "2026-12-18T00:00:00Z",
            &["2026-12-10T18:15:00Z", "2026-12-12T18:15:00Z", "2026-12-17T18:15:00Z"],
        ),
    ] {
        let expected: Vec<Timestamp> = expected.iter().map(|text| at(text)).collect();
        let schedule = schedule(cron, zone);
        assert_eq!(times(&schedule, at(from), at(until)), expected, "{cron} {zone}");
        // Looking back gives the same times.
        let due = schedule.due(expected[0], at(until), at(from));
        let back: Vec<Timestamp> = due.fire.into_iter().chain(due.missed).collect();
        assert_eq!(back, expected.into_iter().rev().collect::<Vec<_>>(), "{cron} {zone}");
    }
}

#[test]
fn d15_a_day_that_never_comes_is_never_due_and_takes_no_time() {
    let begin = std::time::Instant::now();
    for cron in ["0 0 30 2 *", "0 0 31 4,6,9,11 *"] {
        assert_eq!(
            schedule(cron, "Europe/Berlin").next_after(at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z")),
            None
        );
    }
    assert!(begin.elapsed().as_secs() < 2, "{:?}", begin.elapsed());
}

/// What the rules ask for, minute by minute.
fn expected(
    minutes: &[i8],
    hours: Option<&[i8]>,
    zone: &TimeZone,
    from: Timestamp,
    until: Timestamp,
) -> Vec<Timestamp> {
    let local = |at: i64| zone.to_datetime(jiff::Timestamp::from_microsecond(at).unwrap());
    let fits = |time: jiff::civil::DateTime| {
        minutes.contains(&time.minute()) && hours.is_none_or(|hours| hours.contains(&time.hour()))
    };
    let mut newest = local(from.as_microseconds() - 1_440 * MINUTE);
    let mut at = from.as_microseconds() - 1_439 * MINUTE;
    let mut found = Vec::new();
    while at <= until.as_microseconds() {
        let now = local(at);
        let mut left_out =
            std::iter::successors(Some(newest), |time| time.checked_add(jiff::Span::new().minutes(1)).ok());
        let is_new = hours.is_none() || now > newest;
        let jumped = hours.is_some() && left_out.by_ref().skip(1).take_while(|time| *time < now).any(fits);
        if at > from.as_microseconds() && ((is_new && fits(now)) || jumped) {
            found.push(Timestamp::from_microseconds(at));
        }
        newest = newest.max(now);
        at += MINUTE;
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn d15_every_zone_has_the_times_that_a_look_at_each_minute_gives(
        (zone, day) in prop::sample::select(vec![
            ("Europe/Berlin", "2026-03-29"), ("Europe/Berlin", "2026-10-25"), ("America/New_York", "2026-11-01"),
            ("America/St_Johns", "2026-03-08"), ("Australia/Lord_Howe", "2026-04-05"), ("Australia/Lord_Howe", "2026-10-04"),
            ("Antarctica/Troll", "2026-03-29"), ("Antarctica/Troll", "2026-10-25"), ("Asia/Beirut", "2026-03-29"),
            ("Africa/Casablanca", "2026-02-15"), ("America/Santiago", "2026-04-05"), ("Asia/Kolkata", "2026-05-05"),
            ("Asia/Pyongyang", "2018-05-05"), ("Pacific/Apia", "2011-12-30"), ("America/Caracas", "2016-05-01"),
        ]),
        minutes in prop::collection::btree_set(0_i8..60, 1..4),
        hours in prop::option::of(prop::collection::btree_set(0_i8..24, 1..6)),
        begin in 0_i64..1_440,
    ) {
        let minutes: Vec<i8> = minutes.into_iter().collect();
        let hours: Option<Vec<i8>> = hours.map(|hours| hours.into_iter().collect());
        let list = |numbers: &[i8]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let cron = format!("{} {} * * *", list(&minutes), hours.as_deref().map_or("*".to_owned(), list));
        let from = Timestamp::from_microseconds(at(&format!("{day}T00:00:00Z")).as_microseconds() - (720 + begin) * MINUTE);
        let until = Timestamp::from_microseconds(from.as_microseconds() + 3 * 1_440 * MINUTE);
        let rules = expected(&minutes, hours.as_deref(), &TimeZone::get(zone).unwrap(), from, until);
        let schedule = schedule(&cron, zone);
        prop_assert_eq!(times(&schedule, from, until), rules.clone(), "{} {}", cron, zone);
        if let Some(first) = rules.first() {
            let due = schedule.due(*first, until, from);
            let back: Vec<Timestamp> = due.fire.into_iter().chain(due.missed).collect();
            let newest: Vec<Timestamp> = rules.iter().rev().take(100).copied().collect();
            prop_assert_eq!(back, newest, "{} {}", cron, zone);
        }
    }
}
