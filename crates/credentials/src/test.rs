//! The test of a credential: used once against its own host, and what came of it.

use std::time::Duration;

use bridge_domain::{
    Credential, CredentialId, CredentialKind, CredentialSource, CredentialSummary, Error, ErrorCode, Grant, Result,
};
use bridge_gate::{Access, Request, authority};
use url::Url;

use crate::Credentials;

/// A person waits for it.
const TIMEOUT: Duration = Duration::from_secs(20);

impl Credentials {
    /// Uses a credential once against its own host. What came of it is [`CredentialSummary::problem`]: none when the
    /// service took it, else why it cannot be used, or that it could not be tried.
    ///
    /// # Errors
    /// `not_found`; those of the disk.
    pub async fn test(&self, id: CredentialId) -> Result<CredentialSummary> {
        let summary = self.summary(id).await?;
        let problem = match self.credential(id).await {
            Ok(credential) => self.try_out(&summary, &credential).await.err(),
            Err(error) => Some(error),
        };
        // Renewing a token made another version of it.
        Ok(CredentialSummary { problem, ..self.summary(id).await? })
    }

    async fn try_out(&self, summary: &CredentialSummary, credential: &Credential) -> Result<()> {
        match credential.kind {
            CredentialKind::Smtp | CredentialKind::Imap | CredentialKind::Database => {
                let tester = self.testers.iter().find(|(kind, _)| *kind == credential.kind);
                let (_, tester) = tester.ok_or_else(not_tried)?;
                tester.test(credential, &own_grants(credential)).await
            }
            _ => self.ask(summary, credential).await,
        }
    }

    async fn ask(&self, summary: &CredentialSummary, credential: &Credential) -> Result<()> {
        let Some(url) = summary.public_fields.get("test_url").and_then(|text| Url::parse(text).ok()) else {
            return Err(Error::new(
                ErrorCode::InvalidInput,
                "The credential is saved. There is nothing to test it against.",
                "Enter a test URL, or run a node that uses it.",
            ));
        };
        let place = authority(&url);
        // The user entered this address in the credential, which is what allows it.
        let grants = [Grant::Host {
            host: url.host_str().unwrap_or_default().to_owned(),
            port: url.port_or_known_default().unwrap_or_default(),
        }];
        let request = Request { timeout: TIMEOUT, redirects: 0, ..Request::get(url) };
        let access = Access { grants: &grants, credential: Some(credential) };
        let response = self.gate.send(request, &access).await.map_err(|failure| *failure.error)?;
        verdict(response.status, &place)
    }
}

/// Grants for the credential's own host: the user entered it in the credential, which is what allows it.
fn own_grants(credential: &Credential) -> Vec<Grant> {
    let places = credential.hosts.iter().filter_map(|place| {
        let (host, port) = place.rsplit_once(':')?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Some(Grant::Host { host, port: port.parse().ok()? })
    });
    places.collect()
}

fn not_tried() -> Error {
    Error::new(
        ErrorCode::InvalidInput,
        "The credential is saved. Its sign-in cannot be tried here.",
        "Run a node that uses it.",
    )
}

fn verdict(status: u16, place: &str) -> Result<()> {
    match status {
        200..=299 => Ok(()),
        401 => Err(Error::new(
            ErrorCode::KeyRejected,
            format!("{place} does not accept the credential."),
            "Enter its values again.",
        )),
        403 => Err(Error::new(
            ErrorCode::PermissionDenied,
            format!("{place} does not allow this with the credential."),
            "Check what it may do there, or enter another test URL.",
        )),
        300..=399 => Err(Error::new(
            ErrorCode::ServiceFailed,
            format!("{place} redirects (status {status}), so it is not known whether it accepts the credential."),
            "Enter a test URL that answers by itself.",
        )),
        _ => Err(Error::new(
            ErrorCode::ServiceFailed,
            format!("{place} answered with status {status}, so it is not known whether it accepts the credential."),
            "Check the test URL.",
        )),
    }
}
