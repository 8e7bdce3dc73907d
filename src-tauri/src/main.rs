//! The program: everything is in the library, so that tests can reach it.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == bridge_expression::WORKER_ARGUMENT) {
        return bridge_expression::worker_main();
    }
    if let Some(exit) = bridge_cli::main_if_asked() {
        return exit;
    }
    match bridge_desktop::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Bridge could not start: {error}");
            ExitCode::FAILURE
        }
    }
}
