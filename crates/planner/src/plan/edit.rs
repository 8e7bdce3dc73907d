//! Changes to what is there: delete, rename, connect, disconnect, replace, duplicate.

use bridge_domain::{Config, NodeType};

use super::build::Builder;
use super::label;
use super::notes::{Missing, listed, quoted};
use super::place::{nodes_there, quoted_words, which};
use super::start;
use super::wiring::{connect, disconnect};
use crate::graph::draft::Draft;
use crate::graph::refer::Referent;
use crate::read::grammar::WORKFLOW;
use crate::read::lexicon::Content;
use crate::read::tokens::{Kind, Token};
use crate::step::choose::{Choice, Place, choose};
use crate::step::fill::{self, Filler};

const DELETE: &[&str] = &["delete", "remove", "drop", "erase", "discard", "kill", "deletes", "removes"];
const CONNECT: &[&str] = &["connect", "link", "wire", "attach", "hook", "join", "lead", "route"];
const DISCONNECT: &[&str] = &["disconnect", "unlink", "detach", "unwire", "separate"];

/// Carries out a change, if the clause asks for one. False when it is no change of what is there.
pub(crate) fn clause(builder: &mut Builder<'_, '_>, tokens: &[Token]) -> bool {
    let Some(first) = tokens.first() else { return false };
    let rest = &tokens[1..];
    if first.is(DELETE) {
        return !is_step(builder, tokens) && delete(builder, rest);
    }
    if first.is(&["get"]) && crate::step::heads::starts(rest, &["rid", "of"]) {
        return delete(builder, &rest[2..]);
    }
    if first.is(&["take"]) && rest.last().is_some_and(|last| last.is(&["out"])) {
        return delete(builder, &rest[..rest.len() - 1]);
    }
    if first.is(&["clear", "empty", "wipe", "reset"]) {
        return clear(builder, rest);
    }
    if first.is(&["rename", "relabel", "call", "name", "label"]) {
        return rename(builder, rest, first.is(&["rename", "relabel"]));
    }
    if first.is(CONNECT) {
        return connect(builder, rest, first.is(&["connect", "link", "wire"]));
    }
    if first.is(DISCONNECT) {
        return disconnect(builder, rest);
    }
    if first.is(&["replace", "swap", "exchange", "substitute"]) {
        return replace(builder, rest);
    }
    if first.is(&["duplicate", "copy", "clone"]) {
        return duplicate(builder, rest);
    }
    if first.is(&["change", "set", "update", "edit"]) {
        let mut name = rest;
        while name.first().is_some_and(|token| token.is(&["the", "its"])) {
            name = &name[1..];
        }
        if name.first().is_some_and(|token| token.is(&["name", "label", "title"]))
            && name.get(1).is_some_and(|token| token.is(&["of"]))
        {
            return rename(builder, &name[2..], true);
        }
    }
    false
}

/// Whether the verb opens the name of something a step does, such as `remove duplicates`, and no node is named.
fn is_step(builder: &Builder<'_, '_>, tokens: &[Token]) -> bool {
    let content = Content::of(tokens);
    let phrase = builder.lexicon.hits(&content).iter().any(|hit| hit.first == 0 && hit.words > 1 && hit.gaps == 0);
    phrase && builder.resolve(&tokens[1..]) == Referent::None
}

pub(super) fn one(builder: &mut Builder<'_, '_>, tokens: &[Token], verb: &str) -> Option<usize> {
    match builder.resolve(tokens) {
        Referent::One(node) => Some(node),
        Referent::Several(nodes) => {
            builder.notes.need(which(builder.draft, &nodes));
            None
        }
        Referent::None => {
            let there = nodes_there(builder.draft);
            builder.notes.need(format!("I found no node {} to {verb}. {there}", quoted_words(tokens)));
            None
        }
    }
}

