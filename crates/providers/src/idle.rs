//! Waiting for bytes with limits on silence. Dropping it drops the response, which closes the connection.

use std::time::Duration;

use bridge_domain::{Error, ErrorCode};
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, timeout, timeout_at};

use crate::Limits;

/// What the answer has reached, which decides how long silence may last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No text yet.
    BeforeText,
    /// Text has come.
    Text,
    /// The format's finish has come; what follows is optional.
    Finished,
}

/// Silence lasted longer than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Silence(pub(crate) Duration);

/// Watches one answer.
#[derive(Debug)]
pub(crate) struct Watch {
    limits: Limits,
    last_text: Instant,
}

impl Watch {
    pub(crate) fn start(limits: Limits) -> Self {
        Self { limits, last_text: Instant::now() }
    }

    /// Text or reasoning has come.
    pub(crate) fn text_came(&mut self) {
        self.last_text = Instant::now();
    }

    /// Waits for the next item within the phase's limit, and within the limit for progress.
    pub(crate) async fn next<S: Stream + Unpin>(
        &self,
        stream: &mut S,
        phase: Phase,
    ) -> Result<Option<S::Item>, Silence> {
        let silence = match phase {
            Phase::BeforeText => self.limits.first_token,
            Phase::Text => self.limits.idle,
            Phase::Finished => self.limits.tail,
        };
        let progress = self.last_text + self.limits.progress;
        let limited = timeout_at(progress, stream.next());
        match timeout(silence, limited).await {
            Ok(Ok(item)) => Ok(item),
            Ok(Err(_)) => Err(Silence(self.limits.progress)),
            Err(_) => Err(Silence(silence)),
        }
    }
}

/// The whole of a short body, cut off at the cap or when time is up: enough for an error or a list.
pub(crate) async fn collect<S, B, E>(mut stream: S, cap: usize, limit: Duration) -> Collected
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
{
    let mut body = Vec::new();
    let read = timeout(limit, async {
        while let Some(part) = stream.next().await {
            let Ok(part) = part else { return false };
            if body.len() + part.as_ref().len() > cap {
                return false;
            }
            body.extend_from_slice(part.as_ref());
        }
        true
    });
    let whole = read.await.unwrap_or(false);
    Collected { body, whole }
}

/// A short body.
#[derive(Debug)]
pub(crate) struct Collected {
    pub(crate) body: Vec<u8>,
    /// Whether all of it came.
    pub(crate) whole: bool,
}

impl Collected {
    /// The body, or an error when it was cut off.
    pub(crate) fn into_whole(self, name: &str) -> Result<Vec<u8>, Error> {
        if self.whole {
            return Ok(self.body);
        }
        let message = format!("The answer from {name} did not arrive whole.");
        Err(Error::new(ErrorCode::Interrupted, message, "Try again in a moment."))
    }
}
