//! The port's implementation: what of it is done where. Holds the workers and the limits, nothing of a run.

use std::io::ErrorKind;
use std::time::Duration;

use bridge_domain::{
    Batch, CodeItems, CodeRequest, Config, Error, ErrorCode, Evaluate, ExpressionProblem, Result, Scope, StepFailure,
};
use futures_util::future::BoxFuture;

use crate::check::Checker;
use crate::fault::Failed;
use crate::plans::Plans;
use crate::worker::protocol::{Failure, FailureKind};
use crate::worker::{Pool, WorkerCommand, WorkerError};
use crate::{code, parameters};

/// Limits of one job of JavaScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes the interpreter may use.
    pub memory: usize,
    /// Bytes of the result.
    pub output: usize,
    /// For all expressions of a batch together. Code has the time its request says.
    pub expression_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 256 << 20, output: 64 << 20, expression_time: Duration::from_secs(10) }
    }
}

/// Evaluates expressions and runs code. Needs a Tokio runtime with time and I/O, except for [`Evaluate::check`].
#[derive(Debug)]
pub struct Expressions {
    pool: Pool,
    checker: Checker,
    plans: Plans,
    limits: Limits,
}

impl Expressions {
    /// With workers started by this command when they are first needed.
    #[must_use]
    pub fn new(worker: WorkerCommand) -> Self {
        Self::with_limits(worker, Limits::default())
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(worker: WorkerCommand, limits: Limits) -> Self {
        Self { checker: Checker::new(worker.clone()), pool: Pool::new(worker), plans: Plans::default(), limits }
    }

    /// What is wrong with the code of a code node. Reads it only: nothing is evaluated. May block for as long as
    /// [`Evaluate::check`].
    #[must_use]
    pub fn check_code(&self, code: &str) -> Vec<ExpressionProblem> {
        self.checker.check_code(code)
    }
}

impl Evaluate for Expressions {
    /// Blocks for a message to a worker and back (tens of microseconds; milliseconds when it must be started first), but
    /// not for paths and literal text.
    fn check(&self, text: &str) -> Vec<ExpressionProblem> {
        self.checker.check(text)
    }

    fn parameters<'a>(
        &'a self,
        config: &'a Config,
        batch: &'a Batch,
        scope: &'a dyn Scope,
    ) -> BoxFuture<'a, Result<Vec<Result<Config, StepFailure>>, StepFailure>> {
        Box::pin(parameters::evaluate(&self.pool, &self.plans, self.limits, config, batch, scope))
    }

    fn code<'a>(
        &'a self,
        request: CodeRequest<'a>,
        scope: &'a dyn Scope,
    ) -> BoxFuture<'a, Result<CodeItems, StepFailure>> {
        Box::pin(code::run(&self.pool, self.limits, request, scope))
    }
}

/// What to tell a person about a job that gave no result.
pub(crate) fn explain(error: WorkerError, time: Duration, limits: Limits) -> Failed {
    match error {
        WorkerError::Failed(failure) => explain_failure(failure, time, limits),
        WorkerError::Killed => too_long(time),
        WorkerError::TooLarge => {
            let message = "the items are too large to be given to JavaScript";
            Failed::limit(message, "Process fewer or smaller items at once.")
        }
        WorkerError::Died(reason) => {
            let mut failed = Failed::new(format!("the JavaScript worker ended in the middle of the work ({reason})"));
            failed.hint = "Run it again. When it ends again, the code needs more than its limits allow, or another program, such as a virus \
                           scanner, ends it."
                .to_owned();
            failed
        }
        WorkerError::NotStarted(error) => not_started(&error),
    }
}

/// What to tell a person about a failure that the worker reports.
pub(crate) fn explain_failure(failure: Failure, time: Duration, limits: Limits) -> Failed {
    match failure.kind {
        FailureKind::Syntax | FailureKind::Thrown => {
            let failed = Failed::new(failure.message);
            match failure.hint {
                Some(hint) if !hint.is_empty() => Failed { hint, ..failed },
                _ => failed,
            }
        }
        FailureKind::Time => too_long(time),
        FailureKind::Memory => Failed::limit(
            format!("it needs more than {} MiB of memory", limits.memory >> 20),
            "Process fewer items at once, or keep less of each.",
        ),
        FailureKind::Output => {
            Failed::limit(format!("it gives more than {} MiB", limits.output >> 20), "Return fewer or smaller items.")
        }
        FailureKind::Unrestricted => Failed {
            code: ErrorCode::Internal,
            message: format!(
                "JavaScript is not run, because this system does not let its process be restricted: {}",
                failure.message
            ),
            hint:
                "Plain paths such as {{ $json.name }} work without it. In a container, allow the system calls seccomp \
                   and prctl, as Docker's own profile does. On a computer, use a kernel that has seccomp filters."
                    .to_owned(),
        },
    }
}

/// Why there is no process for JavaScript, and what to do about it.
pub(crate) fn not_started(error: &std::io::Error) -> Failed {
    let hint = match error.kind() {
        ErrorKind::NotFound => {
            "The program was moved, removed or updated while it ran. Start the application again; when that does not help, \
             install it again."
        }
        ErrorKind::PermissionDenied => {
            "Allow the application to start its own program: the file must be executable, its disk not mounted with \
             `noexec`, and no security policy or virus scanner may forbid it."
        }
        ErrorKind::WouldBlock | ErrorKind::OutOfMemory => {
            "The system has no room for another process. Close other programs, or raise the limit of processes, and run it \
             again."
        }
        _ => "Start the application again; when that does not help, install it again.",
    };
    Failed {
        code: ErrorCode::Internal,
        message: format!("JavaScript cannot be run, because its process cannot be started: {error}"),
        hint: hint.to_owned(),
    }
}

fn too_long(time: Duration) -> Failed {
    let message = format!("it took longer than {} and was stopped", seconds(time));
    Failed::limit(message, "Look for a loop that does not end, or process fewer items at once.")
}

fn seconds(time: Duration) -> String {
    match time.as_millis() {
        ms if ms % 1_000 == 0 => format!("{} s", ms / 1_000),
        ms => format!("{ms} ms"),
    }
}

/// A job cannot be put together: a defect of ours.
pub(crate) fn unsendable(error: &serde_json::Error) -> StepFailure {
    Error::new(ErrorCode::Internal, format!("The items cannot be written as JSON: {error}."), "Report this.").into()
}
