//! Whether a web address answers: `if my website is down`, `when it fails`, as a comparison of the status of an HTTP step.
//!
//! Where the status stands is read from the step's output schema.

use bridge_domain::{ActionManifest, Config};
use serde_json::json;

use super::build::Builder;
use super::start;
use super::{conditions, label};
use crate::read::comparison::{Comparison, expression_of};
use crate::read::grammar::FILLER;
use crate::read::lexicon::properties;
use crate::read::tokens::{Kind, Token};
use crate::step::fill::{self, Filler};
use crate::step::heads::Head;
use crate::step::segments::Segment;

/// Things on the web that answer or do not.
const SITES: &[&str] = &[
    "website", "websites", "site", "sites", "webpage", "homepage", "page", "server", "endpoint", "api", "domain",
    "blog", "shop", "url", "address", "backend", "app",
];
const DOWN: &[&str] = &[
    "down",
    "offline",
    "unreachable",
    "unavailable",
    "broken",
    "dead",
    "failing",
    "fails",
    "failed",
    "fail",
    "crashes",
    "crashed",
    "error",
    "errors",
    "inaccessible",
    "unresponsive",
    "breaks",
];
const UP: &[&str] = &[
    "up",
    "online",
    "available",
    "reachable",
    "alive",
    "working",
    "works",
    "work",
    "responding",
    "responds",
    "respond",
    "running",
    "healthy",
    "answers",
    "answering",
    "answer",
    "accessible",
    "loads",
    "load",
    "fine",
    "ok",
    "back",
];
const NOT: &[&str] = &[
    "not", "isnt", "arent", "doesnt", "cant", "cannot", "never", "wont", "stops", "stopped", "longer", "didnt", "wasnt",
];
/// Words around a state that add nothing to it.
const AROUND: &[&str] = &[
    "is",
    "are",
    "was",
    "goes",
    "go",
    "gets",
    "becomes",
    "returns",
    "return",
    "gives",
    "has",
    "does",
    "ever",
    "still",
    "there",
    "request",
    "call",
    "check",
    "response",
    "currently",
    "again",
    "whether",
    "that",
    "if",
    "be",
    "reports",
    "status",
    "an",
    "no",
    "stop",
    "when",
    "down",
];
/// The parameter by which a call fails on an error status.
const FAILS: &str = "fail_on_error_status";
/// The first status that is an error, as HTTP numbers them.
const FIRST_ERROR: u16 = 400;

/// Whether a clause asks to look at something on the web.
pub(super) fn watches(tokens: &[Token]) -> bool {
    let verb = tokens.first().is_some_and(|token| {
        token.is(&[
            "check", "checks", "verify", "test", "monitor", "monitors", "watch", "watches", "poll", "polls", "ping",
            "pings",
        ])
    });
    verb && names_site(tokens)
}

fn names_site(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| token.kind == Kind::Url || token.is(SITES))
}

/// Whether the clause says that something answers, or that it does not; none when it compares something else.
pub(super) fn read(tokens: &[Token]) -> Option<bool> {
    let state = tokens.iter().rposition(|token| token.is(DOWN) || token.is(UP))?;
    let around = |token: &Token| {
        token.kind == Kind::Url || token.is(SITES) || token.is(NOT) || token.is(AROUND) || token.is(FILLER)
    };
    let others = tokens.iter().enumerate().filter(|(at, _)| *at != state).all(|(_, token)| around(token));
    let alone_status = tokens[..state].iter().any(|token| token.is(&["status"]));
    if !others || alone_status {
        return None;
    }
    let negated = tokens.iter().any(|token| token.is(NOT));
    Some(tokens[state].is(UP) != negated)
}

/// `when it fails`, said of an address named before, is a condition and no event.
pub(super) fn as_conditions(tokens: &[Token], segments: &mut [Segment]) {
    for at in 1..segments.len() {
        let body = &tokens[segments[at].body..segments[at].range.end];
        let known = segments[..at].iter().any(|before| names_site(&tokens[before.range.clone()]));
        if segments[at].head == Head::When && known && read(body).is_some() {
            segments[at].head = Head::If { negated: false };
        }
    }
}

