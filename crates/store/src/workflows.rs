//! `workflows`: the list, names, the trash. Definitions belong to versions.

use bridge_domain::{
    Definition, Error, Item, NodeId, Origin, Problem, ProblemCode, Result, Snapshot, Timestamp, Workflow, WorkflowId,
    WorkflowSummary,
};
use sqlx::{FromRow, SqliteConnection};

use crate::{
    Store,
    error::Attempt,
    pins,
    versions::{self, Content, parse},
};

/// Characters a name may have.
const NAME_LIMIT: usize = 200;
/// How long a deleted workflow can be brought back, in days.
const TRASH_DAYS: i64 = 30;
const DAY_MICROSECONDS: i64 = 24 * 60 * 60 * 1_000_000;

impl Store {
    /// A new workflow with an empty version 1. The name is trimmed.
    ///
    /// # Errors
    /// `InvalidInput` unless the name has 1 to 200 characters.
    pub async fn create_workflow(&self, name: &str, description: &str) -> Result<Workflow> {
        let name = checked_name(name)?;
        let mut write = self.database.write().await?;
        let content = Content::of(&Definition::default())?;
        let workflow = insert(&mut write, name, description, &Origin::User, content).await?;
        write.commit().await?;
        Ok(workflow)
    }

    /// All workflows that are not in the trash, newest change first.
    ///
    /// # Errors
    /// Those of the folder and the database only.
    pub async fn list_workflows(&self) -> Result<Vec<WorkflowSummary>> {
        let mut view = self.database.read().await?;
        Ok(list(&mut view).await?)
    }

    /// One workflow.
    ///
    /// # Errors
    /// `NotFound`, also when it is in the trash.
    pub async fn workflow(&self, id: WorkflowId) -> Result<Workflow> {
        let mut view = self.database.read().await?;
        Ok(get(&mut view, id).await?)
    }

    /// A workflow with its active version.
    ///
    /// # Errors
    /// `NotFound`; `StoreDamaged` when the active version is not the one that was written.
    pub async fn open_workflow(&self, id: WorkflowId) -> Result<Snapshot> {
        let mut view = self.database.read().await?;
        let workflow = get(&mut view, id).await?;
        let version = versions::get(&mut view, id, workflow.active_version).await?.parse()?;
        let stacks = versions::stacks(&mut view, id).await?;
        let (can_undo, can_redo) = (stacks.undo_target().is_some(), stacks.redo_target().is_some());
        Ok(Snapshot { workflow, version, can_undo, can_redo })
    }

    /// Changes name and description. The title of its thread stays as it is.
    ///
    /// # Errors
    /// `InvalidInput` unless the trimmed name has 1 to 200 characters; `NotFound`.
    pub async fn rename_workflow(&self, id: WorkflowId, name: &str, description: &str) -> Result<Workflow> {
        let name = checked_name(name)?;
        let mut write = self.database.write().await?;
        get(&mut write, id).await?;
        set_name(&mut write, id, name, description).await?;
        let workflow = get(&mut write, id).await?;
        write.commit().await?;
        Ok(workflow)
    }

    /// A copy with the active definition as its version 1, without the conversation.
    ///
    /// # Errors
    /// `NotFound`; `StoreDamaged` when the active version is not the one that was written.
    pub async fn duplicate_workflow(&self, id: WorkflowId) -> Result<Workflow> {
        let mut write = self.database.write().await?;
        let original = get(&mut write, id).await?;
        let version = versions::get(&mut write, id, original.active_version).await?.parse()?;
        let content = Content::of(&version.definition)?;
        let name = copy_name(&original.name);
        let copy = insert(&mut write, &name, &original.description, &Origin::Import, content).await?;
        write.commit().await?;
        Ok(copy)
    }

    /// A new workflow with this definition as its version 1 and these pins, or none at all. It is not active, and has no
    /// grants. The name is trimmed.
    ///
    /// # Errors
    /// `InvalidInput` unless the name has 1 to 200 characters, and for a pin of more than 16 MiB.
    pub async fn import_workflow(
        &self,
        name: &str,
        description: &str,
        definition: &Definition,
        pinned: Vec<(NodeId, Vec<Item>)>,
    ) -> Result<Workflow> {
        let name = checked_name(name)?;
        let content = Content::of(definition)?;
        let mut write = self.database.write().await?;
        let workflow = insert(&mut write, name, description, &Origin::Import, content).await?;
        for (node, items) in pinned {
            pins::put(&mut write, workflow.id, &node, items).await?;
        }
        write.commit().await?;
        Ok(workflow)
    }

    /// Puts a workflow into the trash, from which [`Self::restore_workflow`] brings it back whole. After 30 days it is
    /// deleted for good, with its versions, its thread and its messages, when the store is next opened.
    ///
    /// # Errors
    /// `NotFound`, also when it is in the trash already.
    pub async fn delete_workflow(&self, id: WorkflowId) -> Result<()> {
        let mut write = self.database.write().await?;
        get(&mut write, id).await?;
        set_deleted_at(&mut write, id, Some(Timestamp::now())).await?;
        Ok(write.commit().await?)
    }

    /// Brings a workflow back from the trash. One that is not there stays as it is.
    ///
    /// # Errors
    /// `NotFound` when there is no such workflow, or it was deleted for good.
    pub async fn restore_workflow(&self, id: WorkflowId) -> Result<Workflow> {
        let mut write = self.database.write().await?;
        set_deleted_at(&mut write, id, None).await?;
        let workflow = get(&mut write, id).await?;
        write.commit().await?;
        Ok(workflow)
    }

