//! The workflow as a model is told it: text, inside a data block. What does not fit is counted, never silently left out.

use bridge_domain::{Definition, Edge, Node, NodeType, Workflow};

use crate::budget::Budget;
use crate::redact::Redactor;
use crate::{guard, node_settings};

/// Longest name of a workflow that is told, in characters.
const NAME: usize = 80;
/// Longest label or identifier that is told, in characters.
const LABEL: usize = 120;
/// Longest configuration of one node that is told, in characters.
const CONFIG: usize = 800;

/// Tokens the head, the fences and the counts of what is left out take at most. They are told in any case.
pub const HEAD_TOKENS: u32 = 180;

/// Describes a workflow within a budget. Nodes the request names come first.
#[must_use]
pub fn describe(
    workflow: &Workflow,
    definition: &Definition,
    request: &str,
    redactor: &Redactor,
    budget: Budget,
) -> String {
    let mut budget = budget;
    let mut lines = vec![format!(
        "Workflow {}, version {}: {} nodes, {} connections.",
        guard::quote(&workflow.name, NAME, redactor),
        workflow.active_version,
        definition.nodes.len(),
        definition.edges.len()
    )];
    if definition.nodes.is_empty() {
        lines.push("The workflow is empty.".to_owned());
        return guard::block("workflow", &lines.join("\n"));
    }
    budget.drain(HEAD_TOKENS);
    let mut for_nodes = budget.share(if definition.edges.is_empty() { 100 } else { 75 });
    let before = for_nodes.left();
    lines.push("Nodes:".to_owned());
    let nodes = named_first(definition, request).map(|node| node_line(node, redactor));
    lines.extend(fitting(nodes, definition.nodes.len(), "nodes", &mut for_nodes));
    budget.drain(before - for_nodes.left());
    if !definition.edges.is_empty() {
        lines.push("Connections:".to_owned());
        let edges = definition.edges.iter().map(|edge| edge_line(edge, redactor));
        lines.extend(fitting(edges, definition.edges.len(), "connections", &mut budget));
    }
    guard::block("workflow", &lines.join("\n"))
}

/// The lines that fit, and how many do not.
fn fitting(lines: impl Iterator<Item = String>, total: usize, what: &str, budget: &mut Budget) -> Vec<String> {
    let mut kept: Vec<String> = lines.take_while(|line| budget.spend(line)).collect();
    if kept.len() < total {
        kept.push(format!("… and {} more {what} that do not fit here.", total - kept.len()));
    }
    kept
}

fn named_first<'a>(definition: &'a Definition, request: &str) -> impl Iterator<Item = &'a Node> {
    let request = request.to_lowercase();
    let is_named = move |node: &&Node| {
        let label = node.data.label.trim();
        !label.is_empty() && label.len() <= request.len() && request.contains(&label.to_lowercase())
    };
    let (named, others): (Vec<&Node>, Vec<&Node>) = definition.nodes.iter().partition(is_named);
    named.into_iter().chain(others)
}

fn node_line(node: &Node, redactor: &Redactor) -> String {
    let kind = match node.node_type {
        NodeType::Trigger => "trigger",
        NodeType::Action => "action",
        NodeType::Condition => "condition",
    };
    let short = |text: &str| guard::quote(text, LABEL, redactor);
    let mut line = format!(
        "- {} id {} type {kind} connector {} action {}",
        short(&node.data.label),
        short(node.id.as_str()),
        short(&node.data.connector_id),
        short(&node.data.action_id)
    );
    if !node.data.config.is_empty() {
        let config = serde_json::Value::Object(redactor.config(&node.data.config)).to_string();
        line.push_str(" config ");
        line.push_str(&guard::prose(&config, CONFIG, redactor));
    }
    if let Some(settings) = node_settings::write(&node.data.settings) {
        line.push_str(&format!(" settings {settings}"));
    }
    line
}

fn edge_line(edge: &Edge, redactor: &Redactor) -> String {
    let short = |text: &str| guard::quote(text, LABEL, redactor);
    let mut line =
        format!("- {} → {} id {}", short(edge.source.as_str()), short(edge.target.as_str()), short(edge.id.as_str()));
    if let Some(handle) = &edge.source_handle {
        line.push_str(" from output ");
        line.push_str(&short(handle));
    }
    if let Some(handle) = &edge.target_handle {
        line.push_str(" to input ");
        line.push_str(&short(handle));
    }
    line
}
