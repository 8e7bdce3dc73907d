//! What every journal must do, as one test that runs against each implementation. For tests only: nothing of a run calls it.

use std::sync::Arc;

use bridge_domain::{
    EndedStep, Entry, ErrorCode, Item, ItemRef, Journal, Lineage, NewRun, NodeId, OutputPages, Page, RunId, RunMode,
    RunScope, RunStatus, RunTrigger, StartedStep, StepDecision, StepKey, StepStatus, Timer, Timestamp, WorkflowId,
};

/// Fails with what was expected.
type Checked = Result<(), String>;

fn check(holds: bool, rule: &str) -> Checked {
    if holds { Ok(()) } else { Err(rule.to_owned()) }
}

fn said(error: bridge_domain::Error) -> String {
    error.message
}

/// Checks a journal that holds no run. The workflow must exist there, with a version 1, if the journal asks for that.
///
/// # Errors
/// The first rule that does not hold.
pub async fn journal_contract(journal: Arc<dyn Journal>, workflow: WorkflowId) -> Checked {
    order_is_that_of_calls(&*journal, workflow).await?;
    a_step_is_kept_with_its_pages(&*journal, workflow).await?;
    all_entries_or_none(&*journal, workflow).await?;
    a_step_ends_once(&*journal, workflow).await?;
    another_try_forgets_timer_and_decision(&*journal, workflow).await?;
    what_is_said_of_a_step_stays(&*journal, workflow).await?;
    what_did_not_begin_does_not_end(&*journal, workflow).await?;
    unfinished_runs_are_named_oldest_first(&*journal, workflow).await
}

async fn order_is_that_of_calls(journal: &dyn Journal, workflow: WorkflowId) -> Checked {
    let run = RunId::new();
    // Neither polled nor kept: the call alone decides.
    drop(journal.append(run, vec![start(workflow)]));
    let futures: Vec<_> = (0..50).map(|step| journal.append(run, vec![begin(step, 1, true)])).collect();
    let last = journal.append(run, vec![end(0, [1; 32], StepStatus::Success, 3)]);
    last.await.map_err(said)?;
    let log = journal.load(run).await.map_err(said)?;
    check(
        log.steps.len() == 50,
        "what was appended before a durable entry is durable, also when its future was not polled",
    )?;
    let in_order = log.steps.iter().zip(0_u32..).all(|(record, step)| record.started.step == step);
    check(in_order, "steps are in the order of their places")?;
    for future in futures {
        future.await.map_err(said)?;
    }
    Ok(())
}

async fn a_step_is_kept_with_its_pages(journal: &dyn Journal, workflow: WorkflowId) -> Checked {
    let run = RunId::new();
    let key = [7; 32];
    let entries = vec![start(workflow), begin(0, 1, true), end(0, key, StepStatus::Success, 5)];
    journal.append(run, entries).await.map_err(said)?;
    let log = journal.load(run).await.map_err(said)?;
    check(log.run.workflow_id == workflow && log.run.mode == RunMode::Test, "a run is kept as it was accepted")?;
    check(
        log.run.input.first().is_some_and(|page| page.items().is_ok_and(|items| items.len() == 1)),
        "input has its text",
    )?;
    let record = log.steps.first().ok_or("the step is kept")?;
    check(
        matches!(begin(0, 1, true), Entry::StepStarted(started) if started == record.started),
        "its start is kept whole",
    )?;
    let ended = record.ended.as_ref().ok_or("its end is kept")?;
    let (port, pages) = ended.outputs.first().ok_or("its output is kept")?;
    let page = pages.first().ok_or("its page is kept")?;
    check(port == "main" && page.count == 5 && page.lineage == lineage(), "a page has its output, items and lineage")?;
    let text = journal.page(page.hash).await.map_err(said)?;
    check(*text == *items(5).text, "the text of a page comes back byte for byte")?;
    let found = journal.recorded(workflow, key).await.map_err(said)?;
    check(found.as_ref() == Some(record), "a successful step is found by its key")?;
    let other = journal.recorded(WorkflowId::new(), key).await.map_err(said)?;
    check(other.is_none(), "another workflow's steps are not found")?;
    let failed = vec![begin(1, 1, true), end(1, [8; 32], StepStatus::Error, 1)];
    journal.append(run, failed).await.map_err(said)?;
    let found = journal.recorded(workflow, [8; 32]).await.map_err(said)?;
    check(found.is_none(), "a failed step is not found by its key")?;
    let newer = vec![begin(2, 1, true), end(2, key, StepStatus::Success, 2)];
    journal.append(run, newer).await.map_err(said)?;
    let found = journal.recorded(workflow, key).await.map_err(said)?;
    check(found.is_some_and(|record| record.started.step == 2), "the newest step under a key is found")
}

