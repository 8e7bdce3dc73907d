//! The wire formats of the model providers: neutral requests in, neutral events out.
//!
//! Request building, framing and decoding are pure; `exchange` is the one loop that does I/O, and every request leaves
//! through [`Gate`]. Nothing here knows what an answer means, stores anything, or reads keys and settings: the caller
//! hands them in.

mod address;
mod anthropic;
mod connection;
mod cost;
mod dialect;
mod error_body;
mod exchange;
mod failure;
mod format;
mod framing;
mod gemini;
mod idle;
mod limits;
mod list;
mod local;
mod meaning;
mod openai;
mod quote;
mod reader;
mod registry;
mod retry;
mod schema_text;
mod transport;
mod turns;

pub use address::key_host;
pub use bridge_gate::Gate;
pub use connection::connect;
pub use cost::cost;
pub use limits::Limits;
pub use local::{find_local_servers, probe};
pub use registry::{PROVIDERS, Price, ProviderSpec, SchemaSupport, TokenField, provider};
