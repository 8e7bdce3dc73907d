//! Runs of a workflow that is changed, deleted or brought back under them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, missing_docs)]

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bridge_domain::{
    Credential, CredentialId, CredentialSource, Definition, Error, ErrorCode, Grant, Item, Model, ModelSource, Origin,
    RunDetail, RunId, RunRequest, RunScope, RunStatus, RunTrigger, StepDecision, StepStatus, WorkflowId,
};
use bridge_expression::{Expressions, WorkerCommand};
use bridge_gate::Gate;
use bridge_runner::{Parts, Runner};
use bridge_store::Store;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// Nothing here uses credentials or models.
struct Nothing;

impl CredentialSource for Nothing {
    fn credential(&self, _: CredentialId) -> BoxFuture<'_, Result<Credential, Error>> {
        async { Err(Error::not_found("This credential")) }.boxed()
    }

    fn version(&self, _: CredentialId) -> BoxFuture<'_, Result<u32, Error>> {
        async { Err(Error::not_found("This credential")) }.boxed()
    }
}

impl ModelSource for Nothing {
    fn model<'a>(&'a self, _: Option<&'a str>) -> BoxFuture<'a, Result<(Arc<dyn Model>, String), Error>> {
        async { Err(Error::not_found("This provider")) }.boxed()
    }
}

/// The application on a folder, from its start to its end or its crash.
struct Session {
    runtime: Runtime,
    store: Store,
    runner: Runner,
}

impl Session {
    fn begin(folder: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let store = runtime.block_on(Store::open(folder)).unwrap().store;
        // No expression here needs a process.
        let worker = WorkerCommand { program: "/nonexistent".into(), arguments: Vec::new(), size: 1 };
        let parts = Parts {
            store: store.clone(),
            catalog: bridge_connectors::catalog(),
            gate: Gate::new().unwrap(),
            credentials: Arc::new(Nothing),
            models: Arc::new(Nothing),
            expressions: Arc::new(Expressions::new(worker)),
            changed: Arc::new(|_| {}),
        };
        let runner = runtime.block_on(async { Runner::new(parts) });
        Self { runtime, store, runner }
    }

    /// Ends everything where it is: what is not on the disk is lost.
    fn crash(self) {
        let Self { runtime, store, runner } = self;
        runtime.shutdown_timeout(Duration::from_secs(5));
        drop((store, runner));
    }

    fn keep(&self, definition: &Value) -> WorkflowId {
        let id = self.runtime.block_on(self.store.create_workflow("Workflow", "")).unwrap().id;
        self.edit(id, definition);
        id
    }

    fn edit(&self, id: WorkflowId, definition: &Value) {
        let definition: Definition = serde_json::from_value(definition.clone()).unwrap();
        self.runtime.block_on(self.store.commit(id, None, Origin::User, |_| Ok(definition))).unwrap();
    }

    fn try_run(&self, workflow_id: WorkflowId, scope: RunScope) -> Result<RunId, Error> {
        let request = RunRequest { workflow_id, scope, trigger_node: None, input: None };
        self.runtime.block_on(self.runner.run(request, RunTrigger::Manual)).map(|run| run.id)
    }

    fn run(&self, workflow_id: WorkflowId) -> RunId {
        self.try_run(workflow_id, RunScope::Whole).unwrap()
    }

    fn retry(&self, workflow_id: WorkflowId, run_id: RunId, active_version: bool) -> Result<RunDetail, Error> {
        let run = self.try_run(workflow_id, RunScope::Retry { run_id, active_version })?;
        Ok(self.wait_for(run, &[RunStatus::Success, RunStatus::Error]))
    }

