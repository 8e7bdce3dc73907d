//! The gate itself: the order of checks around one exchange on behalf of a workflow. The rules are in the modules beside.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Result, StepFailure};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use url::Url;

use crate::admission::{Admission, admission};
use crate::client::Clients;
use crate::failure::too_many_redirects;
use crate::names::Zone;
use crate::redirect::{Hop, location};
use crate::{Access, Fault, Names, Request, Response, SystemNames, attach, authority, tls};

/// The longest any exchange may take.
const MAX_TIMEOUT: Duration = Duration::from_secs(3600);
/// Redirects that are followed at most.
const MAX_REDIRECTS: u8 = 20;

/// The gate. Cheap to clone; one per application, so that connections are reused.
#[derive(Clone)]
pub struct Gate {
    pub(crate) clients: Arc<Clients>,
    pub(crate) names: Arc<dyn Names>,
    pub(crate) tls: TlsConnector,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gate")
    }
}

/// What a gate is built on.
pub struct Options {
    /// Looks names up. Its answers go through the gate like any other.
    pub names: Arc<dyn Names>,
    /// Certificates (DER) of authorities to trust beside those of the operating system.
    pub roots: Vec<Vec<u8>>,
}

impl Default for Options {
    fn default() -> Self {
        Self { names: Arc::new(SystemNames), roots: Vec::new() }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("roots", &self.roots.len()).finish_non_exhaustive()
    }
}

impl Gate {
    /// A gate with the system's names, certificates and proxy settings as they are now.
    ///
    /// # Errors
    /// `internal` when the TLS library cannot be set up.
    pub fn new() -> Result<Self> {
        Self::with(Options::default())
    }

    /// A gate with names and certificates of the caller's. The rules are the same.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with(options: Options) -> Result<Self> {
        let config = tls::config(options.roots.into_iter().map(Into::into).collect())?;
        let clients = Arc::new(Clients::new(&config, &options.names)?);
        Ok(Self { clients, names: options.names, tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Sends a request and returns the response once its headers are there. Every status is a response; what is no
    /// response is a failure.
    ///
    /// Redirects are followed as browsers do (Fetch standard, section 4.4), each through the gate again. Towards another
    /// origin neither the credential nor any header that could hold a secret is sent, and a redirect from `https` to
    /// `http` ends a request that carries one.
    ///
    /// # Errors
    /// `not_granted` with [`StepFailure::grant`] for a host this workflow would have to be granted; `request_refused` for
    /// addresses that are never asked, and for a credential towards a host that is not its own or over a plain
    /// connection; `invalid_input` for a method, URL or header that cannot be sent; `service_failed` for too many
    /// redirects; those of the network.
    pub async fn send(&self, request: Request, access: &Access<'_>) -> Result<Response, StepFailure> {
        let deadline = Instant::now() + request.timeout.min(MAX_TIMEOUT);
        let (redirects, max_body) = (request.redirects.min(MAX_REDIRECTS), request.max_body);
        let mut hop = Hop::first(request)?;
        let Ok(answer) = timeout_at(deadline, self.follow(&mut hop, redirects, access)).await else {
            return Err(hop.failure(&Fault::Timeout));
        };
        let url = attach::without_secret(&hop.url, access.credential);
        Ok(Response::new(answer?, url, deadline, max_body))
    }

    async fn follow(
        &self,
        hop: &mut Hop,
        redirects: u8,
        access: &Access<'_>,
    ) -> Result<reqwest::Response, StepFailure> {
        let mut left = redirects;
        loop {
            let admission = admission(&hop.url, access.grants)?;
            let response = self.send_hop(hop, admission, access).await?;
            let Some(target) = location(&response).filter(|_| redirects > 0) else { return Ok(response) };
            let Some(fewer) = left.checked_sub(1) else { return Err(too_many_redirects(&authority(&hop.url))) };
            left = fewer;
            hop.redirect(response.status(), &target, access.credential)?;
        }
    }

    async fn send_hop(
        &self,
        hop: &Hop,
        admission: Admission,
        access: &Access<'_>,
    ) -> Result<reqwest::Response, StepFailure> {
        let (mut url, mut headers) = (hop.url.clone(), hop.headers.clone());
        if let Some(credential) = access.credential.filter(|_| hop.at_home) {
            attach::attach(credential, &mut url, &mut headers)?;
        }
        if admission == Admission::Public && self.clients.is_proxied(&url) {
            self.check_proxied_name(&url).await.map_err(|fault| hop.failure(&fault))?;
        }
        let encrypted = url.scheme() == "https";
        let client = self.clients.for_workflow(&url, admission);
        let request = client.request(hop.method.clone(), url).headers(headers).body(hop.body.clone());
        request.send().await.map_err(|error| hop.failure(&Fault::of_request(error, encrypted)))
    }

    /// A proxy looks names up itself, so what it finds cannot be checked. A name that is known here to lead inside is
    /// refused; one that is not known here may be known to the proxy.
    async fn check_proxied_name(&self, url: &Url) -> Result<(), Fault> {
        let Some(name) = url.domain() else { return Ok(()) };
        match self.names.lookup(name).await {
            Ok(found) if !found.is_empty() => Ok(Zone::Public.sift(name, found).map(drop)?),
            _ => Ok(()),
        }
    }
}
