//! The workflow as it would be after the actions so far. Every change goes through here and leaves its action behind.
//!
//! Refuses what validation would refuse; knows nothing of language.

use std::collections::{HashMap, HashSet};

use bridge_domain::{
    Action, ActionManifest, Catalog, Config, Definition, EdgeId, NodeId, NodeSettings, NodeType, OnError,
};

/// The output that failures leave by, when a node's settings say so.
pub(crate) const ERROR_OUTPUT: &str = "error";

/// A node of the draft.
#[derive(Debug, Clone)]
pub(crate) struct DraftNode {
    pub id: NodeId,
    pub connector_id: String,
    pub action_id: String,
    pub label: String,
    pub config: Config,
    pub settings: NodeSettings,
    pub node_type: NodeType,
    /// Index of the action that adds it; none for a node that was there before.
    pub added_by: Option<usize>,
    pub alive: bool,
}

/// An edge of the draft.
#[derive(Debug, Clone)]
pub(crate) struct DraftEdge {
    pub id: Option<EdgeId>,
    pub source: usize,
    pub target: usize,
    pub source_handle: Option<String>,
    pub target_handle: Option<String>,
    pub added_by: Option<usize>,
    pub alive: bool,
}

/// Why two nodes cannot be connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Itself,
    IntoTrigger,
    Already,
    Circle,
}

/// The draft.
pub(crate) struct Draft<'c> {
    catalog: &'c Catalog,
    pub nodes: Vec<DraftNode>,
    pub edges: Vec<DraftEdge>,
    outgoing: Vec<Vec<usize>>,
    incoming: Vec<Vec<usize>>,
    actions: Vec<Option<Action>>,
    labels: HashSet<String>,
    ids: HashSet<NodeId>,
    counter: usize,
}

impl<'c> Draft<'c> {
    /// The workflow as it is.
    pub(crate) fn new(definition: &Definition, catalog: &'c Catalog) -> Self {
        let mut draft = Self {
            catalog,
            nodes: Vec::new(),
            edges: Vec::new(),
            outgoing: Vec::new(),
            incoming: Vec::new(),
            actions: Vec::new(),
            labels: HashSet::new(),
            ids: HashSet::new(),
            counter: 0,
        };
        let mut by_id: HashMap<&NodeId, usize> = HashMap::new();
        for node in &definition.nodes {
            by_id.insert(&node.id, draft.nodes.len());
            draft.push_node(DraftNode {
                id: node.id.clone(),
                connector_id: node.data.connector_id.clone(),
                action_id: node.data.action_id.clone(),
                label: node.data.label.clone(),
                config: node.data.config.clone(),
                settings: node.data.settings.clone(),
                node_type: node.node_type,
                added_by: None,
                alive: true,
            });
        }
        for edge in &definition.edges {
            let (Some(source), Some(target)) = (by_id.get(&edge.source), by_id.get(&edge.target)) else { continue };
            draft.push_edge(DraftEdge {
                id: Some(edge.id.clone()),
                source: *source,
                target: *target,
                source_handle: edge.source_handle.clone(),
                target_handle: edge.target_handle.clone(),
                added_by: None,
                alive: true,
            });
        }
        draft
    }

    fn push_node(&mut self, node: DraftNode) -> usize {
        self.labels.insert(node.label.clone());
        self.ids.insert(node.id.clone());
        self.nodes.push(node);
        self.outgoing.push(Vec::new());
        self.incoming.push(Vec::new());
        self.nodes.len() - 1
    }

    fn push_edge(&mut self, edge: DraftEdge) {
        let index = self.edges.len();
        self.outgoing[edge.source].push(index);
        self.incoming[edge.target].push(index);
        self.edges.push(edge);
    }

    /// The actions that lead from the workflow to this draft, in order.
    pub(crate) fn actions(&self) -> Vec<Action> {
        self.actions.iter().flatten().cloned().collect()
    }

