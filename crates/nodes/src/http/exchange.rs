//! One request through the gate and its answer, read to its end: what the HTTP node and the services have in common.

use bridge_domain::{Blobs, StepFailure};
use bridge_gate::{Access, Body, Gate, Part, Request};

use crate::http::answer::Answer;
use crate::http::body::{Content, Field};

/// Sends a request and reads the answer. An error status is an answer, too.
///
/// # Errors
/// Those of the gate: what may not be reached, what does not answer, what is too large.
pub async fn exchange(gate: &Gate, request: Request, access: &Access<'_>) -> Result<Answer, StepFailure> {
    let response = gate.send(request, access).await?;
    let (status, headers, url) = (response.status, response.headers.clone(), response.url.clone());
    let body = response.bytes().await?;
    Ok(Answer { status, headers, url, body })
}

/// The body of a request with the contents of its files.
///
/// # Errors
/// When a file is no longer there.
pub async fn load(content: &Content, blobs: &dyn Blobs) -> Result<Body, StepFailure> {
    match content {
        Content::Empty => Ok(Body::Empty),
        Content::Bytes(bytes) => Ok(Body::Bytes(bytes.clone())),
        Content::File(file) => Ok(Body::Bytes(blobs.get(&file.hash).await?)),
        Content::Multipart(fields) => {
            let mut parts = Vec::with_capacity(fields.len());
            for field in fields {
                parts.push(part(field, blobs).await?);
            }
            Ok(Body::Multipart(parts))
        }
    }
}

async fn part(field: &Field, blobs: &dyn Blobs) -> Result<Part, StepFailure> {
    Ok(match field {
        Field::Text(name, value) => {
            Part { name: name.clone(), file_name: None, mime_type: None, content: value.clone().into_bytes() }
        }
        Field::File(name, file) => {
            let filled = |text: &str, default: &str| Some(if text.is_empty() { default } else { text }.to_owned());
            Part {
                name: name.clone(),
                file_name: filled(&file.file_name, name),
                mime_type: filled(&file.mime_type, "application/octet-stream"),
                content: blobs.get(&file.hash).await?,
            }
        }
    })
}
