//! Executes actions that are data: fills the request, sends it, reads what comes back. Knows no service.

use std::sync::Arc;

use bridge_domain::{
    Config, Credential, Effect, Error, ErrorCode, Executor, ExposeSecret, Item, Outcome, Step, StepFailure,
};
use futures_util::future::BoxFuture;
use serde_json::Value;
use url::Url;

use crate::Services;
use crate::failure::failed;
use crate::http::answer::{Answer, entries};
use crate::http::paging::{self, Page, Pager, Paging};
use crate::http::{path, whole};
use crate::per_item::{ItemWork, Puts, Task, per_item_waiting};
use crate::services::api::{Api, credential_of};
use crate::services::description::{By, Call, Pages, Service, find};
use crate::services::template::{Source, query_value};
use crate::services::{output, refusal};

/// Pages asked for at most; the limit of entries ends it before.
const MAX_PAGES: usize = 10_000;

/// An action that is data.
pub struct Described {
    /// What it needs.
    pub services: Arc<Services>,
    /// The connector.
    pub connector: &'static str,
    /// The action.
    pub action: &'static str,
    /// Where the service is, in place of what its data file says.
    pub base_url: Option<Url>,
}

impl Executor for Described {
    fn effect(&self, _config: &Config) -> Effect {
        match find(self.connector, self.action) {
            Some((_, call)) if call.method == "GET" => Effect::Harmless,
            _ => Effect::Outside,
        }
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        Box::pin(per_item_waiting(step, self))
    }
}

impl ItemWork for Described {
    fn work<'w>(&'w self, task: Task<'w>) -> BoxFuture<'w, Result<Puts, StepFailure>> {
        Box::pin(async move {
            let (service, call) = find(self.connector, self.action).ok_or_else(|| {
                let message = format!("The action {} of {} is not described.", self.action, self.connector);
                Error::new(ErrorCode::Internal, message, "Report this to the maintainers.")
            })?;
            let credential = credential_of(&task, &service.credentials).await?;
            let base_url = self.base_url.as_ref().unwrap_or(&service.base_url);
            let api = Api { services: &self.services, task, base_url, credential: Some(credential) };
            let items =
                if call.download { download(&api, service, call).await? } else { read(&api, service, call).await? };
            Ok(items.into_iter().map(|item| (0, item)).collect())
        })
    }
}

/// Sends the request, page by page, and reads its entries.
async fn read(api: &Api<'_>, service: &Service, call: &Call) -> Result<Vec<Item>, StepFailure> {
    let source = Source { parameters: api.task.parameters, item: api.task.item };
    let body = call.body.as_ref().map(|template| source.value(template)).transpose()?.flatten();
    let wanted =
        call.pages.as_ref().map(|pages| whole(source.parameters, &pages.limit, 1..=100_000, 100)).transpose()?;
    let wanted = wanted.map_or(usize::MAX, |wanted| usize::try_from(wanted).unwrap_or(usize::MAX));
    let mut pager = Pager::new(paging(call.pages.as_ref(), wanted), address(api, call, &source)?);
    let mut next = Some(pager.first());
    let mut items = Vec::new();
    while let Some(url) = next.take() {
        let answer = api.send(&call.method, url, service.headers.iter().chain(&call.headers), body.as_ref()).await?;
        let content = checked(api, service, &answer)?;
        let list = call.items.as_deref().unwrap_or_default();
        let found = path::at(&content, list).and_then(Value::as_array).map(Vec::len);
        if items.len() + found.unwrap_or_default() < wanted {
            let (url, headers, bytes) = (&answer.url, &answer.headers, &answer.body);
            next = pager.next(&Page { url, headers, bytes, body: &content, entries: found })?;
        }
        let left = wanted - items.len();
        let page = entries(content, list)?.into_iter().take(left);
        items.extend(page.map(|one| output::item(one, call.output.as_ref(), source.parameters)));
    }
    Ok(items)
}

/// The body of an answer that is a success.
fn checked(api: &Api<'_>, service: &Service, answer: &Answer) -> Result<Value, StepFailure> {
    let body = answer.json().unwrap_or_default();
    let now = api.task.step.info().now;
    match refusal::failure(&service.refusal, answer, &body, api.credential.as_ref(), now) {
        Some(failure) => Err(failure),
        None if body.is_null() && !answer.body.is_empty() => answer.json(),
        None => Ok(body),
    }
}

/// Sends the request and keeps the answer as a file.
async fn download(api: &Api<'_>, service: &Service, call: &Call) -> Result<Vec<Item>, StepFailure> {
    let source = Source { parameters: api.task.parameters, item: api.task.item };
    let url = address(api, call, &source)?;
    let answer = api.send(&call.method, url, service.headers.iter().chain(&call.headers), None).await?;
    if answer.is_error() {
        checked(api, service, &answer)?;
    }
    // Asked for a file's own bytes, a service answers with plain JSON only when there is no file, such as for a folder.
    if answer.media_type() == "application/json" {
        return Err(failed("There is no file at this path, but a folder.", "Name a file in it."));
    }
    let mut item = output::item(Value::Null, call.output.as_ref(), source.parameters);
    let kept = api.services.blobs.put(answer.body.clone(), "application/octet-stream".to_owned(), answer.file_name());
    item.binary.insert("data".to_owned(), kept.await?);
    Ok(vec![item])
}

/// The address with the query, without what pages add to it.
fn address(api: &Api<'_>, call: &Call, source: &Source<'_>) -> Result<Url, StepFailure> {
    let path = source.path(&call.path, |field| secret(api.credential.as_ref(), field))?;
    let mut url = api.url(&path)?;
    for (name, template) in &call.query {
        if let Some(value) = source.value(template)? {
            url.query_pairs_mut().append_pair(name, &query_value(&value));
        }
    }
    Ok(url)
}

/// A value of the credential that belongs into the path. The gate, which is shown the same credential, refuses every
/// host that is not the credential's own.
fn secret(credential: Option<&Credential>, field: &str) -> Result<String, StepFailure> {
    let value =
        credential.and_then(|credential| credential.fields.get(field)).map(|value| value.expose_secret().to_owned());
    value.filter(|value| !value.trim().is_empty()).ok_or_else(|| {
        let message = format!("The credential has no value for “{field}”.");
        Error::new(ErrorCode::InvalidInput, message, "Enter it in the credential.").into()
    })
}

fn paging(pages: Option<&Pages>, wanted: usize) -> Paging {
    let Some(pages) = pages else { return Paging { kind: paging::Kind::None, size: None, max_pages: 1 } };
    let kind = match &pages.by {
        By::LinkHeader => paging::Kind::LinkHeader,
        By::Cursor { path, parameter } => paging::Kind::Cursor { path: path.clone(), parameter: parameter.clone() },
    };
    let size = pages.size.min(wanted as u64);
    Paging { kind, size: Some((pages.size_parameter.clone(), size)), max_pages: MAX_PAGES }
}
