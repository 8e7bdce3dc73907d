//! A request as a workflow gets it: one item, and the files that came with it. Reads bytes, keeps nothing.

use bridge_domain::{Config, Error, ErrorCode, Result, read_json};
use bytes::Bytes;
use serde_json::{Value, json};

/// Fields of a form, fields and files of a multipart body, and parameters of a query at most.
const MOST_PARTS: usize = 1_000;
/// Name of the file that is a whole body.
const WHOLE: &str = "data";

/// A request that was let in.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Method, upper case.
    pub method: String,
    /// Path behind the token, without its leading slash.
    pub path: String,
    /// Query, percent-encoded.
    pub query: String,
    /// Headers in order, names lower case. What is not text is left out.
    pub headers: Vec<(String, String)>,
    /// Body, within the server's limit.
    pub body: Bytes,
}

/// What a request holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// `headers`, `query`, `method`, `path` and `body`.
    pub json: Config,
    /// Files of a multipart body, or a body that is neither JSON, form nor text.
    pub files: Vec<ReceivedFile>,
}

/// A file that came with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedFile {
    /// Name of the field; `data` for a whole body.
    pub field: String,
    /// Name the sender gave it; may be empty.
    pub file_name: String,
    /// Media type.
    pub mime_type: String,
    /// Content.
    pub content: Bytes,
}

impl Incoming {
    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Reads the body by its content type. With `raw`, it is also handed on as it came, as the file `data`.
    ///
    /// # Errors
    /// `invalid_input` for a body that is not what its content type says.
    pub async fn read(&self, raw: bool) -> Result<Received> {
        let (body, mut files) = self.body().await?;
        if raw && !files.iter().any(|file| file.field == WHOLE) {
            files.push(self.whole_body());
        }
        let headers: Config = self.headers.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        let mut json = Config::new();
        json.insert("headers".to_owned(), headers.into());
        json.insert("query".to_owned(), pairs(self.query.as_bytes())?.into());
        json.insert("method".to_owned(), self.method.clone().into());
        json.insert("path".to_owned(), self.path.clone().into());
        json.insert("body".to_owned(), body);
        Ok(Received { json, files })
    }

    async fn body(&self) -> Result<(Value, Vec<ReceivedFile>)> {
        if self.body.is_empty() {
            return Ok((json!({}), Vec::new()));
        }
        let content_type = self.header("content-type").unwrap_or_default();
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/x-www-form-urlencoded" => Ok((pairs(&self.body)?.into(), Vec::new())),
            "multipart/form-data" => self.multipart(content_type).await,
            kind if kind == "application/json" || kind.ends_with("+json") => {
                let text = std::str::from_utf8(&self.body).map_err(|_| unreadable("it is not UTF-8"))?;
                let value = read_json(text).map_err(|fault| unreadable(&format!("JSON: {fault}")))?;
                Ok((value, Vec::new()))
            }
            kind if kind.is_empty() || kind.starts_with("text/") || kind.ends_with("xml") => {
                let text = std::str::from_utf8(&self.body);
                text.map_or_else(|_| Ok((json!({}), vec![self.whole_body()])), |text| Ok((text.into(), Vec::new())))
            }
            _ => Ok((json!({}), vec![self.whole_body()])),
        }
    }

    fn whole_body(&self) -> ReceivedFile {
        let mime_type = self.header("content-type").unwrap_or("application/octet-stream").to_owned();
        ReceivedFile { field: WHOLE.to_owned(), file_name: String::new(), mime_type, content: self.body.clone() }
    }

    async fn multipart(&self, content_type: &str) -> Result<(Value, Vec<ReceivedFile>)> {
        let boundary = multer::parse_boundary(content_type).map_err(|error| unreadable(&error.to_string()))?;
        let body = self.body.clone();
        let whole = futures_util::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
        let mut parts = multer::Multipart::new(whole, boundary);
        let (mut fields, mut files, mut count) = (Config::new(), Vec::new(), 0);
        let broken = |error: multer::Error| unreadable(&error.to_string());
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            count += 1;
            if count > MOST_PARTS {
                return Err(unreadable(&format!("it has more than {MOST_PARTS} parts")));
            }
            let name = part.name().unwrap_or("data").to_owned();
            let file_name = part.file_name().map(bare_name);
            let mime_type = part.content_type().map(ToString::to_string);
            let content = part.bytes().await.map_err(broken)?;
            match (file_name, std::str::from_utf8(&content)) {
                (None, Ok(text)) => add(&mut fields, name, text.into()),
                (file_name, _) => files.push(ReceivedFile {
                    field: name,
                    file_name: file_name.unwrap_or_default(),
                    mime_type: mime_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
                    content,
                }),
            }
        }
        Ok((fields.into(), files))
    }
}

/// Names and values of a query or a form; a name that comes several times gives a list.
fn pairs(encoded: &[u8]) -> Result<Config> {
    let mut fields = Config::new();
    for (number, (name, value)) in url::form_urlencoded::parse(encoded).enumerate() {
        if number >= MOST_PARTS {
            return Err(unreadable(&format!("it has more than {MOST_PARTS} fields")));
        }
        add(&mut fields, name.into_owned(), value.into_owned().into());
    }
    Ok(fields)
}

fn add(fields: &mut Config, name: String, value: Value) {
    match fields.get_mut(&name) {
        None => {
            fields.insert(name, value);
        }
        Some(Value::Array(list)) => list.push(value),
        Some(one) => *one = json!([one.take(), value]),
    }
}

/// A file's name without any folders the sender put before it, and without what would lead to one.
fn bare_name(name: &str) -> String {
    let name: String =
        name.rsplit(['/', '\\']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    if name.trim_matches('.').is_empty() { String::new() } else { name }
}

fn unreadable(reason: &str) -> Error {
    Error::new(ErrorCode::InvalidInput, format!("The body of the request cannot be read: {reason}."), "")
}
