//! Reads a JSON answer while it is still being written.
//!
//! A push scanner: it decodes the top-level `message` string as it arrives and hands out each element of `actions` as
//! soon as its last byte is there. Linear in the length of the answer, whatever the pieces it comes in. What it hands
//! out is provisional: [`crate::answer`] reads the whole text at the end, and that is the authority. Nothing here
//! interprets an action.

use crate::unescape::Unescape;

/// Levels of nesting that are followed. Deeper text is not an answer.
const MAX_DEPTH: u32 = 64;
/// Longest top-level key that is kept for comparison, in bytes.
const MAX_KEY: usize = 64;
/// Text outside any object is held back until there is this much of it, in bytes: shorter text is usually the preamble
/// of an answer in JSON, or its code fence.
const PREAMBLE: usize = 200;
/// Where thoughts begin, and end, in the answers of models that are not asked through an API with a place for them.
const THOUGHTS: (&str, &str) = ("<think>", "</think>");
/// Blank text at the start that is waited through, in bytes.
const BLANK: usize = 1_024;

/// Something the reader found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// More of the text for people.
    Text(String),
    /// One element of `actions`, whole, as JSON text.
    Element(String),
    /// More of what the model thinks, for models that write it before their answer.
    Thought(String),
    /// The text handed out so far was a preamble, not the answer.
    Void,
}

/// The scanner.
#[derive(Debug, Default)]
pub struct Reader {
    text: String,
    state: State,
    nested: Nested,
    key: String,
    string: Unescape,
    message: String,
    seen_message: bool,
    /// Where the object being read starts, and where it ended.
    start: usize,
    end: Option<usize>,
    /// Whether the object has a top-level `message` or `actions`.
    confirmed: bool,
    /// Where the answer begins, after what the model thinks.
    body: usize,
    /// Up to where thoughts and text outside an object were handed out.
    shown: usize,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// Before anything that tells what this is.
    #[default]
    Start,
    /// Inside thoughts.
    Thinking,
    /// Outside any object.
    Outside,
    /// After `{` or, with `true`, after a comma.
    Key(bool),
    /// Inside a top-level key; `true` after a backslash.
    InKey(bool),
    Colon,
    Value,
    /// Inside the message.
    Message,
    /// Inside `actions`, before an element; `true` when one came before.
    Element(bool),
    /// After an element.
    ElementEnd,
    /// Inside an element, which started at this byte.
    InElement(usize),
    /// Inside a value nobody asked for.
    Skip,
    /// After a top-level value.
    ValueEnd,
    /// The answer is over, or broken beyond following.
    Over,
}

impl Reader {
    /// All text so far.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the answer begins, after what the model thinks; the end of the text while it still thinks.
    #[must_use]
    pub fn body(&self) -> usize {
        if self.state == State::Thinking { self.text.len() } else { self.body }
    }

    /// The text after what the model thinks.
    #[must_use]
    pub fn answer(&self) -> &str {
        self.text.get(self.body()..).unwrap_or_default()
    }

    /// The message as far as it was decoded.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The bytes of the answer's object, once it is complete.
    #[must_use]
    pub fn object(&self) -> Option<std::ops::Range<usize>> {
        self.end.map(|end| self.start..end)
    }

    /// Where an object begins that has a `message` or `actions`, complete or not.
    #[must_use]
    pub fn object_start(&self) -> Option<usize> {
        self.confirmed.then_some(self.start)
    }

    /// Takes the next piece of the answer.
    pub fn push(&mut self, more: &str) -> Vec<Piece> {
        let mut found = Vec::new();
        let mut at = self.text.len();
        self.text.push_str(more);
        let mut rest = more;
        while !rest.is_empty() {
            let used = self.step(rest, at, &mut found);
            at += used;
            rest = rest.get(used..).unwrap_or_default();
        }
        self.show_outside(&mut found);
        found
    }

