//! A command in this process, because no other one has the folder open; and what other processes ask meanwhile.

use std::path::Path;
use std::sync::Arc;

use bridge_domain::{Error, Result};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::perform::{Caller, OpenFolder, perform};
use crate::request::Request;
use crate::{control, run};

/// Carries out a request, printing with `print`, and those of other processes that come before it is done: two commands at the same time need not
/// wait for one another. Stays until those are done, too, or until it is interrupted after its own.
///
/// # Errors
/// Those of the command.
pub(crate) async fn carry_out(
    open: &OpenFolder,
    folder: &Path,
    request: Request,
    print: impl Fn(&Value) -> Result<()> + Send + 'static,
) -> Result<u8> {
    // Where there can be no socket, the others wait.
    let control = control::listen(open, folder).ok();
    let (output, mut values) = mpsc::channel::<Value>(16);
    let caller = Caller { output, cancel: Arc::default() };
    let interrupted = Arc::clone(&caller.cancel);
    let interrupts = tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            interrupted.notify_one();
        }
    });
    let printing = tokio::spawn(async move {
        while let Some(value) = values.recv().await {
            print(&value)?;
        }
        Ok::<_, Error>(())
    });
    let cancelled = Arc::clone(&caller.cancel);
    let code = perform(open, request, &caller).await;
    drop(caller);
    let printed = printing.await;
    tokio::select! {
        () = after(open, control) => {}
        () = cancelled.notified() => {}
    }
    interrupts.abort();
    match printed {
        Ok(Err(unprinted)) => Err(unprinted),
        _ => code,
    }
}

/// What is waited for when the command is done: the other processes' commands, and what its own run has caused.
async fn after(open: &OpenFolder, control: Option<control::Control>) {
    if let Some(control) = control {
        control.finish().await;
    }
    run::aftermath(open).await;
}
