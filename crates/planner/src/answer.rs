//! What the assistant says and proposes, written as a model would write it: one JSON object, `message` first.

use bridge_domain::Action;

/// An answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Answer {
    /// For a person; Markdown.
    pub message: String,
    /// In the order they are to be applied.
    pub actions: Vec<Action>,
}

impl Answer {
    /// An answer that proposes nothing.
    pub(crate) fn say(message: impl Into<String>) -> Self {
        Self { message: message.into(), actions: Vec::new() }
    }

    /// The answer as JSON text.
    pub(crate) fn to_json(&self) -> String {
        let message = serde_json::Value::from(self.message.as_str());
        // Every action has a JSON form: none holds a map with keys that are no text.
        let actions = serde_json::to_string(&self.actions).unwrap_or_else(|_| "[]".to_owned());
        format!("{{\"message\": {message}, \"actions\": {actions}}}")
    }
}

/// Text cut into words, each with the space behind it; into several words at a time where there would be more parts than
/// this.
pub(crate) fn in_parts(text: &str, most: usize) -> Vec<String> {
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    let at_a_time = words.len().div_ceil(most.max(1)).max(1);
    words.chunks(at_a_time).map(<[&str]>::concat).collect()
}
