//! Reads the error bodies of all providers into one shape. Never fails: what cannot be read is simply not known.

use std::time::Duration;

use serde_json::Value;

/// What an error body says.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The provider's words for the kind of error, lower case: type, code, status, reason.
    words: Vec<String>,
    /// The sentence for people; may be empty.
    pub(crate) message: String,
    /// The HTTP status the body names, which is the only one when the error came inside a stream.
    pub(crate) status: Option<u16>,
    /// How long Gemini says to wait (`google.rpc.RetryInfo`).
    pub(crate) retry_delay: Option<Duration>,
    /// A quota per day is used up: waiting a minute does not help.
    pub(crate) per_day_quota: bool,
}

impl Report {
    /// Reads a body. HTML and other non-JSON bodies say nothing.
    pub(crate) fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).map(|value| Self::of(&value)).unwrap_or_default()
    }

    /// Reads a body that is JSON already.
    pub(crate) fn of(body: &Value) -> Self {
        // Gemini without server-sent events wraps everything in a list.
        let body = body.get(0).unwrap_or(body);
        let mut report = Self::default();
        match body.get("error") {
            Some(Value::String(message)) => report.message.clone_from(message),
            Some(error @ Value::Object(_)) => report.read_error(error),
            _ => report.read_error(body),
        }
        report
    }

    /// Whether one of its words is this one.
    pub(crate) fn says(&self, word: &str) -> bool {
        self.words.iter().any(|known| known == word)
    }

    /// Whether it has the form of a provider's error, which the pages of web servers do not have.
    pub(crate) fn is_in_form(&self) -> bool {
        !self.words.is_empty()
    }

    /// Whether it speaks of a model.
    pub(crate) fn says_model(&self) -> bool {
        self.words.iter().any(|word| word.contains("model")) || self.message.to_ascii_lowercase().contains("model")
    }

    fn read_error(&mut self, error: &Value) {
        for field in ["code", "type", "status", "param"] {
            if let Some(word) = error.get(field).and_then(Value::as_str) {
                self.words.push(word.to_ascii_lowercase());
            }
        }
        self.message = ["message", "detail", "msg"]
            .iter()
            .find_map(|field| error.get(field))
            .map(|message| message.as_str().map_or_else(|| message.to_string(), str::to_owned))
            .unwrap_or_default();
        self.status = ["code", "status"]
            .iter()
            .filter_map(|field| error.get(field))
            .find_map(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()))
            .and_then(|code| u16::try_from(code).ok())
            .filter(|code| (400..600).contains(code));
        for detail in error.get("details").and_then(Value::as_array).into_iter().flatten() {
            self.read_detail(detail);
        }
    }

    /// Details as `google.rpc` defines them: ErrorInfo, RetryInfo, QuotaFailure.
    fn read_detail(&mut self, detail: &Value) {
        if let Some(reason) = detail.get("reason").and_then(Value::as_str) {
            self.words.push(reason.to_ascii_lowercase());
        }
        if let Some(delay) = detail.get("retryDelay").and_then(Value::as_str) {
            self.retry_delay = delay.strip_suffix('s').and_then(seconds);
        }
        for violation in detail.get("violations").and_then(Value::as_array).into_iter().flatten() {
            let id = violation.get("quotaId").and_then(Value::as_str).unwrap_or_default();
            self.per_day_quota |= id.contains("PerDay");
        }
    }
}

/// A decimal number of seconds. `None` for what is not a duration; more than a day counts as a day.
fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    (seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(86_400.0)))
}
