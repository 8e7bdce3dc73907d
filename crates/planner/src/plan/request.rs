//! Requests for a change: clause after clause is carried out on the draft, and the answer says what came of it.

use std::collections::HashSet;

use super::build::{Builder, is_filler};
use super::edit;
use super::notes::Notes;
use super::report::report;
use super::{availability, missing, running, settings};
use crate::answer::Answer;
use crate::graph::draft::Draft;
use crate::graph::refer::Names;
use crate::read::grammar::{ARTICLES, FILLER, VERBS};
use crate::read::idioms;
use crate::read::lexicon::Lexicon;
use crate::read::tokens::{Kind, Token};
use crate::step::heads::{self, Head};
use crate::step::segments::{Cutter, Joint, Segment};
use crate::tell::{Room, help};

/// Carries out a request, with an answer to what it left open. None when the answer fits nowhere.
pub(crate) fn carry_out<'c>(
    room: &Room<'_, 'c>,
    draft: &mut Draft<'c>,
    names: &mut Names,
    tokens: &[Token],
    answer: Option<&str>,
) -> Option<Answer> {
    let (from, fresh) = preamble(tokens);
    let mut notes = Notes::default();
    if fresh && !draft.is_empty() {
        *draft = Draft::new(&bridge_domain::Definition::default(), room.lexicon.catalog());
        *names = Names::new(draft);
    }
    let mut tokens = idioms::plain(&times_first(&tokens[from..]));
    let parallel = idioms::without_parallel(&mut tokens);
    let tokens = &tokens;
    let nouns = nouns(room.lexicon);
    let glued = names.glued(tokens);
    let mut segments = Cutter { tokens, names: &nouns, glued: &glued }.cut();
    drop_title(tokens, &mut segments);
    availability::as_conditions(tokens, &mut segments);
    let segments = order(segments);
    let (unfound, made) = {
        let mut builder = Builder::new(room.lexicon, tokens, room.text, draft, names, &mut notes);
        builder.parallel = parallel;
        let mut any = false;
        for segment in &segments {
            any |= one(&mut builder, segment);
        }
        any |= builder.unsaid.is_some();
        builder.close();
        (!any, builder.made)
    };
    if let Some(answer) = answer
        && (missing::fill(draft, &mut notes, answer) == 0 || !notes.needed.is_empty())
    {
        return None;
    }
    if fresh && notes.is_clear() && notes.done.is_empty() && notes.ignored.is_empty() {
        return Some(Answer::say(
            "What should the new workflow do? For example “Start over: when a webhook arrives, check that amount is over 100 and send a Slack message”.",
        ));
    }
    if unfound || notes.done.is_empty() && notes.is_clear() {
        return Some(help::not_understood(room, draft, tokens, &notes));
    }
    Some(report(room, draft, &notes, &made, fresh))
}

/// One clause: a change of what is there, or something to build. Whether anything was made of it.
fn one(builder: &mut Builder<'_, '_>, segment: &Segment) -> bool {
    let start = segment.body.min(segment.range.end);
    let from = if matches!(segment.head, Head::Verb | Head::Bare) {
        start
    } else {
        heads::skip_polite(builder.tokens, &segment.range)
    };
    let mut clause = builder.tokens[from..segment.range.end].to_vec();
    if matches!(segment.head, Head::Verb | Head::Bare) {
        clause = segment.tokens(builder.tokens);
    }
    let known = builder.notes.ignored.len();
    if segment.head == Head::Every && builder.made.is_empty() && retimes(builder, &clause) {
        return true;
    }
    if matches!(segment.head, Head::Verb | Head::Bare)
        && (running::clause(builder, &clause) || edit::clause(builder, &clause) || settings::clause(builder, &clause))
    {
        builder.forget_deleted();
        return true;
    }
    if is_filler(&clause) && matches!(segment.head, Head::Verb | Head::Bare) {
        return false;
    }
    builder.clause(segment);
    builder.notes.ignored.len() == known
}

/// `every hour` alone, in a workflow that is started by the clock already: other times for it.
fn retimes(builder: &mut Builder<'_, '_>, clause: &[Token]) -> bool {
    let mut whole = vec![];
    if let Some(verb) = builder.tokens.first() {
        let mut run = verb.clone();
        run.spell("run");
        run.kind = Kind::Word;
        whole.push(run);
    }
    whole.extend_from_slice(clause);
    let only = builder.tokens.iter().filter(|token| token.kind == Kind::Word).all(|token| {
        clause.iter().any(|part| part.start == token.start)
            || super::start::only_runs(std::slice::from_ref(token))
            || is_filler(std::slice::from_ref(token))
    });
    only && settings::clause(builder, &whole)
}

