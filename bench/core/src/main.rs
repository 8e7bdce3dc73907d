//! Measurements of the crates alone, and the data folder the window's measurements open.
//!
//! `bench-core reader`, `bench-core store FOLDER`, `bench-core seed FOLDER`: each prints one JSON object, of times in
//! milliseconds or of sizes. Reading them is up to `bench/groups`; nothing here compares or judges.

mod answer;
mod reader;
mod rounds;
mod seed;
mod store;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-core: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let report = match arguments.as_slice() {
        ["reader"] => reader::measure()?,
        ["store", folder] => store::measure(Path::new(folder)).await?,
        ["seed", folder] => seed::fill(Path::new(folder)).await?,
        _ => return Err("usage: bench-core reader | store FOLDER | seed FOLDER".into()),
    };
    writeln!(std::io::stdout(), "{report}")?;
    Ok(())
}
