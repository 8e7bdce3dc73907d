//! A proposal held against the workflow as it is now, and what the user's yes or no does.
//!
//! What is shown is bound by a hash over the version, the actions and the definition they lead to. What is applied is
//! computed again inside the transaction that stores it, and refused unless it has the same hash.

use std::collections::{HashMap, HashSet};

use bridge_domain::{
    Action, Decided, Decision, DecisionRequest, Definition, Error, ErrorCode, Message, MessageId, MessageStatus,
    NodeId, Problem, ProblemCode, Proposal, ProposedAction, Result, Snapshot,
};
use bridge_store::{Store, Verdict};
use bridge_workflow::{Rest, Rules};
use sha2::{Digest, Sha256};

use crate::stale::Foreign;
use crate::{edit, review};

/// Longest reason for a rejection, in characters.
const MAX_REASON: usize = 2_000;

/// Holds pending actions of a message against the workflow as it is now; all of them when no indexes are given.
///
/// # Errors
/// `not_found`; `invalid_input` for indexes the message does not have; those of the store.
pub(crate) async fn hold(
    store: &Store,
    rules: &Rules,
    message_id: MessageId,
    indexes: Option<&[u32]>,
) -> Result<Proposal> {
    Ok(look(store, rules, message_id, indexes).await?.0)
}

/// The same, with the nodes of it that are there and nobody has moved.
async fn look(
    store: &Store,
    rules: &Rules,
    message_id: MessageId,
    indexes: Option<&[u32]>,
) -> Result<(Proposal, HashSet<NodeId>)> {
    let message = store.message(message_id).await?;
    known(&message, indexes.unwrap_or_default())?;
    let snapshot = store.open_workflow(store.message_workflow(message_id).await?).await?;
    let foreign = Foreign::since(store, &message, &snapshot).await?;
    let unmoved = unmoved(store, &message, &snapshot).await?;
    let definition = &snapshot.version.definition;
    let actions = examined(&message, definition, &foreign, rules);
    let wanted: Vec<u32> = match indexes {
        Some(indexes) => indexes.to_vec(),
        None => actions.iter().map(|one| one.index).collect(),
    };
    let (actions, applicable, after) = applicable(actions, &wanted, &unmoved, definition, rules);
    let base_version = snapshot.version.version_number;
    let chosen = chosen(&actions, &applicable);
    let difference = bridge_workflow::difference(definition, &after);
    let (changed_nodes, added_nodes) =
        difference.nodes.into_iter().partition(|node| definition.node(&node.id).is_some());
    let proposal = Proposal {
        message_id,
        base_version,
        stale: foreign.any,
        hash: hash(base_version, &chosen, &after)?,
        actions,
        applicable,
        added_nodes,
        changed_nodes,
        removed_nodes: difference.removed_nodes.iter().filter_map(|id| definition.node(id)).cloned().collect(),
        added_edges: difference.edges,
        removed_edges: difference.removed_edges.iter().filter_map(|id| definition.edge(id)).cloned().collect(),
    };
    Ok((proposal, unmoved))
}

/// Nodes that earlier parts of the proposal have added, whose places were chosen and nobody has changed.
async fn unmoved(store: &Store, message: &Message, now: &Snapshot) -> Result<HashSet<NodeId>> {
    let mut added: HashMap<u32, Vec<&NodeId>> = HashMap::new();
    for one in &message.actions {
        if let (Decision::Applied { version_number }, Action::AddNode { id: Some(id), position: None, .. }) =
            (&one.decision, &one.action)
        {
            added.entry(*version_number).or_default().push(id);
        }
    }
    let is_open = message.actions.iter().any(|one| one.decision == Decision::Pending);
    let mut unmoved = HashSet::new();
    for (version_number, ids) in added.into_iter().filter(|_| is_open) {
        let then = store.version(now.workflow.id, version_number).await?.definition;
        let place = |definition: &Definition, id: &NodeId| definition.node(id).map(|node| node.position);
        let definition = &now.version.definition;
        unmoved.extend(ids.into_iter().filter(|id| place(&then, id) == place(definition, id)).cloned());
    }
    Ok(unmoved)
}