    /// Nodes that are there.
    pub(crate) fn alive(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.nodes.len()).filter(|node| self.nodes[*node].alive)
    }

    /// Whether there is no node.
    pub(crate) fn is_empty(&self) -> bool {
        self.alive().next().is_none()
    }

    /// What a node does; none when its connector is unknown.
    pub(crate) fn manifest(&self, node: usize) -> Option<&'c ActionManifest> {
        self.catalog.action(&self.nodes[node].connector_id, &self.nodes[node].action_id)
    }

    /// A node's output handles, in order; last the one that failures leave by, where its settings say so.
    pub(crate) fn outputs(&self, node: usize) -> Vec<&'c str> {
        let mut outputs: Vec<&str> = self
            .manifest(node)
            .map_or_else(Vec::new, |action| action.outputs.iter().map(|port| port.id.as_str()).collect());
        if self.nodes[node].settings.on_error == OnError::ErrorOutput {
            outputs.push(ERROR_OUTPUT);
        }
        outputs
    }

    /// Edges that leave a node.
    pub(crate) fn leaving(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        self.outgoing[node].iter().copied().filter(|edge| self.edges[*edge].alive)
    }

    /// Edges that arrive at a node.
    pub(crate) fn arriving(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        self.incoming[node].iter().copied().filter(|edge| self.edges[*edge].alive)
    }

    /// The output an edge leaves by.
    pub(crate) fn handle_of(&self, edge: usize) -> Option<&str> {
        let edge = &self.edges[edge];
        edge.source_handle.as_deref().or_else(|| self.outputs(edge.source).first().copied())
    }

    /// Whether an edge leaves by this output.
    pub(crate) fn is_used(&self, node: usize, handle: Option<&str>) -> bool {
        let handle = handle.or_else(|| self.outputs(node).first().copied());
        self.leaving(node).any(|edge| self.handle_of(edge) == handle)
    }

    /// Whether a node starts runs.
    pub(crate) fn is_trigger(&self, node: usize) -> bool {
        self.manifest(node).map_or(self.nodes[node].node_type, |action| action.node_type) == NodeType::Trigger
    }

    /// Adds a node. Its label gets a number when another has the same one.
    pub(crate) fn add(&mut self, connector_id: &str, action: &ActionManifest, label: &str, config: Config) -> usize {
        let id = loop {
            self.counter += 1;
            let id = NodeId(format!("n{}", self.counter));
            if !self.ids.contains(&id) {
                break id;
            }
        };
        let label = self.free_label(label);
        let added = Action::AddNode {
            id: Some(id.clone()),
            connector_id: connector_id.to_owned(),
            action_id: action.id.clone(),
            label: label.clone(),
            position: None,
            config: config.clone(),
            settings: None,
        };
        self.actions.push(Some(added));
        self.push_node(DraftNode {
            id,
            connector_id: connector_id.to_owned(),
            action_id: action.id.clone(),
            label,
            config,
            settings: NodeSettings::default(),
            node_type: action.node_type,
            added_by: Some(self.actions.len() - 1),
            alive: true,
        })
    }

    /// Whether a node has this label.
    pub(crate) fn has_label(&self, label: &str) -> bool {
        self.labels.contains(label)
    }

    fn free_label(&self, wanted: &str) -> String {
        if !self.labels.contains(wanted) {
            return wanted.to_owned();
        }
        (2_usize..)
            .map(|number| format!("{wanted} {number}"))
            .find(|label| !self.labels.contains(label))
            .unwrap_or_default()
    }

    /// Connects two nodes; the handle is written only where the source has several outputs.
    pub(crate) fn connect(&mut self, source: usize, handle: Option<&str>, target: usize) -> Result<(), Refusal> {
        self.connect_at(source, handle, target, None)
    }

    /// Connects two nodes at a given input.
    pub(crate) fn connect_at(
        &mut self,
        source: usize,
        handle: Option<&str>,
        target: usize,
        input: Option<&str>,
    ) -> Result<(), Refusal> {
        let outputs = self.outputs(source);
        let handle = handle.or_else(|| outputs.first().copied()).filter(|_| outputs.len() > 1).map(str::to_owned);
        if source == target {
            return Err(Refusal::Itself);
        }
        if self.is_trigger(target) {
            return Err(Refusal::IntoTrigger);
        }
        let wanted = handle.as_deref().or_else(|| outputs.first().copied());
        if self.leaving(source).any(|edge| self.edges[edge].target == target && self.handle_of(edge) == wanted) {
            return Err(Refusal::Already);
        }
        if self.closes_circle(source, target) {
            return Err(Refusal::Circle);
        }
        let target_handle = input.map(str::to_owned);
        self.actions.push(Some(Action::AddEdge {
            id: None,
            source: self.nodes[source].id.clone(),
            target: self.nodes[target].id.clone(),
            source_handle: handle.clone(),
            target_handle: target_handle.clone(),
        }));
        let added_by = Some(self.actions.len() - 1);
        self.push_edge(DraftEdge {
            id: None,
            source,
            target,
            source_handle: handle,
            target_handle,
            added_by,
            alive: true,
        });
        Ok(())
    }

    /// Whether an edge would close a circle without a node that may be part of one.
    fn closes_circle(&self, source: usize, target: usize) -> bool {
        let may_circle = |node: usize| self.manifest(node).is_none_or(|action| action.allows_cycle);
        if may_circle(source) || may_circle(target) {
            return false;
        }
        let mut seen = HashSet::from([target]);
        let mut open = vec![target];
        while let Some(node) = open.pop() {
            if node == source {
                return true;
            }
            for edge in self.leaving(node) {
                let next = self.edges[edge].target;
                if !may_circle(next) && seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    }

    /// Removes a node and the edges at it.
    pub(crate) fn delete(&mut self, node: usize) {
        let edges: Vec<usize> = self.leaving(node).chain(self.arriving(node)).collect();
        for edge in edges {
            if let Some(action) = self.edges[edge].added_by {
                self.actions[action] = None;
            }
            self.edges[edge].alive = false;
        }
        self.nodes[node].alive = false;
        self.labels.remove(&self.nodes[node].label);
        match self.nodes[node].added_by {
            Some(action) => self.actions[action] = None,
            None => self.actions.push(Some(Action::DeleteNode { node_id: self.nodes[node].id.clone() })),
        }
    }

    /// Removes an edge.
    pub(crate) fn delete_edge(&mut self, edge: usize) {
        self.edges[edge].alive = false;
        let DraftEdge { id, source, target, source_handle, added_by, .. } = self.edges[edge].clone();
        if let Some(action) = added_by {
            self.actions[action] = None;
            return;
        }
        let ends = id.is_none();
        self.actions.push(Some(Action::DeleteEdge {
            edge_id: id,
            source: ends.then(|| self.nodes[source].id.clone()),
            target: ends.then(|| self.nodes[target].id.clone()),
            source_handle: source_handle.filter(|_| ends),
        }));
    }

    /// Changes a node's label, its parameters, or both.
    pub(crate) fn update(&mut self, node: usize, label: Option<String>, config: Config) {
        let target = &mut self.nodes[node];
        if let Some(label) = &label {
            self.labels.remove(&target.label);
            self.labels.insert(label.clone());
            target.label.clone_from(label);
        }
        target.config.extend(config.clone());
        if let Some(action) = target.added_by {
            if let Some(Action::AddNode { label, config, .. }) = &mut self.actions[action] {
                label.clone_from(&target.label);
                config.clone_from(&target.config);
            }
            return;
        }
        let config = (!config.is_empty()).then_some(config);
        self.actions.push(Some(Action::UpdateNode {
            node_id: target.id.clone(),
            label,
            config,
            position: None,
            settings: None,
        }));
    }

    /// Changes how a node is run.
    pub(crate) fn run_as(&mut self, node: usize, settings: NodeSettings) {
        let target = &mut self.nodes[node];
        target.settings.clone_from(&settings);
        if let Some(action) = target.added_by {
            if let Some(Action::AddNode { settings: added, .. }) = &mut self.actions[action] {
                *added = Some(Box::new(settings));
            }
            return;
        }
        self.actions.push(Some(Action::UpdateNode {
            node_id: target.id.clone(),
            label: None,
            config: None,
            position: None,
            settings: Some(Box::new(settings)),
        }));
    }
}
