//! Clauses to nodes and edges: one clause after the other is put at the open ends of what is there so far.

use bridge_domain::{ActionManifest, ConnectorManifest, NodeType};

use super::label;
use super::notes::{Missing, Notes, listed, quoted};
use super::place::{self, Spot};
use super::service;
use super::start;
use super::{availability, conditions};
use crate::graph::draft::Draft;
use crate::graph::refer::{Names, Referent};
use crate::read::grammar::{CLOSING, FILLER, POLITE};
use crate::read::lexicon::{ActionRef, Lexicon, properties, text_of};
use crate::read::tokens::{Kind, Token};
use crate::step::choose::{Choice, Place, choose, rank};
use crate::step::fill::{self, Filled, Filler};
use crate::step::heads::{Head, starts};
use crate::step::segments::{Joint, Segment};

/// Steps one request can add.
const MAX_STEPS: usize = 200;

/// An open end: an output that the next step is put at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct End {
    pub node: usize,
    pub handle: Option<String>,
}

/// A condition whose second output may still be asked for.
pub(super) struct Branch {
    pub(super) node: usize,
    pub(super) otherwise: Option<String>,
    /// Ends of the first branch, once the second has begun.
    pub(super) first: Vec<End>,
    pub(super) begun: bool,
}

/// What a request is built with.
pub(crate) struct Builder<'a, 'c> {
    pub lexicon: &'a Lexicon<'c>,
    pub tokens: &'a [Token],
    pub text: &'a str,
    pub draft: &'a mut Draft<'c>,
    pub names: &'a mut Names,
    pub notes: &'a mut Notes,
    /// Where the next step goes; none before the first.
    pub ends: Option<Vec<End>>,
    /// Edges that lead on from where steps are inserted: target, its input.
    pub rejoin: Vec<(usize, Option<String>)>,
    pub(super) branches: Vec<Branch>,
    pub(super) loops: Vec<usize>,
    /// Nodes added, in order.
    pub made: Vec<usize>,
    pub was_empty: bool,
    pub(super) last_verb: Option<usize>,
    /// The node whose settings were changed last.
    pub(super) touched: Option<usize>,
    /// A condition was asked for whose comparison may be in the next clause.
    pub(super) unsaid: Option<String>,
    /// Steps stand side by side until they are merged.
    pub(super) parallel: bool,
    /// Where steps that stand side by side start, and their ends so far.
    pub(super) fork: Option<(Vec<End>, Vec<End>)>,
}

impl<'a, 'c> Builder<'a, 'c> {
    /// A builder on this draft.
    pub(crate) fn new(
        lexicon: &'a Lexicon<'c>,
        tokens: &'a [Token],
        text: &'a str,
        draft: &'a mut Draft<'c>,
        names: &'a mut Names,
        notes: &'a mut Notes,
    ) -> Self {
        let was_empty = draft.is_empty();
        Self {
            lexicon,
            tokens,
            text,
            draft,
            names,
            notes,
            ends: None,
            rejoin: Vec::new(),
            branches: Vec::new(),
            loops: Vec::new(),
            made: Vec::new(),
            was_empty,
            last_verb: None,
            touched: None,
            unsaid: None,
            parallel: false,
            fork: None,
        }
    }

    /// Lets go of nodes that a clause of the same request deleted or replaced.
    pub(super) fn forget_deleted(&mut self) {
        let nodes = &self.draft.nodes;
        let alive = |node: usize| nodes[node].alive;
        self.ends = self.ends.take().map(|mut ends| {
            ends.retain(|end| alive(end.node));
            ends
        });
        self.ends = self.ends.take().filter(|ends| !ends.is_empty());
        self.rejoin.retain(|(node, _)| alive(*node));
        self.branches.retain(|branch| alive(branch.node));
        for branch in &mut self.branches {
            branch.first.retain(|end| alive(end.node));
        }
        self.loops.retain(|node| alive(*node));
        self.made.retain(|node| alive(*node));
        self.notes.missing.retain(|missing| alive(missing.node));
        self.touched = self.touched.filter(|node| alive(*node));
    }

