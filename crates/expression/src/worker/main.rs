//! The worker's side of the pipe: reads a job, does it in a fresh interpreter, reports. Nothing but messages may be written
//! to the standard output.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use serde_json::value::RawValue;

use super::interpreter::Interpreter;
use super::prelude::Prelude;
use super::protocol::{Ask, Failure, FailureKind, MAX_MESSAGE, Order, Report};
use super::restrict::restrict_process;

/// The whole life of a worker process: restricts itself, then does jobs until its standard input ends.
///
/// To be called first thing in `main` of a program whose first argument is [`crate::WORKER_ARGUMENT`], before any thread is
/// started or file opened. The exit code is success when the application closed the pipe.
#[must_use]
pub fn worker_main() -> ExitCode {
    let restricted = restrict_process();
    let done = match restricted {
        Ok(_) => serve(),
        Err(error) => refuse(&error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody reads this but who starts a worker by hand.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> io::Result<()> {
    let prelude = Prelude::compile().map_err(io::Error::other)?;
    loop {
        // Made while the application has nothing to do for it, so that the next job need not wait for it. The one before
        // is gone by now, but was not before its report: what it leaves may take long to clear away.
        let interpreter = Interpreter::new(prelude).map_err(io::Error::other)?;
        let Some(message) = read()? else { return Ok(()) };
        let Ok(Order::Job(job)) = serde_json::from_slice(&message) else {
            return Err(io::Error::other("not a job"));
        };
        report(interpreter.run(&job))?;
    }
}

fn report(result: Result<String, Failure>) -> io::Result<()> {
    let result = match result {
        Ok(text) => {
            RawValue::from_string(text).map_err(|error| Failure::thrown(format!("The result is not JSON: {error}")))
        }
        Err(failure) => Err(failure),
    };
    match result {
        Ok(text) => write(&Report::Done(&text)),
        Err(failure) => write(&Report::Failed(failure)),
    }
}

/// Answers every job with why this process does none.
fn refuse(error: &io::Error) -> io::Result<()> {
    let failure = Failure { kind: FailureKind::Unrestricted, ..Failure::thrown(error.to_string()) };
    while read()?.is_some() {
        write(&Report::Failed(failure.clone()))?;
    }
    Ok(())
}

/// Asks the application for another node's data; JSON text of an [`super::protocol::Answer`].
pub(super) fn ask(ask: Ask) -> io::Result<String> {
    write(&Report::Ask(ask))?;
    let message = read()?.ok_or(io::ErrorKind::UnexpectedEof)?;
    match serde_json::from_slice(&message).map_err(io::Error::other)? {
        Order::Answer(answer) => serde_json::to_string(&answer).map_err(io::Error::other),
        Order::Job(_) => Err(io::Error::other("a job instead of an answer")),
    }
}

fn read() -> io::Result<Option<Vec<u8>>> {
    let mut input = io::stdin().lock();
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_MESSAGE {
        return Err(io::Error::other("the message is too long"));
    }
    let mut message = vec![0; length];
    input.read_exact(&mut message)?;
    Ok(Some(message))
}

fn write(report: &Report<'_>) -> io::Result<()> {
    let message = serde_json::to_vec(report)?;
    let length = u32::try_from(message.len()).map_err(io::Error::other)?;
    let mut output = io::stdout().lock();
    output.write_all(&length.to_le_bytes())?;
    output.write_all(&message)?;
    output.flush()
}
