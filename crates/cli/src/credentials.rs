//! `bridge credentials`: for machines without a window. The same checks, the same seal; a value is never printed.

mod update;

use std::collections::BTreeMap;

use bridge_credentials::KEY_VARIABLE;
use bridge_domain::{
    CredentialDraft, CredentialKind, CredentialSpec, CredentialSummary, Entity, Error, ErrorCode, Problem, ProblemCode,
    Result, SecretString,
};
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::exit;
use crate::perform::{Caller, OpenFolder};
use crate::secret::{self, Secrets};

#[derive(Debug, Args)]
#[command(after_help = "The secret is asked for, or read from standard input.
Examples:
  bridge-cli credentials create --kind bearer --name Shop --host api.shop.example
  bridge-cli credentials create --kind basic --name Wiki --host wiki.example --field user=reports < password.txt
  bridge-cli credentials update Shop --secret token < new-token.txt
  bridge-cli credentials update Shop --name \"Old shop\" --host api.shop.example --host cdn.shop.example
  bridge-cli credentials kinds | jq -c '{kind, fields: [.fields[].name]}'")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists credentials, without their values.
    List,
    /// Shows the kinds and what each consists of.
    Kinds,
    /// Keeps a new credential.
    Create(Create),
    /// Changes what is named of a credential; everything else stays, secrets too.
    Update(update::Update),
    /// Uses a credential once against its own host.
    Test {
        /// Name or identifier.
        credential: String,
    },
    /// Deletes a credential for good.
    Delete {
        /// Name or identifier.
        credential: String,
    },
}

#[derive(Debug, Args)]
struct Create {
    /// Its kind; `bridge credentials kinds` shows all.
    #[arg(long)]
    kind: String,
    /// What it is called.
    #[arg(long)]
    name: String,
    /// A host it may be sent to.
    #[arg(long, value_name = "HOST")]
    host: Vec<String>,
    /// A value that is no secret.
    #[arg(long, value_name = "NAME=VALUE")]
    field: Vec<String>,
}

/// What is asked for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    List,
    Kinds,
    Create(Draft),
    Update(update::Changes),
    Test { credential: String },
    Delete { credential: String },
}

/// A credential that is to be kept.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Draft {
    kind: CredentialKind,
    name: String,
    hosts: Vec<String>,
    fields: BTreeMap<String, String>,
    secrets: Secrets,
}

impl Request {
    /// Reads the arguments, and secrets where some are to be kept.
    ///
    /// # Errors
    /// `invalid_input` for an unknown kind or field, and for a secret among the arguments.
    pub(crate) fn read(arguments: &Arguments) -> Result<Self> {
        Ok(match &arguments.what {
            What::List => Self::List,
            What::Kinds => Self::Kinds,
            What::Create(create) => Self::Create(Draft::read(create)?),
            What::Update(update) => Self::Update(update::Changes::read(update)?),
            What::Test { credential } => Self::Test { credential: credential.clone() },
            What::Delete { credential } => Self::Delete { credential: credential.clone() },
        })
    }
}

impl Draft {
    fn read(arguments: &Create) -> Result<Self> {
        let spec = spec(&arguments.kind)?;
        let fields = arguments.field.iter().map(|text| field(&spec, text)).collect::<Result<_>>()?;
        let wanted: Vec<_> = spec.fields.iter().filter(|field| field.secret).collect();
        let titles: Vec<_> = wanted.iter().map(|field| field.title.as_str()).collect();
        let read = secret::read(&titles)?;
        let secrets = wanted.iter().zip(read).filter_map(|(field, secret)| Some((field.name.clone(), secret?)));
        Ok(Self {
            kind: spec.kind,
            name: arguments.name.clone(),
            hosts: arguments.host.clone(),
            fields,
            secrets: Secrets(secrets.collect()),
        })
    }
}

/// The kind with this name; underscores do not matter.
fn spec(name: &str) -> Result<CredentialSpec> {
    let plain = |text: &str| text.replace(['_', '-'], "").to_ascii_lowercase();
    let kinds = bridge_credentials::kinds();
    let names: Vec<_> = kinds.iter().map(|spec| json!(spec.kind).as_str().unwrap_or_default().to_owned()).collect();
    let place = names.iter().position(|known| plain(known) == plain(name));
    place
        .and_then(|place| kinds.into_iter().nth(place))
        .ok_or_else(|| wrong("kind", format!("“{name}” is no kind of credential. There are {}.", names.join(", "))))
}

/// The kind of a credential that is kept.
fn spec_of(kind: CredentialKind) -> Result<CredentialSpec> {
    let found = bridge_credentials::kinds().into_iter().find(|spec| spec.kind == kind);
    found.ok_or_else(|| Error::not_found("This kind of credential"))
}

