//! A data folder with conversations and workflows of known sizes, written through the store as the application writes.

use std::path::Path;

use bridge_domain::{
    Config, Definition, Edge, EdgeId, MessageMetadata, MessageStatus, Node, NodeData, NodeId, NodeType, Origin,
    Position,
};
use bridge_store::Store;
use serde_json::{Value, json};

use crate::Failure;

/// Messages of the short conversation.
pub const SHORT_THREAD: u32 = 50;
/// Messages of the long one.
pub const LONG_THREAD: u32 = 10_000;
/// Both.
pub const THREAD_LENGTHS: [u32; 2] = [SHORT_THREAD, LONG_THREAD];
/// Nodes of the workflows.
const CANVASES: [u32; 4] = [100, 500, 1000, 5000];

/// Name of the workflow whose conversation has this many messages.
pub fn thread_name(messages: u32) -> String {
    format!("Conversation of {messages}")
}

/// Fills an empty folder.
pub async fn fill(folder: &Path) -> Result<Value, Failure> {
    let store = Store::open(folder).await?.store;
    for messages in THREAD_LENGTHS {
        converse(&store, messages).await?;
    }
    for nodes in CANVASES {
        let id = store.create_workflow(&format!("Canvas of {nodes}"), "").await?.id;
        store.commit(id, None, Origin::Import, |_| Ok(square(nodes))).await?;
    }
    store.close().await;
    Ok(json!({ "threads": THREAD_LENGTHS, "canvases": CANVASES }))
}

async fn converse(store: &Store, messages: u32) -> Result<(), Failure> {
    let id = store.create_workflow(&thread_name(messages), "").await?.id;
    for turn in 1..=messages / 2 {
        let question = format!("Question {turn}: what happens when an order has no customer?");
        let begun = store.begin_turn(id, &question, MessageMetadata::default()).await?;
        let answer = answer(turn, turn == messages / 2);
        let (metadata, status) = (MessageMetadata::default(), MessageStatus::Complete);
        store.finish_message(begun.answer.id, &answer, Vec::new(), metadata, status).await?;
    }
    Ok(())
}

/// The last one can be told from the others by its text.
fn answer(turn: u32, is_last: bool) -> String {
    let mark = if is_last { "the newest answer" } else { "an answer" };
    format!(
        "This is {mark} ({turn}). The node **Check** looks at three fields:\n\n- `customer`, which may be empty\n- \
         `amount`, a number over 100\n- `country`, two letters\n\nWithout a customer the order goes to the second output, \
         and nobody is told. To change that, connect the second output to *Tell sales*."
    )
}

/// A trigger and a square of nodes, each connected to the next and, every fourth, to the one below.
fn square(count: u32) -> Definition {
    let columns = count.isqrt();
    let nodes = (0..count).map(|index| node(index, columns)).collect();
    let along = (1..count).map(|to| edge(to - 1, to));
    let down = (1..count.saturating_sub(columns)).filter(|from| from % 4 == 1).map(|from| edge(from, from + columns));
    Definition { nodes, edges: along.chain(down).collect() }
}

fn node(index: u32, columns: u32) -> Node {
    let (node_type, connector_id, action_id, config) = match index {
        0 => (NodeType::Trigger, "webhook", "receive", Config::new()),
        _ => (NodeType::Action, "slack", "send_message", message()),
    };
    let position = Position { x: f64::from(index % columns) * 280.0, y: f64::from(index / columns) * 120.0 };
    let data = NodeData {
        label: format!("Step {index}"),
        connector_id: connector_id.to_owned(),
        action_id: action_id.to_owned(),
        config,
        settings: bridge_domain::NodeSettings::default(),
    };
    Node { id: name(index), node_type, position, data }
}

fn message() -> Config {
    let text = [("channel", "#sales"), ("text", "Order {{ $json.id }} arrived")];
    text.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}

fn edge(from: u32, to: u32) -> Edge {
    let id = EdgeId(format!("e{from}-{to}"));
    Edge { id, source: name(from), target: name(to), source_handle: None, target_handle: None }
}

fn name(index: u32) -> NodeId {
    NodeId(format!("n{index}"))
}