    /// Waits until a run is in one of these states.
    fn wait_for(&self, run: RunId, statuses: &[RunStatus]) -> RunDetail {
        let begin = Instant::now();
        loop {
            let detail = self.runtime.block_on(self.runner.detail(run)).unwrap();
            if statuses.contains(&detail.run.status) {
                return detail;
            }
            assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", detail.run);
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn ended(&self, run: RunId) -> RunDetail {
        self.wait_for(run, &[RunStatus::Success, RunStatus::Error, RunStatus::Canceled, RunStatus::Unknown])
    }
}

/// Nodes in a row: the name, the connector, the action and the configuration of each.
fn row(nodes: &[(&str, &str, &str, Value)]) -> Value {
    let catalog = bridge_connectors::catalog();
    let node = |(id, connector, action, config): &(&str, &str, &str, Value)| {
        let known = catalog.action(connector, action).unwrap();
        json!({ "id": id, "type": known.node_type, "position": { "x": 0, "y": 0 },
            "data": { "label": id, "connector_id": connector, "action_id": action, "config": config } })
    };
    let edges = nodes
        .windows(2)
        .map(|pair| json!({ "id": format!("{}-{}", pair[0].0, pair[1].0), "source": pair[0].0, "target": pair[1].0 }));
    json!({ "nodes": nodes.iter().map(node).collect::<Vec<_>>(), "edges": edges.collect::<Vec<_>>() })
}

fn start() -> (&'static str, &'static str, &'static str, Value) {
    ("Start", "manual", "start", json!({}))
}

fn set(name: &'static str, value: &str) -> (&'static str, &'static str, &'static str, Value) {
    (name, "set", "set_fields", json!({ "fields": { "value": value } }))
}

fn stop(name: &'static str) -> (&'static str, &'static str, &'static str, Value) {
    (name, "stop_and_error", "fail", json!({ "message": "Not today." }))
}

fn hour() -> (&'static str, &'static str, &'static str, Value) {
    ("Wait", "wait", "pause", json!({ "amount": 1, "unit": "hours" }))
}

/// What each step did: its node, its state, and whether it was taken over.
fn steps(detail: &RunDetail) -> Vec<(String, StepStatus, bool)> {
    detail.steps.iter().map(|step| (step.node_id.to_string(), step.status, step.reused)).collect()
}

fn failed(session: &Session, definition: &Value) -> (WorkflowId, RunId) {
    let workflow = session.keep(definition);
    let run = session.run(workflow);
    assert_eq!(session.ended(run).run.status, RunStatus::Error);
    (workflow, run)
}

#[test]
fn deleting_a_workflow_ends_its_runs_and_bringing_it_back_starts_none() {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::begin(folder.path());
    let waiting = row(&[start(), hour(), set("After", "1")]);
    let (workflow, other) = (session.keep(&waiting), session.keep(&waiting));
    let (run, of_other) = (session.run(workflow), session.run(other));
    session.wait_for(run, &[RunStatus::Waiting]);
    session.runtime.block_on(session.runner.delete_workflow(workflow)).unwrap();
    assert_eq!(session.try_run(workflow, RunScope::Whole).unwrap_err().code, ErrorCode::NotFound);
    let again = session.runtime.block_on(session.runner.delete_workflow(workflow)).unwrap_err();
    assert_eq!(again.code, ErrorCode::NotFound);
    session.runtime.block_on(session.store.restore_workflow(workflow)).unwrap();
    assert_eq!(session.ended(run).run.status, RunStatus::Canceled);
    assert_eq!(session.wait_for(of_other, &[RunStatus::Waiting]).run.status, RunStatus::Waiting);
    session.crash();
    let session = Session::begin(folder.path());
    session.runtime.block_on(session.runner.go_on());
    assert_eq!(session.ended(run).run.status, RunStatus::Canceled);
}

#[test]
fn a_run_ends_as_it_began_whatever_is_edited_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::begin(folder.path());
    let short = ("Wait", "wait", "pause", json!({ "amount": 0.4, "unit": "seconds" }));
    let workflow = session.keep(&row(&[start(), short, set("After", "before the edit")]));
    let run = session.run(workflow);
    session.wait_for(run, &[RunStatus::Waiting]);
    session.edit(workflow, &row(&[start(), stop("After")]));
    session.runtime.block_on(session.store.undo(workflow)).unwrap();
    session.edit(workflow, &json!({ "nodes": [], "edges": [] }));
    let detail = session.ended(run);
    assert_eq!(detail.run.status, RunStatus::Success);
    assert_eq!(steps(&detail).last().unwrap().0, "After");
}

#[test]
fn a_retry_takes_over_what_is_still_the_same_when_the_failing_node_is_gone_renamed_or_moved() {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::begin(folder.path());
    let before = row(&[start(), set("First", "1"), stop("Bad"), set("Last", "2")]);
    let (workflow, run) = failed(&session, &before);
    let after = |nodes: &[(&'static str, &'static str, &'static str, Value)]| {
        session.edit(workflow, &row(nodes));
        let detail = session.retry(workflow, run, true).unwrap();
        (detail.run.status, steps(&detail))
    };
    let done = |name: &str, reused| (name.to_owned(), StepStatus::Success, reused);
    // Gone.
    let (status, found) = after(&[start(), set("First", "1"), set("Last", "2")]);
    assert_eq!(status, RunStatus::Success);
    assert_eq!(found[1..], [done("First", true), done("Last", false)]);
    // Only called otherwise.
    let mut renamed = before.clone();
    for node in renamed["nodes"].as_array_mut().unwrap() {
        node["data"]["label"] = format!("New {}", node["id"]).into();
    }
    session.edit(workflow, &renamed);
    let detail = session.retry(workflow, run, true).unwrap();
    assert_eq!(detail.run.status, RunStatus::Error);
    assert_eq!(steps(&detail)[1], done("First", true));
    assert_eq!(detail.run.error.unwrap().node_label, "New \"Bad\"");
    // Mended.
    let (status, found) = after(&[start(), set("First", "1"), set("Bad", "now good"), set("Last", "2")]);
    assert_eq!(status, RunStatus::Success);
    assert_eq!(found[1..], [done("First", true), done("Bad", false), done("Last", false)]);
    // Its input comes from elsewhere: nothing of what follows is the same.
    let (status, found) = after(&[start(), set("Other", "3"), set("First", "1"), set("Bad", "now good")]);
    assert_eq!(status, RunStatus::Success);
    assert_eq!(found[1], done("Other", false));
    // Everything is gone but the trigger.
    let (status, found) = after(&[start()]);
    assert_eq!((status, found.len()), (RunStatus::Success, 1));
    // The trigger, too: said, not guessed.
    session.edit(workflow, &row(&[("Another", "manual", "start", json!({})), set("First", "1")]));
    let error = session.retry(workflow, run, true).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
    // As it was, it still fails as it did.
    let detail = session.retry(workflow, run, false).unwrap();
    assert_eq!(detail.run.status, RunStatus::Error);
    assert_eq!(steps(&detail)[1], done("First", true));
}

#[test]
fn only_an_ended_run_of_the_same_workflow_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::begin(folder.path());
    let (workflow, run) = failed(&session, &row(&[start(), set("First", "1"), stop("Bad")]));
    let copy = session.runtime.block_on(session.store.duplicate_workflow(workflow)).unwrap().id;
    let error = session.retry(copy, run, true).unwrap_err();
    assert_eq!((error.code, error.problems[0].path.as_str()), (ErrorCode::InvalidInput, "scope.run_id"));
    let waiting = session.keep(&row(&[start(), hour()]));
    let run = session.run(waiting);
    session.wait_for(run, &[RunStatus::Waiting]);
    let error = session.retry(waiting, run, true).unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);
    session.runtime.block_on(session.runner.cancel(run)).unwrap();
    session.ended(run);
    session.try_run(waiting, RunScope::Retry { run_id: run, active_version: true }).unwrap();
}

