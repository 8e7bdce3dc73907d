//! Server-sent events out of bytes, as the HTML standard frames them (section 9.2, event streams).
//!
//! Any chunking of the same bytes gives the same events. Bytes stay bytes: nothing is decoded as text here, so that a
//! character split between chunks cannot be damaged. Each byte is looked at once and memory is bounded by the cap.
//! Knows nothing of JSON or providers.

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SseEvent {
    /// Its `event` field; empty when it had none.
    pub(crate) name: Vec<u8>,
    /// Its `data` lines, joined by line feeds.
    pub(crate) data: Vec<u8>,
}

/// An event or line is larger than the cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventTooLarge;

/// How a stream ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Ending {
    /// The last event when the blank line that ends it did not come. It may be cut off.
    pub(crate) event: Option<SseEvent>,
    /// There were lines that no event stream has: it may be something else altogether.
    pub(crate) foreign: bool,
}

/// The fields an event stream has.
const FIELDS: &[&[u8]] = &[b"data", b"event", b"id", b"retry"];

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Takes bytes as they arrive and gives events as they are complete.
#[derive(Debug)]
pub(crate) struct SseDecoder {
    cap: usize,
    line: Vec<u8>,
    event: SseEvent,
    has_data: bool,
    /// The last byte was a carriage return: a line feed that follows belongs to the same line end.
    after_carriage_return: bool,
    first_line: bool,
    foreign: bool,
}

impl SseDecoder {
    /// A decoder that takes at most `cap` bytes for one event.
    pub(crate) fn new(cap: usize) -> Self {
        Self {
            cap,
            line: Vec::new(),
            event: SseEvent::default(),
            has_data: false,
            after_carriage_return: false,
            first_line: true,
            foreign: false,
        }
    }

    /// Takes the next bytes and appends the events they complete.
    ///
    /// # Errors
    /// [`EventTooLarge`]; events completed before it are in `events`.
    pub(crate) fn push(&mut self, mut bytes: &[u8], events: &mut Vec<SseEvent>) -> Result<(), EventTooLarge> {
        if self.after_carriage_return && !bytes.is_empty() {
            self.after_carriage_return = false;
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            self.take(&bytes[..end])?;
            let carriage_return = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
            if carriage_return {
                match bytes.first() {
                    Some(b'\n') => bytes = &bytes[1..],
                    Some(_) => {}
                    None => self.after_carriage_return = true,
                }
            }
            self.end_line(events);
        }
        self.take(bytes)
    }

    /// The bytes have ended.
    pub(crate) fn finish(mut self) -> Ending {
        let mut events = Vec::new();
        let cut_off_name = FIELDS.iter().any(|name| name.starts_with(&self.line));
        if !self.line.is_empty() && !cut_off_name {
            self.end_line(&mut events);
        }
        self.dispatch(&mut events);
        Ending { event: events.pop(), foreign: self.foreign }
    }

    fn take(&mut self, part: &[u8]) -> Result<(), EventTooLarge> {
        if self.line.len() + self.event.data.len() + self.event.name.len() + part.len() > self.cap {
            return Err(EventTooLarge);
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    fn end_line(&mut self, events: &mut Vec<SseEvent>) {
        let mut line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.first_line) && line.starts_with(BYTE_ORDER_MARK) {
            line.drain(..BYTE_ORDER_MARK.len());
        }
        if line.is_empty() {
            self.dispatch(events);
        } else {
            self.field(&line);
        }
        line.clear();
        self.line = line;
    }

    fn field(&mut self, line: &[u8]) {
        let (name, value) = match line.iter().position(|byte| *byte == b':') {
            // A comment.
            Some(0) => return,
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &[][..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => {
                if self.has_data {
                    self.event.data.push(b'\n');
                }
                self.has_data = true;
                self.event.data.extend_from_slice(value);
            }
            b"event" => self.event.name = value.to_vec(),
            // For reconnecting, which an answer cannot do.
            b"id" | b"retry" => {}
            _ => self.foreign = true,
        }
    }

    fn dispatch(&mut self, events: &mut Vec<SseEvent>) {
        let event = std::mem::take(&mut self.event);
        if std::mem::take(&mut self.has_data) && !event.data.is_empty() {
            events.push(event);
        }
    }
}

#[cfg(test)]
#[path = "framing_tests.rs"]
mod tests;
