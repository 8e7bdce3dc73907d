//! Schedules, across ends and starts of the process.

use std::collections::HashSet;
use std::time::Duration;

use bridge_domain::{NodeId, Timestamp};
use bridge_store::Store;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::world::{World, block_on, flow};

fn every_second(catch_up: &str) -> Value {
    let config = json!({ "interval": 1, "unit": "seconds", "catch_up": catch_up });
    flow(&[("Clock", "schedule", "every", config)], "")
}

#[test]
fn no_time_starts_two_runs_however_often_the_process_is_killed() {
    let world = World::new();
    world.activate(&[("Ticking", every_second("once"))]);
    for life in [2_300, 1_100, 1_600] {
        let serving = world.serve();
        std::thread::sleep(Duration::from_millis(life));
        assert_eq!(serving.signal(Signal::KILL), None);
    }
    let serving = world.serve();
    world.until("Ticking", |runs| runs.len() >= 6 && runs.iter().all(|run| run["status"] == "success"));
    assert_eq!(serving.signal(Signal::TERM), Some(0));
    let runs = world.runs("Ticking");
    let times: Vec<&Value> = runs.iter().map(|run| &run["trigger"]["due_at"]).collect();
    let different: HashSet<String> = times.iter().map(|time| time.to_string()).collect();
    assert_eq!(different.len(), runs.len(), "{times:?}");
}

/// Runs and missed times of an hourly workflow whose last three times passed while nothing ran.
fn after_three_hours(catch_up: &str) -> (usize, usize) {
    const MINUTE: i64 = 60_000_000;
    const HOUR: i64 = 60 * MINUTE;
    let world = World::new();
    // Half an hour away from now, so that no time of it is near.
    let now = Timestamp::now().as_microseconds();
    let last = now - now % MINUTE - HOUR / 2;
    let cron = format!("{} * * * *", last % HOUR / MINUTE);
    let config = json!({ "cron": cron, "time_zone": "UTC", "catch_up": catch_up });
    let id = world.activate(&[("Hourly", flow(&[("Clock", "schedule", "at_times", config)], ""))])[0];
    let node = NodeId("Clock".to_owned());
    let past = Timestamp::from_microseconds(last - 2 * HOUR);
    with_store(&world, async |store| store.set_next_time(id, &node, Some(past)).await.unwrap());
    for _ in 0..2 {
        let serving = world.serve();
        std::thread::sleep(Duration::from_millis(700));
        assert_eq!(serving.signal(Signal::TERM), Some(0));
    }
    let firings = with_store(&world, async |store| store.firings(id, &node, 100).await.unwrap());
    let next = with_store(&world, async |store| store.scheduled_times().await.unwrap()[0].next_at);
    assert_eq!(next.as_microseconds(), last + HOUR);
    (world.runs("Hourly").len(), firings.iter().filter(|firing| firing.run_id.is_none()).count())
}

#[test]
fn d15_times_that_passed_meanwhile_are_caught_up_once_or_not_at_all() {
    assert_eq!(after_three_hours("once"), (1, 2));
    assert_eq!(after_three_hours("skip"), (0, 3));
}

#[test]
fn a_schedule_of_seconds_goes_on_after_a_pause_as_its_setting_says() {
    for (catch_up, fewest) in [("once", 1), ("skip", 1)] {
        let world = World::new();
        world.activate(&[("Ticking", every_second(catch_up))]);
        assert_eq!(world.serve().signal(Signal::TERM), Some(0));
        std::thread::sleep(Duration::from_millis(3_200));
        let serving = world.serve();
        let runs = world.until("Ticking", |runs| runs.len() >= fewest);
        assert_eq!(serving.signal(Signal::TERM), Some(0));
        assert!(runs.len() <= 3, "every missed second got its own run: {}", runs.len());
    }
}

#[test]
fn a_schedule_that_is_switched_off_or_put_into_the_trash_starts_nothing() {
    let world = World::new();
    let ids = world.activate(&[("Off", every_second("once")), ("Trash", every_second("once"))]);
    let serving = world.serve();
    world.until("Trash", |runs| !runs.is_empty());
    assert_eq!(world.cli(&["deactivate", "Off"]).code, 0);
    let before = world.runs("Off").len();
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(world.runs("Off").len(), before);
    assert_eq!(serving.signal(Signal::TERM), Some(0));
    with_store(&world, async |store| store.delete_workflow(ids[1]).await.unwrap());
    let serving = world.serve();
    assert_eq!(serving.ready["active_workflows"], 0);
}

/// Does something with the store while nothing else has it.
fn with_store<T>(world: &World, act: impl AsyncFnOnce(&Store) -> T) -> T {
    block_on(async {
        let store = world.store().await;
        let done = act(&store).await;
        store.close().await;
        done
    })
}