/// `NAME=VALUE` of what is no secret.
fn field(spec: &CredentialSpec, text: &str) -> Result<(String, String)> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    match is_public(spec, name)? {
        false => Err(no_argument(name)),
        true if text.contains('=') => Ok((name.to_owned(), value.to_owned())),
        true => Err(wrong(&format!("fields.{name}"), format!("“{text}” is not NAME=VALUE."))),
    }
}

/// Whether a value of this kind is no secret.
///
/// # Errors
/// `invalid_input` when it has no such value.
fn is_public(spec: &CredentialSpec, name: &str) -> Result<bool> {
    let found = spec.fields.iter().find(|field| field.name == name);
    found.map(|field| !field.secret).ok_or_else(|| {
        let names = |secret: bool| {
            let fields = spec.fields.iter().filter(|field| field.secret == secret);
            fields.map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let message =
            format!("This kind has no value “{name}”. It has {}, and as secrets {}.", names(false), names(true));
        wrong(&format!("fields.{name}"), message)
    })
}

fn no_argument(name: &str) -> Error {
    let message = "A secret is no argument: others on this machine could read it. Leave it out and enter it when asked, or pass \
                   it on standard input.";
    wrong(&format!("fields.{name}"), message.to_owned())
}

fn wrong(path: &str, message: String) -> Error {
    Error::invalid(vec![Problem { path: path.to_owned(), code: ProblemCode::InvalidValue, message }])
}

/// Lists, keeps, changes, tests or deletes credentials.
///
/// # Errors
/// `invalid_input` with every broken field; `not_found`; those of the keychain and the store.
pub(crate) async fn credentials(folder: &OpenFolder, request: Request, caller: &Caller) -> Result<u8> {
    let kept = &folder.credentials;
    match request {
        Request::List => {
            for credential in kept.list().await? {
                caller.print(&credential).await?;
            }
        }
        Request::Kinds => {
            for kind in kept.kinds() {
                caller.print(&kind).await?;
            }
        }
        Request::Create(draft) => {
            let created = kept.create(draft.into()).await.map_err(without_keychain)?;
            folder.runner.tell(Entity::Credential, created.id);
            caller.print(&created).await?;
        }
        Request::Update(changes) => {
            let before = named(folder, &changes.credential).await?;
            let draft = changes.onto(&before, &spec_of(before.kind)?)?;
            let updated = kept.update(before.id, draft).await.map_err(without_keychain)?;
            folder.runner.tell(Entity::Credential, updated.id);
            caller.print(&updated).await?;
        }
        Request::Test { credential } => {
            let tested = kept.test(named(folder, &credential).await?.id).await?;
            caller.print(&tested).await?;
            return Ok(if tested.problem.is_none() { exit::SUCCESS } else { exit::FAILURE });
        }
        Request::Delete { credential } => {
            let id = named(folder, &credential).await?.id;
            kept.delete(id).await?;
            folder.runner.tell(Entity::Credential, id);
            caller.print(&json!({ "deleted": id })).await?;
        }
    }
    Ok(exit::SUCCESS)
}

impl From<Draft> for CredentialDraft {
    fn from(draft: Draft) -> Self {
        let public = draft.fields.into_iter().map(|(name, value)| (name, SecretString::from(value)));
        Self {
            name: draft.name,
            kind: draft.kind,
            hosts: draft.hosts,
            fields: public.chain(draft.secrets.0).collect(),
            session_only: false,
        }
    }
}

async fn named(folder: &OpenFolder, name_or_id: &str) -> Result<CredentialSummary> {
    let all = folder.credentials.list().await?;
    let is_it = |one: &CredentialSummary| one.id.to_string() == name_or_id || one.name == name_or_id;
    all.into_iter().find(is_it).ok_or_else(|| Error {
        hint: "`bridge credentials list` shows all credentials.".to_owned(),
        ..Error::not_found(format!("The credential “{name_or_id}”"))
    })
}

/// Says what to do on a server: values are sealed with a key, and without a keychain somebody must keep that key.
fn without_keychain(error: Error) -> Error {
    let is_keychain = matches!(
        error.code,
        ErrorCode::KeychainMissing | ErrorCode::KeychainLocked | ErrorCode::KeychainDenied | ErrorCode::KeychainWaiting
    );
    if !is_keychain {
        return error;
    }
    let hint = format!(
        "Unlock the keychain, or use none: make a key with `openssl rand -hex 32`, keep it outside the data folder, set it as \
         {KEY_VARIABLE} for every Bridge process on this data folder, `serve` among them, and enter the credential again. \
         Nothing was kept."
    );
    Error { hint, ..error }
}
