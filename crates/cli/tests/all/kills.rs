//! The whole application, killed at any moment: every step once, every message once unless somebody decides otherwise.
//!
//! `BRIDGE_KILLS=200` tries more seeds than usual; `BRIDGE_KILL_SEED=7` one.

use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bridge_domain::{Journal, NodeId, RunFilter, RunId, RunLog, RunStatus, RunTrigger, StepDecision, StepStatus};
use bridge_runner::Runner;
use serde_json::{Value, json};

use crate::blows::{Blow, Random};
use crate::counter::Counter;
use crate::inside::parts;
use crate::moments::{Moment, Outside, effects_of_a_step};
use crate::world::{LONG, World, block_on, file_of, flow};

/// Seeds of a usual run.
const SEEDS: u64 = 25;
/// Trials at the same time.
const AT_ONCE: usize = 3;
/// Rounds of the loop.
pub const ROUNDS: u64 = 3;
/// A node and its round.
type Place = (String, Vec<u32>);

#[test]
fn whatever_is_killed_no_step_is_lost_or_done_twice_without_a_decision() {
    if let Ok(seed) = std::env::var("BRIDGE_KILL_SEED") {
        println!("{:?}", trial(seed.parse().unwrap()));
        return;
    }
    let seeds = std::env::var("BRIDGE_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(SEEDS);
    let (next, total) = (AtomicU64::new(0), Mutex::new(Tried::default()));
    // Most of a trial is waiting.
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(seed) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < seeds) {
                    let tried = trial(seed);
                    total.lock().unwrap().add(&tried);
                }
            });
        }
    });
    let total = total.into_inner().unwrap();
    println!("{seeds} seeds, {} kills: {total:?}", total.moments.values().sum::<u64>());
    for moment in [Moment::BeforeTheRun, Moment::StepNotActed, Moment::StepActed, Moment::AfterTheEnd] {
        assert!(total.moments.get(&moment).is_some_and(|count| count * 40 > seeds), "too few {moment:?}: {total:?}");
    }
}

#[derive(Debug, Default)]
struct Tried {
    /// Questions about a step whose outcome was unknown.
    asked: u64,
    /// Where the kills fell.
    moments: BTreeMap<Moment, u64>,
}

impl Tried {
    fn add(&mut self, other: &Self) {
        self.asked += other.asked;
        for (moment, count) in &other.moments {
            *self.moments.entry(*moment).or_default() += count;
        }
    }
}