    /// Builds one clause.
    pub(crate) fn clause(&mut self, segment: &Segment) {
        if self.made.len() >= MAX_STEPS {
            self.notes
                .refuse(format!("That is more than {MAX_STEPS} steps in one request. Please ask for them in parts."));
            return;
        }
        match segment.head {
            Head::When => self.when(segment),
            Head::Every => self.every(segment),
            Head::If { negated } => self.check(segment, negated),
            Head::Otherwise => self.otherwise(),
            Head::ForEach => self.for_each(segment),
            Head::Wait => self.wait(segment),
            Head::Finally => self.finally(),
            Head::Verb | Head::Bare => self.order(segment),
        }
    }

    pub(super) fn order(&mut self, segment: &Segment) {
        let mut tokens = segment.tokens(self.tokens);
        let spot = place::read(self.lexicon, self.draft, self.names, &mut tokens, self.notes);
        if let Some(spot) = spot {
            self.go_to(spot);
            if is_filler(&tokens) || tokens.iter().all(|token| token.is(&["add", "insert", "put"])) {
                return;
            }
        }
        if tokens.len() > 2 && tokens[0].is(&["start", "begin"]) && tokens[1].is(&["with", "from", "by", "on"]) {
            tokens.drain(..2);
        }
        if is_filler(&tokens) || start::only_runs(&tokens) && self.ends.is_some() {
            return;
        }
        if availability::watches(&tokens) {
            return self.call_site(&tokens[1..]);
        }
        let clause = self.written(segment);
        let ends_here =
            tokens[0].is(&["ignore", "skip", "stop", "drop", "do", "end", "discard"]) && self.branches.last().is_some();
        if ends_here && tokens.len() < 4 && (is_filler(&tokens[1..]) || tokens[1].is(&["nothing"])) {
            return self.notes.assume(format!("“{clause}” needs no step: items simply end there"));
        }
        if self.was_empty || segment.head == Head::Verb {
            self.bring_in(&mut tokens);
        }
        tokens = self.without_input(tokens);
        if starts(&tokens, &["do", "nothing"]) || is_filler(&tokens) {
            return self.notes.assume(format!("“{clause}” needs no step"));
        }
        if let Some(service) = service::unknown(self.lexicon, &tokens, self.text) {
            return self.notes.refuse(service::no_connector(self.lexicon, &service));
        }
        let opens_flow = segment.head == Head::Bare && self.ends.is_none() && self.was_empty;
        let place = if opens_flow
            || tokens.first().is_some_and(|token| {
                token.is(&["add", "insert", "put", "start", "use", "create", "include", "with", "make", "a", "an"])
            }) {
            Place::Any
        } else {
            Place::Step
        };
        let lends_verb = segment.head == Head::Bare && segment.joint < Joint::Then && self.last_verb.is_some();
        if lends_verb && let Some(verb) = self.last_verb.and_then(|at| self.tokens.get(at)) {
            tokens.insert(0, verb.clone());
        }
        match choose(self.lexicon, &tokens, place) {
            Choice::One(at, named) => {
                self.last_verb = (segment.head == Head::Verb).then_some(segment.body).or(self.last_verb);
                self.chosen(at, named, &tokens);
            }
            Choice::Several(all) => {
                let names: Vec<String> = all
                    .iter()
                    .filter_map(|at| self.lexicon.get(*at))
                    .map(|(connector, _)| connector.name.clone())
                    .collect();
                self.notes.need(format!(
                    "Which one do you mean by “{}”: {}?",
                    super::notes::shortened(&clause, 80),
                    listed(&names, "or")
                ));
            }
            Choice::Unknown => self.unfit(&tokens, &clause),
        }
    }

