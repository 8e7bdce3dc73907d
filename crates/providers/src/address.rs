//! Which addresses a provider may be asked at: base URLs as people enter them. Rules on values only; where a request may
//! go at all is the gate's.

use bridge_domain::{Error, ErrorCode, Problem, ProblemCode, Result};
use bridge_gate::{Inadmissible, authority};
use url::Url;

use crate::ProviderSpec;

/// Checks that a request may go to this URL, with or without a key. The gate checks it again, and each redirect.
pub(crate) fn admit(url: &Url, with_key: bool) -> Result<()> {
    bridge_gate::admit(url, with_key).map_err(|reason| inadmissible(reason, url))
}

/// What to say of a URL that the gate does not admit.
pub(crate) fn inadmissible(reason: Inadmissible, url: &Url) -> Error {
    refuse(match reason {
        Inadmissible::Scheme => {
            format!("An address starts with https:// or http://, not with {}://.", url.scheme())
        }
        Inadmissible::NoHost => "The address names no host.".to_owned(),
        Inadmissible::Forbidden => format!(
            "{} is not the address of a model server. For this machine use 127.0.0.1.",
            url.host_str().unwrap_or_default()
        ),
        Inadmissible::PlainPublic => "Over the internet only https:// is allowed.".to_owned(),
        Inadmissible::PlainKey => "A key is only sent over https://, or over http:// to this machine.".to_owned(),
    })
}

fn refuse(message: impl Into<String>) -> Error {
    let message = message.into();
    Error::invalid(vec![Problem { path: "base_url".to_owned(), code: ProblemCode::InvalidValue, message }])
}

/// The base URL a provider is asked at: the given one, or its own. Without trailing slash or endpoint path.
///
/// # Errors
/// `invalid_input` with the path `base_url` and the reason.
pub(crate) fn base_url(spec: &ProviderSpec, given: Option<&str>) -> Result<Url> {
    let text = given.map(str::trim).filter(|text| !text.is_empty()).unwrap_or(spec.base_url);
    if text.is_empty() {
        let message = format!("{} needs a base URL.", spec.name);
        let problem = Problem { path: "base_url".to_owned(), code: ProblemCode::Missing, message };
        return Err(Error { hint: "Enter it in Settings.".to_owned(), ..Error::invalid(vec![problem]) });
    }
    let mut url = Url::parse(text).map_err(|reason| refuse(format!("The base URL cannot be read: {reason}.")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("A base URL holds no user name and no password. Keys go into the key field."));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("A base URL ends before the `?` and the `#`."));
    }
    admit(&url, false)?;
    let path = url.path().trim_end_matches('/');
    // People paste the address of the endpoint itself.
    let path =
        ["/chat/completions", "/messages", "/models"].iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path);
    let path = path.to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The host a provider's key belongs to, with its port where it is not the scheme's own. A key is never sent elsewhere.
///
/// # Errors
/// As [`crate::connect`] for the base URL.
pub fn key_host(spec: &ProviderSpec, base_url: Option<&str>) -> Result<String> {
    Ok(authority(&self::base_url(spec, base_url)?))
}

/// The base URL with path segments appended. Each is percent-encoded, so that a model's name cannot change the path.
///
/// # Errors
/// [`ErrorCode::Internal`] for a URL without a path, which [`base_url`] never gives.
pub(crate) fn join<'a>(base: &Url, segments: impl IntoIterator<Item = &'a str>) -> Result<Url> {
    let mut url = base.clone();
    url.path_segments_mut()
        .map_err(|()| Error::new(ErrorCode::Internal, "The base URL has no path.", ""))?
        .pop_if_empty()
        .extend(segments);
    Ok(url)
}
