//! `credentials`: what is known of each, and its secret values as sealed bytes. Nothing here has the key to them.

use std::collections::BTreeMap;

use bridge_domain::{CredentialId, CredentialKind, CredentialSummary, Error, Problem, ProblemCode, Result, Timestamp};
use sqlx::{FromRow, SqliteConnection};

use crate::{Store, error::Attempt, versions::parse};

/// Characters a name may have.
const NAME_LIMIT: usize = 200;

/// A credential to be kept.
#[derive(Debug, Clone)]
pub struct SealedCredential {
    /// What the user calls it, 1 to 200 characters, unique without regard to case.
    pub name: String,
    /// What kind.
    pub kind: CredentialKind,
    /// Hosts it may be sent to.
    pub hosts: Vec<String>,
    /// Values that are no secret.
    pub public_fields: BTreeMap<String, String>,
    /// Names of the secret values.
    pub secret_fields: Vec<String>,
    /// The secret values, encrypted.
    pub sealed: Vec<u8>,
}

impl Store {
    /// All credentials by name, without their values.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn credentials(&self) -> Result<Vec<CredentialSummary>> {
        let mut view = self.database.read().await?;
        Ok(list(&mut view).await?)
    }

    /// One credential without its values.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn credential_summary(&self, id: CredentialId) -> Result<CredentialSummary> {
        let mut view = self.database.read().await?;
        Ok(get(&mut view, id).await?)
    }

    /// The sealed values, with the version they belong to.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn sealed_credential(&self, id: CredentialId) -> Result<(u32, Vec<u8>)> {
        let mut view = self.database.read().await?;
        Ok(sealed(&mut view, id).await?)
    }

    /// Keeps a new credential under an identifier of the caller's, so that it can be part of what is sealed.
    ///
    /// # Errors
    /// `InvalidInput` for a name that is empty, too long or in use; `Conflict` when the identifier is in use.
    pub async fn create_credential(&self, id: CredentialId, new: &SealedCredential) -> Result<CredentialSummary> {
        let mut write = self.database.write().await?;
        let created = create(&mut write, id, new).await?;
        write.commit().await?;
        Ok(created)
    }

    /// Replaces everything but the kind; the version grows by one. With `expected_version`, only when that is the one in
    /// force: a token that was refreshed meanwhile is not overwritten.
    ///
    /// # Errors
    /// `NotFound`; `Conflict`; `InvalidInput` for a name that is empty, too long or in use.
    pub async fn update_credential(
        &self,
        id: CredentialId,
        expected_version: Option<u32>,
        new: &SealedCredential,
    ) -> Result<CredentialSummary> {
        let mut write = self.database.write().await?;
        let updated = update(&mut write, id, expected_version, new).await?;
        write.commit().await?;
        Ok(updated)
    }

    /// Deletes a credential for good. Nodes that use it say so when they run.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_credential(&self, id: CredentialId) -> Result<()> {
        let mut write = self.database.write().await?;
        get(&mut write, id).await?;
        delete(&mut write, id).await?;
        Ok(write.commit().await?)
    }
}

#[derive(FromRow)]
struct CredentialRow {
    id: String,
    name: String,
    kind: String,
    hosts: String,
    public_fields: String,
    secret_fields: String,
    version: u32,
    created_at: String,
    updated_at: String,
}

impl CredentialRow {
    fn parse(self) -> Attempt<CredentialSummary> {
        Ok(CredentialSummary {
            id: parse(&self.id)?,
            name: self.name,
            kind: serde_json::from_str(&self.kind)?,
            hosts: serde_json::from_str(&self.hosts)?,
            public_fields: serde_json::from_str(&self.public_fields)?,
            secret_fields: serde_json::from_str(&self.secret_fields)?,
            session_only: false,
            version: self.version,
            created_at: parse(&self.created_at)?,
            updated_at: parse(&self.updated_at)?,
            problem: None,
        })
    }
}

