//! Lists of runs, their steps and items, as a person sees them.

use bridge_domain::{
    Entry, ErrorCode, Item, Journal, NodeId, Programs, RunFilter, RunId, RunStatus, StepRef, StepStatus, Timestamp,
    WorkflowId,
};
use serde_json::json;

use crate::{
    fixture::{Fixture, fresh},
    run::{begin, end, ended, page, page_of, started, status, timer, whole},
};

async fn with_workflow() -> (Fixture, WorkflowId) {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    (fixture, workflow)
}

fn of(workflow_id: WorkflowId) -> RunFilter {
    RunFilter { workflow_id: Some(workflow_id), limit: 10, ..RunFilter::default() }
}

#[tokio::test]
async fn d15_runs_are_listed_by_acceptance_even_when_the_clock_was_set_back() {
    let (fixture, workflow) = with_workflow().await;
    let mut ids = Vec::new();
    for hours in [5_i64, 3, 9, 1] {
        let id = RunId::new();
        let mut entries = whole(workflow, &hours.to_string(), 1);
        let Entry::Started(new) = &mut entries[0] else { unreachable!() };
        new.at = Timestamp::from_microseconds(hours * 3_600_000_000);
        fixture.store.append(id, entries).await.unwrap();
        ids.push(id);
    }
    ids.reverse();
    let listed = |runs: Vec<bridge_domain::RunSummary>| runs.into_iter().map(|run| run.id).collect::<Vec<_>>();
    assert_eq!(listed(fixture.store.list_runs(&of(workflow)).await.unwrap()), ids);
    let before = RunFilter { before: Some(ids[1]), limit: 1, ..of(workflow) };
    assert_eq!(listed(fixture.store.list_runs(&before).await.unwrap()), [ids[2]]);
    // The number of a run that was deleted is not used again.
    fixture.store.delete_run(ids[0]).await.unwrap();
    let next = RunId::new();
    fixture.store.append(next, vec![started(workflow, "next")]).await.unwrap();
    assert_eq!(listed(fixture.store.list_runs(&of(workflow)).await.unwrap())[..2], [next, ids[1]]);
}

