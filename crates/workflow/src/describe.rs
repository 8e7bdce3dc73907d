//! An action in words: one line, and field by field. Hidden characters are made visible, nothing is left out.

use std::collections::{HashMap, HashSet};

use bridge_domain::{
    Action, ActionManifest, Config, Definition, Edge, EdgeId, FieldChange, Node, NodeId, NodeSettings, Position,
};
use serde_json::Value;

use crate::graph::{Graph, exit};
use crate::rules::Rules;
use crate::settings;
use crate::visible::{excerpt, visible};

/// Longest label in a title, in characters.
const LONGEST: usize = 60;

/// One action in words, against the graph as it is before the action.
pub(crate) struct Description {
    pub title: String,
    pub fields: Vec<FieldChange>,
}

/// Puts an action into words.
pub(crate) fn describe(action: &Action, graph: &Graph, rules: &Rules) -> Description {
    let view = View { graph, rules };
    match action {
        Action::AddNode { connector_id, action_id, label, config, settings, .. } => {
            let title = format!("Add {}: {}", quote(label), view.work(connector_id, action_id));
            let mut fields = vec![field("Label", None, Some(visible(label)))];
            fields.extend(parameters(rules.action(connector_id, action_id), &Config::new(), config));
            fields.extend(settings.iter().flat_map(|settings| settings::changes(&NodeSettings::default(), settings)));
            Description { title, fields }
        }
        Action::UpdateNode { node_id, label, config, position, settings } => {
            let mut description = view.update(node_id, label.as_deref(), config.as_ref(), *position);
            if let Some(settings) = settings {
                view.update_settings(node_id, label.as_deref(), settings, &mut description);
            }
            description
        }
        Action::DeleteNode { node_id } => view.delete_node(node_id),
        Action::AddEdge { source, target, source_handle, .. } => {
            let exit = view.exit(source, source_handle.as_deref());
            let title =
                format!("Connect {}{} → {}", view.label(source), in_brackets(exit.as_deref()), view.label(target));
            Description {
                title,
                fields: ends(&view, source, target, exit, |name, value| field(name, None, Some(value))),
            }
        }
        Action::DeleteEdge { edge_id, source, target, source_handle } => {
            view.delete_edge(edge_id.as_ref(), source.as_ref().zip(target.as_ref()), source_handle.as_deref())
        }
        Action::GenerateWorkflow { definition } => view.generate(definition),
    }
}

struct View<'a> {
    graph: &'a Graph,
    rules: &'a Rules,
}

