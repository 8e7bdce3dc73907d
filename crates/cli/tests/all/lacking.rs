//! What a run lacks is found before its first step; what begins and what moves is told.

use std::time::Duration;

use bridge_domain::{
    ColumnKind, CredentialId, Entity, Error, ErrorCode, Item, NodeId, RunEvent, RunFilter, RunLimits, RunScope,
    RunStatus, RunTrigger, TableColumn, Timestamp, WorkflowId,
};
use serde_json::{Value, json};

use crate::inside::Inside;
use crate::world::{World, block_on, flow};

fn inside() -> Inside {
    block_on_keeping(Inside::new(RunLimits::default()))
}

/// The runtime goes on behind it.
pub fn block_on_keeping<T>(future: impl Future<Output = T>) -> T {
    runtime().block_on(future)
}

fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: std::sync::OnceLock<tokio::runtime::Runtime> = std::sync::OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap())
}

/// Something is noted, and then four nodes lack something each; others lack nothing that counts.
fn lacking(note: &str) -> Value {
    let gone = CredentialId::new().to_string();
    let http = |authentication: &str| json!({ "url": "http://127.0.0.1:9/", "authentication": authentication });
    let mut whole = flow(
        &[
            ("Start", "manual", "start", json!({})),
            ("Note", "file", "write", json!({ "path": note, "if_exists": "append", "data": "x" })),
            ("Issue", "github", "create_issue", json!({ "owner": "a", "repository": "b", "title": "c" })),
            ("Gone", "http", "request", http("bearer")),
            ("Other", "subworkflow", "execute_workflow", json!({ "workflow_id": WorkflowId::new().to_string() })),
            ("Rows", "data_table", "get_rows", json!({ "table": "nowhere" })),
            ("Off", "data_table", "get_rows", json!({ "table": "nowhere" })),
            ("Open", "http", "request", http("none")),
            ("Later", "data_table", "get_rows", json!({ "table": "={{ $json.table }}" })),
            ("Apart", "data_table", "get_rows", json!({ "table": "nowhere" })),
        ],
        "Start -> Note, Note -> Issue, Issue -> Gone, Gone -> Other, Other -> Rows, Rows -> Off, Off -> Open, Open -> Later",
    );
    whole["nodes"][3]["data"]["settings"] = json!({ "credential_id": gone });
    whole["nodes"][6]["data"]["settings"] = json!({ "disabled": true });
    whole
}

pub fn paths(error: &Error) -> Vec<&str> {
    assert_eq!(error.code, ErrorCode::InvalidInput, "{error:?}");
    error.problems.iter().map(|problem| problem.path.as_str()).collect()
}

const MISSING: [&str; 4] = [
    "nodes[2].data.settings.credential_id",
    "nodes[3].data.settings.credential_id",
    "nodes[4].data.config.workflow_id",
    "nodes[5].data.config.table",
];

#[test]
fn what_a_run_lacks_is_said_before_its_first_step_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("note");
    let inside = inside();
    block_on_keeping(async {
        let id = inside.keep("Lacking", &lacking(&note.display().to_string())).await;
        for by in [RunTrigger::Manual, RunTrigger::CommandLine] {
            let refused = inside.start(id, RunScope::Whole, by).await.unwrap_err();
            assert_eq!(paths(&refused), MISSING, "{refused:?}");
        }
        // As far as a node that lacks nothing, everything is there.
        let refused = inside.start(id, RunScope::To { node_id: NodeId::from("Gone") }, RunTrigger::Manual).await;
        assert_eq!(paths(&refused.unwrap_err()), MISSING[..2]);
        assert!(!note.exists(), "something has acted");
        let runs = inside.store.list_runs(&RunFilter { limit: 10, ..RunFilter::default() }).await.unwrap();
        assert!(runs.is_empty(), "{runs:?}");

        // Pinned output counts in test runs, and in no others.
        for node in ["Issue", "Gone", "Other", "Rows"] {
            let items = vec![Item::default()];
            inside.store.set_pin(id, &NodeId::from(node), Some(items)).await.unwrap();
        }
        let run = inside.start(id, RunScope::To { node_id: NodeId::from("Rows") }, RunTrigger::Manual).await.unwrap();
        inside.runner.finished(run).await.unwrap();
        let refused = inside.start(id, RunScope::Whole, RunTrigger::CommandLine).await.unwrap_err();
        assert_eq!(paths(&refused), MISSING);
    });
}

