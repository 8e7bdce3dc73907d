//! Code nodes: gives the code to a worker and reads what it returns without trust.

use std::collections::HashSet;
use std::time::Duration;

use bridge_domain::{
    Batch, Binary, CodeItems, CodeMode, CodeRequest, Config, Error, ErrorCode, Item, MAX_JSON_VALUES, Scope,
    StepFailure, json_fits,
};
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::answers::ScopeAnswers;
use crate::aside::{SHORT, aside};
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
) -> Result<CodeItems, StepFailure> {
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
        Ok(text) => {
            let check = Check { places: batch.items.len(), shown: answers.shown() };
            aside(text.len(), move || read(text, check)).await.unwrap_or_else(|| Err(unread()))
        }
        Err(error) => Err(error),
    };
    let request = Told { code: request.code, timeout: request.timeout, batch };
    outcome.map_err(|error| request.failure(error, limits, scope))
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome<'t> {
    #[serde(borrow)]
    Items(Vec<&'t RawValue>),
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

/// The items of a result: those of a short one at once, those of a long one when they are asked for. All of it is looked at before the first one is given.
fn read(text: String, check: Check) -> Result<CodeItems, WorkerError> {
    let outcome = serde_json::from_str(&text).map_err(|error| WorkerError::Failed(unreadable(&error)))?;
    let items: Vec<&RawValue> = match outcome {
        Outcome::Failure(failure) => return Err(WorkerError::Failed(failure)),
        Outcome::Items(items) => items,
    };
    let mut made = items.iter().enumerate().map(|(number, text)| check.item(number, text.get()));
    if text.len() <= SHORT {
        return Ok(made.collect::<Result<Vec<_>, _>>()?.into());
    }
    made.try_for_each(|item| item.map(drop))?;
    let begin = text.as_ptr() as usize;
    let place = |item: &RawValue| (item.get().as_ptr() as usize - begin, item.get().len());
    let places: Vec<(usize, usize)> = items.into_iter().map(place).collect();
    Ok(CodeItems::new(places.into_iter().enumerate().map(move |(number, (start, length))| {
        let item = text.get(start..start + length).unwrap_or_default();
        check.item(number, item).map_err(|_| {
            let message = format!("Item {number} of the result cannot be read again.");
            Error::new(ErrorCode::Internal, message, "Report this.").into()
        })
    })))
}

fn unread() -> WorkerError {
    WorkerError::Died("the result could not be read".to_owned())
}

/// What items of a result are held against.
struct Check {
    /// Items that the code was given.
    places: usize,
    /// Hashes of the files that it was shown.
    shown: HashSet<String>,
}

impl Check {
    fn item(&self, number: usize, text: &str) -> Result<(Item, Vec<usize>), WorkerError> {
        let refused = |message: String| WorkerError::Failed(Failure::thrown(message));
        if !json_fits(text) {
            return Err(refused(format!("Item {number} of the result holds more than {MAX_JSON_VALUES} values")));
        }
        let returned: Returned = serde_json::from_str(text).map_err(|error| WorkerError::Failed(unreadable(&error)))?;
        let mut item = Item::from(returned.item.json);
        for (name, file) in returned.item.binary {
            let file = serde_json::from_value::<Binary>(file).ok();
            let file = file.filter(|file| self.shown.contains(&file.hash)).ok_or_else(|| {
                refused(format!("Item {number} of the result has a file “{name}” that none of the items has. Code can pass files on, not make them"))
            })?;
            item.binary.insert(name, file);
        }
        let mut from = returned.from;
        from.sort_unstable();
        from.dedup();
        match from.iter().find(|place| **place >= self.places) {
            Some(place) => {
                Err(refused(format!("Item {number} of the result comes from item {place}, which there is not")))
            }
            None => Ok((item, from)),
        }
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
