//! Who the assistant is, what it can do, and what it says when it did not understand.

use bridge_domain::Catalog;

use super::Room;
use crate::graph::draft::Draft;
use crate::plan::build::is_filler;
use crate::plan::notes::{Notes, listed, shortened};
use crate::read::grammar::FILLER;
use crate::read::lexicon::{Content, Lexicon};
use crate::read::tokens::{Kind, Token};
use crate::read::words::one_edit_apart;
use crate::step::choose::{Place, rank};

/// What it can do, with three examples.
pub(crate) fn abilities(empty: bool) -> String {
    let change = if empty { "build a workflow from your description" } else { "build and change this workflow" };
    format!(
        "I am the built-in assistant. I work by rules, on this machine, without a key. I can {change}, explain it, its nodes and \
         the connectors, say why a run failed and mend it, and suggest improvements. Nothing changes until you press Accept.\n\nFor example:\n\
         - “When a webhook arrives, check that amount is over 100 and send a Slack message”\n\
         - “Add a wait of 5 minutes after the HTTP request”\n\
         - “What can Google Sheets do?”"
    )
}

/// An answer to a greeting.
pub(crate) fn greeting(empty: bool) -> String {
    format!("Hello! {}", abilities(empty))
}

/// An answer to thanks.
pub(crate) fn thanks() -> String {
    "You are welcome. Tell me what to build or change next, or ask “how can I improve this workflow?”.".to_owned()
}

/// An answer to what was not understood: says so, what it did understand, and what is nearest. Proposes nothing.
pub(crate) fn not_understood(
    room: &Room<'_, '_>,
    draft: &Draft<'_>,
    tokens: &[Token],
    notes: &Notes,
) -> crate::answer::Answer {
    let mut message = if is_filler(tokens) {
        "I found no request in your message.".to_owned()
    } else {
        let first = notes.ignored.first().cloned().unwrap_or_else(|| shortened(room.text, 100));
        format!("I did not understand “{first}”, so I propose no change.")
    };
    let near = nearest(room.lexicon, tokens);
    if !near.is_empty() {
        message.push_str(&format!(" Did you mean {}?", listed(&near, "or")));
    }
    message.push_str("\n\n");
    message.push_str(&abilities(draft.is_empty()));
    crate::answer::Answer::say(message)
}

/// Connectors whose words come nearest to those of the request, three at most.
pub(crate) fn nearest(lexicon: &Lexicon<'_>, tokens: &[Token]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for ranked in rank(lexicon, tokens, Place::Any) {
        if let Some((connector, _)) = lexicon.get(ranked.at) {
            push_once(&mut names, &connector.name);
        }
    }
    for (_, token) in
        Content::of(tokens).words.iter().filter(|(_, token)| token.word.len() > 3 && !token.is(FILLER)).take(40)
    {
        for connector in lexicon.catalog().connectors() {
            let close = |word: &str| one_edit_apart(&token.word, word) || shares_start(&token.word, word);
            if connector.synonyms.iter().chain([&connector.id]).any(|word| close(&word.to_lowercase())) {
                push_once(&mut names, &connector.name);
            }
        }
    }
    names.truncate(3);
    names
}

fn push_once(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

/// Whether two words of some length begin alike.
fn shares_start(left: &str, right: &str) -> bool {
    let same = left.chars().zip(right.chars()).take_while(|(a, b)| a == b).count();
    same >= 5
}

/// All connectors by name.
pub(crate) fn all_connectors(catalog: &Catalog) -> String {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for connector in catalog.connectors() {
        match groups.iter_mut().find(|(name, _)| *name == connector.category) {
            Some((_, names)) => names.push(connector.name.clone()),
            None => groups.push((&connector.category, vec![connector.name.clone()])),
        }
    }
    let lines: Vec<String> = groups.iter().map(|(name, names)| format!("- {name}: {}", names.join(", "))).collect();
    format!(
        "There are {} connectors:\n\n{}\n\nAsk “what can Slack do?” for the actions of one.",
        catalog.connectors().len(),
        lines.join("\n")
    )
}

/// Whether a message holds nothing but courtesies of this kind.
pub(crate) fn only(tokens: &[Token], words: &[&str]) -> bool {
    let mut said = tokens.iter().filter(|token| token.kind == Kind::Word).peekable();
    said.peek().is_some() && said.all(|token| token.is(words))
}
