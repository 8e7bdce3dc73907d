//! An answer of a chosen length as a model writes it: one JSON object with a message and actions.

use serde_json::json;

/// An answer of at least `length` bytes: a quarter of it message, the rest actions.
pub fn of_length(length: usize) -> String {
    let sentence = "I add a \"check\" after step — amounts over 100 € go on,\nothers end there. ";
    let message = sentence.repeat(length / 4 / sentence.len() + 1);
    let mut actions = Vec::new();
    let mut written = message.len();
    while written < length {
        let action = json!({
            "type": "add_node",
            "id": format!("n{}", actions.len()),
            "connector_id": "slack",
            "action_id": "send_message",
            "label": format!("Tell sales about order {}", actions.len()),
            "config": [
                {"name": "channel", "value": "#sales"},
                {"name": "text", "value": "Order {{ $json.id }} of \"{{ $json.customer }}\":\n{{ $json.amount }} €"}
            ],
            "position": {"x": 240 * actions.len(), "y": 120}
        });
        written += action.to_string().len() + 1;
        actions.push(action);
    }
    json!({"message": message, "actions": actions}).to_string()
}

/// The text in pieces of four bytes; a character longer than what is left of a piece goes into the next one.
pub fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::with_capacity(text.len() / 4 + 1);
    let mut rest = text;
    while !rest.is_empty() {
        let length = (1..=4).rev().find(|&length| rest.is_char_boundary(length)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(length);
        pieces.push(piece);
        rest = after;
    }
    pieces
}