impl View<'_> {
    fn label(&self, id: &NodeId) -> String {
        self.graph.node(id).map_or_else(|| quote(id.as_str()), |node| quote(&node.data.label))
    }

    /// What a node does: `Slack, Send a message`.
    fn work(&self, connector_id: &str, action_id: &str) -> String {
        let connector = self.rules.connector(connector_id).map_or(connector_id, |connector| &connector.name);
        let action = self.rules.action(connector_id, action_id).map_or(action_id, |action| &action.name);
        format!("{}, {}", excerpt(connector, LONGEST), excerpt(action, LONGEST))
    }

    /// The name of an output, where a node has several.
    fn exit(&self, source: &NodeId, handle: Option<&str>) -> Option<String> {
        let node = self.graph.node(source)?;
        let id = exit(node, handle, self.rules);
        let outputs = self.rules.action_of(node).map(|action| action.outputs.as_slice()).unwrap_or_default();
        match outputs.iter().find(|port| port.id == id) {
            Some(port) if !port.name.is_empty() => Some(port.name.clone()),
            Some(_) => None,
            None => Some(visible(&id)).filter(|id| !id.is_empty()),
        }
    }

    fn update(
        &self,
        id: &NodeId,
        label: Option<&str>,
        config: Option<&Config>,
        position: Option<Position>,
    ) -> Description {
        let node = self.graph.node(id);
        let mut fields = Vec::new();
        // Compared as they are, not as they are shown: two texts that differ may look the same.
        if let Some(label) = label.filter(|label| node.is_none_or(|node| node.data.label != *label)) {
            fields.push(field("Label", node.map(|node| visible(&node.data.label)), Some(visible(label))));
        }
        if let Some(position) = position.filter(|position| node.is_none_or(|node| node.position != *position)) {
            fields.push(field("Position", node.map(|node| place(node.position)), Some(place(position))));
        }
        if let Some(changed) = config {
            let before = node.map(|node| node.data.config.clone()).unwrap_or_default();
            fields.extend(parameters(node.and_then(|node| self.rules.action_of(node)), &before, changed));
        }
        Description { title: self.update_title(id, label, &fields), fields }
    }

    fn update_settings(
        &self,
        id: &NodeId,
        label: Option<&str>,
        settings: &NodeSettings,
        description: &mut Description,
    ) {
        let before = self.graph.node(id).map(|node| node.data.settings.clone()).unwrap_or_default();
        description.fields.extend(settings::changes(&before, settings));
        description.title = self.update_title(id, label, &description.fields);
    }

    fn update_title(&self, id: &NodeId, label: Option<&str>, fields: &[FieldChange]) -> String {
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        match (names.as_slice(), label) {
            ([], _) => format!("Change {}: nothing", self.label(id)),
            (["Label"], Some(label)) => format!("Rename {} to {}", self.label(id), quote(label)),
            _ => format!("Change {}: {}", self.label(id), excerpt(&names.join(", "), LONGEST)),
        }
    }

    fn delete_node(&self, id: &NodeId) -> Description {
        let edges = match self.graph.degree(id) {
            0 => String::new(),
            1 => " and its connection".to_owned(),
            count => format!(" and its {count} connections"),
        };
        let mut fields = Vec::new();
        if let Some(node) = self.graph.node(id) {
            fields.push(field("Label", Some(visible(&node.data.label)), None));
            fields.push(field("Does", Some(self.work(&node.data.connector_id, &node.data.action_id)), None));
        }
        Description { title: format!("Delete {}{edges}", self.label(id)), fields }
    }

    fn delete_edge(&self, id: Option<&EdgeId>, named: Option<(&NodeId, &NodeId)>, handle: Option<&str>) -> Description {
        let edge = id.and_then(|id| self.graph.edge(id));
        let between = || named.and_then(|(source, target)| self.graph.between(source, target).next());
        let handle = handle.or_else(|| edge.or_else(between)?.source_handle.as_deref());
        let Some((source, target)) = edge.map(|edge| (&edge.source, &edge.target)).or(named) else {
            let id = id.map_or("", EdgeId::as_str);
            return Description { title: format!("Disconnect {}", quote(id)), fields: Vec::new() };
        };
        let exit = self.exit(source, handle);
        let title =
            format!("Disconnect {}{} → {}", self.label(source), in_brackets(exit.as_deref()), self.label(target));
        Description { title, fields: ends(self, source, target, exit, |name, value| field(name, Some(value), None)) }
    }

    fn generate(&self, definition: &Definition) -> Description {
        let kept: HashSet<_> = definition.nodes.iter().map(|node| &node.id).collect();
        let removed: Vec<&Node> = self.graph.nodes().filter(|node| !kept.contains(&node.id)).collect();
        let counted = |count: usize, of: &str| format!("{count} {of}{}", if count == 1 { "" } else { "s" });
        let mut title = format!(
            "Replace the workflow by {} and {}",
            counted(definition.nodes.len(), "node"),
            counted(definition.edges.len(), "connection")
        );
        if !removed.is_empty() {
            title += &format!(", removing {}", counted(removed.len(), "node"));
        }
        let mut fields: Vec<FieldChange> = definition.nodes.iter().filter_map(|node| self.replaced(node)).collect();
        fields.extend(removed.iter().map(|node| field(&quote(&node.data.label), Some(self.node(node)), None)));
        let labels: HashMap<_, _> = definition.nodes.iter().map(|node| (&node.id, quote(&node.data.label))).collect();
        let after = definition.edges.iter().map(|edge| {
            let label = |id: &NodeId| labels.get(id).cloned().unwrap_or_else(|| quote(id.as_str()));
            arrow(&label(&edge.source), edge, &label(&edge.target))
        });
        let before = self.graph.edges().map(|edge| arrow(&self.label(&edge.source), edge, &self.label(&edge.target)));
        let lines = |lines: Vec<String>| (!lines.is_empty()).then(|| lines.join("\n"));
        if !self.graph.edges().eq(&definition.edges) {
            fields.push(field("Connections", lines(before.collect()), lines(after.collect())));
        }
        Description { title, fields }
    }

    /// A node of a new graph, unless it stands as it stood.
    fn replaced(&self, node: &Node) -> Option<FieldChange> {
        let before = self.graph.node(&node.id);
        let is_same = before.is_some_and(|before| before.data == node.data);
        (!is_same)
            .then(|| field(&quote(&node.data.label), before.map(|before| self.node(before)), Some(self.node(node))))
    }

    /// A whole node in lines.
    fn node(&self, node: &Node) -> String {
        let mut lines = vec![visible(&node.data.label), self.work(&node.data.connector_id, &node.data.action_id)];
        let nothing = Config::new();
        let fields = parameters(self.rules.action_of(node), &nothing, &node.data.config);
        let settings = settings::changes(&NodeSettings::default(), &node.data.settings);
        let fields = fields.chain(settings);
        lines.extend(fields.map(|field| format!("{}: {}", field.name, field.after.unwrap_or_default())));
        lines.join("\n")
    }
}

