//! E-mail: sent over SMTP, read over IMAP.

mod conduit;
mod folder_name;
mod message;
mod read;
mod received;
mod send;
mod smtp;

pub use read::ReadMail;
pub use send::SendMail;
