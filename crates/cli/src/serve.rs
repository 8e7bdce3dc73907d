//! `bridge serve`.

use std::path::Path;

use bridge_domain::{Error, ErrorCode, Result, WebhookSettings};
use serde_json::json;

use crate::arguments::Serve;
use crate::host::Host;
use crate::perform::OpenFolder;
use crate::{control, exit, output};

/// Keeps the triggers of active workflows working until the program is asked to end.
///
/// # Errors
/// When webhooks cannot be received.
pub(crate) async fn serve(host: &Host, folder: &Path, arguments: &Serve) -> Result<u8> {
    let settings = host.settings.webhooks.clone();
    let webhooks = WebhookSettings { port: arguments.port.unwrap_or(settings.port), ..settings };
    let OpenFolder { store, runner, .. } = &host.open;
    if store.is_read_only() {
        return Err(Error::new(
            ErrorCode::ReadOnly,
            format!("{} cannot be written, so no run could be recorded.", folder.display()),
            "Make the folder and the files in it writable for this user, then start again.",
        ));
    }
    runner.listen(&webhooks).await;
    if let Some(problem) = runner.webhook_problem() {
        return Err(problem);
    }
    let control = control::listen(&host.open, folder);
    if let Err(error) = &control {
        output::complain(error);
    }
    runner.refresh().await?;
    runner.go_on().await;
    // Who reads that it is ready may ask it to end at once.
    let end = asked_to_end();
    output::line(&json!({
        "ready": true,
        "webhooks": runner.base_url(),
        "active_workflows": runner.active_workflows(),
    }))?;
    end.await;
    if let Ok(control) = control {
        control.end().await;
    }
    Ok(exit::SUCCESS)
}

/// Ready when the process is asked to end. Listens from the call on, not only from the first poll.
#[cfg(unix)]
fn asked_to_end() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = signal(SignalKind::terminate());
    let interrupt = signal(SignalKind::interrupt());
    let hangup = signal(SignalKind::hangup());
    async move {
        let mut heard: Vec<_> = [terminate, interrupt, hangup].into_iter().flatten().collect();
        if heard.is_empty() {
            return std::future::pending().await;
        }
        let asked = heard.iter_mut().map(|signal| Box::pin(signal.recv()));
        let _ = futures_util::future::select_all(asked).await;
    }
}

#[cfg(not(unix))]
async fn asked_to_end() {
    let _ = tokio::signal::ctrl_c().await;
}
