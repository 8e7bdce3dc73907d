//! Explanations: the workflow, a node, a connector, the last error. Labels and settings are quoted, never followed.

use std::collections::HashSet;

use super::Room;
use crate::graph::draft::Draft;
use crate::plan::label::{sentence, settings};
use crate::plan::notes::{listed, quoted, shortened};
use crate::read::lexicon::{ActionRef, properties, required, text_of};
use crate::read::tokens::Token;
use crate::step::choose::{Place, rank};

/// Nodes explained at most.
const MAX_NODES: usize = 40;

/// How much there is.
pub(crate) fn counts(draft: &Draft<'_>) -> String {
    let nodes = draft.alive().count();
    let edges = draft.edges.iter().filter(|edge| edge.alive).count();
    format!("The workflow has {nodes} node{} and {edges} connection{}.", plural(nodes), plural(edges))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// The workflow, in the order it runs.
pub(crate) fn workflow(room: &Room<'_, '_>, draft: &Draft<'_>) -> String {
    if room.briefing.definition.is_none() {
        return "I was not shown the workflow. Turn on “include workflow” for this conversation and ask again."
            .to_owned();
    }
    if draft.is_empty() {
        return "The workflow is empty. Tell me what it should do, for example “When a webhook arrives, send a Slack message”.".to_owned();
    }
    let name =
        room.briefing.workflow_name.as_deref().map(|name| format!("This is {}. ", quoted(name))).unwrap_or_default();
    let mut message = format!("{name}{} In the order it runs:\n\n", counts(draft));
    let order = in_order(draft);
    for (index, node) in order.iter().take(MAX_NODES).enumerate() {
        message.push_str(&format!(
            "{}. {} {}{}\n",
            index + 1,
            quoted(&draft.nodes[*node].label),
            does(draft, *node),
            leads(draft, *node)
        ));
    }
    if order.len() > MAX_NODES {
        message.push_str(&format!("\n… and {} more nodes. Ask about one by its name.\n", order.len() - MAX_NODES));
    }
    message
}

/// Nodes from the triggers on, branch by branch; those nothing leads to at the end.
pub(crate) fn in_order(draft: &Draft<'_>) -> Vec<usize> {
    let starts = draft.alive().filter(|node| draft.is_trigger(*node));
    let orphans = draft.alive().filter(|node| draft.arriving(*node).next().is_none());
    let mut seen = HashSet::new();
    let mut order = Vec::new();
    for start in starts.chain(orphans).chain(draft.alive()) {
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            if seen.insert(node) {
                order.push(node);
                let mut next: Vec<usize> = draft.leaving(node).map(|edge| draft.edges[edge].target).collect();
                next.reverse();
                open.extend(next);
            }
        }
    }
    order
}

fn does(draft: &Draft<'_>, node: usize) -> String {
    let config = &draft.nodes[node].config;
    draft
        .manifest(node)
        .map_or_else(|| "is of a connector that is not known here.".to_owned(), |action| sentence(action, config))
}

/// Where a node's outputs lead.
fn leads(draft: &Draft<'_>, node: usize) -> String {
    let outputs = draft.outputs(node);
    if outputs.len() < 2 {
        let targets: Vec<String> =
            draft.leaving(node).take(6).map(|edge| quoted(&draft.nodes[draft.edges[edge].target].label)).collect();
        return if targets.len() > 1 { format!(" Then {} run.", listed(&targets, "and")) } else { String::new() };
    }
    let ways = outputs.iter().filter_map(|handle| {
        let targets: Vec<String> = draft
            .leaving(node)
            .filter(|edge| draft.handle_of(*edge) == Some(*handle))
            .take(6)
            .map(|edge| quoted(&draft.nodes[draft.edges[edge].target].label))
            .collect();
        (!targets.is_empty()).then(|| format!("`{handle}` leads to {}", listed(&targets, "and")))
    });
    let ways: Vec<String> = ways.collect();
    if ways.is_empty() { " Nothing follows on any output.".to_owned() } else { format!(" {}.", listed(&ways, "and")) }
}