fn delete(builder: &mut Builder<'_, '_>, tokens: &[Token]) -> bool {
    let all = tokens.iter().any(|token| token.is(&["all", "every", "everything", "both", "whole", "entire"]));
    let words = |list: &[&str]| tokens.iter().any(|token| token.is(list));
    if words(&["connection", "connections", "edge", "edges", "link", "arrow", "line", "wire"])
        && (words(&["between", "from", "to"]) || all)
    {
        let from = tokens.iter().position(|token| token.is(&["between", "from"])).map_or(0, |at| at + 1);
        return disconnect(builder, &tokens[from..]);
    }
    if words(&["workflows", "project", "account", "history", "key", "chat", "conversation"]) {
        builder.notes.refuse("I can only change the workflow on the canvas. Whole workflows are deleted in the workflow list, the conversation with “Clear history”.");
        return true;
    }
    if all && (words(&["everything", "nodes", "steps"]) || words(WORKFLOW)) {
        let kind: Vec<Token> = tokens
            .iter()
            .filter(|token| {
                !token.is(&[
                    "all",
                    "every",
                    "the",
                    "nodes",
                    "steps",
                    "everything",
                    "my",
                    "of",
                    "them",
                    "from",
                    "this",
                    "in",
                    "on",
                ]) && !token.is(WORKFLOW)
            })
            .cloned()
            .collect();
        return delete_all(builder, &kind);
    }
    if all {
        let kind: Vec<Token> =
            tokens.iter().filter(|token| !token.is(&["all", "every", "both", "the", "of", "my"])).cloned().collect();
        return delete_all(builder, &kind);
    }
    let only_workflow =
        tokens.iter().all(|token| token.is(&["the", "this", "my", "whole", "entire", "it"]) || token.is(WORKFLOW));
    if only_workflow && words(WORKFLOW) {
        builder.notes.refuse("I cannot delete a workflow; that is done in the workflow list. If you want an empty canvas, say “delete all nodes”.");
        return true;
    }
    let bare = tokens.iter().any(|token| token.is(&["without"]));
    let tokens = tokens.iter().position(|token| token.is(&["without"])).map_or(tokens, |at| &tokens[..at]);
    let parts = split_list(builder, tokens);
    let nodes: Vec<Option<usize>> = parts.iter().map(|part| one(builder, part, "delete")).collect();
    for node in nodes.into_iter().flatten() {
        delete_node(builder, node, !bare);
    }
    true
}

/// `A, B and C`, unless the whole is one node's name.
fn split_list(builder: &Builder<'_, '_>, tokens: &[Token]) -> Vec<Vec<Token>> {
    if matches!(builder.resolve(tokens), Referent::One(_))
        && !tokens.iter().filter(|token| token.kind == Kind::Quoted).count().gt(&1)
    {
        let joined = tokens.iter().any(|token| token.is(&["and"]) || token.is_mark(","));
        if !joined {
            return vec![tokens.to_vec()];
        }
    }
    tokens
        .split(|token| token.is(&["and"]) || token.is_mark(",") || token.is_mark("&"))
        .filter(|part| !part.is_empty())
        .map(<[Token]>::to_vec)
        .collect()
}

fn delete_all(builder: &mut Builder<'_, '_>, kind: &[Token]) -> bool {
    let chosen: Vec<usize> = if kind.is_empty() {
        builder.draft.alive().collect()
    } else {
        match builder.resolve(kind) {
            Referent::One(node) => vec![node],
            Referent::Several(nodes) => nodes,
            Referent::None => {
                let there = nodes_there(builder.draft);
                builder.notes.need(format!("I found no node {} to delete. {there}", quoted_words(kind)));
                return true;
            }
        }
    };
    if chosen.is_empty() {
        builder.notes.refuse("The workflow is empty already.");
    }
    let whole = kind.is_empty();
    let count = chosen.len();
    for node in chosen {
        if whole {
            builder.draft.delete(node);
        } else {
            delete_node(builder, node, true);
        }
    }
    if whole && count > 0 {
        builder
            .notes
            .done
            .push(format!("All {count} nodes and their connections are deleted; the canvas is empty then."));
        builder.was_empty = true;
    }
    true
}

fn clear(builder: &mut Builder<'_, '_>, tokens: &[Token]) -> bool {
    let all = tokens.iter().any(|token| token.is(WORKFLOW) || token.is(&["nodes", "it", "all"]));
    all && delete_all(builder, &[])
}

