//! A session with an IMAP server (RFC 3501): signing in, finding and fetching messages.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_imap::types::Flag;
use async_imap::{Client, Session};
use bridge_domain::{Credential, CredentialKind, Error, ErrorCode, Grant, StepFailure};
use bridge_gate::Gate;
use futures_util::{TryStreamExt, pin_mut};
use secrecy::ExposeSecret;
use tokio::time::timeout;

use super::conduit::{Conduit, Protocol, in_time, interrupted};
use super::folder_name::encoded;
use crate::failure::limit;
use crate::outside::account::Account;

/// Bytes of one message.
const MAX_MESSAGE: u32 = 64 << 20;
/// Bytes a server may say beside messages, for each command.
const MAX_SAID: u64 = 16 << 20;
/// For one command, and for one message.
const COMMAND_TIME: Duration = Duration::from_secs(120);

/// Which messages are looked for.
pub struct Search {
    /// The folder's name, as people write it.
    pub folder: String,
    /// The criteria, as the protocol writes them.
    pub query: String,
    /// Messages at most, the newest ones.
    pub limit: usize,
}

/// A signed-in session.
pub struct Mailbox {
    session: Session<Conduit>,
    allowance: Arc<AtomicU64>,
}

impl Mailbox {
    /// Connects and signs in.
    ///
    /// # Errors
    /// Those of the credential, the gate and the server.
    pub async fn open(gate: &Gate, credential: Credential, grants: &[Grant]) -> Result<Self, StepFailure> {
        let account = Account::new(credential, CredentialKind::Imap, 993)?;
        let security = account.security(993)?;
        let conduit = Conduit::open(gate, grants, &account, security, Protocol::Imap, MAX_SAID).await?;
        let allowance = conduit.allowance();
        let mut client = Client::new(conduit);
        let greeting = client.read_response().await.map_err(|error| interrupted(&error))?;
        if greeting.is_none() {
            return Err(interrupted(&std::io::ErrorKind::UnexpectedEof.into()));
        }
        let session = client.login(&account.user, account.password.expose_secret()).await;
        let session = session.map_err(|(error, _)| not_signed_in(&error))?;
        Ok(Self { session, allowance })
    }

    /// Opens the folder, for changing when messages will be marked, and finds messages, the newest first.
    ///
    /// # Errors
    /// That there is no such folder; what the server says.
    pub async fn search(&mut self, wanted: &Search, mark: bool) -> Result<Vec<u32>, StepFailure> {
        self.allow(MAX_SAID);
        let name = encoded(&wanted.folder);
        let opened = async { if mark { self.session.select(&name).await } else { self.session.examine(&name).await } };
        in_time(COMMAND_TIME, async { opened.await.map_err(|error| no_folder(&wanted.folder, &error)) }).await?;
        self.allow(MAX_SAID);
        let search = self.session.uid_search(&wanted.query);
        let found = in_time(COMMAND_TIME, async { search.await.map_err(|error| failure(&error)) }).await?;
        let mut found: Vec<u32> = found.into_iter().collect();
        found.sort_unstable_by(|one, other| other.cmp(one));
        found.truncate(wanted.limit);
        Ok(found)
    }

    /// A message and whether it was read before; none when it is gone.
    ///
    /// # Errors
    /// That it is too large; what the server says.
    pub async fn message(&mut self, uid: u32) -> Result<Option<(Vec<u8>, bool)>, StepFailure> {
        let Some((size, _, _)) = self.fetch(uid, "(UID RFC822.SIZE)", MAX_SAID).await? else { return Ok(None) };
        if size.is_some_and(|size| size > MAX_MESSAGE) {
            return Err(limit(
                format!("A message is larger than {} MiB.", MAX_MESSAGE >> 20),
                "Move it to another folder, or read fewer messages.",
            ));
        }
        // Twice the largest message leaves room for one whose size the server misjudged.
        let fetched = self.fetch(uid, "(UID FLAGS BODY.PEEK[])", 2 * u64::from(MAX_MESSAGE)).await?;
        Ok(fetched.and_then(|(_, body, seen)| body.map(|body| (body, seen))))
    }

    async fn fetch(
        &mut self,
        uid: u32,
        what: &str,
        allowance: u64,
    ) -> Result<Option<(Option<u32>, Option<Vec<u8>>, bool)>, StepFailure> {
        self.allow(allowance);
        let session = &mut self.session;
        let read = async {
            let answers = session.uid_fetch(uid.to_string(), what).await.map_err(|error| failure(&error))?;
            pin_mut!(answers);
            let mut found = None;
            while let Some(answer) = answers.try_next().await.map_err(|error| failure(&error))? {
                if answer.uid == Some(uid) {
                    let seen = answer.flags().any(|flag| flag == Flag::Seen);
                    found = Some((answer.size, answer.body().map(<[u8]>::to_vec), seen));
                }
            }
            Ok(found)
        };
        in_time(COMMAND_TIME, read).await
    }

    /// Marks messages as read.
    ///
    /// # Errors
    /// What the server says.
    pub async fn mark_as_seen(&mut self, uids: &[u32]) -> Result<(), StepFailure> {
        self.allow(MAX_SAID);
        let list: Vec<String> = uids.iter().map(u32::to_string).collect();
        let session = &mut self.session;
        let mark = async {
            let answers =
                session.uid_store(list.join(","), "+FLAGS.SILENT (\\Seen)").await.map_err(|error| failure(&error))?;
            pin_mut!(answers);
            while answers.try_next().await.map_err(|error| failure(&error))?.is_some() {}
            Ok(())
        };
        in_time(COMMAND_TIME, mark).await
    }

    /// Says goodbye; what was read was read, whatever the server answers.
    pub async fn close(mut self) {
        self.allow(MAX_SAID);
        let _ = timeout(Duration::from_secs(5), self.session.logout()).await;
    }

    fn allow(&self, bytes: u64) {
        self.allowance.store(bytes, Ordering::Relaxed);
    }
}

fn not_signed_in(error: &async_imap::error::Error) -> StepFailure {
    let async_imap::error::Error::No(said) = error else { return failure(error) };
    // RFC 5530: the server takes no password on this connection.
    let wants_encryption = said.to_ascii_uppercase().contains("PRIVACYREQUIRED");
    let (code, message, hint) = if wants_encryption {
        (
            ErrorCode::TlsFailed,
            format!("The mail server takes no sign-in on this connection: {said}."),
            "Choose tls or starttls in the credential.",
        )
    } else {
        (
            ErrorCode::KeyRejected,
            format!("The mail server does not accept the user name and password: {said}."),
            "Correct them in the credential; many providers want a password made for applications.",
        )
    };
    Error::new(code, message, hint).into()
}

fn no_folder(name: &str, error: &async_imap::error::Error) -> StepFailure {
    match error {
        async_imap::error::Error::No(said) => {
            let message = format!("The folder “{name}” cannot be opened: {said}.");
            let failure =
                Error::new(ErrorCode::NotFound, message, "Check its name; subfolders are written with / or a dot.");
            StepFailure { parameter: Some("folder".to_owned()), ..failure.into() }
        }
        error => failure(error),
    }
}

fn failure(error: &async_imap::error::Error) -> StepFailure {
    use async_imap::error::Error as Imap;
    match error {
        Imap::Io(error) => interrupted(error),
        Imap::ConnectionLost => interrupted(&std::io::ErrorKind::UnexpectedEof.into()),
        error => {
            let message = format!("The mail server could not be asked: {error}.");
            Error::new(ErrorCode::ServiceFailed, message, "Check the folder and the credential.").into()
        }
    }
}
