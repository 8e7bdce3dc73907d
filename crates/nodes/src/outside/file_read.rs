//! Reading files within granted folders.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use bridge_domain::{Config, Effect, Executor, Item, ItemRef, JsonFault, Outcome, Step, StepFailure, read_json};
use cap_std::fs::Dir;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::blocking::{blocking, put_while_reading};
use super::extract::csv::{Layout, read_rows};
use super::folder::{Place, Use};
use super::text::decode;
use crate::Services;
use crate::failure::{failed_at, limit};
use crate::parameters::Parameters;
use crate::per_item::{EachItem, Settled, Turn, each_item};

/// Bytes of a file that is read into an item.
const MAX_TEXT: u64 = 64 << 20;
/// Bytes of a file that is kept beside an item.
const MAX_BINARY: u64 = 256 << 20;
/// Files that one pattern gives.
const MAX_FILES: usize = 10_000;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Text,
    Json,
    Csv,
    Binary,
}

/// Reads a file, or every file that fits a pattern.
pub struct ReadFile {
    services: Arc<Services>,
}

impl ReadFile {
    /// The executor.
    pub fn make(services: &Arc<Services>) -> Box<dyn Executor> {
        Box::new(Self { services: Arc::clone(services) })
    }

    /// Reads one file and puts out what is in it.
    async fn read_one(&self, step: &mut dyn Step, path: &str, content: Content, from: ItemRef) -> Settled<()> {
        let place = match Place::find(step.grants(), path, Use::Read) {
            Ok(place) => place,
            Err(failure) => return Ok(Err(failure)),
        };
        let shown = place.shown();
        let most = if content == Content::Binary { MAX_BINARY } else { MAX_TEXT };
        let bytes = match blocking(move || read_all(&place, most)).await {
            Ok(bytes) => bytes,
            Err(failure) => return Ok(Err(failure)),
        };
        if content == Content::Csv {
            return put_while_reading(step, from, move |out| {
                let layout = Layout { delimiter: b',', header: true };
                read_rows(&text_of(&bytes)?, layout, &mut |row| out.put(Item::from(row)))
            })
            .await;
        }
        match self.item(shown, bytes, content).await {
            Ok(item) => step.put(0, item, &[from]).map(Ok),
            Err(failure) => Ok(Err(failure)),
        }
    }

    /// The item that one file gives.
    async fn item(&self, path: String, bytes: Vec<u8>, content: Content) -> Result<Item, StepFailure> {
        let mut item = Item::default();
        item.json.insert("size".to_owned(), bytes.len().into());
        match content {
            Content::Binary => {
                let name = file_name(&path);
                let kept = self.services.blobs.put(bytes, media_type(&name).to_owned(), name).await?;
                item.binary.insert("data".to_owned(), kept);
            }
            Content::Json => {
                let parse = move || {
                    read_json(&text_of(&bytes)?).map_err(|fault| match fault {
                        JsonFault::NotJson(error) => failed_at(
                            "path",
                            format!("The file is not JSON: {error}."),
                            "Correct the file, or read it as text.",
                        ),
                        JsonFault::TooMany => limit(
                            format!("The file is too large for one item: {fault}."),
                            "Read it as binary, and let “Extract from file” take its list apart.",
                        ),
                    })
                };
                item.json.insert("data".to_owned(), blocking(parse).await?);
            }
            Content::Text | Content::Csv => {
                item.json.insert("text".to_owned(), Value::String(text_of(&bytes)?));
            }
        }
        item.json.insert("path".to_owned(), json!(path));
        Ok(item)
    }
}

impl Executor for ReadFile {
    fn effect(&self, _: &Config) -> Effect {
        Effect::Harmless
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        Box::pin(each_item(step, self))
    }
}

impl EachItem for ReadFile {
    fn work<'w>(&'w self, Turn { step, parameters, place, .. }: Turn<'w>) -> BoxFuture<'w, Settled<()>> {
        Box::pin(async move {
            let (content, paths) = match self.files(step, parameters).await {
                Ok(found) => found,
                Err(failure) => return Ok(Err(failure)),
            };
            for path in paths {
                if let Err(failure) = self.read_one(step, &path, content, place).await? {
                    return Ok(Err(failure));
                }
            }
            Ok(Ok(()))
        })
    }
}

