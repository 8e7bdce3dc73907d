//! Going through a batch action by action: what is right is applied to the graph, what is wrong is reported.

use bridge_domain::{
    Action, Config, Definition, Edge, EdgeId, Node, NodeData, NodeId, NodeSettings, NodeType, Position, Problem,
    ProblemCode,
};
use serde_json::Value;

use crate::check::{self, NodePaths};
use crate::graph::{Graph, Origin};
use crate::ledger::Ledger;
use crate::limits::MAX_NODES;
use crate::path::{self, problem};
use crate::rules::Rules;
use crate::settings;
use crate::visible::excerpt;
use crate::{Mode, generate};

/// What came of one action.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Why it was not applied; applied when there are none.
    pub problems: Vec<Problem>,
    /// Earlier actions it builds on.
    pub depends_on: Vec<usize>,
}

/// A graph, and how far a batch has come.
pub(crate) struct Batch<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) mode: Mode,
    pub(crate) graph: Graph,
    pub(crate) ledger: Ledger,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(definition: &Definition, rules: &'a Rules, mode: Mode) -> Self {
        Self { rules, mode, graph: Graph::new(definition, rules), ledger: Ledger::default() }
    }

    /// Applies the action if nothing is wrong with it. Circles made by added edges are left to [`Self::circles`].
    pub(crate) fn step(&mut self, index: usize, action: &Action) -> Outcome {
        let mut outcome = Outcome::default();
        let at = path::action(index);
        match action {
            Action::AddNode { id, connector_id, action_id, label, position, config, settings } => {
                let data = NodeData {
                    label: label.clone(),
                    connector_id: connector_id.clone(),
                    action_id: action_id.clone(),
                    config: config.clone(),
                    settings: settings.as_deref().cloned().unwrap_or_default(),
                };
                self.add_node(index, &at, id.clone(), position.unwrap_or_default(), data, &mut outcome);
            }
            Action::UpdateNode { node_id, label, config, position, settings } => {
                let update = Update {
                    label: label.as_deref(),
                    config: config.as_ref(),
                    position: *position,
                    settings: settings.as_deref(),
                };
                self.update_node(index, &at, node_id, &update, &mut outcome);
            }
            Action::DeleteNode { node_id } => self.delete_node(index, &at, node_id, &mut outcome),
            Action::AddEdge { id, source, target, source_handle, target_handle } => {
                let edge = Edge {
                    id: id.clone().unwrap_or_else(|| EdgeId(String::new())),
                    source: source.clone(),
                    target: target.clone(),
                    source_handle: source_handle.clone(),
                    target_handle: target_handle.clone(),
                };
                self.add_edge(index, &at, edge, &mut outcome);
            }
            Action::DeleteEdge { edge_id, source, target, source_handle } => {
                let found = match (edge_id, source, target) {
                    (Some(id), _, _) => self.edge_by_id(&at, id, &mut outcome),
                    (None, Some(source), Some(target)) => {
                        self.edge_by_ends(&at, source, target, source_handle.as_deref(), &mut outcome)
                    }
                    _ => {
                        let message = "Name the connection by edge_id, or by source and target.";
                        outcome.problems.push(problem(ProblemCode::Missing, &at, message));
                        None
                    }
                };
                if let Some(id) = found {
                    self.delete_edge(index, &id);
                }
            }
            Action::GenerateWorkflow { definition } => generate::step(self, index, &at, definition, &mut outcome),
        }
        outcome.depends_on.sort_unstable();
        outcome.depends_on.dedup();
        outcome
    }

    /// The problems of added edges that close a circle in the graph as it is now, by action.
    pub(crate) fn circles(&self) -> Vec<(usize, Problem)> {
        let found = self.graph.closing_edges(self.rules).into_iter();
        found.map(|(origin, edge)| (origin.action, circle(&self.graph, origin, edge))).collect()
    }

    fn add_node(
        &mut self,
        index: usize,
        at: &str,
        id: Option<NodeId>,
        position: Position,
        data: NodeData,
        outcome: &mut Outcome,
    ) {
        let action = self.rules.action(&data.connector_id, &data.action_id);
        let node_type = action.map_or(NodeType::Action, |action| action.node_type);
        let node = Node { id: id.unwrap_or_else(|| NodeId(String::new())), node_type, position, data };
        let paths = NodePaths { node: at.to_owned(), data: at.to_owned() };
        outcome.problems = check::node(self.rules, self.mode, &node, &paths, None);
        if self.graph.node(&node.id).is_some() || self.ledger.has_failed_node(&node.id) {
            let message = format!("The identifier {} is taken.", excerpt(node.id.as_str(), 60));
            outcome.problems.push(problem(ProblemCode::DuplicateId, format!("{at}.id"), message));
        } else if !outcome.problems.is_empty() {
            self.ledger.node_failed(&node.id);
        }
        if self.graph.node_count() >= MAX_NODES {
            let message = format!("A workflow has at most {MAX_NODES} nodes.");
            outcome.problems.push(problem(ProblemCode::TooLarge, at, message));
        }
        if outcome.problems.is_empty() {
            outcome.depends_on.extend(self.ledger.node_added(index, &node.id));
            self.graph.add_node(node);
        }
    }

    fn update_node(&mut self, index: usize, at: &str, id: &NodeId, update: &Update<'_>, outcome: &mut Outcome) {
        let Some(node) = self.find(id, format!("{at}.node_id"), outcome) else { return };
        let mut problems = Vec::new();
        problems.extend(update.label.and_then(|label| check::label(label, at)));
        problems.extend(update.position.and_then(|position| check::position(position, at)));
        problems.extend(update.settings.map(|settings| settings::problems(settings, at)).unwrap_or_default());
        let merged = update.config.map(|changed| merge(&node.data.config, changed));
        if let (Some(changed), Some(merged)) = (update.config, &merged) {
            problems.extend(check::update(self.rules, self.mode, node, changed, merged, at));
        }
        if self.mode == Mode::Complete && update.is_empty() {
            problems.push(problem(
                ProblemCode::Missing,
                at,
                "Nothing to change: give a label, a config, settings or a position.",
            ));
        }
        if problems.is_empty() && update.config.is_some() {
            outcome.depends_on.extend(self.ledger.node_configured(index, id));
        }
        if problems.is_empty()
            && let Some(node) = self.graph.node_mut(id)
        {
            update.label.unwrap_or(&node.data.label).to_owned().clone_into(&mut node.data.label);
            node.position = update.position.unwrap_or(node.position);
            node.data.config = merged.unwrap_or_else(|| std::mem::take(&mut node.data.config));
            if let Some(settings) = update.settings {
                node.data.settings = settings.clone();
            }
        }
        outcome.problems.extend(problems);
    }

    fn delete_node(&mut self, index: usize, at: &str, id: &NodeId, outcome: &mut Outcome) {
        if self.find(id, format!("{at}.node_id"), outcome).is_none() {
            return;
        }
        self.ledger.node_removed(index, id);
        for edge in self.graph.remove_node(id) {
            self.ledger.edge_removed(index, &edge);
        }
    }

    fn add_edge(&mut self, index: usize, at: &str, edge: Edge, outcome: &mut Outcome) {
        outcome.problems.extend(check::identifier(edge.id.as_str(), at, "connection"));
        if self.graph.edge(&edge.id).is_some() || self.ledger.has_failed_edge(&edge.id) {
            let message = format!("The identifier {} is taken.", excerpt(edge.id.as_str(), 60));
            outcome.problems.push(problem(ProblemCode::DuplicateId, format!("{at}.id"), message));
        }
        self.find(&edge.source, format!("{at}.source"), outcome);
        self.find(&edge.target, format!("{at}.target"), outcome);
        outcome.problems.extend(check::edge(self.rules, &self.graph, &edge, at, false));
        if outcome.problems.is_empty() {
            outcome.depends_on.extend(self.ledger.edge_added(index, &edge));
            self.graph.add_edge(edge, Some(Origin { action: index, entry: None }), self.rules);
        } else {
            self.ledger.edge_failed(&edge.id);
        }
    }

    fn delete_edge(&mut self, index: usize, id: &EdgeId) {
        if let Some(edge) = self.graph.remove_edge(id) {
            self.ledger.edge_removed(index, &edge);
        }
    }

    fn edge_by_id(&self, at: &str, id: &EdgeId, outcome: &mut Outcome) -> Option<EdgeId> {
        let path = format!("{at}.edge_id");
        if self.graph.edge(id).is_some() {
            outcome.depends_on.extend(self.ledger.edge_adder(id));
            return Some(id.clone());
        }
        outcome.problems.push(if self.ledger.has_failed_edge(id) {
            depends(path)
        } else {
            let message = format!("There is no connection {}.", excerpt(id.as_str(), 60));
            problem(ProblemCode::UnknownEdge, path, message)
        });
        None
    }

    fn edge_by_ends(
        &self,
        at: &str,
        source: &NodeId,
        target: &NodeId,
        handle: Option<&str>,
        outcome: &mut Outcome,
    ) -> Option<EdgeId> {
        let exit_of = |edge: &Edge| {
            self.graph.node(source).map(|node| crate::graph::exit(node, edge.source_handle.as_deref(), self.rules))
        };
        let ends =
            [self.find(source, format!("{at}.source"), outcome), self.find(target, format!("{at}.target"), outcome)];
        if ends.iter().any(Option::is_none) {
            return None;
        }
        let fits = |edge: &&Edge| handle.is_none_or(|handle| exit_of(edge).as_deref() == Some(handle));
        let mut found = self.graph.between(source, target).filter(fits);
        match (found.next(), found.next()) {
            (Some(edge), None) => {
                outcome.depends_on.extend(self.ledger.edge_adder(&edge.id));
                Some(edge.id.clone())
            }
            (None, _) => {
                outcome.problems.push(problem(ProblemCode::UnknownEdge, at, "There is no such connection."));
                None
            }
            (Some(_), Some(_)) => {
                let message = "These nodes are connected more than once: say which with source_handle or edge_id.";
                outcome.problems.push(problem(ProblemCode::UnknownEdge, at, message));
                None
            }
        }
    }

    /// The node an action refers to. Reports it when it is not there.
    fn find(&self, id: &NodeId, path: String, outcome: &mut Outcome) -> Option<&Node> {
        let node = self.graph.node(id);
        if node.is_some() {
            outcome.depends_on.extend(self.ledger.node_adder(id));
        } else {
            let failed = self.ledger.has_failed_node(id);
            outcome.problems.push(if failed { depends(path) } else { check::unknown_node(id, path) });
        }
        node
    }
}

