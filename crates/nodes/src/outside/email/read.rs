//! Reading messages of a mailbox folder for each item.

use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Config, Effect, Executor, Item, ItemRef, Outcome, Step, StepFailure};
use futures_util::future::BoxFuture;
use jiff::civil::Date;

use super::conduit::in_time;
use super::imap::{Mailbox, Search};
use super::received::fields;
use crate::Services;
use crate::outside::blocking::blocking;
use crate::outside::effect::outside_if;
use crate::parameters::Parameters;
use crate::per_item::{EachItem, Settled, Turn, each_item};

/// For connecting and signing in.
const SIGN_IN_TIME: Duration = Duration::from_secs(60);

/// Reads a mailbox folder for each item.
pub struct ReadMail {
    services: Arc<Services>,
}

/// Which messages are wanted, and what of them.
struct Wanted {
    search: Search,
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
            let credential = step.credential().await?;
            let opened = Mailbox::open(&self.services.gate, credential, step.grants());
            let mut mailbox = in_time(SIGN_IN_TIME, opened).await?;
            let found = mailbox.search(&wanted.search, wanted.mark).await?;
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
    fn work<'w>(&'w self, Turn { step, parameters, place, .. }: Turn<'w>) -> BoxFuture<'w, Settled<()>> {
        Box::pin(self.read(step, parameters, place))
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
            search: Search {
                folder: parameters.text_or("folder", "INBOX")?,
                query: query.join(" "),
                limit: usize::try_from(limit).unwrap_or(10),
            },
            mark: parameters.boolean("mark_as_seen")?.unwrap_or(false),
            files: parameters.boolean("attachments")?.unwrap_or(false),
        })
    }
}
