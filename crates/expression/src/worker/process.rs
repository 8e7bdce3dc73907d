//! One worker process as the application sees it: starts it, gives it one job at a time, ends it when it takes too long.
//! Trusts nothing it says.

use std::ffi::OsString;
use std::io::{Error, ErrorKind};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::protocol::{Answer, Ask, Failure, Job, MAX_MESSAGE, Order, Refusal, Report};
use crate::aside::aside;

/// How to start workers, and how many.
#[derive(Debug, Clone)]
pub struct WorkerCommand {
    /// The program, by its full path.
    pub program: PathBuf,
    /// Its arguments; the first is usually [`crate::WORKER_ARGUMENT`].
    pub arguments: Vec<OsString>,
    /// Workers at most at the same time; 0 counts as 1.
    pub size: usize,
}

/// How long a worker may overrun its job's time before it is killed: it stops by itself unless it hangs in one operation.
pub(crate) const GRACE: Duration = Duration::from_millis(500);

/// Why a worker gave no result.
#[derive(Debug)]
pub(crate) enum WorkerError {
    /// It says so itself.
    Failed(Failure),
    /// It was killed, because it took too long.
    Killed,
    /// It ended, or said something that makes no sense.
    Died(String),
    /// It cannot be started.
    NotStarted(Error),
    /// The job or an answer is too large to be sent.
    TooLarge,
}

/// Who answers a worker's questions.
pub(crate) trait Answers: Send {
    /// The answer as a message: see [`answer_message`].
    fn answer(&mut self, ask: Ask) -> BoxFuture<'_, Vec<u8>>;
}

/// Nobody: for work that has no data.
pub(crate) struct NoAnswers;

impl Answers for NoAnswers {
    fn answer(&mut self, _: Ask) -> BoxFuture<'_, Vec<u8>> {
        Box::pin(async { refusal("There is no data here.", "") })
    }
}

/// The message that answers a question.
pub(crate) fn answer_message(answer: Answer<'_>) -> Vec<u8> {
    serde_json::to_vec(&Order::Answer(answer)).unwrap_or_default()
}

/// The message that refuses an answer.
pub(crate) fn refusal(message: &str, hint: &str) -> Vec<u8> {
    answer_message(Answer::Refused(Refusal { message: message.into(), hint: hint.into() }))
}

/// A worker process. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Time its jobs have taken.
    busy: Duration,
}

impl Process {
    pub fn start(command: &WorkerCommand) -> std::io::Result<Self> {
        let mut child = Command::new(&command.program)
            .args(&command.arguments)
            .env_clear()
            // The program's allocator takes 1 GiB of address space in advance, which would not count towards the limit.
            .env("MIMALLOC_ARENA_RESERVE", "0")
            .current_dir(if cfg!(windows) { "C:\\" } else { "/" })
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| Error::new(error.kind(), format!("{} ({error})", command.program.display())))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::other("the worker has no pipes"));
        };
        Ok(Self { child, input, output: BufReader::new(output), busy: Duration::ZERO })
    }

    /// Whether it has enough of its CPU time left for a job of this length.
    pub fn can_take(&mut self, time: Duration) -> bool {
        let allowed = Duration::from_secs(super::restrict::CPU_SECONDS / 2);
        let alive = matches!(self.child.try_wait(), Ok(None));
        alive && self.busy.saturating_add(time) < allowed
    }

    /// Does one job: JSON text of its result. After an error other than [`WorkerError::Failed`] the process is of no use.
    pub async fn run(
        &mut self,
        job: &Job<'_>,
        message: &[u8],
        answers: &mut dyn Answers,
    ) -> Result<String, WorkerError> {
        let limit = Duration::from_millis(job.time).saturating_add(GRACE);
        let started = Instant::now();
        let exchange = self.exchange(message, answers, job.output);
        let result = match tokio::time::timeout(limit, exchange).await {
            Ok(result) => result,
            Err(_) => Err(WorkerError::Killed),
        };
        self.busy += started.elapsed();
        if !matches!(result, Ok(_) | Err(WorkerError::Failed(_))) {
            let _ = self.child.start_kill();
        }
        result
    }

    async fn exchange(
        &mut self,
        message: &[u8],
        answers: &mut dyn Answers,
        output: usize,
    ) -> Result<String, WorkerError> {
        let died = |error: Error| WorkerError::Died(error.to_string());
        self.send(message).await?;
        loop {
            // A result may be wrapped in a few bytes, and be longer in bytes than in UTF-16 units.
            let message = self.receive(output.saturating_mul(3).saturating_add(1 << 16)).await.map_err(died)?;
            let read = aside(message.len(), move || Said::read(&message)).await.unwrap_or_else(|| Err(unread()));
            match read.map_err(died)? {
                Said::Ask(ask) => {
                    let answer = answers.answer(ask).await;
                    self.send(&answer).await?;
                }
                Said::Done(result) => return Ok(result),
                Said::Failed(failure) => return Err(WorkerError::Failed(failure)),
            }
        }
    }

    async fn send(&mut self, message: &[u8]) -> Result<(), WorkerError> {
        let length = u32::try_from(message.len()).ok().filter(|length| *length as usize <= MAX_MESSAGE);
        let length = length.ok_or(WorkerError::TooLarge)?.to_le_bytes();
        let sent = async {
            self.input.write_all(&length).await?;
            self.input.write_all(message).await?;
            self.input.flush().await
        };
        sent.await.map_err(|error| WorkerError::Died(error.to_string()))
    }

    async fn receive(&mut self, most: usize) -> std::io::Result<Vec<u8>> {
        let length = self.output.read_u32_le().await? as usize;
        if length > most.min(MAX_MESSAGE) {
            return Err(Error::other("the worker says more than it may"));
        }
        // Grows with what arrives: the length is only a claim.
        let mut message = Vec::new();
        let read = (&mut self.output).take(length as u64).read_to_end(&mut message).await?;
        if read < length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(message)
    }
}

/// A report that is nobody's but its own.
enum Said {
    Ask(Ask),
    Done(String),
    Failed(Failure),
}

impl Said {
    fn read(message: &[u8]) -> std::io::Result<Self> {
        Ok(match serde_json::from_slice(message)? {
            Report::Ask(ask) => Self::Ask(ask),
            Report::Done(result) => Self::Done(result.get().to_owned()),
            Report::Failed(failure) => Self::Failed(failure),
        })
    }
}

fn unread() -> Error {
    Error::other("its report could not be read")
}
