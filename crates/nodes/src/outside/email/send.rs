//! Sending messages: one session for a step, so that many items do not mean many connections.

use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Config, Effect, Executor, Item, Outcome, Step, StepFailure};
use futures_util::future::BoxFuture;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::conduit::in_time;
use super::message::{Attached, message};
use super::smtp::Session;
use crate::Services;
use crate::outside::binary::content;
use crate::per_item::{ItemWork, Puts, Task, per_item_waiting};

/// For saying goodbye.
const TALK_TIME: Duration = Duration::from_secs(30);
/// For connecting and signing in.
const SIGN_IN_TIME: Duration = Duration::from_secs(60);
/// For handing over one message.
const SEND_TIME: Duration = Duration::from_secs(180);

/// Sends a message for each item.
pub struct SendMail {
    services: Arc<Services>,
}

impl SendMail {
    /// The executor.
    pub fn make(services: &Arc<Services>) -> Box<dyn Executor> {
        Box::new(Self { services: Arc::clone(services) })
    }

    async fn all_items(&self, step: &mut dyn Step) -> Result<Outcome, StepFailure> {
        let sending = Sending { services: &self.services, session: Mutex::new(None) };
        let outcome = per_item_waiting(step, &sending).await?;
        if let Some(session) = sending.session.into_inner() {
            let _ = timeout(TALK_TIME, session.close()).await;
        }
        Ok(outcome)
    }
}

impl Executor for SendMail {
    fn effect(&self, _: &Config) -> Effect {
        Effect::Outside
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        Box::pin(self.all_items(step))
    }
}

/// The messages of one step, and the session they go through.
struct Sending<'s> {
    services: &'s Services,
    session: Mutex<Option<Session>>,
}

impl Sending<'_> {
    async fn send(&self, task: Task<'_>) -> Result<Puts, StepFailure> {
        let attached = self.attached(task).await?;
        let mut there = self.session.lock().await;
        let mut session = match there.take().filter(Session::is_open) {
            Some(session) => session,
            None => {
                let credential = task.step.credential().await?;
                in_time(SIGN_IN_TIME, Session::open(&self.services.gate, credential, task.step.grants())).await?
            }
        };
        let id = message_id(task);
        let sender = session.sender.clone();
        let made = message(task.parameters, sender.as_deref(), id.clone(), attached);
        let result = match made {
            Ok(made) => in_time(SEND_TIME, session.send(&made)).await,
            Err(failure) => Err(failure),
        };
        // A session that failed is dropped with its connection when it cannot be used.
        *there = Some(session);
        result?;
        let json = Config::from_iter([("message_id".to_owned(), id.into())]);
        Ok(vec![(0, Item { json, binary: task.item.binary.clone() })])
    }

    async fn attached(&self, task: Task<'_>) -> Result<Vec<Attached>, StepFailure> {
        let mut attached = Vec::new();
        for name in task.parameters.words("attachments")? {
            let found = content(self.services, task.item, &name).await;
            attached
                .push(found.map_err(|failure| StepFailure { parameter: Some("attachments".to_owned()), ..failure })?);
        }
        Ok(attached)
    }
}

impl ItemWork for Sending<'_> {
    fn work<'w>(&'w self, task: Task<'w>) -> BoxFuture<'w, Result<Puts, StepFailure>> {
        Box::pin(self.send(task))
    }
}

/// The same for each try of the same item, so that a mail server can recognise a message it has.
fn message_id(task: Task<'_>) -> String {
    let info = task.step.info();
    let key: String = info.idempotency_key.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    format!("<{}.{key}.{}.{}@bridge.invalid>", info.run_id, task.place.input, task.place.index)
}
