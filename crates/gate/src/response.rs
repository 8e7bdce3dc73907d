//! A response on behalf of a workflow: its body is read within the time and the size the request allowed.

use std::fmt;

use bridge_domain::{ErrorCode, StepFailure};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::Fault;
use crate::address::canonical_host;
use crate::decode::Decoder;
use crate::failure::{failure, of_fault, shown};

/// A response whose headers are there. Dropping it closes the connection.
pub struct Response {
    /// Status, 100 to 599.
    pub status: u16,
    /// Headers in their order, names in lower case. Without those that speak of a compression that is undone here.
    pub headers: Vec<(String, String)>,
    /// What was asked last, after redirects; without the credential.
    pub url: Url,
    body: BoxStream<'static, Result<Bytes, reqwest::Error>>,
    decoder: Option<Decoder>,
    unreadable: bool,
    deadline: Instant,
    max_body: u64,
    received: u64,
    given: u64,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).finish_non_exhaustive()
    }
}

impl Response {
    pub(crate) fn new(response: reqwest::Response, url: Url, deadline: Instant, max_body: u64) -> Self {
        let encoding = response.headers().get(CONTENT_ENCODING).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let decoder = Decoder::for_encoding(encoding.as_deref().unwrap_or_default());
        let unreadable = decoder.is_err();
        let decoder = decoder.ok().flatten();
        Self {
            status: response.status().as_u16(),
            headers: texts(response.headers(), decoder.is_some()),
            url,
            body: response.bytes_stream().boxed(),
            decoder,
            unreadable,
            deadline,
            max_body,
            received: 0,
            given: 0,
        }
    }

    /// The next bytes of the body, decompressed; `None` at its end.
    ///
    /// # Errors
    /// `timeout`, `interrupted`; `answer_too_large` beyond the request's [`crate::Request::max_body`]; `bad_answer` for a
    /// compression that cannot be undone.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, StepFailure> {
        loop {
            if let Some(made) = self.decoded()? {
                return self.give(made).map(Some);
            }
            let Ok(next) = timeout_at(self.deadline, self.body.next()).await else {
                return Err(self.failure(&Fault::Timeout));
            };
            let Some(bytes) = next.transpose().map_err(|error| self.failure(&Fault::of_request(error, false)))? else {
                return self.last();
            };
            self.received = self.received.saturating_add(bytes.len() as u64);
            if self.received > self.max_body {
                return Err(self.too_large());
            }
            if self.unreadable && !bytes.is_empty() {
                return Err(self.not_decodable());
            }
            match &mut self.decoder {
                Some(decoder) => decoder.push(bytes),
                None if bytes.is_empty() => {}
                None => return self.give(bytes).map(Some),
            }
        }
    }

    /// The whole body, decompressed.
    ///
    /// # Errors
    /// As [`Self::chunk`].
    pub async fn bytes(mut self) -> Result<Vec<u8>, StepFailure> {
        let mut whole = Vec::new();
        while let Some(part) = self.chunk().await? {
            whole.extend_from_slice(&part);
        }
        Ok(whole)
    }

    fn decoded(&mut self) -> Result<Option<Bytes>, StepFailure> {
        let Some(decoder) = &mut self.decoder else { return Ok(None) };
        decoder.read().map_err(|_| self.not_decodable())
    }

    fn last(&mut self) -> Result<Option<Bytes>, StepFailure> {
        let Some(mut decoder) = self.decoder.take() else { return Ok(None) };
        let rest = decoder.finish().map_err(|_| self.not_decodable())?;
        if rest.is_empty() { Ok(None) } else { self.give(rest).map(Some) }
    }

    fn give(&mut self, bytes: Bytes) -> Result<Bytes, StepFailure> {
        self.given = self.given.saturating_add(bytes.len() as u64);
        if self.given > self.max_body { Err(self.too_large()) } else { Ok(bytes) }
    }

    fn place(&self) -> (String, u16) {
        let host = self.url.host().map(|host| canonical_host(&host)).unwrap_or_default();
        (host, self.url.port_or_known_default().unwrap_or_default())
    }

    fn failure(&self, fault: &Fault) -> StepFailure {
        let (host, port) = self.place();
        of_fault(fault, &host, port)
    }

    fn too_large(&self) -> StepFailure {
        let (host, port) = self.place();
        let message =
            format!("The answer from {} is larger than {} bytes and was stopped.", shown(&host, port), self.max_body);
        failure(ErrorCode::AnswerTooLarge, message, "Ask for less at once, or allow more.")
    }

    fn not_decodable(&self) -> StepFailure {
        let (host, port) = self.place();
        let message = format!("The compressed answer from {} cannot be read.", shown(&host, port));
        failure(ErrorCode::BadAnswer, message, "Set the header Accept-Encoding to identity, or try again.")
    }
}

fn texts(headers: &HeaderMap, decoded: bool) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| !decoded || (*name != CONTENT_ENCODING && *name != CONTENT_LENGTH))
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}