impl ReadFile {
    async fn files(&self, step: &dyn Step, parameters: &Parameters<'_>) -> Result<(Content, Vec<String>), StepFailure> {
        let words =
            [("text", Content::Text), ("json", Content::Json), ("csv", Content::Csv), ("binary", Content::Binary)];
        let content = parameters.choice("content", &words)?.unwrap_or(Content::Text);
        let path = parameters.required_text("path")?;
        if !file_name(&path).contains(['*', '?']) {
            return Ok((content, vec![path]));
        }
        let place = Place::find(step.grants(), &path, Use::Read)?;
        blocking(move || matching(&place)).await.map(|paths| (content, paths))
    }
}

/// The bytes as text. This node has no parameter for an encoding: the one that extracts from files has.
fn text_of(bytes: &[u8]) -> Result<String, StepFailure> {
    decode(bytes, None).map_err(|failure| {
        let hint = "Read it as binary, and let “Extract from file” read it in its encoding; files from Windows are often \
                    windows-1252.";
        failed_at("content", failure.error.message, hint)
    })
}

/// All bytes of an ordinary file.
fn read_all(place: &Place, most: u64) -> Result<Vec<u8>, StepFailure> {
    let fail = |error: &std::io::Error| place.failure(error, Use::Read);
    // Opening a pipe would wait for its other end.
    let kind = place.folder.metadata(&place.inside).map_err(|error| fail(&error))?;
    if !kind.is_file() {
        return Err(failed_at("path", format!("“{}” is not an ordinary file.", place.shown()), "Check the path."));
    }
    let too_large = || {
        limit(
            format!("“{}” is larger than {} MiB.", place.shown(), most >> 20),
            "Read a smaller file, or read it as binary and extract from it.",
        )
    };
    if kind.len() > most {
        return Err(too_large());
    }
    let file = place.folder.open(&place.inside).map_err(|error| fail(&error))?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| fail(&error))?;
    if bytes.len() as u64 > most { Err(too_large()) } else { Ok(bytes) }
}

/// The files whose name fits the pattern in the path's last part, in order of their names.
fn matching(place: &Place) -> Result<Vec<String>, StepFailure> {
    let fail = |error: &std::io::Error| place.failure(error, Use::Read);
    let pattern: Vec<char> = file_name(&place.shown()).chars().collect();
    let within = match place.inside.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => place.folder.open_dir(parent).map_err(|error| fail(&error))?,
        None => place.folder.try_clone().map_err(|error| fail(&error))?,
    };
    let mut names = Vec::new();
    for entry in Dir::entries(&within).map_err(|error| fail(&error))? {
        let entry = entry.map_err(|error| fail(&error))?;
        let (Ok(name), Ok(kind)) = (entry.file_name().into_string(), entry.file_type()) else { continue };
        if kind.is_file() && fits(&pattern, &name.chars().collect::<Vec<_>>()) {
            names.push(name);
        }
        if names.len() > MAX_FILES {
            return Err(limit(format!("More than {MAX_FILES} files fit the path."), "Use a narrower pattern."));
        }
    }
    names.sort();
    let folder = place.path.parent().unwrap_or(Path::new(""));
    Ok(names.into_iter().map(|name| folder.join(name).display().to_string()).collect())
}

/// Whether a name fits a pattern of `*` and `?`. Goes back to the last star only, so it takes no more steps than the product
/// of the two lengths.
fn fits(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(one) if *one == '?' || name.get(n) == Some(one) => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_none_or(|rest| rest.iter().all(|one| *one == '*'))
}

/// The last part of a path.
pub fn file_name(path: &str) -> String {
    Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The media type that a file's ending stands for.
pub fn media_type(name: &str) -> &'static str {
    let ending = Path::new(name).extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("csv") => "text/csv",
        Some("txt" | "log" | "md") => "text/plain",
        Some("json") => "application/json",
        Some("html" | "htm") => "text/html",
        Some("xml") => "application/xml",
        Some("pdf") => "application/pdf",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("svg") => "image/svg+xml",
        Some("zip") => "application/zip",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}
