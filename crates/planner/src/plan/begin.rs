//! Clauses that say what starts a workflow, and where it starts when nothing is said.

use super::build::Builder;
use super::notes::{listed, quoted};
use super::{conditions, label, start};
use crate::read::lexicon::{ActionRef, properties, text_of};
use crate::read::operators;
use crate::read::schedule::{self, Schedule};
use crate::read::tokens::Token;
use crate::step::choose::{Choice, Place, choose};
use crate::step::fill::{self, Filled, Filler};
use crate::step::segments::Segment;
use bridge_domain::{ActionManifest, Config};

impl Builder<'_, '_> {
    pub(super) fn when(&mut self, segment: &Segment) {
        let body = &self.tokens[segment.body..segment.range.end];
        if conditions::is_comparison(body) && !self.names_trigger(body) {
            return self.check(segment, false);
        }
        match choose(self.lexicon, body, Place::Trigger) {
            Choice::One(at, _) => self.trigger(at, body),
            Choice::Several(all) => self.trigger(all[0], body),
            Choice::Unknown => return self.unknown_event(segment),
        }
        self.compared_event(segment);
    }

    /// What an event is compared by in the same breath: `when a webhook reports status equals failed`.
    fn compared_event(&mut self, segment: &Segment) {
        let body = &self.tokens[segment.body..segment.range.end];
        let Some(found) = operators::find(body).filter(|found| !found.weak && found.first > 0) else { return };
        let led = body[..found.first].iter().rposition(|token| token.is(&["with", "where", "whose", "having", "has"]));
        let field = match led.filter(|at| *at + 1 < found.first && *at + 4 > found.first) {
            Some(at) => segment.body + at + 1,
            None => segment.body + found.first - 1,
        };
        if conditions::is_comparison(&self.tokens[field..segment.range.end]) {
            self.check(&Segment { range: field..segment.range.end, body: field, ..segment.clone() }, false);
        }
    }

    pub(super) fn names_trigger(&self, body: &[Token]) -> bool {
        matches!(choose(self.lexicon, body, Place::Trigger), Choice::One(..))
    }

    /// An event no trigger is made for: other programs can report it to a webhook, connectors without a trigger cannot.
    pub(super) fn unknown_event(&mut self, segment: &Segment) {
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

    pub(super) fn every(&mut self, segment: &Segment) {
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

    pub(super) fn say_schedule(&mut self, schedule: &Schedule, action: &ActionManifest) {
        if schedule.assumed_time {
            self.notes.assume(format!("I took it to start {}, because no time of day was given", schedule.words));
        }
        let has_zone = properties(action).any(|(_, schema)| text_of(schema, "format") == "time_zone");
        if let (Some(zone), false) = (&schedule.time_zone, has_zone) {
            self.notes.assume(format!("An interval has no time zone, so I left out {zone}"));
        }
    }

    pub(super) fn trigger(&mut self, at: ActionRef, body: &[Token]) {
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
        let label = label::of(self.draft, connector, action, &filled.config);
        self.start_with(at, filled, &label);
    }

    /// Puts a trigger at the start: an existing one of the same kind is used again.
    pub(super) fn start_with(&mut self, at: ActionRef, filled: Filled, label: &str) {
        let Some((connector, action)) = self.lexicon.get(at) else { return };
        let timed = schedule::is_schedule_label(label);
        if let Some(existing) = start::same_trigger(self.draft, connector, action) {
            if timed && self.made.contains(&existing) {
                return self.refine_times(existing, filled, label);
            }
            let given: Config = filled
                .config
                .iter()
                .filter(|(name, _)| !filled.quiet.contains(name))
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
        let node = self.add(connector, action, label, if timed { filled.labelled() } else { filled });
        self.ends = Some(self.free_ends(node));
        if !self.was_empty {
            self.rejoin_start(node);
        }
    }

    /// A time of day for a schedule of the same request: `daily …, at 7`.
    fn refine_times(&mut self, node: usize, filled: Filled, label: &str) {
        let before = quoted(&self.draft.nodes[node].label);
        self.draft.update(node, Some(label.to_owned()), filled.config);
        self.notes.assumed.retain(|assumed| !assumed.contains("no time of day was given"));
        for done in self.notes.done.iter_mut().filter(|done| done.starts_with(&before)) {
            *done = done.replacen(&before, &quoted(label), 1);
        }
    }

    /// In a workflow that has steps already, a new trigger leads to where they start, unless steps of its own follow.
    pub(super) fn rejoin_start(&mut self, trigger: usize) {
        self.rejoin = start::entries(self.draft, trigger).into_iter().map(|node| (node, None)).collect();
    }

    /// Where the first step goes when nothing was said: behind what is there, or behind a start by hand.
    pub(super) fn begin(&mut self) {
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
        if let Some((at, reason)) = self.implied_trigger()
            && let Some((connector, action)) = self.lexicon.get(at)
        {
            self.notes.assume(format!("It starts with {}, because {reason}", quoted(&connector.name)));
            let filled = fill::finish(action, Config::new());
            return self.start_with(at, filled, &connector.name);
        }
        let Some(at) = start::manual_trigger(self.lexicon) else { return };
        let Some((connector, action)) = self.lexicon.get(at) else { return };
        self.notes.assume(format!(
            "Nothing was said about what starts it, so I added “{}”: it runs when you press Run",
            connector.name
        ));
        let filled = fill::finish(action, Config::new());
        let node = self.add(connector, action, &connector.name, filled);
        self.ends = Some(self.free_ends(node));
    }
}
