//! What connectors and their actions are called, taken from the manifests and made searchable by stem.
//!
//! Matching is by whole words: a phrase is a sequence of stems. Nothing here knows a connector by name.

use std::collections::HashMap;

use bridge_domain::{ActionManifest, Catalog, ConnectorManifest};

use super::grammar::{ARTICLES, VERBS};
use super::tokens::{Kind, Token, tokenize};

/// How far apart two words of an action's phrase may stand: `send (a Slack) message`.
const MAX_GAP: usize = 4;

/// Words a node's name follows.
const BEFORE_NODE: &[&str] = &[
    "minute", "minutes", "second", "hour", "hours", "day", "days", "add", "insert", "another", "new", "with", "is",
    "are", "use", "put", "include", "explain", "describe", "about", "what",
];

/// Which action of which connector, by place in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ActionRef {
    pub connector: usize,
    pub action: usize,
}

/// Where a phrase comes from, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// An action's name, identifier or synonym.
    Action,
    /// A connector's synonym.
    Synonym,
    /// A connector's name or identifier.
    Name,
}

struct Phrase {
    stems: Vec<String>,
    source: Source,
    connector: usize,
    /// None for a connector's phrase.
    action: Option<usize>,
}

/// A phrase found in a clause.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub source: Source,
    pub connector: usize,
    pub action: Option<usize>,
    /// First and last content word it covers, as indexes into [`Content`].
    pub first: usize,
    pub last: usize,
    pub words: usize,
    /// Content words between its own that are not its own.
    pub gaps: usize,
    /// How many connectors share the phrase.
    pub shared_by: usize,
    /// A single word that is also a verb of English.
    pub is_verb: bool,
}

/// The words of a clause that mean something: articles left out, values left out.
pub(crate) struct Content<'t> {
    pub words: Vec<(usize, &'t Token)>,
    /// For each word, whether it stands where a noun stands: `a wait`, `add wait`.
    nouns: Vec<bool>,
}

impl<'t> Content<'t> {
    /// The content of these tokens.
    pub(crate) fn of(tokens: &'t [Token]) -> Self {
        let words: Vec<(usize, &Token)> =
            tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Word && !token.is(ARTICLES)).collect();
        let led = |at: usize| {
            at.checked_sub(1).is_some_and(|before| tokens[before].is(ARTICLES) || tokens[before].is(BEFORE_NODE))
        };
        let nouns = words.iter().map(|(at, _)| led(*at)).collect();
        Self { words, nouns }
    }
}

/// All phrases of a catalogue.
pub(crate) struct Lexicon<'c> {
    catalog: &'c Catalog,
    phrases: Vec<Phrase>,
    by_first: HashMap<String, Vec<usize>>,
    /// How many connectors have a phrase of these stems.
    owners: HashMap<Vec<String>, Vec<usize>>,
    /// Stems of each action's name, and the stems its synonyms open with.
    verbs: HashMap<ActionRef, (Vec<String>, Vec<String>)>,
}

impl<'c> Lexicon<'c> {
    /// The phrases of this catalogue.
    pub(crate) fn new(catalog: &'c Catalog) -> Self {
        let mut lexicon = Self {
            catalog,
            phrases: Vec::new(),
            by_first: HashMap::new(),
            owners: HashMap::new(),
            verbs: HashMap::new(),
        };
        for (index, connector) in catalog.connectors().iter().enumerate() {
            lexicon.add(&connector.name, Source::Name, index, None);
            lexicon.add(&connector.id.replace('_', " "), Source::Name, index, None);
            for synonym in &connector.synonyms {
                lexicon.add(synonym, Source::Synonym, index, None);
            }
            for (position, action) in connector.actions.iter().enumerate() {
                let opens = action.synonyms.iter().filter_map(|synonym| stems(synonym).into_iter().next()).collect();
                let at = ActionRef { connector: index, action: position };
                lexicon.verbs.insert(at, (stems(&action.name), opens));
                let id = action.id.replace('_', " ");
                // An identifier of one noun, such as `text`, says what an action is about and not that it is meant.
                let is_phrase = id.contains(' ') || VERBS.contains(&id.as_str());
                for text in [&action.name].into_iter().chain(is_phrase.then_some(&id)).chain(&action.synonyms) {
                    lexicon.add(text, Source::Action, index, Some(position));
                }
            }
        }
        lexicon
    }

    fn add(&mut self, text: &str, source: Source, connector: usize, action: Option<usize>) {
        let stems = stems(text);
        let Some(first) = stems.first() else { return };
        self.by_first.entry(first.clone()).or_default().push(self.phrases.len());
        if action.is_none() {
            let owners = self.owners.entry(stems.clone()).or_default();
            if !owners.contains(&connector) {
                owners.push(connector);
            }
        }
        self.phrases.push(Phrase { stems, source, connector, action });
    }

