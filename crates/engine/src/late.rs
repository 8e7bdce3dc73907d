//! What is said of items that came too late for a join that had begun with others. Pure.

use std::collections::HashMap;

use crate::plan::Plan;
use crate::schedule::{Late, Ready};

/// The joins that dropped something, each in its newest iteration.
#[derive(Debug, Default)]
pub(crate) struct TooLate {
    joins: HashMap<usize, Dropped>,
}

#[derive(Debug, Default)]
struct Dropped {
    iteration: Vec<u32>,
    /// The step of the join, once it has one.
    step: Option<u32>,
    items: u32,
    /// Labels of the first and number of all nodes that brought them.
    from: String,
    sources: u32,
}

impl TooLate {
    /// A join has become a step: what there is to say of it.
    pub(crate) fn begun(&mut self, ready: &Ready, step: u32) -> Option<String> {
        let dropped = self.joins.entry(ready.node).or_default();
        if !ready.iteration.starts_with(&dropped.iteration) || dropped.step.is_some() {
            *dropped = Dropped::default();
        }
        (dropped.iteration, dropped.step) = (ready.iteration.clone(), Some(step));
        (dropped.items > 0).then(|| dropped.notice())
    }

    /// A join has dropped items: the step they were for, when there is one already, and what there is to say of it.
    pub(crate) fn dropped(&mut self, plan: &Plan, late: Late) -> Option<(u32, String)> {
        let dropped = self.joins.entry(late.node).or_default();
        if !dropped.iteration.starts_with(&late.iteration) {
            *dropped = Dropped { iteration: late.iteration, ..Dropped::default() };
        }
        if dropped.sources == 0 {
            dropped.from.clone_from(&plan.nodes[late.source].node.data.label);
        }
        dropped.sources += 1;
        dropped.items = dropped.items.saturating_add(late.items);
        Some((dropped.step?, dropped.notice()))
    }
}

impl Dropped {
    fn notice(&self) -> String {
        let items = if self.items == 1 { "1 item".to_owned() } else { format!("{} items", self.items) };
        let others = match self.sources {
            1 => String::new(),
            2 => " and another node".to_owned(),
            sources => format!(" and {} other nodes", sources - 1),
        };
        format!(
            "{items} from \"{}\"{others} came too late and were dropped: this step had begun with others.",
            self.from
        )
    }
}
