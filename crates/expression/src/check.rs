//! Says what is wrong with an expression or code without evaluating it. JavaScript is compiled, not run, in a worker of
//! its own: a text that is deep or long enough can end the process that compiles it.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bridge_domain::ExpressionProblem;
use serde_json::value::RawValue;

use crate::absent;
use crate::evaluate::not_started;
use crate::fault::{Failed, Fault, byte_at};
use crate::path;
use crate::template::{self, Part};
use crate::worker::protocol::{Failure, FailureKind, Job, Source, Work};
use crate::worker::{NoAnswers, Pool, WorkerCommand, WorkerError};

/// A text that takes longer to compile is called wrong.
const TIME: Duration = Duration::from_secs(2);
const MEMORY: usize = 64 << 20;

/// A question to the thread that keeps the worker, and where the answer goes.
type Question = (Vec<Source>, SyncSender<Result<Vec<Option<Failure>>, WorkerError>>);

/// Compiles without running.
#[derive(Debug)]
pub(crate) struct Checker {
    worker: WorkerCommand,
    thread: Mutex<Option<mpsc::Sender<Question>>>,
}

impl Checker {
    pub fn new(worker: WorkerCommand) -> Self {
        Self { worker: WorkerCommand { size: 1, ..worker }, thread: Mutex::default() }
    }

    /// See [`bridge_domain::Evaluate::check`].
    pub fn check(&self, text: &str) -> Vec<ExpressionProblem> {
        if !template::is_expression(text) {
            return Vec::new();
        }
        let parts = match template::parse(text) {
            Ok(parts) => parts,
            Err(fault) => return vec![fault.problem(text)],
        };
        let codes = parts.into_iter().filter_map(|part| match part {
            Part::Code(code) => path::parse(text, &code.tokens).is_none().then_some(code),
            Part::Literal(_) => None,
        });
        let codes: Vec<_> = codes.collect();
        let absent: Vec<_> = codes.iter().flat_map(|code| absent::found(text, &code.tokens)).collect();
        if !absent.is_empty() {
            return absent.into_iter().map(|fault| fault.problem(text)).collect();
        }
        let sources = codes.iter().map(|code| Source::Expression(code.source(text).to_owned())).collect();
        let places: Vec<_> = codes.iter().map(|code| (code.source_start(), code.end)).collect();
        self.problems(text, sources, &places)
    }

    /// See [`crate::Expressions::check_code`].
    pub fn check_code(&self, code: &str) -> Vec<ExpressionProblem> {
        self.problems(code, vec![Source::Body(code.to_owned())], &[(0, code.len())])
    }

    fn problems(&self, text: &str, sources: Vec<Source>, places: &[(usize, usize)]) -> Vec<ExpressionProblem> {
        if sources.is_empty() {
            return Vec::new();
        }
        let found = match self.ask(sources) {
            Ok(found) => found,
            Err(error) => {
                let message = unchecked(&error);
                return vec![Fault::new(message, 0, text.len()).problem(text)];
            }
        };
        let problems = found.into_iter().zip(places).filter_map(|(failure, &(start, end))| {
            let failure = failure?;
            let at =
                if failure.line == 0 { start } else { byte_at(text, start, failure.line, failure.column).min(end) };
            let message = match failure.kind {
                FailureKind::Memory => "This is too large to be compiled.".to_owned(),
                _ => format!("This is not valid JavaScript: {}.", failure.message),
            };
            Some(Fault::new(message, at, end.max(at)).problem(text))
        });
        problems.collect()
    }

    fn ask(&self, sources: Vec<Source>) -> Result<Vec<Option<Failure>>, WorkerError> {
        let gone = || WorkerError::Died("the thread that checks has ended".to_owned());
        let (answer, answered) = mpsc::sync_channel(1);
        {
            let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
            let sender = match thread.take() {
                Some(sender) => sender,
                None => start(self.worker.clone()).map_err(WorkerError::NotStarted)?,
            };
            let sent = sender.send((sources, answer));
            if sent.is_ok() {
                *thread = Some(sender);
            }
            sent.map_err(|_| gone())?;
        }
        match answered.recv_timeout(TIME * 4) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => Err(WorkerError::Killed),
            Err(RecvTimeoutError::Disconnected) => Err(gone()),
        }
    }
}

fn unchecked(error: &WorkerError) -> String {
    match error {
        WorkerError::Failed(failure) if failure.kind == FailureKind::Unrestricted => {
            format!(
                "This cannot be checked: this system does not let the JavaScript process be restricted: {}.",
                failure.message
            )
        }
        WorkerError::Killed | WorkerError::Failed(_) => "This takes too long to be checked.".to_owned(),
        WorkerError::Died(_) => "This cannot be compiled: it is nested too deeply or too large.".to_owned(),
        WorkerError::TooLarge => "This is too long to be checked.".to_owned(),
        WorkerError::NotStarted(error) => {
            let Failed { message, hint, .. } = not_started(error);
            format!("This cannot be checked. {message}. {hint}")
        }
    }
}

/// A thread with a runtime of its own, so that a check can be asked for inside and outside of one. It ends with its sender.
fn start(worker: WorkerCommand) -> std::io::Result<mpsc::Sender<Question>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (sender, questions) = mpsc::channel();
    std::thread::Builder::new()
        .name("expression check".to_owned())
        .spawn(move || serve(&runtime, &worker, &questions))?;
    Ok(sender)
}

fn serve(runtime: &tokio::runtime::Runtime, worker: &WorkerCommand, questions: &Receiver<Question>) {
    let pool = Pool::new(worker.clone());
    while let Ok((sources, answer)) = questions.recv() {
        // Nobody may be left to hear it.
        let _ = answer.send(runtime.block_on(compile(&pool, sources)));
    }
    // The worker is ended where its pipes are known.
    runtime.block_on(async move { drop(pool) });
}

async fn compile(pool: &Pool, sources: Vec<Source>) -> Result<Vec<Option<Failure>>, WorkerError> {
    let count = sources.len();
    let job = Job {
        time: u64::try_from(TIME.as_millis()).unwrap_or(u64::MAX),
        memory: MEMORY,
        output: MEMORY,
        values: RawValue::NULL,
        items: RawValue::NULL,
        work: Work::Check(sources),
    };
    let text = pool.run(&job, &mut NoAnswers).await?;
    let found: Vec<Option<Failure>> =
        serde_json::from_str(&text).map_err(|error| WorkerError::Died(error.to_string()))?;
    if found.len() == count { Ok(found) } else { Err(WorkerError::Died("answers are missing".to_owned())) }
}
