//! A message as an item.

use bridge_domain::{Config, StepFailure};
use mail_parser::{Address, Message, MessageParser, MimeHeaders};
use serde_json::Value;

use crate::failure::failed;

/// Attached files of one message.
const MAX_FILES: usize = 100;

/// A file that came with a message.
pub struct File {
    /// Content.
    pub content: Vec<u8>,
    /// Media type.
    pub mime_type: String,
    /// Name; may be empty.
    pub name: String,
}

/// The fields of a message, and its files when they are wanted.
///
/// # Errors
/// When the bytes are no message at all.
pub fn fields(bytes: &[u8], with_files: bool) -> Result<(Config, Vec<File>), StepFailure> {
    let message = MessageParser::default()
        .parse(bytes)
        .ok_or_else(|| failed("A message in the mailbox cannot be read.", "Look at it in a mail program."))?;
    let text = |text: Option<&str>| text.map_or(Value::Null, Into::into);
    let fields = Config::from_iter([
        ("message_id".to_owned(), text(message.message_id())),
        ("subject".to_owned(), message.subject().unwrap_or_default().into()),
        ("from".to_owned(), addresses(message.from()).into_iter().next().unwrap_or_default().into()),
        ("to".to_owned(), addresses(message.to()).into()),
        ("cc".to_owned(), addresses(message.cc()).into()),
        ("date".to_owned(), message.date().map_or(Value::Null, |date| date.to_rfc3339().into())),
        ("text".to_owned(), text(message.body_text(0).as_deref())),
        ("html".to_owned(), text(message.body_html(0).as_deref())),
    ]);
    let files = if with_files { files(&message) } else { Vec::new() };
    Ok((fields, files))
}

/// Addresses as `Name <address>`, or the address alone.
fn addresses(header: Option<&Address<'_>>) -> Vec<String> {
    let all = header.into_iter().flat_map(Address::iter);
    all.filter_map(|one| {
        let address = one.address()?;
        Some(one.name().map_or_else(|| address.to_owned(), |name| format!("{name} <{address}>")))
    })
    .collect()
}

fn files(message: &Message<'_>) -> Vec<File> {
    let parts = message.attachments().take(MAX_FILES);
    parts
        .map(|part| File {
            content: part.contents().to_vec(),
            mime_type: part.content_type().map_or_else(
                || "application/octet-stream".to_owned(),
                |kind| kind.subtype().map_or_else(|| kind.ctype().to_owned(), |sub| format!("{}/{sub}", kind.ctype())),
            ),
            name: bare(part.attachment_name().unwrap_or_default()),
        })
        .collect()
}

/// A name without folders: a sender may have chosen one that leads elsewhere.
fn bare(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|one| !one.is_control()).collect::<String>().trim_matches(['.', ' ']).to_owned()
}
