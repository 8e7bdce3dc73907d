//! Applying a batch: all of it, or nothing and the list of what is wrong.

use std::collections::HashSet;

use bridge_domain::{Action, Definition, NodeId, Problem};

use crate::batch::Batch;
use crate::layout;
use crate::rules::Rules;

/// How much has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The user's own edits: a required parameter may still be missing or blank.
    Draft,
    /// The assistant's: what is required must be there, and nothing may look like a secret.
    Complete,
}

/// The definition after these actions, in order.
///
/// Run [`crate::identify`] on them first: here, identifiers must be there. Nodes that the actions do not touch come
/// out as they went in, whatever their connector; only what is in front of a node that is put between two others moves
/// on to make room for it. Places are chosen here and not before, because they depend on which actions of a proposal are
/// applied, and on where things stand by then.
///
/// # Errors
/// Every problem of every action, each with its path from `actions`, when there is any; the definition is unchanged
/// then. Takes time linear in the definition and the actions.
pub fn apply(
    definition: &Definition,
    actions: &[Action],
    rules: &Rules,
    mode: Mode,
) -> Result<Definition, Vec<Problem>> {
    let mut after = applied(definition, actions, rules, mode)?;
    layout::settle(definition, actions, &Rest::default(), &mut after, rules, mode);
    Ok(after)
}

/// What a part of a proposal is a part of. It says where nodes belong.
#[derive(Debug, Default)]
pub struct Rest<'a> {
    /// Everything that is proposed and not decided. A node is placed beside what all of this connects it from, when its
    /// connections are not applied with it.
    pub proposed: &'a [Action],
    /// Nodes that an earlier part has added and nobody has moved: they are placed anew with their connections.
    pub unmoved: HashSet<NodeId>,
}

/// The definition after some of the actions an assistant proposed, in order. As [`apply`], in [`Mode::Complete`].
///
/// # Errors
/// Those of [`apply`].
pub fn apply_part(
    definition: &Definition,
    chosen: &[Action],
    rest: &Rest<'_>,
    rules: &Rules,
) -> Result<Definition, Vec<Problem>> {
    let mut after = applied(definition, chosen, rules, Mode::Complete)?;
    layout::settle(definition, chosen, rest, &mut after, rules, Mode::Complete);
    Ok(after)
}

fn applied(definition: &Definition, actions: &[Action], rules: &Rules, mode: Mode) -> Result<Definition, Vec<Problem>> {
    let mut batch = Batch::new(definition, rules, mode);
    let mut problems = Vec::new();
    for (index, action) in actions.iter().enumerate() {
        problems.extend(batch.step(index, action).problems);
    }
    problems.extend(batch.circles().into_iter().map(|(_, problem)| problem));
    if problems.is_empty() { Ok(batch.graph.into_definition()) } else { Err(problems) }
}