#[test]
fn a_pin_of_a_node_that_is_gone_or_became_another_one_changes_only_test_runs() {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::begin(folder.path());
    let workflow = session.keep(&row(&[start(), set("First", "1"), set("Last", "2")]));
    let pinned = json!({ "value": "pinned" }).as_object().cloned().unwrap();
    let items = Some(vec![Item::from(pinned.into_iter().collect::<bridge_domain::Config>())]);
    let pin = |node: &str| {
        session.runtime.block_on(session.store.set_pin(workflow, &node.into(), items.clone())).unwrap().unwrap();
    };
    pin("First");
    pin("Gone");
    // The node is another one now: what is pinned stands in for it, so that it does not even fail.
    session.edit(workflow, &row(&[start(), stop("First"), set("Last", "2")]));
    let detail = session.ended(session.run(workflow));
    assert_eq!(detail.run.status, RunStatus::Success);
    assert!(steps(&detail)[1].2, "marked as taken over");
    let request = RunRequest { workflow_id: workflow, scope: RunScope::Whole, trigger_node: None, input: None };
    let run = session.runtime.block_on(session.runner.run(request, RunTrigger::CommandLine)).unwrap().id;
    assert_eq!(session.ended(run).run.status, RunStatus::Error, "in production the node itself runs");
}

