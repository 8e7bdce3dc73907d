//! Where steps are to go: `after X`, `before X`, `between X and Y`, `on the false output of X`, `at the end`.

use super::build::End;
use super::notes::{Notes, quoted};
use crate::graph::draft::{Draft, ERROR_OUTPUT};
use crate::graph::refer::{MAX_LISTED, Names, Referent};
use crate::read::lexicon::Lexicon;
use crate::read::tokens::{Kind, Token};

/// A place in the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spot {
    /// Behind these ends, with nothing behind the new steps.
    At(Vec<End>),
    /// In the way of these edges, which start at these ends.
    Between { ends: Vec<End>, edges: Vec<usize> },
    /// Before a node that nothing leads to.
    InFrontOf(usize),
}

/// Words that carry on with the step after the place.
const TAIL: &[&str] =
    &["that", "which", "where", "with", "saying", "using", "so", "called", "named", "add", "insert", "put", "include"];
const PREPOSITIONS: &[&str] = &["after", "behind", "following", "before", "between"];

/// Takes a place out of a clause.
pub(crate) fn read(
    lexicon: &Lexicon<'_>,
    draft: &Draft<'_>,
    names: &Names,
    tokens: &mut Vec<Token>,
    notes: &mut Notes,
) -> Option<Spot> {
    let place = Placing { lexicon, draft, names };
    if let Some((spot, from, end)) = place.on_output(tokens, notes) {
        tokens.drain(from..end);
        return Some(spot);
    }
    if let Some(at) = tokens.iter().position(|token| token.is(PREPOSITIONS)).filter(|at| at + 1 < tokens.len()) {
        let led =
            at.checked_sub(1).is_some_and(|before| tokens[before].is(&["right", "directly", "just", "immediately"]));
        let tail =
            tokens[at + 2..].iter().position(|token| token.is(TAIL)).map_or(tokens.len(), |offset| at + 2 + offset);
        let spot = place.at_node(&tokens[at], &tokens[at + 1..tail], notes)?;
        tokens.drain(at - usize::from(led)..tail);
        return Some(spot);
    }
    if let Some(at) = (0..tokens.len()).find(|at| crate::step::heads::starts(&tokens[*at..], &["in", "front", "of"])) {
        let spot = place.before(place.node(&tokens[at + 3..], notes)?);
        tokens.truncate(at);
        return Some(spot);
    }
    let ending = |words: &[&str]| {
        tokens.len() >= words.len() && crate::step::heads::starts(&tokens[tokens.len() - words.len()..], words)
    };
    for words in [
        &["at", "the", "end"][..],
        &["to", "the", "end"],
        &["at", "the", "very", "end"],
        &["to", "the", "workflow"],
        &["in", "the", "end"],
        &["at", "the", "end", "of", "the", "workflow"],
    ] {
        if ending(words) && !draft.is_empty() {
            tokens.truncate(tokens.len() - words.len());
            return Some(Spot::At(super::start::open_ends(draft).0));
        }
    }
    for words in [&["at", "the", "beginning"][..], &["at", "the", "start"], &["to", "the", "beginning"]] {
        if ending(words) && !draft.is_empty() {
            tokens.truncate(tokens.len() - words.len());
            let trigger = draft.alive().find(|node| draft.is_trigger(*node))?;
            return Some(place.after(trigger, None));
        }
    }
    None
}

struct Placing<'a, 'c> {
    lexicon: &'a Lexicon<'c>,
    draft: &'a Draft<'c>,
    names: &'a Names,
}

impl Placing<'_, '_> {
    fn node(&self, tokens: &[Token], notes: &mut Notes) -> Option<usize> {
        match self.names.resolve(self.draft, self.lexicon, tokens) {
            Referent::One(node) => Some(node),
            Referent::Several(nodes) => {
                notes.need(which(self.draft, &nodes));
                None
            }
            Referent::None => None,
        }
    }

    fn at_node(&self, preposition: &Token, rest: &[Token], notes: &mut Notes) -> Option<Spot> {
        if preposition.is(&["between"]) {
            return self.between(rest, notes);
        }
        if self.draft.is_empty() {
            return None;
        }
        let known = notes.needed.len();
        let Some(node) = self.node(rest, notes) else {
            if notes.needed.len() == known && rest.iter().any(|token| token.kind == Kind::Quoted) {
                notes.need(format!(
                    "I found no node {} to put it {} of. {}",
                    quoted_words(rest),
                    preposition.word,
                    nodes_there(self.draft)
                ));
            }
            return None;
        };
        Some(if preposition.is(&["before"]) { self.before(node) } else { self.after(node, None) })
    }

    fn between(&self, rest: &[Token], notes: &mut Notes) -> Option<Spot> {
        let and = rest.iter().position(|token| token.is(&["and", "to"]) || token.is_mark("&"))?;
        let (source, target) = (self.node(&rest[..and], notes)?, self.node(&rest[and + 1..], notes)?);
        let direct = |from: usize, to: usize| {
            self.draft.leaving(from).filter(|edge| self.draft.edges[*edge].target == to).collect::<Vec<_>>()
        };
        let mut edges = direct(source, target);
        if edges.is_empty() {
            edges = direct(target, source);
        }
        let Some(first) = edges.first() else {
            let (one, other) = (quoted(&self.draft.nodes[source].label), quoted(&self.draft.nodes[target].label));
            notes.need(format!("{one} and {other} are not connected, so there is nothing between them. Connect them first, or say “after {one}”."));
            return None;
        };
        let ends = edges.iter().map(|edge| self.end_of(*edge)).collect();
        let _ = first;
        Some(Spot::Between { ends, edges })
    }

    fn end_of(&self, edge: usize) -> End {
        End { node: self.draft.edges[edge].source, handle: self.draft.handle_of(edge).map(str::to_owned) }
    }

