//! Asking a language model: the same providers, keys and settings as the assistant. No key passes through here.

mod ask;
mod extract;
mod fields;
mod prompt;

pub use extract::ExtractFields;
pub use prompt::Prompt;