    pub(super) fn unfit(&mut self, tokens: &[Token], clause: &str) {
        if tokens.iter().any(|token| token.is(&["trigger"])) {
            let triggers = listed(&start::trigger_names(self.lexicon), "or");
            return self.notes.need(format!("Which trigger should it be: {triggers}?"));
        }
        if tokens.iter().any(|token| token.is(&["action", "actions", "step", "node"])) && tokens.len() < 6 {
            return self.notes.need("Which step should I add? For example “add a Slack message” or “add an HTTP request to https://api.example.com”.");
        }
        self.notes.ignore(clause);
    }

    pub(super) fn chosen(&mut self, at: ActionRef, named: bool, tokens: &[Token]) {
        let Some((connector, action)) = self.lexicon.get(at) else { return };
        if action.node_type == NodeType::Trigger {
            return self.trigger(at, tokens);
        }
        if self.route(connector, action, tokens) {
            return;
        }
        let tokens = self.bring_values(connector, action, tokens);
        let (tokens, kept) = self.split_filter(action, &tokens);
        for part in split_values(action, &tokens) {
            self.one(connector, action, named, &part);
        }
        if !kept.is_empty() {
            self.filter(&kept);
        }
        self.write_out(action, &tokens);
    }

    pub(super) fn one(
        &mut self,
        connector: &ConnectorManifest,
        action: &ActionManifest,
        named: bool,
        tokens: &[Token],
    ) {
        let (own_label, tokens) = label::given(tokens);
        let filled = match fill::condition_parameter(action) {
            Some(_) => match conditions::of_clause(self.lexicon, action, &tokens, self.text) {
                Some(config) => fill::finish(action, config),
                None => {
                    self.unsaid = Some(connector.name.clone());
                    return;
                }
            },
            None => Filler::new(action, &tokens, self.text).read(),
        };
        if !named {
            let others = rank(self.lexicon, &tokens, Place::Step);
            let rival = others.iter().find(|other| {
                self.lexicon.get(other.at).is_some_and(|(rival, _)| rival.id != connector.id)
                    && other.score > 7.0
                    && other.score > others[0].score * 0.45
            });
            if let Some((rival, _)) = rival.and_then(|rival| self.lexicon.get(rival.at)) {
                self.notes.assume(format!("I took {}; {} would be possible too", connector.name, rival.name));
            }
        }
        let label = own_label.unwrap_or_else(|| label::of(self.draft, connector, action, &filled.config));
        let node = self.step(connector, action, filled, &label);
        if action.node_type == NodeType::Condition {
            if action.allows_cycle {
                self.loops.push(node);
            } else {
                self.branch_at(node);
            }
        }
    }

    /// Adds a step at the open ends.
    pub(super) fn step(
        &mut self,
        connector: &ConnectorManifest,
        action: &ActionManifest,
        filled: Filled,
        label: &str,
    ) -> usize {
        self.begin();
        if self.parallel {
            self.side_by_side(action);
        }
        super::conditions::say_fields(action, &filled.config, self.text, self.notes);
        let node = self.add(connector, action, label, filled);
        for end in self.ends.take().unwrap_or_default() {
            let _ = self.draft.connect(end.node, end.handle.as_deref(), node);
        }
        self.ends = Some(self.free_ends(node));
        if let Some((_, ends)) = &mut self.fork {
            ends.extend(self.ends.iter().flatten().cloned());
        }
        node
    }

    /// Puts the next step beside the ones before, or behind all of them where it merges or decides.
    fn side_by_side(&mut self, action: &ActionManifest) {
        let merges = properties(action).any(|(_, schema)| {
            schema["enum"].as_array().is_some_and(|modes| modes.iter().any(|mode| mode == "append"))
        }) && properties(action).any(|(name, _)| name == "mode");
        match self.fork.take() {
            Some((_, ends)) if merges || action.node_type == NodeType::Condition => {
                self.ends = Some(ends);
                self.parallel = false;
            }
            Some((start, ends)) => {
                self.ends = Some(start.clone());
                self.fork = Some((start, ends));
            }
            None => self.fork = Some((self.ends.clone().unwrap_or_default(), Vec::new())),
        }
    }

