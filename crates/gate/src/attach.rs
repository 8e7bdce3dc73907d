//! Attaches a credential to a request, towards its own hosts only and never over a plain connection to another machine.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bridge_domain::{Credential, CredentialKind, ErrorCode, ExposeSecret, StepFailure};
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::address::{Reach, reach_of_host};
use crate::authority;
use crate::credential_host::belongs;
use crate::failure::failure;

/// A secret this short may be part of an address by chance.
const SHORTEST_SOUGHT: usize = 8;

/// Attaches the credential.
///
/// # Errors
/// `request_refused` towards a host that is not its own, over a plain connection to another machine, and for a kind that
/// no HTTP request carries; `invalid_input` for values that cannot be sent.
pub(crate) fn attach(credential: &Credential, url: &mut Url, headers: &mut HeaderMap) -> Result<(), StepFailure> {
    if !belongs(&credential.hosts, url) {
        let message = format!("This credential may not be sent to {}.", authority(url));
        let hint = "Add the host to the credential if it belongs there, or choose another credential.";
        return Err(failure(ErrorCode::RequestRefused, message, hint));
    }
    if url.scheme() != "https" && reach_of_host(url) != Some(Reach::Loopback) {
        let message = format!("A credential is not sent to {} without encryption.", authority(url));
        return Err(failure(ErrorCode::RequestRefused, message, "Use https://."));
    }
    match credential.kind {
        CredentialKind::Header => {
            let name = field(credential, "name")?;
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable("name"))?;
            if crate::body::is_framing(&name) {
                return Err(unusable("name"));
            }
            headers.insert(name, sensitive("value", field(credential, "value")?)?);
        }
        CredentialKind::Bearer => bearer(headers, "token", field(credential, "token")?)?,
        CredentialKind::OAuth2 => bearer(headers, "access_token", field(credential, "access_token")?)?,
        CredentialKind::Basic => {
            let pair = basic(credential)?;
            headers.insert(AUTHORIZATION, sensitive("password", &format!("Basic {pair}"))?);
        }
        CredentialKind::Query => {
            let (name, value) = (field(credential, "name")?, field(credential, "value")?);
            *url = without_parameter(url, name);
            url.query_pairs_mut().append_pair(name, value);
        }
        CredentialKind::Smtp | CredentialKind::Imap | CredentialKind::Database | CredentialKind::ModelProvider => {
            let message = "A credential of this kind cannot be used for an HTTP request.";
            let hint = "Choose a credential of a kind that HTTP knows, such as a header or a bearer token.";
            return Err(failure(ErrorCode::RequestRefused, message, hint));
        }
    }
    Ok(())
}

/// The URL as it may be shown: without the query parameter that holds the secret.
pub(crate) fn without_secret(url: &Url, credential: Option<&Credential>) -> Url {
    match credential {
        Some(credential) if credential.kind == CredentialKind::Query => credential
            .fields
            .get("name")
            .map_or_else(|| url.clone(), |name| without_parameter(url, name.expose_secret())),
        _ => url.clone(),
    }
}

/// Whether an address that a server redirects to holds a secret of the credential, in clear or encoded.
pub(crate) fn is_secret_in(url: &Url, credential: &Credential) -> bool {
    let names: &[&str] = match credential.kind {
        CredentialKind::Bearer => &["token"],
        CredentialKind::OAuth2 => &["access_token", "refresh_token", "client_secret"],
        CredentialKind::Basic => &["password"],
        _ => &["value"],
    };
    let mut sought: Vec<String> = names
        .iter()
        .filter_map(|name| credential.fields.get(*name))
        .map(|value| value.expose_secret().to_owned())
        .collect();
    sought.extend(basic(credential).ok());
    let encoded: Vec<String> =
        sought.iter().flat_map(|secret| [STANDARD.encode(secret), URL_SAFE_NO_PAD.encode(secret)]).collect();
    sought.extend(encoded);
    let texts = decodings(url);
    sought.iter().filter(|secret| !secret.is_empty()).any(|secret| {
        let long = secret.len() >= SHORTEST_SOUGHT;
        url.query_pairs().any(|(_, value)| value == secret.as_str())
            || (long && texts.iter().any(|text| text.contains(secret.as_str())))
    })
}

/// The address as it is, and with percent-encoding undone once and twice.
fn decodings(url: &Url) -> [String; 3] {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let plain = url.as_str().to_owned();
    let once = percent_decode_str(&plain).decode_utf8_lossy().into_owned();
    let twice = decode(&decode(&plain));
    [plain, once, twice]
}

fn without_parameter(url: &Url, name: &str) -> Url {
    if !url.query_pairs().any(|(found, _)| found == name) {
        return url.clone();
    }
    let kept: Vec<(String, String)> =
        url.query_pairs().filter(|(found, _)| found != name).map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
    let mut url = url.clone();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    url
}

fn bearer(headers: &mut HeaderMap, name: &str, token: &str) -> Result<(), StepFailure> {
    headers.insert(AUTHORIZATION, sensitive(name, &format!("Bearer {token}"))?);
    Ok(())
}

/// User and password as RFC 7617 writes them.
fn basic(credential: &Credential) -> Result<String, StepFailure> {
    Ok(STANDARD.encode(format!("{}:{}", field(credential, "user")?, field(credential, "password")?)))
}

fn field<'a>(credential: &'a Credential, name: &str) -> Result<&'a str, StepFailure> {
    let value = credential.fields.get(name).map(ExposeSecret::expose_secret);
    value.ok_or_else(|| {
        let message = format!("The credential has no value for “{name}”.");
        failure(ErrorCode::InvalidInput, message, "Enter it in the credential.")
    })
}

/// A header's value that no debug output shows.
fn sensitive(field: &str, text: &str) -> Result<HeaderValue, StepFailure> {
    let mut value = HeaderValue::from_str(text).map_err(|_| unusable(field))?;
    value.set_sensitive(true);
    Ok(value)
}

fn unusable(field: &str) -> StepFailure {
    let message = format!("The credential's “{field}” holds characters that cannot be sent.");
    failure(ErrorCode::InvalidInput, message, "Correct it in the credential.")
}
