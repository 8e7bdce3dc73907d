//! Encryption of all connections: the roots of the operating system, TLS 1.2 and later. Nothing here can be told to
//! accept a wrong certificate.

use std::sync::Arc;

use bridge_domain::{Error, ErrorCode, Result};
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls_platform_verifier::Verifier;

/// The settings of all encrypted connections, with these roots beside the system's. Names no protocol above TLS.
pub(crate) fn config(roots: Vec<CertificateDer<'static>>) -> Result<ClientConfig> {
    build(roots).map_err(|reason| {
        tracing::error!(%reason, "the TLS library cannot be set up");
        let message = "The network library cannot be set up.";
        Error::new(ErrorCode::Internal, message, "Check the system's certificate store.")
    })
}

fn build(roots: Vec<CertificateDer<'static>>) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = if roots.is_empty() {
        Verifier::new(Arc::clone(&provider))?
    } else {
        Verifier::new_with_extra_roots(roots, Arc::clone(&provider))?
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous() // The name of the method that takes a verifier; the system's is taken.
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}