/// The parameters that a change sets to something else, with their values before and after.
fn parameters<'a>(
    action: Option<&'a ActionManifest>,
    before: &'a Config,
    changed: &'a Config,
) -> impl Iterator<Item = FieldChange> + 'a {
    let differs = |(key, value): &(&String, &Value)| before.get(*key).unwrap_or(&Value::Null) != *value;
    changed.iter().filter(differs).map(move |(key, value)| {
        let title = action.and_then(|action| action.parameters["properties"][key]["title"].as_str());
        let name = title.map_or_else(|| excerpt(key, LONGEST), str::to_owned);
        let after = (*value != Value::Null).then(|| readable(value));
        field(&name, before.get(key).map(readable), after)
    })
}

/// A value as a person reads it: text as it is, anything else as indented JSON.
fn readable(value: &Value) -> String {
    match value {
        Value::String(text) => visible(text),
        other => visible(&serde_json::to_string_pretty(other).unwrap_or_default()),
    }
}

fn ends(
    view: &View<'_>,
    source: &NodeId,
    target: &NodeId,
    exit: Option<String>,
    field: impl Fn(&str, String) -> FieldChange,
) -> Vec<FieldChange> {
    let mut fields = vec![field("From", view.label(source))];
    fields.extend(exit.map(|exit| field("Output", exit)));
    fields.push(field("To", view.label(target)));
    fields
}

fn arrow(source: &str, edge: &Edge, target: &str) -> String {
    format!("{source}{} → {target}", in_brackets(edge.source_handle.as_deref().map(visible).as_deref()))
}

fn field(name: &str, before: Option<String>, after: Option<String>) -> FieldChange {
    FieldChange { name: name.to_owned(), before, after }
}

fn quote(label: &str) -> String {
    format!("“{}”", excerpt(label, LONGEST))
}

fn in_brackets(text: Option<&str>) -> String {
    text.map_or(String::new(), |text| format!(" ({})", excerpt(text, LONGEST)))
}

fn place(position: Position) -> String {
    format!("{}, {}", position.x, position.y)
}