    pub(super) fn add(
        &mut self,
        connector: &ConnectorManifest,
        action: &ActionManifest,
        label: &str,
        filled: Filled,
    ) -> usize {
        let text = label::sentence(action, &filled.told());
        let node = self.draft.add(&connector.id, action, label, filled.config);
        self.names.add(self.draft, node);
        let label = quoted(&self.draft.nodes[node].label);
        self.notes.done.push(format!("{label} {text}"));
        let supplied: Vec<String> =
            filled.assumed.iter().map(|(title, value)| format!("{value} as {}", title.to_lowercase())).collect();
        if !supplied.is_empty() {
            self.notes.assume(format!("{label} uses {}", listed(&supplied, "and")));
        }
        self.notes.missing.extend(filled.missing.into_iter().map(|name| Missing { node, name }));
        self.made.push(node);
        node
    }

    /// The output the next step is put at.
    pub(super) fn free_ends(&self, node: usize) -> Vec<End> {
        let outputs = self.draft.outputs(node);
        outputs.first().map(|handle| End { node, handle: Some((*handle).to_owned()) }).into_iter().collect()
    }

    pub(super) fn go_to(&mut self, spot: Spot) {
        match spot {
            Spot::At(ends) => self.ends = Some(ends),
            Spot::Between { ends, edges } => {
                for edge in edges {
                    let target = self.draft.edges[edge].target;
                    let input = self.draft.edges[edge].target_handle.clone();
                    if !self.rejoin.contains(&(target, input.clone())) {
                        self.rejoin.push((target, input));
                    }
                    self.draft.delete_edge(edge);
                }
                self.ends = Some(ends);
            }
            Spot::InFrontOf(node) => {
                self.rejoin.push((node, None));
                self.ends = Some(Vec::new());
            }
        }
    }

    pub(super) fn written(&self, segment: &Segment) -> String {
        written(self.tokens, self.text, segment)
    }

    /// The node these tokens name.
    pub(crate) fn resolve(&self, tokens: &[Token]) -> Referent {
        self.names.resolve(self.draft, self.lexicon, tokens)
    }
}

/// A clause as it was written.
pub(crate) fn written(tokens: &[Token], text: &str, segment: &Segment) -> String {
    let (Some(first), Some(last)) = (tokens.get(segment.range.start), tokens.get(segment.range.end - 1)) else {
        return String::new();
    };
    super::notes::shortened(text.get(first.start..last.end).unwrap_or_default(), 120)
}

/// Whether nothing of meaning is left.
pub(crate) fn is_filler(tokens: &[Token]) -> bool {
    tokens.iter().all(|token| {
        token.is(FILLER)
            || token.is(CLOSING)
            || token.is(POLITE)
            || matches!(token.kind, Kind::Mark | Kind::NewLine | Kind::Operator)
            || token.kind == Kind::Word && token.word.len() < 2
    })
}

/// One clause per value where an action takes one value and the clause has several: `to #sales and #support`.
fn split_values(action: &ActionManifest, tokens: &[Token]) -> Vec<Vec<Token>> {
    for kind in [Kind::Channel, Kind::Url] {
        let count = tokens.iter().filter(|token| token.kind == kind).count();
        let takes = properties(action)
            .filter(|(_, schema)| {
                kind == Kind::Url && text_of(schema, "format") == "uri"
                    || kind == Kind::Channel && text_of(schema, "description").contains("`#")
            })
            .count();
        if count > 1 && takes == 1 {
            let nth = |wanted: usize| {
                let mut seen = 0;
                tokens
                    .iter()
                    .filter(|token| {
                        seen += usize::from(token.kind == kind);
                        token.kind != kind || seen == wanted + 1
                    })
                    .cloned()
                    .collect()
            };
            return (0..count).map(nth).collect();
        }
    }
    vec![tokens.to_vec()]
}
