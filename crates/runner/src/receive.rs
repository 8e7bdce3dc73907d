//! Requests from outside: what a webhook or a form gets becomes the input of a run, and what the caller gets back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use bridge_domain::{
    Blobs, Config, Error, ErrorCode, Item, Reply, Result, RunLimits, RunStatus, RunSummary, RunTrigger, Timestamp,
    TriggerKind,
};
use bridge_engine::Running;
use bridge_triggers::{Endpoint, FormPage, Incoming, Received, Receiver};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::Runner;
use crate::activate::path;
use crate::index::Address;
use crate::launch::{Asked, Launched};

/// Bytes that are answered after the last node at most.
const MOST_ANSWERED: usize = 64 << 20;

/// Answers requests with a runner.
pub(crate) struct Requests(pub(crate) Runner);

impl Receiver for Requests {
    fn receive<'a>(&'a self, endpoint: Endpoint, token: &'a str, request: Incoming) -> BoxFuture<'a, Option<Reply>> {
        Box::pin(async move {
            let index = match self.0.index().await {
                Ok(index) => index,
                Err(error) => return Some(refusal(&error)),
            };
            let address = Arc::clone(index.addresses.get(token)?);
            let answered = match (endpoint, address.kind) {
                (Endpoint::Webhook, TriggerKind::Webhook) => {
                    if !fits(&address, &request) {
                        return None;
                    }
                    self.webhook(&address, &request).await
                }
                (Endpoint::Form, TriggerKind::Form) if request.path.is_empty() => self.form(&address, &request).await,
                _ => return None,
            };
            Some(answered.unwrap_or_else(|error| refusal(&error)))
        })
    }
}