/// All actions of the message, those not decided yet with problems, dependencies and words as of now.
fn examined(message: &Message, definition: &Definition, foreign: &Foreign, rules: &Rules) -> Vec<ProposedAction> {
    let pending: Vec<&ProposedAction> =
        message.actions.iter().filter(|one| one.decision == Decision::Pending).collect();
    let actions: Vec<Action> = pending.iter().map(|one| one.action.clone()).collect();
    let numbers: Vec<u32> = pending.iter().map(|one| one.index).collect();
    let number = |place: u32| numbers.get(place as usize).copied().unwrap_or(place);
    let mut examined = bridge_workflow::propose(definition, &actions, rules).into_iter();
    let complete = message.status == MessageStatus::Complete;
    let rejected: HashSet<u32> =
        message.actions.iter().filter(|one| one.decision == Decision::Rejected).map(|one| one.index).collect();
    let examine = |stored: &ProposedAction| {
        if stored.decision != Decision::Pending {
            return ProposedAction { problems: Vec::new(), ..stored.clone() };
        }
        let Some(mut one) = examined.next() else { return stored.clone() };
        let (place, index) = (one.index, number(one.index));
        one.problems = one.problems.iter().map(|problem| review::renumbered(problem, place, index as usize)).collect();
        one.depends_on = one.depends_on.iter().map(|place| number(*place)).collect();
        one.index = index;
        if !one.problems.is_empty()
            && let Some(needed) = stored.depends_on.iter().find(|needed| rejected.contains(needed))
        {
            // What is wrong now is that this is missing, and the user knows why it is.
            one.problems = vec![builds_on_rejected(index, *needed)];
        }
        one.problems.extend(review::placeholder(index, &one.action));
        one.problems.extend((!complete).then(|| review::never_finished(index)));
        one.problems.extend(foreign.concerns(&one.action).then(|| stale(index)));
        one
    };
    message.actions.iter().map(examine).collect()
}

/// Of the wanted actions and those they depend on, the ones that can be applied together, and what they lead to.
///
/// An action whose dependency cannot be applied cannot be either. Should the rest not work together, what is in the way
/// is left out as well and the rest is tried again; every round leaves out at least one.
fn applicable(
    mut actions: Vec<ProposedAction>,
    wanted: &[u32],
    unmoved: &HashSet<NodeId>,
    definition: &Definition,
    rules: &Rules,
) -> (Vec<ProposedAction>, Vec<u32>, Definition) {
    const ROUNDS: usize = 8;
    for _ in 0..ROUNDS {
        spread(&mut actions);
        let can = |index: &u32| {
            let one = actions.iter().find(|one| one.index == *index);
            one.is_some_and(|one| one.decision == Decision::Pending && one.problems.is_empty())
        };
        let wanted: Vec<u32> = wanted.iter().copied().filter(can).collect();
        let indexes: Vec<u32> = bridge_workflow::closure(&actions, &wanted);
        let chosen = chosen(&actions, &indexes);
        let rest = Rest { proposed: &open(&actions), unmoved: unmoved.clone() };
        match bridge_workflow::apply_part(definition, &chosen, &rest, rules) {
            Ok(after) => return (actions, indexes, after),
            Err(problems) => blame(&mut actions, &indexes, problems),
        }
    }
    (actions, Vec::new(), definition.clone())
}

