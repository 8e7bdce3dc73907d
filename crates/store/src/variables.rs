//! Variables: values that every workflow's expressions read as `$vars`. They are not for secrets: nothing here is sealed.

use bridge_domain::{Config, Error, Problem, ProblemCode, Result, Timestamp};
use serde_json::Value;
use sqlx::SqliteConnection;

use crate::{Store, error::Attempt};

/// Characters the name of a variable may have.
const NAME_LIMIT: usize = 64;
/// Bytes of JSON the value of a variable may have: every run carries it.
const VALUE_LIMIT: usize = 64 << 10;

impl Store {
    /// The user's variables, by name.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn variables(&self) -> Result<Config> {
        let mut view = self.database.read().await?;
        Ok(all(&mut view).await?)
    }

    /// Sets a variable, new or not.
    ///
    /// # Errors
    /// `InvalidInput` unless the name is a letter or `_`, followed by letters, digits and `_`, 64 characters at most; or
    /// when the value is more than 64 KiB of JSON.
    pub async fn set_variable(&self, name: &str, value: &Value) -> Result<()> {
        check_name(name, "name")?;
        let text = serde_json::to_string(value).map_err(crate::error::Failure::from)?;
        if text.len() > VALUE_LIMIT {
            let message =
                format!("The value of a variable has {} KiB at most. Keep more in a data table.", VALUE_LIMIT >> 10);
            return Err(problem("value", ProblemCode::TooLarge, message));
        }
        let mut write = self.database.write().await?;
        set(&mut write, name, &text).await?;
        Ok(write.commit().await?)
    }

    /// Gives a variable another name. What reads it by its old name is not changed.
    ///
    /// # Errors
    /// `NotFound`; `InvalidInput` for a name that cannot be, or that another variable has.
    pub async fn rename_variable(&self, name: &str, new_name: &str) -> Result<()> {
        check_name(new_name, "new_name")?;
        let mut write = self.database.write().await?;
        let is_taken = name != new_name && exists(&mut write, new_name).await?;
        if is_taken {
            let message = format!("There is a variable {new_name} already.");
            return Err(problem("new_name", ProblemCode::InvalidValue, message));
        }
        if !rename(&mut write, name, new_name).await? {
            return Err(Error::not_found("This variable"));
        }
        Ok(write.commit().await?)
    }

    /// Deletes a variable, if it is there.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn delete_variable(&self, name: &str) -> Result<()> {
        let mut write = self.database.write().await?;
        delete(&mut write, name).await?;
        Ok(write.commit().await?)
    }
}

/// All variables, by name.
pub(crate) async fn all(connection: &mut SqliteConnection) -> Attempt<Config> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT name, value FROM variables ORDER BY name").fetch_all(connection).await?;
    rows.into_iter().map(|(name, value)| Ok((name, serde_json::from_str(&value)?))).collect()
}

async fn set(connection: &mut SqliteConnection, name: &str, value: &str) -> Attempt<()> {
    sqlx::query(
        "INSERT INTO variables (name, value, updated_at) VALUES (?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
    )
    .bind(name)
    .bind(value)
    .bind(Timestamp::now().to_string())
    .execute(connection)
    .await?;
    Ok(())
}

async fn exists(connection: &mut SqliteConnection, name: &str) -> Attempt<bool> {
    let query = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM variables WHERE name = ?)");
    Ok(query.bind(name).fetch_one(connection).await?)
}

/// Says whether it was there.
async fn rename(connection: &mut SqliteConnection, name: &str, new_name: &str) -> Attempt<bool> {
    let renamed = sqlx::query("UPDATE variables SET name = ?, updated_at = ? WHERE name = ?")
        .bind(new_name)
        .bind(Timestamp::now().to_string())
        .bind(name)
        .execute(connection)
        .await?;
    Ok(renamed.rows_affected() > 0)
}

async fn delete(connection: &mut SqliteConnection, name: &str) -> Attempt<()> {
    sqlx::query("DELETE FROM variables WHERE name = ?").bind(name).execute(connection).await?;
    Ok(())
}

fn check_name(name: &str, path: &str) -> Result<()> {
    let begins = name.starts_with(|first: char| first == '_' || first.is_ascii_alphabetic());
    let goes_on = name.chars().all(|next| next == '_' || next.is_ascii_alphanumeric());
    if begins && goes_on && name.len() <= NAME_LIMIT {
        return Ok(());
    }
    let message = format!(
        "{name:?} cannot be the name of a variable: it begins with a letter or _, goes on with letters, digits and _, and \
         has {NAME_LIMIT} characters at most."
    );
    Err(problem(path, ProblemCode::InvalidValue, message))
}

fn problem(path: &str, code: ProblemCode, message: String) -> Error {
    Error::invalid(vec![Problem { path: path.to_owned(), code, message }])
}
