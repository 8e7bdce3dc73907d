//! Asks a provider for its models, page by page.

use bridge_domain::{ModelInfo, Result};
use tokio::time::timeout;

use crate::connection::Connection;
use crate::exchange::is_compressed;
use crate::failure::{self, Failure};
use crate::format::ModelPage;
use crate::idle::collect;
use crate::quote::quote;
use crate::reader::compressed;
use crate::transport;

/// Pages that are read; more models than that nobody picks from.
const MAX_PAGES: usize = 20;

/// Bytes of one page.
const MAX_PAGE: usize = 8 * 1024 * 1024;

/// All models of a provider, in its own order, without those that do not answer chats.
pub(crate) async fn models(connection: Connection) -> Result<Vec<ModelInfo>> {
    let mut models = Vec::new();
    let mut page: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let read = read_page(&connection, page.as_deref()).await.map_err(|failure| failure.error)?;
        models.extend(read.models);
        // A page that names itself as the next would never end.
        if read.next.is_none() || read.next == page {
            break;
        }
        page = read.next;
    }
    Ok(models)
}

async fn read_page(connection: &Connection, page: Option<&str>) -> Result<ModelPage, Failure> {
    let (name, limit) = (connection.spec.name, connection.limits.short_answer);
    let Ok(response) = timeout(limit, connection.gate.ask(connection.models_page(page)?)).await else {
        return Err(failure::silent(name, limit, connection.spec.local).into());
    };
    let response = response.map_err(|fault| transport::failure(&fault, &connection.base))?;
    if is_compressed(&response) {
        return Err(compressed(name).into());
    }
    let (status, headers) = (response.status(), response.headers().clone());
    let body = collect(response.bytes_stream(), MAX_PAGE, limit).await;
    if !status.is_success() {
        return Err(failure::from_response(connection.party(""), status, &headers, &body.body));
    }
    let body = body.into_whole(name)?;
    if body.trim_ascii_start().first() == Some(&b'<') {
        return Err(failure::captive_portal(name).into());
    }
    connection.spec.format.read_models(&body).map_err(|error| {
        let what = quote(&error.to_string(), connection.party("").key);
        failure::bad_answer(name, &format!("the list of models is not in its format ({what})")).into()
    })
}
