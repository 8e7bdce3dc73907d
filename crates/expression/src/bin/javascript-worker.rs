//! The JavaScript worker as a program of its own, for tests and measurements.

use std::process::ExitCode;

fn main() -> ExitCode {
    bridge_expression::worker_main()
}
