//! From what the caller wrote to what is sent: headers checked, forms encoded.

use std::fmt::Write;

use bridge_domain::{ErrorCode, StepFailure};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use url::Url;

use crate::failure::failure;
use crate::{Body, Part, authority};

/// Headers that say where a message ends and who gets it. Whoever sets them can make two servers read one message
/// differently (RFC 9112, section 11.2).
const FRAMING: [&str; 11] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

pub(crate) fn is_framing(name: &HeaderName) -> bool {
    FRAMING.contains(&name.as_str())
}

/// The headers of a request to this URL, with ours where the caller has none of that name.
pub(crate) fn headers(given: &[(String, String)], url: &Url) -> Result<HeaderMap, StepFailure> {
    let mut headers = HeaderMap::new();
    for (name, text) in given {
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            failure(ErrorCode::InvalidInput, "A header's name holds characters no header has.", "Correct the headers.")
        })?;
        if parsed == HOST && text.trim().eq_ignore_ascii_case(&authority(url)) {
            continue;
        }
        if is_framing(&parsed) {
            let message = format!("The header “{parsed}” is set by the connection itself.");
            return Err(failure(ErrorCode::InvalidInput, message, "Take it out of the headers."));
        }
        // The value may be a secret: it is not quoted, and marked so that no debug output shows it.
        let mut value = HeaderValue::from_str(text.trim()).map_err(|_| {
            let message = format!("The value of the header “{parsed}” holds characters that cannot be sent.");
            failure(ErrorCode::InvalidInput, message, "Correct the headers.")
        })?;
        value.set_sensitive(true);
        headers.append(parsed, value);
    }
    if !headers.contains_key(USER_AGENT) {
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("Bridge/", env!("CARGO_PKG_VERSION"))));
    }
    if !headers.contains_key(ACCEPT_ENCODING) {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate"));
    }
    Ok(headers)
}

/// The bytes of a body. A form's `Content-Type` goes to the headers, in place of the caller's.
pub(crate) fn encode(body: Body, headers: &mut HeaderMap) -> Result<Bytes, StepFailure> {
    match body {
        Body::Empty => Ok(Bytes::new()),
        Body::Bytes(bytes) => Ok(bytes.into()),
        Body::Multipart(parts) => {
            // 128 random bits: no content holds them by chance or by intent.
            let boundary = format!("bridge-{:032x}", rand::random::<u128>());
            let kind = HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}"));
            headers.insert(CONTENT_TYPE, kind.map_err(|_| bad_part())?);
            Ok(form(&parts, &boundary)?.into())
        }
    }
}

fn form(parts: &[Part], boundary: &str) -> Result<Vec<u8>, StepFailure> {
    let size = parts.iter().map(|part| part.content.len() + part.name.len() + 256).sum::<usize>() + 64;
    let mut bytes = Vec::with_capacity(size);
    for part in parts {
        bytes.extend_from_slice(head(part, boundary)?.as_bytes());
        bytes.extend_from_slice(&part.content);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok(bytes)
}

fn head(part: &Part, boundary: &str) -> Result<String, StepFailure> {
    let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(&part.name));
    let written = part.file_name.as_ref().map_or(Ok(()), |name| write!(head, "; filename=\"{}\"", quoted(name)));
    let kind = part.mime_type.as_deref().or(part.file_name.as_ref().map(|_| "application/octet-stream"));
    if let Some(kind) = kind {
        HeaderValue::from_str(kind).map_err(|_| bad_part())?;
        head.push_str("\r\nContent-Type: ");
        head.push_str(kind);
    }
    head.push_str("\r\n\r\n");
    written.map(|()| head).map_err(|_| bad_part())
}

/// As browsers write names (HTML standard, section 4.10.22.8): a quote or line end cannot end the name.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn bad_part() -> StepFailure {
    let message = "A part of the form has a type that cannot be sent.";
    failure(ErrorCode::InvalidInput, message, "Correct the part's MIME type, such as image/png.")
}
