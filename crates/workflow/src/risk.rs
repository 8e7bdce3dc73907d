//! Why an action deserves a second look. Decided here, from the action itself; a model has no say in it.

use std::collections::{BTreeSet, HashSet};

use bridge_domain::{Action, ActionManifest, Config, Definition, Node, NodeSettings, Risk};
use serde_json::Value;

use crate::graph::Graph;
use crate::hosts::{self, Hosts};
use crate::rules::Rules;
use crate::visible::hides_something;

/// HTTP methods that ask for something without sending it anywhere.
const READING_METHODS: &[&str] = &["GET", "HEAD", "OPTIONS"];

/// What the workflow does already, before any of the proposed actions.
pub(crate) struct Known {
    hosts: HashSet<String>,
}

impl Known {
    pub(crate) fn of(definition: &Definition, rules: &Rules) -> Self {
        Self { hosts: hosts::called(definition, rules) }
    }
}

/// The risks of an action on the graph as it is before the action, sorted, each once.
pub(crate) fn of(action: &Action, graph: &Graph, known: &Known, rules: &Rules) -> Vec<Risk> {
    let mut risks = BTreeSet::new();
    match action {
        Action::AddNode { connector_id, action_id, label, config, settings, .. } => {
            let manifest = rules.action(connector_id, action_id);
            work(manifest, config, None, known, &mut risks);
            hidden([label.as_str(), connector_id, action_id], &mut risks);
            settings.iter().for_each(|settings| run_so(settings, None, &mut risks));
        }
        Action::UpdateNode { node_id, label, config, settings, .. } => {
            hidden(label.as_deref(), &mut risks);
            if let (Some(node), Some(changed)) = (graph.node(node_id), config) {
                update(node, changed, known, rules, &mut risks);
            }
            let before = graph.node(node_id).map(|node| &node.data.settings);
            settings.iter().for_each(|settings| run_so(settings, before, &mut risks));
        }
        Action::DeleteNode { .. } | Action::DeleteEdge { .. } => {
            risks.insert(Risk::Deletion);
        }
        Action::AddEdge { source_handle, target_handle, .. } => {
            hidden([source_handle.as_deref(), target_handle.as_deref()].into_iter().flatten(), &mut risks);
        }
        Action::GenerateWorkflow { definition } => generate(definition, graph, known, rules, &mut risks),
    }
    risks.into_iter().collect()
}

fn update(node: &Node, changed: &Config, known: &Known, rules: &Rules, risks: &mut BTreeSet<Risk>) {
    let is_set =
        |(key, value): &(&String, &Value)| **value != Value::Null && node.data.config.get(*key) != Some(*value);
    let set: Config = changed.iter().filter(is_set).map(|(key, value)| (key.clone(), value.clone())).collect();
    let is_changed = changed.iter().any(|(key, value)| node.data.config.get(key).unwrap_or(&Value::Null) != value);
    if !is_changed {
        return;
    }
    let manifest = rules.action_of(node);
    let merged = crate::batch::merge(&node.data.config, changed);
    work(manifest, &set, Some((&node.data.config, &merged)), known, risks);
}

fn generate(definition: &Definition, graph: &Graph, known: &Known, rules: &Rules, risks: &mut BTreeSet<Risk>) {
    let nodes: HashSet<_> = definition.nodes.iter().map(|node| &node.id).collect();
    let edges: HashSet<_> = definition.edges.iter().map(|edge| &edge.id).collect();
    let drops_nodes = graph.nodes().any(|node| !nodes.contains(&node.id));
    if drops_nodes || graph.edges().any(|edge| !edges.contains(&edge.id)) {
        risks.insert(Risk::Deletion);
    }
    for node in &definition.nodes {
        let before = graph.node(&node.id);
        if before == Some(node) {
            continue;
        }
        hidden([node.data.label.as_str(), &node.data.connector_id, &node.data.action_id], risks);
        if before.is_none_or(|before| before.data != node.data) {
            work(rules.action_of(node), &node.data.config, None, known, risks);
            run_so(&node.data.settings, before.map(|before| &before.data.settings), risks);
        }
    }
    for edge in &definition.edges {
        hidden([edge.source_handle.as_deref(), edge.target_handle.as_deref()].into_iter().flatten(), risks);
    }
}

/// The risks of how a node is run.
fn run_so(settings: &NodeSettings, before: Option<&NodeSettings>, risks: &mut BTreeSet<Risk>) {
    let credential_before = before.and_then(|before| before.credential_id);
    if settings.credential_id.is_some() && settings.credential_id != credential_before {
        risks.insert(Risk::Credential);
    }
    hidden([settings.notes.as_str()], risks);
}

/// The risks of what a node does with these parameters. For a change, `around` is the whole configuration before and
/// after: hosts that stood in a changed parameter before are not new.
fn work(
    manifest: Option<&ActionManifest>,
    set: &Config,
    around: Option<(&Config, &Config)>,
    known: &Known,
    risks: &mut BTreeSet<Risk>,
) {
    let (before, whole) = around.map_or((None, set), |(before, after)| (Some(before), after));
    risks.extend(manifest.into_iter().flat_map(|manifest| &manifest.risks));
    if manifest.is_some_and(|manifest| has_parameter(manifest, "authentication"))
        && whole.get("authentication").is_some_and(|kind| kind != "none")
    {
        risks.insert(Risk::Credential);
    }
    if manifest.is_some_and(|manifest| has_parameter(manifest, "method") && has_parameter(manifest, "url"))
        && whole.get("method").is_some_and(|method| !READING_METHODS.iter().any(|one| method == one))
    {
        risks.insert(Risk::Sends);
    }
    let same = before.map(|before| same_keys(before, set));
    let before = same.map_or_else(Hosts::default, |same| hosts::mentioned(&same, manifest));
    let now = hosts::mentioned(set, manifest);
    let is_new = |host: &String| !known.hosts.contains(host) && !before.named.contains(host);
    if now.is_computed || now.named.iter().any(is_new) {
        risks.insert(Risk::NewHost);
    }
    if set.iter().any(|(key, value)| hides_something(key) || hides_in(value)) {
        risks.insert(Risk::HiddenText);
    }
}

fn has_parameter(manifest: &ActionManifest, key: &str) -> bool {
    manifest.parameters["properties"].get(key).is_some()
}

/// The part of a configuration that has the keys of another one.
fn same_keys(config: &Config, keys: &Config) -> Config {
    keys.keys().filter_map(|key| config.get_key_value(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn hidden<'a>(texts: impl IntoIterator<Item = &'a str>, risks: &mut BTreeSet<Risk>) {
    if texts.into_iter().any(hides_something) {
        risks.insert(Risk::HiddenText);
    }
}

fn hides_in(value: &Value) -> bool {
    match value {
        Value::String(text) => hides_something(text),
        Value::Array(list) => list.iter().any(hides_in),
        Value::Object(object) => object.iter().any(|(key, one)| hides_something(key) || hides_in(one)),
        _ => false,
    }
}
