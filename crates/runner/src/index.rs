//! The triggers of active workflows, in memory: a request must not wait for the disk to learn that it leads nowhere.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bridge_domain::{
    Entity, Error, Node, NodeId, Program, Programs, Result, RunScope, Timestamp, TriggerKind, WorkflowId,
};
use bridge_triggers::Schedule;
use jiff::tz::TimeZone;

use crate::check::{Known, refuse};
use crate::model_access::Asked;
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
    /// Why runs of a trigger cannot begin: the workflow was edited, or something that it names is gone.
    obstacles: HashMap<(WorkflowId, NodeId), Error>,
    /// Models that runs of a trigger ask. Keys and settings change without the store, so they are looked at with each run.
    asked: HashMap<(WorkflowId, NodeId), Vec<Asked>>,
    /// Active workflows that could not be read this time.
    unread: HashSet<WorkflowId>,
    /// How many workflows are active.
    active: usize,
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
        let index = Arc::new(self.read_index(generation, &current).await?);
        let before = self.inner.active.load(Ordering::Relaxed);
        if let Ok(mut place) = self.inner.index.write() {
            *place = Arc::clone(&index);
        }
        if before != index.active {
            self.inner.active.store(index.active, Ordering::Relaxed);
            self.tell(Entity::Trigger, "");
        }
        // Times may have become earlier ones.
        self.inner.wake.notify_one();
        Ok(index)
    }

    pub(crate) fn known_index(&self) -> Arc<Index> {
        self.inner.index.read().map_or_else(|_| Arc::default(), |index| Arc::clone(&index))
    }

    async fn read_index(&self, generation: u64, before: &Index) -> Result<Index> {
        let active = self.inner.store.active_workflows().await?;
        let mut index = Index { generation: Some(generation), active: active.len(), ..Index::default() };
        let mut known = self.known().await?;
        for (workflow, anchor) in active {
            // One workflow that cannot be read must not silence the others.
            if let Err(error) = self.add(workflow, anchor, &mut known, &mut index).await {
                tracing::error!(code = ?error.code, "the triggers of a workflow could not be read");
                index.unread.insert(workflow);
            }
        }
        self.set_next_times(&index, before).await?;
        Ok(index)
    }

    async fn add(&self, workflow: WorkflowId, anchor: Timestamp, known: &mut Known, index: &mut Index) -> Result<()> {
        let store = &self.inner.store;
        let program = Arc::new(store.program(workflow, None).await?);
        for node in choose::triggers(&program.definition, self.inner.rules.catalog()) {
            let Some(kind) = kind(node) else { continue };
            let part = choose::part(&program.definition, &node.id, &RunScope::Whole);
            let found = self.examine(&program, &node.id, &part, known).await?;
            let key = (workflow, node.id.clone());
            if let Err(error) = refuse(found.problems) {
                index.obstacles.insert(key, error);
            } else if !found.asked.is_empty() {
                index.asked.insert(key, found.asked);
            }
            let address = Address { program: Arc::clone(&program), node: node.clone(), kind };
            match kind {
                TriggerKind::Webhook | TriggerKind::Form => {
                    let token = store.trigger_token(workflow, &node.id).await?;
                    index.addresses.insert(token, Arc::new(address));
                }
                TriggerKind::Schedule => {
                    let timed = Timed { schedule: schedule(node, &program), anchor };
                    index.schedules.insert((workflow, node.id.clone()), timed);
                }
                TriggerKind::Error => index.on_error.push(address),
            }
        }
        Ok(())
    }

    /// Gives every schedule its next time, and takes the times of those that are gone.
    async fn set_next_times(&self, index: &Index, before: &Index) -> Result<()> {
        let store = &self.inner.store;
        let mut kept: HashMap<(WorkflowId, NodeId), Timestamp> = HashMap::new();
        for known in store.scheduled_times().await? {
            let key = (known.workflow_id, known.node_id);
            if index.schedules.contains_key(&key) {
                kept.insert(key, known.next_at);
            } else if !index.unread.contains(&key.0) {
                store.set_next_time(key.0, &key.1, None).await?;
            }
        }
        let now = Timestamp::now();
        let mut moved = HashSet::new();
        for (key, timed) in &index.schedules {
            let Ok(schedule) = &timed.schedule else { continue };
            let next = schedule.next_after(now, timed.anchor);
            let known = kept.get(key).copied();
            // What passed while a workflow lay in the trash was not missed. At the first look since the start, it was.
            let was_on = before.knew(key);
            let stays = was_on && known.is_some_and(|known| timed.stays(schedule, known, next));
            if !stays && known != next {
                store.set_next_time(key.0, &key.1, next).await?;
                moved.insert(key.0);
            }
        }
        moved.into_iter().for_each(|workflow| self.tell(Entity::Trigger, workflow));
        Ok(())
    }
}

impl Index {
    /// Why runs of this trigger cannot begin.
    pub(crate) fn obstacle(&self, workflow: WorkflowId, trigger: &NodeId) -> Option<&Error> {
        if self.obstacles.is_empty() {
            return None;
        }
        self.obstacles.get(&(workflow, trigger.clone()))
    }

    /// Models that runs of this trigger ask.
    pub(crate) fn asked(&self, workflow: WorkflowId, trigger: &NodeId) -> &[Asked] {
        if self.asked.is_empty() {
            return &[];
        }
        self.asked.get(&(workflow, trigger.clone())).map_or(&[], Vec::as_slice)
    }

    /// Whether a schedule may have times that are still to be dealt with: nothing was known before, or it was.
    fn knew(&self, key: &(WorkflowId, NodeId)) -> bool {
        self.generation.is_none() || self.schedules.contains_key(key) || self.unread.contains(&key.0)
    }
}

impl Timed {
    /// Whether a next time that is kept is still right: an edit may have made it an earlier one, or a time of another
    /// schedule. One that lies in the past is right when it is a time of this schedule: it has not been dealt with.
    fn stays(&self, schedule: &Schedule, known: Timestamp, next: Option<Timestamp>) -> bool {
        let just_before = Timestamp::from_microseconds(known.as_microseconds() - 1);
        next.is_none_or(|next| known <= next) && schedule.next_after(just_before, self.anchor) == Some(known)
    }
}

/// Reads a schedule node.
pub(crate) fn schedule(node: &Node, program: &Program) -> Result<Schedule, Error> {
    let zone = TimeZone::get(&program.time_zone).unwrap_or(TimeZone::UTC);
    Schedule::read(&node.data.action_id, &node.data.config, &zone)
}
