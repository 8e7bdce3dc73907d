//! Configurations for the items of a batch: paths here, everything else in one job for all items.

use bridge_domain::{Batch, Config, Error, ErrorCode, MAX_JSON_VALUES, Scope, StepFailure, json_fits};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::to_raw_value;

use crate::answers::ScopeAnswers;
use crate::aside::aside;
use crate::evaluate::{Limits, explain, explain_failure, unsendable};
use crate::fault::{Failed, byte_at, utf16};
use crate::lookup::Lookup;
use crate::missing;
use crate::path::{Path, Reach, Root};
use crate::plan::{Plan, Program, ProgramKind, Site, SiteFault};
use crate::plans::Plans;
use crate::value::Found;
use crate::values;
use crate::worker::protocol::{Failure, FailureKind, Given, Job, Work};
use crate::worker::{Pool, WorkerError};

/// See [`bridge_domain::Evaluate::parameters`].
pub(crate) async fn evaluate(
    pool: &Pool,
    plans: &Plans,
    limits: Limits,
    config: &Config,
    batch: &Batch,
    scope: &dyn Scope,
) -> Result<Vec<Result<Config, StepFailure>>, StepFailure> {
    let count = batch.items.len().max(1);
    let plan = plans.of(config).map_err(|fault| syntax(&fault, scope))?;
    if plan.sites.is_empty() {
        return Ok(vec![Ok(config.clone()); count]);
    }
    let roots = plan.programs().filter_map(|(_, program)| match &program.kind {
        ProgramKind::Path(path) => Some(&path.root),
        ProgramKind::Script(_) => None,
    });
    let lookup = Lookup::fetch(roots, batch, scope).await;
    let rows = run_scripts(pool, limits, &plan, batch, scope).await?;
    let evaluation = Evaluation { plan: &plan, lookup, rows, batch, scope, limits };
    Ok((0..count).map(|position| evaluation.config(position)).collect())
}

/// What the interpreter gave: for each item, for each script.
type Rows = Vec<Vec<Given>>;

async fn run_scripts(
    pool: &Pool,
    limits: Limits,
    plan: &Plan,
    batch: &Batch,
    scope: &dyn Scope,
) -> Result<Rows, StepFailure> {
    if plan.scripts.is_empty() {
        return Ok(Vec::new());
    }
    let values = to_raw_value(&values::for_job(scope.values(), batch.place(0).index));
    let values = values.map_err(|error| unsendable(&error))?;
    let items = to_raw_value(&batch.items).map_err(|error| unsendable(&error))?;
    let job = Job {
        time: u64::try_from(limits.expression_time.as_millis()).unwrap_or(u64::MAX),
        memory: limits.memory,
        output: limits.output,
        values: &values,
        items: &items,
        work: Work::Expressions(plan.scripts.clone()),
    };
    let mut answers = ScopeAnswers::new(scope, batch);
    let (scripts, count) = (plan.scripts.len(), batch.items.len().max(1));
    let outcome = match pool.run(&job, &mut answers).await {
        Ok(text) => {
            let read = aside(text.len(), move || read_rows(&text, scripts, count)).await;
            read.unwrap_or_else(|| Err(WorkerError::Died("the results could not be read".to_owned())))
        }
        Err(error) => Err(error),
    };
    outcome.map_err(|error| whole_failure(error, limits, plan, scope))
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Rows(Rows),
    Failure(Failure),
}

fn read_rows(text: &str, scripts: usize, count: usize) -> Result<Rows, WorkerError> {
    if !json_fits(text) {
        let message = format!("the results hold more than {MAX_JSON_VALUES} values");
        return Err(WorkerError::Failed(Failure::thrown(message)));
    }
    let outcome = serde_json::from_str(text).map_err(|error| WorkerError::Failed(unreadable(&error)))?;
    match outcome {
        Outcome::Rows(rows) if rows.len() == count && rows.iter().all(|row| row.len() == scripts) => Ok(rows),
        Outcome::Rows(_) => Err(WorkerError::Died("results are missing".to_owned())),
        Outcome::Failure(failure) => Err(WorkerError::Failed(failure)),
    }
}

/// A result that is JSON for the interpreter but not for us.
pub(crate) fn unreadable(error: &serde_json::Error) -> Failure {
    let message = if error.to_string().starts_with("recursion limit") {
        "the result is nested more than 127 levels deep".to_owned()
    } else {
        format!("the result cannot be read: {error}")
    };
    Failure::thrown(message)
}

/// The failure of the whole job; it names a script when it is about one.
fn whole_failure(error: WorkerError, limits: Limits, plan: &Plan, scope: &dyn Scope) -> StepFailure {
    let failure = match &error {
        WorkerError::Failed(failure) if failure.kind == FailureKind::Syntax => Some(failure.clone()),
        _ => None,
    };
    let failed = explain(error, limits.expression_time, limits);
    let site = failure.as_ref().and_then(|failure| {
        plan.programs().find(|(_, program)| matches!(program.kind, ProgramKind::Script(at) if at == failure.source))
    });
    match (site, failure) {
        (Some((site, program)), Some(failure)) => placed(failed, site, program, &failure, scope),
        _ => failed.step_failure(&format!("The expressions of “{}” failed", scope.values().node)),
    }
}

