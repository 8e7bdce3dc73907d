//! Places for nodes whose author gave none: beside their neighbours, left to right, on a grid, over nothing else.
//! Nodes that stand somewhere already are not moved.

use std::collections::{HashMap, HashSet, VecDeque};

use bridge_domain::{Action, Definition, Edge, NodeId, Position};

use crate::limits::MAX_COORDINATE;

/// Grid of the canvas, in canvas units.
const GRID: f64 = 20.0;
/// From one node to the next along a connection.
const STEP_X: f64 = 300.0;
/// From one node to the one below it.
const STEP_Y: f64 = 140.0;
/// Room a node takes, with some space around it.
const ROOM: (f64, f64) = (240.0, 100.0);
/// How close two nodes of a generated definition may come before one is placed anew.
const OVERLAP: (f64, f64) = (160.0, 60.0);
/// Nodes of one cell that are looked at; more stand there only when they cover each other anyway.
const MOST_IN_CELL: usize = 32;

/// Gives every added node a place, and every node of a generated definition that lies on another one.
pub(crate) fn place(definition: &Definition, actions: &mut [Action]) {
    let lacks_place = |action: &Action| match action {
        Action::AddNode { position, .. } => position.is_none(),
        Action::GenerateWorkflow { .. } => true,
        _ => false,
    };
    if !actions.iter().any(lacks_place) {
        return;
    }
    let mut canvas = Canvas::default();
    definition.nodes.iter().for_each(|node| canvas.put(&node.id, node.position));
    let generated = |action: &Action| matches!(action, Action::GenerateWorkflow { .. });
    for part in actions.chunk_by_mut(|_, next| !generated(next)) {
        if let Some(Action::GenerateWorkflow { definition: new }) = part.first_mut() {
            canvas = spread(definition, new);
        }
        add(&mut canvas, part);
    }
}

/// Places the added nodes of a part of the batch.
fn add(canvas: &mut Canvas, actions: &mut [Action]) {
    let mut wanted = Vec::new();
    let mut links = Vec::new();
    for action in actions.iter() {
        match action {
            Action::AddNode { id: Some(id), position: Some(position), .. } => canvas.put(id, *position),
            Action::AddNode { id: Some(id), position: None, .. } => wanted.push(id.clone()),
            Action::UpdateNode { node_id, position: Some(position), .. } => canvas.put(node_id, *position),
            Action::DeleteNode { node_id } => canvas.remove(node_id),
            Action::AddEdge { source, target, .. } => links.push((source.clone(), target.clone())),
            _ => {}
        }
    }
    let places = arrange(canvas, &wanted, &links);
    for action in actions {
        if let Action::AddNode { id: Some(id), position, .. } = action
            && position.is_none()
        {
            *position = places.get(id).copied();
        }
    }
}

/// Places the nodes of a generated definition that lie on another one. Nodes that stay where they were go first.
fn spread(before: &Definition, definition: &mut Definition) -> Canvas {
    let mut canvas = Canvas::default();
    let stood: HashMap<&NodeId, Position> = before.nodes.iter().map(|node| (&node.id, node.position)).collect();
    let stays = |id: &NodeId, position: Position| stood.get(id) == Some(&position);
    for node in definition.nodes.iter().filter(|node| stays(&node.id, node.position)) {
        canvas.put(&node.id, node.position);
    }
    let (mut wanted, mut seen) = (Vec::new(), HashSet::new());
    for node in definition.nodes.iter().filter(|node| !stays(&node.id, node.position)) {
        if !seen.insert(&node.id) {
            continue;
        }
        if canvas.is_free(node.position, OVERLAP) {
            canvas.put(&node.id, node.position);
        } else {
            wanted.push(node.id.clone());
        }
    }
    let links: Vec<_> =
        definition.edges.iter().map(|Edge { source, target, .. }| (source.clone(), target.clone())).collect();
    let places = arrange(&mut canvas, &wanted, &links);
    for node in &mut definition.nodes {
        node.position = places.get(&node.id).copied().unwrap_or(node.position);
    }
    canvas
}

/// Neighbours of the nodes that want a place.
#[derive(Default)]
struct Neighbours {
    before: Vec<NodeId>,
    after: Vec<NodeId>,
}

fn arrange(canvas: &mut Canvas, wanted: &[NodeId], links: &[(NodeId, NodeId)]) -> HashMap<NodeId, Position> {
    let mut neighbours: HashMap<&NodeId, Neighbours> = wanted.iter().map(|id| (id, Neighbours::default())).collect();
    for (source, target) in links.iter().filter(|(source, target)| source != target) {
        neighbours.entry(source).and_modify(|of| of.after.push(target.clone()));
        neighbours.entry(target).and_modify(|of| of.before.push(source.clone()));
    }
    let mut places = HashMap::new();
    for id in along(wanted, &neighbours) {
        let near = neighbours.get(id);
        let position = canvas.find(near.map_or(&[][..], |near| &near.before), near.map_or(&[][..], |near| &near.after));
        canvas.put(id, position);
        places.insert(id.clone(), position);
    }
    places
}

