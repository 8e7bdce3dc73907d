//! Values with where each of them leads: `by country: DE to #germany, US to #usa, everything else to #world`.

use bridge_domain::{ActionManifest, ConnectorManifest};

use super::build::{Builder, End};
use super::{conditions, label};
use crate::read::tokens::{Kind, Token};
use crate::step::choose::{Choice, Place, choose};
use crate::step::fill;

/// One way on.
struct Route {
    /// The value; none for everything else.
    value: Option<Token>,
    /// What to do with it.
    order: Vec<Token>,
}

impl Builder<'_, '_> {
    /// Builds a switch with a step behind each output. False when the clause names no steps.
    pub(super) fn route(&mut self, connector: &ConnectorManifest, action: &ActionManifest, tokens: &[Token]) -> bool {
        if fill::condition_parameter(action).is_none_or(|(_, combines)| combines) || action.outputs.len() < 3 {
            return false;
        }
        let routes = read(tokens);
        let Some(colon) = tokens.iter().position(|token| token.is_mark(":")) else { return false };
        let valued: Vec<&Route> =
            routes.iter().filter(|route| route.value.is_some()).take(action.outputs.len() - 1).collect();
        if valued.is_empty() {
            return false;
        }
        let mut clause = tokens[..=colon].to_vec();
        clause.extend(valued.iter().filter_map(|route| route.value.clone()));
        let Some(config) = conditions::of_clause(self.lexicon, action, &clause, self.text) else { return false };
        let name = label::of(self.draft, connector, action, &config);
        let node = self.step(connector, action, fill::finish(action, config), &name);
        let mut ends = Vec::new();
        let last = action.outputs.last();
        for (index, route) in valued.iter().enumerate() {
            ends.extend(self.lead(node, action.outputs.get(index).map(|port| port.id.as_str()), &route.order));
        }
        if let Some(other) = routes.iter().find(|route| route.value.is_none()) {
            ends.extend(self.lead(node, last.map(|port| port.id.as_str()), &other.order));
        }
        if routes.iter().filter(|route| route.value.is_some()).count() > valued.len() {
            self.notes.refuse(format!(
                "{} has {} outputs for values; please ask for fewer.",
                connector.name,
                valued.len()
            ));
        }
        self.ends = Some(ends);
        true
    }

    /// Puts a step behind one output.
    fn lead(&mut self, node: usize, handle: Option<&str>, order: &[Token]) -> Vec<End> {
        let Some(first) = order.first() else { return Vec::new() };
        let mut verb = first.clone();
        verb.kind = Kind::Word;
        verb.spell("send");
        let mut tokens = vec![verb];
        tokens.extend_from_slice(order);
        self.ends = Some(vec![End { node, handle: handle.map(str::to_owned) }]);
        match choose(self.lexicon, &tokens, Place::Step) {
            Choice::One(at, named) => {
                if let Some((connector, action)) = self.lexicon.get(at) {
                    self.one(connector, action, named, &tokens);
                }
            }
            _ => {
                let words: Vec<&str> = order.iter().map(|token| token.text.as_str()).collect();
                self.notes.ignore(&words.join(" "));
            }
        }
        self.ends.clone().unwrap_or_default()
    }
}

/// The routes behind the colon.
fn read(tokens: &[Token]) -> Vec<Route> {
    let Some(colon) = tokens.iter().position(|token| token.is_mark(":")) else { return Vec::new() };
    let parts = tokens[colon + 1..]
        .split(|token| token.is_mark(",") || token.is_mark(";") || token.kind == Kind::NewLine || token.is(&["and"]));
    parts.filter_map(one).collect()
}

fn one(part: &[Token]) -> Option<Route> {
    let to = part.iter().position(|token| {
        token.is(&["to", "goes", "go"]) || token.is_mark("→") || token.is_mark(":") || token.kind == Kind::Operator
    })?;
    let mut order = &part[to + 1..];
    while order.first().is_some_and(|token| token.is(&["to"]) || token.kind == Kind::Operator) {
        order = &order[1..];
    }
    let other = part[..to]
        .iter()
        .any(|token| token.is(&["else", "other", "others", "rest", "default", "otherwise", "everything"]));
    let value = part[..to].iter().rfind(|token| token.is_value() || token.kind == Kind::Word);
    let value = if other { None } else { Some(value?.clone()) };
    (!order.is_empty()).then(|| Route { value, order: order.to_vec() })
}
