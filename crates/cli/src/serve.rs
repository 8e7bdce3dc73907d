//! `bridge serve`.

use bridge_domain::{Result, WebhookSettings};
use serde_json::json;

use crate::arguments::Serve;
use crate::host::Host;
use crate::{exit, output};

/// Keeps the triggers of active workflows working until the program is asked to end.
///
/// # Errors
/// When webhooks cannot be received.
pub(crate) async fn serve(host: &Host, arguments: &Serve) -> Result<u8> {
    let settings = host.settings.webhooks.clone();
    let webhooks = WebhookSettings { port: arguments.port.unwrap_or(settings.port), ..settings };
    host.runner.begin(&webhooks).await;
    if let Some(problem) = host.runner.webhook_problem() {
        return Err(problem);
    }
    host.runner.refresh().await?;
    output::print(&json!({
        "ready": true,
        "webhooks": host.runner.base_url(),
        "active_workflows": host.runner.active_workflows(),
    }))?;
    asked_to_end().await;
    Ok(exit::SUCCESS)
}

#[cfg(unix)]
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn asked_to_end() {
    let _ = tokio::signal::ctrl_c().await;
}