/// Removes a node; where one edge came in and one went out, the neighbours are connected.
fn delete_node(builder: &mut Builder<'_, '_>, node: usize, bridge: bool) {
    let draft = &mut *builder.draft;
    let label = quoted(&draft.nodes[node].label);
    let arriving: Vec<usize> = draft.arriving(node).collect();
    let leaving: Vec<usize> = draft.leaving(node).collect();
    let gap = match (arriving.as_slice(), leaving.as_slice()) {
        ([before], [after]) if bridge => {
            let (before, after) = (&draft.edges[*before], &draft.edges[*after]);
            Some((before.source, before.source_handle.clone(), after.target, after.target_handle.clone()))
        }
        _ => None,
    };
    draft.delete(node);
    let joined = gap.filter(|(source, handle, target, input)| {
        source != target && draft.connect_at(*source, handle.as_deref(), *target, input.as_deref()).is_ok()
    });
    let text = match joined {
        Some((source, _, target, _)) => format!(
            "{label} is deleted, and {} is connected to {} in its place.",
            quoted(&draft.nodes[source].label),
            quoted(&draft.nodes[target].label)
        ),
        None if arriving.is_empty() && leaving.is_empty() => format!("{label} is deleted."),
        None => format!(
            "{label} is deleted with its {} connection{}.",
            arriving.len() + leaving.len(),
            if arriving.len() + leaving.len() == 1 { "" } else { "s" }
        ),
    };
    builder.notes.done.push(text);
}

fn rename(builder: &mut Builder<'_, '_>, tokens: &[Token], certain: bool) -> bool {
    let split = if certain {
        tokens.iter().rposition(|token| {
            token.is(&["to", "as", "into"]) || token.kind == Kind::Mark && matches!(token.text.as_str(), "→" | ":")
        })
    } else {
        tokens.last().filter(|last| last.kind == Kind::Quoted).map(|_| tokens.len() - 1)
    };
    let Some(at) = split.filter(|at| *at > 0) else {
        if certain {
            builder.notes.need("What should the node be called? For example “rename Slack to Tell the team”.");
        }
        return certain;
    };
    let name_at = at + usize::from(certain);
    let name = spelled(builder.text, &tokens[name_at.min(tokens.len())..]);
    if name.trim().is_empty() {
        builder.notes.need("What should the node be called? For example “rename Slack to Tell the team”.");
        return true;
    }
    let about_workflow = tokens[..at].iter().all(|token| token.is(WORKFLOW) || token.is(&["the", "this", "my"]));
    if about_workflow {
        builder
            .notes
            .refuse("I can rename nodes, not the workflow itself. Its name is changed at the top of the window.");
        return true;
    }
    if let Some(node) = one(builder, &tokens[..at], "rename") {
        let before = quoted(&builder.draft.nodes[node].label);
        builder.draft.update(node, Some(name.clone()), Config::new());
        builder.names.add(builder.draft, node);
        builder.notes.done.push(format!("{before} is renamed to {}.", quoted(&name)));
    }
    true
}

/// Words as they were written, without the quotation marks.
fn spelled(text: &str, tokens: &[Token]) -> String {
    match tokens {
        [] => String::new(),
        [only] => only.text.clone(),
        [first, .., last] if first.kind == Kind::Quoted && last.kind != Kind::Quoted => first.text.clone(),
        [first, .., last] => text.get(first.start..last.end).unwrap_or_default().to_owned(),
    }
}