    /// Reads on from `rest`, which starts at byte `at`; returns how many bytes it used. Zero only when the state changed
    /// to one that will use some.
    fn step(&mut self, rest: &str, at: usize, found: &mut Vec<Piece>) -> usize {
        match self.state {
            State::Start => self.start(rest, at),
            State::Thinking => self.thinking(rest, at, found),
            State::Outside => self.outside(rest, at),
            State::Message => self.in_message(rest, found),
            State::InKey(escaped) => self.in_key(rest, escaped),
            State::InElement(start) => self.in_element(rest, at, start, found),
            State::Skip => match self.nested.take(rest) {
                Taken::More(used) => used,
                Taken::End(used) => self.go(State::ValueEnd, used),
                Taken::Broken => self.give_up(),
            },
            State::Over => rest.len(),
            _ => self.between(rest, at, found),
        }
    }

    fn start(&mut self, rest: &str, at: usize) -> usize {
        let text = self.text.trim_start();
        let blank = self.text.len() - text.len();
        if text.starts_with(THOUGHTS.0) {
            self.shown = blank + THOUGHTS.0.len();
            return self.go(State::Thinking, self.shown - at);
        }
        if THOUGHTS.0.starts_with(text) && blank < BLANK { rest.len() } else { self.go(State::Outside, 0) }
    }

    fn thinking(&mut self, rest: &str, at: usize, found: &mut Vec<Piece>) -> usize {
        // The closing tag may have begun in an earlier piece.
        let from = self.text.floor_char_boundary(at.saturating_sub(THOUGHTS.1.len()).max(self.shown));
        let end = self.text.get(from..).and_then(|text| text.find(THOUGHTS.1)).map(|end| from + end);
        let safe = self.text.floor_char_boundary(self.text.len().saturating_sub(THOUGHTS.1.len()));
        if let Some(thought) = self.text.get(self.shown..end.unwrap_or(safe)).filter(|thought| !thought.is_empty()) {
            found.push(Piece::Thought(thought.to_owned()));
            self.shown += thought.len();
        }
        let Some(end) = end else { return rest.len() };
        self.body = end + THOUGHTS.1.len();
        self.shown = self.body;
        self.go(State::Outside, self.body - at)
    }

    fn outside(&mut self, rest: &str, at: usize) -> usize {
        let Some(brace) = rest.find('{') else { return rest.len() };
        self.start = at + brace;
        self.go(State::Key(false), brace + 1)
    }

    /// The states that look at one character between tokens.
    fn between(&mut self, rest: &str, at: usize, found: &mut Vec<Piece>) -> usize {
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        if blank > 0 {
            return blank;
        }
        match (self.state, rest.as_bytes().first()) {
            (State::Key(_), Some(b'"')) => {
                self.key.clear();
                self.go(State::InKey(false), 1)
            }
            (State::Key(false) | State::ValueEnd, Some(b'}')) => self.close(at + 1),
            (State::Colon, Some(b':')) => self.go(State::Value, 1),
            (State::Value, Some(&first)) => self.value(first, found),
            (State::ValueEnd, Some(b',')) => self.go(State::Key(true), 1),
            (State::Element(false) | State::ElementEnd, Some(b']')) => self.go(State::ValueEnd, 1),
            (State::ElementEnd, Some(b',')) => self.go(State::Element(true), 1),
            (State::Element(_), Some(first)) if !matches!(first, b',' | b']' | b'}' | b':') => {
                self.nested = Nested::default();
                self.go(State::InElement(at), 0)
            }
            _ => self.give_up(),
        }
    }

    fn value(&mut self, first: u8, found: &mut Vec<Piece>) -> usize {
        let key = std::mem::take(&mut self.key);
        let key = if key.contains('\\') { serde_json::from_str(&format!("\"{key}\"")).unwrap_or(key) } else { key };
        if matches!(key.as_str(), "message" | "actions") && !self.confirmed {
            self.confirmed = true;
            if self.shown > self.body {
                found.push(Piece::Void);
            }
        }
        match (key.as_str(), first) {
            ("message", b'"') if !self.seen_message => {
                self.seen_message = true;
                self.string = Unescape::default();
                self.go(State::Message, 1)
            }
            ("actions", b'[') => self.go(State::Element(false), 1),
            (_, b',' | b'}' | b']' | b':') => self.give_up(),
            _ => {
                self.nested = Nested::default();
                self.go(State::Skip, 0)
            }
        }
    }

