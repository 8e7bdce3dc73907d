//! Which node is meant: by its label, its connector, a synonym, its place (`the second Slack node`, `the last node`).
//!
//! Labels are data: they are compared, never read as a request.

use std::collections::HashMap;

use bridge_domain::NodeType;

use super::draft::Draft;
use crate::read::grammar::{ARTICLES, FILLER};
use crate::read::lexicon::{Content, Lexicon, Source, stems};
use crate::read::tokens::{Kind, Token};
use crate::read::words::fold;

/// Words about a node that do not say which.
const NODE_WORDS: &[&str] = &[
    "node",
    "nodes",
    "step",
    "steps",
    "one",
    "connector",
    "block",
    "box",
    "called",
    "named",
    "labelled",
    "labeled",
    "existing",
    "single",
    "whole",
    "that",
    "action",
    "part",
];
/// Words after which a node's label stands rather than a clause.
const BEFORE_LABEL: &[&str] = &[
    "of",
    "to",
    "from",
    "after",
    "before",
    "between",
    "the",
    "connect",
    "delete",
    "remove",
    "rename",
    "explain",
    "describe",
    "with",
    "into",
    "disconnect",
    "does",
    "behind",
    "on",
    "in",
    "replace",
    "duplicate",
    "about",
];
/// Nodes listed in a question at most.
pub(crate) const MAX_LISTED: usize = 8;

/// What a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Referent {
    One(usize),
    Several(Vec<usize>),
    None,
}

/// Finds nodes by what people call them.
pub(crate) struct Names {
    /// Folded labels.
    by_label: HashMap<String, Vec<usize>>,
    /// Stems of labels.
    by_stems: HashMap<Vec<String>, Vec<usize>>,
    /// Labels of two words and more, by their first stem.
    by_first: HashMap<String, Vec<Vec<String>>>,
    /// Each stem's nodes.
    by_stem: HashMap<String, Vec<usize>>,
    by_id: HashMap<String, usize>,
}

impl Names {
    /// The names of a draft's nodes.
    pub(crate) fn new(draft: &Draft<'_>) -> Self {
        let mut names = Self {
            by_label: HashMap::new(),
            by_stems: HashMap::new(),
            by_first: HashMap::new(),
            by_stem: HashMap::new(),
            by_id: HashMap::new(),
        };
        for index in draft.alive() {
            names.add(draft, index);
        }
        names
    }

    /// One more node.
    pub(crate) fn add(&mut self, draft: &Draft<'_>, index: usize) {
        let node = &draft.nodes[index];
        let label = &node.label[..node.label.floor_char_boundary(300)];
        let words = stems(label);
        self.by_label.entry(fold(label.trim())).or_default().push(index);
        self.by_id.insert(node.id.0.clone(), index);
        let mut seen = Vec::new();
        for stem in words.iter().filter(|stem| !FILLER.contains(&stem.as_str())) {
            if !seen.contains(&stem) {
                self.by_stem.entry(stem.clone()).or_default().push(index);
                seen.push(stem);
            }
        }
        if let Some(first) = words.first().filter(|_| words.len() > 1) {
            self.by_first.entry(first.clone()).or_default().push(words.clone());
        }
        self.by_stems.entry(words).or_default().push(index);
    }

    /// Tokens that continue a label of several words, so that nobody cuts there.
    pub(crate) fn glued(&self, tokens: &[Token]) -> Vec<bool> {
        let mut glued = vec![false; tokens.len()];
        let lists =
            tokens.iter().any(|token| token.is(&["delete", "remove", "connect", "between", "link", "disconnect"]));
        for at in 0..tokens.len() {
            let Some(labels) = self.by_first.get(&tokens[at].stem).filter(|_| tokens[at].kind == Kind::Word) else {
                continue;
            };
            for label in labels.iter().take(MAX_LISTED) {
                if let Some(end) = covers(&tokens[at..], label) {
                    glued[at + 1..at + end].fill(true);
                    glued[at] |= at
                        .checked_sub(1)
                        .is_some_and(|before| tokens[before].is(BEFORE_LABEL) || lists && tokens[before].is(&["and"]));
                }
            }
        }
        glued
    }

    /// The node these tokens name.
    pub(crate) fn resolve(&self, draft: &Draft<'_>, lexicon: &Lexicon<'_>, tokens: &[Token]) -> Referent {
        let tokens = trimmed(tokens);
        if let Some(quoted) = tokens.iter().find(|token| token.kind == Kind::Quoted) {
            return self.quoted(draft, &quoted.text);
        }
        let words: Vec<&Token> = tokens
            .iter()
            .filter(|token| matches!(token.kind, Kind::Word | Kind::Number | Kind::Ordinal) && !token.is(ARTICLES))
            .collect();
        let all: Vec<String> = words.iter().map(|token| token.stem.clone()).collect();
        if let Some(found) = self.by_stems.get(&all).filter(|_| !all.is_empty()) {
            return narrowed(draft, found.clone(), None);
        }
        if let Some(index) = tokens.first().filter(|_| tokens.len() == 1).and_then(|token| self.by_id.get(&token.text))
        {
            return narrowed(draft, vec![*index], None);
        }
        let place = words.iter().find_map(|token| place(token));
        let rest: Vec<&Token> = words
            .into_iter()
            .filter(|token| place_word(token).is_none() && !token.is(NODE_WORDS) && token.kind == Kind::Word)
            .collect();
        if rest.is_empty() {
            let numbered = place.is_some();
            return if numbered { narrowed(draft, draft.alive().collect(), place) } else { Referent::None };
        }
        let by_stems: Vec<String> = rest.iter().map(|token| token.stem.clone()).collect();
        let exact = self.by_stems.get(&by_stems).cloned().unwrap_or_default();
        if !exact.is_empty() {
            return narrowed(draft, exact, place);
        }
        let described = described(draft, lexicon, tokens);
        let in_label = self.with_words(&rest);
        let both: Vec<usize> = described.iter().copied().filter(|node| in_label.contains(node)).collect();
        let candidates = if !both.is_empty() {
            both
        } else if described.is_empty() {
            in_label
        } else {
            described
        };
        narrowed(draft, candidates, place)
    }