async fn list(connection: &mut SqliteConnection) -> Attempt<Vec<CredentialSummary>> {
    let rows: Vec<CredentialRow> = sqlx::query_as(
        "SELECT id, name, kind, hosts, public_fields, secret_fields, version, created_at, updated_at
         FROM credentials ORDER BY name",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(CredentialRow::parse).collect()
}

async fn get(connection: &mut SqliteConnection, id: CredentialId) -> Attempt<CredentialSummary> {
    let row: Option<CredentialRow> = sqlx::query_as(
        "SELECT id, name, kind, hosts, public_fields, secret_fields, version, created_at, updated_at
         FROM credentials WHERE id = ?",
    )
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.ok_or_else(|| Error::not_found("This credential"))?.parse()
}

async fn sealed(connection: &mut SqliteConnection, id: CredentialId) -> Attempt<(u32, Vec<u8>)> {
    let row = sqlx::query_as("SELECT version, sealed FROM credentials WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    Ok(row.ok_or_else(|| Error::not_found("This credential"))?)
}

async fn create(
    connection: &mut SqliteConnection,
    id: CredentialId,
    new: &SealedCredential,
) -> Attempt<CredentialSummary> {
    check_name(connection, id, &new.name).await?;
    sqlx::query(
        "INSERT INTO credentials (id, name, kind, hosts, public_fields, secret_fields, version, created_at, updated_at,
             sealed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?7, ?8)",
    )
    .bind(id.to_string())
    .bind(new.name.trim())
    .bind(serde_json::to_string(&new.kind)?)
    .bind(serde_json::to_string(&new.hosts)?)
    .bind(serde_json::to_string(&new.public_fields)?)
    .bind(serde_json::to_string(&new.secret_fields)?)
    .bind(Timestamp::now().to_string())
    .bind(&new.sealed)
    .execute(&mut *connection)
    .await?;
    get(connection, id).await
}

async fn update(
    connection: &mut SqliteConnection,
    id: CredentialId,
    expected_version: Option<u32>,
    new: &SealedCredential,
) -> Attempt<CredentialSummary> {
    let found = get(connection, id).await?;
    if expected_version.is_some_and(|expected| expected != found.version) {
        return Err(changed_meanwhile(&found.name).into());
    }
    check_name(connection, id, &new.name).await?;
    sqlx::query(
        "UPDATE credentials SET name = ?, hosts = ?, public_fields = ?, secret_fields = ?, version = version + 1,
             updated_at = ?, sealed = ?
         WHERE id = ?",
    )
    .bind(new.name.trim())
    .bind(serde_json::to_string(&new.hosts)?)
    .bind(serde_json::to_string(&new.public_fields)?)
    .bind(serde_json::to_string(&new.secret_fields)?)
    .bind(Timestamp::now().to_string())
    .bind(&new.sealed)
    .bind(id.to_string())
    .execute(&mut *connection)
    .await?;
    get(connection, id).await
}

async fn delete(connection: &mut SqliteConnection, id: CredentialId) -> Attempt<()> {
    sqlx::query("DELETE FROM credentials WHERE id = ?").bind(id.to_string()).execute(connection).await?;
    Ok(())
}

async fn check_name(connection: &mut SqliteConnection, id: CredentialId, name: &str) -> Attempt<()> {
    let name = name.trim();
    let is_taken: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM credentials WHERE name = ? COLLATE NOCASE AND id <> ?)")
            .bind(name)
            .bind(id.to_string())
            .fetch_one(connection)
            .await?;
    let (code, message) = match name.chars().count() {
        0 => (ProblemCode::Missing, "A credential needs a name.".to_owned()),
        1..=NAME_LIMIT if is_taken => (ProblemCode::InvalidValue, format!("There is a credential {name} already.")),
        1..=NAME_LIMIT => return Ok(()),
        length => (ProblemCode::TooLarge, format!("The name has {length} characters; {NAME_LIMIT} are allowed.")),
    };
    Err(Error::invalid(vec![Problem { path: "name".to_owned(), code, message }]).into())
}

fn changed_meanwhile(name: &str) -> Error {
    Error::new(
        bridge_domain::ErrorCode::Conflict,
        format!("The credential {name} has changed in the meantime."),
        "Look at it as it is now and try again.",
    )
}