/// Where the request itself begins, past `build a workflow that`, and whether it asks to begin afresh.
fn preamble(tokens: &[Token]) -> (usize, bool) {
    let start = heads::skip_polite(tokens, &(0..tokens.len()));
    let rest = &tokens[start..];
    let window = rest.len().min(12);
    let fresh_words = |slice: &[Token]| {
        let has = |words: &[&str]| slice.windows(words.len()).any(|part| heads::starts(part, words));
        has(&["start", "over"])
            || has(&["from", "scratch"])
            || has(&["start", "again"])
            || has(&["start", "fresh"])
            || has(&["begin", "again"])
            || has(&["replace", "everything"])
            || has(&["replace", "it", "all"])
            || has(&["replace", "all"])
            || has(&["replace", "the", "workflow"])
            || has(&["replace", "this", "workflow"])
            || has(&["replace", "the", "whole", "workflow"])
            || has(&["rebuild"])
            || has(&["new", "workflow"])
            || has(&["new", "automation"])
            || has(&["new", "flow"])
            || has(&["whole", "new"])
            || has(&["completely", "new"])
    };
    let head = &rest[..window];
    let fresh = fresh_words(head);
    let makes = rest.first().is_some_and(|token| {
        token.is(&[
            "build",
            "create",
            "make",
            "design",
            "generate",
            "set",
            "setup",
            "write",
            "develop",
            "a",
            "automate",
            "start",
            "replace",
            "begin",
            "rebuild",
            "new",
            "prepare",
            "compose",
            "construct",
            "draft",
            "propose",
        ])
    });
    let noun = head
        .iter()
        .position(|token| token.is(&["workflow", "automation", "flow", "pipeline", "process", "everything"]));
    let Some(noun) = noun.filter(|_| makes) else {
        let over = head.iter().position(|token| token.is(&["over", "scratch", "again", "fresh"])).filter(|_| fresh);
        return (over.map_or(start, |at| start + at + 1), fresh);
    };
    let mut at = start + noun + 1;
    while tokens.get(at).is_some_and(|token| {
        token.is(&[
            "that",
            "which",
            "to",
            "where",
            "for",
            "in",
            "with",
            "from",
            "scratch",
            "called",
            "and",
            "start",
            "over",
            "again",
            "by",
            "does",
            "the",
            "following",
            "this",
            "like",
            "will",
            "can",
            "should",
            "something",
        ]) || matches!(token.kind, Kind::Mark | Kind::NewLine)
    }) {
        let each = tokens[at].is(&["for"]) && tokens.get(at + 1).is_some_and(|next| next.is(&["each", "every"]));
        if each {
            break;
        }
        at += 1;
    }
    (at, fresh)
}

/// Takes off a heading: `Telegram bot: when …`.
fn drop_title(tokens: &[Token], segments: &mut Vec<Segment>) {
    let [title, next, ..] = segments.as_slice() else { return };
    let heads = title.head == Head::Bare && matches!(next.head, Head::When | Head::Every);
    let marked = tokens.get(title.range.end).is_some_and(|token| token.is_mark(":"));
    if heads && marked && !tokens[title.range.clone()].iter().any(Token::is_value) {
        segments.remove(0);
    }
}

/// `send a daily email` as `daily send an email`.
fn times_first(tokens: &[Token]) -> Vec<Token> {
    let mut tokens = tokens.to_vec();
    let [verb, article, adverb, ..] = tokens.as_mut_slice() else { return tokens };
    let timed = adverb.is(&["daily", "weekly", "hourly", "nightly", "monthly"]);
    if !timed || !heads::is_verb(verb) && !verb.is(&["schedule", "build"]) || !article.is(ARTICLES) {
        return tokens;
    }
    if !verb.is(&["post", "send", "write", "email", "fetch", "read", "get"]) {
        verb.spell("send");
    }
    tokens[..3].rotate_right(1);
    tokens
}

/// Stems that connectors' names and nouns start with: what can be the object of an order without an article.
fn nouns(lexicon: &Lexicon<'_>) -> HashSet<String> {
    let generic = [
        "data", "new", "start", "event", "button", "click", "when", "only", "multiple", "several", "base", "by", "on",
        "run", "later", "one", "inbox", "open", "test", "child", "reuse", "where", "depend", "after", "text", "local",
    ];
    let mut nouns = HashSet::new();
    for connector in lexicon.catalog().connectors() {
        for text in connector.synonyms.iter().chain([&connector.name]) {
            if let Some(first) = crate::read::lexicon::stems(text).into_iter().next() {
                let verb = VERBS.contains(&first.as_str()) && !matches!(first.as_str(), "email" | "mail");
                let filler = FILLER.contains(&first.as_str());
                if !verb && !filler && first.len() > 1 && !generic.contains(&first.as_str()) {
                    nouns.insert(first);
                }
            }
        }
    }
    nouns
}

/// Clauses in the order of the flow: what starts it comes first, a condition before what depends on it.
fn order(mut segments: Vec<Segment>) -> Vec<Segment> {
    let trigger = segments.iter().position(|segment| matches!(segment.head, Head::When | Head::Every));
    if let Some(at) = trigger.filter(|at| *at > 0) {
        let sentence = (0..=at).rev().find(|index| segments[*index].joint == Joint::Sentence).unwrap_or(0);
        let trailing = segments[at].joint != Joint::Sentence;
        let before =
            segments[sentence..at].iter().all(|segment| !matches!(segment.head, Head::Otherwise | Head::Finally));
        if trailing && before {
            let conditions = segments[at + 1..]
                .iter()
                .take_while(|next| {
                    matches!(next.head, Head::If { .. }) && matches!(next.joint, Joint::And | Joint::Comma)
                })
                .count();
            let closes = segments.get(at + 1 + conditions).is_none_or(|next| next.joint == Joint::Sentence);
            let with_it = if closes { conditions } else { 0 };
            segments[sentence..=at + with_it].rotate_right(with_it + 1);
        }
    }
    let mut at = 1;
    while at < segments.len() {
        let trails =
            segments[at].joint == Joint::None && matches!(segments[at - 1].head, Head::Verb | Head::Bare | Head::Wait);
        let ends = segments.get(at + 1).is_none_or(|next| next.joint == Joint::Sentence);
        if trails
            && (matches!(segments[at].head, Head::If { .. } | Head::ForEach)
                || ends && segments[at].head == Head::Otherwise)
        {
            segments.swap(at - 1, at);
        }
        at += 1;
    }
    segments
}
