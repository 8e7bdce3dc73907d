//! `bridge credentials update`: what is named changes, everything else stays, secrets above all. The kind is known where the
//! credential is kept, so which values there are is checked there.

use std::collections::BTreeMap;

use bridge_domain::{CredentialDraft, CredentialSpec, CredentialSummary, Result, SecretString};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::{is_public, no_argument, wrong};
use crate::secret::{self, Secrets};

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// Name or identifier.
    credential: String,
    /// Its new name.
    #[arg(long)]
    name: Option<String>,
    /// A host it may be sent to; those it had go.
    #[arg(long, value_name = "HOST")]
    host: Vec<String>,
    /// A value that is no secret.
    #[arg(long, value_name = "NAME=VALUE")]
    field: Vec<String>,
    /// A secret value to enter anew, such as `token`.
    #[arg(long, value_name = "NAME")]
    secret: Vec<String>,
    /// A value that is to be empty.
    #[arg(long, value_name = "NAME")]
    clear: Vec<String>,
}

/// What of a credential changes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Changes {
    /// Name or identifier.
    pub(crate) credential: String,
    name: Option<String>,
    /// Empty for those it has.
    hosts: Vec<String>,
    fields: BTreeMap<String, String>,
    secrets: Secrets,
    cleared: Vec<String>,
}

impl Changes {
    /// Reads the arguments, and the secrets that they name.
    ///
    /// # Errors
    /// `invalid_input` when nothing is to change, for a field without a value, and for a secret that is empty.
    pub(super) fn read(arguments: &Update) -> Result<Self> {
        let Update { credential, name, host, field, secret, clear } = arguments;
        if name.is_none() && [host, field, secret, clear].iter().all(|list| list.is_empty()) {
            let message = "Nothing is to change. Name a secret to enter anew with --secret, such as --secret token, or change \
                           something else with --name, --host, --field or --clear.";
            return Err(wrong("arguments", message.to_owned()));
        }
        Ok(Self {
            credential: credential.clone(),
            name: name.clone(),
            hosts: host.clone(),
            fields: field.iter().map(|text| assignment(text)).collect::<Result<_>>()?,
            secrets: secrets(secret)?,
            cleared: clear.clone(),
        })
    }

    /// The credential as it is to be.
    ///
    /// # Errors
    /// `invalid_input` for a value that this kind does not have, and for a secret that was given as none, or the other way
    /// round.
    pub(super) fn onto(self, before: &CredentialSummary, spec: &CredentialSpec) -> Result<CredentialDraft> {
        for name in self.fields.keys() {
            if !is_public(spec, name)? {
                return Err(no_argument(name));
            }
        }
        for name in self.secrets.0.keys() {
            if is_public(spec, name)? {
                return Err(wrong(&format!("fields.{name}"), format!("“{name}” is no secret. Set it with --field.")));
            }
        }
        for name in &self.cleared {
            is_public(spec, name)?;
        }
        let kept = before.public_fields.clone().into_iter().chain(self.fields);
        let kept = kept.map(|(name, value)| (name, SecretString::from(value)));
        let cleared = self.cleared.into_iter().map(|name| (name, SecretString::from("")));
        Ok(CredentialDraft {
            name: self.name.unwrap_or_else(|| before.name.clone()),
            kind: before.kind,
            hosts: if self.hosts.is_empty() { before.hosts.clone() } else { self.hosts },
            fields: kept.chain(self.secrets.0).chain(cleared).collect(),
            session_only: before.session_only,
        })
    }
}

/// `NAME=VALUE`.
fn assignment(text: &str) -> Result<(String, String)> {
    let split = text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    // Whatever it is: it may be a secret by mistake.
    split.ok_or_else(|| wrong("fields", "A value is set with --field NAME=VALUE.".to_owned()))
}

/// One secret for each name, none of them empty.
fn secrets(names: &[String]) -> Result<Secrets> {
    let titles: Vec<_> = names.iter().map(String::as_str).collect();
    let mut secrets = Secrets::default();
    for (name, read) in names.iter().zip(secret::read(&titles)?) {
        let entered = read.ok_or_else(|| {
            let message = format!("“{name}” was not entered. To empty a value that is not needed, use --clear.");
            wrong(&format!("fields.{name}"), message)
        })?;
        secrets.0.insert(name.clone(), entered);
    }
    Ok(secrets)
}
