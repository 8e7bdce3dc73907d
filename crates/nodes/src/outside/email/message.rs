//! A message made of parameters (RFC 5322). What would become a header of its own is refused.

use bridge_domain::{Binary, StepFailure};
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, Mailboxes, MultiPart, SinglePart};

use crate::failure::{failed, failed_at, limit};
use crate::parameters::Parameters;

/// Addresses of one message.
const MAX_RECIPIENTS: usize = 500;
/// Bytes of all attachments; few servers take more.
const MAX_ATTACHED: usize = 50 << 20;

/// A file to attach.
pub type Attached = (Binary, Vec<u8>);

/// Makes the message.
///
/// # Errors
/// Addresses that are none, line breaks in what stands in a header, too much.
pub fn message(
    parameters: &Parameters<'_>,
    sender: Option<&str>,
    id: String,
    attached: Vec<Attached>,
) -> Result<Message, StepFailure> {
    let from = match parameters.text("from")?.filter(|from| !from.trim().is_empty()) {
        Some(from) => mailbox("from", &from)?,
        None => mailbox("from", sender.ok_or_else(no_sender)?)?,
    };
    let subject = parameters.text_or("subject", "")?;
    single_line("subject", &subject)?;
    let mut builder = Message::builder().from(from).subject(subject).message_id(Some(id)).date_now();
    let mut count = 0;
    for (name, required) in [("to", true), ("cc", false), ("bcc", false)] {
        let text = parameters.text_or(name, "")?;
        let found = mailboxes(name, &text)?;
        if required && found.is_empty() {
            return Err(failed_at(name, "The message has no address to go to.", "Enter an address."));
        }
        count += found.len();
        for mailbox in found {
            builder = match name {
                "to" => builder.to(mailbox),
                "cc" => builder.cc(mailbox),
                _ => builder.bcc(mailbox),
            };
        }
    }
    if count > MAX_RECIPIENTS {
        return Err(limit(format!("A message goes to {MAX_RECIPIENTS} addresses at most."), "Send several messages."));
    }
    if let Some(reply_to) = parameters.text("reply_to")?.filter(|text| !text.trim().is_empty()) {
        builder = builder.reply_to(mailbox("reply_to", &reply_to)?);
    }
    let body = body(parameters)?;
    let made =
        if attached.is_empty() { builder.singlepart(body) } else { builder.multipart(with_files(body, attached)?) };
    made.map_err(|error| failed(format!("The message could not be made: {error}."), "Check the addresses."))
}

fn body(parameters: &Parameters<'_>) -> Result<SinglePart, StepFailure> {
    let text = parameters.text_or("body", "")?;
    let html = parameters.choice("body_kind", &[("text", false), ("html", true)])?.unwrap_or(false);
    Ok(if html { SinglePart::html(text) } else { SinglePart::plain(text) })
}

fn with_files(body: SinglePart, attached: Vec<Attached>) -> Result<MultiPart, StepFailure> {
    let size: usize = attached.iter().map(|(_, content)| content.len()).sum();
    if size > MAX_ATTACHED {
        return Err(limit(format!("The attachments are larger than {} MiB.", MAX_ATTACHED >> 20), "Attach less."));
    }
    Ok(attached.into_iter().enumerate().fold(
        MultiPart::mixed().singlepart(body),
        |parts, (place, (binary, content))| {
            let octets = || ContentType::parse("application/octet-stream");
            let clean = !binary.mime_type.contains(char::is_control);
            let kind = Some(&binary.mime_type).filter(|_| clean).and_then(|kind| ContentType::parse(kind).ok());
            match kind.map_or_else(octets, Ok) {
                Ok(kind) => parts.singlepart(Attachment::new(attached_name(&binary, place)).body(content, kind)),
                Err(_) => parts,
            }
        },
    ))
}

/// The name an attachment has, without what some programs take for something else.
fn attached_name(binary: &Binary, place: usize) -> String {
    let name: String = binary.file_name.chars().filter(|one| !one.is_control() && !"/\\\"".contains(*one)).collect();
    if name.trim().is_empty() { format!("attachment_{}", place + 1) } else { name }
}

fn mailbox(name: &str, text: &str) -> Result<Mailbox, StepFailure> {
    single_line(name, text)?;
    text.trim().parse().map_err(|error| no_address(name, text, &error))
}

fn mailboxes(name: &str, text: &str) -> Result<Vec<Mailbox>, StepFailure> {
    single_line(name, text)?;
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let found: Mailboxes = text.trim().parse().map_err(|error| no_address(name, text, &error))?;
    Ok(found.into_iter().collect())
}

fn no_address(name: &str, text: &str, error: &dyn std::fmt::Display) -> StepFailure {
    let shown: String = text.chars().take(80).collect();
    failed_at(
        name,
        format!("“{shown}” is not an e-mail address: {error}."),
        "Write addresses such as me@example.com or Ada <ada@example.com>, separated by commas.",
    )
}

fn single_line(name: &str, text: &str) -> Result<(), StepFailure> {
    if text.contains(['\r', '\n', '\0']) {
        let message = format!("The parameter `{name}` holds a line break, which would begin another header.");
        return Err(failed_at(name, message, "Remove the line break, such as with `.trim()` in the expression."));
    }
    Ok(())
}

fn no_sender() -> StepFailure {
    failed_at("from", "The message has no sender.", "Enter one in the node or in the credential.")
}
