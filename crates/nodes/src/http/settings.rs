//! What the configuration of an HTTP request says, read for one item. Values in, values out: nothing is sent here.

use std::time::Duration;

use bridge_domain::{CredentialKind, Item, StepFailure};
use serde_json::Value;
use url::Url;

use crate::http::body::{self, Content};
use crate::http::paging::{Kind, Paging};
use crate::parameters::{Parameters, text_of};

/// Methods, as the manifest names them.
const METHODS: &[(&str, &str)] = &[
    ("GET", "GET"),
    ("POST", "POST"),
    ("PUT", "PUT"),
    ("PATCH", "PATCH"),
    ("DELETE", "DELETE"),
    ("HEAD", "HEAD"),
    ("OPTIONS", "OPTIONS"),
];

/// Kinds of credential, as the manifest names them.
const AUTHENTICATION: &[(&str, Option<CredentialKind>)] = &[
    ("none", None),
    ("bearer", Some(CredentialKind::Bearer)),
    ("basic", Some(CredentialKind::Basic)),
    ("header", Some(CredentialKind::Header)),
    ("query", Some(CredentialKind::Query)),
    ("oauth2", Some(CredentialKind::OAuth2)),
];

/// How a body is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadAs {
    /// As its content type says.
    Auto,
    /// JSON, whatever its content type says.
    Json,
    /// Text, whatever its content type says.
    Text,
    /// A file.
    File,
}

/// One request with everything around it.
#[derive(Debug)]
pub struct Settings {
    /// Such as `GET`.
    pub method: &'static str,
    /// With its query.
    pub url: Url,
    /// As the user wrote them, and the content type of the body.
    pub headers: Vec<(String, String)>,
    /// What is sent.
    pub content: Content,
    /// Kind of the credential that is sent along, if one is.
    pub authentication: Option<CredentialKind>,
    /// Whether POST and PATCH carry an idempotency key.
    pub idempotency_key: bool,
    /// For the whole exchange.
    pub timeout: Duration,
    /// Redirects that are followed.
    pub redirects: u8,
    /// Bytes of the body that are taken.
    pub max_body: u64,
    /// How the answer is put out.
    pub output: Output,
    /// How further pages are asked for.
    pub paging: Paging,
    /// Between two pages.
    pub page_interval: Duration,
}

/// How an answer is put out.
#[derive(Debug)]
pub struct Output {
    /// How its body is read.
    pub read_as: ReadAs,
    /// Whether status and headers are put out, too.
    pub full: bool,
    /// Whether an error status is a failure.
    pub fail_on_error: bool,
    /// Name of a file on the item.
    pub file: String,
    /// Where the list is; the whole body when empty.
    pub items_path: String,
}

impl Settings {
    /// Reads the configuration of this item.
    ///
    /// # Errors
    /// What is wrong with a parameter, naming it.
    pub fn read(parameters: &Parameters<'_>, item: &Item) -> Result<Self, StepFailure> {
        let mut headers = headers(parameters)?;
        let (content, content_type) = body::read(parameters, item)?;
        let set_by_user = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if let (Some(content_type), false) = (content_type, set_by_user) {
            headers.push(("Content-Type".to_owned(), content_type));
        }
        let follows = parameters.boolean("follow_redirects")?.unwrap_or(true);
        let most_redirects = parameters.integer("max_redirects", 1..=20)?.unwrap_or(10);
        let megabytes = whole(parameters, "max_megabytes", 1..=256, 64)?;
        Ok(Self {
            method: parameters.choice("method", METHODS)?.unwrap_or("GET"),
            url: url(parameters)?,
            headers,
            content,
            authentication: parameters.choice("authentication", AUTHENTICATION)?.flatten(),
            idempotency_key: parameters.boolean("idempotency_key")?.unwrap_or(true),
            timeout: Duration::from_secs(whole(parameters, "timeout_seconds", 1..=3600, 30)?),
            redirects: if follows { u8::try_from(most_redirects).unwrap_or(20) } else { 0 },
            max_body: megabytes << 20,
            output: output(parameters)?,
            paging: paging(parameters)?,
            page_interval: Duration::from_millis(whole(parameters, "page_interval_ms", 0..=600_000, 0)?),
        })
    }
}

/// A whole number that is not negative, or this when it is absent.
pub fn whole(
    parameters: &Parameters<'_>,
    name: &str,
    bounds: std::ops::RangeInclusive<i64>,
    default: u64,
) -> Result<u64, StepFailure> {
    Ok(parameters.integer(name, bounds)?.and_then(|number| u64::try_from(number).ok()).unwrap_or(default))
}

