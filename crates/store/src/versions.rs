//! `workflow_versions`: written once, read whole or as a light list. Which content the next version has is decided in
//! `commit`, not here.

use std::{collections::HashSet, str::FromStr};

use bridge_domain::{
    Definition, Error, MessageId, Origin, Problem, ProblemCode, Result, Timestamp, VersionId, VersionSummary,
    WorkflowId, WorkflowVersion,
};
use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    Store,
    error::{self, Attempt},
    hash::{self, text},
    undo::{Stacks, Step},
};

impl Store {
    /// One version of a workflow, with its definition.
    ///
    /// # Errors
    /// `NotFound`; `StoreDamaged` when the definition is not the one that was written.
    pub async fn version(&self, workflow_id: WorkflowId, version_number: u32) -> Result<WorkflowVersion> {
        let mut view = self.database.read().await?;
        crate::workflows::get(&mut view, workflow_id).await?;
        Ok(get(&mut view, workflow_id, version_number).await?.parse()?)
    }

    /// The newest `limit` versions of a workflow, newest first, without their definitions.
    ///
    /// # Errors
    /// `NotFound` when there is no such workflow.
    pub async fn list_versions(&self, workflow_id: WorkflowId, limit: u32) -> Result<Vec<VersionSummary>> {
        let mut view = self.database.read().await?;
        crate::workflows::get(&mut view, workflow_id).await?;
        Ok(list(&mut view, workflow_id, limit).await?)
    }
}

/// A version as stored.
pub(crate) struct VersionRow {
    pub(crate) id: String,
    pub(crate) workflow_id: String,
    pub(crate) version_number: u32,
    pub(crate) is_active: bool,
    pub(crate) origin: String,
    pub(crate) origin_message_id: Option<String>,
    pub(crate) origin_version: Option<u32>,
    pub(crate) created_at: String,
    pub(crate) node_count: u32,
    pub(crate) connector_ids: String,
    pub(crate) content_hash: String,
    pub(crate) definition: String,
}

impl FromRow<'_, SqliteRow> for VersionRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: text(row, "id")?,
            workflow_id: text(row, "workflow_id")?,
            version_number: row.try_get("version_number")?,
            is_active: row.try_get("is_active")?,
            origin: text(row, "origin")?,
            origin_message_id: row.try_get("origin_message_id")?,
            origin_version: row.try_get("origin_version")?,
            created_at: text(row, "created_at")?,
            node_count: row.try_get("node_count")?,
            connector_ids: text(row, "connector_ids")?,
            content_hash: text(row, "content_hash")?,
            definition: text(row, "definition")?,
        })
    }
}

impl VersionRow {
    /// Over everything but `is_active`, the one column that changes.
    fn hash(&self) -> String {
        hash::of_fields(&[
            &self.id,
            &self.workflow_id,
            &self.version_number.to_string(),
            &self.origin,
            self.origin_message_id.as_deref().unwrap_or_default(),
            &self.origin_version.map(|number| number.to_string()).unwrap_or_default(),
            &self.created_at,
            &self.node_count.to_string(),
            &self.connector_ids,
            &self.definition,
        ])
    }

    /// Whether the version is the one that was written.
    pub(crate) fn is_sound(&self) -> bool {
        self.hash() == self.content_hash
    }

    /// The version, its definition checked against its hash.
    pub(crate) fn parse(&self) -> Attempt<WorkflowVersion> {
        let definition = self.sound_definition().ok_or_else(|| {
            error::damaged(format!("Version {} of this workflow is damaged and cannot be read.", self.version_number))
        })?;
        self.with(definition)
    }

    /// The version, with an empty definition when its own is damaged.
    pub(crate) fn parse_or_empty(&self) -> Attempt<WorkflowVersion> {
        self.with(self.sound_definition().unwrap_or_default())
    }

    fn sound_definition(&self) -> Option<Definition> {
        if self.is_sound() { serde_json::from_str(&self.definition).ok() } else { None }
    }

    fn with(&self, definition: Definition) -> Attempt<WorkflowVersion> {
        Ok(WorkflowVersion {
            id: parse(&self.id)?,
            workflow_id: parse(&self.workflow_id)?,
            version_number: self.version_number,
            definition,
            is_active: self.is_active,
            origin: origin(&self.origin, self.origin_message_id.as_deref(), self.origin_version)?,
            created_at: parse(&self.created_at)?,
        })
    }
}

/// The text of a definition with what lists need to know about it.
pub(crate) struct Content {
    text: String,
    node_count: u32,
    connector_ids: Vec<String>,
}

impl Content {
    /// # Errors
    /// `InvalidInput` for a position that is not a finite number: JSON cannot hold it.
    pub(crate) fn of(definition: &Definition) -> Attempt<Self> {
        let unplaced = definition.nodes.iter().enumerate().filter(|(_, node)| {
            let position = node.position;
            !(position.x.is_finite() && position.y.is_finite())
        });
        let problems: Vec<_> = unplaced
            .map(|(index, node)| Problem {
                path: format!("definition.nodes[{index}].position"),
                code: ProblemCode::InvalidValue,
                message: format!("The position of node {} is not a pair of numbers.", node.id),
            })
            .collect();
        if !problems.is_empty() {
            return Err(Error::invalid(problems).into());
        }
        let mut seen = HashSet::new();
        let connectors = definition.nodes.iter().map(|node| node.data.connector_id.as_str());
        Ok(Self {
            text: definition.to_json()?,
            node_count: u32::try_from(definition.nodes.len()).unwrap_or(u32::MAX),
            connector_ids: connectors.filter(|&id| seen.insert(id)).map(str::to_owned).collect(),
        })
    }
}

