//! Nodes that call any service over HTTP.
//!
//! `settings` and `body` read the configuration, `exchange` sends through the gate, `answer` makes items of what comes
//! back, `paging` asks for more, `refusal` and `redact` say why not. Credentials are attached by the gate, never here.

pub mod answer;
mod body;
pub mod exchange;
pub mod paging;
pub mod path;
pub mod redact;
pub mod refusal;
mod request;
mod settings;

use crate::Family;

pub use settings::whole;

/// Executors of this family.
pub const FAMILY: Family =
    &[("http", "request", |services| Box::new(request::HttpRequest { services: services.clone() }))];
