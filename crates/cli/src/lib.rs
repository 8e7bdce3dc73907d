//! Workflows from the command line, for scripts and for servers without a display. Each command is in a module of its name.
//!
//! What is printed on standard output is JSON, one value a line; what goes wrong is JSON on standard error. The exit code
//! says how it ended ([`exit`]). The database is the one of the application. While a process has it open, a command is handed
//! over to that one ([`control`]); what is printed and the exit code are the same.

mod alone;
mod arguments;
pub mod control;
mod credentials;
mod decide;
mod exchange;
mod exit;
mod file;
mod grants;
mod host;
mod keys;
mod list;
mod output;
mod perform;
mod request;
mod run;
mod runs;
mod secret;
mod serve;
mod tables;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bridge_domain::{Error, ErrorCode, Result};
use clap::Parser;

use arguments::{Arguments, Command};
use host::Host;
use output::Printer;
pub use perform::OpenFolder;
use request::Request;

/// How long a command waits for another process that has the folder open and does not listen.
const PATIENCE: Duration = Duration::from_secs(10);

/// Carries out what the arguments ask for, if they name one of the commands; none when the window is to be opened.
#[must_use]
pub fn main_if_asked() -> Option<ExitCode> {
    arguments::are_a_command(std::env::args_os().skip(1)).then(main)
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
    let printer = Printer::of(&arguments.command)?;
    match (Request::read(&arguments.command)?, arguments.command) {
        (Some(request), _) => in_some_process(&folder, request, printer).await,
        (None, Command::Serve(serve)) => {
            let host = Host::open(&folder).await?;
            let code = serve::serve(&host, &folder, &serve).await;
            host.close().await;
            code
        }
        (None, _) => Ok(exit::USAGE),
    }
}

/// Has a request carried out by the process that has the folder open, or opens it here.
async fn in_some_process(folder: &Path, request: Request, printer: Printer) -> Result<u8> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(code) = control::ask(folder, &request, &printer).await? {
            return Ok(code);
        }
        if request.needs_data() && !folder.is_dir() {
            return Err(no_data(folder));
        }
        match Host::open(folder).await {
            // That process is about to listen, or about to end.
            Err(error) if error.code == ErrorCode::StoreInUse && Instant::now() < deadline => {}
            Err(error) => return Err(error),
            Ok(host) => {
                let code = alone::carry_out(&host.open, folder, request, move |value| printer.print(value)).await;
                host.close().await;
                return code;
            }
        }
    }
}

fn no_data(folder: &Path) -> Error {
    Error::new(
        ErrorCode::StoreUnavailable,
        format!("There is no folder {}.", folder.display()),
        "Name the right one with --data-folder. `run` and `serve` make a new one.",
    )
}
