//! Places for nodes whose author gave none: beside their neighbours, left to right, over nothing else. A node that goes
//! between two others takes its place in the row, and what follows it moves on to the right; nothing else moves.

use std::collections::{HashMap, HashSet};

use bridge_domain::{Action, Definition, Edge, EdgeId, Node, NodeId, Position};

use crate::apply::{Mode, Rest};
use crate::canvas::{CLOSE, Canvas, OVERLAP, STEP_Y, height};
use crate::columns::{Columns, Stand, columns};
use crate::cycle::Link;
use crate::limits::MAX_COORDINATE;
use crate::rules::Rules;

/// Places what a batch has added, in the definition it has led to.
///
/// What the user puts somewhere stays there. What an assistant puts somewhere does unless any of it covers another node:
/// it does not see the canvas, so its places then say nothing. Connections that are proposed but not applied say where a
/// node belongs that has none.
pub(crate) fn settle(
    before: &Definition,
    actions: &[Action],
    rest: &Rest<'_>,
    after: &mut Definition,
    rules: &Rules,
    mode: Mode,
) {
    let mut authored = Authored::of(actions);
    authored.join_around(before, after);
    let is_unplaced = |node: &Node| matches!(authored.added.get(&node.id), Some(None));
    let is_given = |node: &Node| matches!(authored.added.get(&node.id), Some(Some(_)));
    let ignores_given = mode == Mode::Complete && covers(&after.nodes, is_given, |node| !is_unplaced(node), rules);
    let is_joined = |node: &Node| authored.joined.contains(&node.id) && rest.unmoved.contains(&node.id);
    let wants = |node: &Node| is_unplaced(node) || is_joined(node) || ignores_given && is_given(node);
    if !after.nodes.iter().any(&wants) {
        return;
    }
    let stand = |node: &Node| match node.position.x {
        _ if wants(node) => Stand::Nowhere,
        x if authored.moved.contains(&node.id) || is_given(node) => Stand::Fixed(x),
        x => Stand::At(x),
    };
    let stands: Vec<Stand> = after.nodes.iter().map(stand).collect();
    let numbers = Numbers::of(&after.nodes);
    let mut links = numbers.links(after.edges.iter().map(ends));
    let planned = numbers.links(rest.proposed.iter().filter_map(|action| match action {
        Action::AddEdge { source, target, .. } => Some((source, target)),
        _ => None,
    }));
    let connected: HashSet<usize> = links.iter().flat_map(|link| [link.source, link.target]).collect();
    links.extend(planned.into_iter().filter(|link| !connected.contains(&link.target)));
    let links_before = numbers.links(before.edges.iter().map(ends));
    arrange(&mut after.nodes, &links, &links_before, &stands, rules);
}

/// What a batch says about places.
#[derive(Default)]
struct Authored<'a> {
    added: HashMap<&'a NodeId, Option<Position>>,
    moved: HashSet<&'a NodeId>,
    /// Nodes that are connected.
    joined: HashSet<NodeId>,
    /// Where connections that are removed start.
    cut: HashSet<NodeId>,
    cut_edges: HashSet<&'a EdgeId>,
}

impl<'a> Authored<'a> {
    fn of(actions: &'a [Action]) -> Self {
        let mut authored = Self::default();
        for action in actions {
            match action {
                Action::AddNode { id: Some(id), position, .. } => {
                    authored.added.insert(id, *position);
                }
                Action::UpdateNode { node_id, position: Some(position), .. } => {
                    authored.moved.insert(node_id);
                    authored.added.entry(node_id).and_modify(|place| *place = Some(*position));
                }
                Action::AddEdge { source, target, .. } => authored.joined.extend([source, target].map(Clone::clone)),
                Action::DeleteEdge { edge_id: Some(id), .. } => {
                    authored.cut_edges.insert(id);
                }
                Action::DeleteEdge { source: Some(source), .. } => {
                    authored.cut.insert(source.clone());
                }
                Action::GenerateWorkflow { .. } => authored = Self::default(),
                _ => {}
            }
        }
        authored
    }

    /// A node that a removed connection went past belongs to the row as one does that is connected now.
    fn join_around(&mut self, before: &Definition, after: &Definition) {
        let removed = before.edges.iter().filter(|edge| self.cut_edges.contains(&edge.id));
        self.cut.extend(removed.map(|edge| edge.source.clone()));
        let past = after.edges.iter().filter(|edge| self.cut.contains(&edge.source));
        self.joined.extend(past.map(|edge| edge.target.clone()));
    }
}

/// Places the nodes of a generated definition anew unless they cover nothing. Nodes that stay where they were go first.
pub(crate) fn spread(before: &Definition, definition: &mut Definition, rules: &Rules) {
    let stood: HashMap<&NodeId, Position> = before.nodes.iter().map(|node| (&node.id, node.position)).collect();
    let moves = |node: &Node| stood.get(&node.id) != Some(&node.position);
    if !covers(&definition.nodes, moves, |_| true, rules) {
        return;
    }
    let stand = |node: &Node| if moves(node) { Stand::Nowhere } else { Stand::Fixed(node.position.x) };
    let stands: Vec<Stand> = definition.nodes.iter().map(stand).collect();
    let links = Numbers::of(&definition.nodes).links(definition.edges.iter().map(ends));
    arrange(&mut definition.nodes, &links, &[], &stands, rules);
}

