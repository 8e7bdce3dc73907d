//! `$now`, `$today`, DateTime: in the zone of the step, Europe/Berlin, on the day its clocks go forward.

use serde_json::{Value, json};

use crate::support::table;

#[tokio::test]
async fn fields_and_formats() {
    table(vec![
        ("={{ $now.toISO() }}", json!("2026-03-29T12:30:15.250+02:00")),
        ("={{ $now.year + '-' + $now.month + '-' + $now.day }}", json!("2026-3-29")),
        ("={{ [$now.hour, $now.minute, $now.second, $now.millisecond] }}", json!([12, 30, 15, 250])),
        ("={{ [$now.weekday, $now.weekNumber, $now.ordinal, $now.quarter] }}", json!([7, 13, 88, 1])),
        ("={{ $now.monthLong + ' ' + $now.weekdayShort }}", json!("March Sun")),
        ("={{ $now.toFormat('yyyy-MM-dd HH:mm:ss') }}", json!("2026-03-29 12:30:15")),
        (
            "={{ $now.toFormat(\"EEEE, d LLLL yyyy 'at' h:mm a ZZ\") }}",
            json!("Sunday, 29 March 2026 at 12:30 PM +02:00"),
        ),
        ("={{ $now.format('dd.MM.yy') }}", json!("29.03.26")),
        ("={{ $now.toISODate() + '|' + $today.toISOTime() }}", json!("2026-03-29|00:00:00.000+01:00")),
        ("={{ $now.toMillis() }}", json!(1_774_780_215_250_i64)),
        ("={{ $now.toUnixInteger() }}", json!(1_774_780_215)),
        ("={{ $now.toUTC().toISO() }}", json!("2026-03-29T10:30:15.250Z")),
        ("={{ $now.setZone('America/New_York').toISO() }}", json!("2026-03-29T06:30:15.250-04:00")),
        ("={{ $now.setZone('Nowhere/Land').isValid }}", json!(false)),
        ("={{ $now.setZone('Asia/Kolkata').offset }}", json!(330)),
        ("={{ $now }}", json!("2026-03-29T12:30:15.250+02:00")),
        ("={{ ({at: $now}) }}", json!({"at": "2026-03-29T12:30:15.250+02:00"})),
        ("={{ $now.daysInMonth + DateTime.utc(2028, 2).daysInMonth }}", json!(60)),
        ("={{ DateTime.utc(2021, 1, 3).weekNumber + '/' + DateTime.utc(2021, 1, 3).weekYear }}", json!("53/2020")),
    ])
    .await;
}

