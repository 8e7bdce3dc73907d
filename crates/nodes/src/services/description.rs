//! What a service is, as its data file says: where it is, how its errors look, and the requests that its actions are. A
//! new service is a file beside this one and a line in [`FILES`].

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bridge_domain::{Config, CredentialKind, ErrorCode};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

/// The data files.
const FILES: &[&str] = &[
    include_str!("airtable.json"),
    include_str!("github.json"),
    include_str!("slack.json"),
    include_str!("telegram.json"),
];

/// All services that are data, or why a file cannot be read.
static SERVICES: LazyLock<Result<Vec<Service>, String>> =
    LazyLock::new(|| FILES.iter().map(|text| serde_json::from_str(text).map_err(|error| error.to_string())).collect());

/// A service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The connector whose actions these are.
    pub connector: String,
    /// Scheme and host, and the part of the path that all requests share.
    pub base_url: Url,
    /// Kinds of credential it takes; the first is the connector's.
    pub credentials: Vec<CredentialKind>,
    /// Sent with every request.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// How its errors look.
    #[serde(default)]
    pub refusal: Refusal,
    /// Its actions.
    pub actions: BTreeMap<String, Call>,
}

/// How a service says that a request failed. All are paths into the body.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Refusal {
    /// A truth value that is false when it failed, whatever the status.
    pub succeeded: Option<String>,
    /// A word for machines.
    pub code: Option<String>,
    /// A sentence for people; the first one that is there.
    pub messages: Vec<String>,
    /// Seconds to wait.
    pub retry_after: Option<String>,
    /// What its codes mean.
    pub known: BTreeMap<String, Known>,
}

/// What a code means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// What kind of error it is.
    #[serde(default = "service_failed")]
    pub code: ErrorCode,
    /// What to do next.
    pub hint: String,
}

fn service_failed() -> ErrorCode {
    ErrorCode::ServiceFailed
}

/// The request an action is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Such as `POST`.
    pub method: String,
    /// Behind the base URL. `{name}` stands for a parameter as one segment, `{+name}` for one with slashes in it, and
    /// `{credential.name}` for a value of the credential.
    pub path: String,
    /// The query: names and templates; see [`super::template`].
    #[serde(default)]
    pub query: Config,
    /// Headers beside the service's.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The JSON body: a template.
    #[serde(default)]
    pub body: Option<Value>,
    /// Where the answer has what is put out; all of it when absent.
    #[serde(default)]
    pub items: Option<String>,
    /// Fields of an item and where they come from; the whole entry when absent. See [`super::output`].
    #[serde(default)]
    pub output: Option<BTreeMap<String, String>>,
    /// How further pages are asked for.
    #[serde(default)]
    pub pages: Option<Pages>,
    /// The answer is a file: it becomes the item's file `data`.
    #[serde(default)]
    pub download: bool,
}

/// How a listing is paged.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pages {
    /// What leads to the next page.
    pub by: By,
    /// The parameter that says how many entries are wanted in all.
    pub limit: String,
    /// Query parameter for the number of entries in a page.
    pub size_parameter: String,
    /// Entries in a page at most.
    pub size: u64,
}

/// What leads to the next page.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum By {
    /// The header `Link`.
    LinkHeader,
    /// A text in the body that goes into the query.
    Cursor {
        /// Where.
        path: String,
        /// Query parameter.
        parameter: String,
    },
}

/// All services that are data.
///
/// # Errors
/// What is wrong with a file.
pub fn services() -> Result<&'static [Service], &'static str> {
    SERVICES.as_deref().map_err(String::as_str)
}

/// The request an action is, and its service.
#[must_use]
pub fn find(connector: &str, action: &str) -> Option<(&'static Service, &'static Call)> {
    let service = services().ok()?.iter().find(|service| service.connector == connector)?;
    Some((service, service.actions.get(action)?))
}
