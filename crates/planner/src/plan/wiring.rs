//! Connecting and disconnecting nodes.

use super::build::Builder;
use super::edit::one;
use super::label;
use super::notes::{quoted, shortened};
use super::place::{output_named, which};
use crate::graph::draft::{Draft, Refusal};
use crate::graph::refer::Referent;
use crate::read::tokens::Token;

pub(super) fn connect(builder: &mut Builder<'_, '_>, tokens: &[Token], certain: bool) -> bool {
    let joint = tokens
        .iter()
        .position(|token| token.is(&["to", "with", "into"]) || token.is_mark("→"))
        .or_else(|| tokens.iter().position(|token| token.is(&["and"])));
    let Some(at) = joint else { return false };
    let (left, right) = (&tokens[..at], &tokens[at + 1..]);
    if !certain && !matches!((builder.resolve(left), builder.resolve(right)), (Referent::One(_), Referent::One(_))) {
        return false;
    }
    let output = left.iter().position(|token| token.is(&["output", "branch", "path", "side", "handle"]));
    let (name, source) = match output {
        Some(noun) if noun > 0 => {
            let of = noun + 1 + usize::from(left.get(noun + 1).is_some_and(|token| token.is(&["of", "from", "on"])));
            (Some(left[noun - 1].clone()), left[of.min(left.len())..].to_vec())
        }
        _ => (None, left.to_vec()),
    };
    let source = match (&name, source.is_empty()) {
        (Some(name), true) => with_output(builder, name),
        _ => one(builder, &source, "connect"),
    };
    let target = one(builder, right, "connect");
    let (Some(source), Some(target)) = (source, target) else { return true };
    let handle = match &name {
        Some(name) => match output_named(builder.draft, source, name) {
            Some(handle) => Some(handle),
            None => {
                let outputs = builder.draft.outputs(source).join(", ");
                builder.notes.need(format!(
                    "{} has no output “{}”. It has: {outputs}.",
                    quoted(&builder.draft.nodes[source].label),
                    shortened(&name.text, 40)
                ));
                return true;
            }
        },
        None => free_output(builder.draft, source),
    };
    say_connection(builder, source, handle, target);
    true
}

/// The first output nothing leaves by, or the first.
fn free_output<'c>(draft: &Draft<'c>, node: usize) -> Option<&'c str> {
    let outputs = draft.outputs(node);
    outputs.iter().find(|handle| !draft.is_used(node, Some(handle))).or(outputs.first()).copied()
}

fn with_output(builder: &mut Builder<'_, '_>, name: &Token) -> Option<usize> {
    let draft = &*builder.draft;
    let nodes: Vec<usize> = draft
        .alive()
        .filter(|node| draft.outputs(*node).len() > 1 && output_named(draft, *node, name).is_some())
        .collect();
    match nodes.as_slice() {
        [one] => Some(*one),
        [] => {
            builder.notes.need(format!("No node has an output “{}”.", shortened(&name.text, 40)));
            None
        }
        several => {
            builder.notes.need(which(builder.draft, several));
            None
        }
    }
}

fn say_connection(builder: &mut Builder<'_, '_>, source: usize, handle: Option<&str>, target: usize) {
    let (from, to) = (quoted(&builder.draft.nodes[source].label), quoted(&builder.draft.nodes[target].label));
    let by = handle
        .filter(|_| builder.draft.outputs(source).len() > 1)
        .map(|handle| format!("the `{handle}` output of "))
        .unwrap_or_default();
    match builder.draft.connect(source, handle, target) {
        Ok(()) => builder.notes.done.push(format!("{} is connected to {to}.", label::capital(&format!("{by}{from}")))),
        Err(Refusal::Itself) => builder.notes.refuse(format!("{from} cannot be connected to itself.")),
        Err(Refusal::IntoTrigger) => {
            builder.notes.refuse(format!("{to} is a trigger: it starts runs, so nothing can lead into it."))
        }
        Err(Refusal::Already) => builder.notes.refuse(format!("{from} is connected to {to} already.")),
        Err(Refusal::Circle) => builder
            .notes
            .refuse(format!("Connecting {from} to {to} would close a circle. Only a loop node may be part of one.")),
    }
}

pub(super) fn disconnect(builder: &mut Builder<'_, '_>, tokens: &[Token]) -> bool {
    let joint = tokens.iter().position(|token| token.is(&["from", "and", "to", "with"]) || token.is_mark("→"));
    let edges: Vec<usize> = if let Some(at) = joint {
        let (left, right) = (one(builder, &tokens[..at], "disconnect"), one(builder, &tokens[at + 1..], "disconnect"));
        let (Some(left), Some(right)) = (left, right) else { return true };
        let draft = &*builder.draft;
        let between = |from: usize, to: usize| {
            draft.leaving(from).filter(move |edge| draft.edges[*edge].target == to).collect::<Vec<_>>()
        };
        let found = [between(left, right), between(right, left)].concat();
        if found.is_empty() {
            builder.notes.refuse(format!(
                "{} and {} are not connected.",
                quoted(&builder.draft.nodes[left].label),
                quoted(&builder.draft.nodes[right].label)
            ));
        }
        found
    } else {
        let Some(node) = one(builder, tokens, "disconnect") else { return true };
        let found: Vec<usize> = builder.draft.leaving(node).chain(builder.draft.arriving(node)).collect();
        if found.is_empty() {
            builder.notes.refuse(format!("{} has no connections.", quoted(&builder.draft.nodes[node].label)));
        }
        found
    };
    for edge in edges {
        let (source, target) = (builder.draft.edges[edge].source, builder.draft.edges[edge].target);
        builder.draft.delete_edge(edge);
        builder.notes.done.push(format!(
            "The connection from {} to {} is removed.",
            quoted(&builder.draft.nodes[source].label),
            quoted(&builder.draft.nodes[target].label)
        ));
    }
    true
}
