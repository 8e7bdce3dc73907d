//! E-mail: sent over SMTP, read over IMAP.

mod conduit;
mod folder_name;
pub mod imap;
mod message;
mod read;
mod received;
mod send;
pub mod smtp;

pub use read::ReadMail;
pub use send::SendMail;
