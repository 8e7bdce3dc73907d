//! The end of the socket that carries commands out: in the window's process, or in that of `serve`.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Error, ErrorCode, Problem, ProblemCode, Result};
use futures_util::FutureExt;
use serde_json::Value;
use tokio::io::{AsyncRead, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::task::JoinHandle;

use super::place::{Place, is_own};
use super::wire::{self, Answer, CANCEL, MOST, PATIENCE, Question, VERSION};
use crate::perform::{Caller, OpenFolder, perform};

/// Callers at the same time.
const CALLERS: usize = 64;
/// Callers whose request is being read at the same time: each may take up to [`MOST`] bytes.
const READING: usize = 4;

/// How long commands in progress may still take when the process is to end.
const GRACE: Duration = Duration::from_millis(500);

/// The socket, open. End it before the store is closed: what comes then goes to the next process that opens the folder.
#[derive(Debug)]
pub struct Control {
    path: PathBuf,
    accepting: JoinHandle<()>,
    /// Commands in progress.
    working: watch::Sender<usize>,
    ending: watch::Sender<bool>,
}

impl Drop for Control {
    fn drop(&mut self) {
        self.stop_accepting();
    }
}

impl Control {
    /// Takes no command any more, and gives those in progress a moment. What is not done by then is answered `interrupted`.
    pub async fn end(self) {
        self.stop_accepting();
        if tokio::time::timeout(GRACE, self.idle()).await.is_err() {
            self.ending.send_replace(true);
            // Answers must not be waited for longer than a caller is alive.
            let _ = tokio::time::timeout(GRACE, self.idle()).await;
        }
    }

    /// Waits for commands in progress, however long they take, and for those that come meanwhile.
    pub(crate) async fn finish(self) {
        self.idle().await;
        self.stop_accepting();
        self.idle().await;
    }

    fn stop_accepting(&self) {
        self.accepting.abort();
        let _ = std::fs::remove_file(&self.path);
    }

    async fn idle(&self) {
        // The sender is this one's.
        let _ = self.working.subscribe().wait_for(|count| *count == 0).await;
    }
}

/// Listens for commands of the same user on a socket in this folder, which is open. Call it within the runtime.
///
/// # Errors
/// `store_unavailable` when there can be no socket in the folder, such as on a network drive.
pub fn listen(open: &OpenFolder, folder: &Path) -> Result<Control> {
    let listener = bind(folder).map_err(|error| {
        Error::new(
            ErrorCode::StoreUnavailable,
            format!("Commands cannot be received while this is open: no socket in {} ({error}).", folder.display()),
            "Close Bridge before you use its command line, or keep its data on a local disk.",
        )
    })?;
    let (working, (ending, ends)) = (watch::Sender::new(0), watch::channel(false));
    let here = Here { open: open.clone(), reading: Arc::new(Semaphore::new(READING)), ends };
    let accepting = tokio::spawn(accept(listener, here, working.clone()));
    Ok(Control { path: folder.join("control.sock"), accepting, working, ending })
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

/// What every caller is served with.
#[derive(Clone)]
struct Here {
    open: OpenFolder,
    reading: Arc<Semaphore>,
    /// True when the process is to end now.
    ends: watch::Receiver<bool>,
}

/// A command in progress, and its place among the callers.
struct Working {
    count: watch::Sender<usize>,
    _place: OwnedSemaphorePermit,
}

impl Working {
    fn begin(count: &watch::Sender<usize>, place: OwnedSemaphorePermit) -> Arc<Self> {
        count.send_modify(|count| *count += 1);
        Arc::new(Self { count: count.clone(), _place: place })
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.count.send_modify(|count| *count -= 1);
    }
}

async fn accept(listener: UnixListener, here: Here, working: watch::Sender<usize>) {
    let callers = Arc::new(Semaphore::new(CALLERS));
    loop {
        let Ok(place) = Arc::clone(&callers).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) if is_own(&stream) => {
                // Who has gone away needs no answer.
                tokio::spawn(serve(stream, here.clone(), Working::begin(&working, place)).map(drop));
            }
            Ok(_) => tracing::warn!("a command of another user was refused"),
            Err(error) => {
                tracing::warn!(%error, "a command could not be taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn serve(stream: UnixStream, mut here: Here, working: Arc<Working>) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let asked = {
        let _turn = here.reading.acquire().await;
        question(&mut reader).await
    };
    let request = match asked {
        Ok(question) => question.request,
        Err(error) => return say(&mut writer, Answer::Failed { error: Box::new(error) }).await,
    };
    // Who has not read this may ask another process: nothing was done.
    say(&mut writer, Answer::Accepted).await?;
    let (output, mut values) = mpsc::channel::<Value>(16);
    let caller = Caller { output, cancel: Arc::default() };
    let cancelling = tokio::spawn(cancel(reader, Arc::clone(&caller.cancel)));
    let done = tokio::spawn(async move {
        // It is in progress as long as it works, also when its caller has gone away.
        let _working = working;
        tokio::select! {
            done = perform(&here.open, request, &caller) => done,
            _ = here.ends.wait_for(|ends| *ends) => Err(ending()),
        }
    });
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

fn ending() -> Error {
    Error::new(
        ErrorCode::Interrupted,
        "Bridge ended before the command was done.",
        "`bridge runs` shows what has become of a run; it goes on when Bridge is next started.",
    )
}

fn refuse(reason: String) -> Error {
    Error::invalid(vec![Problem {
        path: "command".to_owned(),
        code: ProblemCode::Malformed,
        message: format!("The command cannot be read: {reason}."),
    }])
}
