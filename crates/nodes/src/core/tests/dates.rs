//! Date and time. Expected values follow the calendar of Europe/Berlin, the time zone of the test step.

use serde_json::{Value, json};

use super::first;

async fn one(action: &str, config: Value, field: &str) -> Result<Value, String> {
    first("date_time", action, config, json!([{}])).await.map(|items| items[0][field].clone())
}

#[tokio::test]
async fn dates_are_formatted() {
    let table = [
        (json!("2026-05-04T10:00:00Z"), "yyyy-MM-dd HH:mm", "2026-05-04 12:00"),
        (json!("2026-05-04T10:00:00Z"), "iso", "2026-05-04T12:00:00.000+02:00"),
        (json!(1_777_888_800), "d MMMM yyyy 'um' H 'Uhr'", "4 May 2026 um 12 Uhr"),
        (json!(1_777_888_800_123_i64), "ss.SSS ZZ", "00.123 +02:00"),
        (json!("2026-05-04"), "EEEE, W", "Monday, 19"),
        (json!("Mon, 4 May 2026 10:00:00 +0000"), "X", "1777888800"),
        (json!("2026-05-04 10:00"), "hh:mm a z 100%", "10:00 AM Europe/Berlin 100%"),
    ];
    for (date, format, expected) in table {
        let found = one("format_date", json!({ "date": date, "format": format }), "formatted_date").await;
        assert_eq!(found, Ok(json!(expected)), "{date} {format}");
    }
    let zone = json!({ "date": "2026-05-04T10:00:00Z", "format": "HH:mm", "time_zone": "Asia/Tokyo" });
    assert_eq!(one("format_date", zone, "formatted_date").await, Ok(json!("19:00")));
}

#[tokio::test]
async fn dates_are_read_in_their_own_format() {
    let read = |text: &str, format: &str| one("read_date", json!({ "text": text, "format": format }), "date");
    assert_eq!(read("31/12/2026", "dd/MM/yyyy").await, Ok(json!("2026-12-31T00:00:00.000+01:00")));
    assert_eq!(read("5.4.26 7:05 PM", "d.M.yy h:mm a").await, Ok(json!("2026-04-05T19:05:00.000+02:00")));
    assert_eq!(
        read("2026-01-01 00:00 +0000", "yyyy-MM-dd HH:mm ZZZ").await,
        Ok(json!("2026-01-01T01:00:00.000+01:00"))
    );
    assert!(read("32/12/2026", "dd/MM/yyyy").await.unwrap_err().contains("32/12/2026"));
    assert!(read("x", "b").await.is_err());
}

#[tokio::test]
async fn dates_are_shifted_by_the_calendar() {
    let shift = |action: &'static str, date: &str, amount: i64, unit: &str| {
        one(action, json!({ "date": date, "amount": amount, "unit": unit }), "new_date")
    };
    assert_eq!(shift("add_time", "2026-01-31", 1, "months").await, Ok(json!("2026-02-28T00:00:00.000+01:00")));
    assert_eq!(shift("subtract_time", "2026-03-01", 1, "days").await, Ok(json!("2026-02-28T00:00:00.000+01:00")));
    // Summer time begins on 2026-03-29: a day later is the same time of day, 24 hours later is not.
    assert_eq!(shift("add_time", "2026-03-28T12:00", 1, "days").await, Ok(json!("2026-03-29T12:00:00.000+02:00")));
    assert_eq!(shift("add_time", "2026-03-28T12:00", 24, "hours").await, Ok(json!("2026-03-29T13:00:00.000+02:00")));
    assert!(shift("add_time", "2026-03-28", 1_000_000_000, "years").await.is_err());
}

#[tokio::test]
async fn dates_are_rounded() {
    let round = |to: &str, direction: &str| {
        let config = json!({ "date": "2026-05-07T10:40:30Z", "to": to, "direction": direction });
        one("round_date", config, "rounded_date")
    };
    assert_eq!(round("day", "start").await, Ok(json!("2026-05-07T00:00:00.000+02:00")));
    assert_eq!(round("week", "start").await, Ok(json!("2026-05-04T00:00:00.000+02:00")));
    assert_eq!(round("month", "end").await, Ok(json!("2026-05-31T23:59:59.999+02:00")));
    assert_eq!(round("hour", "nearest").await, Ok(json!("2026-05-07T13:00:00.000+02:00")));
    assert_eq!(round("year", "start").await, Ok(json!("2026-01-01T00:00:00.000+01:00")));
}

#[tokio::test]
async fn parts_and_differences_are_numbers() {
    for (part, expected) in [("weekday", 4), ("week", 19), ("quarter", 2), ("hour", 12), ("day_of_year", 127)] {
        let config = json!({ "date": "2026-05-07T10:40:30Z", "part": part });
        assert_eq!(one("extract_part", config, "part").await, Ok(json!(expected)), "{part}");
    }
    let between = |start: &str, end: &str, unit: &str, whole: bool| {
        one("time_between", json!({ "start": start, "end": end, "unit": unit, "whole": whole }), "difference")
    };
    assert_eq!(between("2026-03-28T12:00", "2026-03-29T12:00", "hours", true).await, Ok(json!(23)));
    assert_eq!(between("2026-03-28T12:00", "2026-03-29T12:00", "days", true).await, Ok(json!(1)));
    assert_eq!(between("2026-01-01", "2025-12-30", "days", true).await, Ok(json!(-2)));
    assert_eq!(between("2026-01-01T00:00", "2026-01-01T01:30", "hours", false).await, Ok(json!(1.5)));
}

#[tokio::test]
async fn what_is_no_date_is_an_error() {
    for date in [json!("tomorrow"), json!([]), json!(1e300), json!("2026-13-01"), Value::Null] {
        assert!(one("format_date", json!({ "date": date }), "formatted_date").await.is_err(), "{date}");
    }
    let zone = json!({ "date": "2026-01-01", "time_zone": "Mars/Base" });
    assert!(one("format_date", zone, "formatted_date").await.unwrap_err().contains("time zone"));
    assert_eq!(one("get_time", json!({}), "now").await, Ok(json!("2026-05-04T12:00:00.000+02:00")));
}
