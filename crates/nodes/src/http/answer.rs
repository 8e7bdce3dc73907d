//! What came back, made into items. Values in, values out; only a file's content is kept elsewhere.

use bridge_domain::{Blobs, Config, Item, JsonFault, StepFailure, read_json};
use encoding_rs::{Encoding, UTF_8};
use serde_json::{Value, json};
use url::Url;

use crate::failure::{failed_at, limit};
use crate::http::path;
use crate::http::settings::{Output, ReadAs};

/// A response whose body was read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Such as 200.
    pub status: u16,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Where it came from in the end.
    pub url: Url,
    /// Its body.
    pub body: Vec<u8>,
}

/// A body that was understood.
#[derive(Debug, PartialEq)]
pub enum Content {
    /// None came.
    Empty,
    /// JSON.
    Json(Value),
    /// Text.
    Text(String),
    /// Anything else.
    File,
}

impl Answer {
    /// Whether the status is 400 or above.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.status >= 400
    }

    /// The media type in lower case, without parameters; empty when there is none.
    #[must_use]
    pub fn media_type(&self) -> String {
        let value = self.content_type();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    fn content_type(&self) -> &str {
        self.header("content-type").unwrap_or_default()
    }

    /// The first header with this name, which is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Reads the body.
    ///
    /// # Errors
    /// When it is to be JSON and is not.
    pub fn content(&self, read_as: ReadAs) -> Result<Content, StepFailure> {
        let media_type = self.media_type();
        if self.body.is_empty() && read_as != ReadAs::File {
            return Ok(Content::Empty);
        }
        match read_as {
            ReadAs::File => Ok(Content::File),
            ReadAs::Text => Ok(Content::Text(self.text())),
            ReadAs::Json => self.json().map(Content::Json),
            ReadAs::Auto if is_json(&media_type) => self.json().map(Content::Json),
            ReadAs::Auto if is_text(&media_type) => Ok(Content::Text(self.text())),
            ReadAs::Auto if media_type.is_empty() => Ok(self.guessed()),
            ReadAs::Auto => Ok(Content::File),
        }
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is not.
    pub fn json(&self) -> Result<Value, StepFailure> {
        let host = self.url.host_str().unwrap_or_default();
        read_json(&self.text()).map_err(|fault| match fault {
            JsonFault::NotJson(error) => {
                let hint = "Check the address, or choose text or file as the response.";
                failed_at("response", format!("The answer of {host} is not JSON: {error}."), hint)
            }
            JsonFault::TooMany => limit(
                format!("The answer of {host} is too large: {fault}."),
                "Ask for less at once, or take it as a file.",
            ),
        })
    }

    /// The body as text, in the encoding its content type names, by default UTF-8.
    #[must_use]
    pub fn text(&self) -> String {
        let named = self.content_type().split(';').skip(1).find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
        });
        let encoding = named.and_then(|name| Encoding::for_label(name.as_bytes())).unwrap_or(UTF_8);
        encoding.decode(&self.body).0.into_owned()
    }

    /// What a body without a content type is.
    fn guessed(&self) -> Content {
        match std::str::from_utf8(&self.body) {
            Ok(text) => read_json(text).map_or_else(|_| Content::Text(text.to_owned()), Content::Json),
            Err(_) => Content::File,
        }
    }

    /// Headers as an object with names in lower case; one that came several times is a list.
    fn headers_as_json(&self) -> Value {
        let mut all = Config::new();
        for (name, value) in &self.headers {
            match all.get_mut(name) {
                None => drop(all.insert(name.clone(), value.as_str().into())),
                Some(Value::Array(values)) => values.push(value.as_str().into()),
                Some(first) => *first = json!([first.take(), value]),
            }
        }
        Value::Object(all)
    }

    /// Name of a file that was answered: as the service names it, or else the last part of the address.
    #[must_use]
    pub fn file_name(&self) -> String {
        let named = self.header("content-disposition").and_then(disposition_name);
        let last = || self.url.path_segments()?.next_back().map(percent_decoded);
        without_folders(&named.or_else(last).unwrap_or_default())
    }
}

