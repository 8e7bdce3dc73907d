//! Workflows from the command line: run, serve, list, runs. For scripts, and for servers without a display.
//!
//! What is printed on standard output is JSON, one value a line; what goes wrong is JSON on standard error. The exit code
//! says how it ended ([`exit`]). The database is the one of the application. While that is open, or `serve` is, a command is
//! handed over to it ([`control`]); what is printed and the exit code are the same.

mod arguments;
pub mod control;
mod exit;
mod file;
mod host;
mod output;
mod perform;
mod request;
mod run;
mod serve;
mod show;

use std::process::ExitCode;
use std::sync::Arc;

use bridge_domain::{Error, ErrorCode, Result};
use clap::Parser;
use serde_json::Value;
use tokio::sync::mpsc;

use arguments::{Arguments, Command};
use host::Host;
use perform::{Caller, OpenFolder, perform};
use request::Request;

/// Carries out what the arguments ask for, if they name one of the commands; none when the window is to be opened.
#[must_use]
pub fn main_if_asked() -> Option<ExitCode> {
    let names_one = |word: std::ffi::OsString| word.to_str().is_some_and(arguments::is_command);
    std::env::args_os().nth(1).is_some_and(names_one).then(main)
}

/// Carries out what the arguments ask for.
#[must_use]
pub fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|first| first == bridge_expression::WORKER_ARGUMENT) {
        return bridge_expression::worker_main();
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no failures.
            let code = if error.use_stderr() { exit::USAGE } else { exit::SUCCESS };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("BRIDGE_LOG"))
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::complain(&Error::new(ErrorCode::Internal, format!("The program cannot start: {error}."), ""));
            return ExitCode::from(exit::FAILURE);
        }
    };
    let code = runtime.block_on(carry_out(arguments));
    // Threads that read standard input cannot be ended.
    runtime.shutdown_background();
    ExitCode::from(code)
}

async fn carry_out(arguments: Arguments) -> u8 {
    within_folder(arguments).await.unwrap_or_else(|error| {
        output::complain(&error);
        exit::of(&error)
    })
}

async fn within_folder(arguments: Arguments) -> Result<u8> {
    let folder = host::data_folder(arguments.data_folder)?;
    let request = Request::read(&arguments.command)?;
    if let Some(request) = &request
        && let Some(code) = control::ask(&folder, request).await?
    {
        return Ok(code);
    }
    let host = match (Host::open(&folder).await, &request) {
        // The process that has it open may have been about to listen.
        (Err(error), Some(request)) if error.code == ErrorCode::StoreInUse => {
            return control::ask(&folder, request).await?.ok_or(error);
        }
        (opened, _) => opened?,
    };
    let code = match (arguments.command, request) {
        (Command::Serve(serve), _) => serve::serve(&host, &folder, &serve).await,
        (_, Some(request)) => here(&host.open, request).await,
        (_, None) => Ok(exit::USAGE),
    };
    host.close().await;
    code
}

/// Carries out a request in this process.
async fn here(folder: &OpenFolder, request: Request) -> Result<u8> {
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
            output::print(&value)?;
        }
        Ok::<_, Error>(())
    });
    let code = perform(folder, request, &caller).await;
    drop(caller);
    run::aftermath(folder).await;
    interrupts.abort();
    match printing.await {
        Ok(Err(unprinted)) => Err(unprinted),
        _ => code,
    }
}
