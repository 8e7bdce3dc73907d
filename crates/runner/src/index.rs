//! The triggers of active workflows, in memory: a request must not wait for the disk to learn that it leads nowhere.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bridge_domain::{Entity, Error, Node, NodeId, Program, Programs, Result, Timestamp, TriggerKind, WorkflowId};
use bridge_triggers::Schedule;
use jiff::tz::TimeZone;

use crate::{Runner, choose};

/// Triggers as they were when the store had this generation.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// None before the store was looked at.
    generation: Option<u64>,
    /// Webhooks and forms by their token.
    pub(crate) addresses: HashMap<String, Arc<Address>>,
    /// Schedules.
    pub(crate) schedules: HashMap<(WorkflowId, NodeId), Timed>,
    /// Error triggers.
    pub(crate) on_error: Vec<Address>,
}

/// A trigger and its workflow.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(crate) program: Arc<Program>,
    pub(crate) node: Node,
    pub(crate) kind: TriggerKind,
}

/// A schedule of an active workflow.
#[derive(Debug)]
pub(crate) struct Timed {
    /// Why it has no times: it cannot be understood.
    pub(crate) schedule: Result<Schedule>,
    /// When the workflow was switched on.
    pub(crate) anchor: Timestamp,
}

/// What kind of trigger a node is; none for those a person starts.
pub(crate) fn kind(node: &Node) -> Option<TriggerKind> {
    match node.data.connector_id.as_str() {
        "webhook" => Some(TriggerKind::Webhook),
        "form" => Some(TriggerKind::Form),
        "schedule" => Some(TriggerKind::Schedule),
        "error" => Some(TriggerKind::Error),
        _ => None,
    }
}

impl Runner {
    /// The triggers as they are now.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn index(&self) -> Result<Arc<Index>> {
        let current = self.known_index();
        if current.generation == Some(self.inner.store.generation()) {
            return Ok(current);
        }
        let _one_at_a_time = self.inner.syncing.lock().await;
        let current = self.known_index();
        // Taken before reading: what is written meanwhile is seen the next time.
        let generation = self.inner.store.generation();
        if current.generation == Some(generation) {
            return Ok(current);
        }
        let index = Arc::new(self.read_index(generation).await?);
        let before = self.inner.active.load(Ordering::Relaxed);
        if let Ok(mut place) = self.inner.index.write() {
            *place = Arc::clone(&index);
        }
        if before != self.inner.active.load(Ordering::Relaxed) {
            self.tell(Entity::Trigger, "");
        }
        Ok(index)
    }

    fn known_index(&self) -> Arc<Index> {
        self.inner.index.read().map_or_else(|_| Arc::default(), |index| Arc::clone(&index))
    }

    async fn read_index(&self, generation: u64) -> Result<Index> {
        let store = &self.inner.store;
        let mut index = Index { generation: Some(generation), ..Index::default() };
        let active = store.active_workflows().await?;
        for (workflow, anchor) in &active {
            let program = Arc::new(store.program(*workflow, None).await?);
            for node in choose::triggers(&program.definition, self.inner.rules.catalog()) {
                let Some(kind) = kind(node) else { continue };
                let address = Address { program: Arc::clone(&program), node: node.clone(), kind };
                match kind {
                    TriggerKind::Webhook | TriggerKind::Form => {
                        let token = store.trigger_token(*workflow, &node.id).await?;
                        index.addresses.insert(token, Arc::new(address));
                    }
                    TriggerKind::Schedule => {
                        let timed = Timed { schedule: schedule(node, &program), anchor: *anchor };
                        index.schedules.insert((*workflow, node.id.clone()), timed);
                    }
                    TriggerKind::Error => index.on_error.push(address),
                }
            }
        }
        self.inner.active.store(active.len(), Ordering::Relaxed);
        self.set_first_times(&index).await?;
        Ok(index)
    }

    /// Gives every schedule its next time, and takes the times of those that are gone.
    async fn set_first_times(&self, index: &Index) -> Result<()> {
        let store = &self.inner.store;
        let mut timed: HashMap<(WorkflowId, NodeId), Timestamp> = HashMap::new();
        for known in store.scheduled_times().await? {
            if index.schedules.contains_key(&(known.workflow_id, known.node_id.clone())) {
                timed.insert((known.workflow_id, known.node_id), known.next_at);
            } else {
                store.set_next_time(known.workflow_id, &known.node_id, None).await?;
            }
        }
        let now = Timestamp::now();
        for ((workflow, node), one) in &index.schedules {
            let Ok(schedule) = &one.schedule else { continue };
            let next = schedule.next_after(now, one.anchor);
            // An edit may have made the next time an earlier one; a later one means that this time has passed already.
            let keeps =
                timed.get(&(*workflow, node.clone())).is_some_and(|known| next.is_none_or(|next| *known <= next));
            let is_of_this_schedule = |known: &Timestamp| {
                let just_before = Timestamp::from_microseconds(known.as_microseconds() - 1);
                schedule.next_after(just_before, one.anchor) == Some(*known)
            };
            let known = timed.get(&(*workflow, node.clone()));
            if !(keeps && known.is_some_and(is_of_this_schedule)) && known != next.as_ref() {
                store.set_next_time(*workflow, node, next).await?;
            }
        }
        Ok(())
    }
}

/// Reads a schedule node.
pub(crate) fn schedule(node: &Node, program: &Program) -> Result<Schedule, Error> {
    let zone = TimeZone::get(&program.time_zone).unwrap_or(TimeZone::UTC);
    Schedule::read(&node.data.action_id, &node.data.config, &zone)
}
