//! Finds model servers on this machine, at the ports they use by default. Asks loopback addresses only.

use std::time::Duration;

use bridge_domain::LocalServer;
use futures_util::future::join_all;

use crate::connection::Connection;
use crate::{Gate, Limits, PROVIDERS, ProviderSpec, list};

/// What listens on this machine answers at once, or is something else.
const PATIENCE: Duration = Duration::from_secs(2);

/// Model servers that answer at their default addresses, in the order of the registry.
pub async fn find_local_servers(gate: &Gate) -> Vec<LocalServer> {
    let local = PROVIDERS.iter().filter(|spec| spec.local);
    join_all(local.map(|spec| probe(spec, gate, spec.base_url))).await.into_iter().flatten().collect()
}

/// The server at an address, if it lists models in the provider's format. No key is sent.
pub async fn probe(spec: &'static ProviderSpec, gate: &Gate, base_url: &str) -> Option<LocalServer> {
    let limits = Limits { short_answer: PATIENCE, ..Limits::for_provider(spec) };
    let connection = Connection::new(spec, gate, Some(base_url), None, limits).ok()?;
    let models = list::models(connection).await.ok()?;
    Some(LocalServer {
        provider: spec.id.to_owned(),
        base_url: base_url.to_owned(),
        models: models.into_iter().map(|model| model.id).collect(),
    })
}
