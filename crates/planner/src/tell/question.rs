//! Questions: which kind it is, and about what.

use bridge_domain::NodeType;

use super::{Room, advise, explain, help};
use crate::answer::Answer;
use crate::graph::draft::Draft;
use crate::graph::refer::{Names, Referent};
use crate::plan::notes::listed;
use crate::plan::place;
use crate::plan::service;
use crate::read::grammar::{FILLER, WORKFLOW};
use crate::read::lexicon::{Content, Source};
use crate::read::tokens::{Kind, Token};
use crate::step::choose::{Choice, Place, choose};
use crate::step::heads;

const OPENERS: &[&str] = &[
    "what",
    "whats",
    "how",
    "hows",
    "why",
    "which",
    "where",
    "who",
    "explain",
    "describe",
    "summarize",
    "summarise",
    "is",
    "are",
    "does",
    "do",
    "can",
    "could",
    "should",
    "overview",
    "did",
    "was",
    "has",
    "define",
    "would",
    "have",
];
const ADVICE: &[&str] = &[
    "improve",
    "improved",
    "improvement",
    "improvements",
    "optimize",
    "optimise",
    "optimized",
    "optimised",
    "optimization",
    "better",
    "review",
    "suggestion",
    "suggestions",
    "advice",
    "recommend",
    "recommendations",
    "audit",
    "issues",
    "problems",
    "mistakes",
    "missing",
    "efficient",
    "robust",
    "faster",
    "feedback",
    "cleanup",
    "practice",
    "practices",
    "reliable",
    "validate",
    "tips",
];
const ERROR: &[&str] = &[
    "error", "errors", "fail", "failed", "fails", "failing", "failure", "wrong", "broken", "crash", "crashed", "debug",
    "fix", "happened",
];

/// The answer to a question; none when the message asks for a change.
pub(crate) fn answer(room: &Room<'_, '_>, draft: &Draft<'_>, names: &Names, tokens: &[Token]) -> Option<Answer> {
    let start = heads::skip_polite(tokens, &(0..tokens.len()));
    let rest = tokens.get(start..).filter(|rest| !rest.is_empty())?;
    let has = |words: &[&str]| rest.iter().any(|token| token.is(words));
    let about_workflow = has(WORKFLOW) || has(&["this", "it", "that"]);
    let asks = rest[0].is(OPENERS) || rest.last().is_some_and(|last| last.is_mark("?"));
    let tells = rest[0].is(&[
        "tell",
        "show",
        "walk",
        "give",
        "list",
        "review",
        "suggest",
        "any",
        "optimize",
        "optimise",
        "improve",
        "debug",
        "fix",
        "check",
        "analyze",
        "analyse",
        "audit",
        "validate",
        "find",
        "look",
        "suggestions",
        "tips",
        "make",
        "recommend",
    ]);
    let orders = crate::read::grammar::VERBS.contains(&rest[0].stem.as_str())
        || rest[0].is(&["build", "design", "automate", "set"]);
    if !asks && !tells || orders && !tells && !rest[0].is(OPENERS) || builds(room, rest) {
        return None;
    }
    let (head, _) = heads::of(rest, &(0..rest.len()));
    let flows = matches!(head, heads::Head::When | heads::Head::Every | heads::Head::If { .. } | heads::Head::ForEach);
    if flows && start > 0 && rest.iter().skip(1).any(heads::is_verb) {
        return None;
    }
    if has(ADVICE)
        && (asks || about_workflow || rest.len() <= 4)
        && !has(&["field", "column", "amount"])
        && !rest[0].is(&["check", "find"]) | about_workflow
    {
        return Some(Answer::say(advise::advise(room, draft)));
    }
    if has(ERROR)
        && (asks || rest[0].is(&["fix", "debug", "explain", "tell", "show"]))
        && rest.len() <= 14
        && !has(&["when", "whenever"]) | rest[0].is(&["why", "what"])
    {
        let known = room.briefing.last_error.as_deref().is_some_and(|error| !error.trim().is_empty());
        let advice = !known && has(WORKFLOW);
        return Some(Answer::say(if advice { advise::advise(room, draft) } else { explain::error(room) }));
    }
    if rest[0].is(&["show", "list", "tell", "give"])
        && !has(&[
            "connectors",
            "connector",
            "integrations",
            "actions",
            "nodes",
            "about",
            "how",
            "what",
            "triggers",
            "node",
        ])
        && !(about_workflow && has(&["explain", "describe"]))
    {
        return None;
    }
    if rest[0].is(&["make", "check", "find", "look", "fix", "any", "suggest", "improve", "recommend"]) {
        return None;
    }
    Some(about(room, draft, names, rest))
}

