//! An answer to a question the assistant asked, with the request it completes.

use bridge_domain::{Role, Turn};

use crate::read::tokens::{Kind, tokenize};
use crate::step::heads;

/// What ends a message of ours that waits for an answer.
pub(crate) const WAITS: &str = "and I will propose the whole.";

/// Words up to which a message can be a mere answer.
const MAX_ANSWER: usize = 40;
/// Questions in a row that are followed back.
const MAX_ROUNDS: usize = 4;

/// A request and the answers to what was asked about it since, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exchange {
    pub request: String,
    pub answers: Vec<String>,
}

impl Exchange {
    /// The message with the request it completes; alone where it answers nothing.
    pub(crate) fn of(message: &str, turns: &[Turn]) -> Self {
        let alone = Self { request: message.to_owned(), answers: Vec::new() };
        let mut before = turns.iter().rev();
        if turns.last().is_some_and(|turn| turn.role == Role::User) {
            before.next();
        }
        let mut said = vec![message.trim().to_owned()];
        for _ in 0..MAX_ROUNDS {
            let (Some(asked), Some(request)) = (before.next(), before.next()) else { break };
            let waits = asked.role == Role::Assistant && asked.parts.iter().any(|part| part.contains(WAITS));
            let Some(words) = request.parts.last().filter(|_| waits && request.role == Role::User) else { break };
            if said.last().is_none_or(|answer| !is_mere_answer(answer)) {
                break;
            }
            said.push(words.trim().trim_end_matches(['.', '!', ';', ',']).to_owned());
        }
        match said.pop() {
            Some(request) if !said.is_empty() => {
                said.reverse();
                Self { request, answers: said }
            }
            _ => alone,
        }
    }

    /// Everything in one text, as if it had been said at once.
    pub(crate) fn whole(&self) -> String {
        self.answers.iter().fold(self.request.clone(), |whole, answer| format!("{whole} {answer}"))
    }

    /// The request with all answers but the last.
    pub(crate) fn before_last(&self) -> String {
        let earlier = self.answers.len().saturating_sub(1);
        self.answers[..earlier].iter().fold(self.request.clone(), |whole, answer| format!("{whole} {answer}"))
    }
}

/// Whether a message is a value or a name rather than a request of its own.
fn is_mere_answer(message: &str) -> bool {
    if message.len() > 600 {
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
            || head == heads::Head::Verb && value && tokens.len() <= 12 && tokens[0].is(&["use", "to", "take"]))
}
