//! A few workers, started when they are first needed and used again. A worker that has misbehaved is not.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::process::{Answers, Process, WorkerCommand, WorkerError};
use super::protocol::Job;

/// Idle workers of one command.
#[derive(Debug)]
pub(crate) struct Pool {
    command: WorkerCommand,
    idle: Mutex<VecDeque<Process>>,
    free: Semaphore,
}

impl Pool {
    pub fn new(command: WorkerCommand) -> Self {
        let free = Semaphore::new(command.size.max(1));
        Self { command, idle: Mutex::default(), free }
    }

    /// Does a job in a worker of its own for that time: JSON text of its result. Waits for a worker to be free; dropping
    /// the future ends the worker.
    pub async fn run(&self, job: &Job<'_>, answers: &mut dyn Answers) -> Result<String, WorkerError> {
        let message = serde_json::to_vec(&JobOrder::Job(job)).map_err(|_| WorkerError::TooLarge)?;
        let _permit = self.free.acquire().await.map_err(|error| WorkerError::Died(error.to_string()))?;
        let mut process = match self.take_idle(Duration::from_millis(job.time)) {
            Some(process) => process,
            None => Process::start(&self.command).map_err(WorkerError::NotStarted)?,
        };
        let result = process.run(job, &message, answers).await;
        if matches!(result, Ok(_) | Err(WorkerError::Failed(_))) {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push_back(process);
        }
        result
    }

    fn take_idle(&self, time: Duration) -> Option<Process> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // The one that has waited longest: its next interpreter is ready.
        while let Some(mut process) = idle.pop_front() {
            if process.can_take(time) {
                return Some(process);
            }
        }
        None
    }
}

/// [`super::protocol::Order::Job`] of a job that is only borrowed.
#[derive(serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum JobOrder<'a> {
    Job(&'a Job<'a>),
}