#[tokio::test]
async fn arithmetic() {
    table(vec![
        ("={{ $now.plus({ days: 3 }).toISODate() }}", json!("2026-04-01")),
        ("={{ $now.plus(3, 'days').toISODate() }}", json!("2026-04-01")),
        ("={{ $now.minus({ months: 1 }).toISODate() }}", json!("2026-02-28")),
        ("={{ $now.minus({ days: 1 }).toISO() }}", json!("2026-03-28T12:30:15.250+01:00")),
        ("={{ $now.minus({ hours: 24 }).toISO() }}", json!("2026-03-28T11:30:15.250+01:00")),
        ("={{ $now.plus({ years: 1, weeks: 1 }).toISODate() }}", json!("2027-04-05")),
        ("={{ DateTime.utc(2024, 2, 29).plus({ years: 1 }).toISODate() }}", json!("2025-02-28")),
        ("={{ DateTime.utc(2026, 1, 15).minus({ months: 2 }).toISODate() }}", json!("2025-11-15")),
        ("={{ $now.startOf('day').toISO() }}", json!("2026-03-29T00:00:00.000+01:00")),
        ("={{ $now.startOf('week').toISODate() }}", json!("2026-03-23")),
        ("={{ $now.startOf('month').toISO() }}", json!("2026-03-01T00:00:00.000+01:00")),
        ("={{ $now.startOf('hour').toISO() }}", json!("2026-03-29T12:00:00.000+02:00")),
        (
            "={{ $now.startOf('quarter').toISODate() + $now.startOf('year').toISODate() }}",
            json!("2026-01-012026-01-01"),
        ),
        ("={{ $now.endOf('month').toISO() }}", json!("2026-03-31T23:59:59.999+02:00")),
        ("={{ $now.endOf('day').toISO() }}", json!("2026-03-29T23:59:59.999+02:00")),
        ("={{ $now.set({ day: 1, hour: 8, minute: 0 }).toFormat('dd HH:mm') }}", json!("01 08:00")),
        ("={{ $now.set({ hour: 2, minute: 30 }).toFormat('HH:mm') }}", json!("03:30")),
        ("={{ $now.diff($today, 'hours').hours }}", json!(11.504_236_111_111_112)),
        ("={{ DateTime.utc(2026, 3, 1).diff(DateTime.utc(2026, 1, 1), 'months').months }}", json!(2)),
        (
            "={{ DateTime.utc(2026, 3, 16).diff(DateTime.utc(2026, 1, 1), ['months', 'days']).toObject() }}",
            json!({"months": 2, "days": 15}),
        ),
        ("={{ DateTime.utc(2026, 1, 1).diff(DateTime.utc(2026, 1, 3), 'days').days }}", json!(-2)),
        ("={{ DateTime.utc(2026, 1, 3).diffTo('2026-01-05T00:00:00Z', 'days') }}", json!(2)),
        ("={{ $now > $today }}", json!(true)),
        ("={{ $now.hasSame($today, 'day') }}", json!(true)),
        ("={{ $now.isBetween('2026-01-01', '2026-12-31') && $now.isWeekend() }}", json!(true)),
        ("={{ $now.extract('week') + $now.extract('year') }}", json!(2039)),
        ("={{ Duration.fromObject({ hours: 1, minutes: 30 }).as('minutes') }}", json!(90)),
        ("={{ DateTime.max($now, $today).toISO() == $now.toISO() }}", json!(true)),
    ])
    .await;
}

#[tokio::test]
async fn reading_times() {
    table(vec![
        ("={{ $json.date.toDateTime().toISO() }}", json!("2026-03-01T00:15:00.000+01:00")),
        ("={{ DateTime.fromISO('2026-02-03').toISO() }}", json!("2026-02-03T00:00:00.000+01:00")),
        ("={{ DateTime.fromISO('2026-02-03T04:05', { zone: 'utc' }).toISO() }}", json!("2026-02-03T04:05:00.000Z")),
        (
            "={{ DateTime.fromISO('2026-02-03T04:05:06.7-05:00', { setZone: true }).toISO() }}",
            json!("2026-02-03T04:05:06.700-05:00"),
        ),
        ("={{ DateTime.fromISO('2026-02-30').isValid }}", json!(false)),
        ("={{ DateTime.fromISO('nonsense').toISO() }}", Value::Null),
        (
            "={{ DateTime.fromFormat('03/02/2026 14:05', 'dd/MM/yyyy HH:mm').toISO() }}",
            json!("2026-02-03T14:05:00.000+01:00"),
        ),
        (
            "={{ DateTime.fromFormat('Feb 3, 2026 2:05 PM', 'MMM d, yyyy h:mm a').toISO() }}",
            json!("2026-02-03T14:05:00.000+01:00"),
        ),
        ("={{ DateTime.fromFormat('31/02/2026', 'dd/MM/yyyy').isValid }}", json!(false)),
        ("={{ DateTime.fromMillis(0, { zone: 'utc' }).toISO() }}", json!("1970-01-01T00:00:00.000Z")),
        ("={{ DateTime.fromSeconds(86400).toUTC().toISODate() }}", json!("1970-01-02")),
        ("={{ DateTime.fromObject({ year: 2026, month: 5 }).toISODate() }}", json!("2026-05-01")),
        ("={{ DateTime.fromJSDate(new Date(0)).toMillis() }}", json!(0)),
        ("={{ DateTime.fromSQL('2026-02-03 04:05:06').toFormat('HHmmss') }}", json!("040506")),
        ("={{ DateTime.local(2026, 7, 1).offset }}", json!(120)),
        ("={{ new Date(0).toDateTime().toUTC().toISODate() }}", json!("1970-01-01")),
        ("={{ '1774780215'.toDateTime().toMillis() }}", json!(1_774_780_215_000_i64)),
    ])
    .await;
}