fn syntax(fault: &SiteFault, scope: &dyn Scope) -> StepFailure {
    let failed = Failed::new(fault.fault.message.clone());
    let mut failure = failed.step_failure(&about(&fault.parameter, scope));
    failure.position = Some(utf16(&fault.text, fault.fault.start));
    failure.parameter = Some(fault.parameter.clone());
    failure
}

fn about(parameter: &str, scope: &dyn Scope) -> String {
    format!("The expression in “{parameter}” of “{}” failed", scope.values().node)
}

fn placed(failed: Failed, site: &Site, program: &Program, failure: &Failure, scope: &dyn Scope) -> StepFailure {
    let byte = if failure.line == 0 {
        program.start
    } else {
        byte_at(&site.text, program.start, failure.line, failure.column).min(program.end)
    };
    let mut step = failed.step_failure(&about(&site.parameter, scope));
    step.parameter = Some(site.parameter.clone());
    step.position = Some(utf16(&site.text, byte));
    step
}

struct Evaluation<'a> {
    plan: &'a Plan,
    lookup: Lookup,
    rows: Rows,
    batch: &'a Batch,
    scope: &'a dyn Scope,
    limits: Limits,
}

impl Evaluation<'_> {
    fn config(&self, position: usize) -> Result<Config, StepFailure> {
        let values = self.plan.sites.iter().map(|site| site.value(|program| self.value(site, program, position)));
        let values: Result<Vec<Value>, StepFailure> = values.collect();
        let mut values = values.map_err(|mut failure| {
            failure.item = (!self.batch.items.is_empty()).then(|| self.batch.place(position).index);
            failure
        })?;
        Ok(self.plan.fill(&mut values))
    }

    fn value(&self, site: &Site, program: &Program, position: usize) -> Result<Option<Value>, StepFailure> {
        match &program.kind {
            ProgramKind::Path(path) => self
                .follow(path, position)
                .map_err(|error| placed(error.into(), site, program, &Failure::thrown(String::new()), self.scope)),
            ProgramKind::Script(number) => {
                let given = self.rows.get(position).and_then(|row| row.get(*number));
                match given.and_then(|given| given.failure.as_ref()) {
                    None => Ok(given.and_then(|given| given.value.clone())),
                    Some(failure) => {
                        Err(placed(self.failed(site, program, failure, position), site, program, failure, self.scope))
                    }
                }
            }
        }
    }

    fn failed(&self, site: &Site, program: &Program, failure: &Failure, position: usize) -> Failed {
        let failed = explain_failure(failure.clone(), self.limits.expression_time, self.limits);
        let source = site.text.get(program.start..program.end).unwrap_or_default();
        let at = (failure.line > 0).then(|| byte_at(source, 0, failure.line, failure.column));
        let suspects = missing::suspects(&failed, source);
        missing::named(failed, source, &suspects, at, |root| match root {
            // What other nodes have was the worker's to ask for, and is not here.
            Root::Node(_)
            | Root::Previous
            | Root::Parameters(_)
            | Root::Input(Reach::First(_) | Reach::Last(_) | Reach::All(_)) => None,
            root => self.root(root, position).ok(),
        })
    }

    fn follow(&self, path: &Path, position: usize) -> Result<Option<Value>, Error> {
        let root = self.root(&path.root, position)?;
        Ok(path.members.iter().fold(root, Found::member).into_value())
    }

    fn root<'s>(&'s self, root: &'s Root, position: usize) -> Result<Found<'s>, Error> {
        let values = self.scope.values();
        let item = self.batch.items.get(position);
        let made = |value| Ok(Found::Made(value));
        let time = |text: Option<String>| {
            let text = text.ok_or_else(|| Error::new(ErrorCode::ExpressionFailed, "The time is out of range.", ""))?;
            made(Value::String(text))
        };
        match root {
            Root::Json => {
                Ok(item.map_or_else(|| Found::Made(Value::Object(Config::new())), |item| Found::Object(&item.json)))
            }
            Root::Binary => {
                Ok(item.map_or_else(|| Found::Made(Value::Object(Config::new())), |item| Found::Files(&item.binary)))
            }
            Root::Input(Reach::Paired) => Ok(item.map_or(Found::Missing, Found::Item)),
            Root::Input(_) | Root::Node(_) | Root::Previous | Root::Parameters(_) => self.lookup.find(root, position),
            Root::Now => time(values::now(values)),
            Root::Today => time(values::today(values)),
            Root::Workflow => made(values::workflow(values)),
            Root::Execution => made(values::execution(values)),
            Root::Variables => Ok(Found::Object(&values.variables)),
            Root::Environment => made(Value::Object(Config::new())),
            Root::ItemIndex => made(Value::from(u64::from(self.batch.place(0).index) + position as u64)),
            Root::RunIndex => made(Value::from(values.run_index)),
            Root::Literal(value) => Ok(value.clone().map_or(Found::Missing, Found::Made)),
        }
    }
}
