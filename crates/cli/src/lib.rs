//! Workflows from the command line: run, serve, list, runs. For scripts, and for servers without a display.
//!
//! What is printed on standard output is JSON, one value a line; what goes wrong is JSON on standard error. The exit code
//! says how it ended ([`exit`]). The database is the one of the application; while that is open, it has it to itself.

mod arguments;
mod exit;
mod file;
mod host;
mod output;
mod run;
mod serve;
mod show;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use host::Host;

/// Carries out what the arguments ask for, if they name one of the commands; none when the window is to be opened.
#[must_use]
pub fn main_if_asked() -> Option<ExitCode> {
    let first = std::env::args_os().nth(1)?;
    let is_command = first.to_str().is_some_and(|word| arguments::is_command(word));
    is_command.then(main)
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
            output::complain(&bridge_domain::Error::new(
                bridge_domain::ErrorCode::Internal,
                format!("The program cannot start: {error}."),
                "",
            ));
            return ExitCode::from(exit::FAILURE);
        }
    };
    let code = runtime.block_on(carry_out(arguments));
    // Threads that read standard input cannot be ended.
    runtime.shutdown_background();
    ExitCode::from(code)
}

async fn carry_out(arguments: Arguments) -> u8 {
    let done = async {
        let folder = host::data_folder(arguments.data_folder)?;
        let host = Host::open(&folder).await?;
        let code = match arguments.command {
            Command::Run(run) => run::run(&host, run).await,
            Command::Serve(serve) => serve::serve(&host, &serve).await,
            Command::List => show::list(&host).await,
            Command::Runs(runs) => show::runs(&host, runs).await,
            Command::Activate { workflow } => show::set_active(&host, &workflow, true).await,
            Command::Deactivate { workflow } => show::set_active(&host, &workflow, false).await,
        };
        host.close().await;
        code
    };
    done.await.unwrap_or_else(|error| {
        output::complain(&error);
        exit::of(&error)
    })
}
