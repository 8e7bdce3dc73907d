//! One request: read it, decide what kind it is, answer. The only place that knows all the others.

use bridge_domain::{Briefing, Definition, Turn};

use crate::answer::Answer;
use crate::followup::Exchange;
use crate::graph::draft::Draft;
use crate::graph::refer::Names;
use crate::plan::{request, service};
use crate::read::grammar::CLOSING;
use crate::read::lexicon::Lexicon;
use crate::read::spelling;
use crate::read::tokens::{Kind, Token, tokenize, tokenize_start};
use crate::tell::{Room, question, scope};

/// Words that are read. A request that needs more is a text, not a request; the rest is left out, and said so.
const MAX_TOKENS: usize = 1_500;
/// Nodes up to which the words of labels help with spelling.
const MAX_SPELT_NODES: usize = 500;

/// What to say to a request.
pub(crate) fn answer(briefing: Option<&Briefing>, turns: &[Turn]) -> Answer {
    let Some(briefing) = briefing else {
        return Answer::say(
            "I am the built-in assistant and work by rules, but I was given nothing to work on: neither your message nor the \
             list of connectors reached me. Please send the message again.",
        );
    };
    let exchange = Exchange::of(&briefing.message, turns);
    if exchange.answers.is_empty() {
        return read(briefing, &exchange.request, None).unwrap_or_default();
    }
    let all = exchange.answers.join("\n");
    let last = exchange.answers.last().map(String::as_str).unwrap_or_default();
    read(briefing, &exchange.request, Some(&all))
        .or_else(|| read(briefing, &exchange.before_last(), Some(last)))
        .or_else(|| read(briefing, &exchange.whole(), None))
        .unwrap_or_default()
}

/// The answer to a request, with what was said to what it left open. None only when that fits nowhere.
fn read(briefing: &Briefing, message: &str, said: Option<&str>) -> Option<Answer> {
    let empty = Definition::default();
    let definition = briefing.definition.as_deref().unwrap_or(&empty);
    let lexicon = Lexicon::new(&briefing.catalog);
    let mut draft = Draft::new(definition, &briefing.catalog);
    let mut names = Names::new(&draft);
    let mut tokens = tokenize_start(message, MAX_TOKENS + 1);
    let cut = tokens.len() > MAX_TOKENS;
    tokens.truncate(MAX_TOKENS);
    let labels = definition.nodes.iter().take(MAX_SPELT_NODES).flat_map(|node| {
        let label = &node.data.label;
        tokenize(&label[..label.floor_char_boundary(200)])
            .into_iter()
            .map(|token| token.word)
            .filter(|word| !word.is_empty())
    });
    let corrections = spelling::correct(&mut tokens, lexicon.words().chain(labels), service::KNOWN);
    strip_closing(&mut tokens);
    let room = Room { briefing, lexicon: &lexicon, text: message };
    if said.is_none()
        && let Some(mended) = crate::mend::answer(&room, &mut draft, &tokens)
    {
        return Some(mended);
    }
    let told = scope::outside(&room, &tokens).or_else(|| question::answer(&room, &draft, &names, &tokens));
    let mut answer = match told {
        Some(_) if said.is_some() => return None,
        Some(told) => told,
        None => request::carry_out(&room, &mut draft, &mut names, &tokens, said)?,
    };
    add_remarks(&mut answer, &corrections, cut);
    Some(answer)
}

/// Takes off what ends a message without being part of it: thanks, please, exclamation marks.
fn strip_closing(tokens: &mut Vec<Token>) {
    while tokens.len() > 1 {
        let Some(last) = tokens.last() else { return };
        let mark = matches!(last.kind, Kind::NewLine)
            || last.kind == Kind::Mark && matches!(last.text.as_str(), "!" | "." | "," | ";" | ")" | "…");
        let courtesy = last.is(CLOSING)
            && !last.is(&["for", "in", "now", "right", "again", "you", "me", "so", "much", "very", "too"]);
        let thanks = tokens.len() > 2
            && last.is(&["you", "much", "lot", "advance", "so"])
            && tokens[tokens.len().saturating_sub(4)..].iter().any(|token| token.is(&["thank", "thanks"]));
        if !(mark || courtesy || thanks) {
            return;
        }
        tokens.pop();
    }
}

fn add_remarks(answer: &mut Answer, corrections: &[(String, String)], cut: bool) {
    if !corrections.is_empty() && !answer.actions.is_empty() {
        let read: Vec<String> = corrections
            .iter()
            .take(5)
            .map(|(typed, word)| format!("“{}” as “{word}”", crate::plan::notes::shortened(typed, 40)))
            .collect();
        answer.message.push_str(&format!("\n\nI read {}.", crate::plan::notes::listed(&read, "and")));
    }
    if cut {
        answer.message.push_str(&format!("\n\nYour message is very long: I read its first {MAX_TOKENS} words only."));
    }
}
