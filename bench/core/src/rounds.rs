//! Timing in turns: A B A B, so that what else the machine does meets both alike.

use std::time::Instant;

/// Runs all subjects once per round, in order, and returns the times of each in milliseconds. The first round is not
/// counted: it fills caches.
pub fn interleave<const N: usize>(rounds: usize, mut subjects: [&mut dyn FnMut(); N]) -> [Vec<f64>; N] {
    let mut times = [const { Vec::new() }; N];
    for round in 0..=rounds {
        for (subject, times) in subjects.iter_mut().zip(&mut times) {
            let start = Instant::now();
            subject();
            if round > 0 {
                times.push(milliseconds(start));
            }
        }
    }
    times
}

/// Time since `start`, in milliseconds.
pub fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}