    fn in_key(&mut self, rest: &str, escaped: bool) -> usize {
        if escaped {
            let length = rest.chars().next().map_or(0, char::len_utf8);
            return self.keep_key(rest, length, State::InKey(false));
        }
        match rest.find(['"', '\\']) {
            None => self.keep_key(rest, rest.len(), State::InKey(false)),
            Some(stop) if rest.as_bytes().get(stop) == Some(&b'"') => {
                self.keep_key(rest, stop, State::Colon);
                stop + 1
            }
            Some(stop) => self.keep_key(rest, stop + 1, State::InKey(true)),
        }
    }

    fn keep_key(&mut self, rest: &str, length: usize, next: State) -> usize {
        if self.key.len() + length <= MAX_KEY {
            self.key.push_str(rest.get(..length).unwrap_or_default());
        } else {
            // Too long to be one of ours, and not to be mistaken for one either.
            self.key.push_str(".".repeat(MAX_KEY.saturating_sub(self.key.len())).as_str());
        }
        self.go(next, length)
    }

    fn in_message(&mut self, rest: &str, found: &mut Vec<Piece>) -> usize {
        let before = self.message.len();
        let (used, closed) = self.string.take(rest, &mut self.message);
        if let Some(text) = self.message.get(before..).filter(|text| !text.is_empty()) {
            found.push(Piece::Text(text.to_owned()));
        }
        if closed { self.go(State::ValueEnd, used) } else { used }
    }

    fn in_element(&mut self, rest: &str, at: usize, start: usize, found: &mut Vec<Piece>) -> usize {
        match self.nested.take(rest) {
            Taken::More(used) => used,
            Taken::End(used) => {
                let element = self.text.get(start..at + used).unwrap_or_default().trim();
                found.push(Piece::Element(element.to_owned()));
                self.go(State::ElementEnd, used)
            }
            Taken::Broken => self.give_up(),
        }
    }

    fn go(&mut self, next: State, used: usize) -> usize {
        self.state = next;
        used
    }

    /// The object is closed: it is the answer, or it was an example in the middle of some text.
    fn close(&mut self, end: usize) -> usize {
        if self.confirmed {
            self.end = Some(end);
        }
        let next = if self.confirmed { State::Over } else { State::Outside };
        self.go(next, 1)
    }

    /// What looked like an object is none. The text it stands in goes on; an answer that was already recognised does not.
    fn give_up(&mut self) -> usize {
        let next = if self.confirmed { State::Over } else { State::Outside };
        self.go(next, 0)
    }

    /// Hands out plain text as it arrives, once it is too long for a preamble.
    fn show_outside(&mut self, found: &mut Vec<Piece>) {
        if self.state == State::Outside && self.text.len() - self.body > PREAMBLE {
            let text = self.text.get(self.shown..).unwrap_or_default();
            if !text.is_empty() {
                found.push(Piece::Text(text.to_owned()));
                self.shown = self.text.len();
            }
        }
    }
}

/// Follows one JSON value of any kind to its end, without decoding it.
#[derive(Debug, Default)]
struct Nested {
    depth: u32,
    in_string: bool,
    escaped: bool,
    started: bool,
}

enum Taken {
    /// All of it belongs to the value, which goes on.
    More(usize),
    /// The value ended within this many bytes.
    End(usize),
    Broken,
}

impl Nested {
    fn take(&mut self, rest: &str) -> Taken {
        for (index, byte) in rest.bytes().enumerate() {
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return Taken::End(index + 1);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                // A bare number or word ends where the next token starts, which is not part of it.
                b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 => return Taken::End(index),
                b'"' if self.depth == 0 && self.started => return Taken::Broken,
                b'"' => self.in_string = true,
                b'{' | b'[' if self.depth == 0 && self.started => return Taken::Broken,
                b'{' | b'[' if self.depth == MAX_DEPTH => return Taken::Broken,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Taken::End(index + 1);
                    }
                }
                _ => {}
            }
            self.started = true;
        }
        Taken::More(rest.len())
    }
}
