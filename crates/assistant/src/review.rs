//! A finished answer held against the workflow: which actions it proposes, and what is wrong with them. Pure, but for
//! the fresh identifiers new nodes get.

use bridge_domain::{Action, Definition, Problem, ProblemCode, ProposedAction};
use bridge_workflow::Rules;
use serde_json::Value;

use crate::answer::{self, Answer};
use crate::decode::Decoder;
use crate::guard;
use crate::reader::Reader;
use crate::redact::{MARK, Redactor};

/// An answer with everything known about it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reviewed {
    /// The text for people. Says so itself when part of the answer could not be read.
    pub message: String,
    /// The actions that could be read, in order.
    pub actions: Vec<ProposedAction>,
    /// Everything that is wrong, in the answer's own numbering, for the model.
    pub problems: Vec<Problem>,
    /// Whether the answer could not be read as a whole.
    pub broken: bool,
}

impl Reviewed {
    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.message.is_empty() && self.actions.is_empty() && !self.broken
    }

    /// The better one of this and an earlier attempt: readable beats broken, fewer problems beat more, newer beats older.
    #[must_use]
    pub fn better_than(self, earlier: Option<Self>) -> Self {
        let badness = |reviewed: &Self| (reviewed.broken || reviewed.is_blank(), reviewed.problems.len());
        match earlier {
            Some(earlier) if badness(&earlier) < badness(&self) => earlier,
            _ => self,
        }
    }
}

/// Reviews a finished answer.
#[must_use]
pub fn review(reader: &Reader, definition: &Definition, rules: &Rules, redactor: &Redactor) -> Reviewed {
    match answer::read(reader) {
        Answer::Blank => Reviewed::default(),
        Answer::Plain(text) => Reviewed { message: redactor.known(&text).into_owned(), ..Reviewed::default() },
        Answer::Broken { message, problem } => Reviewed {
            message: with_remark(
                &redactor.known(&message),
                &format!(
                    "This answer could not be read as a whole, so nothing of it can be applied: {}",
                    problem.message
                ),
            ),
            actions: Vec::new(),
            problems: vec![problem],
            broken: true,
        },
        Answer::Structured { message, actions } => {
            structured(&redactor.known(&message), actions, definition, rules, redactor)
        }
    }
}

fn structured(
    message: &str,
    elements: Vec<Value>,
    definition: &Definition,
    rules: &Rules,
    redactor: &Redactor,
) -> Reviewed {
    let read = read(elements, definition, rules, redactor);
    let actions = propose(read.actions, definition, rules);
    let mut problems = read.unreadable.clone();
    for (proposed, place) in actions.iter().zip(&read.places) {
        problems.extend(proposed.problems.iter().map(|problem| renumbered(problem, proposed.index, *place)));
    }
    let message = if message.trim().is_empty() && !actions.is_empty() { summary(&actions) } else { message.to_owned() };
    let message = match read.unreadable.as_slice() {
        [] => message,
        unreadable => with_remark(&message, &not_listed(unreadable)),
    };
    Reviewed { message, actions, problems, broken: false }
}

/// The actions of a half-written answer, as far as they are complete.
#[must_use]
pub fn so_far(elements: &[Value], definition: &Definition, rules: &Rules, redactor: &Redactor) -> Vec<ProposedAction> {
    propose(read(elements.to_vec(), definition, rules, redactor).actions, definition, rules)
}

/// The actions of an answer that was never finished: to look at, not to apply.
#[must_use]
pub fn unfinished(
    elements: &[Value],
    definition: &Definition,
    rules: &Rules,
    redactor: &Redactor,
) -> Vec<ProposedAction> {
    let mut actions = so_far(elements, definition, rules, redactor);
    for proposed in &mut actions {
        proposed.problems.push(never_finished(proposed.index));
    }
    actions
}

/// Why nothing of a half-written answer is applied.
pub(crate) fn never_finished(index: u32) -> Problem {
    Problem {
        path: format!("actions[{index}]"),
        code: ProblemCode::Dependency,
        message: "The answer this belongs to was never finished.".to_owned(),
    }
}

/// Elements of `actions`, read.
struct Read {
    actions: Vec<Action>,
    /// Where in the answer each of them stood.
    places: Vec<usize>,
    unreadable: Vec<Problem>,
}

fn read(elements: Vec<Value>, definition: &Definition, rules: &Rules, redactor: &Redactor) -> Read {
    let mut decoder = Decoder::new(rules, definition);
    let mut read = Read { actions: Vec::new(), places: Vec::new(), unreadable: Vec::new() };
    for (index, mut element) in elements.into_iter().enumerate() {
        redactor.known_in(&mut element);
        match decoder.decode(index, element) {
            Ok(action) => {
                read.actions.push(action);
                read.places.push(index);
            }
            Err(problem) => read.unreadable.push(problem),
        }
    }
    read
}

/// A problem under the number its action has elsewhere.
pub(crate) fn renumbered(problem: &Problem, from: u32, to: usize) -> Problem {
    let rest = problem.path.strip_prefix(&format!("actions[{from}]"));
    let path = rest.map_or_else(|| problem.path.clone(), |rest| format!("actions[{to}]{rest}"));
    Problem { path, ..problem.clone() }
}

fn propose(actions: Vec<Action>, definition: &Definition, rules: &Rules) -> Vec<ProposedAction> {
    let actions = bridge_workflow::identify(definition, actions, rules);
    let mut proposed = bridge_workflow::propose(definition, &actions, rules);
    for one in &mut proposed {
        one.problems.extend(placeholder(one.index, &one.action));
    }
    proposed
}

/// A model that copies the mark of a redacted secret would overwrite the secret with it.
pub(crate) fn placeholder(index: u32, action: &Action) -> Option<Problem> {
    let holds = serde_json::to_string(action).is_ok_and(|text| text.contains(MARK));
    holds.then(|| Problem {
        path: format!("actions[{index}]"),
        code: ProblemCode::Secret,
        message: "It holds the mark of a secret that was left out. Leave such values as they are.".to_owned(),
    })
}

/// What the actions do, for an answer without words.
fn summary(actions: &[ProposedAction]) -> String {
    const MOST: usize = 5;
    let mut lines: Vec<String> = actions.iter().take(MOST).map(|one| format!("- {}", one.title)).collect();
    if actions.len() > MOST {
        lines.push(format!("- and {} more", actions.len() - MOST));
    }
    format!("Suggested changes:\n{}", lines.join("\n"))
}

fn not_listed(unreadable: &[Problem]) -> String {
    const MOST: usize = 5;
    let count = match unreadable.len() {
        1 => "1 suggested step could not be read and is not listed:".to_owned(),
        count => format!("{count} suggested steps could not be read and are not listed:"),
    };
    let steps = unreadable.iter().take(MOST).map(|problem| {
        format!("\n- {}: {}", problem.path, bridge_workflow::visible(&guard::clip(&problem.message, 200)))
    });
    count + &steps.collect::<String>()
}

/// A remark of the application's below the model's own words.
fn with_remark(message: &str, remark: &str) -> String {
    let message = message.trim_end();
    if message.is_empty() { remark.to_owned() } else { format!("{message}\n\n{remark}") }
}
