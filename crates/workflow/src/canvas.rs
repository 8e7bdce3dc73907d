//! What stands where on the canvas, found by place. Knows no connections; moves nothing.

use std::collections::HashMap;

use bridge_domain::{Node, OnError, Position};

use crate::limits::MAX_COORDINATE;
use crate::rules::Rules;

/// Width every node is drawn with, and some space beside it, in canvas units.
const WIDTH: f64 = 240.0;
/// Height of a node with up to two outputs.
const LEAST_HEIGHT: f64 = 60.0;
/// Distance between two outputs of a node, and what the node is higher than all of them.
const OUTPUT: (f64, f64) = (24.0, 12.0);
/// Outputs that a node of an unknown connector is drawn with at most.
const MOST_UNKNOWN: u64 = 32;
/// From one node to the one below it, looking for a free place.
pub(crate) const STEP_Y: f64 = 140.0;
/// Height of a cell.
const CELL: f64 = 100.0;
/// Nodes of one cell that are looked at; more stand there only when they cover each other anyway.
const MOST_IN_CELL: usize = 32;

/// Space above and below a node that is put between others: a tidy row is this close and more.
pub(crate) const CLOSE: f64 = 16.0;
/// Space above and below a node that evades others.
const LOOSE: f64 = 40.0;
/// How far two nodes may overlap where their author put them.
pub(crate) const OVERLAP: f64 = 0.0;

/// The height a node is drawn with. The interface draws it by the same rule (`ui/src/graph/size.ts`).
pub(crate) fn height(node: &Node, rules: &Rules) -> f64 {
    let noted = || node.data.config.get("outputs").and_then(serde_json::Value::as_u64).unwrap_or(1).min(MOST_UNKNOWN);
    let own = rules.action_of(node).map_or_else(noted, |action| action.outputs.len() as u64);
    let outputs = own + u64::from(node.data.settings.on_error == OnError::ErrorOutput);
    #[expect(clippy::cast_precision_loss, reason = "a node has few outputs")]
    let wanted = outputs as f64 * OUTPUT.0 + OUTPUT.1;
    wanted.max(LEAST_HEIGHT)
}

/// Rectangles on the canvas.
#[derive(Default)]
pub(crate) struct Canvas {
    cells: HashMap<(i64, i64), Vec<(Position, f64)>>,
    /// Where the search below a place ended last time, so that a column of thousands is not searched from its top.
    ends: HashMap<(i64, i64), f64>,
}

impl Canvas {
    /// Takes the room of a node of this height.
    pub(crate) fn put(&mut self, position: Position, height: f64) {
        let column = index(position.x, WIDTH);
        for row in index(position.y, CELL)..=index(position.y + height, CELL) {
            let cell = self.cells.entry((column, row)).or_default();
            if cell.len() < MOST_IN_CELL {
                cell.push((position, height));
            }
        }
    }

    /// Whether nothing stands here, nor closer than this above and below.
    pub(crate) fn is_free(&self, position: Position, height: f64, space: f64) -> bool {
        let (top, bottom) = (position.y - space, position.y + height + space);
        let covers = |(other, its_height): &(Position, f64)| {
            (other.x - position.x).abs() < WIDTH && other.y < bottom && other.y + its_height > top
        };
        let column = index(position.x, WIDTH);
        (index(top, CELL)..=index(bottom, CELL))
            .flat_map(|row| (-1..=1).map(move |side| (column.saturating_add(side), row)))
            .all(|cell| self.cells.get(&cell).is_none_or(|nodes| !nodes.iter().any(covers)))
    }

    /// This place, or the first free one below it.
    pub(crate) fn free_below(&mut self, start: Position, height: f64) -> Position {
        if self.is_free(start, height, CLOSE) {
            return start;
        }
        let key = (index(start.x, 1.0), index(start.y, 1.0));
        let mut position = Position { x: start.x, y: self.ends.get(&key).copied().unwrap_or(start.y) };
        while !self.is_free(position, height, LOOSE) && position.y < MAX_COORDINATE - STEP_Y {
            position.y += STEP_Y;
        }
        self.ends.insert(key, position.y);
        position
    }
}

#[expect(clippy::cast_possible_truncation, reason = "far out, all nodes share a cell, which is only slower to search")]
fn index(coordinate: f64, size: f64) -> i64 {
    (coordinate.clamp(-MAX_COORDINATE, MAX_COORDINATE) / size).floor() as i64
}
