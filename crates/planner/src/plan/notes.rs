//! What there is to say about a plan besides its actions.

/// Clauses quoted back at most.
const MAX_QUOTED: usize = 120;

/// A required parameter of a new node that nobody gave a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    /// The node, by its place in the draft.
    pub node: usize,
    /// The parameter.
    pub name: String,
}

/// Collected while planning.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// What is done, one sentence each, in order.
    pub done: Vec<String>,
    /// What was supposed without being said.
    pub assumed: Vec<String>,
    /// What is needed before anything can be proposed. While there is one, nothing is.
    pub needed: Vec<String>,
    /// Values that are needed as well.
    pub missing: Vec<Missing>,
    /// Clauses that were left out because nothing fits them.
    pub ignored: Vec<String>,
    /// Why the request as a whole cannot be met. While there is one, nothing is proposed.
    pub refused: Vec<String>,
}

impl Notes {
    /// A supposition, once.
    pub(crate) fn assume(&mut self, text: impl Into<String>) {
        push_once(&mut self.assumed, text.into());
    }

    /// Something that is needed, once.
    pub(crate) fn need(&mut self, text: impl Into<String>) {
        push_once(&mut self.needed, text.into());
    }

    /// A reason why not, once.
    pub(crate) fn refuse(&mut self, text: impl Into<String>) {
        push_once(&mut self.refused, text.into());
    }

    /// A clause nothing fits.
    pub(crate) fn ignore(&mut self, clause: &str) {
        push_once(&mut self.ignored, shortened(clause, MAX_QUOTED));
    }

    /// Whether actions may be proposed.
    pub(crate) fn is_clear(&self) -> bool {
        self.needed.is_empty() && self.missing.is_empty() && self.refused.is_empty()
    }
}

fn push_once(list: &mut Vec<String>, text: String) {
    if list.len() < 40 && !list.contains(&text) {
        list.push(text);
    }
}

/// Text on one line, without invisible characters, cut at a length in characters.
pub(crate) fn shortened(text: &str, length: usize) -> String {
    let visible = |letter: char| {
        !letter.is_control()
            && !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let mut short = String::new();
    let mut count = 0;
    for word in text[..text.floor_char_boundary(length * 8)].split_whitespace() {
        let word: String = word.chars().filter(|letter| visible(*letter)).collect();
        let len = word.chars().count();
        if count + len > length {
            short.extend(word.chars().take(length.saturating_sub(count)));
            short.push('…');
            return short;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(&word);
        count += len + 1;
    }
    if text.len() > length * 8 {
        short.push('…');
    }
    short
}

/// A label in quotation marks, for a sentence.
pub(crate) fn quoted(label: &str) -> String {
    format!("“{}”", shortened(label, 80))
}

/// Several things in a sentence: `a, b and c`.
pub(crate) fn listed(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., end] => format!("{} {last} {end}", rest.join(", ")),
    }
}
