//! Requests to servers that the user entered in the settings, such as model providers. Encrypted to anywhere, plain to
//! this machine and private networks only; a key never plain to another machine; nothing to another origin.

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::header::LOCATION;
use http::{HeaderMap, Method, StatusCode};
use url::Url;

use crate::admission::admit;
use crate::{Fault, Gate, authority, same_origin};

const MAX_REDIRECTS: usize = 3;

/// A request as it leaves.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Method.
    pub method: Method,
    /// Whom it goes to.
    pub url: Url,
    /// All headers, a key's among them, marked sensitive so that no debug output shows it.
    pub headers: HeaderMap,
    /// Whether a key is among the headers.
    pub with_key: bool,
    /// What is sent.
    pub body: Option<String>,
}

/// A response whose headers are there. Its body is as it came, compressed or not. Dropping it closes the connection.
#[derive(Debug)]
pub struct Incoming(reqwest::Response);

impl Incoming {
    /// Status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// Headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// The body as it comes. Its end without an error is its whole end.
    pub fn bytes_stream(self) -> impl Stream<Item = Result<Bytes, Fault>> + Send + Unpin {
        let encrypted = self.0.url().scheme() == "https";
        self.0.bytes_stream().map(move |part| part.map_err(|error| Fault::of_request(error, encrypted))).boxed()
    }
}

impl Gate {
    /// Sends a request and returns the response once its headers are there. A redirect is followed within the same
    /// scheme, host and port only, after the gate was applied again; anywhere else nothing is sent at all, neither the
    /// key nor what the user wrote.
    ///
    /// # Errors
    /// Why there is no response.
    pub async fn ask(&self, mut request: Outgoing) -> Result<Incoming, Fault> {
        for _ in 0..=MAX_REDIRECTS {
            admit(&request.url, request.with_key).map_err(Fault::Inadmissible)?;
            let response = self.ask_once(&request).await?;
            let Some(target) = redirect_target(&request.url, &response)? else { return Ok(Incoming(response)) };
            let repeats = matches!(response.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
            if !same_origin(&request.url, &target) || (request.method != Method::GET && !repeats) {
                return Err(Fault::RedirectedAway(format!("{}://{}", target.scheme(), authority(&target))));
            }
            request.url = target;
        }
        Err(Fault::RedirectCircle)
    }

    async fn ask_once(&self, request: &Outgoing) -> Result<reqwest::Response, Fault> {
        let client = self.clients.for_settings(&request.url);
        let mut builder = client.request(request.method.clone(), request.url.clone()).headers(request.headers.clone());
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        builder.send().await.map_err(|error| Fault::of_request(error, request.url.scheme() == "https"))
    }
}

/// Where a redirect leads, or `None` when the response is none.
fn redirect_target(url: &Url, response: &reqwest::Response) -> Result<Option<Url>, Fault> {
    if !response.status().is_redirection() || response.status() == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    let Some(location) = response.headers().get(LOCATION) else { return Ok(None) };
    let target = location.to_str().ok().and_then(|text| url.join(text).ok());
    target.map(Some).ok_or(Fault::RedirectUnreadable)
}