/// Marks every action that depends, directly or not, on one that cannot be applied.
fn spread(actions: &mut [ProposedAction]) {
    let mut dependents: HashMap<u32, Vec<usize>> = HashMap::new();
    for (place, one) in actions.iter().enumerate() {
        for needed in &one.depends_on {
            dependents.entry(*needed).or_default().push(place);
        }
    }
    let is_lost = |one: &&ProposedAction| !one.problems.is_empty() || one.decision == Decision::Rejected;
    let mut lost: Vec<u32> = actions.iter().filter(is_lost).map(|one| one.index).collect();
    while let Some(index) = lost.pop() {
        for place in dependents.remove(&index).unwrap_or_default() {
            let Some(one) = actions.get_mut(place).filter(|one| one.problems.is_empty()) else { continue };
            one.problems.push(Problem {
                path: format!("actions[{}]", one.index),
                code: ProblemCode::Dependency,
                message: format!("It depends on step {}, which cannot be applied.", index + 1),
            });
            lost.push(one.index);
        }
    }
}

/// Puts problems of a batch on the actions they belong to.
fn blame(actions: &mut [ProposedAction], indexes: &[u32], problems: Vec<Problem>) {
    for problem in problems {
        let place = problem.path.strip_prefix("actions[").and_then(|rest| rest.split(']').next()?.parse::<u32>().ok());
        let index = place.and_then(|place| indexes.get(place as usize)).or(indexes.last()).copied();
        let Some(one) = index.and_then(|index| actions.iter_mut().find(|one| one.index == index)) else { continue };
        let problem = review::renumbered(&problem, place.unwrap_or_default(), one.index as usize);
        one.problems.push(problem);
    }
}

fn chosen(actions: &[ProposedAction], indexes: &[u32]) -> Vec<Action> {
    let wanted: HashSet<u32> = indexes.iter().copied().collect();
    actions.iter().filter(|one| wanted.contains(&one.index)).map(|one| one.action.clone()).collect()
}

/// What waits for a decision: where a node belongs that is applied without its connections.
fn open(actions: &[ProposedAction]) -> Vec<Action> {
    actions.iter().filter(|one| one.decision == Decision::Pending).map(|one| one.action.clone()).collect()
}

/// Binds an approval to the version it starts from, the actions, and what they lead to. Each part is preceded by its
/// length, so that no two different approvals have the same bytes.
fn hash(base_version: u32, actions: &[Action], after: &Definition) -> Result<String> {
    let actions = serde_json::to_string(actions).map_err(|_| unwritable())?;
    let after = after.to_json().map_err(|_| unwritable())?;
    let mut hasher = Sha256::new();
    hasher.update(base_version.to_be_bytes());
    for part in [actions, after] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    Ok(hex::encode(hasher.finalize()))
}

/// Applies what was shown.
///
/// # Errors
/// `conflict` when what would be applied is not what was shown; `invalid_input`; `not_found`; those of the store.
pub(crate) async fn apply(store: &Store, rules: &Rules, request: DecisionRequest) -> Result<Decided> {
    let shown = request.hash.ok_or_else(|| {
        invalid("hash", ProblemCode::Missing, "An approval needs the hash of what was shown.".to_owned())
    })?;
    let (held, unmoved) = look(store, rules, request.message_id, Some(&request.indexes)).await?;
    if held.hash != shown {
        return Err(not_as_shown(&held, &request.indexes));
    }
    if held.applicable.is_empty() {
        return Err(nothing_applicable(&held, &request.indexes));
    }
    let actions = chosen(&held.actions, &held.applicable);
    let rest = Rest { proposed: &open(&held.actions), unmoved };
    let edit = |definition: &Definition| {
        let after = bridge_workflow::apply_part(definition, &actions, &rest, rules).map_err(changed)?;
        if hash(held.base_version, &actions, &after)? == shown { Ok(after) } else { Err(changed(Vec::new())) }
    };
    let verdict = Verdict::Apply { expected_version: Some(held.base_version) };
    let note = |committed: Option<&bridge_store::Committed>| {
        committed.map_or_else(String::new, |committed| {
            let (before, after) = (&committed.before.definition, &committed.after.definition);
            bridge_workflow::summary(before, after, &bridge_workflow::difference(before, after))
        })
    };
    let decided = store.decide(request.message_id, &held.applicable, verdict, note, edit).await?;
    Ok(Decided { message: decided.answer, note: decided.note, change: decided.committed.as_ref().map(edit::change) })
}

