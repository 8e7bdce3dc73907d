//! When a process is killed: by the clock, by what was done outside, and by what was written to the database.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crate::moments::Outside;
use crate::world::World;

/// xorshift: the same moments for the same seed, as far as the machine allows.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// When one process is killed: after so much was done outside, then so many writes to the database, then a time.
#[derive(Debug)]
pub struct Blow {
    done: u64,
    writes: u64,
    delay: Duration,
}

impl Blow {
    pub fn any(random: &mut Random, outside: &Outside<'_>) -> Self {
        if random.below(6) == 0 {
            return Self { done: 0, writes: 0, delay: Duration::from_millis(random.below(250)) };
        }
        // By what was done, not by the clock: a slow machine must be killed in the middle, too.
        let done = outside.total() + random.below(outside.left() + 1);
        // Just after a write, before the step that it announces has acted; or in the midst of one.
        let delay = if random.below(2) == 0 { random.below(300) } else { random.below(15_000) };
        Self { done, writes: random.below(3), delay: Duration::from_micros(delay) }
    }

    /// Starts a process and kills it when it is time, or when nothing more is done.
    pub fn strike(&self, mut command: Command, world: &World, outside: &Outside<'_>) {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let is_at_work = watch(&mut child);
        let log = world.data().join("bridge.db-wal");
        let (mut left, mut since) = (self.writes, Instant::now());
        let (mut done, mut written) = (outside.total(), None);
        // `serve` says when it is at work, and then soon does what there is to do.
        let patience = || Duration::from_millis(if is_at_work.load(Ordering::Relaxed) { 300 } else { 1_000 });
        while (done < self.done || left > 0) && since.elapsed() < patience() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(100));
            let (now_done, now_written) = (outside.total(), state(&log));
            let is_write = now_written != written;
            if is_write && done >= self.done {
                left = left.saturating_sub(1);
            }
            if is_write || now_done != done {
                (done, written, since) = (now_done, now_written, Instant::now());
            }
        }
        std::thread::sleep(self.delay);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

/// Set as soon as the process has printed a line.
fn watch(child: &mut Child) -> Arc<AtomicBool> {
    let is_at_work = Arc::new(AtomicBool::new(false));
    let (output, found) = (child.stdout.take().unwrap(), Arc::clone(&is_at_work));
    std::thread::spawn(move || {
        let is_line = BufReader::new(output).read_line(&mut String::new()).is_ok_and(|length| length > 0);
        found.store(is_line, Ordering::Relaxed);
    });
    is_at_work
}

/// Changes with every write.
fn state(file: &PathBuf) -> Option<(u64, SystemTime)> {
    let metadata = std::fs::metadata(file).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}
