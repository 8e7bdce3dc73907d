//! Files as they come: Bridge's own, n8n's, and hostile ones.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod n8n;
mod n8n_nodes;
mod n8n_outside;
mod own;
mod x5;

use bridge_domain::Error;
use bridge_exchange::Imported;
use bridge_workflow::Rules;

/// The rules of the real catalogue.
fn rules() -> Rules {
    Rules::new(bridge_connectors::catalog())
}

/// The one workflow of a text.
fn read(text: impl AsRef<[u8]>) -> Imported {
    let mut all = bridge_exchange::read(text.as_ref(), &rules()).unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Why a text is refused.
fn refused(text: impl AsRef<[u8]>) -> Error {
    match bridge_exchange::read(text.as_ref(), &rules()) {
        Err(error) => error,
        Ok(all) => panic!("{} workflows were read that must be refused", all.len()),
    }
}
