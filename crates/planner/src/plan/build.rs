//! Clauses to nodes and edges: one clause after the other is put at the open ends of what is there so far.

use bridge_domain::{ActionManifest, Config, ConnectorManifest, NodeType};

use super::conditions;
use super::label;
use super::notes::{Notes, listed, quoted};
use super::place::{self, Spot};
use super::service;
use super::start;
use crate::graph::draft::Draft;
use crate::graph::refer::{Names, Referent};
use crate::read::amounts;
use crate::read::grammar::{CLOSING, FILLER, POLITE};
use crate::read::lexicon::{ActionRef, Lexicon, properties, text_of};
use crate::read::schedule::{self, Schedule};
use crate::read::tokens::{Kind, Token};
use crate::step::choose::{Choice, Place, choose, rank};
use crate::step::fill::{self, Filled, Filler};
use crate::step::heads::Head;
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
struct Branch {
    node: usize,
    otherwise: Option<String>,
    /// Ends of the first branch, once the second has begun.
    first: Vec<End>,
    begun: bool,
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
    branches: Vec<Branch>,
    loops: Vec<usize>,
    /// Nodes added, in order.
    pub made: Vec<usize>,
    pub was_empty: bool,
    last_verb: Option<usize>,
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
        }
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

    fn when(&mut self, segment: &Segment) {
        let body = &self.tokens[segment.body..segment.range.end];
        if conditions::is_comparison(body) && !self.names_trigger(body) {
            return self.check(segment, false);
        }
        match choose(self.lexicon, body, Place::Trigger) {
            Choice::One(at, _) => self.trigger(at, body),
            Choice::Several(all) => self.trigger(all[0], body),
            Choice::Unknown => self.unknown_event(segment),
        }
    }

    fn names_trigger(&self, body: &[Token]) -> bool {
        matches!(choose(self.lexicon, body, Place::Trigger), Choice::One(..))
    }

    /// An event no trigger is made for: other programs can report it to a webhook, connectors without a trigger cannot.
    fn unknown_event(&mut self, segment: &Segment) {
        let body = &self.tokens[segment.body..segment.range.end];
        let clause = self.written(segment);
        if let Choice::One(at, true) = choose(self.lexicon, body, Place::Any)
            && let Some((connector, _)) = self.lexicon.get(at)
        {
            let triggers = listed(&start::trigger_names(self.lexicon), "and");
            self.notes.refuse(format!(
                "{} cannot start a workflow here, so I cannot build “{clause}”. What can start one: {triggers}.",
                connector.name
            ));
            return;
        }
        let Some(at) = start::event_trigger(self.lexicon) else { return self.notes.ignore(&clause) };
        if let Some((connector, _)) = self.lexicon.get(at) {
            self.notes.assume(format!(
                "I took “{clause}” to mean that another program reports it by calling the {} address",
                connector.name
            ));
        }
        self.trigger(at, body);
    }

    fn every(&mut self, segment: &Segment) {
        let body = &self.tokens[segment.range.start..segment.range.end];
        let Some(schedule) = schedule::parse(body, self.text) else { return self.notes.ignore(&self.written(segment)) };
        let Some(at) = start::schedule_trigger(self.lexicon, &schedule) else {
            return self.notes.refuse("There is no connector that starts a workflow by the clock.");
        };
        let Some((_, action)) = self.lexicon.get(at) else { return };
        let config = fill::times(action, &schedule);
        self.say_schedule(&schedule, action);
        self.start_with(at, fill::finish(action, config), &label::capital(&schedule.words));
    }

    fn say_schedule(&mut self, schedule: &Schedule, action: &ActionManifest) {
        if schedule.assumed_time {
            self.notes.assume(format!("I took it to start {}, because no time of day was given", schedule.words));
        }
        let has_zone = properties(action).any(|(_, schema)| text_of(schema, "format") == "time_zone");
        if let (Some(zone), false) = (&schedule.time_zone, has_zone) {
            self.notes.assume(format!("An interval has no time zone, so I left out {zone}"));
        }
    }

    fn trigger(&mut self, at: ActionRef, body: &[Token]) {
        let Some((connector, action)) = self.lexicon.get(at) else { return };
        if let Some(schedule) = start::spoken_schedule(action, body, self.text)
            && let Some(timed) = start::schedule_trigger(self.lexicon, &schedule)
        {
            let Some((_, action)) = self.lexicon.get(timed) else { return };
            self.say_schedule(&schedule, action);
            let config = fill::times(action, &schedule);
            return self.start_with(timed, fill::finish(action, config), &label::capital(&schedule.words));
        }
        let filled = Filler::new(action, body, self.text).read();
        let label = label::of(connector, action, &filled.config);
        self.start_with(at, filled, &label);
    }

    /// Puts a trigger at the start: an existing one of the same kind is used again.
    fn start_with(&mut self, at: ActionRef, filled: Filled, label: &str) {
        let Some((connector, action)) = self.lexicon.get(at) else { return };
        if let Some(existing) = start::same_trigger(self.draft, connector, action) {
            let given: Config = filled
                .config
                .iter()
                .filter(|(name, _)| !filled.assumed.iter().any(|(title, _)| *title == title_of(action, name)))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            let changed: Config = given
                .into_iter()
                .filter(|(name, value)| self.draft.nodes[existing].config.get(name) != Some(value))
                .collect();
            self.notes
                .assume(format!("I used the trigger that is there, {}", quoted(&self.draft.nodes[existing].label)));
            if !changed.is_empty() {
                self.notes.done.push(format!(
                    "{} is set to {}.",
                    quoted(&self.draft.nodes[existing].label),
                    label::settings(action, &changed)
                ));
                self.draft.update(existing, None, changed);
            }
            self.ends = Some(self.free_ends(existing));
            return;
        }
        self.say_filled(connector, action, &filled, label);
        let node = self.add(connector, action, label, filled.config);
        self.ends = Some(self.free_ends(node));
        if !self.was_empty {
            self.rejoin_start(node);
        }
    }

    /// In a workflow that has steps already, a new trigger leads to where they start, unless steps of its own follow.
    fn rejoin_start(&mut self, trigger: usize) {
        self.rejoin = start::entries(self.draft, trigger).into_iter().map(|node| (node, None)).collect();
    }

    fn check(&mut self, segment: &Segment, negated: bool) {
        let body = &self.tokens[segment.body..segment.range.end];
        let weak = crate::read::comparison::find(body).is_some_and(|found| found.weak);
        if weak && !negated && self.ends.is_none() && self.names_trigger(body) {
            if let Choice::One(at, _) = choose(self.lexicon, body, Place::Trigger) {
                self.trigger(at, body);
            }
            let Some(((range, _), more)) = segment.more.split_first() else { return };
            let rest = Segment { range: range.clone(), body: range.start, more: more.to_vec(), ..segment.clone() };
            return self.check(&rest, negated);
        }
        let Some((comparisons, any)) = conditions::read(self.tokens, self.text, segment, negated, self.notes) else {
            if let Choice::One(at, _) = choose(self.lexicon, body, Place::Trigger) {
                return self.trigger(at, body);
            }
            let clause = self.written(segment);
            self.notes.need(format!(
                "What should be compared in “{clause}”? For example “if amount is over 100” or “if status equals paid”."
            ));
            return;
        };
        let Some(at) = conditions::two_way(self.lexicon) else { return };
        let Some((connector, action)) = self.lexicon.get(at) else { return };
        let words = comparisons.iter().map(crate::read::comparison::Comparison::describe).collect::<Vec<_>>();
        let label = label::clipped(&format!("If {}", words.join(if any { " or " } else { " and " })));
        let config = conditions::config(action, &comparisons, any);
        let node = self.step(connector, action, fill::finish(action, config), &label);
        self.branch_at(node);
    }

    fn branch_at(&mut self, node: usize) {
        let outputs = self.draft.outputs(node);
        let otherwise = outputs.get(1).map(|handle| (*handle).to_owned());
        self.branches.push(Branch { node, otherwise, first: Vec::new(), begun: false });
    }

    fn otherwise(&mut self) {
        let Some(index) = self.branches.iter().rposition(|branch| !branch.begun && branch.otherwise.is_some()) else {
            return match self.existing_condition() {
                Some(end) => self.ends = Some(vec![end]),
                None => self.notes.need("“Otherwise” needs a condition before it. For example “if amount is over 100, send a Slack message, otherwise send an e-mail”."),
            };
        };
        self.branches.truncate(index + 1);
        let ends = self.ends.take().unwrap_or_default();
        let branch = &mut self.branches[index];
        branch.first = ends;
        branch.begun = true;
        self.ends = Some(vec![End { node: branch.node, handle: branch.otherwise.clone() }]);
    }

    /// The last condition of the workflow whose second output is free.
    fn existing_condition(&self) -> Option<End> {
        self.draft
            .alive()
            .filter(|node| self.draft.nodes[*node].node_type == NodeType::Condition)
            .filter_map(|node| {
                let outputs = self.draft.outputs(node);
                let handle = outputs.get(1).copied().filter(|_| outputs.len() == 2)?;
                (!self.draft.is_used(node, Some(handle))).then(|| End { node, handle: Some(handle.to_owned()) })
            })
            .last()
    }

    fn for_each(&mut self, segment: &Segment) {
        let body = &self.tokens[segment.body..segment.range.end];
        if let Some(at) = self.source_of(body)
            && let Some((connector, action)) = self.lexicon.get(at)
        {
            let filled = Filler::new(action, body, self.text).read();
            let label = label::of(connector, action, &filled.config);
            self.step(connector, action, filled, &label);
        }
        if self.loops.last().is_some_and(|node| self.made.last() == Some(node)) {
            return;
        }
        let Some(at) = self.lexicon.catalog().connectors().iter().enumerate().find_map(|(connector, manifest)| {
            let action = manifest.actions.iter().position(|action| action.allows_cycle)?;
            Some(ActionRef { connector, action })
        }) else {
            return self.notes.refuse("There is no connector that goes through items one by one.");
        };
        let Some((connector, action)) = self.lexicon.get(at) else { return };
        let filled = Filler::new(action, body, self.text).read();
        let node = self.step(connector, action, filled, &label::of(connector, action, &Config::new()));
        self.loops.push(node);
    }

    /// Where the items of a loop are read from, when the clause names it: `for each row of the Google sheet`.
    fn source_of(&self, body: &[Token]) -> Option<ActionRef> {
        let ranking = rank(self.lexicon, body, Place::Step);
        let best = ranking.first().filter(|best| best.named)?;
        let mut actions = self.lexicon.catalog().connectors().get(best.at.connector)?.actions.iter();
        let reads = actions.position(|action| {
            action.id.starts_with("read") || action.id.starts_with("list") || action.id.starts_with("get")
        })?;
        let already = self.made.last().is_some_and(|node| {
            self.draft.nodes[*node].connector_id == self.lexicon.catalog().connectors()[best.at.connector].id
        });
        (!already).then_some(ActionRef { connector: best.at.connector, action: reads })
    }

    fn wait(&mut self, segment: &Segment) {
        let body = &self.tokens[segment.range.clone()];
        let found = self.lexicon.catalog().connectors().iter().enumerate().find_map(|(connector, manifest)| {
            let waits = |action: &ActionManifest| {
                action.node_type == NodeType::Action && fill::unit_parameter(action).is_some()
            };
            manifest.actions.iter().position(waits).map(|action| ActionRef { connector, action })
        });
        let Some((connector, action)) = found.and_then(|at| self.lexicon.get(at)) else { return self.order(segment) };
        let filled = Filler::new(action, body, self.text).read();
        let label = match amounts::span(body) {
            Some(span) => format!("{} {}", connector.name, amounts::spoken(span.amount, span.unit)),
            None => connector.name.clone(),
        };
        self.step(connector, action, filled, &label);
    }

    /// Where branches and loops end: what follows comes after all of them.
    fn finally(&mut self) {
        if let Some(node) = self.loops.pop() {
            self.close_loop(node);
            return;
        }
        let mut ends = self.ends.take().unwrap_or_default();
        for branch in self.branches.drain(..) {
            if branch.begun {
                ends.extend(branch.first);
            }
        }
        ends.dedup();
        self.ends = (!ends.is_empty()).then_some(ends);
    }

    /// Leads the loop's body back to it and carries on behind it.
    fn close_loop(&mut self, node: usize) {
        let mut ends = self.ends.take().unwrap_or_default();
        for branch in self.branches.drain(..) {
            if branch.begun {
                ends.extend(branch.first);
            } else if branch.node > node {
                ends.push(End { node: branch.node, handle: branch.otherwise });
            }
        }
        for end in ends.into_iter().filter(|end| end.node != node) {
            let _ = self.draft.connect(end.node, end.handle.as_deref(), node);
        }
        let outputs = self.draft.outputs(node);
        self.ends = Some(vec![End { node, handle: outputs.get(1).map(|handle| (*handle).to_owned()) }]);
    }

    fn order(&mut self, segment: &Segment) {
        let range = segment.body..segment.range.end;
        let mut tokens = self.tokens[range].to_vec();
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
        let watches = tokens[0].is(&["check", "verify", "test", "monitor", "watch", "poll"])
            && tokens.iter().any(|token| token.kind == Kind::Url);
        if watches {
            tokens.remove(0);
        }
        let clause = self.written(segment);
        let ends_here =
            tokens[0].is(&["ignore", "skip", "stop", "drop", "do", "end", "discard"]) && self.branches.last().is_some();
        if ends_here && tokens.len() < 4 && (is_filler(&tokens[1..]) || tokens[1].is(&["nothing"])) {
            return self.notes.assume(format!("“{clause}” needs no step: items simply end there"));
        }
        if let Some(service) = service::unknown(self.lexicon, &tokens, self.text) {
            return self.notes.refuse(no_connector(self.lexicon, &service));
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

    fn unfit(&mut self, tokens: &[Token], clause: &str) {
        if tokens.iter().any(|token| token.is(&["trigger"])) {
            let triggers = listed(&start::trigger_names(self.lexicon), "or");
            return self.notes.need(format!("Which trigger should it be: {triggers}?"));
        }
        if tokens.iter().any(|token| token.is(&["action", "actions", "step", "node"])) && tokens.len() < 6 {
            return self.notes.need("Which step should I add? For example “add a Slack message” or “add an HTTP request to https://api.example.com”.");
        }
        self.notes.ignore(clause);
    }

    fn chosen(&mut self, at: ActionRef, named: bool, tokens: &[Token]) {
        let Some((connector, action)) = self.lexicon.get(at) else { return };
        if action.node_type == NodeType::Trigger {
            return self.trigger(at, tokens);
        }
        for part in split_values(action, tokens) {
            self.one(connector, action, named, &part);
        }
    }

    fn one(&mut self, connector: &ConnectorManifest, action: &ActionManifest, named: bool, tokens: &[Token]) {
        let (own_label, tokens) = label::given(tokens);
        let filled = match fill::condition_parameter(action) {
            Some(_) => match conditions::of_clause(self.lexicon, action, &tokens, self.text) {
                Some(config) => fill::finish(action, config),
                None => {
                    self.notes.need(format!(
                        "What should {} compare? For example “amount is over 100” or “status equals paid”.",
                        quoted(&connector.name)
                    ));
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
        let label = own_label.unwrap_or_else(|| label::of(connector, action, &filled.config));
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
    fn step(&mut self, connector: &ConnectorManifest, action: &ActionManifest, filled: Filled, label: &str) -> usize {
        self.begin();
        self.say_filled(connector, action, &filled, label);
        let node = self.add(connector, action, label, filled.config);
        for end in self.ends.take().unwrap_or_default() {
            let _ = self.draft.connect(end.node, end.handle.as_deref(), node);
        }
        self.ends = Some(self.free_ends(node));
        node
    }

    fn add(&mut self, connector: &ConnectorManifest, action: &ActionManifest, label: &str, config: Config) -> usize {
        let text = label::sentence(action, &config);
        let node = self.draft.add(&connector.id, action, label, config);
        self.names.add(self.draft, node);
        self.notes.done.push(format!("{} {text}", quoted(&self.draft.nodes[node].label)));
        self.made.push(node);
        node
    }

    /// The output the next step is put at.
    fn free_ends(&self, node: usize) -> Vec<End> {
        let outputs = self.draft.outputs(node);
        outputs.first().map(|handle| End { node, handle: Some((*handle).to_owned()) }).into_iter().collect()
    }

    /// Where the first step goes when nothing was said: behind what is there, or behind a start by hand.
    fn begin(&mut self) {
        if self.ends.is_some() {
            return;
        }
        if !self.draft.is_empty() {
            let (ends, several) = start::open_ends(self.draft);
            if let (Some(end), true) = (ends.first(), several) {
                let label = quoted(&self.draft.nodes[end.node].label);
                self.notes.assume(format!("There are several open ends; I continued after {label}. Say “after …” with a node's name for another place"));
            }
            self.ends = Some(ends);
            return;
        }
        let Some(at) = start::manual_trigger(self.lexicon) else { return };
        let Some((connector, action)) = self.lexicon.get(at) else { return };
        self.notes.assume(format!(
            "Nothing was said about what starts it, so I added “{}”: it runs when you press Run",
            connector.name
        ));
        let filled = fill::finish(action, Config::new());
        let node = self.add(connector, action, &connector.name, filled.config);
        self.ends = Some(self.free_ends(node));
    }

    fn go_to(&mut self, spot: Spot) {
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

    /// Closes what is open: loops lead back, inserted steps lead on.
    pub(crate) fn close(&mut self) {
        while let Some(node) = self.loops.pop() {
            self.close_loop(node);
        }
        if self.made.is_empty() {
            return;
        }
        let only_trigger = self.made.len() == 1 && self.draft.is_trigger(self.made[0]);
        let trigger_first = self.made.first().is_some_and(|node| self.draft.is_trigger(*node)) && !self.was_empty;
        if trigger_first && !only_trigger {
            self.rejoin.clear();
        }
        let ends = self.ends.clone().unwrap_or_default();
        for (target, input) in std::mem::take(&mut self.rejoin) {
            for end in &ends {
                let _ = self.draft.connect_at(end.node, end.handle.as_deref(), target, input.as_deref());
            }
        }
    }

    fn say_filled(&mut self, connector: &ConnectorManifest, action: &ActionManifest, filled: &Filled, label: &str) {
        let schedules = action.node_type == NodeType::Trigger;
        for (title, value) in &filled.assumed {
            let title = title.to_lowercase();
            self.notes
                .assume(format!("I used {value} as {title} of {}; change it in the node's settings", quoted(label)));
        }
        for name in &filled.missing {
            let title = title_of(action, name);
            let description = properties(action)
                .find(|(one, _)| one == name)
                .map(|(_, schema)| text_of(schema, "description"))
                .unwrap_or_default();
            let kind = if schedules { "trigger" } else { "step" };
            self.notes.need(format!(
                "The {kind} “{}” needs a value for “{title}” ({}).",
                connector.name,
                description.trim_end_matches('.')
            ));
        }
    }

    fn written(&self, segment: &Segment) -> String {
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

fn title_of(action: &ActionManifest, name: &str) -> String {
    properties(action)
        .find(|(one, _)| *one == name)
        .map_or_else(|| name.to_owned(), |(_, schema)| text_of(schema, "title").to_owned())
}

/// Why a service cannot be used, and what can.
pub(crate) fn no_connector(lexicon: &Lexicon<'_>, service: &str) -> String {
    let web = lexicon.catalog().connectors().iter().find(|connector| {
        connector
            .actions
            .iter()
            .any(|action| properties(action).any(|(name, schema)| name == "url" && text_of(schema, "format") == "uri"))
    });
    let other = web.map(|web| format!(" If {service} has a web API, an {} node can call it: give me the address, for example “send an HTTP request to https://…”.", web.name)).unwrap_or_default();
    format!("There is no connector for {service}, so I propose nothing in its place.{other}")
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
