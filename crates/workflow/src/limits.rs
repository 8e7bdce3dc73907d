//! How large things may be. The figures are those the store and the canvas are tested with.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

/// Nodes of a definition at most.
pub const MAX_NODES: usize = 10_000;
/// Edges of a definition at most.
pub const MAX_EDGES: usize = 50_000;
/// Bytes of a label at most (1 MiB).
pub const MAX_LABEL_BYTES: usize = 1 << 20;
/// Bytes of a node's configuration at most, as JSON (1 MiB).
pub const MAX_CONFIG_BYTES: usize = 1 << 20;
/// Levels of lists and objects in a configuration at most, the configuration itself included.
pub const MAX_DEPTH: usize = 64;
/// Bytes of an identifier at most.
pub const MAX_ID_BYTES: usize = 200;
/// Farthest a node may stand from the origin, in canvas units: as many nodes as there may be fit into one row.
pub const MAX_COORDINATE: f64 = 10_000_000.0;

/// Whether there are more levels than this. Looks no deeper than that.
pub(crate) fn exceeds_depth(value: &Value, levels: usize) -> bool {
    let deeper = |inner: &Value| levels == 0 || exceeds_depth(inner, levels - 1);
    match value {
        Value::Array(list) => levels == 0 || list.iter().any(deeper),
        Value::Object(object) => levels == 0 || object.values().any(deeper),
        _ => false,
    }
}

/// Bytes of the JSON text of a value, without making it.
pub(crate) fn json_length(value: &impl Serialize) -> usize {
    let mut counter = Counter(0);
    // Writing to a counter cannot fail, and every value has a JSON form.
    let _ = serde_json::to_writer(&mut counter, value);
    counter.0
}

struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn levels_are_counted_from_the_outermost() {
        assert!(!exceeds_depth(&json!({ "a": 1 }), 1));
        assert!(exceeds_depth(&json!({ "a": [] }), 1));
        assert!(!exceeds_depth(&json!({ "a": [[1]] }), 3));
        assert!(exceeds_depth(&json!({ "a": [[{}]] }), 3));
    }

    #[test]
    fn the_length_is_that_of_the_text() {
        let value = json!({ "a": ["ü", 1.5, null] });
        assert_eq!(json_length(&value), value.to_string().len());
    }
}
