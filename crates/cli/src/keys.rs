//! `bridge keys`: keys of model providers, in the keychain. A key is never printed.

use bridge_domain::{Entity, Error, ErrorCode, Problem, ProblemCode, Result};
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::exit;
use crate::perform::{Caller, OpenFolder};
use crate::secret::{self, Secrets};

/// The name of the only secret.
const KEY: &str = "key";

#[derive(Debug, Args)]
#[command(after_help = "The key is asked for, or read from standard input.
Example:
  bridge-cli keys set openai < key.txt")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists providers, and where the key of each comes from.
    List,
    /// Keeps a provider's key in the keychain.
    Set {
        /// Identifier of the provider.
        provider: String,
    },
    /// Removes a provider's key from the keychain.
    Remove {
        /// Identifier of the provider.
        provider: String,
    },
}

/// What is asked for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    List,
    Set { provider: String, secrets: Secrets },
    Remove { provider: String },
}

impl Request {
    /// Reads the arguments, and the key that is to be kept.
    ///
    /// # Errors
    /// `invalid_input` when there is no key.
    pub(crate) fn read(arguments: &Arguments) -> Result<Self> {
        Ok(match &arguments.what {
            What::List => Self::List,
            What::Remove { provider } => Self::Remove { provider: provider.clone() },
            What::Set { provider } => {
                let key = secret::read(&["Key"])?.pop().flatten().ok_or_else(|| {
                    Error::invalid(vec![Problem {
                        path: KEY.to_owned(),
                        code: ProblemCode::Missing,
                        message: "Enter a key.".to_owned(),
                    }])
                })?;
                let secrets = Secrets([(KEY.to_owned(), key)].into());
                Self::Set { provider: provider.clone(), secrets }
            }
        })
    }
}

/// Lists providers, keeps or removes a key.
///
/// # Errors
/// `not_found`; `invalid_input` for text that cannot be a key; those of the keychain.
pub(crate) async fn keys(folder: &OpenFolder, request: Request, caller: &Caller) -> Result<u8> {
    let models = &folder.models;
    let changed = match request {
        Request::List => {
            for provider in models.providers().await {
                caller.print(&json!(provider)).await?;
            }
            return Ok(exit::SUCCESS);
        }
        Request::Set { provider, secrets: Secrets(mut secrets) } => {
            let key = secrets.remove(KEY).unwrap_or_default();
            match models.set_key(&provider, key, false).await {
                Err(error) => return Err(without_keychain(folder, &provider, error).await),
                Ok(changed) => changed,
            }
        }
        Request::Remove { provider } => models.remove_key(&provider).await?,
    };
    folder.runner.tell(Entity::Settings, "");
    caller.print(&changed).await?;
    Ok(exit::SUCCESS)
}

/// Says what to do on a server.
async fn without_keychain(folder: &OpenFolder, provider: &str, error: Error) -> Error {
    if !matches!(error.code, ErrorCode::KeychainMissing | ErrorCode::KeychainLocked | ErrorCode::KeychainDenied) {
        return error;
    }
    let known = folder.models.providers().await.into_iter().find(|known| known.id == provider);
    let Some(variable) = known.and_then(|known| known.key_variable) else { return error };
    let hint = format!(
        "Unlock the keychain, or use none: set {variable} in the environment of the Bridge process that runs workflows. \
         Nothing was kept."
    );
    Error { hint, ..error }
}
