//! Which addresses may be asked, and with what. Rules on values only; names are looked up in `resolver`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bridge_domain::{Error, ErrorCode, Problem, ProblemCode, Result};
use url::{Host, Url};

use crate::ProviderSpec;

/// How near an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// This machine.
    Loopback,
    /// This network, or a private one beside it.
    Private,
    /// Anywhere.
    Public,
    /// Never to be asked: link-local addresses (where clouds keep their metadata), multicast, unspecified.
    Forbidden,
}

/// How near an IP address is. An IPv4 address inside an IPv6 one counts as what it is inside.
pub(crate) fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(v4) => reach_v4(v4),
        IpAddr::V6(v6) => embedded_v4(v6).map_or_else(|| reach_v6(v6), reach_v4),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let [first, second, ..] = address.octets();
    if address.is_loopback() {
        Reach::Loopback
    } else if address.is_link_local() || address.is_multicast() || address.is_broadcast() || first == 0 {
        Reach::Forbidden
    } else if address.is_private() || (first == 100 && second & 0xC0 == 64) {
        // 100.64.0.0/10 is shared address space (RFC 6598), used by carriers and by overlay networks.
        Reach::Private
    } else {
        Reach::Public
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if address.is_loopback() {
        Reach::Loopback
    } else if address.is_unicast_link_local()
        || address.is_multicast()
        || address.is_unspecified()
        || is_aws_metadata(address)
    {
        Reach::Forbidden
    } else if address.is_unique_local() {
        Reach::Private
    } else {
        Reach::Public
    }
}

/// `fd00:ec2::254`, the one metadata address that is not link-local.
fn is_aws_metadata(address: Ipv6Addr) -> bool {
    address.segments() == [0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254]
}

/// The IPv4 address that a mapped (RFC 4291), NAT64 (RFC 6052) or 6to4 (RFC 3056) address leads to.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    if let Some(v4) = address.to_ipv4_mapped() {
        return Some(v4);
    }
    let [a, b, c, d, e, f, high, low] = address.segments();
    let join = |high: u16, low: u16| {
        let ([w, x], [y, z]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(w, x, y, z)
    };
    match [a, b, c, d, e, f] {
        [0x64, 0xff9b, 0, 0, 0, 0] => Some(join(high, low)),
        [0x2002, high, low, ..] => Some(join(high, low)),
        // IPv4-compatible, long deprecated; `::` and `::1` are not of this kind.
        [0, 0, 0, 0, 0, 0] if high != 0 => Some(join(high, low)),
        _ => None,
    }
}

/// How near the host of a URL is, as far as its text says: `None` for a name that has to be looked up.
pub(crate) fn reach_of_host(url: &Url) -> Option<Reach> {
    match url.host()? {
        Host::Ipv4(v4) => Some(reach(v4.into())),
        Host::Ipv6(v6) => Some(reach(v6.into())),
        Host::Domain(name) => is_localhost(name).then_some(Reach::Loopback),
    }
}

/// Whether a name means this machine (RFC 6761, section 6.3). The resolver holds its address to that.
pub(crate) fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

/// Checks that a request may go to this URL, with or without a key. Used for the base URL and again for every redirect.
pub(crate) fn admit(url: &Url, with_key: bool) -> Result<()> {
    let plain = match url.scheme() {
        "https" => false,
        "http" => true,
        other => return Err(refuse(format!("An address starts with https:// or http://, not with {other}://."))),
    };
    if url.host().is_none() {
        return Err(refuse("The address names no host."));
    }
    match (plain, reach_of_host(url)) {
        (_, Some(Reach::Forbidden)) => Err(refuse(format!(
            "{} is not the address of a model server. For this machine use 127.0.0.1.",
            url.host_str().unwrap_or_default()
        ))),
        (true, Some(Reach::Public)) => Err(refuse("Over the internet only https:// is allowed.")),
        (true, reach) if with_key && reach != Some(Reach::Loopback) => {
            Err(refuse("A key is only sent over https://, or over http:// to this machine."))
        }
        _ => Ok(()),
    }
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

/// Host, and the port where it is not the scheme's own.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Whether two URLs have the same scheme, host and port.
pub(crate) fn same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
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
