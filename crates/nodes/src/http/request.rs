//! The HTTP request node: one request for each item, or as many as there are pages.

use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Config, Credential, CredentialKind, Effect, Executor, Outcome, Step, StepFailure};
use bridge_gate::{Access, Body, Request};
use futures_util::future::BoxFuture;
use serde_json::Value;
use url::Url;

use crate::Services;
use crate::failure::{failed_at, limit};
use crate::http::answer::{self, Answer, Content};
use crate::http::exchange::{exchange, load};
use crate::http::paging::{Page, Pager};
use crate::http::path;
use crate::http::refusal::refused;
use crate::http::settings::{Settings, whole};
use crate::per_item::{ItemWork, Puts, Task, per_item_waiting};

/// Bytes that all pages for one item may have.
const ALL_PAGES: usize = 256 << 20;

/// The HTTP request node.
pub struct HttpRequest {
    /// What it needs.
    pub services: Arc<Services>,
}

impl Executor for HttpRequest {
    fn effect(&self, config: &Config) -> Effect {
        let method = config.get("method").map_or(Some("GET"), Value::as_str);
        if matches!(method, Some("GET" | "HEAD" | "OPTIONS")) { Effect::Harmless } else { Effect::Outside }
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        Box::pin(per_item_waiting(step, self))
    }
}

impl ItemWork for HttpRequest {
    fn work<'w>(&'w self, task: Task<'w>) -> BoxFuture<'w, Result<Puts, StepFailure>> {
        Box::pin(self.request(task))
    }
}

impl HttpRequest {
    async fn request(&self, task: Task<'_>) -> Result<Puts, StepFailure> {
        let settings = Settings::read(task.parameters, task.item)?;
        let credential = credential(&task, &settings).await?;
        let access = Access { grants: task.step.grants(), credential: credential.as_ref() };
        let body = load(&settings.content, self.services.blobs.as_ref()).await?;
        let mut pager = Pager::new(settings.paging.clone(), settings.url.clone());
        let (mut puts, mut read, mut page) = (Puts::new(), 0, 0);
        let mut next = Some(pager.first());
        pause_between_batches(&task).await?;
        while let Some(url) = next.take() {
            let request = prepared(&settings, url, body.clone(), key(&task, &settings, page));
            let answer = exchange(&self.services.gate, request, &access).await?;
            if answer.is_error() && settings.output.fail_on_error {
                return Err(refused(&answer, credential.as_ref(), task.step.info().now));
            }
            read += answer.body.len();
            if read > ALL_PAGES {
                return Err(limit("The pages are larger than 256 MiB together.", "Ask for fewer pages."));
            }
            let content = answer.content(settings.output.read_as)?;
            if !answer.is_error() {
                next = following(&mut pager, &answer, &content, &settings)?;
            }
            let items = answer::items(&answer, content, &settings.output, self.services.blobs.as_ref()).await?;
            puts.extend(items.into_iter().map(|item| (0, item)));
            page += 1;
            if next.is_some() && !settings.page_interval.is_zero() {
                tokio::time::sleep(settings.page_interval).await;
            }
        }
        Ok(puts)
    }
}

fn prepared(settings: &Settings, url: Url, body: Body, key: Option<String>) -> Request {
    let mut headers = settings.headers.clone();
    headers.extend(key.map(|key| ("Idempotency-Key".to_owned(), key)));
    Request {
        method: settings.method.to_owned(),
        url,
        headers,
        body,
        timeout: settings.timeout,
        redirects: settings.redirects,
        max_body: settings.max_body,
    }
}

/// Address of the page after this answer.
fn following(
    pager: &mut Pager,
    answer: &Answer,
    content: &Content,
    settings: &Settings,
) -> Result<Option<Url>, StepFailure> {
    let body = if let Content::Json(body) = content { body } else { &Value::Null };
    let list = path::at(body, &settings.output.items_path).and_then(Value::as_array);
    pager.next(&Page {
        url: &answer.url,
        headers: &answer.headers,
        bytes: &answer.body,
        body,
        entries: list.map(Vec::len),
    })
}

/// The key by which a service recognises that this very request was sent before: each item and page has its own, and
/// it is the same in every try.
fn key(task: &Task<'_>, settings: &Settings, page: usize) -> Option<String> {
    let is_set = settings.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("idempotency-key"));
    let wanted = settings.idempotency_key && !is_set && matches!(settings.method, "POST" | "PATCH");
    let step = &task.step.info().idempotency_key;
    wanted.then(|| match page {
        0 => format!("{step}-{}-{}", task.place.input, task.place.index),
        page => format!("{step}-{}-{}-{page}", task.place.input, task.place.index),
    })
}

/// The credential the node uses, if it uses one.
async fn credential(task: &Task<'_>, settings: &Settings) -> Result<Option<Credential>, StepFailure> {
    let Some(wanted) = settings.authentication else { return Ok(None) };
    let credential = task.step.credential().await?;
    // A token that was obtained by OAuth is sent as a bearer token.
    let fits =
        credential.kind == wanted || (wanted, credential.kind) == (CredentialKind::Bearer, CredentialKind::OAuth2);
    if fits {
        return Ok(Some(credential));
    }
    let hint = "Choose a credential of the kind that is set, or set the kind of the credential.";
    Err(failed_at("authentication", "The credential of this node is of another kind than its authentication.", hint))
}

/// Waits when this item begins a new batch.
async fn pause_between_batches(task: &Task<'_>) -> Result<(), StepFailure> {
    let interval = whole(task.parameters, "batch_interval_ms", 0..=600_000, 0)?;
    let size = whole(task.parameters, "batch_size", 1..=100_000, 50)?;
    let index = u64::from(task.place.index);
    if interval > 0 && index > 0 && index.is_multiple_of(size) {
        tokio::time::sleep(Duration::from_millis(interval)).await;
    }
    Ok(())
}
