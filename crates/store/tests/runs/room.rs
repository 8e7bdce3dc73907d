//! Making room, and what may never be given up for it.

use bridge_domain::{
    Entry, ErrorCode, Journal, RoomProgress, RunBudget, RunFilter, RunId, RunMode, RunStatus, StepRef, StepStatus,
    WorkflowId,
};
use bridge_store::Pruned;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    fixture::{Fixture, fresh},
    run::{begin, ended, page, page_of, started, status, whole},
};

/// A run with one step that puts out this text.
fn with_text(workflow: WorkflowId, text: &str, outcome: RunStatus) -> Vec<Entry> {
    let mut end = ended("t", 0, StepStatus::Success);
    end.outputs[0].pages = vec![page(text)];
    vec![started(workflow, "t"), begin("t", 0), Entry::StepEnded(Box::new(end)), status(outcome)]
}

/// The same, started by hand.
fn test_run(workflow: WorkflowId, text: &str) -> Vec<Entry> {
    let mut entries = with_text(workflow, text, RunStatus::Success);
    if let Entry::Started(run) = &mut entries[0] {
        run.mode = RunMode::Test;
    }
    entries
}

fn budget(bytes: u64) -> RunBudget {
    RunBudget { bytes, runs: 100, ..RunBudget::default() }
}

fn text(number: usize) -> String {
    format!("{number}-{}", "x".repeat(100_000))
}

async fn rows(fixture: &Fixture, table: &str) -> i64 {
    let options = SqliteConnectOptions::new().filename(fixture.folder.path().join("bridge.db"));
    let mut plain = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")))
        .fetch_one(&mut plain)
        .await
        .unwrap()
}

async fn is_dropped(fixture: &Fixture, run_id: RunId) -> bool {
    let output = fixture.store.step_output(StepRef { run_id, step: 0 }, "main", 0, 1).await.unwrap();
    assert_eq!((output.total, output.items.is_empty()), (1, output.dropped));
    output.dropped
}

