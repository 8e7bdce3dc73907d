//! The one gate for outgoing requests. It decides where a request may go, with which client, and what happens at a
//! redirect. It knows no format and no provider.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bridge_domain::{Error, ErrorCode, Result};
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Client, Method, Response, StatusCode, redirect};
use url::Url;

use crate::address::{Reach, admit, authority, reach_of_host, same_origin};
use crate::dialect::Learned;
use crate::failure::Failure;
use crate::resolver::{GatedResolver, Zone};
use crate::transport;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_REDIRECTS: usize = 3;

/// The gate. Cheap to clone; one per application, so that connections are reused.
#[derive(Debug, Clone)]
pub struct Gate {
    /// For names on the internet: encrypted, through the system's proxy.
    far: Client,
    /// For this machine and private networks: never through a proxy, which could read what is sent plain.
    near: Client,
    pub(crate) learned: Arc<Mutex<Learned>>,
}

/// A request as it leaves.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// All headers, the key's among them, marked sensitive so that no debug output shows it.
    pub(crate) headers: HeaderMap,
    pub(crate) with_key: bool,
    pub(crate) body: Option<String>,
}

impl Gate {
    /// A gate with the system's proxy settings as they are now.
    ///
    /// # Errors
    /// `internal` when the TLS library cannot be set up.
    pub fn new() -> Result<Self> {
        Ok(Self { far: client(Zone::Encrypted)?, near: client(Zone::Near)?, learned: Arc::default() })
    }

    /// Sends a request and returns the response once its headers are there. A redirect is followed within the same
    /// scheme, host and port only, after the gate was applied again; anywhere else nothing is sent at all, neither the
    /// key nor what the user wrote.
    pub(crate) async fn send(&self, mut request: Outgoing) -> Result<Response, Failure> {
        for _ in 0..=MAX_REDIRECTS {
            admit(&request.url, request.with_key)?;
            let response = self.send_once(&request).await?;
            let Some(target) = redirect_target(&request.url, &response)? else { return Ok(response) };
            if !same_origin(&request.url, &target) {
                return Err(redirected_away(&request.url, &target).into());
            }
            let repeats = matches!(response.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
            if request.method != Method::GET && !repeats {
                return Err(redirected_away(&request.url, &target).into());
            }
            request.url = target;
        }
        Err(Error::new(
            ErrorCode::RequestRefused,
            format!("{} redirects in a circle.", authority(&request.url)),
            "Check the base URL in Settings.",
        )
        .into())
    }

    async fn send_once(&self, request: &Outgoing) -> Result<Response, Failure> {
        let mut builder = self
            .client_for(&request.url)
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone());
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        builder.send().await.map_err(|error| transport::failure(error, &request.url))
    }

    fn client_for(&self, url: &Url) -> &Client {
        match reach_of_host(url) {
            Some(Reach::Loopback | Reach::Private) => &self.near,
            _ if url.scheme() == "http" => &self.near,
            _ => &self.far,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the gate")]
fn client(zone: Zone) -> Result<Client> {
    let builder = Client::builder()
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(Duration::from_secs(30))
        .dns_resolver(GatedResolver(zone));
    let builder = match zone {
        Zone::Encrypted => builder.https_only(true),
        Zone::Near => builder.no_proxy(),
    };
    builder.build().map_err(|_| {
        Error::new(
            ErrorCode::Internal,
            "The network library cannot be set up.",
            "Check the system's certificate store.",
        )
    })
}

/// Where a redirect leads, or `None` when the response is none.
fn redirect_target(url: &Url, response: &Response) -> Result<Option<Url>, Failure> {
    if !response.status().is_redirection() || response.status() == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    let Some(location) = response.headers().get(LOCATION) else { return Ok(None) };
    let target = location.to_str().ok().and_then(|text| url.join(text).ok());
    target.map(Some).ok_or_else(|| {
        let message = format!("{} redirects to an address that cannot be read.", authority(url));
        Error::new(ErrorCode::RequestRefused, message, "Check the base URL in Settings.").into()
    })
}

fn redirected_away(from: &Url, to: &Url) -> Error {
    Error::new(
        ErrorCode::CaptivePortal,
        format!(
            "{} sent the request on to {}://{}, where nothing was sent.",
            authority(from),
            to.scheme(),
            authority(to)
        ),
        "If your network has a sign-in page, sign in with a browser; otherwise check the base URL in Settings.",
    )
}
