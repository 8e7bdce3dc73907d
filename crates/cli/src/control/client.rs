//! The command line's end of the socket.

use std::path::Path;

use bridge_domain::{Error, ErrorCode, Result};
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

use super::place::{Place, is_own};
use super::wire::{self, Answer, CANCEL, PATIENCE, Question, VERSION};
use crate::exit;
use crate::output::{self, Printer};
use crate::request::Request;

/// Has the process that has the folder open carry out a request, and prints what it says. Gives the exit code; none when no
/// process listens, or the one that did ended before it began.
///
/// # Errors
/// `interrupted` when that process ends in the midst of it; `conflict` when it is of another version; those of the command.
pub(crate) async fn ask(folder: &Path, request: &Request, printer: &Printer) -> Result<Option<u8>> {
    let Some(stream) = connect(folder).await else { return Ok(None) };
    let (reader, mut writer) = stream.into_split();
    let question = Question { version: VERSION.to_owned(), request };
    // When it is refused before it was read, the reason is there to be read.
    let _ = tokio::time::timeout(PATIENCE, wire::write(&mut writer, &question)).await;
    follow(BufReader::new(reader), writer, printer).await
}

async fn connect(folder: &Path) -> Option<UnixStream> {
    let place = Place::of(folder).ok()?;
    let stream = UnixStream::connect(&place.path).await.ok()?;
    is_own(&stream).then_some(stream)
}

/// Prints answers until it is done. The first interruption cancels the run, the second one waits for nothing.
async fn follow(
    mut reader: BufReader<OwnedReadHalf>,
    mut writer: OwnedWriteHalf,
    printer: &Printer,
) -> Result<Option<u8>> {
    let mut line = Vec::new();
    let (mut is_accepted, mut is_cancelled) = (false, false);
    loop {
        let read = tokio::select! {
            read = tokio::io::AsyncBufReadExt::read_until(&mut reader, b'\n', &mut line) => read,
            _ = tokio::signal::ctrl_c() => {
                if is_cancelled {
                    return Err(gone());
                }
                is_cancelled = true;
                let _ = writer.write_all(format!("{CANCEL}\n").as_bytes()).await;
                continue;
            }
        };
        if !read.is_ok_and(|length| length > 0) {
            return if is_accepted { Err(gone()) } else { Ok(None) };
        }
        match serde_json::from_slice(&line).map_err(|_| gone())? {
            Answer::Accepted => is_accepted = true,
            Answer::Print { value } => printer.print(&value)?,
            Answer::Done { code } => return Ok(Some(code)),
            Answer::Failed { error } => {
                output::complain(&error);
                return Ok(Some(exit::of(&error)));
            }
        }
        line.clear();
    }
}

fn gone() -> Error {
    Error::new(
        ErrorCode::Interrupted,
        "The process that has the data folder open ended before it was done.",
        "`bridge runs` shows what has become of it.",
    )
}