async fn all_entries_or_none(journal: &dyn Journal, workflow: WorkflowId) -> Checked {
    let unknown = RunId::new();
    let lone = journal.append(unknown, vec![begin(0, 1, true)]).await;
    check(lone.is_err(), "a run that was not started takes no entries")?;
    let load = journal.load(unknown).await;
    check(load.is_err_and(|error| error.code == ErrorCode::NotFound), "an unknown run is not found")?;
    let run = RunId::new();
    journal.append(run, vec![start(workflow)]).await.map_err(said)?;
    let mixed = journal.append(run, vec![begin(0, 1, true), start(workflow)]).await;
    check(mixed.is_err(), "a run is started once")?;
    let log = journal.load(run).await.map_err(said)?;
    check(log.steps.is_empty(), "when one entry cannot be kept, none of its call is")?;
    let page = journal.page(bridge_domain::PageHash::of(b"nowhere")).await;
    check(page.is_err_and(|error| error.code == ErrorCode::NotFound), "an unknown page is not found")
}

async fn a_step_ends_once(journal: &dyn Journal, workflow: WorkflowId) -> Checked {
    let run = RunId::new();
    let ended = end(0, [1; 32], StepStatus::Success, 1);
    journal.append(run, vec![start(workflow), begin(0, 1, true), ended.clone()]).await.map_err(said)?;
    check(journal.append(run, vec![ended]).await.is_err(), "a step is never recorded twice")
}

async fn another_try_forgets_timer_and_decision(journal: &dyn Journal, workflow: WorkflowId) -> Checked {
    let run = RunId::new();
    let due_at = Timestamp::from_microseconds(1_700_000_000_000_000);
    let entries = vec![
        start(workflow),
        begin(0, 1, false),
        Entry::TimerSet(Timer { step: 0, due_at }),
        begin(1, 1, false),
        Entry::Decided { step: 1, decision: StepDecision::Repeat },
    ];
    journal.append(run, entries).await.map_err(said)?;
    let log = journal.load(run).await.map_err(said)?;
    check(log.steps.first().is_some_and(|record| record.due_at == Some(due_at)), "a timer is kept")?;
    check(log.steps.get(1).is_some_and(|record| record.decision.is_some()), "a decision is kept")?;
    journal.append(run, vec![begin(0, 2, false), begin(1, 2, false)]).await.map_err(said)?;
    let log = journal.load(run).await.map_err(said)?;
    check(log.steps.len() == 2 && log.steps.iter().all(|record| record.started.attempt == 2), "the last try is kept")?;
    let forgotten = log.steps.iter().all(|record| record.due_at.is_none() && record.decision.is_none());
    check(forgotten, "another try forgets the timer and the decision of the one before")
}