/// The nodes in an order in which each comes after those that lead to it, circles aside.
fn along<'a>(wanted: &'a [NodeId], neighbours: &HashMap<&'a NodeId, Neighbours>) -> Vec<&'a NodeId> {
    let ids: HashMap<&NodeId, &'a NodeId> = wanted.iter().map(|id| (id, id)).collect();
    let mut open: HashMap<&NodeId, usize> = neighbours
        .iter()
        .map(|(id, of)| (*id, of.before.iter().filter(|before| ids.contains_key(before)).count()))
        .collect();
    let mut ready: VecDeque<&'a NodeId> = wanted.iter().filter(|id| open.get(id) == Some(&0)).collect();
    let mut order = Vec::with_capacity(wanted.len());
    let mut seen = HashSet::new();
    while let Some(id) = ready.pop_front() {
        if !seen.insert(id) {
            continue;
        }
        order.push(id);
        for next in neighbours.get(id).into_iter().flat_map(|of| &of.after) {
            if let (Some(id), Some(count)) = (ids.get(next), open.get_mut(next)) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push_back(id);
                }
            }
        }
    }
    order.extend(wanted.iter().filter(|id| !seen.contains(id)));
    order
}

/// Where nodes stand, found by place.
#[derive(Default)]
struct Canvas {
    places: HashMap<NodeId, Position>,
    cells: HashMap<(i64, i64), Vec<Position>>,
    /// Where the search below a place ended last time, so that a column of thousands is not searched from its top.
    ends: HashMap<(i64, i64), f64>,
    rightmost: Option<Position>,
}

impl Canvas {
    fn put(&mut self, id: &NodeId, position: Position) {
        self.remove(id);
        self.places.insert(id.clone(), position);
        let cell = self.cells.entry(cell(position)).or_default();
        if cell.len() < MOST_IN_CELL {
            cell.push(position);
        }
        if self.rightmost.is_none_or(|rightmost| position.x > rightmost.x) {
            self.rightmost = Some(position);
        }
    }

    fn remove(&mut self, id: &NodeId) {
        if let Some(position) = self.places.remove(id)
            && let Some(cell) = self.cells.get_mut(&cell(position))
            && let Some(index) = cell.iter().position(|one| *one == position)
        {
            cell.swap_remove(index);
        }
    }

    fn is_free(&self, position: Position, room: (f64, f64)) -> bool {
        let (column, row) = cell(position);
        let covers = |one: &Position| (one.x - position.x).abs() < room.0 && (one.y - position.y).abs() < room.1;
        (-1..=1)
            .flat_map(|x| (-1..=1).map(move |y| (column.saturating_add(x), row.saturating_add(y))))
            .all(|cell| self.cells.get(&cell).is_none_or(|nodes| !nodes.iter().any(covers)))
    }

    /// A free place to the right of what leads to a node, else to the left of what it leads to, else at the end.
    fn find(&mut self, before: &[NodeId], after: &[NodeId]) -> Position {
        let known = |ids: &[NodeId]| ids.iter().filter_map(|id| self.places.get(id).copied()).collect::<Vec<_>>();
        let rightmost = known(before).into_iter().max_by(|a, b| a.x.total_cmp(&b.x));
        let leftmost = known(after).into_iter().min_by(|a, b| a.x.total_cmp(&b.x));
        let right_of = |position: Position| Position { x: position.x + STEP_X, y: position.y };
        let left_of = |position: Position| Position { x: position.x - STEP_X, y: position.y };
        let start =
            rightmost.map(right_of).or(leftmost.map(left_of)).or(self.rightmost.map(right_of)).unwrap_or_default();
        self.free_below(Position { x: snap(start.x), y: snap(start.y) })
    }

    fn free_below(&mut self, start: Position) -> Position {
        #[expect(clippy::cast_possible_truncation, reason = "positions are bounded by MAX_COORDINATE")]
        let key = (start.x as i64, start.y as i64);
        let mut position = Position { x: start.x, y: self.ends.get(&key).copied().unwrap_or(start.y) };
        while !self.is_free(position, ROOM) && position.y < MAX_COORDINATE - STEP_Y {
            position.y += STEP_Y;
        }
        self.ends.insert(key, position.y);
        position
    }
}

#[expect(clippy::cast_possible_truncation, reason = "far out, all nodes share a cell, which is only slower to search")]
fn cell(position: Position) -> (i64, i64) {
    ((position.x / ROOM.0).floor() as i64, (position.y / ROOM.1).floor() as i64)
}

fn snap(coordinate: f64) -> f64 {
    ((coordinate / GRID).round() * GRID).clamp(-MAX_COORDINATE, MAX_COORDINATE)
}
