//! Failures: what they do in each mode, trying again, time, cancelling, runaway runs.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bridge_domain::*;

use super::world::*;

#[tokio::test]
async fn a_failure_stops_the_run() {
    let world = World::new();
    let program = world.program(graph("manual -> a:fail -> b"));
    let (running, summary) = world.run(&program, numbers(0, 2)).await;
    assert_eq!(summary.status, RunStatus::Error);
    assert_eq!(summary.error.unwrap().node_label, "a");
    assert_eq!(steps(&running), ["manual success", "a error"]);
}

#[tokio::test]
async fn a_failure_that_goes_on_leaves_the_run_red() {
    for (kind, port, expected) in [("fail", "main", vec![0, 1]), ("fail_odd", "main", vec![0, 1])] {
        let world = World::new();
        let mut definition = graph(&format!("manual -> a:{kind}; a.{port} -> b"));
        node(&mut definition, "a").settings.on_error = OnError::Continue;
        let program = world.program(definition);
        let (running, summary) = world.run(&program, numbers(0, 2)).await;
        assert_eq!(summary.status, RunStatus::Error, "{kind}");
        assert_eq!(output(&running).await, expected);
        let items = running.output().await.unwrap();
        assert_eq!(items[1].json["error"]["node"], "a");
        assert_eq!(items[1].json["error"]["code"], "node_failed");
    }
}

#[tokio::test]
async fn failed_items_leave_by_the_error_output() {
    let world = World::new();
    let mut definition = graph("manual -> a:fail_odd; a.main -> good; a.error -> bad");
    node(&mut definition, "a").settings.on_error = OnError::ErrorOutput;
    let program = world.program(definition);
    let (running, summary) = world.run(&program, numbers(0, 4)).await;
    assert_eq!(world.ran(), "a(0,1,2,3) good(0,2) bad(1,3)");
    assert_eq!((summary.status, summary.error.unwrap().item), (RunStatus::Error, Some(1)));
    assert_eq!(steps(&running)[1..], ["a error", "good success", "bad success"]);
}

#[tokio::test]
async fn a_failure_that_may_pass_is_tried_again() {
    for (failures, status, attempts) in [(2, RunStatus::Success, 3), (3, RunStatus::Error, 3)] {
        let world = World::new();
        world.shared.failures.store(failures, Ordering::SeqCst);
        let mut definition = graph("manual -> a:flaky -> b");
        node(&mut definition, "a").settings.retry = Some(Retry { max_tries: 3, wait_ms: 1 });
        let program = world.program(definition);
        let (running, summary) = world.run(&program, numbers(0, 1)).await;
        assert_eq!((summary.status, running.snapshot().steps[1].attempts), (status, attempts));
    }
}

#[tokio::test]
async fn a_step_and_a_run_have_hard_limits_of_time() {
    for (kind, limits) in [
        ("sleep", RunLimits { step_duration: Duration::from_millis(50), ..RunLimits::default() }),
        ("spin", RunLimits { step_duration: Duration::from_millis(50), ..RunLimits::default() }),
        ("sleep", RunLimits { duration: Duration::from_millis(50), ..RunLimits::default() }),
    ] {
        let world = World::with(limits);
        let program = world.program(graph(&format!("manual -> a:{kind}")));
        let (_, summary) = world.run(&program, numbers(0, 1)).await;
        let code = summary.error.unwrap().error.code;
        assert!(matches!(code, ErrorCode::Timeout | ErrorCode::LimitReached), "{kind}: {code:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x6_cancel_ends_a_run_within_a_second_whatever_it_does() {
    let limits = RunLimits { items: u32::MAX, output: u64::MAX, step_output: u64::MAX, ..RunLimits::default() };
    for text in ["manual -> a:sleep", "manual -> a:spin", "manual -> a:wait -> b", "manual -> a:flaky"] {
        let world = World::with(limits);
        world.shared.failures.store(1_000, Ordering::SeqCst);
        let mut definition = graph(text);
        node(&mut definition, "a").settings.retry = Some(Retry { max_tries: 10, wait_ms: 300_000 });
        let program = world.program(definition);
        let running = world.begin(&program, numbers(0, 1), RunScope::Whole).await.unwrap();
        tokio::time::sleep(Duration::from_millis(30)).await;
        let asked = Instant::now();
        assert!(world.engine.cancel(running.id), "{text}");
        let summary = tokio::time::timeout(Duration::from_secs(20), running.finished()).await.unwrap();
        assert!(asked.elapsed() < Duration::from_secs(1), "{text}: {:?}", asked.elapsed());
        assert_eq!(summary.status, RunStatus::Canceled, "{text}");
        assert_eq!(running.snapshot().steps.last().unwrap().status, StepStatus::Canceled, "{text}");
        assert!(!world.engine.cancel(running.id));
    }
}

#[tokio::test]
async fn x6_output_without_end_stops_at_the_caps() {
    for (kind, limits) in [
        ("flood", RunLimits { step_output: 8 << 20, ..RunLimits::default() }),
        ("flood", RunLimits { output: 8 << 20, ..RunLimits::default() }),
        ("spin", RunLimits { items: 10_000, ..RunLimits::default() }),
    ] {
        let world = World::with(limits);
        let program = world.program(graph(&format!("manual -> a:{kind}")));
        let (_, summary) = world.run(&program, numbers(0, 1)).await;
        assert_eq!(summary.error.unwrap().error.code, ErrorCode::LimitReached);
    }
}

#[tokio::test]
async fn x6_what_many_last_nodes_put_out_together_is_bounded() {
    for limits in
        [RunLimits { items: 100, ..RunLimits::default() }, RunLimits { step_output: 2_000, ..RunLimits::default() }]
    {
        let world = World::with(limits);
        let wide = world.program(graph("manual -> a; manual -> b; manual -> c"));
        let (running, summary) = world.run(&wide, numbers(0, 60)).await;
        assert_eq!(summary.status, RunStatus::Success);
        assert_eq!(running.output().await.unwrap_err().code, ErrorCode::LimitReached);
        assert_eq!(running.first_output().await.unwrap().unwrap().json["n"], 0);
        let (running, _) = world.run(&wide, numbers(0, 20)).await;
        assert_eq!(output(&running).await.len(), 60);
    }
}