/// Rejects actions.
///
/// # Errors
/// `conflict` when one was decided before; `invalid_input`; `not_found`; those of the store.
pub(crate) async fn reject(store: &Store, request: DecisionRequest) -> Result<Decided> {
    let reason = request.reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > MAX_REASON) {
        let message = format!("The reason has more than {MAX_REASON} characters.");
        return Err(invalid("reason", ProblemCode::TooLarge, message));
    }
    let message = store.message(request.message_id).await?;
    let text = rejection(&message, &request.indexes, reason.as_deref());
    let verdict = Verdict::Reject { reason };
    let decided =
        store.decide(request.message_id, &request.indexes, verdict, |_| text, |same| Ok(same.clone())).await?;
    Ok(Decided { message: decided.answer, note: decided.note, change: None })
}

/// What the thread says about a rejection.
fn rejection(message: &Message, indexes: &[u32], reason: Option<&str>) -> String {
    const MOST: usize = 5;
    let titles: Vec<&str> =
        message.actions.iter().filter(|one| indexes.contains(&one.index)).map(|one| one.title.as_str()).collect();
    let mut named = titles.iter().take(MOST).copied().collect::<Vec<_>>().join("; ");
    if titles.len() > MOST {
        named.push_str(&format!("; and {} more", titles.len() - MOST));
    }
    match reason {
        Some(reason) => format!("Rejected: {named}.\nReason: {reason}"),
        None => format!("Rejected: {named}."),
    }
}

fn known(message: &Message, indexes: &[u32]) -> Result<()> {
    let all: HashSet<u32> = message.actions.iter().map(|one| one.index).collect();
    let problems: Vec<Problem> = indexes
        .iter()
        .enumerate()
        .filter(|(_, index)| !all.contains(index))
        .map(|(at, index)| Problem {
            path: format!("indexes[{at}]"),
            code: ProblemCode::InvalidValue,
            message: format!("The answer has no action {index}."),
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

fn builds_on_rejected(index: u32, needed: u32) -> Problem {
    Problem {
        path: format!("actions[{index}]"),
        code: ProblemCode::Dependency,
        message: format!("It builds on step {}, which was rejected.", needed + 1),
    }
}

fn stale(index: u32) -> Problem {
    Problem {
        path: format!("actions[{index}]"),
        code: ProblemCode::Stale,
        message: "The part of the workflow this concerns has changed since it was proposed. Ask again.".to_owned(),
    }
}

fn invalid(path: &str, code: ProblemCode, message: String) -> Error {
    Error::invalid(vec![Problem { path: path.to_owned(), code, message }])
}

/// Problems of the actions that were asked for.
fn problems_of(held: &Proposal, indexes: &[u32]) -> Vec<Problem> {
    let asked = held.actions.iter().filter(|one| indexes.contains(&one.index));
    asked.flat_map(|one| one.problems.iter().cloned()).collect()
}

fn not_as_shown(held: &Proposal, indexes: &[u32]) -> Error {
    Error { problems: problems_of(held, indexes), ..changed(Vec::new()) }
}

fn nothing_applicable(held: &Proposal, indexes: &[u32]) -> Error {
    let mut error = Error::new(
        ErrorCode::Conflict,
        "None of these actions can be applied.",
        "Ask the assistant for a new proposal.",
    );
    error.problems = problems_of(held, indexes);
    error
}

fn changed(problems: Vec<Problem>) -> Error {
    let mut error = Error::new(
        ErrorCode::Conflict,
        "What would be applied is not what was shown: the workflow or the proposal has changed since.",
        "Look at the changes again, then decide.",
    );
    error.problems = problems;
    error
}

fn unwritable() -> Error {
    Error::new(ErrorCode::Internal, "The proposal could not be written as JSON.", "Ask for it again.")
}
