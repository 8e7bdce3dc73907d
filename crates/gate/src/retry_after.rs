//! How long a server asks to wait before the next request.

use std::time::{Duration, SystemTime};

use http::HeaderMap;

/// A day: what is longer counts as a day.
const LONGEST: f64 = 86_400.0;

/// The wait that the headers of a response ask for: `retry-after-ms`, or `retry-after` in seconds or as a date
/// (RFC 9110, section 10.2.3). A date in the past is no wait.
#[must_use]
pub fn retry_after(headers: &[(String, String)]) -> Option<Duration> {
    wait(|name| headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str()))
}

/// The same for headers as the library has them.
#[must_use]
pub fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    wait(|name| headers.get(name)?.to_str().ok())
}

fn wait<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Option<Duration> {
    let milliseconds = header("retry-after-ms").and_then(seconds).map(|wait| wait / 1000);
    milliseconds.or_else(|| {
        let text = header("retry-after")?;
        seconds(text).or_else(|| {
            let date = httpdate::parse_http_date(text.trim()).ok()?;
            Some(date.duration_since(SystemTime::now()).unwrap_or_default().min(Duration::from_secs_f64(LONGEST)))
        })
    })
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    (seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(LONGEST)))
}
