//! Reading messages of a mailbox folder (IMAP, RFC 3501).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_imap::types::Flag;
use async_imap::{Client, Session};
use bridge_domain::{
    Config, CredentialKind, Effect, Error, ErrorCode, Executor, Item, ItemRef, Outcome, Step, StepFailure,
};
use futures_util::future::BoxFuture;
use futures_util::{TryStreamExt, pin_mut};
use jiff::civil::Date;
use secrecy::ExposeSecret;
use tokio::time::timeout;

use super::conduit::{Conduit, Protocol, in_time, interrupted};
use super::folder_name::encoded;
use super::received::fields;
use crate::Services;
use crate::failure::limit;
use crate::outside::account::Account;
use crate::outside::blocking::blocking;
use crate::outside::effect::outside_if;
use crate::parameters::Parameters;
use crate::per_item::{EachItem, Settled, each_item};

/// Bytes of one message.
const MAX_MESSAGE: u32 = 64 << 20;
/// Bytes a server may say beside messages, for each command.
const MAX_SAID: u64 = 16 << 20;
/// For connecting and signing in.
const SIGN_IN_TIME: Duration = Duration::from_secs(60);
/// For one command, and for one message.
const COMMAND_TIME: Duration = Duration::from_secs(120);

/// Reads a mailbox folder for each item.
pub struct ReadMail {
    services: Arc<Services>,
}

/// Which messages are wanted.
struct Wanted {
    folder: String,
    query: String,
    limit: usize,
    mark: bool,
    files: bool,
}

impl ReadMail {
    /// The executor.
    pub fn make(services: &Arc<Services>) -> Box<dyn Executor> {
        Box::new(Self { services: Arc::clone(services) })
    }

    async fn read(&self, step: &mut dyn Step, parameters: &Parameters<'_>, from: ItemRef) -> Settled<()> {
        let begun = async {
            let wanted = Wanted::read(parameters)?;
            let mut mailbox = in_time(SIGN_IN_TIME, Mailbox::open(&self.services, step)).await?;
            let found = mailbox.search(&wanted).await?;
            Ok::<_, StepFailure>((wanted, mailbox, found))
        };
        let (wanted, mut mailbox, found) = match begun.await {
            Ok(begun) => begun,
            Err(failure) => return Ok(Err(failure)),
        };
        for uid in &found {
            match self.message(&mut mailbox, *uid, wanted.files).await {
                Ok(Some(item)) => step.put(0, item, &[from])?,
                // Somebody deleted it meanwhile.
                Ok(None) => {}
                Err(failure) => return Ok(Err(failure)),
            }
        }
        // Only what was put out counts as read.
        let end = async {
            if wanted.mark && !found.is_empty() {
                mailbox.mark_as_seen(&found).await?;
            }
            mailbox.close().await;
            Ok(())
        };
        Ok(end.await)
    }

    async fn message(&self, mailbox: &mut Mailbox, uid: u32, files: bool) -> Result<Option<Item>, StepFailure> {
        let Some((bytes, seen)) = mailbox.message(uid).await? else { return Ok(None) };
        let (mut json, files) = blocking(move || fields(&bytes, files)).await?;
        json.insert("uid".to_owned(), uid.into());
        json.insert("seen".to_owned(), seen.into());
        let mut item = Item::from(json);
        for (place, file) in files.into_iter().enumerate() {
            let kept = self.services.blobs.put(file.content, file.mime_type, file.name).await?;
            item.binary.insert(format!("attachment_{place}"), kept);
        }
        Ok(Some(item))
    }
}

impl Executor for ReadMail {
    fn effect(&self, config: &Config) -> Effect {
        // A message that was marked would not be found again.
        outside_if(config, "mark_as_seen")
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        Box::pin(each_item(step, self))
    }
}

impl EachItem for ReadMail {
    fn work<'w>(
        &'w self,
        step: &'w mut dyn Step,
        parameters: &'w Parameters<'w>,
        _: &'w Item,
        from: ItemRef,
    ) -> BoxFuture<'w, Settled<()>> {
        Box::pin(self.read(step, parameters, from))
    }
}

impl Wanted {
    fn read(parameters: &Parameters<'_>) -> Result<Self, StepFailure> {
        let mut query = Vec::new();
        if parameters.boolean("only_unseen")?.unwrap_or(true) {
            query.push("UNSEEN".to_owned());
        }
        if let Some(since) = parameters.text("since")?.filter(|since| !since.trim().is_empty()) {
            let day: Date = since.trim().get(..10).and_then(|day| day.parse().ok()).ok_or_else(|| {
                parameters.failed("since", format!("“{since}” is not a day."), "Write one such as 2026-11-01.")
            })?;
            query.push(format!("SINCE {}", day.strftime("%-d-%b-%Y")));
        }
        if query.is_empty() {
            query.push("ALL".to_owned());
        }
        let limit = parameters.integer("limit", 1..=1000)?.unwrap_or(10);
        Ok(Self {
            folder: parameters.text_or("folder", "INBOX")?,
            query: query.join(" "),
            limit: usize::try_from(limit).unwrap_or(10),
            mark: parameters.boolean("mark_as_seen")?.unwrap_or(false),
            files: parameters.boolean("attachments")?.unwrap_or(false),
        })
    }
}

/// A signed-in session.
struct Mailbox {
    session: Session<Conduit>,
    allowance: Arc<AtomicU64>,
}

impl Mailbox {
    async fn open(services: &Services, step: &dyn Step) -> Result<Self, StepFailure> {
        let account = Account::of(step, CredentialKind::Imap, 993).await?;
        let security = account.security(993)?;
        let conduit = Conduit::open(&services.gate, step, &account, security, Protocol::Imap, MAX_SAID).await?;
        let allowance = conduit.allowance();
        let mut client = Client::new(conduit);
        let greeting = client.read_response().await.map_err(|error| interrupted(&error))?;
        if greeting.is_none() {
            return Err(interrupted(&std::io::ErrorKind::UnexpectedEof.into()));
        }
        let session =
            client.login(&account.user, account.password.expose_secret()).await.map_err(|(error, _)| match error {
                async_imap::error::Error::No(said) => {
                    let message = format!("The mail server does not accept the user name and password: {said}.");
                    let hint = "Correct them in the credential; many providers want a password made for applications.";
                    Error::new(ErrorCode::KeyRejected, message, hint).into()
                }
                error => failure(&error),
            })?;
        Ok(Self { session, allowance })
    }

    /// Opens the folder and finds messages, the newest first.
    async fn search(&mut self, wanted: &Wanted) -> Result<Vec<u32>, StepFailure> {
        self.allow(MAX_SAID);
        let name = encoded(&wanted.folder);
        let opened =
            async { if wanted.mark { self.session.select(&name).await } else { self.session.examine(&name).await } };
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
    async fn message(&mut self, uid: u32) -> Result<Option<(Vec<u8>, bool)>, StepFailure> {
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

    async fn mark_as_seen(&mut self, uids: &[u32]) -> Result<(), StepFailure> {
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
    async fn close(mut self) {
        self.allow(MAX_SAID);
        let _ = timeout(Duration::from_secs(5), self.session.logout()).await;
    }

    fn allow(&self, bytes: u64) {
        self.allowance.store(bytes, Ordering::Relaxed);
    }
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