    /// Deletes for good what has been in the trash for 30 days. Called once, when the store is opened.
    pub(crate) async fn purge_trash(&self) -> Attempt<()> {
        let limit = Timestamp::from_microseconds(Timestamp::now().as_microseconds() - TRASH_DAYS * DAY_MICROSECONDS);
        let mut write = self.database.write().await?;
        sqlx::query("DELETE FROM workflows WHERE deleted_at < ?").bind(limit.to_string()).execute(&mut *write).await?;
        write.commit().await
    }
}

#[derive(FromRow)]
struct WorkflowRow {
    id: String,
    name: String,
    description: String,
    active_version: u32,
    created_at: String,
    updated_at: String,
}

impl WorkflowRow {
    fn parse(self) -> Attempt<Workflow> {
        Ok(Workflow {
            id: parse(&self.id)?,
            name: self.name,
            description: self.description,
            active_version: self.active_version,
            created_at: parse(&self.created_at)?,
            updated_at: parse(&self.updated_at)?,
        })
    }
}

#[derive(FromRow)]
struct SummaryRow {
    #[sqlx(flatten)]
    workflow: WorkflowRow,
    node_count: u32,
    connector_ids: String,
    active: bool,
}

/// The workflow, unless it is in the trash.
pub(crate) async fn get(connection: &mut SqliteConnection, id: WorkflowId) -> Attempt<Workflow> {
    let row: Option<WorkflowRow> = sqlx::query_as(
        "SELECT id, name, description, active_version, created_at, updated_at
         FROM workflows WHERE id = ? AND deleted_at IS NULL",
    )
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.ok_or_else(|| Error::not_found("This workflow"))?.parse()
}

async fn list(connection: &mut SqliteConnection) -> Attempt<Vec<WorkflowSummary>> {
    let rows: Vec<SummaryRow> = sqlx::query_as(
        "SELECT w.id, w.name, w.description, w.active_version, w.created_at, w.updated_at, v.node_count, v.connector_ids,
             EXISTS (SELECT 1 FROM activations a WHERE a.workflow_id = w.id) AS active
         FROM workflows w
         JOIN workflow_versions v ON v.workflow_id = w.id AND v.version_number = w.active_version
         WHERE w.deleted_at IS NULL ORDER BY w.change_number DESC",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(WorkflowSummary {
                workflow: row.workflow.parse()?,
                node_count: row.node_count,
                connector_ids: serde_json::from_str(&row.connector_ids)?,
                active: row.active,
            })
        })
        .collect()
}

async fn insert(
    connection: &mut SqliteConnection,
    name: &str,
    description: &str,
    origin: &Origin,
    content: Content,
) -> Attempt<Workflow> {
    let (id, now) = (WorkflowId::new(), Timestamp::now().to_string());
    sqlx::query(
        "INSERT INTO workflows (id, name, description, active_version, change_number, created_at, updated_at)
         VALUES (?1, ?2, ?3, 1, (SELECT ifnull(max(change_number), 0) + 1 FROM workflows), ?4, ?4)",
    )
    .bind(id.to_string())
    .bind(name)
    .bind(description)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    versions::insert(&mut *connection, id, 1, origin, content).await?;
    get(connection, id).await
}

async fn set_name(connection: &mut SqliteConnection, id: WorkflowId, name: &str, description: &str) -> Attempt<()> {
    sqlx::query("UPDATE workflows SET name = ?, description = ? WHERE id = ?")
        .bind(name)
        .bind(description)
        .bind(id.to_string())
        .execute(&mut *connection)
        .await?;
    touch(connection, id).await
}

/// Makes a version the active one. It has been written and marked as active before.
pub(crate) async fn activate(connection: &mut SqliteConnection, id: WorkflowId, version_number: u32) -> Attempt<()> {
    sqlx::query("UPDATE workflows SET active_version = ? WHERE id = ?")
        .bind(version_number)
        .bind(id.to_string())
        .execute(&mut *connection)
        .await?;
    touch(connection, id).await
}

/// Records that a workflow changed now, after every other change.
async fn touch(connection: &mut SqliteConnection, id: WorkflowId) -> Attempt<()> {
    sqlx::query(
        "UPDATE workflows SET updated_at = ?, change_number = (SELECT max(change_number) + 1 FROM workflows)
         WHERE id = ?",
    )
    .bind(Timestamp::now().to_string())
    .bind(id.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

async fn set_deleted_at(connection: &mut SqliteConnection, id: WorkflowId, time: Option<Timestamp>) -> Attempt<()> {
    sqlx::query("UPDATE workflows SET deleted_at = ? WHERE id = ?")
        .bind(time.map(|time| time.to_string()))
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

fn checked_name(name: &str) -> Result<&str> {
    let name = name.trim();
    let (code, message) = match name.chars().count() {
        0 => (ProblemCode::Missing, "A workflow needs a name.".to_owned()),
        1..=NAME_LIMIT => return Ok(name),
        length => (ProblemCode::TooLarge, format!("The name has {length} characters; {NAME_LIMIT} are allowed.")),
    };
    Err(Error::invalid(vec![Problem { path: "name".to_owned(), code, message }]))
}

fn copy_name(name: &str) -> String {
    const SUFFIX: &str = " (copy)";
    let kept: String = name.chars().take(NAME_LIMIT - SUFFIX.len()).collect();
    format!("{}{SUFFIX}", kept.trim_end())
}
