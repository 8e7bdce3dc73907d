//! Switching workflows on and off, and what their triggers are.

use bridge_domain::{
    Entity, Error, Node, NodeId, Problem, ProblemCode, Program, Programs, Result, RunScope, Timestamp, TriggerInfo,
    TriggerKind, WorkflowId,
};

use crate::{Runner, choose, index};

impl Runner {
    /// Switches the triggers of a workflow on or off. Gives them as they are then.
    ///
    /// # Errors
    /// `invalid_input` with every problem when it is to be switched on and cannot run, or nothing would ever start it;
    /// `not_found`; those of the store.
    pub async fn set_active(&self, workflow: WorkflowId, active: bool) -> Result<Vec<TriggerInfo>> {
        if active {
            let program = self.inner.store.program(workflow, None).await?;
            self.check_triggers(&program).await?;
        }
        self.inner.store.set_active(workflow, active).await?;
        self.index().await?;
        self.inner.wake.notify_one();
        self.tell(Entity::Trigger, workflow);
        self.triggers(workflow).await
    }

    async fn check_triggers(&self, program: &Program) -> Result<()> {
        let all = choose::triggers(&program.definition, self.inner.rules.catalog());
        let own: Vec<&Node> = all.filter(|node| index::kind(node).is_some()).collect();
        if own.is_empty() {
            return Err(Error::invalid(vec![Problem {
                path: "nodes".to_owned(),
                code: ProblemCode::Missing,
                message:
                    "Nothing starts this workflow by itself. Add a schedule, a webhook, a form or an error trigger."
                        .to_owned(),
            }]));
        }
        let mut known = self.known().await?;
        for node in own {
            let part = choose::part(&program.definition, &node.id, &RunScope::Whole);
            self.check(program, &node.id, &part, &mut known).await?;
            if index::kind(node) == Some(TriggerKind::Schedule) {
                index::schedule(node, program)?;
            }
        }
        Ok(())
    }

    /// Triggers of a workflow that work without a person, active or not.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub async fn triggers(&self, workflow: WorkflowId) -> Result<Vec<TriggerInfo>> {
        let program = self.inner.store.program(workflow, None).await?;
        let mut found = Vec::new();
        for node in choose::triggers(&program.definition, self.inner.rules.catalog()) {
            if let Some(kind) = index::kind(node) {
                found.push(self.trigger_info(&program, node, kind).await?);
            }
        }
        Ok(found)
    }

    async fn trigger_info(&self, program: &Program, node: &Node, kind: TriggerKind) -> Result<TriggerInfo> {
        let mut info = TriggerInfo { node_id: node.id.clone(), kind, url: None, next_at: None, problem: None };
        match kind {
            TriggerKind::Webhook | TriggerKind::Form => {
                if let Some(base) = self.base_url() {
                    let token = self.inner.store.trigger_token(program.workflow_id, &node.id).await?;
                    info.url = Some(address(&base, kind, &token, node));
                }
                info.problem = self.inner.server_problem.lock().ok().and_then(|problem| problem.clone());
            }
            TriggerKind::Schedule => match index::schedule(node, program) {
                Ok(schedule) => info.next_at = self.next_time(program, node, &schedule).await?,
                Err(error) => info.problem = Some(error),
            },
            TriggerKind::Error => {}
        }
        Ok(info)
    }

    /// The time that is kept for an active workflow, else the one it would have if it were switched on now.
    async fn next_time(
        &self,
        program: &Program,
        node: &Node,
        schedule: &bridge_triggers::Schedule,
    ) -> Result<Option<Timestamp>> {
        let times = self.inner.store.scheduled_times().await?;
        let own = times.into_iter().find(|time| time.workflow_id == program.workflow_id && time.node_id == node.id);
        let now = Timestamp::now();
        Ok(own.map(|time| time.next_at).or_else(|| schedule.next_after(now, now)))
    }

    /// Gives a webhook or form a new address; the old one leads nowhere at once.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub async fn renew_address(&self, workflow: WorkflowId, node: &NodeId) -> Result<TriggerInfo> {
        let program = self.inner.store.program(workflow, None).await?;
        let found = program.definition.node(node).and_then(|node| Some((node, index::kind(node)?)));
        let (node, kind) = found.ok_or_else(|| Error::not_found("That trigger"))?;
        self.inner.store.renew_trigger_token(workflow, &node.id).await?;
        self.index().await?;
        self.trigger_info(&program, node, kind).await
    }
}

fn address(base: &str, kind: TriggerKind, token: &str, node: &Node) -> String {
    if kind == TriggerKind::Form {
        return format!("{base}/form/{token}");
    }
    format!("{base}/webhook/{token}/{}", path(node))
}

/// The path of a webhook without slashes around it.
pub(crate) fn path(node: &Node) -> &str {
    node.data.config.get("path").and_then(serde_json::Value::as_str).unwrap_or_default().trim_matches('/')
}