#[test]
fn what_a_trigger_starts_and_lacks_something_is_kept_as_failed_and_told() {
    let world = World::new();
    let respond = json!({ "path": "in", "method": "POST" });
    let listed = json!({ "table": "visits" });
    let by_request = flow(
        &[("In", "webhook", "receive", respond), ("Rows", "data_table", "get_rows", listed.clone())],
        "In -> Rows",
    );
    let clock = json!({ "interval": 1, "unit": "seconds", "catch_up": "once" });
    let by_time =
        flow(&[("Clock", "schedule", "every", clock), ("Rows", "data_table", "get_rows", listed)], "Clock -> Rows");
    let heard = flow(&[("Failed", "error", "workflow_failed", json!({}))], "");
    let table = block_on(async {
        let store = world.store().await;
        let column = TableColumn { name: "who".to_owned(), kind: ColumnKind::Text };
        let table = store.create_data_table("visits", &[column]).await.unwrap();
        store.close().await;
        table.id
    });
    world.activate(&[("Requests", by_request), ("Times", by_time), ("Alarm", heard)]);
    block_on(async {
        let store = world.store().await;
        store.delete_data_table(table).await.unwrap();
        store.close().await;
    });
    let serving = world.serve();
    let address = world.address("Requests");
    assert_eq!(serving.post(&address, "{}").status, 500);
    for workflow in ["Requests", "Times"] {
        let runs = world.until(workflow, |runs| !runs.is_empty() && runs.iter().all(|run| run["status"] == "error"));
        let run = runs.last().unwrap();
        assert_eq!((&run["step_count"], &run["error"]["node_label"]), (&json!(0), &json!("Rows")), "{run:#}");
        assert!(run["error"]["error"]["message"].as_str().unwrap().contains("visits"), "{run:#}");
    }
    world.until("Alarm", |runs| runs.len() >= 2);
}

#[test]
fn a_called_workflow_needs_a_manual_trigger_that_is_on() {
    let inside = inside();
    block_on_keeping(async {
        let mut off = flow(&[("Start", "manual", "start", json!({}))], "");
        off["nodes"][0]["data"]["settings"] = json!({ "disabled": true });
        let none = flow(&[("In", "webhook", "receive", json!({ "path": "x" }))], "");
        for (called, expected) in [(off, "is switched off"), (none, "has no manual trigger")] {
            let called = inside.keep("Called", &called).await;
            let calling = |workflow: String| {
                let call = json!({ "workflow_id": workflow });
                let nodes =
                    [("Start", "manual", "start", json!({})), ("Call", "subworkflow", "execute_workflow", call)];
                flow(&nodes, "Start -> Call")
            };
            let id = inside.keep("Literal", &calling(called.to_string())).await;
            let refused = inside.start(id, RunScope::Whole, RunTrigger::Manual).await.unwrap_err();
            assert_eq!(paths(&refused), ["nodes[1].data.config.workflow_id"]);
            assert!(refused.problems[0].message.contains(expected), "{refused:?}");
            // What an expression gives is known at its step.
            let summary = inside.run(&calling(format!("={{{{ '{called}' }}}}"))).await;
            let error = summary.error.unwrap().error;
            assert!(error.message.contains(expected) && !error.hint.is_empty(), "{error:?}");
        }
    });
}

#[test]
fn x6_cancelling_a_run_cancels_those_it_waits_for() {
    let inside = inside();
    block_on_keeping(async {
        let code = json!({ "code": "while (true) {}", "timeout_seconds": 60 });
        let nodes = [("Start", "manual", "start", json!({})), ("Spin", "code", "run_javascript", code)];
        let mut called = inside.keep("Innermost", &flow(&nodes, "Start -> Spin")).await;
        for name in ["Inner", "Outer"] {
            let call = json!({ "workflow_id": called.to_string() });
            let nodes = [("Start", "manual", "start", json!({})), ("Call", "subworkflow", "execute_workflow", call)];
            called = inside.keep(name, &flow(&nodes, "Start -> Call")).await;
        }
        let run = inside.start(called, RunScope::Whole, RunTrigger::Manual).await.unwrap();
        let all = RunFilter { limit: 10, ..RunFilter::default() };
        while inside.store.list_runs(&all).await.unwrap().len() < 3 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        inside.runner.cancel(run).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let runs = inside.store.list_runs(&all).await.unwrap();
        assert!(runs.iter().all(|run| run.status == RunStatus::Canceled), "{runs:#?}");
    });
}

#[test]
fn an_edited_schedule_is_told_within_a_second() {
    let inside = inside();
    block_on_keeping(async {
        let every = |minutes: u32| {
            let config = json!({ "interval": minutes, "unit": "minutes" });
            flow(&[("Clock", "schedule", "every", config)], "")
        };
        let id = inside.keep("Ticking", &every(600)).await;
        inside.runner.set_active(id, true).await.unwrap();
        inside.runner.go_on().await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        for minutes in [3, 300] {
            inside.forget();
            inside.edit(id, &every(minutes)).await;
            let took = inside.told(Entity::Trigger, id, |_| true).await;
            assert!(took < Duration::from_secs(1), "{took:?}");
            let next = inside.runner.triggers(id).await.unwrap()[0].next_at.unwrap();
            let away = (next.as_microseconds() - Timestamp::now().as_microseconds()) / 60_000_000;
            assert!(away <= i64::from(minutes) && away * 4 > i64::from(minutes) - 4, "{away} of {minutes} minutes");
        }
        inside.runner.end().await;
    });
}