/// One node: what it does, its settings, its neighbours.
pub(crate) fn node(draft: &Draft<'_>, node: usize) -> String {
    let data = &draft.nodes[node];
    let Some(action) = draft.manifest(node) else {
        return format!(
            "{} belongs to the connector `{}`, which is not known here, so I cannot explain it.",
            quoted(&data.label),
            shortened(&data.connector_id, 60)
        );
    };
    let mut message = format!("{} {}", quoted(&data.label), sentence(action, &bridge_domain::Config::new()));
    let set = settings(action, &data.config);
    message.push_str(&if set.is_empty() {
        " Nothing is set on it.".to_owned()
    } else {
        format!("\n\nIts settings: {set}.")
    });
    let missing: Vec<&str> = required(action).filter(|name| !data.config.contains_key(*name)).collect();
    if !missing.is_empty() {
        message.push_str(&format!(" Not set, but needed: {}.", missing.join(", ")));
    }
    let before: Vec<String> =
        draft.arriving(node).take(6).map(|edge| quoted(&draft.nodes[draft.edges[edge].source].label)).collect();
    message.push_str(&match before.is_empty() {
        true if draft.is_trigger(node) => "\n\nIt starts the workflow.".to_owned(),
        true => "\n\nNothing leads to it, so it never runs.".to_owned(),
        false => format!("\n\nIt comes after {}.", listed(&before, "and")),
    });
    let after: Vec<String> =
        draft.leaving(node).take(6).map(|edge| quoted(&draft.nodes[draft.edges[edge].target].label)).collect();
    if draft.outputs(node).len() > 1 {
        message.push_str(&leads(draft, node));
    } else if !after.is_empty() {
        message.push_str(&format!(" After it comes {}.", listed(&after, "and")));
    }
    message
}

/// A connector: what it is for, its actions; one action in full where the question names it.
pub(crate) fn connector(room: &Room<'_, '_>, at: ActionRef, subject: &[Token]) -> String {
    let Some((connector, action)) = room.lexicon.get(at) else { return String::new() };
    let ranking = rank(room.lexicon, subject, Place::Any);
    let same: Vec<f32> =
        ranking.iter().filter(|ranked| ranked.at.connector == at.connector).map(|ranked| ranked.score).collect();
    let names_action = connector.actions.len() == 1 || same.len() > 1 && same[0] - same[1] > 2.0 || same.len() == 1;
    let mut message = format!("**{}**: {}", connector.name, connector.description);
    if names_action {
        message.push_str(&format!("\n\n**{}**: {}", action.name, action.description));
        for (name, schema) in properties(action) {
            let must = if required(action).any(|one| one == name) { ", required" } else { "" };
            message.push_str(&format!("\n- {}{must}: {}", text_of(schema, "title"), text_of(schema, "description")));
        }
        if action.outputs.len() > 1 {
            let outputs: Vec<String> = action.outputs.iter().map(|port| format!("`{}`", port.id)).collect();
            message.push_str(&format!("\n\nIts outputs are {}.", listed(&outputs, "and")));
        }
    } else {
        message.push_str("\n\nIt can:");
        for action in &connector.actions {
            message.push_str(&format!("\n- {}: {}", action.name, action.description));
        }
    }
    if connector.credential.is_some() {
        message.push_str("\n\nIt needs a credential, which is kept in the system's keychain.");
    }
    message.push_str(&format!(
        "\n\nTo use it, say for example “add {} {} node”.",
        if connector.name.starts_with(['A', 'E', 'I', 'O', 'U', 'H']) && !connector.name.starts_with("Ha") {
            "an"
        } else {
            "a"
        },
        connector.name
    ));
    message
}

/// The last error, with what it points at.
pub(crate) fn error(room: &Room<'_, '_>) -> String {
    let Some(error) = room.briefing.last_error.as_deref().filter(|error| !error.trim().is_empty()) else {
        return "I know of no error in this conversation. If a run failed, open it and ask me about it from there: then I see which node failed and why.".to_owned();
    };
    let lower = error.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let advice = if has(&["401", "403", "unauthor", "forbidden", "key", "credential"]) {
        "The other side did not accept who is asking. Check the credential or key on the settings page, and that it may do what is asked."
    } else if has(&["429", "rate limit", "too many"]) {
        "The other side was asked too often. Wait a while, or add a Wait node between the calls."
    } else if has(&["timeout", "timed out", "too long", "408", "504"]) {
        "The other side took too long. Try again, or raise the time limit in the node's settings."
    } else if has(&["404", "not found", "does not exist"]) {
        "What was asked for is not there. Check the address or the identifier in the node's settings."
    } else if has(&["network", "offline", "connect", "dns", "resolve", "unreachable"]) {
        "The connection failed. Check the network and the address in the node's settings."
    } else if has(&["missing", "required", "needs", "blank", "invalid", "must be"]) {
        "A setting is missing or does not fit. Open the node it names and correct that setting."
    } else if has(&["500", "502", "503", "server error", "overloaded"]) {
        "The other side has trouble of its own. Try again later."
    } else {
        "I cannot tell more from this text. Open the node it names and compare its settings with what the text says."
    };
    format!("The last error was: “{}”\n\n{advice}", shortened(error, 600))
}
