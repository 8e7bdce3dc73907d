//! Sends an answer back to the model with what is wrong in it.

use bridge_domain::{ModelRequest, Problem, Role, Turn};

use crate::guard;
use crate::redact::Redactor;

/// How often an answer is sent back at most.
pub const MAX_REPAIRS: u32 = 2;
/// Problems that are listed at most.
const PROBLEMS: usize = 40;
/// As much of the answer as is sent back, in characters.
const ANSWER: usize = 24_000;

/// The request that asks for a corrected answer: the first one, the answer, its problems.
#[must_use]
pub fn request(first: &ModelRequest, answer: &str, problems: &[Problem], redactor: &Redactor) -> ModelRequest {
    let mut lines: Vec<String> = problems
        .iter()
        .take(PROBLEMS)
        .map(|problem| {
            format!("- {}: {}", if problem.path.is_empty() { "answer" } else { &problem.path }, problem.message)
        })
        .collect();
    if problems.len() > PROBLEMS {
        lines.push(format!("- and {} more", problems.len() - PROBLEMS));
    }
    let listed = guard::block("problems", &guard::prose(&lines.join("\n"), ANSWER, redactor));
    let mut request = first.clone();
    request.turns.push(Turn { role: Role::Assistant, parts: vec![guard::prose(answer, ANSWER, redactor)] });
    request.turns.push(Turn {
        role: Role::User,
        parts: vec![
            listed,
            "Your answer cannot be used because of these problems. Send the whole corrected answer, message and all \
             actions, as one JSON object."
                .to_owned(),
        ],
    });
    request
}
