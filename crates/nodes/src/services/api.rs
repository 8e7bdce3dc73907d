//! One request to a service and its answer: what described actions and those written as code have in common.

use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Credential, CredentialKind, Error, ErrorCode, StepFailure};
use bridge_gate::{Access, Body, Request};
use serde_json::Value;
use url::Url;

use crate::Services;
use crate::failure::failed;
use crate::http::answer::Answer;
use crate::http::exchange::exchange;
use crate::per_item::Task;

/// How long a service may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Redirects followed: a renamed repository is one.
const REDIRECTS: u8 = 5;
/// Bytes of an answer that are taken.
const MAX_BODY: u64 = 64 << 20;
/// Services want to know who asks; GitHub refuses a request that does not say.
const USER_AGENT: &str = concat!("Bridge/", env!("CARGO_PKG_VERSION"));

/// A service that is asked on behalf of one item.
pub struct Api<'t> {
    /// What nodes need.
    pub services: &'t Arc<Services>,
    /// On whose behalf.
    pub task: Task<'t>,
    /// Where the service is.
    pub base_url: &'t Url,
    /// What it is asked with.
    pub credential: Option<Credential>,
}

impl Api<'_> {
    /// Address of a path behind the base URL.
    ///
    /// # Errors
    /// When the path makes no address.
    pub fn url(&self, path: &str) -> Result<Url, StepFailure> {
        let base = self.base_url.as_str().trim_end_matches('/');
        let url = Url::parse(&format!("{base}{path}"));
        url.map_err(|_| failed("The address of the service cannot be written with these parameters.", "Check them."))
    }

    /// Sends a request with a JSON body, or none. An error status is an answer, too.
    ///
    /// # Errors
    /// Those of the gate.
    pub async fn send(
        &self,
        method: &str,
        url: Url,
        headers: impl IntoIterator<Item = (&String, &String)>,
        body: Option<&Value>,
    ) -> Result<Answer, StepFailure> {
        let mut headers: Vec<(String, String)> =
            headers.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        headers.push(("User-Agent".to_owned(), USER_AGENT.to_owned()));
        if body.is_some() {
            headers.push(("Content-Type".to_owned(), "application/json; charset=utf-8".to_owned()));
        }
        let request = Request {
            method: method.to_owned(),
            url,
            headers,
            body: body.map_or(Body::Empty, |body| Body::Bytes(body.to_string().into_bytes())),
            timeout: TIMEOUT,
            redirects: REDIRECTS,
            max_body: MAX_BODY,
        };
        let access = Access { grants: self.task.step.grants(), credential: self.credential.as_ref() };
        exchange(&self.services.gate, request, &access).await
    }
}

/// The credential of a node, which must be of one of these kinds.
///
/// # Errors
/// Those of the credential; that it is of another kind.
pub async fn credential_of(task: &Task<'_>, kinds: &[CredentialKind]) -> Result<Credential, StepFailure> {
    let credential = task.step.credential().await?;
    if kinds.contains(&credential.kind) {
        return Ok(credential);
    }
    let message = "The credential of this node is of a kind that this service does not take.";
    Err(Error::new(ErrorCode::InvalidInput, message, "Choose another credential for this node.").into())
}