#[tokio::test]
async fn a_large_page_is_kept_once_and_goes_with_its_last_run() {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    let (first, second) = (RunId::new(), RunId::new());
    for id in [first, second] {
        fixture.store.append(id, with_text(workflow, &text(1), RunStatus::Success)).await.unwrap();
    }
    assert_eq!(rows(&fixture, "pages").await, 1);
    let shared = page(&text(1));
    fixture.store.delete_run(first).await.unwrap();
    assert_eq!(fixture.store.page(shared.hash).await.unwrap(), shared.text);
    fixture.store.delete_run(second).await.unwrap();
    for table in ["runs", "run_parts", "page_uses", "pages"] {
        assert_eq!(rows(&fixture, table).await, 0, "{table}");
    }
    assert_eq!(fixture.store.page(shared.hash).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_small_page_is_kept_once_in_each_run_and_goes_with_it() {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    let (first, second) = (RunId::new(), RunId::new());
    for id in [first, second] {
        // The same page again and again, at once and in pieces.
        let mut entries = with_text(workflow, "small", RunStatus::Running);
        for step in 1..40 {
            let mut end = ended("t", step, StepStatus::Success);
            end.outputs[0].pages = vec![page("small")];
            entries.extend([begin("t", step), Entry::StepEnded(Box::new(end))]);
        }
        let rest = entries.split_off(40);
        fixture.store.append(id, entries).await.unwrap();
        fixture.store.append(id, rest).await.unwrap();
        fixture.store.append(id, vec![status(RunStatus::Success)]).await.unwrap();
    }
    let own = page_of("t", 0).text.len() + page("small").text.len();
    let texts = "(SELECT 1 FROM run_parts GROUP BY run HAVING sum(length(texts)) = ";
    assert_eq!(rows(&fixture, &format!("{texts}{own})")).await, 2);
    for (deleted, left) in [(second, 1), (first, 0)] {
        assert_eq!(fixture.store.page(page("small").hash).await.unwrap(), page("small").text);
        fixture.store.delete_run(deleted).await.unwrap();
        assert_eq!(rows(&fixture, "runs").await, left);
    }
    assert_eq!(rows(&fixture, "run_parts").await, 0);
    assert_eq!(fixture.store.page(page("small").hash).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn successes_lose_their_data_first_and_runs_in_flight_never() {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    let mut ids = Vec::new();
    for number in 0..9 {
        let outcome = match number {
            0 => RunStatus::Running,
            1 | 4 => RunStatus::Error,
            _ => RunStatus::Success,
        };
        let id = RunId::new();
        fixture.store.append(id, with_text(workflow, &text(number), outcome)).await.unwrap();
        ids.push(id);
    }
    // Room for six of nine: the three oldest successes go.
    let pruned = fixture.store.prune_runs(workflow, budget(620_000)).await.unwrap();
    assert_eq!(pruned, Pruned { dropped: 3, deleted: 0 });
    for (number, id) in ids.iter().enumerate() {
        assert_eq!(is_dropped(&fixture, *id).await, matches!(number, 2 | 3 | 5), "{number}");
    }
    // Room for none: what has not ended and the newest stay.
    let pruned = fixture.store.prune_runs(workflow, budget(1)).await.unwrap();
    assert_eq!(pruned.deleted, 7);
    let filter = RunFilter { limit: 50, ..RunFilter::default() };
    let left: Vec<_> = fixture.store.list_runs(&filter).await.unwrap().into_iter().map(|run| run.id).collect();
    assert_eq!(left, [ids[8], ids[0]]);
    for id in left {
        assert!(!is_dropped(&fixture, id).await);
    }
}

#[tokio::test]
async fn runs_beyond_the_number_are_deleted_oldest_first_and_the_file_shrinks() {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    let mut ids = Vec::new();
    for number in 0..120 {
        let id = RunId::new();
        fixture.store.append(id, with_text(workflow, &text(number), RunStatus::Success)).await.unwrap();
        ids.push(id);
    }
    let fixture = fixture.reopen().await;
    let file = fixture.folder.path().join("bridge.db");
    let before = file.metadata().unwrap().len();
    let pruned = fixture.store.prune_runs(workflow, RunBudget { runs: 20, ..RunBudget::default() }).await.unwrap();
    assert_eq!(pruned, Pruned { dropped: 0, deleted: 100 });
    let filter = RunFilter { limit: 200, ..RunFilter::default() };
    let left: Vec<_> = fixture.store.list_runs(&filter).await.unwrap().into_iter().map(|run| run.id).collect();
    assert_eq!(left, ids[100..].iter().rev().copied().collect::<Vec<_>>());
    fixture.store.close().await;
    let after = file.metadata().unwrap().len();
    assert!(after * 3 < before, "{before} bytes before, {after} after");
}

#[tokio::test]
async fn a_dropped_step_is_not_taken_over_and_an_ended_run_is_still_loaded() {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    let (old, new) = (RunId::new(), RunId::new());
    fixture.store.append(old, with_text(workflow, &text(1), RunStatus::Success)).await.unwrap();
    fixture.store.append(new, whole(workflow, "new", 1)).await.unwrap();
    let key = ended("t", 0, StepStatus::Success).key;
    assert!(fixture.store.recorded(workflow, key).await.unwrap().is_some());
    fixture.store.prune_runs(workflow, budget(50_000)).await.unwrap();
    assert_eq!(fixture.store.recorded(workflow, key).await.unwrap(), None);
    assert_eq!(fixture.store.load(old).await.unwrap().steps.len(), 1);
    assert_eq!(fixture.store.page(page(&text(1)).hash).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn the_budget_is_kept_and_numbers_out_of_range_are_refused() {
    let fixture = fresh().await;
    assert_eq!(fixture.store.run_budget().await.unwrap(), RunBudget::default());
    let set = RunBudget { bytes: 5 << 20, runs: 20, keep_success_data: false };
    fixture.store.set_run_budget(set).await.unwrap();
    fixture.store.set_time_zone(Some("Europe/Berlin")).await.unwrap();
    let fixture = fixture.reopen().await;
    assert_eq!(fixture.store.run_budget().await.unwrap(), set);
    assert_eq!(fixture.store.time_zone().await.unwrap(), "Europe/Berlin");
    for (bytes, runs, problems) in [(0, 20, 1), (5 << 20, 9, 1), (1 << 41, 1_000_001, 2)] {
        let refused = fixture.store.set_run_budget(RunBudget { bytes, runs, ..set }).await.unwrap_err();
        assert_eq!((refused.code, refused.problems.len()), (ErrorCode::InvalidInput, problems));
    }
    assert_eq!(fixture.store.run_budget().await.unwrap(), set);
}

#[tokio::test]
async fn room_is_made_in_every_workflow_and_told_of() {
    let fixture = fresh().await;
    let mut workflows = Vec::new();
    for (name, runs) in [("Small", 2), ("Large", 30)] {
        let workflow = fixture.store.create_workflow(name, "").await.unwrap().id;
        for number in 0..runs {
            let entries = with_text(workflow, &format!("{name} {}", text(number)), RunStatus::Success);
            fixture.store.append(RunId::new(), entries).await.unwrap();
        }
        workflows.push(workflow);
    }
    let before = fixture.store.run_room().await.unwrap().workflows;
    let shown: Vec<_> = before.iter().map(|room| (room.name.as_str(), room.runs)).collect();
    assert_eq!(shown, [("Large", 30), ("Small", 2)]);
    assert!(before[0].bytes > 3_000_000 && before[1].bytes > 200_000);
    fixture.store.set_run_budget(RunBudget { bytes: 1 << 20, runs: 25, keep_success_data: true }).await.unwrap();
    let mut told = Vec::new();
    let end = fixture.store.make_room(|progress| told.push(progress)).await.unwrap();
    assert_eq!(told.iter().map(|progress| progress.workflows_done).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(told.last(), Some(&end));
    assert_eq!(end, RoomProgress { workflows_done: 2, workflows: 2, dropped: 15, deleted: 5 });
    let after = fixture.store.run_room().await.unwrap().workflows;
    assert!(after.iter().all(|room| room.bytes <= 1 << 20 && room.runs <= 25), "{after:?}");
    assert_eq!(fixture.store.make_room(|_| {}).await.unwrap().dropped, 0);
}

#[tokio::test]
async fn data_of_successes_that_is_not_to_be_kept_goes_by_itself() {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    fixture.store.set_run_budget(RunBudget { keep_success_data: false, ..RunBudget::default() }).await.unwrap();
    let runs = [
        with_text(workflow, "small", RunStatus::Success),
        with_text(workflow, &text(1), RunStatus::Success),
        // The same data again: none of its bytes are this run's.
        with_text(workflow, &text(1), RunStatus::Success),
        with_text(workflow, &text(2), RunStatus::Error),
        test_run(workflow, &text(3)),
        with_text(workflow, &text(4), RunStatus::Success),
    ];
    let mut ids = Vec::new();
    for entries in runs {
        let id = RunId::new();
        fixture.store.append(id, entries).await.unwrap();
        ids.push(id);
    }
    let mut tries = 0;
    while !(is_dropped(&fixture, ids[0]).await && is_dropped(&fixture, ids[2]).await) {
        tries += 1;
        assert!(tries < 200, "the data was not dropped by itself");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    for (number, id) in ids.iter().enumerate() {
        assert_eq!(is_dropped(&fixture, *id).await, number < 3, "{number}");
    }
    let filter = RunFilter { limit: 50, ..RunFilter::default() };
    assert_eq!(fixture.store.list_runs(&filter).await.unwrap().len(), 6, "the runs themselves stay");
}
