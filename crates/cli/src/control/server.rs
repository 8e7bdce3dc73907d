//! The end of the socket that carries commands out: in the window's process, or in that of `serve`.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Error, ErrorCode, Problem, ProblemCode, Result};
use bridge_runner::Runner;
use bridge_store::Store;
use serde_json::Value;
use tokio::io::{AsyncRead, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::JoinHandle;

use super::place::{Place, is_own};
use super::wire::{self, Answer, CANCEL, MOST, PATIENCE, Question, VERSION};
use crate::perform::{Caller, OpenFolder, perform};

/// Callers at the same time.
const CALLERS: usize = 64;
/// Callers whose request is being read at the same time: each may take up to [`MOST`] bytes.
const READING: usize = 4;

/// The socket, open. Drop it before the store is closed: what comes then goes to the next process that opens the folder.
#[derive(Debug)]
pub struct Control {
    path: PathBuf,
    accepting: JoinHandle<()>,
}

impl Drop for Control {
    fn drop(&mut self) {
        self.accepting.abort();
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Listens for commands of the same user on a socket in this folder, which `store` has open. Call it within the runtime.
///
/// # Errors
/// `store_unavailable` when there can be no socket in the folder, such as on a network drive.
pub fn listen(runner: &Runner, store: &Store, folder: &Path) -> Result<Control> {
    let listener = bind(folder).map_err(|error| {
        Error::new(
            ErrorCode::StoreUnavailable,
            format!("Commands cannot be received while this is open: no socket in {} ({error}).", folder.display()),
            "Close Bridge before you use its command line, or keep its data on a local disk.",
        )
    })?;
    let open = OpenFolder { store: store.clone(), runner: runner.clone() };
    let accepting = tokio::spawn(accept(listener, open));
    Ok(Control { path: folder.join("control.sock"), accepting })
}

fn bind(folder: &Path) -> io::Result<UnixListener> {
    let place = Place::of(folder)?;
    // Nobody else has the folder open, so a socket that is there is one of a process that was killed.
    match std::fs::remove_file(&place.path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&place.path)?;
    std::fs::set_permissions(&place.path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

async fn accept(listener: UnixListener, open: OpenFolder) {
    let (callers, reading) = (Arc::new(Semaphore::new(CALLERS)), Arc::new(Semaphore::new(READING)));
    loop {
        let Ok(place) = Arc::clone(&callers).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) if is_own(&stream) => {
                let (open, reading) = (open.clone(), Arc::clone(&reading));
                tokio::spawn(async move {
                    // Who has gone away needs no answer.
                    let _ = serve(stream, open, &reading).await;
                    drop(place);
                });
            }
            Ok(_) => tracing::warn!("a command of another user was refused"),
            Err(error) => {
                tracing::warn!(%error, "a command could not be taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn serve(stream: UnixStream, open: OpenFolder, reading: &Semaphore) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let asked = {
        let _turn = reading.acquire().await;
        question(&mut reader).await
    };
    let request = match asked {
        Ok(question) => question.request,
        Err(error) => return say(&mut writer, Answer::Failed { error: Box::new(error) }).await,
    };
    let (output, mut values) = mpsc::channel::<Value>(16);
    let caller = Caller { output, cancel: Arc::default() };
    let cancelling = tokio::spawn(cancel(reader, Arc::clone(&caller.cancel)));
    let done = tokio::spawn(async move { perform(&open, request, &caller).await });
    while let Some(value) = values.recv().await {
        say(&mut writer, Answer::Print { value }).await?;
    }
    cancelling.abort();
    let last = match done.await {
        Ok(Ok(code)) => Answer::Done { code },
        Ok(Err(error)) => Answer::Failed { error: Box::new(error) },
        Err(_) => Answer::Failed {
            error: Box::new(Error::new(ErrorCode::Internal, "The command failed because of a defect.", "Report this.")),
        },
    };
    say(&mut writer, last).await
}

async fn question(reader: &mut BufReader<impl AsyncRead + Unpin>) -> Result<Question> {
    let line = tokio::time::timeout(PATIENCE, wire::line(reader, MOST)).await;
    let line = match line {
        Ok(Ok(Some(line))) => line,
        Ok(_) => return Err(refuse(format!("it is not one line of at most {} MiB", MOST >> 20))),
        Err(_) => return Err(refuse(format!("it took longer than {} seconds", PATIENCE.as_secs()))),
    };
    let asked: Question<Value> = serde_json::from_slice(&line).map_err(|error| refuse(error.to_string()))?;
    if asked.version != VERSION {
        return Err(Error::new(
            ErrorCode::Conflict,
            format!(
                "The process that has the data folder open is Bridge {VERSION}; the command is of {}.",
                asked.version
            ),
            "Start Bridge again.",
        ));
    }
    let request = serde_json::from_value(asked.request).map_err(|error| refuse(error.to_string()))?;
    Ok(Question { version: asked.version, request })
}

/// Hears the word that cancels the run. A caller that goes away cancels nothing.
async fn cancel(mut reader: BufReader<impl AsyncRead + Unpin>, wanted: Arc<Notify>) {
    if let Ok(Some(line)) = wire::line(&mut reader, 64).await
        && line == CANCEL.as_bytes()
    {
        wanted.notify_one();
    }
}

async fn say(writer: &mut tokio::net::unix::OwnedWriteHalf, answer: Answer) -> io::Result<()> {
    tokio::time::timeout(PATIENCE, wire::write(writer, &answer)).await?
}

fn refuse(reason: String) -> Error {
    Error::invalid(vec![Problem {
        path: "command".to_owned(),
        code: ProblemCode::Malformed,
        message: format!("The command cannot be read: {reason}."),
    }])
}
