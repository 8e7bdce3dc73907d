//! A node that works on item after item, and what goes wrong with them.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use bridge_domain::*;

/// A node that works on item after item, and what goes wrong with them.
#[derive(Default)]
pub struct Trouble {
    /// How often the item with this number still fails.
    pub fails: Mutex<HashMap<i64, u32>>,
    /// What the other side asks for.
    pub retry_after: Mutex<Option<Duration>>,
    /// Whether an item puts something out before it fails.
    pub puts_first: Mutex<bool>,
    /// Items in the order in which they were tried.
    tried: Mutex<Vec<i64>>,
}

impl Trouble {
    pub fn at(&self, n: i64, times: u32) {
        self.fails.lock().unwrap().insert(n, times);
    }

    pub fn tried(&self) -> Vec<i64> {
        std::mem::take(&mut *self.tried.lock().unwrap())
    }

    fn try_one(&self, n: i64) -> Result<(), StepFailure> {
        self.tried.lock().unwrap().push(n);
        let mut fails = self.fails.lock().unwrap();
        let Some(left @ 1..) = fails.get_mut(&n) else { return Ok(()) };
        *left -= 1;
        let retry_after = *self.retry_after.lock().unwrap();
        Err(StepFailure { retry_after, ..super::world::failure(ErrorCode::ProviderUnavailable, "503") })
    }

    pub async fn each(&self, step: &mut dyn Step) -> Result<Outcome, StepFailure> {
        let mut done = 0;
        while let Some(batch) = step.next(0).await? {
            for (position, item) in batch.items.iter().enumerate() {
                self.item(step, item, batch.place(position)).await?;
                done += 1;
                step.progress(done);
            }
        }
        Ok(Outcome::Done)
    }

    async fn item(&self, step: &mut dyn Step, item: &Item, place: ItemRef) -> Result<(), StepFailure> {
        let mut tries = 1;
        while let Err(failure) = self.try_one(item.json["n"].as_i64().unwrap()) {
            if *self.puts_first.lock().unwrap() {
                step.put(0, item.clone(), &[place])?;
            }
            if !step.again(place, tries, &failure).await {
                return step.fail(place, item.clone(), failure);
            }
            tries += 1;
        }
        step.put(0, item.clone(), &[place])
    }
}