    /// Behind a node: in the way of what leaves by its first output, or at its first free output.
    fn after(&self, node: usize, output: Option<&str>) -> Spot {
        let outputs = self.draft.outputs(node);
        let loops = self.draft.manifest(node).is_some_and(|action| action.allows_cycle);
        let past = outputs.iter().rfind(|handle| **handle != ERROR_OUTPUT);
        let usual = if loops { past } else { outputs.first() };
        let handle = output.or_else(|| usual.copied());
        let edges: Vec<usize> = self.draft.leaving(node).filter(|edge| self.draft.handle_of(*edge) == handle).collect();
        let ends = vec![End { node, handle: handle.map(str::to_owned) }];
        if edges.is_empty() { Spot::At(ends) } else { Spot::Between { ends, edges } }
    }

    fn before(&self, node: usize) -> Spot {
        let edges: Vec<usize> = self
            .draft
            .arriving(node)
            .filter(|edge| self.draft.edges[*edge].source > node || !self.leads_back(*edge))
            .collect();
        if edges.is_empty() {
            return if self.draft.is_trigger(node) { self.after(node, None) } else { Spot::InFrontOf(node) };
        }
        Spot::Between { ends: edges.iter().map(|edge| self.end_of(*edge)).collect(), edges }
    }

    /// Whether an edge closes a loop, which inserting before the loop leaves alone.
    fn leads_back(&self, edge: usize) -> bool {
        let target = self.draft.edges[edge].target;
        let loops = self.draft.manifest(target).is_some_and(|action| action.allows_cycle);
        loops && self.draft.arriving(target).count() > 1 && self.draft.edges[edge].source > target
    }

    /// `on the false output (of X)`, `to the true branch`.
    fn on_output(&self, tokens: &[Token], notes: &mut Notes) -> Option<(Spot, usize, usize)> {
        let noun =
            tokens.iter().position(|token| token.is(&["output", "branch", "path", "side", "outputs", "handle"]))?;
        let name = tokens.get(noun.checked_sub(1)?)?;
        let from = tokens[..noun]
            .iter()
            .rposition(|token| token.is(&["on", "to", "in", "at", "after", "from", "for"]))
            .unwrap_or(noun - 1);
        let of = tokens.get(noun + 1).is_some_and(|token| token.is(&["of", "from", "in"]));
        let has = |node: &usize| self.output_named(*node, name).is_some();
        let node = if of {
            self.node(&tokens[noun + 2..], notes)?
        } else {
            let with: Vec<usize> =
                self.draft.alive().filter(|node| self.draft.outputs(*node).len() > 1 && has(node)).collect();
            match with.as_slice() {
                [] => return None,
                [one] => *one,
                several => {
                    notes.need(which(self.draft, several));
                    return None;
                }
            }
        };
        let handle = self.output_named(node, name)?;
        let end = if of { tokens.len() } else { noun + 1 };
        Some((self.after(node, Some(handle)), from, end))
    }

    fn output_named(&self, node: usize, name: &Token) -> Option<&str> {
        output_named(self.draft, node, name)
    }
}

/// The output of a node that a word names: its identifier, its name, or `yes`, `else` for a condition's two.
pub(crate) fn output_named<'c>(draft: &Draft<'c>, node: usize, name: &Token) -> Option<&'c str> {
    let action = draft.manifest(node)?;
    let word = if name.kind == Kind::Word { name.word.clone() } else { name.text.to_lowercase() };
    let meant = match word.as_str() {
        "yes" | "positive" | "then" | "matching" => "true",
        "no" | "else" | "otherwise" | "negative" => "false",
        "finished" | "end" => "done",
        "body" | "each" => "loop",
        "default" | "other" => "fallback",
        "first" => "0",
        "second" => "1",
        "third" => "2",
        "fourth" => "3",
        other => other,
    };
    if matches!(word.as_str(), "error" | "errors" | "failure" | "failures")
        && draft.outputs(node).contains(&ERROR_OUTPUT)
    {
        return Some(ERROR_OUTPUT);
    }
    action
        .outputs
        .iter()
        .find(|port| port.id == meant || port.id == word || !port.name.is_empty() && port.name.to_lowercase() == word)
        .map(|port| port.id.as_str())
}

/// A question which of several nodes is meant.
pub(crate) fn which(draft: &Draft<'_>, nodes: &[usize]) -> String {
    let labels: Vec<String> = nodes.iter().take(MAX_LISTED).map(|node| quoted(&draft.nodes[*node].label)).collect();
    let more = nodes.len().saturating_sub(MAX_LISTED);
    let more = if more > 0 { format!(" ({more} more fit)") } else { String::new() };
    format!("Which node do you mean: {}{more}?", super::notes::listed(&labels, "or"))
}

/// The nodes there are, for a person who named one that is not there.
pub(crate) fn nodes_there(draft: &Draft<'_>) -> String {
    let labels: Vec<String> = draft.alive().take(MAX_LISTED).map(|node| quoted(&draft.nodes[node].label)).collect();
    let count = draft.alive().count();
    match labels.as_slice() {
        [] => "The workflow is empty.".to_owned(),
        _ if count > MAX_LISTED => {
            format!("There are {count} nodes, among them {}.", super::notes::listed(&labels, "and"))
        }
        _ => format!("There is {}.", super::notes::listed(&labels, "and")),
    }
}

/// Words in quotation marks, as they were written.
pub(crate) fn quoted_words(tokens: &[Token]) -> String {
    let words: Vec<&str> =
        tokens.iter().filter(|token| !token.is(&["the", "a", "an"])).map(|token| token.text.as_str()).collect();
    quoted(&words.join(" "))
}
