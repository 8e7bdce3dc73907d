//! Clauses that lead the flow: conditions and their branches, loops, waits, and where they end.

use super::build::{Branch, Builder, End};
use super::{conditions, label};
use crate::read::amounts;
use crate::read::comparison::{Comparison, expression_of};
use crate::read::lexicon::{ActionRef, properties};
use crate::read::tokens::{Kind, Token};
use crate::step::choose::{Choice, Place, choose, rank};
use crate::step::fill::{self, Filler};
use crate::step::segments::Segment;
use bridge_domain::{ActionManifest, Config, NodeType};

impl Builder<'_, '_> {
    pub(super) fn check(&mut self, segment: &Segment, negated: bool) {
        let body = &self.tokens[segment.body..segment.range.end];
        if self.check_site(segment, negated) {
            return;
        }
        let weak = crate::read::operators::find(body).is_some_and(|found| found.weak);
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
            if let Some(comparison) = self.said_of_answer(body, negated) {
                return self.compare(&[comparison], false);
            }
            let clause = self.written(segment);
            self.notes.need(format!(
                "What should be compared in “{clause}”? For example “if amount is over 100” or “if status equals paid”."
            ));
            return;
        };
        self.compare(&comparisons, any);
    }

    /// `it is a complaint`, said behind a step that answers with a text: whether the text holds the word.
    fn said_of_answer(&mut self, body: &[Token], negated: bool) -> Option<Comparison> {
        let action = self.made.last().and_then(|node| self.draft.manifest(*node))?;
        let field = action
            .output_schema
            .get("properties")?
            .as_object()?
            .iter()
            .find(|(_, schema)| schema["type"] == "string")?
            .0;
        let answers = properties(action).any(|(name, _)| name == "prompt");
        let [it, rest @ ..] = body else { return None };
        if !answers || !it.is(&["it", "its", "that", "thats", "this", "answer", "result"]) {
            return None;
        }
        let not = rest.iter().any(|token| token.is(&["not", "isnt"]));
        let mut words =
            rest.iter().filter(|token| !token.is(&["is", "isnt", "not", "was", "a", "an", "the", "says", "contains"]));
        let word = words.next().filter(|token| matches!(token.kind, Kind::Word | Kind::Quoted))?;
        if words.next().is_some() {
            return None;
        }
        self.notes.assume(format!("The check looks for “{}” in the model's answer", word.text));
        Some(Comparison {
            left: expression_of(field),
            field: field.clone(),
            operator: if not == negated { "contains" } else { "not_contains" },
            right: Some(word.text.clone().into()),
        })
    }

    fn compare(&mut self, comparisons: &[Comparison], any: bool) {
        self.unsaid = None;
        self.let_errors_pass(comparisons);
        let Some(at) = conditions::two_way(self.lexicon) else { return };
        let Some((connector, action)) = self.lexicon.get(at) else { return };
        let words = comparisons.iter().map(Comparison::describe).collect::<Vec<_>>();
        let label = label::clipped(&format!("If {}", words.join(if any { " or " } else { " and " })));
        let config = conditions::config(action, comparisons, any);
        let node = self.step(connector, action, fill::finish(action, config).labelled(), &label);
        self.branch_at(node);
    }

    pub(super) fn branch_at(&mut self, node: usize) {
        let outputs = self.draft.outputs(node);
        let otherwise = outputs.get(1).map(|handle| (*handle).to_owned());
        self.branches.push(Branch { node, otherwise, first: Vec::new(), begun: false });
    }

    pub(super) fn otherwise(&mut self) {
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
    pub(super) fn existing_condition(&self) -> Option<End> {
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

    pub(super) fn for_each(&mut self, segment: &Segment) {
        let body = &self.tokens[segment.body..segment.range.end];
        if let Some(at) = self.source_of(body)
            && let Some((connector, action)) = self.lexicon.get(at)
        {
            let filled = Filler::new(action, body, self.text).read();
            let label = label::of(self.draft, connector, action, &filled.config);
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
        let node = self.step(connector, action, filled, &label::of(self.draft, connector, action, &Config::new()));
        self.loops.push(node);
    }

    /// Where the items of a loop are read from, when the clause names it: `for each row of the Google sheet`.
    pub(super) fn source_of(&self, body: &[Token]) -> Option<ActionRef> {
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

    pub(super) fn wait(&mut self, segment: &Segment) {
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
        self.step(connector, action, filled.labelled(), &label);
    }

    /// Where branches and loops end: what follows comes after all of them.
    pub(super) fn finally(&mut self) {
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
    pub(super) fn close_loop(&mut self, node: usize) {
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

    /// Closes what is open: loops lead back, inserted steps lead on.
    pub(crate) fn close(&mut self) {
        if let Some(name) = self.unsaid.take() {
            self.notes
                .need(format!("What should {name} compare? For example “amount is over 100” or “status equals paid”."));
        }
        while let Some(node) = self.loops.pop() {
            self.close_loop(node);
        }
        if let Some((_, ends)) = self.fork.take() {
            self.ends = Some(ends);
        }
        self.pair_answers();
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
}
