//! What can be tested of a mail server or a database without speaking its language: that it is there, and encrypted where
//! it is encrypted from the first byte. No value of the credential is sent.

use bridge_domain::{Credential, Error, ErrorCode, ExposeSecret, Grant, Result};
use bridge_gate::{Access, Gate};

/// Grants for the credential's own host: the user entered it in the credential, which is what allows it.
pub(crate) fn own_grants(credential: &Credential) -> Vec<Grant> {
    credential.hosts.iter().filter_map(|place| split(place)).map(|(host, port)| Grant::Host { host, port }).collect()
}

/// Connects, and says what was and what was not tried.
///
/// # Errors
/// Always: why there is no connection, or that the sign-in was not tried.
pub(crate) async fn reach(gate: &Gate, credential: &Credential, grants: &[Grant]) -> Result<()> {
    let Some((host, port)) = credential.hosts.first().and_then(|place| split(place)) else {
        return Err(Error::new(ErrorCode::InvalidInput, "The credential names no host.", "Enter it."));
    };
    let access = Access { grants, credential: Some(credential) };
    let encrypted = credential.fields.get("security").is_some_and(|security| security.expose_secret() == "tls");
    let how = if encrypted {
        gate.connect_tls(&host, port, &access).await.map(|_| "over an encrypted connection")
    } else {
        gate.connect(&host, port, &access).await.map(|_| "without setting up encryption yet")
    };
    let how = how.map_err(|failure| *failure.error)?;
    Err(Error::new(
        ErrorCode::InvalidInput,
        format!("{host}:{port} was reached {how}. The sign-in was not tried."),
        "Run a node that uses the credential to try the sign-in.",
    ))
}

fn split(place: &str) -> Option<(String, u16)> {
    let (host, port) = place.rsplit_once(':')?;
    Some((host.trim_start_matches('[').trim_end_matches(']').to_owned(), port.parse().ok()?))
}
