//! One request of an exchange, and what becomes of it at a redirect: which method, what is still sent, and to whom.

use bridge_domain::{Credential, ErrorCode, StepFailure};
use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LANGUAGE,
    CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, USER_AGENT,
};
use http::{Method, StatusCode};
use url::Url;

use crate::failure::{failure, of_fault, redirect_unreadable};
use crate::{Fault, Request, attach, authority, body, same_origin};

/// Headers another origin may see. All others could hold a secret: `X-Api-Key`, `Cookie`, and so on.
const HARMLESS: [HeaderName; 8] = [
    ACCEPT,
    ACCEPT_ENCODING,
    ACCEPT_LANGUAGE,
    CACHE_CONTROL,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_TYPE,
    USER_AGENT,
];

/// One request of an exchange.
pub(crate) struct Hop {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether every request so far went to the origin the user named. The credential is sent there only.
    pub(crate) at_home: bool,
}

impl Hop {
    /// The request as the caller made it.
    pub(crate) fn first(request: Request) -> Result<Self, StepFailure> {
        let method = Method::from_bytes(request.method.as_bytes())
            .ok()
            .filter(|method| !matches!(*method, Method::CONNECT | Method::TRACE))
            .ok_or_else(|| {
                let message = "This HTTP method cannot be sent.";
                failure(ErrorCode::InvalidInput, message, "Use a method such as GET or POST.")
            })?;
        let mut headers = body::headers(&request.headers, &request.url)?;
        let body = body::encode(request.body, &mut headers)?;
        let mut url = request.url;
        url.set_fragment(None);
        Ok(Self { method, url, headers, body, at_home: true })
    }

    /// Turns into the request that a redirect asks for.
    pub(crate) fn redirect(
        &mut self,
        status: StatusCode,
        target: &str,
        credential: Option<&Credential>,
    ) -> Result<(), StepFailure> {
        let target = self.url.join(target).map_err(|_| redirect_unreadable(&authority(&self.url)))?;
        let becomes_get = match status {
            StatusCode::SEE_OTHER => self.method != Method::HEAD,
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => self.method == Method::POST,
            _ => false,
        };
        if becomes_get {
            self.method = Method::GET;
            self.body = Bytes::new();
            for name in [CONTENT_TYPE, CONTENT_ENCODING, CONTENT_LANGUAGE] {
                self.headers.remove(name);
            }
        }
        if !same_origin(&self.url, &target) {
            self.leave_origin(&target, credential.filter(|_| self.at_home))?;
        }
        self.url = target;
        self.url.set_fragment(None);
        Ok(())
    }

    fn leave_origin(&mut self, target: &Url, credential: Option<&Credential>) -> Result<(), StepFailure> {
        let (from, to) = (authority(&self.url), authority(target));
        let secrets = credential.is_some() || self.headers.keys().any(|name| !HARMLESS.contains(name));
        if self.url.scheme() == "https" && target.scheme() == "http" && (secrets || !self.body.is_empty()) {
            let message =
                format!("{from} redirects to {to} without encryption, so the request was not repeated there.");
            return Err(failure(
                ErrorCode::RequestRefused,
                message,
                "Use the address with https:// of the server itself.",
            ));
        }
        if credential.is_some_and(|credential| attach::is_secret_in(target, credential)) {
            let message =
                format!("{from} redirects to {to} with the credential in the address, so this was not followed.");
            return Err(failure(
                ErrorCode::RequestRefused,
                message,
                "Ask the service's operator, or follow no redirects.",
            ));
        }
        let foreign: Vec<HeaderName> = self.headers.keys().filter(|name| !HARMLESS.contains(name)).cloned().collect();
        for name in foreign {
            self.headers.remove(name);
        }
        self.headers.remove(AUTHORIZATION);
        self.at_home = false;
        Ok(())
    }

    /// The failure that a fault of this request means.
    pub(crate) fn failure(&self, fault: &Fault) -> StepFailure {
        let host = self.url.host().map(|host| crate::address::canonical_host(&host)).unwrap_or_default();
        of_fault(fault, &host, self.url.port_or_known_default().unwrap_or_default())
    }
}

/// Where a response redirects to, if it does.
pub(crate) fn location(response: &reqwest::Response) -> Option<String> {
    let redirects = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(LOCATION).filter(|_| redirects)?;
    Some(String::from_utf8_lossy(location.as_bytes()).into_owned())
}
