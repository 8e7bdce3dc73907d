//! What a caller of the gate says: whom it asks for what, and on whose behalf. Values only.

use std::fmt;
use std::time::Duration;

use bridge_domain::{Credential, Grant};
use url::Url;

/// On whose behalf something leaves. The default may reach the public internet only, without a credential.
#[derive(Debug, Clone, Copy, Default)]
pub struct Access<'a> {
    /// What the workflow was granted; see [`Grant::Host`].
    pub grants: &'a [Grant],
    /// Attached by the gate, if the host asked is one of its own; any other host is refused.
    pub credential: Option<&'a Credential>,
}

/// An HTTP request.
#[derive(Clone)]
pub struct Request {
    /// Such as `GET`; upper case by convention, sent as it is.
    pub method: String,
    /// `http` or `https`, without user name and password. A fragment is not sent.
    pub url: Url,
    /// As the user wrote them. Those that frame a message (`Content-Length`, `Host` …) are refused.
    pub headers: Vec<(String, String)>,
    /// What is sent.
    pub body: Body,
    /// For the whole exchange: redirects and the body of the response included.
    pub timeout: Duration,
    /// Redirects that are followed, 0 to 20. With 0 a redirect is the response.
    pub redirects: u8,
    /// Bytes of the response's body that are taken, counted after decompression.
    pub max_body: u64,
}

impl Request {
    /// A `GET` without headers: one minute, 20 redirects, 64 MiB.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self {
            method: "GET".to_owned(),
            url,
            headers: Vec::new(),
            body: Body::Empty,
            timeout: Duration::from_secs(60),
            redirects: 20,
            max_body: 64 << 20,
        }
    }
}

// Neither query nor headers nor body: any of them may hold a secret.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = crate::authority(&self.url);
        f.debug_struct("Request").field("method", &self.method).field("host", &host).finish_non_exhaustive()
    }
}

/// The body of a request.
#[derive(Clone, Default)]
pub enum Body {
    /// None.
    #[default]
    Empty,
    /// These bytes. The caller sets `Content-Type`.
    Bytes(Vec<u8>),
    /// `multipart/form-data` (RFC 7578). The gate sets `Content-Type`.
    Multipart(Vec<Part>),
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Multipart(parts) => write!(f, "Multipart({})", parts.len()),
        }
    }
}

/// One part of a form.
#[derive(Clone)]
pub struct Part {
    /// Name of the field.
    pub name: String,
    /// Name of the file, for a field that is one.
    pub file_name: Option<String>,
    /// Such as `image/png`.
    pub mime_type: Option<String>,
    /// The value, or the file.
    pub content: Vec<u8>,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part").field("name", &self.name).field("bytes", &self.content.len()).finish_non_exhaustive()
    }
}
