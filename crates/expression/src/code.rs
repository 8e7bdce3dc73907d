//! Code nodes: gives the code to a worker and reads what it returns without trust.

use std::time::Duration;

use bridge_domain::{Batch, CodeMode, CodeRequest, Config, Item, Scope, StepFailure};
use serde::Deserialize;
use serde_json::value::to_raw_value;

use crate::answers::ScopeAnswers;
use crate::evaluate::{Limits, explain, unsendable};
use crate::fault::{Failed, byte_at, utf16};
use crate::missing;
use crate::parameters::unreadable;
use crate::values;
use crate::worker::protocol::{Failure, Job, Work};
use crate::worker::{Pool, WorkerError};

/// See [`bridge_domain::Evaluate::code`].
pub(crate) async fn run(
    pool: &Pool,
    limits: Limits,
    request: CodeRequest<'_>,
    scope: &dyn Scope,
) -> Result<Vec<(Item, Vec<usize>)>, StepFailure> {
    let batch = request.batch;
    let values = to_raw_value(&values::for_job(scope.values(), batch.place(0).index));
    let values = values.map_err(|error| unsendable(&error))?;
    let items = to_raw_value(&batch.items).map_err(|error| unsendable(&error))?;
    let job = Job {
        time: u64::try_from(request.timeout.as_millis()).unwrap_or(u64::MAX),
        memory: limits.memory,
        output: limits.output,
        values: &values,
        items: &items,
        work: Work::Code { body: request.code.to_owned(), each: request.mode == CodeMode::EachItem },
    };
    let mut answers = ScopeAnswers::new(scope, batch);
    let outcome = match pool.run(&job, &mut answers).await {
        Ok(text) => read(&text, batch, &answers),
        Err(error) => Err(error),
    };
    let request = Told { code: request.code, timeout: request.timeout, batch };
    outcome.map_err(|error| request.failure(error, limits, scope))
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Items(Vec<Returned>),
    Failure(Failure),
}

#[derive(Deserialize)]
struct Returned {
    item: ReturnedItem,
    from: Vec<usize>,
}

#[derive(Deserialize)]
struct ReturnedItem {
    json: Config,
    #[serde(default)]
    binary: serde_json::Map<String, serde_json::Value>,
}

fn read(text: &str, batch: &Batch, answers: &ScopeAnswers<'_>) -> Result<Vec<(Item, Vec<usize>)>, WorkerError> {
    let outcome = serde_json::from_str(text).map_err(|error| WorkerError::Failed(unreadable(&error)))?;
    match outcome {
        Outcome::Failure(failure) => Err(WorkerError::Failed(failure)),
        Outcome::Items(items) => {
            let items = items.into_iter().enumerate();
            items.map(|(number, returned)| returned_item(number, returned, batch, answers)).collect()
        }
    }
}

fn returned_item(
    number: usize,
    returned: Returned,
    batch: &Batch,
    answers: &ScopeAnswers<'_>,
) -> Result<(Item, Vec<usize>), WorkerError> {
    let refused = |message: String| WorkerError::Failed(Failure::thrown(message));
    let mut item = Item::from(returned.item.json);
    for (name, file) in returned.item.binary {
        let file = serde_json::from_value(file).ok().filter(|file| answers.has_shown(file)).ok_or_else(|| {
            refused(format!("Item {number} of the result has a file “{name}” that none of the items has. Code can pass files on, not make them"))
        })?;
        item.binary.insert(name, file);
    }
    let mut from = returned.from;
    from.sort_unstable();
    from.dedup();
    match from.iter().find(|place| **place >= batch.items.len()) {
        Some(place) => Err(refused(format!("Item {number} of the result comes from item {place}, which there is not"))),
        None => Ok((item, from)),
    }
}

/// What a failure is told about.
struct Told<'a> {
    code: &'a str,
    timeout: Duration,
    batch: &'a Batch,
}

impl Told<'_> {
    fn failure(&self, error: WorkerError, limits: Limits, scope: &dyn Scope) -> StepFailure {
        let failure = match &error {
            WorkerError::Failed(failure) => Some(failure.clone()),
            _ => None,
        };
        let failed: Failed = explain(error, self.timeout, limits);
        let place = failure.as_ref().filter(|failure| failure.line > 0);
        let at = place.map(|failure| byte_at(self.code, 0, failure.line, failure.column));
        let suspects = missing::suspects(&failed, self.code);
        let failed = missing::named(failed, self.code, &suspects, at, |_| None);
        let line = failure.as_ref().map_or(0, |failure| failure.line);
        let place = if line == 0 { String::new() } else { format!(" in line {line}") };
        let mut step = failed.step_failure(&format!("The code of “{}” failed{place}", scope.values().node));
        if let Some(failure) = failure {
            step.position = at.map(|byte| utf16(self.code, byte));
            let item = failure.item.filter(|item| *item < self.batch.items.len());
            step.item = item.map(|item| self.batch.place(item).index);
        }
        step
    }
}
