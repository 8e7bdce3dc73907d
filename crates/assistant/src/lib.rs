//! One turn: context, prompt, stream, actions, validation, repair, record.

pub mod answer;
pub mod reader;
mod unescape;
