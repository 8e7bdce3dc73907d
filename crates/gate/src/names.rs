//! Looking names up, with the gate applied to the result: the address that is used is the one that was checked, because
//! nothing looks the name up a second time.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::{Reach, is_localhost, reach};

/// Looks names up.
pub trait Names: Send + Sync {
    /// The addresses of a name, best first.
    ///
    /// # Errors
    /// When the name leads nowhere, or nobody could be asked.
    fn lookup<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// Asks the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNames;

impl Names for SystemNames {
    #[expect(clippy::disallowed_methods, reason = "this is the gate")]
    fn lookup<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect()) })
    }
}

/// Which addresses a name may lead to. Forbidden ones never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Zone {
    /// For a workflow: addresses on the internet.
    Public,
    /// For a workflow that was granted this name: any.
    Granted,
    /// For a server in the settings, asked over an encrypted connection: any, because the certificate names the host.
    Encrypted,
    /// For a server in the settings, asked over a plain connection: this machine and private networks.
    Near,
    /// No name but that of the proxy, which looks up the others itself.
    Proxy(String),
}

impl Zone {
    fn admits(&self, name: &str, address: IpAddr) -> bool {
        let reach = reach(address);
        match (self, reach) {
            (_, Reach::Forbidden) => false,
            (Self::Proxy(proxy), _) => proxy.eq_ignore_ascii_case(name),
            (Self::Public, _) => reach == Reach::Public && !is_localhost(name),
            (_, Reach::Loopback) => true,
            // A key may go over a plain connection to `localhost`, so that name is held to its meaning.
            _ if is_localhost(name) => false,
            (Self::Granted | Self::Encrypted, _) => true,
            (Self::Near, _) => reach == Reach::Private,
        }
    }

    /// What is left of the addresses of a name.
    pub(crate) fn sift(&self, name: &str, found: Vec<IpAddr>) -> Result<Vec<IpAddr>, NameFault> {
        if found.is_empty() {
            return Err(NameFault::NotFound);
        }
        let grantable = found.iter().any(|address| matches!(reach(*address), Reach::Loopback | Reach::Private));
        let admitted: Vec<IpAddr> = found.into_iter().filter(|address| self.admits(name, *address)).collect();
        if !admitted.is_empty() {
            Ok(admitted)
        } else if grantable && *self == Self::Public {
            Err(NameFault::NeedsGrant)
        } else {
            Err(NameFault::Refused)
        }
    }
}

/// Looks a name up and drops what the zone does not admit.
#[derive(Clone)]
pub(crate) struct GatedResolver {
    pub(crate) names: Arc<dyn Names>,
    pub(crate) zone: Zone,
}

impl Resolve for GatedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { names, zone } = self.clone();
        Box::pin(async move {
            let found = names.lookup(name.as_str()).await.map_err(|_| NameFault::NotFound)?;
            let admitted = zone.sift(name.as_str(), found)?;
            // Port 0 stands for the URL's own.
            Ok(Box::new(admitted.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

/// Why a name gives no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameFault {
    /// It leads nowhere, or nobody could be asked.
    NotFound,
    /// It leads to addresses that may not be asked this way.
    Refused,
    /// It leads to this machine or a private network, and this was not granted.
    NeedsGrant,
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "the host's name cannot be found",
            Self::Refused => "the host's name leads to an address that is not allowed",
            Self::NeedsGrant => "the host's name leads to an address that was not granted",
        })
    }
}

impl std::error::Error for NameFault {}