impl Builder<'_, '_> {
    /// Calls an address, which the clause may leave open.
    pub(super) fn call_site(&mut self, tokens: &[Token]) {
        let Some((connector, action)) = start::web_step(self.lexicon).and_then(|at| self.lexicon.get(at)) else {
            return;
        };
        let address = tokens.iter().find(|token| token.kind == Kind::Url).map(|token| token.text.as_str());
        let called = |node: &usize| {
            address.is_some() && self.draft.nodes[*node].config.get("url").and_then(|url| url.as_str()) == address
        };
        if self.made.iter().any(called) {
            return;
        }
        let filled = Filler::new(action, tokens, self.text).read();
        let label = label::of(self.draft, connector, action, &filled.config);
        self.step(connector, action, filled, &label);
    }

    /// The last step of the request that calls an address.
    fn called_site(&self) -> Option<usize> {
        let status = |node: &usize| self.draft.manifest(*node).is_some_and(|action| status_field(action).is_some());
        self.made.iter().rev().copied().find(status)
    }

    /// Where the status of a call is compared, an error status may not fail the call before.
    pub(super) fn let_errors_pass(&mut self, comparisons: &[Comparison]) {
        let Some(node) = self.called_site() else { return };
        let Some(action) = self.draft.manifest(node) else { return };
        let status = status_field(action).map(expression_of);
        let compared = comparisons.iter().any(|one| Some(&one.left) == status.as_ref());
        if compared && properties(action).any(|(name, _)| name == FAILS) {
            self.draft.update(node, None, Config::from_iter([(FAILS.to_owned(), false.into())]));
        }
    }

    /// Checks whether an address answers. False when the clause is about something else.
    pub(super) fn check_site(&mut self, segment: &Segment, negated: bool) -> bool {
        let body = &self.tokens[segment.body..segment.range.end];
        let Some(answers) = read(body).filter(|_| segment.more.is_empty()) else { return false };
        if self.called_site().is_none() && names_site(body) {
            let addresses = |tokens: &[Token]| -> Vec<Token> {
                tokens.iter().filter(|token| token.kind == Kind::Url).cloned().collect()
            };
            let mut site = addresses(body);
            if site.is_empty() {
                site = Some(addresses(self.tokens)).filter(|all| all.len() == 1).unwrap_or_default();
            }
            self.call_site(&site);
        }
        let Some(node) = self.called_site() else { return false };
        let Some(manifest) = self.draft.manifest(node) else { return false };
        let Some(field) = status_field(manifest) else { return false };
        let good = answers != negated;
        let comparison = Comparison {
            left: expression_of(field),
            field: field.to_owned(),
            operator: if good { "less_than" } else { "greater_or_equal" },
            right: Some(json!(FIRST_ERROR)),
        };
        let Some((connector, action)) = conditions::two_way(self.lexicon).and_then(|at| self.lexicon.get(at)) else {
            return false;
        };
        self.notes.assume(format!(
            "An answer with a {field} of {FIRST_ERROR} or more counts as down; an address that gives no answer at all fails the run"
        ));
        self.let_errors_pass(std::slice::from_ref(&comparison));
        let name = label::clipped(&format!("If {}", comparison.describe()));
        let config = conditions::config(action, &[comparison], false);
        let check = self.step(connector, action, fill::finish(action, config).labelled(), &name);
        self.branch_at(check);
        true
    }
}

/// The field of an answer that holds its status.
fn status_field(action: &ActionManifest) -> Option<&str> {
    let takes_address = properties(action)
        .any(|(name, schema)| name == "url" && crate::read::lexicon::text_of(schema, "format") == "uri");
    let fields = action.output_schema.get("properties")?.as_object()?;
    let named = fields.iter().find(|(name, schema)| name.contains("status") && schema["type"] == "integer");
    named.filter(|_| takes_address).map(|(name, _)| name.as_str())
}
