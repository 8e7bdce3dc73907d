//! A provider with its address, key and limits: the implementation of the port to a model. Builds requests; the loop that
//! sends them is in `exchange`.

use std::fmt;
use std::sync::Arc;

use bridge_domain::{
    Error, ExposeSecret, Model, ModelInfo, ModelRequest, ModelStream, Payload, Problem, ProblemCode, Result,
    SecretString,
};
use bridge_gate::{Outgoing, authority};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::address::{admit, base_url};
use crate::dialect::Dialect;
use crate::failure::Party;
use crate::quote::{MASK, mask};
use crate::{Gate, Limits, ProviderSpec, dialect, exchange, failure, list};

/// A key this short could be part of ordinary text, and masking it would damage the text.
const SHORTEST_MASKED_KEY: usize = 12;

/// Prepares a provider to be asked. Nothing is sent yet.
///
/// `base_url` overrides the provider's own; a blank one counts as absent. A key goes to that host only
/// ([`crate::key_host`]), over https, or over http to this machine.
///
/// # Errors
/// `invalid_input` with every reason at `base_url` or `key`.
pub fn connect(
    spec: &'static ProviderSpec,
    gate: &Gate,
    base_url: Option<&str>,
    key: Option<SecretString>,
    limits: Limits,
) -> Result<Arc<dyn Model>> {
    Ok(Arc::new(Connection::new(spec, gate, base_url, key, limits)?))
}

/// A provider, ready to be asked. Clones share everything costly.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) spec: &'static ProviderSpec,
    pub(crate) gate: Gate,
    pub(crate) base: Url,
    /// `host` or `host:port`, for error texts.
    pub(crate) host: String,
    pub(crate) limits: Limits,
    key: Option<SecretString>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("provider", &self.spec.id).field("host", &self.host).finish_non_exhaustive()
    }
}

impl Connection {
    pub(crate) fn new(
        spec: &'static ProviderSpec,
        gate: &Gate,
        given_base: Option<&str>,
        key: Option<SecretString>,
        limits: Limits,
    ) -> Result<Self> {
        let base = base_url(spec, given_base)?;
        let key = key.map(trimmed).filter(|key| !key.expose_secret().is_empty());
        if let Some(key) = &key {
            check_key(key)?;
            admit(&base, true)?;
        }
        Ok(Self { spec, gate: gate.clone(), host: authority(&base), base, limits, key })
    }

    /// The model asked for, or the provider's default; empty when the server decides.
    pub(crate) fn model<'a>(&self, request: &'a ModelRequest) -> &'a str {
        let model = request.model.trim();
        if model.is_empty() { self.spec.default_model } else { model }
    }

    pub(crate) fn party<'a>(&'a self, model: &'a str) -> Party<'a> {
        Party {
            name: self.spec.name,
            model,
            key: self.key.as_ref().map(ExposeSecret::expose_secret),
            local: self.spec.local,
        }
    }

    /// The wording that worked last for this model, or the provider's own.
    pub(crate) fn dialect(&self, model: &str) -> Dialect {
        dialect::learned(self.base.as_str(), model).unwrap_or_else(|| Dialect::of(self.spec))
    }

    /// Remembers a wording that worked, so that the next request starts with it and its preview is exact.
    pub(crate) fn learn(&self, model: &str, dialect: Dialect) {
        dialect::learn(self.base.as_str(), model, dialect);
    }

    /// The body that asks for an answer. The provider's own key is taken out of the texts, should it be in one.
    pub(crate) fn body(&self, request: &ModelRequest, dialect: Dialect) -> String {
        let body = self.spec.format.body(self.model(request), request, dialect).to_string();
        let key = self.key.as_ref().map(ExposeSecret::expose_secret).filter(|key| key.len() >= SHORTEST_MASKED_KEY);
        mask(&body, key)
    }

    /// The request that asks for an answer.
    ///
    /// # Errors
    /// `key_missing` when the provider wants a key and there is none.
    pub(crate) fn question(&self, model: &str, body: String) -> Result<Outgoing> {
        let url = self.spec.format.answer_url(&self.base, model)?;
        Ok(Outgoing { body: Some(body), method: Method::POST, ..self.outgoing(url, "text/event-stream")? })
    }

    /// The request that asks for a page of models.
    ///
    /// # Errors
    /// As [`Self::question`].
    pub(crate) fn models_page(&self, page: Option<&str>) -> Result<Outgoing> {
        self.outgoing(self.spec.format.models_url(&self.base, page)?, "application/json")
    }

    fn outgoing(&self, url: Url, accept: &'static str) -> Result<Outgoing> {
        if self.spec.needs_key && self.key.is_none() {
            return Err(failure::key_missing(self.spec.name));
        }
        let mut headers = HeaderMap::new();
        for (name, value) in self.plain_headers(accept) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        if let Some(key) = &self.key {
            let (name, prefix) = self.spec.format.key_header();
            let mut value =
                HeaderValue::from_str(&format!("{prefix}{}", key.expose_secret())).map_err(|_| unusable_key())?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        Ok(Outgoing { method: Method::GET, url, headers, with_key: self.key.is_some(), body: None })
    }

    /// All headers but the key's.
    fn plain_headers(&self, accept: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
        let common = [
            ("user-agent", concat!("Bridge/", env!("CARGO_PKG_VERSION"))),
            ("accept", accept),
            // A small compressed body could become a huge one.
            ("accept-encoding", "identity"),
            ("content-type", "application/json"),
        ];
        common.into_iter().chain(self.spec.format.fixed_headers().iter().copied())
    }
}

impl Model for Connection {
    fn stream(&self, request: ModelRequest) -> ModelStream {
        exchange::stream(self.clone(), request)
    }

    fn payload(&self, request: &ModelRequest) -> Payload {
        let model = self.model(request);
        let url = self.spec.format.answer_url(&self.base, model);
        let key = self.key.as_ref().map(|_| {
            let (name, prefix) = self.spec.format.key_header();
            (name.to_owned(), format!("{prefix}{MASK}"))
        });
        let headers = self.plain_headers("text/event-stream").map(|(name, value)| (name.to_owned(), value.to_owned()));
        Payload {
            url: url.map(String::from).unwrap_or_default(),
            headers: headers.chain(key).collect(),
            body: self.body(request, self.dialect(model)),
        }
    }

    fn models(&self) -> BoxFuture<'static, Result<Vec<ModelInfo>>> {
        list::models(self.clone()).boxed()
    }
}

/// Keys are pasted, often with a line end.
fn trimmed(key: SecretString) -> SecretString {
    SecretString::from(key.expose_secret().trim())
}

fn check_key(key: &SecretString) -> Result<()> {
    let sendable = key.expose_secret().bytes().all(|byte| byte.is_ascii_graphic());
    if sendable { Ok(()) } else { Err(unusable_key()) }
}

fn unusable_key() -> Error {
    let message = "The key holds characters that no key has, such as spaces or line ends.".to_owned();
    Error::invalid(vec![Problem { path: "key".to_owned(), code: ProblemCode::InvalidValue, message }])
}
