//! Everything of a workflow that a run needs, and what the user sets for runs: grants and the time zone.

use bridge_domain::{Error, Grant, Problem, ProblemCode, Program, Programs, Result, Timestamp, WorkflowId};
use futures_util::{FutureExt, future::BoxFuture};
use sqlx::SqliteConnection;

use crate::{Store, error::Attempt, pins, triggers, variables, versions, workflows};

impl Programs for Store {
    fn program(&self, workflow: WorkflowId, version_number: Option<u32>) -> BoxFuture<'_, Result<Program>> {
        async move { Ok(program(&mut *self.database.read().await?, workflow, version_number).await?) }.boxed()
    }
}

async fn program(connection: &mut SqliteConnection, id: WorkflowId, version_number: Option<u32>) -> Attempt<Program> {
    let workflow = workflows::get(connection, id).await?;
    let version_number = version_number.unwrap_or(workflow.active_version);
    let version = versions::get(connection, id, version_number).await?.parse()?;
    Ok(Program {
        workflow_id: id,
        name: workflow.name,
        active: triggers::is_active(connection, id).await?,
        version_number,
        definition: version.definition.into(),
        grants: grants(connection, id).await?.into(),
        pins: pins::list(connection, id).await?.into(),
        variables: variables::all(connection).await?,
        time_zone: time_zone(connection).await?.unwrap_or_else(system_time_zone),
    })
}

impl Store {
    /// What a workflow was allowed to reach, in order.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn grants(&self, workflow: WorkflowId) -> Result<Vec<Grant>> {
        let mut view = self.database.read().await?;
        workflows::get(&mut view, workflow).await?;
        Ok(grants(&mut view, workflow).await?)
    }

    /// Allows a workflow to reach something; gives all it may reach. Granting twice is granting once.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn add_grant(&self, workflow: WorkflowId, grant: &Grant) -> Result<Vec<Grant>> {
        self.change_grants(
            workflow,
            grant,
            "INSERT INTO workflow_grants (workflow_id, granted, granted_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )
        .await
    }

    /// Takes a grant back; gives what is left.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn remove_grant(&self, workflow: WorkflowId, grant: &Grant) -> Result<Vec<Grant>> {
        let delete = "DELETE FROM workflow_grants WHERE workflow_id = ?1 AND granted = ?2 AND ?3 <> ''";
        self.change_grants(workflow, grant, delete).await
    }

    async fn change_grants(&self, workflow: WorkflowId, grant: &Grant, sql: &'static str) -> Result<Vec<Grant>> {
        let mut write = self.database.write().await?;
        workflows::get(&mut write, workflow).await?;
        let left = async {
            sqlx::query(sql)
                .bind(workflow.to_string())
                .bind(serde_json::to_string(grant)?)
                .bind(Timestamp::now().to_string())
                .execute(&mut *write)
                .await?;
            grants(&mut write, workflow).await
        };
        let left = left.await?;
        write.commit().await?;
        Ok(left)
    }

    /// IANA name of the time zone of runs: the one that was set, or the system's.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn time_zone(&self) -> Result<String> {
        let mut view = self.database.read().await?;
        Ok(time_zone(&mut view).await?.unwrap_or_else(system_time_zone))
    }

    /// Sets the time zone of runs; none for the system's.
    ///
    /// # Errors
    /// `InvalidInput` for a name that is not in the database of time zones.
    pub async fn set_time_zone(&self, name: Option<&str>) -> Result<()> {
        if let Some(name) = name
            && jiff::tz::TimeZone::get(name).is_err()
        {
            let message = format!("There is no time zone {name}.");
            return Err(invalid("time_zone", message));
        }
        let mut write = self.database.write().await?;
        set_time_zone(&mut write, name).await?;
        Ok(write.commit().await?)
    }
}

fn system_time_zone() -> String {
    jiff::tz::TimeZone::system().iana_name().unwrap_or("UTC").to_owned()
}

async fn grants(connection: &mut SqliteConnection, workflow: WorkflowId) -> Attempt<Vec<Grant>> {
    let rows: Vec<String> = sqlx::query_scalar("SELECT granted FROM workflow_grants WHERE workflow_id = ?")
        .bind(workflow.to_string())
        .fetch_all(connection)
        .await?;
    let mut grants = rows.iter().map(|row| Ok(serde_json::from_str(row)?)).collect::<Attempt<Vec<Grant>>>()?;
    grants.sort();
    Ok(grants)
}

async fn time_zone(connection: &mut SqliteConnection) -> Attempt<Option<String>> {
    Ok(sqlx::query_scalar("SELECT value FROM run_settings WHERE name = 'time_zone'").fetch_optional(connection).await?)
}

async fn set_time_zone(connection: &mut SqliteConnection, name: Option<&str>) -> Attempt<()> {
    let query = match name {
        Some(name) => sqlx::query(
            "INSERT INTO run_settings (name, value) VALUES ('time_zone', ?)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name),
        None => sqlx::query("DELETE FROM run_settings WHERE name = 'time_zone'"),
    };
    query.execute(connection).await?;
    Ok(())
}

fn invalid(path: &str, message: String) -> Error {
    Error::invalid(vec![Problem { path: path.to_owned(), code: ProblemCode::InvalidValue, message }])
}
