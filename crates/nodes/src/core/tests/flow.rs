//! No operation, Stop and error, Wait, Code, Respond and Sub-workflow.

use bridge_domain::{CodeMode, ErrorCode, Outcome, Reply, RunMode, WorkflowId};
use serde_json::json;

use super::{executor, run};
use crate::testing::{TestStep, items};

#[tokio::test]
async fn items_pass_and_errors_stop() {
    let step = run("no_op", "pass", json!({}), json!([{ "a": 1 }, {}])).await.unwrap();
    assert_eq!(step.origins(0), [[(0, 0)], [(0, 1)]]);
    let config = json!({ "message": "=No total in {{ $json.id }}" });
    let failure = run("stop_and_error", "fail", config.clone(), json!([{ "id": 4 }])).await.err().unwrap();
    assert_eq!((failure.error.message.as_str(), failure.item), ("No total in 4", Some(0)));
    assert!(run("stop_and_error", "fail", config, json!([])).await.is_ok());
}

#[tokio::test]
async fn a_wait_ends_with_a_time_and_then_passes_items_on() {
    let node = executor("wait", "pause");
    let mut step = TestStep::new(json!({ "amount": "1.5", "unit": "minutes" }), items(json!([{ "a": 1 }])));
    let Outcome::WaitUntil(time) = step.run(node.as_ref()).await.unwrap() else { panic!("it did not wait") };
    assert_eq!(time.as_microseconds() - step.info.now.as_microseconds(), 90_000_000);
    assert!(step.puts.is_empty());
    step.info.woken = true;
    step.read = vec![0];
    assert_eq!(step.run(node.as_ref()).await.unwrap(), Outcome::Done);
    assert_eq!(step.output(0), [json!({ "a": 1 })]);
}

#[tokio::test]
async fn a_wait_until_a_date_reads_it_from_the_item() {
    let node = executor("wait", "until");
    for (date, waits) in [("2026-05-04T12:30", true), ("2026-05-04T11:30", false), ("2026-05-05T00:00:00Z", true)] {
        let mut step = TestStep::new(json!({ "date": "={{ $json.at }}" }), items(json!([{ "at": date }])));
        let outcome = step.run(node.as_ref()).await.unwrap();
        assert_eq!(matches!(outcome, Outcome::WaitUntil(_)), waits, "{date}");
        assert_eq!(step.puts.is_empty(), waits, "{date}");
    }
    let failure = run("wait", "until", json!({ "date": "soon" }), json!([{}])).await.err().unwrap();
    assert_eq!(failure.parameter.as_deref(), Some("date"));
}

#[tokio::test]
async fn code_runs_once_or_for_each_page_and_keeps_origins() {
    let mut step = TestStep::with_inputs(
        json!({ "code": "return $input.all();" }),
        vec![items(json!([{ "a": 1 }, { "a": 2 }])), items(json!([{ "a": 3 }]))],
    );
    step.page = 1;
    step.code = |code, mode, batch| {
        assert_eq!((code, mode, batch.items.len()), ("return $input.all();", CodeMode::AllItems, 3));
        Ok(batch.items.iter().cloned().enumerate().rev().map(|(at, item)| (item, vec![at])).collect())
    };
    step.run(executor("code", "run_javascript").as_ref()).await.unwrap();
    assert_eq!(step.origins(0), [[(1, 0)], [(0, 1)], [(0, 0)]]);

    let config = json!({ "code": "return $json;", "run": "once_per_item" });
    let mut step = TestStep::new(config, items(json!([{}, {}, {}, {}])));
    step.code = |_, mode, batch| {
        assert!(mode == CodeMode::EachItem && batch.items.len() <= 3);
        Ok(batch.items.iter().cloned().enumerate().map(|(at, item)| (item, vec![at])).collect())
    };
    step.run(executor("code", "run_javascript").as_ref()).await.unwrap();
    assert_eq!(step.origins(0), [[(0, 0)], [(0, 1)], [(0, 2)], [(0, 3)]]);
}

async fn reply(config: serde_json::Value) -> Result<Reply, String> {
    let step = run("respond", "respond_to_webhook", config, json!([{ "a": 1 }, { "a": 2 }])).await;
    step.map(|step| step.reply.unwrap()).map_err(|failure| failure.error.message)
}

#[tokio::test]
async fn the_caller_gets_one_answer() {
    let answer = reply(json!({ "body": "={{ $json.a }}", "status": "201" })).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (201, &b"1"[..]));
    assert_eq!(answer.headers["Content-Type"], "application/json");
    let answer = reply(json!({ "body": "hi", "headers": { "content-type": "text/html", "X-A": "b" } })).await.unwrap();
    assert_eq!((answer.headers.len(), answer.headers["content-type"].as_str()), (2, "text/html"));
    let answer = reply(json!({ "respond_with": "all_items" })).await.unwrap();
    assert_eq!(answer.body, br#"[{"a":1},{"a":2}]"#);
    assert!(reply(json!({ "respond_with": "nothing", "body": "x" })).await.unwrap().body.is_empty());
    for headers in [json!({ "X": "a\r\nSet-Cookie: b" }), json!({ "a b": "c" }), json!({ "Content-Length": "1" })] {
        assert!(reply(json!({ "body": "x", "headers": headers })).await.unwrap_err().contains("header"), "{headers}");
    }
}

#[tokio::test]
async fn nobody_who_waits_is_an_error_in_production_only() {
    for (mode, is_error) in [(RunMode::Test, false), (RunMode::Production, true)] {
        let mut step = TestStep::new(json!({ "body": "x" }), items(json!([{}])));
        step.info.mode = mode;
        step.reply = Some(Reply { status: 200, headers: Default::default(), body: Vec::new() });
        let result = step.run(executor("respond", "respond_to_webhook").as_ref()).await;
        assert_eq!(result.err().map(|failure| failure.error.code), is_error.then_some(ErrorCode::Conflict));
    }
}

#[tokio::test]
async fn another_workflow_runs_once_or_for_each_item() {
    let id = WorkflowId::new().to_string();
    for (config, origins) in [
        (json!({ "workflow_id": id }), vec![vec![], vec![]]),
        (json!({ "workflow_id": id, "run": "once_per_item" }), vec![vec![(0, 0)], vec![(0, 1)]]),
        (json!({ "workflow_id": id, "wait_for_result": false }), vec![vec![(0, 0)], vec![(0, 1)]]),
    ] {
        let mut step = TestStep::new(config.clone(), items(json!([{ "n": 1 }, { "n": 2 }])));
        step.call = |_, items, _| Ok(items);
        step.run(executor("subworkflow", "execute_workflow").as_ref()).await.unwrap();
        assert_eq!(step.origins(0), origins, "{config}");
    }
    let failure = run("subworkflow", "execute_workflow", json!({ "workflow_id": "../x" }), json!([{}])).await;
    assert_eq!(failure.err().unwrap().parameter.as_deref(), Some("workflow_id"));
}
