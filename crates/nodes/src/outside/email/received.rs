//! A message as an item.

use bridge_domain::{Config, StepFailure};
use mail_parser::{Address, Message, MessageParser, MimeHeaders, PartType};
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
    take_apart(message);
    Ok((fields, files))
}

/// Drops messages within messages one after the other. Left to itself, dropping goes as deep as they are nested, and a sender
/// could overrun the stack with that.
fn take_apart(message: Message<'_>) {
    let mut left = vec![message];
    while let Some(message) = left.pop() {
        left.extend(message.parts.into_iter().filter_map(|part| match part.body {
            PartType::Message(inner) => Some(inner),
            _ => None,
        }));
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn x5_messages_made_to_overrun_stack_memory_or_time_are_read_or_refused() {
        let nested = |kind: &str, depth: usize| {
            let part = |n: usize| format!("Content-Type: {kind}; boundary=b{n}\r\n\r\n--b{n}\r\n");
            (0..depth).map(part).collect::<String>() + "Content-Type: text/plain\r\n\r\nend\r\n"
        };
        let many = |part: &str, count: usize| {
            format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--\r\n", part.repeat(count))
        };
        for (name, message) in [
            ("multiparts in each other", nested("multipart/mixed", 20_000)),
            ("alternatives in each other", nested("multipart/alternative", 20_000)),
            ("messages in each other", "Content-Type: message/rfc822\r\n\r\n".repeat(200_000)),
            ("digests in each other", nested("multipart/digest", 20_000)),
            ("parts", many("--b\r\n\r\nx\r\n", 200_000)),
            ("files", many("--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n", 50_000)),
            ("addresses", format!("To: {}\r\n\r\n", "a <a@b.c>, ".repeat(300_000))),
            ("groups", format!("To: {}\r\n\r\n", "g: (((".repeat(300_000))),
            ("comments", format!("From: {}\r\n\r\n", "(".repeat(2_000_000))),
            ("a folded header", format!("Subject: {}\r\n\r\n", "x\r\n ".repeat(500_000))),
            ("encoded words", format!("Subject: {}\r\n\r\n", "=?utf-8?q?=C3?= ".repeat(200_000))),
            ("references", format!("References: {}\r\n\r\n", "<a@b>".repeat(500_000))),
            (
                "boundaries",
                format!(
                    "Content-Type: multipart/mixed; boundary={}\r\n\r\n{}",
                    "b".repeat(5_000),
                    "--b".repeat(500_000)
                ),
            ),
            ("bad Base64", format!("Content-Transfer-Encoding: base64\r\n\r\n{}", "=".repeat(5_000_000))),
            ("html", format!("Content-Type: text/html\r\n\r\n{}", "<div>&#x110000;".repeat(300_000))),
            (
                "continued parameters",
                format!(
                    "Content-Type: text/plain{}\r\n\r\nx",
                    (0..50_000).map(|n| format!("; n*{n}=x")).collect::<String>()
                ),
            ),
        ] {
            let begin = Instant::now();
            // The stack of a thread that reads files and messages.
            let reading = std::thread::Builder::new().stack_size(2 << 20);
            let read = reading.spawn(move || fields(message.as_bytes(), true).map(|(_, files)| files.len())).unwrap();
            match read.join() {
                Ok(Ok(files)) => assert!(files <= MAX_FILES, "{name}"),
                Ok(Err(failure)) => assert!(!failure.error.message.is_empty(), "{name}"),
                Err(_) => panic!("{name}: the reader panicked"),
            }
            assert!(begin.elapsed() < Duration::from_secs(10), "{name}: {:?}", begin.elapsed());
        }
    }
}
