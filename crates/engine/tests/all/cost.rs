//! What the engine itself costs. To be read, not judged: `cargo test --profile bench-app -p bridge-engine cost -- --ignored
//! --nocapture`.

use bridge_domain::*;

use super::world::*;

/// Processor time of this thread so far, in nanoseconds.
pub fn processor_time() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split_whitespace().next().unwrap().parse().unwrap()
}

#[tokio::test]
#[ignore = "a measurement"]
#[cfg(target_os = "linux")]
#[expect(clippy::print_stdout, reason = "it is there to be read")]
async fn cost_of_a_run_of_ten_pure_steps() {
    const RUNS: u64 = 500;
    for (name, text) in [
        ("ten steps", "manual -> a -> b -> c -> d -> e -> f -> g -> h -> i"),
        ("one step", "manual -> a"),
        ("branches", "manual -> p:parity; p.even -> b -> c -> d -> j; p.odd -> e -> f -> g -> j; j -> k"),
    ] {
        let mut best = u64::MAX;
        for _ in 0..20 {
            // A journal in memory grows with every run; what that costs is not the engine's.
            let world = World::new();
            let program = world.program(graph(text));
            let before = processor_time();
            for _ in 0..RUNS {
                let (_, summary) = world.run(&program, numbers(0, 1)).await;
                assert_eq!(summary.status, RunStatus::Success);
            }
            best = best.min((processor_time() - before) / RUNS);
        }
        println!("{name}: {}.{} µs of processor time per run", best / 1_000, best % 1_000 / 100);
    }
}
