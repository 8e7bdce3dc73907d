//! The contract of the journal.

use bridge_domain::{
    EndedStep, Entry, ErrorCode, ItemRef, Journal, Lineage, OutputPages, Page, PageHash, RunId, RunStatus,
    StepDecision, StepStatus, Timestamp,
};
use sqlx::{Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    fixture::{Fixture, fresh},
    run::{begin, begun, end, ended, page, page_of, started, status, timer, whole},
};

async fn with_workflow() -> (Fixture, bridge_domain::WorkflowId) {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    (fixture, workflow)
}

#[tokio::test]
async fn a_run_is_loaded_as_it_was_appended_also_after_a_restart() {
    let (fixture, workflow) = with_workflow().await;
    let (at_once, in_pieces) = (RunId::new(), RunId::new());
    fixture.store.append(at_once, whole(workflow, "a", 3)).await.unwrap();
    for entry in whole(workflow, "b", 3) {
        fixture.store.append(in_pieces, vec![entry]).await.unwrap();
    }
    let fixture = fixture.reopen().await;
    for (id, tag) in [(at_once, "a"), (in_pieces, "b")] {
        let log = fixture.store.load(id).await.unwrap();
        assert_eq!(
            (log.status, log.run.workflow_id, log.run.input[0].clone()),
            (RunStatus::Success, workflow, page_of(tag, 0))
        );
        assert_eq!(log.steps.len(), 3);
        for (step, record) in (0..).zip(&log.steps) {
            let (begun, ended) = (begun(tag, step), ended(tag, step, StepStatus::Success));
            assert_eq!(bridge_domain::StartedStep { at: begun.at, ..record.started.clone() }, begun);
            let end = record.ended.as_ref().unwrap();
            assert_eq!((end.key, end.status, end.duration_ms), (ended.key, StepStatus::Success, 1));
            let page = &ended.outputs[0].pages[0];
            let (port, pages) = &end.outputs[0];
            assert_eq!((port.as_str(), pages[0].hash, pages[0].count), ("main", page.hash, 1));
            assert_eq!(pages[0].lineage, page.lineage);
            assert_eq!(fixture.store.page(page.hash).await.unwrap(), page.text);
        }
    }
    assert_eq!(fixture.store.unfinished().await.unwrap(), []);
    assert_eq!(fixture.store.load(RunId::new()).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(fixture.store.page(PageHash([1; 32])).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn every_kind_of_lineage_comes_back() {
    let (fixture, workflow) = with_workflow().await;
    let place = |input, index| ItemRef { input, index };
    let lineages = [
        Lineage::None,
        Lineage::Same(place(1, 7)),
        Lineage::Each(Vec::new()),
        Lineage::Each(vec![vec![place(0, 1)], vec![place(0, 2)]]),
        Lineage::Each(vec![vec![], vec![place(0, 1), place(1, 1)]]),
    ];
    let id = RunId::new();
    let pages: Vec<_> = (0..).zip(&lineages).map(|(n, l)| Page::new(format!("[{n}]"), 1, l.clone())).collect();
    let outputs = vec![OutputPages { port: "main".to_owned(), pages }];
    let end = EndedStep { outputs, ..ended("a", 0, StepStatus::Success) };
    fixture
        .store
        .append(id, vec![started(workflow, "a"), begin("a", 0), Entry::StepEnded(Box::new(end))])
        .await
        .unwrap();
    let log = fixture.store.load(id).await.unwrap();
    let kept: Vec<_> =
        log.steps[0].ended.as_ref().unwrap().outputs[0].1.iter().map(|page| page.lineage.clone()).collect();
    assert_eq!(kept, lineages);
}

#[tokio::test]
async fn a_step_is_recorded_once() {
    let (fixture, workflow) = with_workflow().await;
    let (journal, id) = (&fixture.store, RunId::new());
    journal.append(id, vec![started(workflow, "a"), begin("a", 0), end("a", 0)]).await.unwrap();
    for twice in [
        vec![begin("a", 0)],
        vec![end("a", 0)],
        vec![started(workflow, "a")],
        vec![begin("a", 1), begin("a", 1)],
        vec![begin("a", 1), end("a", 1), end("a", 1)],
        vec![end("a", 9)],
    ] {
        assert_eq!(journal.append(id, twice).await.unwrap_err().code, ErrorCode::Conflict);
        // Whoever has loaded it knows where it is.
        assert_eq!(journal.load(id).await.unwrap().steps.len(), 1);
    }
    journal.append(id, vec![status(RunStatus::Success)]).await.unwrap();
    for late in [begin("a", 1), status(RunStatus::Error)] {
        assert_eq!(journal.append(id, vec![late]).await.unwrap_err().code, ErrorCode::Conflict);
        journal.load(id).await.unwrap();
    }
    let (unknown, lost) = (RunId::new(), RunId::new());
    assert_eq!(journal.append(unknown, vec![begin("a", 0)]).await.unwrap_err().code, ErrorCode::NotFound);
    let nowhere = bridge_domain::WorkflowId::new();
    assert_eq!(journal.append(lost, vec![started(nowhere, "a")]).await.unwrap_err().code, ErrorCode::Conflict);
}

#[tokio::test]
async fn a_step_is_recorded_once_also_by_a_process_that_did_not_begin_the_run() {
    let (fixture, workflow) = with_workflow().await;
    let id = RunId::new();
    let waits = Timestamp::from_microseconds(4_000_000_000_000_000);
    // In many parts: each output fills more than one.
    let large = |step| {
        let mut end = ended("a", step, StepStatus::Success);
        end.outputs[0].pages = (0..20).map(|n| page(&format!("{step}-{n}-{}", "x".repeat(3_900)))).collect();
        Entry::StepEnded(Box::new(end))
    };
    let steps = (0..5).flat_map(|step| [begin("a", step), large(step)]);
    let open = [begin("a", 5), begin("a", 6), timer(6, waits)];
    fixture.store.append(id, [started(workflow, "a")].into_iter().chain(steps).chain(open).collect()).await.unwrap();
    let mut fixture = fixture.reopen().await;
    for twice in [begin("a", 4), large(4), large(9), begin("a", 5), started(workflow, "a"), timer(8, waits)] {
        assert_eq!(fixture.store.append(id, vec![twice]).await.unwrap_err().code, ErrorCode::Conflict);
        fixture = fixture.reopen().await;
        assert_eq!(fixture.store.load(id).await.unwrap().steps.len(), 7);
    }
    fixture.store.append(id, vec![begin("a", 6), end("a", 6), end("a", 5)]).await.unwrap();
    let log = fixture.store.load(id).await.unwrap();
    assert!(log.steps.iter().all(|step| step.ended.is_some()));
    for (step, record) in (0..5).zip(&log.steps) {
        let Entry::StepEnded(expected) = large(step) else { unreachable!() };
        for (found, page) in record.ended.as_ref().unwrap().outputs[0].1.iter().zip(&expected.outputs[0].pages) {
            assert_eq!(fixture.store.page(found.hash).await.unwrap(), page.text);
        }
    }
    fixture.store.append(id, vec![status(RunStatus::Canceled)]).await.unwrap();
    let fixture = fixture.reopen().await;
    assert_eq!(fixture.store.append(id, vec![begin("a", 7)]).await.unwrap_err().code, ErrorCode::Conflict);
}

#[tokio::test]
async fn the_database_itself_refuses_changes_of_what_was_recorded() {
    let (fixture, workflow) = with_workflow().await;
    fixture.store.append(RunId::new(), whole(workflow, "a", 2)).await.unwrap();
    let options = SqliteConnectOptions::new().filename(fixture.folder.path().join("bridge.db"));
    let mut plain = SqliteConnection::connect_with(&options).await.unwrap();
    for sql in [
        "UPDATE run_parts SET records = ''",
        "UPDATE run_parts SET part = 1",
        "UPDATE run_parts SET run = 2",
        "INSERT INTO run_parts SELECT * FROM run_parts",
        "UPDATE runs SET status = 'running'",
        "INSERT INTO run_parts SELECT 99, part, first_step, last_step, keys, own_pages, records, hash, texts FROM run_parts",
    ] {
        assert!(plain.execute(sql).await.is_err(), "accepted: {sql}");
    }
}

#[tokio::test]
async fn tries_timers_and_decisions_are_kept() {
    let (fixture, workflow) = with_workflow().await;
    let (journal, id) = (&fixture.store, RunId::new());
    let again = |attempt| Entry::StepStarted(bridge_domain::StartedStep { attempt, harmless: false, ..begun("a", 0) });
    let due_at = Timestamp::from_microseconds(4_000_000_000_000_000);
    journal.append(id, vec![started(workflow, "a"), begin("a", 0), again(2), timer(0, due_at)]).await.unwrap();
    let step = journal.load(id).await.unwrap().steps.remove(0);
    assert_eq!((step.started.attempt, step.due_at, step.decision), (2, Some(due_at), None));
    assert_eq!(journal.unfinished().await.unwrap(), [id]);
    // A step whose time has come begins again under the same number of tries.
    journal.append(id, vec![again(2), again(3)]).await.unwrap();
    let decided = Entry::Decided { step: 0, decision: StepDecision::Repeat };
    journal.append(id, vec![status(RunStatus::Unknown), decided]).await.unwrap();
    let log = journal.load(id).await.unwrap();
    let step = &log.steps[0];
    assert_eq!((step.started.attempt, step.due_at, step.decision), (3, None, Some(StepDecision::Repeat)));
    assert_eq!((log.status, journal.unfinished().await.unwrap()), (RunStatus::Unknown, vec![id]));
    journal.append(id, vec![again(4), end("a", 0), status(RunStatus::Success)]).await.unwrap();
    assert_eq!(journal.unfinished().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_of_one_run_are_kept_in_the_order_of_their_calls() {
    let (fixture, workflow) = with_workflow().await;
    let runs: Vec<_> = (0..40).map(|number| (RunId::new(), format!("r{number}"))).collect();
    let mut answers = Vec::new();
    // None is waited for before the last one was appended.
    for index in 0..22 {
        for (id, tag) in &runs {
            answers.push(fixture.store.append(*id, vec![whole(workflow, tag, 10).swap_remove(index)]));
        }
    }
    for answer in answers {
        answer.await.unwrap();
    }
    for (id, _) in runs {
        let log = fixture.store.load(id).await.unwrap();
        assert_eq!((log.status, log.steps.len()), (RunStatus::Success, 10));
    }
}

#[tokio::test]
async fn one_run_that_breaks_a_rule_takes_no_other_with_it() {
    let (fixture, workflow) = with_workflow().await;
    let (good, bad) = (RunId::new(), RunId::new());
    let answers = [
        fixture.store.append(good, vec![started(workflow, "g"), begin("g", 0)]),
        fixture.store.append(bad, vec![started(workflow, "b"), begin("b", 0)]),
        fixture.store.append(bad, vec![begin("b", 0)]),
        fixture.store.append(bad, vec![begin("b", 1)]),
        fixture.store.append(good, vec![end("g", 0)]),
    ];
    let codes: Vec<_> =
        futures_util::future::join_all(answers).await.into_iter().map(|a| a.err().map(|e| e.code)).collect();
    let conflict = Some(ErrorCode::Conflict);
    // What was queued together of the bad run goes together.
    assert_eq!(codes, [None, conflict, conflict, conflict, None]);
    assert_eq!(fixture.store.load(good).await.unwrap().steps.len(), 1);
}

#[tokio::test]
async fn the_newest_success_under_a_key_is_found_in_its_own_workflow() {
    let (fixture, workflow) = with_workflow().await;
    let other = fixture.store.create_workflow("Others", "").await.unwrap().id;
    let key = ended("same", 0, StepStatus::Success).key;
    assert_eq!(fixture.store.recorded(workflow, key).await.unwrap(), None);
    let mut newest = RunId::new();
    for status in [StepStatus::Success, StepStatus::Success, StepStatus::Error] {
        let id = RunId::new();
        let end = Entry::StepEnded(Box::new(EndedStep { duration_ms: 5, ..ended("same", 0, status) }));
        fixture.store.append(id, vec![started(workflow, "same"), begin("same", 0), end]).await.unwrap();
        if status == StepStatus::Success {
            newest = id;
        }
    }
    let found = fixture.store.recorded(workflow, key).await.unwrap().unwrap();
    let expected = fixture.store.load(newest).await.unwrap().steps.remove(0);
    assert_eq!(found, expected);
    assert_eq!(fixture.store.recorded(other, key).await.unwrap(), None);
    let mut near = key;
    near[31] ^= 1;
    assert_eq!(fixture.store.recorded(workflow, near).await.unwrap(), None);
}

#[tokio::test]
async fn d8_a_changed_record_or_page_is_refused_when_it_is_read() {
    let (fixture, workflow) = with_workflow().await;
    let id = RunId::new();
    fixture.store.append(id, whole(workflow, "a", 2)).await.unwrap();
    let options = SqliteConnectOptions::new().filename(fixture.folder.path().join("bridge.db"));
    let mut plain = SqliteConnection::connect_with(&options).await.unwrap();
    plain.execute("DROP TRIGGER parts_are_never_edited").await.unwrap();
    for damage in [
        "run_parts SET texts = replace(texts, 'Somebody', 'Somebodx')",
        "runs SET accepted = replace(accepted, 'start', 'stbrt')",
        "run_parts SET records = replace(records, 'node-1', 'node-2')",
        "run_parts SET part = part + 1",
        "run_parts SET last_step = last_step + 1",
        "run_parts SET keys = x''",
        "run_parts SET own_pages = x''",
    ] {
        let (table, _) = damage.split_once(" SET ").unwrap();
        plain.execute(sqlx::AssertSqlSafe(format!("CREATE TEMP TABLE saved AS SELECT * FROM {table}"))).await.unwrap();
        plain.execute(sqlx::AssertSqlSafe(format!("UPDATE {damage}"))).await.unwrap();
        assert_eq!(fixture.store.load(id).await.unwrap_err().code, ErrorCode::StoreDamaged, "{damage}");
        let back = if table == "runs" {
            "UPDATE runs SET accepted = (SELECT accepted FROM saved); DROP TABLE saved".to_owned()
        } else {
            "DELETE FROM run_parts; INSERT INTO run_parts SELECT * FROM saved; DROP TABLE saved".to_owned()
        };
        plain.execute(sqlx::AssertSqlSafe(back)).await.unwrap();
        fixture.store.load(id).await.unwrap();
    }
    let hash = page_of("a", 1).hash;
    plain.execute("UPDATE run_parts SET texts = CAST(texts AS TEXT) || ' '").await.unwrap();
    assert!(fixture.store.page(hash).await.is_ok(), "what is behind it is not part of it");
    plain.execute("UPDATE run_parts SET texts = ' ' || CAST(texts AS TEXT)").await.unwrap();
    assert_eq!(fixture.store.page(hash).await.unwrap_err().code, ErrorCode::StoreDamaged);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d12_edits_do_not_starve_behind_the_journal() {
    let (fixture, workflow) = with_workflow().await;
    let store = fixture.store.clone();
    let busy: Vec<_> = (0..50)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in 0..20 {
                    store.append(RunId::new(), whole(workflow, &format!("{task}-{number}"), 10)).await.unwrap();
                }
            })
        })
        .collect();
    let mut edits = 0;
    while !busy.iter().all(tokio::task::JoinHandle::is_finished) {
        store.rename_workflow(workflow, "Orders", &format!("{edits}")).await.unwrap();
        edits += 1;
    }
    assert!(edits >= 3, "only {edits} edits while 1,000 runs were kept");
}

#[tokio::test]
async fn after_closing_nothing_is_taken() {
    let (fixture, workflow) = with_workflow().await;
    let id = RunId::new();
    let before = fixture.store.append(id, vec![started(workflow, "a")]);
    fixture.store.close().await;
    before.await.unwrap();
    assert_eq!(fixture.store.append(id, vec![begin("a", 0)]).await.unwrap_err().code, ErrorCode::StoreUnavailable);
}

#[tokio::test]
async fn the_contract_of_every_journal_holds() {
    let (fixture, workflow) = with_workflow().await;
    bridge_engine::contract::journal_contract(std::sync::Arc::new(fixture.store.clone()), workflow).await.unwrap();
}
