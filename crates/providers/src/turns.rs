//! The conversation as all formats want it: user first, roles alternating, nothing blank.

use bridge_domain::{Role, Turn};

/// Stands before an assistant's turn that would otherwise be first.
const LEFT_OUT: &str = "(Earlier messages are left out.)";

/// Merges consecutive turns of one role, drops blank parts and empty turns, and starts with the user.
pub(crate) fn alternating(turns: &[Turn]) -> Vec<Turn> {
    let mut merged: Vec<Turn> = Vec::with_capacity(turns.len());
    for turn in turns {
        let role = if turn.role == Role::Assistant { Role::Assistant } else { Role::User };
        let parts = turn.parts.iter().filter(|part| !part.trim().is_empty()).cloned();
        match merged.last_mut() {
            Some(last) if last.role == role => last.parts.extend(parts),
            _ => {
                let parts: Vec<String> = parts.collect();
                if parts.is_empty() {
                    continue;
                }
                if merged.is_empty() && role == Role::Assistant {
                    merged.push(Turn { role: Role::User, parts: vec![LEFT_OUT.to_owned()] });
                }
                merged.push(Turn { role, parts });
            }
        }
    }
    merged
}
