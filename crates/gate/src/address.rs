//! How near an address is, whatever its notation. Rules on values only; names are looked up in `names`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// How near an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// This machine.
    Loopback,
    /// This network, or a private one beside it.
    Private,
    /// Anywhere.
    Public,
    /// Never to be asked: metadata services, link-local, multicast, unspecified and reserved addresses.
    Forbidden,
}

/// Metadata services of clouds at addresses that are not link-local: Alibaba, Oracle, Azure.
const METADATA_V4: [Ipv4Addr; 3] =
    [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192), Ipv4Addr::new(168, 63, 129, 16)];

/// Networks (/32) of clouds' metadata services at addresses that are not link-local: Scaleway, Oracle, Amazon, Google.
const METADATA_V6: [[u16; 2]; 4] = [[0xfd00, 0x0042], [0xfd00, 0x00c1], [0xfd00, 0x0ec2], [0xfd20, 0x00ce]];

/// Teredo (RFC 4380): a tunnel to an IPv4 address that its relay chooses from the address. Nobody runs it any more.
const TEREDO: [u16; 2] = [0x2001, 0];

/// How near an IP address is. An IPv4 address inside an IPv6 one counts as what it is inside.
#[must_use]
pub fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(v4) => reach_v4(v4),
        IpAddr::V6(v6) => embedded_v4(v6).map_or_else(|| reach_v6(v6), reach_v4),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let [first, second, ..] = address.octets();
    if address.is_loopback() {
        Reach::Loopback
    } else if address.is_link_local()
        || address.is_multicast()
        || first == 0
        // 240.0.0.0/4 is reserved (RFC 1112), the broadcast address in it.
        || first >= 240
        || METADATA_V4.contains(&address)
    {
        Reach::Forbidden
    } else if address.is_private()
        // 100.64.0.0/10 is shared address space (RFC 6598), used by carriers and by overlay networks.
        || (first == 100 && second & 0xC0 == 64)
        // 198.18.0.0/15 is for measuring networks (RFC 2544), 192.0.0.0/24 for protocols (RFC 6890).
        || (first == 198 && second & 0xFE == 18)
        || address.octets().starts_with(&[192, 0, 0])
    {
        Reach::Private
    } else {
        Reach::Public
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let [first, second, ..] = address.segments();
    if address.is_loopback() {
        Reach::Loopback
    } else if METADATA_V6.contains(&[first, second]) {
        Reach::Forbidden
    } else if address.is_unique_local() || first & 0xffc0 == 0xfec0 {
        // fec0::/10 was site-local (RFC 3879) and is still routed inside some networks.
        Reach::Private
    } else if first & 0xe000 == 0x2000 && [first, second] != TEREDO {
        Reach::Public
    } else {
        // Only 2000::/3 is global unicast (RFC 4291, section 2.4). What is outside it is link-local, multicast, NAT64 whose
        // IPv4 address only the local network can find (64:ff9b:1::/48, RFC 8215), or assigned to nobody.
        Reach::Forbidden
    }
}
/// The IPv4 address that an IPv6 address leads to: mapped and compatible (RFC 4291), translated (RFC 2765), NAT64
/// (RFC 6052), 6to4 (RFC 3056) and ISATAP (RFC 5214).
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, high, low] = address.segments();
    let join = |high: u16, low: u16| {
        let ([w, x], [y, z]) = (high.to_be_bytes(), low.to_be_bytes());
        Some(Ipv4Addr::new(w, x, y, z))
    };
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0xffff] | [0, 0, 0, 0, 0xffff, 0] | [0x64, 0xff9b, 0, 0, 0, 0] => join(high, low),
        [0x2002, high, low, ..] => join(high, low),
        // `::` and `::1` are not of the compatible kind.
        [0, 0, 0, 0, 0, 0] if high != 0 => join(high, low),
        [.., 0 | 0x0200, 0x5efe] => join(high, low),
        _ => None,
    }
}

/// How near the host of a URL is, as far as its text says: `None` for a name that has to be looked up.
#[must_use]
pub fn reach_of_host(url: &Url) -> Option<Reach> {
    reach_of(&url.host()?)
}

pub(crate) fn reach_of<S: AsRef<str>>(host: &Host<S>) -> Option<Reach> {
    match host {
        Host::Ipv4(v4) => Some(reach((*v4).into())),
        Host::Ipv6(v6) => Some(reach((*v6).into())),
        Host::Domain(name) => is_localhost(name.as_ref()).then_some(Reach::Loopback),
    }
}

/// Whether a name means this machine (RFC 6761, section 6.3). The resolver holds its address to that.
#[must_use]
pub fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Host, and the port where it is not the scheme's own.
#[must_use]
pub fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Whether two URLs have the same scheme, host and port.
#[must_use]
pub fn same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

/// A host as grants and credentials name it: lower case, no brackets, no dot at the end, an address in its one usual
/// notation. `None` for a text that is no host.
pub(crate) fn canonical(host: &str) -> Option<String> {
    let parsed = match host.parse::<Ipv6Addr>() {
        Ok(v6) => Host::Ipv6(v6),
        Err(_) => Host::parse(host).ok()?,
    };
    Some(canonical_host(&parsed))
}

pub(crate) fn canonical_host<S: AsRef<str>>(host: &Host<S>) -> String {
    match host {
        Host::Ipv4(v4) => v4.to_string(),
        Host::Ipv6(v6) => v6.to_string(),
        Host::Domain(name) => {
            let name = name.as_ref();
            name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
        }
    }
}
