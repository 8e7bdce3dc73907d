//! The user's own edit, through the same functions an approved proposal goes through.

use bridge_domain::{Change, Definition, EditRequest, Error, Origin, Problem, ProblemCode, Result};
use bridge_store::{Committed, Store};
use bridge_workflow::{Mode, Rules};

/// Stores the user's own edit.
///
/// # Errors
/// `invalid_input` with every problem; `conflict`; `not_found`; those of the store.
pub(crate) async fn edit(store: &Store, rules: &Rules, request: EditRequest) -> Result<Change> {
    let EditRequest { workflow_id, base_version, actions } = request;
    if actions.is_empty() {
        let message = "There is nothing to change.".to_owned();
        return Err(Error::invalid(vec![Problem { path: "actions".to_owned(), code: ProblemCode::Missing, message }]));
    }
    let edit = |definition: &Definition| {
        let actions = bridge_workflow::identify(definition, actions, rules);
        bridge_workflow::apply(definition, &actions, rules, Mode::Draft).map_err(Error::invalid)
    };
    let committed = store.commit(workflow_id, Some(base_version), Origin::User, edit).await?;
    Ok(change(&committed))
}

/// What was stored, as the difference the window applies.
#[must_use]
pub fn change(committed: &Committed) -> Change {
    let difference = bridge_workflow::difference(&committed.before.definition, &committed.after.definition);
    Change {
        workflow: committed.workflow.clone(),
        from_version: committed.before.version_number,
        nodes: difference.nodes,
        removed_nodes: difference.removed_nodes,
        edges: difference.edges,
        removed_edges: difference.removed_edges,
        can_undo: committed.can_undo,
        can_redo: committed.can_redo,
    }
}
