//! The command line without the window's libraries: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    bridge_cli::main()
}