impl Requests {
    async fn webhook(&self, address: &Address, request: &Incoming) -> Result<Reply> {
        let config = &address.node.data.config;
        let text = |key: &str| config.get(key).and_then(Value::as_str);
        let received = match request.read(config.get("raw_body").and_then(Value::as_bool).unwrap_or(false)).await {
            Ok(received) => received,
            Err(error) => return Ok(unreadable(&error)),
        };
        let item = self.item(received).await?;
        let status =
            config.get("response_status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        let status = status.unwrap_or(200);
        match text("respond").unwrap_or("immediately") {
            "respond_node" => {
                let (reply, replied) = oneshot::channel();
                let running = self.start(address, RunTrigger::Webhook, item, Some(reply)).await?;
                self.reply_of(running, replied).await
            }
            "after_last_node" => {
                // The caller waits: so the run does not go into the queue without it.
                let (reply, _replied) = oneshot::channel();
                let running = self.start(address, RunTrigger::Webhook, item, Some(reply)).await?;
                after_last_node(running, status, text("response_data").unwrap_or("first_item")).await
            }
            _ => {
                let launched = self.0.launch(asked(address, RunTrigger::Webhook, item, None)).await?;
                let run_id = match launched {
                    Launched::Running(running) => running.id,
                    Launched::Waiting(run_id) => run_id,
                };
                Ok(match text("response_body").filter(|body| !body.is_empty()) {
                    Some(body) => plain(status, body),
                    None => json_reply(status, &json!({ "message": "Workflow was started", "run_id": run_id })),
                })
            }
        }
    }

    async fn start(
        &self,
        address: &Address,
        trigger: RunTrigger,
        item: Item,
        reply: Option<oneshot::Sender<Reply>>,
    ) -> Result<Running> {
        match self.0.launch(asked(address, trigger, item, reply)).await? {
            Launched::Running(running) => Ok(running),
            Launched::Waiting(_) => Err(Error::new(ErrorCode::Internal, "The run was put into the queue.", "")),
        }
    }

    /// The Respond node's answer, or what is said when the run ends without one.
    async fn reply_of(&self, running: Running, replied: oneshot::Receiver<Reply>) -> Result<Reply> {
        tokio::select! {
            biased;
            Ok(reply) = replied => Ok(reply),
            summary = running.finished() => Ok(failed(&summary).unwrap_or_else(|| {
                json_reply(500, &json!({ "message": "The workflow ended without reaching a Respond node." }))
            })),
        }
    }

    async fn form(&self, address: &Address, request: &Incoming) -> Result<Reply> {
        let page = FormPage::read(&address.node.data.config);
        match request.method.as_str() {
            "GET" | "HEAD" => Ok(html(200, &page.html(&[]))),
            "POST" => {
                let received = match request.read(false).await {
                    Ok(received) => received,
                    Err(error) => return Ok(unreadable(&error)),
                };
                let sent = received.json.get("body").and_then(Value::as_object).cloned().unwrap_or_default();
                let mut values = match page.values(&sent) {
                    Ok(values) => values,
                    Err(problems) => return Ok(html(400, &page.html(&problems))),
                };
                values.insert("submitted_at".to_owned(), Timestamp::now().to_string().into());
                self.0.launch(asked(address, RunTrigger::Form, Item::from(values), None)).await?;
                Ok(html(200, &page.after_html()))
            }
            _ => Ok(plain(405, "A form is read with GET and sent with POST.")),
        }
    }

    /// The request as an item; its files are kept first.
    async fn item(&self, received: Received) -> Result<Item> {
        let mut item = Item::from(received.json);
        for file in received.files {
            let kept = self.0.inner.store.put(file.content.to_vec(), file.mime_type, file.file_name).await?;
            let mut name = file.field.clone();
            let mut number = 1;
            while item.binary.contains_key(&name) {
                name = format!("{}_{number}", file.field);
                number += 1;
            }
            item.binary.insert(name, kept);
        }
        Ok(item)
    }
}

impl Runner {
    /// Starts the workflows with an error trigger for a run that failed, but not for the failure of such a run, nor for that
    /// of one it has called: that would go on for ever.
    pub(crate) async fn tell_error_triggers(&self, failed: &RunSummary) {
        if self.comes_from_a_failure(failed.trigger.clone()).await {
            return;
        }
        let index = match self.index().await {
            Ok(index) => index,
            Err(error) => return tracing::error!(code = ?error.code, "the workflows for errors could not be found"),
        };
        let own = failed.workflow_id;
        let others: Vec<&Address> = index.on_error.iter().filter(|other| other.program.workflow_id != own).collect();
        if others.is_empty() {
            return;
        }
        let Some(left_out) = self.inner.alarms.admit(failed.workflow_id, Instant::now()) else { return };
        for address in others {
            let trigger = RunTrigger::Error { failed: failed.id };
            if let Err(error) = self.launch(asked(address, trigger, failure(failed, left_out), None)).await {
                tracing::error!(code = ?error.code, "a workflow for errors could not be started");
            }
        }
    }
}

impl Runner {
    /// Whether a failure has started a run, or one of those that called one another to start it.
    async fn comes_from_a_failure(&self, mut trigger: RunTrigger) -> bool {
        for _ in 0..=RunLimits::default().depth {
            trigger = match trigger {
                RunTrigger::Error { .. } => return true,
                // One that is no longer in the history has ended long ago.
                RunTrigger::Workflow { parent } => match self.inner.store.run_summary(parent).await {
                    Ok(parent) => parent.trigger,
                    Err(_) => return false,
                },
                _ => return false,
            };
        }
        true
    }
}

/// What an error trigger puts out. `left_out` is how many failures of that workflow were not told before this one, because
/// there were too many of them.
fn failure(failed: &RunSummary, left_out: u32) -> Item {
    let error = failed.error.as_ref().map(|failure| &failure.error);
    let json = json!({ "run": {
        "id": failed.id,
        "workflow_id": failed.workflow_id,
        "workflow_name": failed.workflow_name,
        "error": error.map(|error| json!({ "code": error.code, "message": error.message, "hint": error.hint })),
        "last_node": failed.error.as_ref().map(|failure| &failure.node_label),
        "left_out": left_out,
    } });
    Item::from(if let Value::Object(object) = json { object } else { Config::new() })
}

fn asked(address: &Address, trigger: RunTrigger, item: Item, reply: Option<oneshot::Sender<Reply>>) -> Asked {
    Asked {
        program: address.program.as_ref().clone(),
        trigger,
        trigger_node: address.node.id.clone(),
        input: vec![item],
        reply,
    }
}

/// Whether a request has the path and the method of a webhook.
fn fits(address: &Address, request: &Incoming) -> bool {
    let method = address.node.data.config.get("method").and_then(Value::as_str).unwrap_or("POST");
    (method == "ANY" || method == request.method) && request.path == path(&address.node)
}

async fn after_last_node(running: Running, status: u16, data: &str) -> Result<Reply> {
    let summary = running.finished().await;
    if let Some(reply) = failed(&summary) {
        return Ok(reply);
    }
    if data == "nothing" {
        return Ok(plain(status, ""));
    }
    let json = |item: Item| Value::Object(item.json);
    let reply = match data {
        "all_items" => json_reply(status, &running.output().await?.into_iter().map(json).collect()),
        _ => json_reply(status, &running.first_output().await?.map_or(Value::Null, json)),
    };
    let too_large = json!({ "message": "The answer is too large.", "run_id": summary.id });
    Ok(if reply.body.len() > MOST_ANSWERED { json_reply(500, &too_large) } else { reply })
}

/// What the caller of a run that did not succeed gets: that it failed, and not why, which is the owner's business.
fn failed(summary: &RunSummary) -> Option<Reply> {
    let message = match summary.status {
        RunStatus::Success | RunStatus::New | RunStatus::Running | RunStatus::Waiting => return None,
        RunStatus::Error => "The workflow failed.",
        RunStatus::Canceled => "The workflow was cancelled.",
        RunStatus::Unknown => "The workflow was interrupted.",
    };
    Some(json_reply(500, &json!({ "message": message, "run_id": summary.id })))
}

/// For a body that is not what its content type says: the caller's own fault, so the caller is told.
fn unreadable(error: &Error) -> Reply {
    json_reply(400, &json!({ "message": error.message }))
}

/// For a request that could not be accepted. What is wrong with the workflow is the owner's business.
fn refusal(error: &Error) -> Reply {
    tracing::error!(code = ?error.code, "a request could not be accepted");
    let (status, message) = match error.code {
        ErrorCode::Busy => (429, error.message.as_str()),
        ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::StoreUnavailable | ErrorCode::Interrupted => {
            (503, "The request cannot be accepted at present.")
        }
        _ => (500, "The request could not be accepted."),
    };
    json_reply(status, &json!({ "message": message }))
}

fn json_reply(status: u16, body: &Value) -> Reply {
    reply(status, "application/json; charset=utf-8", body.to_string())
}

fn html(status: u16, body: &str) -> Reply {
    reply(status, "text/html; charset=utf-8", body.to_owned())
}

fn plain(status: u16, body: &str) -> Reply {
    reply(status, "text/plain; charset=utf-8", body.to_owned())
}

fn reply(status: u16, content_type: &str, body: String) -> Reply {
    let headers = BTreeMap::from([("content-type".to_owned(), content_type.to_owned())]);
    Reply { status, headers, body: body.into_bytes() }
}