async fn what_is_said_of_a_step_stays(journal: &dyn Journal, workflow: WorkflowId) -> Checked {
    let run = RunId::new();
    let said = |step: u32, notice: &str| Entry::Noted { step, notice: notice.to_owned() };
    let kept = async || -> Result<Vec<Option<String>>, String> {
        let log = journal.load(run).await.map_err(self::said)?;
        Ok(log.steps.into_iter().map(|record| record.notice).collect())
    };
    let entries = vec![start(workflow), begin(0, 1, true), said(0, "a \"b\"\nc"), begin(1, 1, true)];
    journal.append(run, entries).await.map_err(self::said)?;
    check(kept().await? == [Some("a \"b\"\nc".to_owned()), None], "what is said of a step is kept for that step")?;
    let ended = vec![begin(0, 2, true), end(0, [3; 32], StepStatus::Success, 1)];
    journal.append(run, ended).await.map_err(self::said)?;
    check(kept().await?[0].as_deref() == Some("a \"b\"\nc"), "another try and the end leave what was said")?;
    journal.append(run, vec![said(0, "more")]).await.map_err(self::said)?;
    check(kept().await?[0].as_deref() == Some("more"), "the newest counts, also when it is said after the end")
}

async fn what_did_not_begin_does_not_end(journal: &dyn Journal, workflow: WorkflowId) -> Checked {
    let said = |notice: &str| Entry::Noted { step: 0, notice: notice.to_owned() };
    for entry in [end(0, [4; 32], StepStatus::Success, 1), said("x")] {
        let run = RunId::new();
        journal.append(run, vec![start(workflow)]).await.map_err(self::said)?;
        check(journal.append(run, vec![entry]).await.is_err(), "a step begins before anything else happens to it")?;
    }
    Ok(())
}

async fn unfinished_runs_are_named_oldest_first(journal: &dyn Journal, workflow: WorkflowId) -> Checked {
    let runs = [RunId::new(), RunId::new(), RunId::new()];
    for run in runs {
        journal.append(run, vec![start(workflow)]).await.map_err(said)?;
    }
    journal.append(runs[1], vec![status(RunStatus::Success)]).await.map_err(said)?;
    journal.append(runs[2], vec![status(RunStatus::Waiting)]).await.map_err(said)?;
    let unfinished = journal.unfinished().await.map_err(said)?;
    let ours: Vec<_> = unfinished.into_iter().filter(|run| runs.contains(run)).collect();
    check(ours == [runs[0], runs[2]], "runs that have begun and not ended are named, oldest first")?;
    let log = journal.load(runs[1]).await.map_err(said)?;
    check(log.status == RunStatus::Success, "the state of a run is its newest")
}

fn start(workflow_id: WorkflowId) -> Entry {
    Entry::Started(Box::new(NewRun {
        workflow_id,
        version_number: 1,
        mode: RunMode::Test,
        trigger: RunTrigger::Manual,
        trigger_node: NodeId::from("trigger"),
        input: vec![items(1)],
        scope: RunScope::Whole,
        at: Timestamp::now(),
    }))
}

fn begin(step: u32, attempt: u32, harmless: bool) -> Entry {
    Entry::StepStarted(StartedStep {
        step,
        node_id: NodeId::from("node"),
        iteration: vec![0, step],
        attempt,
        harmless,
        inputs: vec![1, 0],
        input_pages: vec![vec![items(1).hash], Vec::new()],
        at: Timestamp::from_microseconds(1_700_000_000_000_000),
    })
}

fn end(step: u32, key: StepKey, status: StepStatus, count: u32) -> Entry {
    let outputs = vec![OutputPages { port: "main".to_owned(), pages: vec![items(count)] }];
    Entry::StepEnded(Box::new(EndedStep { step, key, status, reused: false, outputs, error: None, duration_ms: 4 }))
}

fn status(status: RunStatus) -> Entry {
    Entry::Status { status, error: None, duration_ms: 9, at: Timestamp::now() }
}

fn lineage() -> Lineage {
    Lineage::Same(ItemRef { input: 0, index: 0 })
}

fn items(count: u32) -> Page {
    let items: Vec<Item> =
        (0..count).map(|number| Item::from(serde_json::Map::from_iter([("n".to_owned(), number.into())]))).collect();
    Page::new(serde_json::to_string(&items).unwrap_or_default(), count, lineage())
}
