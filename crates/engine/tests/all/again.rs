//! Trying again: only the item that failed, never one that is through, and never more often than the node's settings say.

use std::time::{Duration, Instant};

use bridge_domain::*;

use super::world::*;

fn retrying(text: &str, wait_ms: u32) -> Definition {
    let mut definition = graph(text);
    node(&mut definition, "a").settings.retry = Some(Retry { max_tries: 3, wait_ms });
    definition
}

#[tokio::test]
async fn only_the_item_that_failed_is_tried_again() {
    for kind in ["deliver", "fetch"] {
        for (first, second) in [(4, None), (0, Some(9)), (4, Some(5))] {
            let world = World::new();
            world.shared.trouble.at(first, 2);
            second.into_iter().for_each(|second| world.shared.trouble.at(second, 1));
            let program = world.program(retrying(&format!("manual -> a:{kind} -> b"), 1));
            let (running, summary) = world.run(&program, numbers(0, 10)).await;
            assert_eq!(summary.status, RunStatus::Success, "{kind}: {:?}", summary.error);
            assert_eq!(output(&running).await, (0..10).collect::<Vec<_>>());
            let tried = world.shared.trouble.tried();
            let times = |n: i64| tried.iter().filter(|tried| **tried == n).count();
            let expected = |n: i64| if n == first { 3 } else { 1 + usize::from(second == Some(n)) };
            assert!((0..10).all(|n| times(n) == expected(n)) && tried.is_sorted(), "{kind}: {tried:?}");
            let step = running.snapshot().steps[1].clone();
            assert_eq!((step.attempts, step.waits_until), (3, None), "the most tries that it took");
            let log = world.journal.load(running.id).await.unwrap();
            assert_eq!(log.steps[1].started.attempt, 3);
        }
    }
}