fn trial(seed: u64) -> Tried {
    let mut random = Random::new(seed);
    let mut tried = Tried::default();
    let world = World::new();
    let counter = Counter::start();
    let log = world.files().join("log.txt");
    let file = file_of(&world, "killed", &workflow(counter.port, &log.display().to_string()));
    let folder = world.files().display().to_string();
    let allow = format!("127.0.0.1:{}", counter.port);
    let arguments = ["run", &file, "--allow", &allow, "--allow-write", &folder, "--input", r#"{"n":7}"#];
    let outside = Outside { counter: &counter, log: &log };
    let mut kill = |arguments: &[&str], random: &mut Random| {
        Blow::any(random, &outside).strike(world.command(arguments), &world, &outside);
        *tried.moments.entry(Moment::of(&world, &outside)).or_default() += 1;
    };
    kill(&arguments, &mut random);
    for _ in 0..random.below(3) {
        kill(&["serve", "--port", "0"], &mut random);
    }
    let Some((run, log_of_run, decisions)) = block_on(finish(&world, &mut random)) else { return tried };
    tried.asked += decisions.len() as u64;
    let told = format!("seed {seed}, run {run}, decisions {decisions:?}");
    check_journal(&log_of_run, &decisions, &told);
    check_outside(&outside, &decisions, &told);
    tried
}

/// Messages, notes in a file, code, a loop and a wait.
fn workflow(port: u16, log: &str) -> Value {
    let post = |node: &str| json!({ "method": "POST", "url": format!("http://127.0.0.1:{port}/{node}"), "body_kind": "json", "body": { "node": node } });
    let note = |line: &str| json!({ "path": log, "if_exists": "append", "data": format!("{line}\n") });
    let set = |fields: Value| json!({ "fields": fields });
    let code = "const end = Date.now() + 10; while (Date.now() < end) {} return $input.all();";
    flow(
        &[
            ("Start", "manual", "start", json!({})),
            ("Number", "set", "set_fields", set(json!({ "n": "={{ $json.n + 1 }}" }))),
            ("Post1", "http", "request", post("Post1")),
            ("Note1", "file", "write", note("Note1")),
            ("List", "set", "set_fields", set(json!({ "list": [1, 2, 3] }))),
            ("Code", "code", "run_javascript", json!({ "code": code })),
            ("Split", "split_out", "split", json!({ "field": "list" })),
            ("Loop", "loop", "over_items", json!({ "batch_size": 1 })),
            ("Post2", "http", "request", post("Post2")),
            ("Note2", "file", "write", note("Note2")),
            ("Wait", "wait", "pause", json!({ "amount": 0.1, "unit": "seconds" })),
            ("Post3", "http", "request", post("Post3")),
            ("Note3", "file", "write", note("Note3")),
        ],
        "Start -> Number, Number -> Post1, Post1 -> Note1, Note1 -> List, List -> Code, Code -> Split, Split -> Loop, Loop.loop -> Post2, \
         Post2 -> Note2, Note2 -> Loop, Loop.done -> Wait, Wait -> Post3, Post3 -> Note3",
    )
}

/// Goes on with the run until it has ended, deciding what it asks. None when it was killed before it was accepted.
async fn finish(world: &World, random: &mut Random) -> Option<(RunId, RunLog, BTreeMap<Place, Vec<StepDecision>>)> {
    let store = world.store().await;
    let runs = store.list_runs(&RunFilter { limit: 10, ..RunFilter::default() }).await.unwrap();
    assert!(runs.len() <= 1, "{runs:?}");
    let Some(run) = runs.first().map(|run| run.id) else {
        store.close().await;
        return None;
    };
    assert_eq!(runs[0].trigger, RunTrigger::CommandLine);
    let runner = Runner::new(parts(&store, |_| {}));
    runner.go_on().await;
    let mut decisions: BTreeMap<Place, Vec<StepDecision>> = BTreeMap::new();
    let ended = tokio::time::timeout(LONG, async {
        loop {
            let summary = runner.finished(run).await.unwrap();
            match summary.status {
                RunStatus::Unknown => decide(&runner, run, random, &mut decisions).await,
                RunStatus::Success => return,
                RunStatus::New | RunStatus::Running | RunStatus::Waiting => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                other => panic!("{other:?} {:?}", summary.error),
            }
        }
    });
    ended.await.unwrap_or_else(|_| panic!("run {run} does not end"));
    let log = store.load(run).await.unwrap();
    runner.end().await;
    store.close().await;
    Some((run, log, decisions))
}

async fn decide(runner: &Runner, run: RunId, random: &mut Random, decisions: &mut BTreeMap<Place, Vec<StepDecision>>) {
    let detail = runner.detail(run).await.unwrap();
    let asking = detail.steps.iter().filter(|step| matches!(step.status, StepStatus::Unknown | StepStatus::Running));
    let Some(step) = asking.into_iter().next() else { panic!("{detail:#?}") };
    let decision = if random.below(2) == 0 { StepDecision::Repeat } else { StepDecision::Skip };
    decisions.entry((step.node_id.to_string(), step.iteration.clone())).or_default().push(decision);
    runner.decide(run, step.step, decision).await.unwrap();
}

/// Every step of the plan is recorded, each once.
fn check_journal(log: &RunLog, decisions: &BTreeMap<Place, Vec<StepDecision>>, told: &str) {
    assert_eq!(log.status, RunStatus::Success, "{told}");
    let mut numbers = HashSet::new();
    let mut times: BTreeMap<&NodeId, HashSet<&[u32]>> = BTreeMap::new();
    for record in &log.steps {
        assert!(numbers.insert(record.started.step), "{told}: step {} twice", record.started.step);
        let first = times.entry(&record.started.node_id).or_default().insert(&record.started.iteration);
        assert!(first, "{told}: {:?} {:?} twice", record.started.node_id, record.started.iteration);
        let ended = record.ended.as_ref().unwrap_or_else(|| panic!("{told}: {:?} has no end", record.started));
        let place = (record.started.node_id.to_string(), record.started.iteration.clone());
        let is_skipped = decisions.get(&place).is_some_and(|all| all.contains(&StepDecision::Skip));
        let expected = if is_skipped { StepStatus::Skipped } else { StepStatus::Success };
        assert_eq!(ended.status, expected, "{told}: {:?}", record.started);
    }
    let skipped = decisions.values().flatten().any(|decision| *decision == StepDecision::Skip);
    let of = |node: &str| times.get(&NodeId(node.to_owned())).map_or(0, HashSet::len) as u64;
    for node in ["Start", "Number", "Post1"] {
        assert_eq!(of(node), 1, "{told}: {node}");
    }
    if !skipped {
        for node in ["Note1", "List", "Code", "Split", "Wait", "Post3", "Note3"] {
            assert_eq!(of(node), 1, "{told}: {node}");
        }
        assert_eq!((of("Post2"), of("Note2")), (ROUNDS, ROUNDS), "{told}");
    }
}

/// Nothing reached the outside twice but by a decision, and nothing that was not skipped is missing.
fn check_outside(outside: &Outside<'_>, decisions: &BTreeMap<Place, Vec<StepDecision>>, told: &str) {
    let decided = |node: &str, wanted: StepDecision| -> u64 {
        let own = decisions.iter().filter(|((name, _), _)| name == node);
        own.flat_map(|(_, all)| all).filter(|decision| **decision == wanted).count() as u64
    };
    let skipped = decisions.values().flatten().any(|decision| *decision == StepDecision::Skip);
    let keys = outside.counter.keys();
    for (node, expected) in [("Post1", 1), ("Post2", ROUNDS), ("Post3", ROUNDS)] {
        let own: Vec<u64> = keys.iter().filter(|((name, _), _)| name == node).map(|(_, count)| *count).collect();
        let again: u64 = own.iter().map(|count| count - 1).sum();
        assert!(again <= decided(node, StepDecision::Repeat) * effects_of_a_step(node), "{told}: {node} {own:?}");
        assert!(own.len() as u64 <= expected, "{told}: {node} has {} keys", own.len());
        assert!(skipped || own.len() as u64 == expected, "{told}: {node} was lost, {own:?}");
    }
    for (node, expected) in [("Note1", 1), ("Note2", ROUNDS), ("Note3", ROUNDS)] {
        let count = outside.effects(node);
        assert!(
            count <= expected + decided(node, StepDecision::Repeat) * effects_of_a_step(node),
            "{told}: {node} {count} times"
        );
        assert!(skipped || count >= expected, "{told}: {node} was lost, {count}");
    }
}
