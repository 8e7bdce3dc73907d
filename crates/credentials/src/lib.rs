//! Credentials of workflows: sealed on disk, opened for the one request they are used in.
//!
//! [`Credentials`] keeps them. Secret values are sealed with a key that is in the operating system's keychain, bound to
//! everything that says where they may go, so that nothing can be swapped or sent elsewhere by editing the database.
//! Values go in and come out only through [`bridge_domain::CredentialSource`], for the gate to attach.
//!
//! Nothing here writes a secret to a log, an error or a file, or opens a connection other than through the gate.

mod authorize;
mod callback;
mod check;
mod check_fields;
mod credentials;
mod kinds;
mod refresh;
mod seal;
mod session;
mod sign_ins;
mod source;
mod test;
mod token;

pub use credentials::Credentials;
pub use kinds::kinds;
pub use seal::KEY_VARIABLE;
