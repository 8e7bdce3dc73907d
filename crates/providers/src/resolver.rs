//! Name resolution with the gate applied to its result: the address that is used is the one that was checked.

use std::fmt;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::{Reach, is_localhost, reach};

/// Which addresses a name may lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// Everything but forbidden addresses: the connection is encrypted and the certificate names the host.
    Encrypted,
    /// This machine and private networks: the connection is plain.
    Near,
}

impl Zone {
    fn admits(self, name: &str, address: SocketAddr) -> bool {
        match reach(address.ip()) {
            Reach::Forbidden => false,
            Reach::Loopback => true,
            // A key may go over a plain connection to `localhost`, so that name is held to its meaning.
            _ if is_localhost(name) => false,
            Reach::Private => true,
            Reach::Public => self == Self::Encrypted,
        }
    }
}

/// Asks the operating system and drops what the zone does not admit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GatedResolver(pub(crate) Zone);

impl Resolve for GatedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let zone = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| NameNotFound)?.collect();
            if found.is_empty() {
                return Err(NameNotFound.into());
            }
            let admitted: Vec<SocketAddr> =
                found.into_iter().filter(|address| zone.admits(name.as_str(), *address)).collect();
            if admitted.is_empty() {
                return Err(AddressRefused.into());
            }
            Ok(Box::new(admitted.into_iter()) as Addrs)
        })
    }
}

/// The name leads nowhere, or nobody could be asked.
#[derive(Debug)]
pub(crate) struct NameNotFound;

impl fmt::Display for NameNotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the host's name cannot be found")
    }
}

impl std::error::Error for NameNotFound {}

/// The name leads to addresses that may not be asked this way.
#[derive(Debug)]
pub(crate) struct AddressRefused;

impl fmt::Display for AddressRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the host's name leads to an address that is not allowed")
    }
}

impl std::error::Error for AddressRefused {}