#[tokio::test]
async fn an_item_whose_tries_are_used_up_is_settled_and_nothing_multiplies() {
    for kind in ["deliver", "fetch"] {
        for on_error in [OnError::Stop, OnError::Continue, OnError::ErrorOutput] {
            for failing in [0, 4, 9] {
                let world = World::new();
                world.shared.trouble.at(failing, u32::MAX);
                let mut definition = retrying(&format!("manual -> a:{kind}; a.main -> good; a.error -> bad"), 1);
                if on_error != OnError::ErrorOutput {
                    definition = retrying(&format!("manual -> a:{kind} -> good"), 1);
                }
                node(&mut definition, "a").settings.on_error = on_error;
                let program = world.program(definition);
                let (_, summary) = world.run(&program, numbers(0, 10)).await;
                assert_eq!(summary.status, RunStatus::Error);
                let error = summary.error.unwrap();
                assert_eq!((error.error.message.as_str(), error.item), ("503", u32::try_from(failing).ok()));
                let through = if on_error == OnError::Stop { failing } else { 9 };
                let expected: Vec<i64> =
                    (0..=through).flat_map(|n| vec![n; if n == failing { 3 } else { 1 }]).collect();
                assert_eq!(world.shared.trouble.tried(), expected, "{kind} {on_error:?}");
                let others: Vec<i64> = (0..10).filter(|n| *n != failing).collect();
                let ran = match on_error {
                    OnError::Stop => String::new(),
                    OnError::Continue => "good(0,1,2,3,4,5,6,7,8,9)".to_owned(),
                    OnError::ErrorOutput => format!("good({}) bad({failing})", list(&others)),
                };
                assert_eq!(world.ran(), ran, "{kind} {on_error:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_an_item_put_out_before_it_failed_is_not_doubled() {
    for (kind, fails, tried, status) in [
        ("deliver", 1, vec![0, 1], RunStatus::Error),
        // A step that only reads begins anew, and drops what it had put out.
        ("fetch", 1, vec![0, 1, 0, 1, 2], RunStatus::Success),
        ("fetch", 99, vec![0, 1, 0, 1, 0, 1], RunStatus::Error),
    ] {
        let world = World::new();
        world.shared.trouble.at(1, fails);
        *world.shared.trouble.puts_first.lock().unwrap() = true;
        let program = world.program(retrying(&format!("manual -> a:{kind} -> b"), 1));
        let (running, summary) = world.run(&program, numbers(0, 3)).await;
        assert_eq!((summary.status, world.shared.trouble.tried()), (status, tried), "{kind} {fails}");
        if status == RunStatus::Success {
            assert_eq!(output(&running).await, [0, 1, 2]);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x6_a_run_is_cancelled_at_once_while_an_item_waits_for_its_next_try() {
    for (kind, wait_ms, asked) in [("deliver", 300_000, None), ("fetch", 0, Some(Duration::from_secs(3_000)))] {
        let world = World::new();
        world.shared.trouble.at(2, u32::MAX);
        *world.shared.trouble.retry_after.lock().unwrap() = asked;
        let program = world.program(retrying(&format!("manual -> a:{kind} -> b"), wait_ms));
        let running = world.begin(&program, numbers(0, 5), RunScope::Whole).await.unwrap();
        while running.snapshot().steps.last().is_none_or(|step| step.status != StepStatus::Waiting) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let until = running.snapshot().steps[1].waits_until.unwrap();
        assert!(until.as_microseconds() > Timestamp::now().as_microseconds() + 200_000_000, "{kind}");
        let asked = Instant::now();
        assert!(world.engine.cancel(running.id));
        let summary = tokio::time::timeout(Duration::from_secs(20), running.finished()).await.unwrap();
        assert!(asked.elapsed() < Duration::from_secs(1), "{kind}: {:?}", asked.elapsed());
        assert_eq!(summary.status, RunStatus::Canceled);
        let step = running.snapshot().steps.last().unwrap().clone();
        assert_eq!((step.status, step.waits_until), (StepStatus::Canceled, None));
        assert_eq!(world.shared.trouble.tried(), [0, 1, 2]);
    }
}

#[tokio::test]
async fn a_wait_is_as_long_as_the_other_side_asks_and_does_not_count_as_time_of_the_step() {
    for kind in ["deliver", "fetch"] {
        let limits = RunLimits { step_duration: Duration::from_millis(250), ..RunLimits::default() };
        let world = World::with(limits);
        world.shared.trouble.at(1, 2);
        *world.shared.trouble.retry_after.lock().unwrap() = Some(Duration::from_millis(300));
        let program = world.program(retrying(&format!("manual -> a:{kind}"), 1));
        let began = Instant::now();
        let (_, summary) = world.run(&program, numbers(0, 3)).await;
        assert_eq!(summary.status, RunStatus::Success, "{kind}: {:?}", summary.error);
        assert!(began.elapsed() >= Duration::from_millis(600), "{kind}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_node_that_works_on_the_first_item_only_tries_that_one_again() {
    for (kind, fails, status) in
        [("deliver", 2, RunStatus::Success), ("fetch", 2, RunStatus::Success), ("deliver", 3, RunStatus::Error)]
    {
        let world = World::new();
        world.shared.trouble.at(0, fails);
        let mut definition = retrying(&format!("manual -> a:{kind}"), 1);
        node(&mut definition, "a").settings.execute_once = true;
        let program = world.program(definition);
        let (_, summary) = world.run(&program, numbers(0, 10)).await;
        assert_eq!((summary.status, world.shared.trouble.tried()), (status, vec![0, 0, 0]), "{kind} {fails}");
    }
}

#[tokio::test]
async fn without_the_setting_nothing_is_tried_again() {
    for kind in ["deliver", "fetch"] {
        let world = World::new();
        world.shared.trouble.at(1, 1);
        let (_, summary) = world.run(&world.program(graph(&format!("manual -> a:{kind}"))), numbers(0, 3)).await;
        assert_eq!((summary.status, world.shared.trouble.tried()), (RunStatus::Error, vec![0, 1]));
    }
}
