//! The lines that go over the socket, and how long they may be and may take.

use std::io;
use std::time::Duration;

use bridge_domain::Error;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::request::Request;

/// Bytes of a request at most.
pub(super) const MOST: u64 = 64 << 20;
/// Time for a request, and for a line of the answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// Version of the application. Both sides must be the same one: requests are not kept compatible.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// What a caller writes after its request to have the run cancelled.
pub(super) const CANCEL: &str = "cancel";

/// The first line from the caller.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Question<R = Request> {
    pub(super) version: String,
    pub(super) request: R,
}

/// A line to the caller.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Answer {
    /// The request was read and is now carried out. The first line.
    Accepted,
    /// Print this.
    Print { value: Value },
    /// It did not work.
    Failed { error: Box<Error> },
    /// It is done, with this exit code.
    Done { code: u8 },
}

/// A line without its end; none when there is none, or it is longer than `most` bytes.
pub(super) async fn line(reader: &mut (impl AsyncBufRead + Unpin), most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    reader.take(most + 1).read_until(b'\n', &mut line).await?;
    Ok((line.pop() == Some(b'\n')).then_some(line))
}

/// Writes one line.
pub(super) async fn write(writer: &mut (impl AsyncWrite + Unpin), value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    writer.write_all(&line).await?;
    writer.flush().await
}
