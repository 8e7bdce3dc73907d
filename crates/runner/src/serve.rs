//! What works without a person: runs that were cut off go on, schedules are kept, webhooks and forms are received.

use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Journal, Result, RunId, RunStatus, WebhookSettings};
use bridge_triggers::{Limits, Server};

use crate::Runner;
use crate::receive::Requests;

impl Runner {
    /// Listens for webhooks and forms, goes on with runs that had not ended, and keeps the schedules. What of it does not
    /// work is told by the triggers concerned; the rest works.
    pub async fn begin(&self, webhooks: &WebhookSettings) {
        self.listen(webhooks).await;
        self.go_on().await;
    }

    /// Goes on with runs that had not ended, and keeps the schedules from now on.
    pub async fn go_on(&self) {
        match self.inner.store.unfinished().await {
            Ok(runs) => {
                for run in runs {
                    if let Err(error) = self.go_on_with(run).await {
                        self.give_up(run, error).await;
                    }
                }
            }
            Err(error) => tracing::error!(code = ?error.code, "runs that were cut off could not be resumed"),
        }
        let clock = self.clone();
        tokio::spawn(async move { clock.keep_time().await });
    }

    async fn go_on_with(&self, run: RunId) -> Result<()> {
        let summary = self.inner.store.run_summary(run).await?;
        if summary.status == RunStatus::New && summary.step_count == 0 {
            let place = self.inner.queue.place_again(summary.workflow_id);
            self.resume_in_turn(run, summary.workflow_id, place);
            return Ok(());
        }
        let running = self.inner.engine.resume(run).await?;
        self.follow(running, None, summary.workflow_id);
        Ok(())
    }

    /// Listens for webhooks and forms; again with other settings when it did already. [`Self::webhook_problem`] says what is
    /// in the way.
    pub async fn listen(&self, webhooks: &WebhookSettings) {
        let server = Server {
            port: webhooks.port,
            open: webhooks.open,
            hosts: webhooks.hosts.clone(),
            limits: Limits::default(),
        };
        // The port may be the same as before.
        let before = self.inner.server.lock().ok().and_then(|mut server| server.take());
        if let Some(before) = before {
            before.end(Duration::ZERO).await;
        }
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
