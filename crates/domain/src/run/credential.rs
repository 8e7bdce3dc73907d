//! Credentials: what the user, the workflow and the assistant see of them, and what a step gets.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{CredentialId, CredentialKind, Error, Grant, Result, Timestamp};

/// A credential without its values: all that a workflow and the assistant ever see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CredentialSummary {
    /// Identifier.
    pub id: CredentialId,
    /// What the user calls it, 1 to 200 characters.
    pub name: String,
    /// What kind.
    pub kind: CredentialKind,
    /// Hosts it may be sent to, such as `api.example.com` or `127.0.0.1:5432`; never anywhere else. A leading `*.` stands for
    /// any name below. Lower case.
    pub hosts: Vec<String>,
    /// Values that are no secret, such as a user name or a header's name.
    pub public_fields: BTreeMap<String, String>,
    /// Names of the secret values that are set.
    pub secret_fields: Vec<String>,
    /// Kept in memory only, until the application ends. Stays as it was created.
    #[serde(default)]
    pub session_only: bool,
    /// Grows with every change of its values.
    pub version: u32,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its name, hosts or values last changed.
    pub updated_at: Timestamp,
    /// Why it cannot be used now, such as a locked keychain.
    pub problem: Option<Error>,
}

/// A credential as the user enters it. A secret that is absent stays as it is.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct CredentialDraft {
    /// What the user calls it, 1 to 200 characters.
    pub name: String,
    /// What kind.
    pub kind: CredentialKind,
    /// Hosts it may be sent to.
    pub hosts: Vec<String>,
    /// Values by the names of [`CredentialSpec`], secret ones among them.
    #[ts(type = "Record<string, string>")]
    pub fields: BTreeMap<String, SecretString>,
    /// Kept in memory only, until the application ends.
    #[serde(default)]
    pub session_only: bool,
}

/// What a kind of credential consists of: the form is made from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CredentialSpec {
    /// The kind.
    pub kind: CredentialKind,
    /// What people call it.
    pub name: String,
    /// One sentence: what it is for.
    pub description: String,
    /// Its values, in the order of the form.
    pub fields: Vec<CredentialField>,
}

/// One value of a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CredentialField {
    /// `snake_case`.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What to enter.
    pub description: String,
    /// Whether it is kept secret.
    pub secret: bool,
    /// Whether it must be there.
    pub required: bool,
    /// What it is when nothing is entered; may be empty.
    pub default: String,
}

/// A credential with its values, for the one request it is used in. Neither shown nor written anywhere.
#[derive(Clone)]
pub struct Credential {
    /// Identifier.
    pub id: CredentialId,
    /// What kind.
    pub kind: CredentialKind,
    /// Hosts it may be sent to; see [`CredentialSummary::hosts`].
    pub hosts: Vec<String>,
    /// All values by name.
    pub fields: BTreeMap<String, SecretString>,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credential").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Where steps get credentials from.
pub trait CredentialSource: Send + Sync {
    /// The credential with its values, ready to be sent: an expired token is refreshed first.
    ///
    /// # Errors
    /// `not_found`; those of the keychain; what the token server says.
    fn credential(&self, id: CredentialId) -> BoxFuture<'_, Result<Credential>>;

    /// [`CredentialSummary::version`], without its values.
    ///
    /// # Errors
    /// `not_found`.
    fn version(&self, id: CredentialId) -> BoxFuture<'_, Result<u32>>;
}

/// Tries a sign-in with a credential of a kind that HTTP does not know.
pub trait CredentialTester: Send + Sync {
    /// Signs in and out again. `grants` allow the credential's own host.
    ///
    /// # Errors
    /// Why it could not, and what to do about it; no value of the credential that is secret.
    fn test<'a>(&'a self, credential: &'a Credential, grants: &'a [Grant]) -> BoxFuture<'a, Result<()>>;
}