/// Whether a message that opens like a question is an order: a verb of doing, and several connectors to do it with.
fn builds(room: &Room<'_, '_>, rest: &[Token]) -> bool {
    let does = rest[0].is(&[
        "summarize",
        "summarise",
        "analyze",
        "analyse",
        "check",
        "review",
        "find",
        "validate",
        "make",
        "list",
        "have",
        "do",
        "show",
        "give",
        "describe",
        "audit",
        "look",
        "fix",
        "tell",
    ]);
    if !does || rest.last().is_some_and(|last| last.is_mark("?")) {
        return false;
    }
    let content = Content::of(rest);
    let mut connectors: Vec<usize> = Vec::new();
    for hit in room.lexicon.hits(&content) {
        let telling = hit.action.is_none() && hit.shared_by == 1 && (hit.first > 0 || hit.source == Source::Name);
        if telling && !connectors.contains(&hit.connector) {
            connectors.push(hit.connector);
        }
    }
    connectors.len() > 1
}

fn about(room: &Room<'_, '_>, draft: &Draft<'_>, names: &Names, rest: &[Token]) -> Answer {
    let has = |words: &[&str]| rest.iter().any(|token| token.is(words));
    if has(&["connectors", "integrations", "apps"]) || has(&["services"]) {
        return Answer::say(help::all_connectors(room.lexicon.catalog()));
    }
    if has(&["triggers"]) && has(&["which", "what", "list", "available"]) {
        let names = crate::plan::start::trigger_names(room.lexicon);
        return Answer::say(format!("A workflow can be started by: {}.", listed(&names, "or")));
    }
    if has(&["many"]) && has(&["nodes", "steps", "connections", "edges"]) {
        return Answer::say(explain::counts(draft));
    }
    let subject = subject(rest);
    if has(WORKFLOW) && !names_node(draft, names, room, &subject)
        || subject.is_empty()
            && has(&["this", "it", "that", "here", "overview", "explain", "describe", "summarize", "summarise"])
    {
        return Answer::say(explain::workflow(room, draft));
    }
    let general = rest[0].is(&["how", "can", "could"]) || has(&["can"]) || has(&["use"]);
    let node = names.resolve(draft, room.lexicon, &subject);
    let specific =
        has(&["node", "step", "the", "this", "my"]) || subject.iter().any(|token| token.kind == Kind::Quoted);
    match node {
        Referent::One(node) if !general || subject.iter().any(|token| token.kind == Kind::Quoted) => {
            return Answer::say(explain::node(draft, node));
        }
        Referent::Several(nodes) if specific && !general => return Answer::say(place::which(draft, &nodes)),
        _ => {}
    }
    if let Some(service) = service::unknown(room.lexicon, &subject, room.text) {
        return Answer::say(crate::plan::service::no_connector(room.lexicon, &service));
    }
    match choose(room.lexicon, &subject, Place::Any) {
        Choice::One(at, _) => Answer::say(explain::connector(room, at, &subject)),
        Choice::Several(all) => {
            let names: Vec<String> = all
                .iter()
                .filter_map(|at| room.lexicon.get(*at))
                .map(|(connector, _)| connector.name.clone())
                .collect();
            Answer::say(format!(
                "That could be {}. Ask about one of them, for example “what can {} do?”.",
                listed(&names, "or"),
                names[0]
            ))
        }
        Choice::Unknown
            if has(&["condition", "conditions"])
                && draft.alive().any(|node| draft.nodes[node].node_type == NodeType::Condition) =>
        {
            Answer::say(explain::workflow(room, draft))
        }
        Choice::Unknown => help::not_understood(room, draft, rest, &crate::plan::notes::Notes::default()),
    }
}

fn names_node(draft: &Draft<'_>, names: &Names, room: &Room<'_, '_>, subject: &[Token]) -> bool {
    let plain: Vec<Token> = subject.iter().filter(|token| !token.is(WORKFLOW)).cloned().collect();
    !plain.is_empty()
        && (matches!(names.resolve(draft, room.lexicon, &plain), Referent::One(_))
            || matches!(choose(room.lexicon, &plain, Place::Any), Choice::One(..)))
}

/// What a question is about: without the words that make it a question.
fn subject(rest: &[Token]) -> Vec<Token> {
    const ASKING: &[&str] = &[
        "what",
        "whats",
        "how",
        "hows",
        "why",
        "which",
        "where",
        "explain",
        "describe",
        "does",
        "do",
        "is",
        "are",
        "can",
        "could",
        "should",
        "tell",
        "about",
        "show",
        "me",
        "mean",
        "means",
        "work",
        "works",
        "happen",
        "happens",
        "summarize",
        "summarise",
        "used",
        "use",
        "using",
        "overview",
        "give",
        "good",
        "possible",
        "define",
        "would",
        "have",
        "actions",
        "settings",
        "options",
        "did",
        "was",
        "walk",
        "through",
        "list",
        "thing",
        "things",
        "be",
        "purpose",
        "configured",
        "set",
        "up",
        "exactly",
        "detail",
        "details",
        "briefly",
        "currently",
        "need",
        "like",
        "want",
        "there",
    ];
    rest.iter()
        .filter(|token| {
            token.is_value()
                || token.kind == Kind::Word
                    && !token.is(ASKING)
                    && (!token.is(FILLER) || token.is(&["if", "set", "get", "when"]))
        })
        .filter(|token| !token.is(&["if"]) || rest.len() < 7)
        .cloned()
        .collect()
}
