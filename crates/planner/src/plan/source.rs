//! Clauses that name where data comes from beside what is to be done with it: `save the webhook data to a file`,
//! `sync Airtable to Google Sheets`, `mail me the contents of https://…`.

use bridge_domain::{ActionManifest, ConnectorManifest, NodeType};

use super::answering::waits_for;
use super::build::Builder;
use super::{conditions, label, start};
use crate::read::lexicon::{ActionRef, Content, Source, properties, text_of};
use crate::read::tokens::{Kind, Token};
use crate::step::fill::{self, Filler};

/// Verbs that take data out of one service and put it into another.
const COPIES: &[&str] = &[
    "sync",
    "synchronize",
    "synchronise",
    "copy",
    "move",
    "import",
    "export",
    "transfer",
    "mirror",
    "replicate",
    "backup",
    "load",
    "pull",
    "push",
    "migrate",
];

impl Builder<'_, '_> {
    /// Adds what a clause of the form `from A to B` names first, and leaves the clause for B.
    pub(super) fn bring_in(&mut self, tokens: &mut Vec<Token>) {
        let content = Content::of(tokens);
        let named: Vec<(usize, usize, usize)> = self
            .lexicon
            .hits(&content)
            .iter()
            .filter(|hit| hit.source == Source::Name && !hit.is_verb)
            .map(|hit| (hit.connector, content.words[hit.first].0, content.words[hit.last].0))
            .collect();
        let Some(&(first, _, from_end)) = named.first() else { return };
        let Some(at) = (from_end + 1..tokens.len()).find(|at| tokens[*at].is(&["to", "into", "onto", "in", "on"]))
        else {
            return;
        };
        let goes_on = named.iter().any(|(connector, begin, _)| *connector != first && *begin > at);
        if !goes_on || !self.is_source(first, tokens) {
            return;
        }
        let left = tokens[..at].to_vec();
        let mut verb = tokens[0].clone();
        verb.kind = Kind::Word;
        let event = start::event_trigger(self.lexicon).filter(|trigger| trigger.connector == first);
        match (event, self.reading(first)) {
            (Some(trigger), _) => {
                self.trigger(trigger, &left);
                verb.spell("send");
            }
            (None, Some(read)) => {
                let Some((connector, action)) = self.lexicon.get(read) else { return };
                self.add_step(connector, action, &left);
                verb.spell("add");
            }
            (None, None) => return,
        }
        tokens.drain(..at);
        tokens.insert(0, verb);
    }

    /// Whether a connector that is named first can be where the data comes from.
    fn is_source(&self, connector: usize, tokens: &[Token]) -> bool {
        let event = start::event_trigger(self.lexicon).is_some_and(|trigger| trigger.connector == connector);
        event && self.ends.is_none() && self.was_empty || !event && tokens[0].is(COPIES)
    }

    /// The action by which a connector is read.
    fn reading(&self, connector: usize) -> Option<ActionRef> {
        let reads = |action: &ActionManifest| ["read", "list", "get"].iter().any(|verb| action.id.starts_with(verb));
        let action = self.lexicon.catalog().connectors().get(connector)?.actions.iter().position(reads)?;
        Some(ActionRef { connector, action })
    }

    /// Fetches an address, or reads a file, that the chosen action has no place for. What is left of the clause.
    pub(super) fn bring_values(
        &mut self,
        connector: &ConnectorManifest,
        action: &ActionManifest,
        tokens: &[Token],
    ) -> Vec<Token> {
        let written =
            tokens.iter().position(|token| token.is(&["saying", "says", "subject", "body", "message", "text"]));
        let has = |format: &str| {
            properties(action)
                .any(|(name, schema)| text_of(schema, "format") == format || format == "path" && name == "path")
        };
        let mut rest = tokens.to_vec();
        for (kind, format) in [(Kind::Url, "uri"), (Kind::Path, "path")] {
            let led = |at: usize| {
                kind == Kind::Url
                    || at.checked_sub(1).is_some_and(|before| rest[before].is(&["from", "of", "file", "read"]))
                    || at == 1 && rest[at].text.contains('.')
            };
            let found = rest.iter().enumerate().position(|(at, token)| token.kind == kind && led(at));
            let Some(at) = found.filter(|at| written.is_none_or(|written| *at < written) && !has(format)) else {
                continue;
            };
            let source = match kind {
                Kind::Url => start::web_step(self.lexicon),
                _ => self.lexicon.catalog().connectors().iter().enumerate().find_map(|(index, manifest)| {
                    let takes = |action: &ActionManifest| {
                        properties(action).any(|(_, schema)| text_of(schema, "format") == "path")
                    };
                    (manifest.id != connector.id && manifest.actions.iter().any(takes)).then(|| self.reading(index))?
                }),
            };
            let Some((from, read)) = source.and_then(|at| self.lexicon.get(at)) else { continue };
            if from.id == connector.id || action.node_type != NodeType::Action {
                continue;
            }
            let address = rest.remove(at);
            self.add_step(from, read, &[address]);
        }
        rest
    }

