//! A failed run: what failed where and why, and what would mend it, as ordinary actions.
//!
//! Error texts, labels and fields are data: they are compared and quoted, never read as a request. Where there is no sure
//! remedy, nothing is proposed.

mod access;
mod ask;
mod convert;
mod expression;
mod fields;
mod near;
mod remedy;
mod required;

use bridge_domain::RunProblem;

use crate::answer::Answer;
use crate::graph::draft::Draft;
use crate::plan::notes::{quoted, shortened};
use crate::read::tokens::Token;
use crate::tell::Room;

/// What there is to say of a failure, and to change.
#[derive(Debug, Clone, PartialEq)]
struct Finding {
    /// Why it failed, or what to do about it; whole sentences.
    text: String,
    /// Whether the draft was changed.
    changed: bool,
}

impl Finding {
    /// Something to be done by the person.
    fn advice(text: impl Into<String>) -> Self {
        Self { text: text.into(), changed: false }
    }

    /// Something the draft does now.
    fn change(text: impl Into<String>) -> Self {
        Self { text: text.into(), changed: true }
    }
}

/// The answer to a question about the failed run this conversation is about. None when the message asks for something else.
pub(crate) fn answer(room: &Room<'_, '_>, draft: &mut Draft<'_>, tokens: &[Token]) -> Option<Answer> {
    let problem = room.briefing.run_problem.as_ref()?;
    let wish = ask::read(tokens)?;
    if room.briefing.definition.is_none() {
        return Some(Answer::say(format!(
            "{}\n\nI was not shown the workflow, so I cannot propose a change. Turn on “include workflow” for this \
             conversation and ask again.",
            what_happened("A node", problem)
        )));
    }
    let Some(node) = draft.alive().find(|node| draft.nodes[*node].id == problem.node_id) else {
        return Some(Answer::say(format!(
            "{}\n\nThat node is not in the workflow any more. Run the workflow again.",
            what_happened("A node", problem)
        )));
    };
    let told = what_happened(&quoted(&draft.nodes[node].label), problem);
    let finding = remedy::find(draft, node, problem, wish);
    if !finding.changed {
        return Some(Answer::say(format!("{told}\n\n{}", finding.text)));
    }
    let message =
        format!("{told}\n\n{}\n\nNothing changes until you press Accept. Then run the workflow again.", finding.text);
    Some(Answer { message, actions: draft.actions() })
}

/// Where it failed and why, in a sentence.
fn what_happened(node: &str, problem: &RunProblem) -> String {
    let parameter = problem.parameter.as_deref().map(|name| format!(" at `{}`", plain(name, 60))).unwrap_or_default();
    let item = problem
        .item
        .filter(|_| problem.item_count > 1)
        .map(|item| format!(", on item {}", u64::from(item) + 1))
        .unwrap_or_default();
    let message = plain(problem.error.message.trim(), 400);
    if message.is_empty() {
        return format!("{node} failed{parameter}{item}.");
    }
    let stop = if message.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{node} failed{parameter}{item}: {message}{stop}")
}

/// Somebody else's text within a sentence: on one line, without what Markdown would read as code or a link.
fn plain(text: &str, length: usize) -> String {
    shortened(text, length).replace('`', "'").replace("](", "] (")
}
