//! What came of a request, in words, with the actions where nothing stands against them.

use super::notes::{Missing, Notes, listed, quoted};
use crate::answer::Answer;
use crate::followup::WAITS;
use crate::graph::draft::Draft;
use crate::graph::whole;
use crate::read::lexicon::{properties, text_of};
use crate::tell::Room;

/// The answer to a request for a change.
pub(super) fn report(room: &Room<'_, '_>, draft: &Draft<'_>, notes: &Notes, made: &[usize], fresh: bool) -> Answer {
    if !notes.refused.is_empty() {
        let mut message = notes.refused.join("\n\n");
        if !notes.done.is_empty() {
            message.push_str("\n\nSo that nothing is built by halves, I propose no change.");
        }
        return Answer::say(message);
    }
    if !notes.is_clear() {
        return Answer::say(ask(draft, notes, made));
    }
    let actions = if fresh { vec![whole::generate(draft)] } else { draft.actions() };
    let lead = match (fresh, notes.done.len()) {
        (true, _) => "Here is a whole new workflow in place of what is on the canvas:",
        (false, 1) => "I suggest one change:",
        (false, _) => "Here is what I suggest:",
    };
    let mut message = format!("{lead}\n\n{}", numbered(&notes.done));
    match notes.assumed.as_slice() {
        [] => {}
        [one] => message.push_str(&format!("\n{}.\n", one.trim_end_matches('.'))),
        several => {
            message.push_str("\nWhat I assumed:\n");
            for assumed in several {
                message.push_str(&format!("- {}.\n", assumed.trim_end_matches('.')));
            }
        }
    }
    if !notes.ignored.is_empty() {
        let parts: Vec<String> = notes.ignored.iter().take(5).map(|clause| format!("“{clause}”")).collect();
        message.push_str(&format!("\nI did not understand {} and left it out.\n", listed(&parts, "and")));
    }
    if room.briefing.definition.is_none() {
        message.push_str("\nI was not shown the workflow, so I planned as if it were empty.\n");
    }
    message.push_str("\nNothing changes until you press Accept.");
    Answer { message, actions }
}

fn numbered(sentences: &[String]) -> String {
    sentences.iter().enumerate().map(|(index, sentence)| format!("{}. {sentence}\n", index + 1)).collect()
}

/// The plan so far, and what is needed before it can be proposed.
fn ask(draft: &Draft<'_>, notes: &Notes, made: &[usize]) -> String {
    let mut message = String::new();
    match chain(draft, made) {
        Some(labels) => message.push_str(&format!("So far I have this in mind: {labels}.\n\n")),
        None if !notes.done.is_empty() => {
            message.push_str(&format!("So far I have this in mind:\n\n{}\n", numbered(&notes.done)));
        }
        None => {}
    }
    let questions: Vec<String> =
        notes.missing.iter().filter_map(|missing| question(draft, missing)).chain(notes.needed.clone()).collect();
    message.push_str("I still need to know:");
    for question in &questions {
        message.push_str(&format!("\n- {question}"));
    }
    let order = if notes.missing.len() > 1 {
        "Answer with just that, one after the other or by name,"
    } else {
        "Answer with just that,"
    };
    message.push_str(&format!("\n\n{order} {WAITS}"));
    message
}

/// One missing value: its title, whose it is, and what it looks like.
fn question(draft: &Draft<'_>, missing: &Missing) -> Option<String> {
    let (_, schema) = properties(draft.manifest(missing.node)?).find(|(name, _)| *name == missing.name)?;
    let description = text_of(schema, "description").trim_end_matches('.');
    let label = quoted(&draft.nodes[missing.node].label);
    Some(format!("**{}** of {label}: {}", text_of(schema, "title"), super::label::lowered(description)))
}

/// The labels of new nodes from first to last, where they make a single chain.
fn chain(draft: &Draft<'_>, made: &[usize]) -> Option<String> {
    let follows = |pair: &[usize]| draft.leaving(pair[0]).any(|edge| draft.edges[edge].target == pair[1]);
    let single = made.len() > 1 && made.len() < 12 && made.windows(2).all(follows);
    let labels = made.iter().map(|node| quoted(&draft.nodes[*node].label));
    single.then(|| labels.collect::<Vec<_>>().join(" → "))
}