/// The changes of an `update_node`.
struct Update<'a> {
    label: Option<&'a str>,
    config: Option<&'a Config>,
    position: Option<Position>,
    settings: Option<&'a NodeSettings>,
}

impl Update<'_> {
    fn is_empty(&self) -> bool {
        self.label.is_none()
            && self.position.is_none()
            && self.settings.is_none()
            && self.config.is_none_or(serde_json::Map::is_empty)
    }
}

/// A configuration after a change: each parameter replaced whole, and removed by null.
pub(crate) fn merge(config: &Config, changed: &Config) -> Config {
    let mut merged = config.clone();
    for (key, value) in changed {
        if *value == Value::Null {
            merged.shift_remove(key);
        } else {
            merged.insert(key.clone(), value.clone());
        }
    }
    merged
}

/// The problem of an action that builds on one which cannot be applied. Which one is not named by its number: that is
/// another one once some actions of an answer have been decided on.
fn depends(path: String) -> Problem {
    problem(ProblemCode::Dependency, path, "It builds on an earlier change that cannot be applied.".to_owned())
}

/// The problem of an edge that closes a circle.
pub(crate) fn circle(graph: &Graph, origin: Origin, edge: &Edge) -> Problem {
    let label = |id: &NodeId| graph.node(id).map_or(String::new(), |node| excerpt(&node.data.label, 60));
    let at = path::action(origin.action);
    let at = origin.entry.map_or(at.clone(), |entry| format!("{at}.definition.edges[{entry}]"));
    let message = format!(
        "“{}” → “{}” closes a circle. A circle is allowed only through a Loop node.",
        label(&edge.source),
        label(&edge.target)
    );
    problem(ProblemCode::Cycle, at, message)
}
