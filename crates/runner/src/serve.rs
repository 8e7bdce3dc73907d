//! What works without a person: runs that were cut off go on, schedules are kept, webhooks and forms are received.

use std::sync::Arc;

use bridge_domain::{Journal, Result, WebhookSettings};
use bridge_triggers::{Limits, Server};

use crate::Runner;
use crate::receive::Requests;

impl Runner {
    /// Goes on with runs that had not ended, listens for webhooks and forms, and keeps the schedules. What of it does not
    /// work is told by the triggers concerned; the rest works.
    pub async fn begin(&self, webhooks: &WebhookSettings) {
        if let Err(error) = self.resume_all().await {
            tracing::error!(code = ?error.code, "runs that were cut off could not be resumed");
        }
        self.listen(webhooks).await;
        let clock = self.clone();
        tokio::spawn(async move { clock.keep_time().await });
    }

    async fn resume_all(&self) -> Result<()> {
        for run in self.inner.store.unfinished().await? {
            let summary = self.inner.store.run_summary(run).await?;
            if summary.status == bridge_domain::RunStatus::New {
                let place = self.inner.queue.place(summary.workflow_id)?;
                self.resume_in_turn(run, summary.workflow_id, place);
                continue;
            }
            match self.inner.engine.resume(run).await {
                Ok(running) => self.follow(running, None, summary.workflow_id),
                Err(error) => tracing::error!(code = ?error.code, "a run could not be resumed"),
            }
        }
        Ok(())
    }

    async fn listen(&self, webhooks: &WebhookSettings) {
        let server = Server {
            port: webhooks.port,
            open: webhooks.open,
            hosts: webhooks.hosts.clone(),
            limits: Limits::default(),
        };
        let (listening, problem) = match server.listen(Arc::new(Requests(self.clone()))).await {
            Ok(listening) => (Some(listening), None),
            Err(error) => (None, Some(error)),
        };
        if let (Ok(mut place), Ok(mut why)) = (self.inner.server.lock(), self.inner.server_problem.lock()) {
            (*place, *why) = (listening, problem);
        }
    }

    /// Where webhooks and forms are reached from this machine, without a slash at the end; none while they are not.
    #[must_use]
    pub fn base_url(&self) -> Option<String> {
        let server = self.inner.server.lock().ok()?;
        server.as_ref().map(|listening| format!("http://127.0.0.1:{}", listening.address().port()))
    }

    /// Why webhooks and forms cannot be received.
    #[must_use]
    pub fn webhook_problem(&self) -> Option<bridge_domain::Error> {
        self.inner.server_problem.lock().ok().and_then(|problem| problem.clone())
    }
}
