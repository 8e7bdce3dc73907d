//! An answer to a question the assistant asked: put behind the request it belongs to.

use bridge_domain::{Role, Turn};

use crate::read::tokens::{Kind, tokenize};
use crate::step::heads;

/// What ends a message of ours that waits for an answer.
pub(crate) const WAITS: &str = "Answer with just that, and I will propose the whole.";

/// Words up to which a message can be a mere answer.
const MAX_ANSWER: usize = 12;
/// Questions in a row that are followed back.
const MAX_ROUNDS: usize = 4;

/// The message, behind the request it completes where it answers a question of ours.
pub(crate) fn complete(message: &str, turns: &[Turn]) -> String {
    if !is_mere_answer(message) {
        return message.to_owned();
    }
    let mut whole = message.trim().to_owned();
    let mut before = turns.iter().rev();
    if turns.last().is_some_and(|turn| turn.role == Role::User) {
        before.next();
    }
    for _ in 0..MAX_ROUNDS {
        let (Some(asked), Some(request)) = (before.next(), before.next()) else { break };
        let waits = asked.role == Role::Assistant && asked.parts.iter().any(|part| part.contains(WAITS));
        let Some(words) = request.parts.last().filter(|_| waits && request.role == Role::User) else { break };
        whole = format!("{} {whole}", words.trim().trim_end_matches(['.', '!', ';', ',']));
    }
    whole
}

/// Whether a message is a value or a name rather than a request of its own.
fn is_mere_answer(message: &str) -> bool {
    if message.len() > 400 {
        return false;
    }
    let tokens = tokenize(message);
    let (head, _) = heads::of(&tokens, &(0..tokens.len()));
    let asks = tokens
        .first()
        .is_some_and(|token| token.is(&["what", "how", "why", "which", "who", "where", "explain", "help"]));
    let value = tokens.iter().any(|token| token.is_value() && token.kind != Kind::Number);
    tokens.len() <= MAX_ANSWER
        && !tokens.is_empty()
        && !asks
        && (head == heads::Head::Bare
            || head == heads::Head::Verb && value && tokens.len() <= 4 && tokens[0].is(&["use", "to"]))
}
