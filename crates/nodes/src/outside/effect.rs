//! What repeating a step would do when a switch in its configuration decides it.

use bridge_domain::{Config, Effect};
use serde_json::Value;

/// Nothing while the switch is off; an expression may stand for any value, so it counts as on.
pub fn outside_if(config: &Config, switch: &str) -> Effect {
    let is_off = config.get(switch).is_none_or(|value| *value == Value::Bool(false));
    if is_off { Effect::Harmless } else { Effect::Outside }
}
