//! The HTTP clients, one for each zone, so that a connection opened under one rule never serves a request under another:
//! a connection to a granted host is only found again by requests to the same host and port, which need the grant, too.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Error, ErrorCode, Result};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Client, ClientBuilder, redirect};
use rustls::ClientConfig;
use url::Url;

use crate::Names;
use crate::address::{Reach, reach_of_host};
use crate::admission::Admission;
use crate::names::{GatedResolver, Zone};

/// For a connection to be set up, the name's lookup included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The same for a server in the settings, where a person waits.
const ASK_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) struct Clients {
    public: Client,
    granted: Client,
    encrypted: Client,
    near: Client,
    /// Through the system's proxy, where it has one.
    proxied: Option<Client>,
    proxies: Matcher,
}

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clients")
    }
}

impl Clients {
    pub(crate) fn new(tls: &ClientConfig, names: &Arc<dyn Names>) -> Result<Self> {
        let mut tls = tls.clone();
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let base = |zone| builder(&tls, names, zone);
        let proxies = Matcher::from_system();
        let proxied = proxy_host(&proxies)
            .map(|host| build(base(Zone::Proxy(host)).connect_timeout(CONNECT_TIMEOUT).https_only(true)))
            .transpose()?;
        Ok(Self {
            public: build(base(Zone::Public).connect_timeout(CONNECT_TIMEOUT).no_proxy())?,
            granted: build(base(Zone::Granted).connect_timeout(CONNECT_TIMEOUT).no_proxy())?,
            encrypted: build(base(Zone::Encrypted).connect_timeout(ASK_CONNECT_TIMEOUT).https_only(true))?,
            near: build(base(Zone::Near).connect_timeout(ASK_CONNECT_TIMEOUT).no_proxy())?,
            proxied,
            proxies,
        })
    }

    /// For a request of a workflow. The system's proxy is used for encrypted requests to the internet only: it could read
    /// a plain one, and has no business with this machine and private networks.
    pub(crate) fn for_workflow(&self, url: &Url, admission: Admission) -> &Client {
        match (admission, &self.proxied) {
            (Admission::Granted, _) => &self.granted,
            (Admission::Public, Some(proxied)) if self.is_proxied(url) => proxied,
            (Admission::Public, _) => &self.public,
        }
    }

    /// Whether a request to the internet goes through the system's proxy, which then looks the name up.
    pub(crate) fn is_proxied(&self, url: &Url) -> bool {
        self.proxied.is_some()
            && url.scheme() == "https"
            && url.as_str().parse().is_ok_and(|uri| self.proxies.intercept(&uri).is_some())
    }

    /// For a request to a server in the settings.
    pub(crate) fn for_settings(&self, url: &Url) -> &Client {
        match reach_of_host(url) {
            Some(Reach::Loopback | Reach::Private) => &self.near,
            _ if url.scheme() == "http" => &self.near,
            _ => &self.encrypted,
        }
    }
}

/// Name of the proxy for encrypted requests. No rule on exceptions names the host that is asked for here.
fn proxy_host(proxies: &Matcher) -> Option<String> {
    let uri = "https://any.invalid/".parse().ok()?;
    proxies.intercept(&uri)?.uri().host().map(str::to_owned)
}

#[expect(clippy::disallowed_methods, reason = "this is the gate")]
fn builder(tls: &ClientConfig, names: &Arc<dyn Names>, zone: Zone) -> ClientBuilder {
    Client::builder()
        .redirect(redirect::Policy::none())
        .referer(false)
        .pool_idle_timeout(Duration::from_secs(30))
        .dns_resolver(GatedResolver { names: Arc::clone(names), zone })
        .tls_backend_preconfigured(tls.clone())
}

fn build(builder: ClientBuilder) -> Result<Client> {
    builder.build().map_err(|_| {
        let message = "The network library cannot be set up.";
        Error::new(ErrorCode::Internal, message, "Check the system's certificate store.")
    })
}