    fn quoted(&self, draft: &Draft<'_>, text: &str) -> Referent {
        let found = self.by_label.get(&fold(text.trim())).cloned();
        let found = found.or_else(|| self.by_stems.get(&stems(text)).cloned()).unwrap_or_default();
        narrowed(draft, found, None)
    }

    /// Nodes whose label has all these words.
    fn with_words(&self, words: &[&Token]) -> Vec<usize> {
        let words: Vec<&&Token> = words.iter().filter(|token| !token.is(FILLER)).collect();
        let rarest = words.iter().filter_map(|token| self.by_stem.get(&token.stem)).min_by_key(|nodes| nodes.len());
        let has = |node: &usize| {
            words
                .iter()
                .all(|token| self.by_stem.get(&token.stem).is_some_and(|nodes| nodes.binary_search(node).is_ok()))
        };
        rarest.map_or_else(Vec::new, |nodes| nodes.iter().copied().filter(|node| has(node)).collect())
    }
}

/// How many tokens a label's stems cover, articles in between not counted.
fn covers(tokens: &[Token], label: &[String]) -> Option<usize> {
    let mut at = 0;
    for stem in label {
        while tokens.get(at).is_some_and(|token| token.is(ARTICLES) || token.kind == Kind::Mark) {
            at += 1;
        }
        if tokens.get(at)?.stem != *stem {
            return None;
        }
        at += 1;
    }
    Some(at)
}

fn trimmed(tokens: &[Token]) -> &[Token] {
    let skip = |token: &&Token| token.is(ARTICLES) || matches!(token.kind, Kind::Mark | Kind::NewLine);
    let start = tokens.iter().take_while(skip).count();
    let end = tokens
        .iter()
        .rev()
        .take_while(|token| {
            matches!(token.kind, Kind::Mark | Kind::NewLine)
                || token.is(&["please", "instead", "now", "again", "too", "entirely", "completely", "anymore"])
        })
        .count();
    tokens.get(start..tokens.len() - end).unwrap_or_default()
}

/// Nodes of the connector, action or kind these words describe.
fn described(draft: &Draft<'_>, lexicon: &Lexicon<'_>, tokens: &[Token]) -> Vec<usize> {
    let has = |words: &[&str]| tokens.iter().any(|token| token.is(words));
    let content = Content::of(tokens);
    let hits = lexicon.hits(&content);
    let strongest =
        hits.iter().filter(|hit| hit.action.is_none()).map(|hit| (hit.source == Source::Name, hit.words)).max();
    let mut found: Vec<usize> = Vec::new();
    if let Some(strongest) = strongest {
        let connectors: Vec<&str> = hits
            .iter()
            .filter(|hit| hit.action.is_none() && (hit.source == Source::Name, hit.words) == strongest)
            .filter_map(|hit| lexicon.catalog().connectors().get(hit.connector).map(|connector| connector.id.as_str()))
            .collect();
        found = draft.alive().filter(|node| connectors.contains(&draft.nodes[*node].connector_id.as_str())).collect();
    }
    let actions: Vec<(&str, &str)> = hits
        .iter()
        .filter_map(|hit| {
            let connector = lexicon.catalog().connectors().get(hit.connector)?;
            Some((connector.id.as_str(), connector.actions.get(hit.action?)?.id.as_str()))
        })
        .collect();
    let does = |node: &usize| {
        actions.contains(&(draft.nodes[*node].connector_id.as_str(), draft.nodes[*node].action_id.as_str()))
    };
    let narrower: Vec<usize> = if found.is_empty() {
        draft.alive().filter(does).collect()
    } else {
        found.iter().copied().filter(does).collect()
    };
    if !narrower.is_empty() && narrower.len() < found.len().max(1) || found.is_empty() {
        found = narrower;
    }
    if found.is_empty() && has(&["trigger", "start"]) {
        found = draft.alive().filter(|node| draft.is_trigger(*node)).collect();
    }
    if found.is_empty() && has(&["condition", "check", "branch"]) {
        found = draft.alive().filter(|node| draft.nodes[*node].node_type == NodeType::Condition).collect();
    }
    found
}

/// Where in a list: from the front, from 0, or the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    At(usize),
    Last,
}

fn place(token: &Token) -> Option<Which> {
    if token.kind == Kind::Ordinal {
        return token.text.parse::<usize>().ok()?.checked_sub(1).map(Which::At);
    }
    place_word(token)
}

fn place_word(token: &Token) -> Option<Which> {
    const ORDINALS: &[&str] =
        &["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    if token.kind == Kind::Ordinal {
        return place(token);
    }
    if token.is(&["last", "final", "latest", "newest"]) {
        return Some(Which::Last);
    }
    ORDINALS.iter().position(|word| token.is(&[word])).map(Which::At)
}

fn narrowed(draft: &Draft<'_>, mut nodes: Vec<usize>, which: Option<Which>) -> Referent {
    nodes.retain(|node| draft.nodes[*node].alive);
    let chosen = match which {
        Some(Which::At(index)) => nodes.get(index).copied(),
        Some(Which::Last) => nodes.last().copied(),
        None if nodes.len() == 1 => nodes.first().copied(),
        None => None,
    };
    match chosen {
        Some(node) => Referent::One(node),
        None if nodes.is_empty() || which.is_some() => Referent::None,
        None => Referent::Several(nodes),
    }
}
