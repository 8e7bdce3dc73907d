//! The two forms that nodes without a state have: a function of the step, or a function of one item.

use bridge_domain::{Config, Effect, Executor, Outcome, Step, StepFailure};
use futures_util::future::BoxFuture;

use crate::per_item::{Puts, Task, per_item};

/// A node at work.
pub type Running<'a> = BoxFuture<'a, Result<Outcome, StepFailure>>;

/// A node that looks at all its items, or at the step.
pub fn whole_step(effect: Effect, run: for<'a> fn(&'a mut dyn Step) -> Running<'a>) -> Box<dyn Executor> {
    Box::new(WholeStep { effect, run })
}

/// A node that works on each item for itself.
pub fn item_by_item(effect: Effect, work: fn(Task<'_>) -> Result<Puts, StepFailure>) -> Box<dyn Executor> {
    Box::new(ItemByItem { effect, work })
}

struct WholeStep {
    effect: Effect,
    run: for<'a> fn(&'a mut dyn Step) -> Running<'a>,
}

impl Executor for WholeStep {
    fn effect(&self, _config: &Config) -> Effect {
        self.effect
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> Running<'a> {
        (self.run)(step)
    }
}

struct ItemByItem {
    effect: Effect,
    work: fn(Task<'_>) -> Result<Puts, StepFailure>,
}

impl Executor for ItemByItem {
    fn effect(&self, _config: &Config) -> Effect {
        self.effect
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> Running<'a> {
        Box::pin(per_item(step, self.work))
    }
}
