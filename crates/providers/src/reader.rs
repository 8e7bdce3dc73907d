//! One answer's bytes into neutral events, whatever the bytes turn out to be: a stream, one JSON body, a web page. Pure:
//! bytes in, events out. The same bytes give the same events in any chunking.

use bridge_domain::{Error, ErrorCode, FinishReason, ModelEvent};

use crate::failure::{self, Failure, Party, Retry};
use crate::format::{AnswerDecoder, DecodeError};
use crate::framing::{SseDecoder, SseEvent};
use crate::idle::Phase;
use crate::quote::quote;
use crate::{Limits, transport};

/// Reads one answer.
pub(crate) struct AnswerReader<'a> {
    party: Party<'a>,
    host: &'a str,
    decoder: Box<dyn AnswerDecoder>,
    body: Body,
    limits: Limits,
    /// Bytes of text and reasoning so far.
    answer_bytes: usize,
    /// Bytes since the last text or reasoning.
    quiet_bytes: usize,
    /// Text that is not blank has come.
    has_text: bool,
    /// Something came that this format does not have.
    foreign: bool,
}

/// What the body is, told by its first byte that is not white space. Servers mislabel bodies, so the type they give is
/// not asked.
enum Body {
    /// White space so far, kept because it may be part of a stream.
    Unknown(Vec<u8>),
    Stream(SseDecoder),
    Json(Vec<u8>),
}

