//! `pins`: output that test runs use instead of executing a node.

use bridge_domain::{Error, Item, NodeId, Pin, Problem, ProblemCode, Result, Timestamp, WorkflowId};
use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    Store,
    error::{self, Attempt},
    hash::{self, text},
    versions::parse,
    workflows,
};

/// Bytes of one pin at most.
const PIN_BYTES: usize = 16 << 20;

impl Store {
    /// All pins of a workflow.
    ///
    /// # Errors
    /// `NotFound`; `StoreDamaged` when one is not what was written.
    pub async fn pins(&self, workflow: WorkflowId) -> Result<Vec<Pin>> {
        let mut view = self.database.read().await?;
        workflows::get(&mut view, workflow).await?;
        Ok(list(&mut view, workflow).await?)
    }

    /// Pins a node's output, or takes its pin away. That the node exists is not asked: it may be added again by an undo.
    ///
    /// # Errors
    /// `NotFound`; `InvalidInput` for more than 16 MiB.
    pub async fn set_pin(&self, workflow: WorkflowId, node: &NodeId, items: Option<Vec<Item>>) -> Result<Option<Pin>> {
        let mut write = self.database.write().await?;
        workflows::get(&mut write, workflow).await?;
        let pin = match items {
            Some(items) => Some(put(&mut write, workflow, node, items).await?),
            None => {
                remove(&mut write, workflow, node).await?;
                None
            }
        };
        write.commit().await?;
        Ok(pin)
    }
}

struct PinRow {
    node_id: String,
    items: String,
    content_hash: String,
    updated_at: String,
}

impl FromRow<'_, SqliteRow> for PinRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            node_id: row.try_get("node_id")?,
            items: text(row, "items")?,
            content_hash: row.try_get("content_hash")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}

pub(crate) async fn list(connection: &mut SqliteConnection, workflow: WorkflowId) -> Attempt<Vec<Pin>> {
    let rows: Vec<PinRow> = sqlx::query_as(
        "SELECT node_id, items, content_hash, updated_at FROM pins WHERE workflow_id = ? ORDER BY node_id",
    )
    .bind(workflow.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            if content_hash(workflow, &row.node_id, &row.items, &row.updated_at) != row.content_hash {
                return Err(error::damaged("The pinned output of a node is damaged and cannot be read.").into());
            }
            let items = serde_json::from_str(&row.items)?;
            Ok(Pin { node_id: NodeId(row.node_id), items, updated_at: parse(&row.updated_at)? })
        })
        .collect()
}

pub(crate) async fn put(
    connection: &mut SqliteConnection,
    workflow: WorkflowId,
    node: &NodeId,
    items: Vec<Item>,
) -> Attempt<Pin> {
    let content = serde_json::to_string(&items)?;
    if content.len() > PIN_BYTES {
        let message = format!("This output has {} bytes; {PIN_BYTES} can be pinned.", content.len());
        let problem = Problem { path: "items".to_owned(), code: ProblemCode::TooLarge, message };
        return Err(Error::invalid(vec![problem]).into());
    }
    let updated_at = Timestamp::now();
    let time = updated_at.to_string();
    sqlx::query(
        "INSERT INTO pins (workflow_id, node_id, items, content_hash, updated_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (workflow_id, node_id) DO UPDATE SET items = excluded.items,
             content_hash = excluded.content_hash, updated_at = excluded.updated_at",
    )
    .bind(workflow.to_string())
    .bind(node.as_str())
    .bind(&content)
    .bind(content_hash(workflow, node.as_str(), &content, &time))
    .bind(&time)
    .execute(connection)
    .await?;
    Ok(Pin { node_id: node.clone(), items, updated_at })
}

async fn remove(connection: &mut SqliteConnection, workflow: WorkflowId, node: &NodeId) -> Attempt<()> {
    sqlx::query("DELETE FROM pins WHERE workflow_id = ? AND node_id = ?")
        .bind(workflow.to_string())
        .bind(node.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

fn content_hash(workflow: WorkflowId, node: &str, items: &str, updated_at: &str) -> String {
    hash::of_fields(&[&workflow.to_string(), node, items, updated_at])
}