fn replace(builder: &mut Builder<'_, '_>, tokens: &[Token]) -> bool {
    let Some(at) = tokens.iter().position(|token| token.is(&["with", "by", "for"])) else { return false };
    let (left, right) = (&tokens[..at], &tokens[at + 1..]);
    let Some(node) = one(builder, left, "replace") else { return true };
    if let Some(service) = super::service::unknown(builder.lexicon, right, builder.text) {
        builder.notes.refuse(super::service::no_connector(builder.lexicon, &service));
        return true;
    }
    let place = if builder.draft.is_trigger(node) { Place::Trigger } else { Place::Any };
    let at = match choose(builder.lexicon, right, place) {
        Choice::One(at, _) => at,
        Choice::Several(all) => {
            let names: Vec<String> = all
                .iter()
                .filter_map(|at| builder.lexicon.get(*at))
                .map(|(connector, _)| connector.name.clone())
                .collect();
            builder.notes.need(format!("Which one should it be: {}?", listed(&names, "or")));
            return true;
        }
        Choice::Unknown => {
            builder.notes.need(format!("I found nothing in the catalogue for {}.", quoted_words(right)));
            return true;
        }
    };
    let Some((connector, action)) = builder.lexicon.get(at) else { return true };
    let mut filled = Filler::new(action, right, builder.text).read();
    let schedule = start::spoken_schedule(action, right, builder.text)
        .filter(|schedule| fill::keeps_time(action, &schedule.times));
    if let Some(schedule) = schedule {
        filled = fill::finish(action, fill::times(action, &schedule));
    }
    if fill::condition_parameter(action).is_some() {
        match super::conditions::of_clause(builder.lexicon, action, right, builder.text) {
            Some(config) => filled = fill::finish(action, config),
            None => {
                builder.notes.need(format!("What should {} compare? For example “amount is over 100”.", connector.name))
            }
        }
    }
    if action.node_type == NodeType::Trigger && builder.draft.arriving(node).next().is_some() {
        builder.notes.refuse(format!(
            "{} is a trigger: nothing can lead into it, so it cannot stand where {} is.",
            connector.name,
            quoted(&builder.draft.nodes[node].label)
        ));
        return true;
    }
    let label = label::of(builder.draft, connector, action, &filled.config);
    let node = replace_node(builder, node, |draft| draft.add(&connector.id, action, &label, filled.config));
    builder.notes.missing.extend(filled.missing.into_iter().map(|name| Missing { node, name }));
    true
}

/// Puts a new node where another is, with its edges.
pub(crate) fn replace_node(
    builder: &mut Builder<'_, '_>,
    node: usize,
    add: impl FnOnce(&mut Draft<'_>) -> usize,
) -> usize {
    let draft = &mut *builder.draft;
    let arriving: Vec<_> = draft.arriving(node).map(|edge| draft.edges[edge].clone()).collect();
    let leaving: Vec<_> = draft.leaving(node).map(|edge| draft.edges[edge].clone()).collect();
    let before = quoted(&draft.nodes[node].label);
    draft.delete(node);
    let new = add(draft);
    for edge in arriving.iter().filter(|edge| edge.source != node) {
        let _ = draft.connect_at(edge.source, edge.source_handle.as_deref(), new, edge.target_handle.as_deref());
    }
    let outputs = draft.outputs(new);
    for edge in leaving.iter().filter(|edge| edge.target != node) {
        let handle = edge.source_handle.as_deref().filter(|handle| outputs.contains(handle));
        let _ = draft.connect_at(new, handle, edge.target, edge.target_handle.as_deref());
    }
    let after = quoted(&draft.nodes[new].label);
    builder.names.add(builder.draft, new);
    builder.notes.done.push(format!("{after} takes the place of {before}, with its connections."));
    new
}

fn duplicate(builder: &mut Builder<'_, '_>, tokens: &[Token]) -> bool {
    let tokens = if crate::step::heads::starts(tokens, &["of"]) { &tokens[1..] } else { tokens };
    if tokens.iter().all(|token| token.is(WORKFLOW) || token.is(&["the", "this", "my"])) {
        builder.notes.refuse("A whole workflow is duplicated in the workflow list.");
        return true;
    }
    if !matches!(builder.resolve(tokens), Referent::One(_) | Referent::Several(_))
        && !tokens.iter().any(|token| token.is(&["node", "step"]))
    {
        return false;
    }
    let Some(node) = one(builder, tokens, "duplicate") else { return true };
    let Some(action) = builder.draft.manifest(node) else {
        builder.notes.refuse("That node's connector is not known here, so it cannot be duplicated.");
        return true;
    };
    let original = builder.draft.nodes[node].clone();
    let new = builder.draft.add(
        &original.connector_id,
        action,
        &format!("{} copy", label::clipped(&original.label)),
        original.config,
    );
    builder.names.add(builder.draft, new);
    builder.notes.done.push(format!(
        "{} is a copy of {} with the same settings, not connected yet.",
        quoted(&builder.draft.nodes[new].label),
        quoted(&original.label)
    ));
    true
}
