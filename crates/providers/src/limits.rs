//! How long to wait and how much to take. Numbers only.

use std::time::Duration;

use crate::ProviderSpec;

/// Limits of one connection to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Silence allowed before the first text: from sending the request, and between bytes that carry no text yet.
    pub first_token: Duration,
    /// Silence allowed between bytes once text has come.
    pub idle: Duration,
    /// Time allowed without any text while the connection is kept alive by other bytes.
    pub progress: Duration,
    /// Time allowed for bytes that follow the finish, such as usage.
    pub tail: Duration,
    /// Time allowed for a list of models or the body of an error, as a whole.
    pub short_answer: Duration,
    /// Tries after the first one, before any text was shown.
    pub retries: u32,
    /// Wait before the first retry; doubles with each.
    pub backoff: Duration,
    /// Longest wait the doubling leads to.
    pub backoff_max: Duration,
    /// Longest wait a provider may ask for; when it asks for more, it is not asked again.
    pub retry_after_max: Duration,
    /// Bytes of one event of a stream.
    pub event_bytes: usize,
    /// Bytes of text and reasoning of one answer, and of bytes in a row that carry neither.
    pub answer_bytes: usize,
}

impl Limits {
    /// For a provider on the network.
    #[must_use]
    pub const fn cloud() -> Self {
        Self {
            first_token: Duration::from_secs(60),
            idle: Duration::from_secs(60),
            progress: Duration::from_secs(300),
            tail: Duration::from_secs(5),
            short_answer: Duration::from_secs(20),
            retries: 2,
            backoff: Duration::from_millis(500),
            backoff_max: Duration::from_secs(8),
            retry_after_max: Duration::from_secs(60),
            event_bytes: 1024 * 1024,
            answer_bytes: 4 * 1024 * 1024,
        }
    }

    /// For a model on this machine, which may have to be loaded and reads long prompts slowly.
    #[must_use]
    pub const fn local() -> Self {
        Self { first_token: Duration::from_secs(300), progress: Duration::from_secs(600), ..Self::cloud() }
    }

    /// The defaults for a provider. One without a base URL of its own may be local, and gets the patience for it.
    #[must_use]
    pub const fn for_provider(spec: &ProviderSpec) -> Self {
        if spec.local || spec.base_url.is_empty() { Self::local() } else { Self::cloud() }
    }
}