    /// The connector and its action.
    pub(crate) fn get(&self, at: ActionRef) -> Option<(&'c ConnectorManifest, &'c ActionManifest)> {
        let connector = self.catalog.connectors().get(at.connector)?;
        Some((connector, connector.actions.get(at.action)?))
    }

    /// The stems of an action's name, and those its synonyms open with.
    pub(crate) fn verbs(&self, at: ActionRef) -> (&[String], &[String]) {
        self.verbs.get(&at).map_or((&[], &[]), |(name, opens)| (name, opens))
    }

    /// The catalogue.
    pub(crate) fn catalog(&self) -> &'c Catalog {
        self.catalog
    }

    /// All stems and words the catalogue uses, for spelling.
    pub(crate) fn words(&self) -> impl Iterator<Item = String> {
        self.catalog.connectors().iter().flat_map(|connector| {
            let actions = connector.actions.iter().flat_map(|action| {
                let titles = properties(action).map(|(name, schema)| format!("{name} {}", text_of(schema, "title")));
                action.synonyms.iter().cloned().chain([action.name.clone()]).chain(titles)
            });
            let texts = connector.synonyms.iter().cloned().chain([connector.name.clone()]).chain(actions);
            texts
                .flat_map(|text| tokenize(&text.replace('_', " ")).into_iter().map(|token| token.word))
                .collect::<Vec<_>>()
        })
    }

    /// All phrases found in a clause. A connector's phrase must stand together; an action's may be spread a little. A
    /// phrase inside a longer one of another connector does not count: the `webhook` in `respond to webhook`.
    pub(crate) fn hits(&self, content: &Content<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for at in 0..content.words.len() {
            let stem = content.words[at].1.stem.as_str();
            for index in self.by_first.get(stem).into_iter().flatten() {
                hits.extend(self.hit(&self.phrases[*index], content, at));
            }
        }
        let mut widest: HashMap<usize, Vec<Hit>> = HashMap::new();
        for hit in hits.iter().filter(|hit| hit.gaps == 0 && hit.words > 1) {
            for at in hit.first..=hit.last {
                widest.entry(at).or_default().push(*hit);
            }
        }
        hits.retain(|hit| {
            let covering = widest.get(&hit.first).into_iter().flatten();
            !covering.into_iter().any(|wide| {
                wide.connector != hit.connector
                    && wide.words > hit.words
                    && wide.first <= hit.first
                    && hit.last <= wide.last
            })
        });
        hits
    }

    fn hit(&self, phrase: &Phrase, content: &Content<'_>, at: usize) -> Option<Hit> {
        let mut last = at;
        for stem in &phrase.stems[1..] {
            let reach = if phrase.action.is_some() { MAX_GAP } else { 0 };
            let next = last + 1;
            let window = content.words.get(next..(next + reach + 1).min(content.words.len()))?;
            last = next + window.iter().position(|(_, token)| token.stem == *stem)?;
        }
        let words = phrase.stems.len();
        let shared_by = if phrase.action.is_some() { 1 } else { self.owners.get(&phrase.stems).map_or(1, Vec::len) };
        Some(Hit {
            source: phrase.source,
            connector: phrase.connector,
            action: phrase.action,
            first: at,
            last,
            words,
            gaps: last + 1 - at - words,
            shared_by,
            is_verb: words == 1 && VERBS.contains(&phrase.stems[0].as_str()) && !content.nouns[at],
        })
    }
}

/// The stems of a text's words, articles left out.
pub(crate) fn stems(text: &str) -> Vec<String> {
    tokenize(&text.replace(['_', '-'], " "))
        .into_iter()
        .filter(|token| token.kind == Kind::Word && !token.is(ARTICLES))
        .map(|token| token.stem)
        .collect()
}

/// The parameters of an action with their schemas, in the order of its form.
pub(crate) fn properties(action: &ActionManifest) -> impl Iterator<Item = (&str, &serde_json::Value)> {
    let properties = action.parameters.get("properties").and_then(serde_json::Value::as_object);
    properties.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema))
}

/// Names of the parameters an action cannot do without.
pub(crate) fn required(action: &ActionManifest) -> impl Iterator<Item = &str> {
    let required = action.parameters.get("required").and_then(serde_json::Value::as_array);
    required.into_iter().flatten().filter_map(serde_json::Value::as_str)
}

/// A text of a schema, empty when absent.
pub(crate) fn text_of<'v>(schema: &'v serde_json::Value, keyword: &str) -> &'v str {
    schema.get(keyword).and_then(serde_json::Value::as_str).unwrap_or_default()
}
