//! One turn: context, prompt, stream, actions, validation, repair, record.

pub mod answer;
mod ask;
pub mod budget;
pub mod catalogue;
pub mod context;
pub mod decode;
mod encodings;
pub mod guard;
pub mod history;
mod patterns;
pub mod prompt;
pub mod reader;
pub mod redact;
pub mod repair;
pub mod schema;
mod unescape;

pub use ask::{Ask, MAX_MESSAGE, check};