/// Writes the next version and makes it the active one.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    workflow_id: WorkflowId,
    version_number: u32,
    origin: &Origin,
    content: Content,
) -> Attempt<()> {
    sqlx::query("UPDATE workflow_versions SET is_active = 0 WHERE workflow_id = ? AND is_active = 1")
        .bind(workflow_id.to_string())
        .execute(&mut *connection)
        .await?;
    let (kind, origin_message_id, origin_version) = match origin {
        Origin::User => ("user", None, None),
        Origin::Assistant { message_id } => ("assistant", Some(message_id.to_string()), None),
        Origin::Import => ("import", None, None),
        Origin::Restore { version_number } => ("restore", None, Some(*version_number)),
        Origin::Undo { version_number } => ("undo", None, Some(*version_number)),
        Origin::Redo { version_number } => ("redo", None, Some(*version_number)),
    };
    let mut row = VersionRow {
        id: VersionId::new().to_string(),
        workflow_id: workflow_id.to_string(),
        version_number,
        is_active: true,
        origin: kind.to_owned(),
        origin_message_id,
        origin_version,
        created_at: Timestamp::now().to_string(),
        node_count: content.node_count,
        connector_ids: serde_json::to_string(&content.connector_ids)?,
        content_hash: String::new(),
        definition: content.text,
    };
    row.content_hash = row.hash();
    insert_row(connection, row).await
}

async fn insert_row(connection: &mut SqliteConnection, row: VersionRow) -> Attempt<()> {
    sqlx::query(
        "INSERT INTO workflow_versions (id, workflow_id, version_number, is_active, origin, origin_message_id,
             origin_version, created_at, node_count, connector_ids, content_hash, definition)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(row.id)
    .bind(row.workflow_id)
    .bind(row.version_number)
    .bind(row.is_active)
    .bind(row.origin)
    .bind(row.origin_message_id)
    .bind(row.origin_version)
    .bind(row.created_at)
    .bind(row.node_count)
    .bind(row.connector_ids)
    .bind(row.content_hash)
    .bind(row.definition)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn get(
    connection: &mut SqliteConnection,
    workflow_id: WorkflowId,
    version_number: u32,
) -> Attempt<VersionRow> {
    let row = sqlx::query_as("SELECT * FROM workflow_versions WHERE workflow_id = ? AND version_number = ?")
        .bind(workflow_id.to_string())
        .bind(version_number)
        .fetch_optional(connection)
        .await?;
    Ok(row.ok_or_else(|| Error::not_found(format!("Version {version_number} of this workflow")))?)
}

async fn list(connection: &mut SqliteConnection, workflow_id: WorkflowId, limit: u32) -> Attempt<Vec<VersionSummary>> {
    type Row = (u32, bool, String, Option<String>, Option<u32>, u32, String);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT version_number, is_active, origin, origin_message_id, origin_version, node_count, created_at
         FROM workflow_versions WHERE workflow_id = ? ORDER BY version_number DESC LIMIT ?",
    )
    .bind(workflow_id.to_string())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(version_number, is_active, kind, message_id, restored, node_count, created_at)| {
            Ok(VersionSummary {
                version_number,
                is_active,
                origin: origin(&kind, message_id.as_deref(), restored)?,
                node_count,
                created_at: parse(&created_at)?,
            })
        })
        .collect()
}

/// Where undo and redo lead from here.
pub(crate) async fn stacks(connection: &mut SqliteConnection, workflow_id: WorkflowId) -> Attempt<Stacks> {
    let log: Vec<(u32, String, Option<u32>)> = sqlx::query_as(
        "SELECT version_number, origin, origin_version FROM workflow_versions INDEXED BY workflow_version_log
         WHERE workflow_id = ? ORDER BY version_number",
    )
    .bind(workflow_id.to_string())
    .fetch_all(connection)
    .await?;
    Ok(Stacks::replay(log.into_iter().map(|(number, kind, restored)| {
        let step = match (kind.as_str(), restored) {
            ("undo", Some(to)) => Step::Undo(to),
            ("redo", Some(to)) => Step::Redo(to),
            _ => Step::Edit,
        };
        (number, step)
    })))
}

fn origin(kind: &str, message_id: Option<&str>, restored: Option<u32>) -> Attempt<Origin> {
    match (kind, message_id, restored) {
        ("user", ..) => Ok(Origin::User),
        ("import", ..) => Ok(Origin::Import),
        ("assistant", Some(id), _) => Ok(Origin::Assistant { message_id: parse::<MessageId>(id)? }),
        ("restore", _, Some(version_number)) => Ok(Origin::Restore { version_number }),
        ("undo", _, Some(version_number)) => Ok(Origin::Undo { version_number }),
        ("redo", _, Some(version_number)) => Ok(Origin::Redo { version_number }),
        _ => Err(error::damaged("The origin of a version cannot be read.").into()),
    }
}

/// Reads an identifier or a time; the schema lets nothing else be written, so a failure is damage.
pub(crate) fn parse<T: FromStr>(text: &str) -> Attempt<T> {
    text.parse().map_err(|_| error::damaged("A record of the database is damaged and cannot be read.").into())
}
