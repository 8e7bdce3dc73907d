//! What starts runs without a person: the clock, and requests to this machine.
//!
//! `schedule` says when a schedule is due and what becomes of times that passed; it is a function of its arguments. `server`
//! listens on this machine, turns away what a web page could send, and hands everything else to a [`Receiver`]. Nothing
//! here knows a store or starts a run.

mod form;
mod guard;
mod incoming;
mod patient;
mod schedule;
mod server;
mod times;

pub use form::{FormField, FormFieldKind, FormPage};
pub use guard::Hosts;
pub use incoming::{Incoming, Received, ReceivedFile};
pub use schedule::{Due, Schedule};
pub use server::{Endpoint, Limits, Listening, Receiver, Server};