impl<'a> AnswerReader<'a> {
    pub(crate) fn new(party: Party<'a>, host: &'a str, decoder: Box<dyn AnswerDecoder>, limits: Limits) -> Self {
        Self {
            party,
            host,
            decoder,
            body: Body::Unknown(Vec::new()),
            limits,
            answer_bytes: 0,
            quiet_bytes: 0,
            has_text: false,
            foreign: false,
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        if self.decoder.state().finish.is_some() {
            Phase::Finished
        } else if self.answer_bytes > 0 {
            Phase::Text
        } else {
            Phase::BeforeText
        }
    }

    /// Whether nothing that matters can follow.
    pub(crate) fn is_over(&self) -> bool {
        self.decoder.state().over
    }

    /// Takes the next bytes. Events in `out` count even when an error follows them.
    pub(crate) fn push(&mut self, bytes: &[u8], out: &mut Vec<ModelEvent>) -> Result<(), Failure> {
        self.quiet_bytes += bytes.len();
        let before = out.len();
        let result = self.read(bytes, out);
        let result = self.count(out, before).and(result);
        if self.quiet_bytes > self.limits.answer_bytes + self.limits.event_bytes && !matches!(self.body, Body::Json(_))
        {
            return result.and(Err(failure::too_large(self.party.name).into()));
        }
        result
    }

    /// The bytes have ended. Gives the finish, or why there is none.
    pub(crate) fn end(mut self, out: &mut Vec<ModelEvent>) -> Result<FinishReason, Failure> {
        let before = out.len();
        match std::mem::replace(&mut self.body, Body::Unknown(Vec::new())) {
            Body::Json(body) => {
                let read = self.decoder.whole(&body, out);
                self.count(out, before)?;
                read.map_err(|error| match error {
                    DecodeError::Format(error) if error.is_eof() => transport::interrupted(self.host),
                    error => self.failure(error),
                })?;
                if !self.decoder.state().recognised {
                    return Err(failure::bad_answer(self.party.name, "it is JSON of another form").into());
                }
                // The JSON text is whole, so the answer is, even where it does not say why it ended.
                let finish = self.decoder.state().finish.unwrap_or(FinishReason::Other);
                return self.finish(finish);
            }
            Body::Stream(stream) => {
                // Cut off inside an event: what cannot be read then is missing, not wrong.
                let ending = stream.finish();
                self.foreign |= ending.foreign;
                if let Some(event) = ending.event {
                    let read = self.decoder.event(&event, out);
                    self.count(out, before)?;
                    match read {
                        Err(DecodeError::Format(_)) | Ok(()) => {}
                        Err(error) => return Err(self.failure(error)),
                    }
                }
            }
            Body::Unknown(_) => {}
        }
        let state = self.decoder.state();
        match state.finish {
            Some(finish) => self.finish(finish),
            None if self.foreign && !state.recognised => {
                Err(failure::bad_answer(self.party.name, "it is not in the format of this provider").into())
            }
            None => Err(transport::interrupted(self.host)),
        }
    }

    fn finish(&self, finish: FinishReason) -> Result<FinishReason, Failure> {
        match finish {
            FinishReason::ContentFilter | FinishReason::Refusal if !self.has_text => {
                Err(blocked(self.party, "").into())
            }
            FinishReason::Stop if !self.has_text => {
                let error = failure::bad_answer(self.party.name, "it is empty");
                Err(Failure { error, retry: Retry::Backoff })
            }
            finish => Ok(finish),
        }
    }

    fn read(&mut self, bytes: &[u8], out: &mut Vec<ModelEvent>) -> Result<(), Failure> {
        let Body::Unknown(space) = &mut self.body else { return self.take(bytes, out) };
        // The bytes of a byte order mark count as white space.
        let blank = |byte: &u8| byte.is_ascii_whitespace() || b"\xEF\xBB\xBF".contains(byte);
        let Some(at) = bytes.iter().position(|byte| !blank(byte)) else {
            space.extend_from_slice(bytes);
            return Ok(());
        };
        let space = std::mem::take(space);
        self.body = self.recognise(bytes[at])?;
        if let Body::Json(_) = self.body {
            return self.take(&bytes[at..], out);
        }
        self.take(&space, out)?;
        self.take(bytes, out)
    }

    fn take(&mut self, bytes: &[u8], out: &mut Vec<ModelEvent>) -> Result<(), Failure> {
        match &mut self.body {
            Body::Unknown(_) => Ok(()),
            Body::Json(body) => {
                // Escapes make JSON larger than the text in it.
                if body.len() + bytes.len() > 2 * self.limits.answer_bytes {
                    return Err(failure::too_large(self.party.name).into());
                }
                body.extend_from_slice(bytes);
                Ok(())
            }
            Body::Stream(stream) => {
                let mut events = Vec::new();
                let framed = stream.push(bytes, &mut events);
                self.decode(&events, out)?;
                framed.map_err(|_| failure::too_large(self.party.name).into())
            }
        }
    }

    fn decode(&mut self, events: &[SseEvent], out: &mut Vec<ModelEvent>) -> Result<(), Failure> {
        for event in events {
            if self.decoder.state().over {
                break;
            }
            if let Err(error) = self.decoder.event(event, out) {
                let failure = self.failure(error);
                // One garbled event may well be an accident of this one answer.
                let garbled = failure.error.code == ErrorCode::BadAnswer;
                return Err(if garbled { Failure { retry: Retry::Backoff, ..failure } } else { failure });
            }
            self.foreign |= !self.decoder.state().recognised;
        }
        Ok(())
    }

    fn recognise(&self, first: u8) -> Result<Body, Failure> {
        match first {
            b'<' => Err(failure::captive_portal(self.party.name).into()),
            b'{' | b'[' => Ok(Body::Json(Vec::new())),
            // The first byte of gzip, which is no text.
            0x1f => Err(compressed(self.party.name).into()),
            _ => Ok(Body::Stream(SseDecoder::new(self.limits.event_bytes))),
        }
    }

    /// Counts what was appended, and takes it back from where it passes the cap.
    fn count(&mut self, out: &mut Vec<ModelEvent>, from: usize) -> Result<(), Failure> {
        for at in from..out.len() {
            let (ModelEvent::Text(text) | ModelEvent::Reasoning(text)) = &out[at] else { continue };
            self.answer_bytes += text.len();
            self.quiet_bytes = 0;
            self.has_text |= matches!(out[at], ModelEvent::Text(_)) && !text.trim().is_empty();
            if self.answer_bytes > self.limits.answer_bytes {
                out.truncate(at);
                return Err(failure::too_large(self.party.name).into());
            }
        }
        Ok(())
    }

    fn failure(&self, error: DecodeError) -> Failure {
        match error {
            DecodeError::Format(error) => {
                failure::bad_answer(self.party.name, &quote(&error.to_string(), self.party.key)).into()
            }
            DecodeError::Reported(report) => failure::from_stream(self.party, &report),
            DecodeError::Blocked(reason) => blocked(self.party, &reason).into(),
        }
    }
}

/// The answer came compressed, which was not asked for and is not undone: a small body could become a huge one.
pub(crate) fn compressed(name: &str) -> Error {
    failure::bad_answer(name, "it came compressed, which was not asked for")
}

fn blocked(party: Party<'_>, reason: &str) -> Error {
    let reason = quote(reason, party.key);
    let reason = if reason.is_empty() { reason } else { format!(" ({reason})") };
    Error::new(
        ErrorCode::ContentFiltered,
        format!("{} withheld the answer{reason}.", party.name),
        "Put the request in other words.",
    )
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