/// The address with the parameters added to it.
fn url(parameters: &Parameters<'_>) -> Result<Url, StepFailure> {
    let text = parameters.required_text("url")?;
    let hint = "Write the whole address, such as https://api.example.com/orders.";
    let mut url = Url::parse(text.trim())
        .map_err(|error| parameters.failed("url", format!("The URL cannot be read: {error}."), hint))?;
    if !matches!(url.scheme(), "http" | "https") {
        let message = format!("The URL begins with `{}:` and not with `https://` or `http://`.", url.scheme());
        return Err(parameters.failed("url", message, hint));
    }
    for (name, value) in parameters.map("query")?.unwrap_or_default() {
        append(&mut url, &name, &value);
    }
    Ok(url)
}

/// Adds a value to a query: a list once for each of its values, nothing for null.
fn append(url: &mut Url, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Array(values) => values.iter().for_each(|value| append(url, name, value)),
        value => {
            url.query_pairs_mut().append_pair(name, &text_of(value));
        }
    }
}

/// Headers as names and values; null is left out. What may not be in one is refused here, so that it names the parameter.
fn headers(parameters: &Parameters<'_>) -> Result<Vec<(String, String)>, StepFailure> {
    let mut headers = Vec::new();
    for (name, value) in parameters.map("headers")?.unwrap_or_default() {
        let value = text_of(&value);
        let at = format!("headers.{name}");
        let is_token = |one: u8| one.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&one);
        if name.is_empty() || !name.bytes().all(is_token) {
            let hint = "Use letters, digits and hyphens, such as X-Request-Id.";
            return Err(parameters.failed(&at, "This is not the name of a header.", hint));
        }
        if value.chars().any(|one| one.is_control() && one != '\t') {
            let hint = "Take line breaks and control characters out of it.";
            return Err(parameters.failed(
                &at,
                format!("The value of the header {name} has a line break in it."),
                hint,
            ));
        }
        headers.push((name, value));
    }
    Ok(headers)
}

fn output(parameters: &Parameters<'_>) -> Result<Output, StepFailure> {
    let kinds = [("auto", ReadAs::Auto), ("json", ReadAs::Json), ("text", ReadAs::Text), ("file", ReadAs::File)];
    let fail_on_error = parameters.boolean("fail_on_error_status")?.unwrap_or(true);
    Ok(Output {
        read_as: parameters.choice("response", &kinds)?.unwrap_or(ReadAs::Auto),
        // Whoever lets error statuses pass wants to look at the status.
        full: parameters.boolean("full_response")?.unwrap_or(!fail_on_error),
        fail_on_error,
        file: parameters.text_or("output_file", "data")?,
        items_path: parameters.text_or("items_path", "")?,
    })
}

fn paging(parameters: &Parameters<'_>) -> Result<Paging, StepFailure> {
    #[derive(Clone, Copy)]
    enum Way {
        None,
        NextUrl,
        LinkHeader,
        Page,
        Offset,
        Cursor,
    }
    let ways = [
        ("none", Way::None),
        ("next_url", Way::NextUrl),
        ("link_header", Way::LinkHeader),
        ("page", Way::Page),
        ("offset", Way::Offset),
        ("cursor", Way::Cursor),
    ];
    let next_path = || parameters.required_text("next_path");
    let named = |default: &str| parameters.text_or("page_parameter", default);
    let first = |default| whole(parameters, "first_page", 0..=1_000_000_000, default);
    let kind = match parameters.choice("pagination", &ways)?.unwrap_or(Way::None) {
        Way::None => Kind::None,
        Way::NextUrl => Kind::NextUrl { path: next_path()? },
        Way::LinkHeader => Kind::LinkHeader,
        Way::Page => Kind::Number {
            parameter: named("page")?,
            first: first(1)?,
            step: Some(whole(parameters, "page_step", 1..=1_000_000, 1)?),
        },
        Way::Offset => Kind::Number { parameter: named("offset")?, first: first(0)?, step: None },
        Way::Cursor => Kind::Cursor { path: next_path()?, parameter: named("cursor")? },
    };
    let size_parameter = parameters.text("size_parameter")?.filter(|name| !name.trim().is_empty());
    let size = whole(parameters, "page_size", 1..=100_000, 100)?;
    Ok(Paging {
        kind,
        size: size_parameter.map(|name| (name, size)),
        max_pages: usize::try_from(whole(parameters, "max_pages", 1..=10_000, 100)?).unwrap_or(usize::MAX),
    })
}
