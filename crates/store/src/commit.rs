//! The one write path of workflows: every change, by whomever, becomes the next version in one transaction.

use bridge_domain::{Definition, Error, ErrorCode, Origin, Result, Workflow, WorkflowId, WorkflowVersion};
use sqlx::SqliteConnection;

use crate::{
    Store,
    error::Attempt,
    versions::{self, Content, VersionRow},
    workflows,
};

/// What a change did.
#[derive(Debug, Clone, PartialEq)]
pub struct Committed {
    /// The workflow, with its new active version.
    pub workflow: Workflow,
    /// The version that was active until now.
    pub before: WorkflowVersion,
    /// The version that is active now.
    pub after: WorkflowVersion,
    /// Whether there is a step to undo.
    pub can_undo: bool,
    /// Whether there is a step to redo.
    pub can_redo: bool,
}

impl Store {
    /// Changes a workflow: reads the active definition, hands it to `edit`, and stores what that returns as the next
    /// version. Nothing can come in between, and an error of `edit` leaves no trace. Every call writes one version, also
    /// when the definition stays the same.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when `expected_version` is given and another version is active; what `edit` returns;
    /// `StoreDamaged` when the active version is not the one that was written; those of the disk.
    pub async fn commit(
        &self,
        id: WorkflowId,
        expected_version: Option<u32>,
        origin: Origin,
        edit: impl FnOnce(&Definition) -> Result<Definition> + Send,
    ) -> Result<Committed> {
        let mut write = self.database.write().await?;
        let committed = edit_in(&mut write, id, expected_version, origin, edit).await?;
        write.commit().await?;
        Ok(committed)
    }

    /// Makes the content of an earlier version the newest one.
    ///
    /// # Errors
    /// `NotFound`; `StoreDamaged` when that version is not the one that was written; those of the disk.
    pub async fn restore_version(&self, id: WorkflowId, version_number: u32) -> Result<Committed> {
        let mut write = self.database.write().await?;
        let committed = bring_back(&mut write, id, version_number, Origin::Restore { version_number }).await?;
        write.commit().await?;
        Ok(committed)
    }

    /// One step back: a new version with the content before the last change. Works across restarts.
    ///
    /// # Errors
    /// `Conflict` when there is nothing to undo; `NotFound`; `StoreDamaged`; those of the disk.
    pub async fn undo(&self, id: WorkflowId) -> Result<Committed> {
        let mut write = self.database.write().await?;
        workflows::get(&mut write, id).await?;
        let target = versions::stacks(&mut write, id).await?.undo_target();
        let version_number = target.ok_or_else(|| nothing_to("undo"))?;
        let committed = bring_back(&mut write, id, version_number, Origin::Undo { version_number }).await?;
        write.commit().await?;
        Ok(committed)
    }

    /// One step forward again. A change after an undo leaves nothing to redo.
    ///
    /// # Errors
    /// As [`Self::undo`].
    pub async fn redo(&self, id: WorkflowId) -> Result<Committed> {
        let mut write = self.database.write().await?;
        workflows::get(&mut write, id).await?;
        let target = versions::stacks(&mut write, id).await?.redo_target();
        let version_number = target.ok_or_else(|| nothing_to("redo"))?;
        let committed = bring_back(&mut write, id, version_number, Origin::Redo { version_number }).await?;
        write.commit().await?;
        Ok(committed)
    }
}

/// [`Store::commit`] inside a transaction of the caller.
pub(crate) async fn edit_in(
    connection: &mut SqliteConnection,
    id: WorkflowId,
    expected_version: Option<u32>,
    origin: Origin,
    edit: impl FnOnce(&Definition) -> Result<Definition> + Send,
) -> Attempt<Committed> {
    let before = active(connection, id, expected_version).await?.parse()?;
    let content = Content::of(&edit(&before.definition)?)?;
    write_next(connection, before, &origin, content).await
}

/// Writes the content of an earlier version as the next one. Works also when the active version is damaged, which then
/// counts as empty: this is how one gets away from it.
async fn bring_back(
    connection: &mut SqliteConnection,
    id: WorkflowId,
    version_number: u32,
    origin: Origin,
) -> Attempt<Committed> {
    let before = active(connection, id, None).await?.parse_or_empty()?;
    let source = versions::get(connection, id, version_number).await?.parse()?;
    let content = Content::of(&source.definition)?;
    write_next(connection, before, &origin, content).await
}

async fn active(
    connection: &mut SqliteConnection,
    id: WorkflowId,
    expected_version: Option<u32>,
) -> Attempt<VersionRow> {
    let workflow = workflows::get(connection, id).await?;
    if expected_version.is_some_and(|expected| expected != workflow.active_version) {
        return Err(changed_meanwhile(workflow.active_version).into());
    }
    versions::get(connection, id, workflow.active_version).await
}

async fn write_next(
    connection: &mut SqliteConnection,
    before: WorkflowVersion,
    origin: &Origin,
    content: Content,
) -> Attempt<Committed> {
    let id = before.workflow_id;
    let version_number = before.version_number + 1;
    versions::insert(connection, id, version_number, origin, content).await?;
    workflows::activate(connection, id, version_number).await?;
    let after = versions::get(connection, id, version_number).await?.parse()?;
    let stacks = versions::stacks(connection, id).await?;
    Ok(Committed {
        workflow: workflows::get(connection, id).await?,
        before: WorkflowVersion { is_active: false, ..before },
        after,
        can_undo: stacks.undo_target().is_some(),
        can_redo: stacks.redo_target().is_some(),
    })
}

fn changed_meanwhile(active_version: u32) -> Error {
    Error::new(
        ErrorCode::Conflict,
        format!("The workflow has changed in the meantime: version {active_version} is active now."),
        "Look at it as it is now and try again.",
    )
}

fn nothing_to(what: &str) -> Error {
    Error::new(ErrorCode::Conflict, format!("There is nothing to {what}."), "")
}