/// Items of an answer, and how many entries its list has.
///
/// # Errors
/// When it is not what it was to be read as; those of the disk for a file.
pub async fn items(
    answer: &Answer,
    content: Content,
    output: &Output,
    blobs: &dyn Blobs,
) -> Result<Vec<Item>, StepFailure> {
    if content == Content::File {
        let size = answer.body.len();
        let mime_type = answer.media_type();
        let mime_type = if mime_type.is_empty() { "application/octet-stream".to_owned() } else { mime_type };
        let kept = blobs.put(answer.body.clone(), mime_type, answer.file_name()).await;
        let kept = kept.map_err(|error| if size > 256 << 20 { too_large() } else { error.into() })?;
        let json = if output.full { full(answer, Value::Null) } else { Config::new() };
        return Ok(vec![Item { json, binary: [(output.file.clone(), kept)].into() }]);
    }
    let body = match content {
        Content::Json(value) => value,
        Content::Text(text) => Value::String(text),
        Content::Empty | Content::File => Value::Null,
    };
    if output.full {
        return Ok(vec![full(answer, body).into()]);
    }
    let is_empty = body.is_null() && answer.body.is_empty();
    if is_empty {
        return Ok(vec![Item::default()]);
    }
    Ok(entries(body, &output.items_path)?.into_iter().map(item_of).collect())
}

/// The list at a path; a value that is no list counts as its only entry.
///
/// # Errors
/// When there is nothing at the path.
pub fn entries(body: Value, items_path: &str) -> Result<Vec<Value>, StepFailure> {
    let found = if items_path.is_empty() {
        body
    } else {
        path::at(&body, items_path).cloned().ok_or_else(|| {
            let hint = "Look at the whole answer once without a path, and correct the path.";
            failed_at("items_path", format!("The answer has nothing at `{items_path}`."), hint)
        })?
    };
    Ok(if let Value::Array(list) = found { list } else { vec![found] })
}

/// An object as the item it is; anything else under `data`.
#[must_use]
pub fn item_of(value: Value) -> Item {
    match value {
        Value::Object(json) => json.into(),
        other => Config::from_iter([("data".to_owned(), other)]).into(),
    }
}

fn full(answer: &Answer, body: Value) -> Config {
    let whole = json!({ "status": answer.status, "headers": answer.headers_as_json(), "body": body });
    if let Value::Object(whole) = whole { whole } else { Config::new() }
}

fn too_large() -> StepFailure {
    limit("The file is larger than 256 MiB.", "Ask for a smaller part of it.")
}

fn is_json(media_type: &str) -> bool {
    matches!(media_type, "application/json" | "text/json") || media_type.ends_with("+json")
}

fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/")
        || media_type.ends_with("+xml")
        || matches!(
            media_type,
            "application/xml"
                | "application/javascript"
                | "application/x-www-form-urlencoded"
                | "application/x-ndjson"
                | "application/yaml"
                | "application/x-yaml"
                | "application/graphql"
                | "application/toml"
        )
}

/// The name in a header `Content-Disposition` (RFC 6266), the extended notation first.
fn disposition_name(value: &str) -> Option<String> {
    let parameter = |wanted: &str| {
        let found = value.split(';').skip(1).filter_map(|one| one.split_once('='));
        found.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    };
    let extended = parameter("filename*").and_then(|value| value.splitn(3, '\'').nth(2)).map(percent_decoded);
    extended.or_else(|| parameter("filename").map(|value| value.trim_matches('"').to_owned()))
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A name that leads nowhere: no folders, no control characters, not too long.
fn without_folders(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|one| !one.is_control()).take(200).collect();
    if matches!(clean.as_str(), "." | "..") { String::new() } else { clean }
}
