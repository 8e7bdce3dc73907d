//! What a wire format has to say about itself. One file implements it; nothing else differs between formats. Pure: no
//! implementation does I/O.

use std::fmt::Debug;

use bridge_domain::{FinishReason, ModelEvent, ModelInfo, ModelRequest, Result};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::dialect::Dialect;
use crate::error_body::Report;
use crate::framing::SseEvent;

/// A wire format.
pub(crate) trait WireFormat: Debug + Sync {
    /// Where answers are asked for.
    fn answer_url(&self, base: &Url, model: &str) -> Result<Url>;

    /// The header that carries the key, and what stands before the key in it.
    fn key_header(&self) -> (&'static str, &'static str);

    /// Headers every request has.
    fn fixed_headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// The request's body. `model` is never blank unless the server decides.
    fn body(&self, model: &str, request: &ModelRequest, dialect: Dialect) -> Value;

    /// A decoder for one answer.
    fn decoder(&self) -> Box<dyn AnswerDecoder>;

    /// Where models are listed; `page` is what the page before gave as the next one.
    fn models_url(&self, base: &Url, page: Option<&str>) -> Result<Url>;

    /// Reads a page of that list.
    fn read_models(&self, body: &[u8]) -> Result<ModelPage, serde_json::Error>;
}

/// Decodes one answer. An event that is not known is skipped; one that is known and broken is an error.
pub(crate) trait AnswerDecoder: Send {
    /// Takes an event of the stream and appends what it means.
    fn event(&mut self, event: &SseEvent, out: &mut Vec<ModelEvent>) -> Result<(), DecodeError>;

    /// Takes an answer that came as one JSON body, because the server does not stream.
    fn whole(&mut self, body: &[u8], out: &mut Vec<ModelEvent>) -> Result<(), DecodeError>;

    /// How far the answer is.
    fn state(&self) -> DecoderState;
}

/// How far an answer is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DecoderState {
    /// At least one event was of this format.
    pub(crate) recognised: bool,
    /// The format's finish has come, with this reason.
    pub(crate) finish: Option<FinishReason>,
    /// Nothing follows: the connection need not be read any further.
    pub(crate) over: bool,
}

/// Why an event cannot be used.
#[derive(Debug)]
pub(crate) enum DecodeError {
    /// It is not of this format.
    Format(serde_json::Error),
    /// It reports an error of the provider.
    Reported(Report),
    /// The provider blocked the request, for this reason.
    Blocked(String),
}

impl From<serde_json::Error> for DecodeError {
    fn from(error: serde_json::Error) -> Self {
        Self::Format(error)
    }
}

/// A page of a list of models.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ModelPage {
    pub(crate) models: Vec<ModelInfo>,
    /// What to ask for next, when there is more.
    pub(crate) next: Option<String>,
}

/// Reads JSON whose outermost value is an object. serde would take a list for a struct, too.
pub(crate) fn read_object<T: DeserializeOwned>(json: &[u8]) -> Result<T, serde_json::Error> {
    if json.trim_ascii_start().first() == Some(&b'[') {
        return Err(serde::de::Error::custom("a list where an object was expected"));
    }
    serde_json::from_slice(json)
}

/// A count at a path, 0 when it is absent or not a count. Providers write counts as integers, floats and null.
pub(crate) fn count(value: &Value, path: &[&str]) -> u32 {
    let found = path.iter().try_fold(value, |value, field| value.get(field));
    let number = found.and_then(|number| number.as_u64().or_else(|| whole_number(number.as_f64()?)));
    u32::try_from(number.unwrap_or(0)).unwrap_or(u32::MAX)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate, which is wanted here"
)]
fn whole_number(float: f64) -> Option<u64> {
    (float >= 0.0).then_some(float as u64)
}
