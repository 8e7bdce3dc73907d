//! Servers somebody else wrote, as Python packages in an environment under the target folder.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The Python of an environment that has these packages, set up when absent; or why it cannot be had.
pub fn environment(name: &str, import: &str, packages: &[&[&str]]) -> Result<PathBuf, String> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join(name);
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let imports = || Command::new(&python).args(["-c", import]).output().is_ok_and(|output| output.status.success());
    if imports() {
        return Ok(python);
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    run(Command::new(system).args(["-m", "venv"]).arg(&folder))?;
    for install in packages {
        let pip =
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", "30"];
        run(Command::new(&python).args(pip).args(*install))?;
    }
    if imports() { Ok(python) } else { Err("the packages were installed but cannot be imported".to_owned()) }
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        Ok(())
    } else {
        Err(said.lines().last().unwrap_or("it failed without a word").to_owned())
    }
}

/// Says why a test could not be run.
pub fn skip(reason: &str) {
    eprintln!("skipped: {reason}");
}

/// A server process. Ends when dropped.
pub struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Process {
    /// Starts a program that prints a line `READY <something>`, and gives what it says there.
    pub fn start(command: &mut Command) -> (Self, String) {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut process = Self(child);
        let mut lines = BufReader::new(process.0.stdout.take().unwrap()).lines().map_while(Result::ok);
        let ready =
            lines.find_map(|line| line.strip_prefix("READY ").map(str::to_owned)).expect("the server did not start");
        // Keeps the pipe empty, so that the server never waits for it.
        std::thread::spawn(move || lines.for_each(drop));
        (process, ready)
    }
}