#[test]
fn a_run_that_begins_is_told_with_its_workflow_and_can_be_followed_from_its_start() {
    let inside = inside();
    block_on_keeping(async {
        let called = inside.keep("Called", &flow(&[("Start", "manual", "start", json!({}))], "")).await;
        let call = json!({ "workflow_id": called.to_string() });
        let nodes = [("Start", "manual", "start", json!({})), ("Call", "subworkflow", "execute_workflow", call)];
        let id = inside.keep("Calling", &flow(&nodes, "Start -> Call")).await;
        let run = inside.start(id, RunScope::Whole, RunTrigger::CommandLine).await.unwrap();
        let took = inside.told(Entity::Run, id, |change| change.begun == Some(run)).await;
        assert!(took < Duration::from_secs(1), "{took:?}");
        inside.told(Entity::Run, called, |change| change.begun.is_some()).await;
        let mut events = inside.runner.watch(run).await.unwrap();
        let mut seen = Vec::new();
        while let Some(batch) = events.recv().await {
            seen.extend(batch.into_iter().filter_map(|event| match event {
                RunEvent::Step { step } => Some(step.node_id.to_string()),
                _ => None,
            }));
        }
        assert!(seen.contains(&"Start".to_owned()) && seen.contains(&"Call".to_owned()), "{seen:?}");
    });
}

#[test]
fn the_node_before_and_its_parameters_are_known() {
    let world = World::new();
    let fields = json!({ "fields": {
        "name": "={{ $prevNode.name }}",
        "by": "={{ $prevNode.outputIndex }}",
        "round": "={{ $prevNode.runIndex + 0 }}",
        "combine": "={{ $input.params.combine ?? $input.params.batch_size }}",
        "kind": "={{ $('Start').params }}",
    }, "keep_other_fields": false });
    let conditions = json!([{ "left": "={{ $json.n }}", "operator": "equals", "right": 1 }]);
    let branch = flow(
        &[
            ("Start", "manual", "start", json!({})),
            ("Choice", "if", "check", json!({ "combine": "any", "conditions": conditions })),
            ("Yes", "set", "set_fields", fields.clone()),
            ("No", "set", "set_fields", fields.clone()),
        ],
        "Start -> Choice, Choice.true -> Yes, Choice.false -> No",
    );
    let file = crate::world::file_of(&world, "branch", &branch);
    let done = world.cli(&["run", &file, "--input", r#"[{"n": 1}, {"n": 2}]"#]);
    assert_eq!(done.code, 0, "{done:?}");
    let output = &done.lines[0]["output"];
    let expected = |by: u32| json!({ "name": "Choice", "by": by, "round": 0, "combine": "any", "kind": {} });
    let found: Vec<&Value> = output.as_array().unwrap().iter().map(|item| item.get("json").unwrap_or(item)).collect();
    assert_eq!(found, [&expected(0), &expected(1)], "{output:#}");

    let looped = flow(
        &[
            ("Start", "manual", "start", json!({})),
            ("Loop", "loop", "over_items", json!({ "batch_size": 1 })),
            ("Each", "set", "set_fields", fields),
        ],
        "Start -> Loop, Loop.loop -> Each, Each -> Loop",
    );
    let file = crate::world::file_of(&world, "looped", &looped);
    let done = world.cli(&["run", &file, "--input", r#"[{"n": 1}, {"n": 2}]"#]);
    assert_eq!(done.code, 0, "{done:?}");
    let output = done.lines[0]["output"].as_array().unwrap();
    let rounds: Vec<&Value> = output.iter().map(|item| &item.get("json").unwrap_or(item)["round"]).collect();
    assert_eq!(rounds, [&json!(0), &json!(1)], "{output:#?}");
}

#[test]
fn what_came_too_late_is_there_when_a_past_run_is_opened() {
    let world = World::new();
    let pass = |name| (name, "no_op", "pass", json!({}));
    let mut definition = flow(
        &[("Start", "manual", "start", json!({})), pass("Slow"), pass("Slower"), pass("Fast"), pass("Join")],
        "Start -> Slow, Slow -> Slower, Slower -> Join, Start -> Fast, Fast -> Join",
    );
    definition["nodes"][4]["data"]["settings"] = json!({ "join": "any" });
    let id = world.keep(&[("Late", definition)])[0].to_string();
    let done = world.cli(&["run", &id, "--input", r#"[{"n": 1}, {"n": 2}]"#]);
    assert_eq!(done.code, 0, "{done:?}");
    let run = done.lines[0]["run"]["id"].as_str().unwrap().to_owned();
    let detail = &world.cli(&["runs", &run]).lines[0];
    let steps = detail["steps"].as_array().unwrap();
    let notices: Vec<&Value> =
        steps.iter().filter(|step| step["node_id"] == "Join").map(|step| &step["notice"]).collect();
    assert!(notices[0].as_str().unwrap().starts_with("2 items from \"Slower\" came too late"), "{notices:?}");
}