/// Takes requests and never answers. Gives the port and how many came.
fn silent() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, count) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::SeqCst);
            open.push(stream);
        }
    });
    (port, count)
}

/// A workflow that has sent something when the application crashed.
fn crashed_while_sending(folder: &Path) -> (WorkflowId, RunId, Value, Arc<AtomicUsize>) {
    let (port, count) = silent();
    let session = Session::begin(folder);
    let send = ("Send", "http", "request", json!({ "method": "POST", "url": format!("http://127.0.0.1:{port}/") }));
    let definition = row(&[start(), send, set("After", "1")]);
    let workflow = session.keep(&definition);
    let grant = Grant::Host { host: "127.0.0.1".to_owned(), port };
    session.runtime.block_on(session.store.add_grant(workflow, &grant)).unwrap();
    let run = session.run(workflow);
    let begin = Instant::now();
    while count.load(Ordering::SeqCst) == 0 {
        assert!(begin.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(5));
    }
    session.crash();
    (workflow, run, definition, count)
}

#[test]
fn d3_what_was_in_flight_is_asked_about_after_edits_undo_and_the_trash_and_never_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let (workflow, run, _, count) = crashed_while_sending(folder.path());
    let session = Session::begin(folder.path());
    // Before the run is gone on with: the node is deleted, that is undone, and the workflow goes to the trash and back.
    session.edit(workflow, &row(&[start(), set("After", "1")]));
    session.runtime.block_on(session.store.undo(workflow)).unwrap();
    session.runtime.block_on(session.runner.delete_workflow(workflow)).unwrap();
    session.runtime.block_on(session.runner.go_on());
    session.runtime.block_on(session.store.restore_workflow(workflow)).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(session.ended(run).run.status, RunStatus::Canceled, "deleting ended it");
    assert_eq!(count.load(Ordering::SeqCst), 1);
    session.crash();
}

#[test]
fn d3_a_question_survives_edits_and_the_trash_and_a_retry_is_no_way_around_it() {
    let folder = tempfile::tempdir().unwrap();
    let (workflow, run, definition, count) = crashed_while_sending(folder.path());
    let session = Session::begin(folder.path());
    session.runtime.block_on(session.runner.go_on());
    assert_eq!(session.ended(run).run.status, RunStatus::Unknown);
    session.edit(workflow, &row(&[start(), set("Send", "another node of this name")]));
    session.runtime.block_on(session.runner.delete_workflow(workflow)).unwrap();
    session.runtime.block_on(session.store.restore_workflow(workflow)).unwrap();
    for active_version in [true, false] {
        let error = session.retry(workflow, run, active_version).unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict, "{error:?}");
        assert!(error.hint.contains("Decide"));
    }
    assert_eq!(session.ended(run).run.status, RunStatus::Unknown, "still to be decided");
    assert_eq!(count.load(Ordering::SeqCst), 1, "sent once");
    let step = session.ended(run).steps.iter().find(|step| step.status == StepStatus::Unknown).unwrap().step;
    session.runtime.block_on(session.runner.decide(run, step, StepDecision::Skip)).unwrap();
    let detail = session.wait_for(run, &[RunStatus::Success]);
    assert_eq!(steps(&detail).last().unwrap().0, "After", "it goes on in the version it began with");
    assert_eq!(count.load(Ordering::SeqCst), 1);
    session.edit(workflow, &definition);
    session.crash();
}
