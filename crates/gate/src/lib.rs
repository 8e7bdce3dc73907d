//! The one gate for everything that leaves this machine: no other crate opens a connection or looks a name up.
//!
//! [`Gate::send`] and [`Gate::connect`] serve workflows. A workflow reaches the public internet, and a host on this
//! machine or in a private network only where it was granted that host and port; metadata services, link-local,
//! multicast and unspecified addresses never. The rule is applied to the address that is used, whatever its notation,
//! and again at each redirect. A credential is attached here, and only towards a host it belongs to.
//!
//! [`Gate::ask`] serves model providers, whose addresses the user enters in Settings.
//!
//! Nothing here knows a provider, a node or a service, repeats a request, or writes a body or a header to a log.

mod address;
mod admission;
mod ask;
mod attach;
mod body;
mod client;
mod credential_host;
mod decode;
mod failure;
mod fault;
mod gate;
mod names;
mod redirect;
mod request;
mod response;
mod retry_after;
mod socket;
mod tls;

pub use address::{Reach, authority, is_localhost, reach, reach_of_host, same_origin};
pub use admission::{Inadmissible, admit};
pub use ask::{Incoming, Outgoing};
pub use credential_host::{HostProblem, belongs, check_host};
pub use fault::Fault;
pub use gate::{Gate, Options};
pub use names::{Names, SystemNames};
pub use request::{Access, Body, Part, Request};
pub use response::Response;
pub use retry_after::{asked_wait, retry_after};
pub use socket::TlsStream;
