//! Tokens of OAuth 2 (RFC 6749): asking the token server for them, and what of its answer is kept.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bridge_domain::{
    CredentialKind, CredentialSummary, Error, ErrorCode, ExposeSecret, Grant, Result, SecretString, Timestamp,
};
use bridge_gate::{Access, Body, Gate, Request, authority};
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::check::Checked;
use crate::credentials::PublicFields;
use crate::seal::Secrets;

/// Name of the token that is sent to the service.
pub(crate) const ACCESS: &str = "access_token";
/// Name of the token that gets the next one.
pub(crate) const REFRESH: &str = "refresh_token";
/// When the access token ends.
pub(crate) const EXPIRES: &str = "expires_at";

const CLIENT_SECRET: &str = "client_secret";
/// For one exchange with the token server.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of its answer.
const MAX_ANSWER: u64 = 1 << 20;
/// Values that decide who gave a token to whom.
const IDENTITY: [&str; 3] = ["authorization_url", "token_url", "client_id"];

#[derive(Deserialize)]
struct Answer {
    access_token: Option<SecretString>,
    refresh_token: Option<SecretString>,
    token_type: Option<String>,
    expires_in: Option<serde_json::Value>,
    error: Option<serde_json::Value>,
}

/// Asks the token server and gives the new secrets beside the old ones. `grant` are the parameters of the grant.
///
/// # Errors
/// `key_rejected` when the server says no; those of the network.
pub(crate) async fn fetch(
    gate: &Gate,
    public: &PublicFields,
    secrets: &Secrets,
    grant: &[(&str, &str)],
) -> Result<Secrets> {
    let url = url_of(public, "token_url")?;
    let place = authority(&url);
    // The user entered this address in the credential, which is what allows it.
    let allowed = [Grant::Host {
        host: url.host_str().unwrap_or_default().to_owned(),
        port: url.port_or_known_default().unwrap_or_default(),
    }];
    let request = request(url, public, secrets, grant);
    let access = Access { grants: &allowed, credential: None };
    let response = gate.send(request, &access).await.map_err(|failure| *failure.error)?;
    let status = response.status;
    let body = response.bytes().await.map_err(|failure| *failure.error)?;
    let answer: Answer = serde_json::from_slice(&body).map_err(|_| bad_answer(&place, status))?;
    take(answer, status, &place, secrets)
}

fn request(url: Url, public: &PublicFields, secrets: &Secrets, grant: &[(&str, &str)]) -> Request {
    let client_id = public.get("client_id").map(String::as_str).unwrap_or_default();
    let client_secret = secrets.get(CLIENT_SECRET).map(ExposeSecret::expose_secret);
    let in_header = public.get("client_authentication").is_some_and(|way| way == "header");
    let mut headers = vec![
        ("Accept".to_owned(), "application/json".to_owned()),
        ("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
    ];
    let mut form = Serializer::new(String::new());
    form.extend_pairs(grant);
    match client_secret {
        Some(secret) if in_header => {
            // Encoded before they are joined (RFC 6749, section 2.3.1).
            let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
            let pair = STANDARD.encode(format!("{}:{}", encode(client_id), encode(secret)));
            headers.push(("Authorization".to_owned(), format!("Basic {pair}")));
        }
        Some(secret) => {
            form.append_pair("client_id", client_id).append_pair(CLIENT_SECRET, secret);
        }
        None => {
            form.append_pair("client_id", client_id);
        }
    }
    Request {
        method: "POST".to_owned(),
        headers,
        body: Body::Bytes(form.finish().into_bytes()),
        timeout: TIMEOUT,
        // A token server does not redirect; following one would carry the secrets along.
        redirects: 0,
        max_body: MAX_ANSWER,
        ..Request::get(url)
    }
}

fn take(answer: Answer, status: u16, place: &str, before: &Secrets) -> Result<Secrets> {
    if let Some(error) = answer.error {
        return Err(refused(place, &error));
    }
    let Some(access) = answer.access_token.filter(|_| (200..300).contains(&status)) else {
        return Err(bad_answer(place, status));
    };
    if answer.token_type.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(bad_answer(place, status));
    }
    let mut secrets = before.clone();
    secrets.insert(ACCESS.to_owned(), access);
    if let Some(refresh) = answer.refresh_token {
        secrets.insert(REFRESH.to_owned(), refresh);
    }
    secrets.remove(EXPIRES);
    let seconds = answer.expires_in.and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok()));
    if let Some(seconds) = seconds.filter(|seconds| (0..=10 * 366 * 86_400).contains(seconds)) {
        let at = Timestamp::from_microseconds(Timestamp::now().as_microseconds() + seconds * 1_000_000);
        secrets.insert(EXPIRES.to_owned(), SecretString::from(at.to_string()));
    }
    Ok(secrets)
}

/// The server's word for why not, as the standard lists them; anything else is not repeated.
fn refused(place: &str, error: &serde_json::Value) -> Error {
    let word =
        error.as_str().filter(|word| word.len() <= 64 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
    let said = word.map(|word| format!(" ({word})")).unwrap_or_default();
    let hint = match word {
        Some("invalid_client" | "unauthorized_client") => {
            "Check the client ID and the client secret in the credential."
        }
        Some("invalid_scope") => "Check the scopes in the credential.",
        _ => "Connect the credential again.",
    };
    Error::new(ErrorCode::KeyRejected, format!("The token server {place} gives out no token{said}."), hint)
}

fn bad_answer(place: &str, status: u16) -> Error {
    Error::new(
        ErrorCode::BadAnswer,
        format!("The token server {place} answered with status {status} and no token that can be used."),
        "Check the token URL in the credential.",
    )
}

/// The credential was never connected, or its connection is over.
pub(crate) fn not_connected() -> Error {
    Error::new(
        ErrorCode::KeyMissing,
        "This credential is not connected yet.",
        "Connect it: the browser asks for your consent.",
    )
}

/// The URL in a public value.
///
/// # Errors
/// `invalid_input` when there is none, which no checked credential has.
pub(crate) fn url_of(public: &PublicFields, name: &str) -> Result<Url> {
    let url = public.get(name).and_then(|text| Url::parse(text).ok());
    url.ok_or_else(|| Error::new(ErrorCode::InvalidInput, format!("The credential has no {name}."), "Enter it."))
}

/// The names of secrets that a person is told about.
pub(crate) fn shown_names(secrets: &Secrets) -> Vec<String> {
    secrets.keys().filter(|name| *name != EXPIRES).cloned().collect()
}

/// Keeps the tokens of a credential that is changed, as long as they are still from the same server to the same client.
pub(crate) fn keep_tokens(before: &CredentialSummary, secrets: &Secrets, checked: &mut Checked) {
    let same = IDENTITY.iter().all(|name| before.public_fields.get(*name) == checked.public_fields.get(*name));
    if before.kind == CredentialKind::OAuth2 && same {
        for name in [ACCESS, REFRESH, EXPIRES] {
            if let Some(value) = secrets.get(name) {
                checked.secrets.insert(name.to_owned(), value.clone());
            }
        }
    }
}