/// Whether one of these nodes lies on another one that has a place.
fn covers(nodes: &[Node], these: impl Fn(&Node) -> bool, placed: impl Fn(&Node) -> bool, rules: &Rules) -> bool {
    if !nodes.iter().any(&these) {
        return false;
    }
    let mut canvas = Canvas::default();
    for node in nodes.iter().filter(|node| placed(node) && !these(node)) {
        canvas.put(node.position, height(node, rules));
    }
    nodes.iter().filter(|node| these(node)).any(|node| {
        let height = height(node, rules);
        let is_free = canvas.is_free(node.position, height, OVERLAP);
        canvas.put(node.position, height);
        !is_free
    })
}

/// Nodes by their place in the definition.
struct Numbers(HashMap<NodeId, usize>);

impl Numbers {
    fn of(nodes: &[Node]) -> Self {
        Self(nodes.iter().enumerate().map(|(index, node)| (node.id.clone(), index)).collect())
    }

    /// The connections whose ends are there.
    fn links<'a>(&self, edges: impl Iterator<Item = (&'a NodeId, &'a NodeId)>) -> Vec<Link> {
        let number = |id: &NodeId| self.0.get(id).copied();
        let link = |(source, target): (&NodeId, &NodeId)| {
            Some(Link { source: number(source)?, target: number(target)?, is_new: false })
        };
        edges.filter_map(link).collect()
    }
}

fn ends(edge: &Edge) -> (&NodeId, &NodeId) {
    (&edge.source, &edge.target)
}

/// Gives the nodes that want a place one, and moves on what is in front of them.
fn arrange(nodes: &mut [Node], links: &[Link], before: &[Link], stands: &[Stand], rules: &Rules) {
    let heights = nodes.iter().map(|node| height(node, rules)).collect();
    let columns = columns(stands, links, before);
    let links = links.iter().map(|link| (link.source, link.target)).collect();
    let mut rows = Rows { nodes, heights, links, columns, canvas: Canvas::default() };
    let blocked = rows.move_on(stands);
    rows.place();
    for node in blocked {
        rows.evade(node, rows.nodes[node].position.y);
    }
}

/// Nodes while they are given their places.
struct Rows<'a> {
    nodes: &'a mut [Node],
    heights: Vec<f64>,
    links: HashSet<(usize, usize)>,
    columns: Columns,
    canvas: Canvas,
}

impl Rows<'_> {
    /// Moves what stands to its new column, and says where something else is in the way.
    fn move_on(&mut self, stands: &[Stand]) -> Vec<usize> {
        let shift = |node: usize| stands[node].x().map(|x| self.columns.x[node] - x);
        let mut standing: Vec<(f64, usize)> =
            (0..stands.len()).filter_map(|node| shift(node).map(|shift| (shift, node))).collect();
        standing.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut blocked = Vec::new();
        // What moves together stays together, be it that one covers another.
        for together in standing.chunk_by(|one, next| one.0 >= next.0) {
            let mut clear = Vec::new();
            for (shift, node) in together {
                let position = Position { x: bounded(self.columns.x[*node]), ..self.nodes[*node].position };
                if *shift <= 0.0 || self.canvas.is_free(position, self.heights[*node], CLOSE) {
                    clear.push((*node, position));
                } else {
                    blocked.push(*node);
                }
            }
            for (node, position) in clear {
                self.nodes[node].position = position;
                self.canvas.put(position, self.heights[node]);
            }
        }
        blocked
    }

    /// Places what wants a place.
    fn place(&mut self) {
        for node in self.columns.order.clone() {
            let row = self.row(node);
            self.evade(node, row);
        }
    }

    /// The row a new node belongs to: that of what it leads to, or of what leads to it. Where it is a way around a
    /// connection, the one below.
    fn row(&self, node: usize) -> f64 {
        let row = |node: usize| self.nodes[node].position.y;
        let (source, aim) = (self.columns.source[node], self.columns.aim[node]);
        match (source, aim) {
            (_, Some(aim)) if self.columns.origin[node].is_some_and(|origin| self.links.contains(&(origin, aim))) => {
                row(aim) + STEP_Y
            }
            (_, Some(aim)) => row(aim),
            (Some(source), None) => row(source),
            (None, None) => self.columns.last.map_or(0.0, row),
        }
    }

    /// Puts a node into its column, into this row or the first free one below.
    fn evade(&mut self, node: usize, row: f64) {
        let wanted = Position { x: bounded(self.columns.x[node]), y: bounded(row) };
        let position = self.canvas.free_below(wanted, self.heights[node]);
        self.canvas.put(position, self.heights[node]);
        self.nodes[node].position = position;
    }
}

fn bounded(coordinate: f64) -> f64 {
    coordinate.clamp(-MAX_COORDINATE, MAX_COORDINATE)
}