    /// Writes what the chosen action put out to a file that the clause names: `fetch https://… to /tmp/a.json`.
    pub(super) fn write_out(&mut self, action: &ActionManifest, tokens: &[Token]) {
        let takes = |action: &ActionManifest| {
            properties(action).any(|(name, schema)| text_of(schema, "format") == "path" || name == "path")
        };
        let at = (1..tokens.len()).find(|at| {
            tokens[*at].kind == Kind::Path
                && tokens[*at].text.contains('.')
                && tokens[*at - 1].is(&["in", "to", "into", "as", "under", "file"])
        });
        let Some(at) = at.filter(|_| action.node_type == NodeType::Action && !takes(action)) else { return };
        let found = self.lexicon.catalog().connectors().iter().find_map(|connector| {
            Some((connector, connector.actions.iter().find(|action| takes(action) && action.id.starts_with("write"))?))
        });
        if let Some((connector, write)) = found {
            self.add_step(connector, write, &tokens[at..=at]);
        }
    }

    /// A clause without the nouns that only say what came in: `the webhook data`, `each webhook item`.
    pub(super) fn without_input(&self, tokens: Vec<Token>) -> Vec<Token> {
        let Some(trigger) = start::event_trigger(self.lexicon) else { return tokens };
        let content = Content::of(&tokens);
        let hits = self.lexicon.hits(&content);
        let input = hits.iter().find_map(|hit| {
            let (first, last) = (content.words[hit.first].0, content.words[hit.last].0);
            let carried = tokens.get(last + 1).is_some_and(|next| {
                next.is(&["data", "payload", "body", "item", "items", "text", "content", "fields", "json", "event"])
            });
            (hit.connector == trigger.connector && hit.source == Source::Name && carried && first > 0)
                .then_some(first..last + 1)
        });
        match input {
            Some(range) => tokens
                .iter()
                .enumerate()
                .filter(|(at, _)| !range.contains(at))
                .map(|(_, token)| token.clone())
                .collect(),
            None => tokens,
        }
    }

    /// A filter behind a step that reads, for `get the records where status is new`. What is left of the clause.
    pub(super) fn split_filter(&self, action: &ActionManifest, tokens: &[Token]) -> (Vec<Token>, Vec<Token>) {
        let at = tokens.iter().position(|token| token.is(&["where", "whose"]));
        let reads = fill::condition_parameter(action).is_none() && action.node_type == NodeType::Action;
        match at.filter(|at| reads && *at > 0 && conditions::is_comparison(&tokens[at + 1..])) {
            Some(at) => (tokens[..at].to_vec(), tokens[at..].to_vec()),
            None => (tokens.to_vec(), Vec::new()),
        }
    }

    /// Adds the filter of [`Self::split_filter`].
    pub(super) fn filter(&mut self, tokens: &[Token]) {
        let found = self.lexicon.catalog().connectors().iter().find_map(|connector| {
            let keeps = |action: &&ActionManifest| {
                action.outputs.len() == 1 && fill::condition_parameter(action).is_some_and(|(_, combines)| combines)
            };
            Some((connector, connector.actions.iter().find(keeps)?))
        });
        let Some((connector, action)) = found else { return };
        if let Some(config) = conditions::of_clause(self.lexicon, action, tokens, self.text) {
            let label = label::of(self.draft, connector, action, &config);
            self.step(connector, action, fill::finish(action, config), &label);
        }
    }

    fn add_step(&mut self, connector: &ConnectorManifest, action: &ActionManifest, tokens: &[Token]) {
        let filled = Filler::new(action, tokens, self.text).read();
        let label = label::of(self.draft, connector, action, &filled.config);
        self.step(connector, action, filled, &label);
    }

    /// The trigger a message speaks of without saying `when`: one that is named, or one whose caller gets an answer.
    pub(super) fn implied_trigger(&self) -> Option<(ActionRef, &'static str)> {
        let at = start::event_trigger(self.lexicon)?;
        let (_, action) = self.lexicon.get(at)?;
        let content = Content::of(self.tokens);
        let hits = self.lexicon.hits(&content);
        if hits.iter().any(|hit| hit.connector == at.connector && hit.source == Source::Name) {
            return Some((at, "your message speaks of one"));
        }
        if self.tokens.iter().any(|token| token.is(&["incoming"])) {
            return Some((at, "something comes in"));
        }
        waits_for(self.lexicon.catalog(), action)?;
        let answers = self.tokens.windows(2).any(|pair| {
            pair[0].is(&["respond", "reply", "answer", "responds", "replies", "answers"]) && pair[1].is(&["with", "to"])
        });
        answers.then_some((at, "somebody waits for the answer"))
    }
}