#[tokio::test]
async fn lists_are_filtered_and_hide_what_is_in_the_trash() {
    let (fixture, workflow) = with_workflow().await;
    let other = fixture.store.create_workflow("Others", "").await.unwrap().id;
    let (good, bad, open) = (RunId::new(), RunId::new(), RunId::new());
    fixture.store.append(good, whole(workflow, "a", 2)).await.unwrap();
    fixture.store.append(bad, vec![started(workflow, "b"), status(RunStatus::Error)]).await.unwrap();
    fixture.store.append(open, vec![started(other, "c")]).await.unwrap();
    let ids = |filter: RunFilter| {
        let store = fixture.store.clone();
        async move { store.list_runs(&filter).await.unwrap().into_iter().map(|run| run.id).collect::<Vec<_>>() }
    };
    let all = RunFilter { limit: 200, ..RunFilter::default() };
    assert_eq!(ids(all.clone()).await, [open, bad, good]);
    assert_eq!(ids(of(workflow)).await, [bad, good]);
    assert_eq!(ids(RunFilter { statuses: vec![RunStatus::New, RunStatus::Error], ..all.clone() }).await, [open, bad]);
    let run = fixture.store.run_summary(good).await.unwrap();
    assert_eq!((run.workflow_name.as_str(), run.step_count, run.duration_ms), ("Orders", 2, Some(7)));
    assert_eq!(fixture.store.delete_run(open).await.unwrap_err().code, ErrorCode::Conflict);
    fixture.store.delete_workflow(other).await.unwrap();
    assert_eq!(ids(all).await, [bad, good]);
    assert_eq!(fixture.store.run_summary(open).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn the_states_of_steps_are_told() {
    let (fixture, workflow) = with_workflow().await;
    let id = RunId::new();
    let due_at = Timestamp::from_microseconds(4_000_000_000_000_000);
    let failed = Entry::StepEnded(Box::new(ended("a", 1, StepStatus::Error)));
    let risky = Entry::StepStarted(bridge_domain::StartedStep { harmless: false, ..crate::run::begun("a", 3) });
    let steps = vec![begin("a", 0), end("a", 0), begin("a", 1), failed, begin("a", 2), timer(2, due_at), risky];
    fixture.store.append(id, vec![started(workflow, "a")]).await.unwrap();
    fixture.store.append(id, steps).await.unwrap();
    let shown = |detail: bridge_domain::RunDetail| detail.steps.into_iter().map(|step| step.status).collect::<Vec<_>>();
    let detail = fixture.store.run_detail(id).await.unwrap();
    assert_eq!((detail.steps[0].outputs[0].items, detail.steps[2].waits_until), (1, Some(due_at)));
    let (success, error, waiting) = (StepStatus::Success, StepStatus::Error, StepStatus::Waiting);
    assert_eq!(shown(detail), [success, error, waiting, StepStatus::Running]);
    fixture.store.append(id, vec![status(RunStatus::Unknown)]).await.unwrap();
    assert_eq!(shown(fixture.store.run_detail(id).await.unwrap())[3], StepStatus::Unknown);
    fixture.store.append(id, vec![status(RunStatus::Canceled)]).await.unwrap();
    assert_eq!(shown(fixture.store.run_detail(id).await.unwrap())[3], StepStatus::Canceled);
}

#[tokio::test]
async fn the_newest_two_thousand_steps_are_shown() {
    let (fixture, workflow) = with_workflow().await;
    let id = RunId::new();
    fixture.store.append(id, whole(workflow, "a", 2_500)).await.unwrap();
    let detail = fixture.store.run_detail(id).await.unwrap();
    assert_eq!((detail.steps.len(), detail.steps[0].step, detail.run.step_count), (2_000, 500, 2_500));
}

#[tokio::test]
async fn items_are_given_across_pages_and_long_texts_are_cut() {
    let (fixture, workflow) = with_workflow().await;
    let long = "é".repeat(70_000);
    let mut pages: Vec<_> = (0..5)
        .map(|number| {
            let items: Vec<_> = (0..3).map(|item| json!({"json": {"n": number * 3 + item}})).collect();
            bridge_domain::Page::new(serde_json::to_string(&items).unwrap(), 3, bridge_domain::Lineage::None)
        })
        .collect();
    pages.push(page(&long));
    let id = RunId::new();
    let mut end = ended("a", 0, StepStatus::Success);
    let hashes = pages.iter().map(|page| page.hash).collect();
    end.outputs[0].pages = pages;
    let next = bridge_domain::StartedStep { inputs: vec![16], input_pages: vec![hashes], ..crate::run::begun("a", 1) };
    let entries =
        vec![started(workflow, "a"), begin("a", 0), Entry::StepEnded(Box::new(end)), Entry::StepStarted(next)];
    fixture.store.append(id, entries).await.unwrap();
    let numbers = |items: &[Item]| items.iter().filter_map(|item| item.json.get("n")?.as_u64()).collect::<Vec<_>>();
    let (first, second) = (StepRef { run_id: id, step: 0 }, StepRef { run_id: id, step: 1 });
    for (from, count, expected) in [(0, 2, 0..2), (2, 3, 2..5), (5, 100, 5..15), (13, 1, 13..14)] {
        let output = fixture.store.step_output(first, "main", from, count).await.unwrap();
        let input = fixture.store.step_input(second, 0, from, count).await.unwrap();
        assert_eq!(output, input);
        assert_eq!((numbers(&output.items), output.total), (expected.collect(), 16));
    }
    let last = fixture.store.step_output(first, "main", 15, 1).await.unwrap();
    let shown = last.items[0].json["text"].as_str().unwrap();
    assert!(last.cut && shown.len() <= 65_536 && long.starts_with(shown));
    assert_eq!(fixture.store.step_output(first, "other", 0, 9).await.unwrap().items, []);
    assert_eq!(fixture.store.step_input(second, 7, 0, 9).await.unwrap().total, 0);
    let nobody = StepRef { run_id: id, step: 9 };
    assert_eq!(fixture.store.step_output(nobody, "main", 0, 1).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_program_has_pins_grants_variables_and_a_time_zone() {
    let (fixture, workflow) = with_workflow().await;
    let store = &fixture.store;
    let grant = bridge_domain::Grant::Host { host: "localhost".to_owned(), port: 5432 };
    store.add_grant(workflow, &grant).await.unwrap();
    assert_eq!(store.add_grant(workflow, &grant).await.unwrap(), std::slice::from_ref(&grant));
    let items = vec![Item::from(json!({"a": 1}).as_object().unwrap().clone())];
    let pin = store.set_pin(workflow, &NodeId::from("n"), Some(items)).await.unwrap().unwrap();
    store.set_variable("base_url", &json!("https://example.com")).await.unwrap();
    store.set_time_zone(Some("Europe/Berlin")).await.unwrap();
    for name in ["", "1a", "a b", "a'; DROP TABLE runs; --"] {
        assert_eq!(store.set_variable(name, &json!(1)).await.unwrap_err().code, ErrorCode::InvalidInput);
    }
    assert_eq!(store.set_time_zone(Some("Mars/Base")).await.unwrap_err().code, ErrorCode::InvalidInput);
    store.set_active(workflow, true).await.unwrap();
    store.commit(workflow, None, bridge_domain::Origin::User, |d| Ok(crate::fixture::with_node(d, "a"))).await.unwrap();
    let program = store.program(workflow, None).await.unwrap();
    assert_eq!((program.version_number, program.definition.nodes.len(), program.active), (2, 1, true));
    assert_eq!((&*program.grants, &*program.pins), (std::slice::from_ref(&grant), &[pin][..]));
    assert_eq!(
        (program.variables["base_url"].clone(), program.time_zone.as_str()),
        (json!("https://example.com"), "Europe/Berlin")
    );
    assert_eq!(store.program(workflow, Some(1)).await.unwrap().definition.nodes.len(), 0);
    assert_eq!(store.program(workflow, Some(3)).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(store.remove_grant(workflow, &grant).await.unwrap(), []);
    assert_eq!(store.set_pin(workflow, &NodeId::from("n"), None).await.unwrap(), None);
    assert_eq!(store.pins(workflow).await.unwrap(), []);
    store.set_time_zone(None).await.unwrap();
    assert!(!store.time_zone().await.unwrap().is_empty());
}

#[tokio::test]
async fn among_many_runs_a_page_and_a_key_are_found_at_once() {
    let (fixture, workflow) = with_workflow().await;
    let other = fixture.store.create_workflow("Others", "").await.unwrap().id;
    let first = RunId::new();
    fixture.store.append(first, whole(workflow, "first", 10)).await.unwrap();
    let runs: Vec<_> = (0..4_000).map(|number| (RunId::new(), format!("{number}"))).collect();
    for part in runs.chunks(500) {
        let appends = part.iter().map(|(id, tag)| fixture.store.append(*id, whole(other, tag, 10)));
        for done in futures_util::future::join_all(appends).await {
            done.unwrap();
        }
    }
    let begun = std::time::Instant::now();
    let record = fixture.store.recorded(workflow, page_of("first", 5).hash.0).await.unwrap().unwrap();
    assert_eq!(record.started.step, 4);
    for (tag, step) in [("first", 3), ("17", 9), ("3999", 10)] {
        assert_eq!(fixture.store.page(page_of(tag, step).hash).await.unwrap(), page_of(tag, step).text);
    }
    assert!(fixture.store.recorded(other, [9; 32]).await.unwrap().is_none());
    assert_eq!(fixture.store.page(bridge_domain::PageHash([9; 32])).await.unwrap_err().code, ErrorCode::NotFound);
    fixture.store.list_runs(&of(other)).await.unwrap();
    fixture.store.run_detail(first).await.unwrap();
    assert!(begun.elapsed() < std::time::Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn keys_and_pages_are_looked_for_in_the_index_alone() {
    let (fixture, _) = with_workflow().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(fixture.folder.path().join("bridge.db"));
    let mut plain = <sqlx::SqliteConnection as sqlx::Connection>::connect_with(&options).await.unwrap();
    for query in [
        "EXPLAIN QUERY PLAN SELECT run, part FROM run_parts INDEXED BY part_contents WHERE instr(own_pages, ?1)
         ORDER BY run DESC, part DESC LIMIT 1",
        "EXPLAIN QUERY PLAN SELECT run, part FROM run_parts INDEXED BY part_contents
         WHERE run IN (SELECT value FROM json_each(?3)) AND instr(own_pages, ?1) ORDER BY run DESC, part DESC LIMIT 1",
        "EXPLAIN QUERY PLAN SELECT p.run, p.part FROM runs r INDEXED BY runs_by_workflow
         CROSS JOIN run_parts p INDEXED BY part_contents ON p.run = r.seq
         WHERE r.workflow_id = ? AND instr(p.keys, ?) AND r.data_dropped = 0
         ORDER BY r.seq DESC, p.part DESC LIMIT 8",
    ] {
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(query).fetch_all(&mut plain).await.unwrap();
        let plan: Vec<_> = plan.into_iter().map(|(.., step)| step).collect();
        assert!(plan.iter().any(|step| step.contains("COVERING INDEX part_contents")), "{plan:?}");
        assert!(query.contains("CROSS") || !plan.iter().any(|step| step == "USE TEMP B-TREE FOR ORDER BY"), "{plan:?}");
    }
}
