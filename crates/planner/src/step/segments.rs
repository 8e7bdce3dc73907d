//! A request cut into clauses, each with the word that opens it: `when`, `if`, `otherwise`, `every`, `for each`, a verb.
//!
//! Works on word classes only. What a clause asks for is decided elsewhere.

use std::collections::HashSet;
use std::ops::Range;

use super::heads::{self, Head};
use crate::read::grammar::{AFTER_VERB, BEFORE_NOUN};
use crate::read::operators;
use crate::read::schedule;
use crate::read::tokens::{Kind, Token};

/// Verbs that end the telling of an event: an order may follow at once.
const EVENT_VERBS: &[&str] = &[
    "arrives",
    "arrive",
    "fires",
    "fire",
    "called",
    "received",
    "triggered",
    "happens",
    "submitted",
    "starts",
    "clicked",
    "comes",
    "hits",
];

/// How a clause is joined to the one before, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Joint {
    /// Nothing between: `send a message | when a request arrives`.
    None,
    Comma,
    And,
    Or,
    Then,
    /// A full stop, a line's end, or the start of the message.
    Sentence,
}

/// One clause.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    /// Its tokens.
    pub range: Range<usize>,
    /// Its first token behind the opening word.
    pub body: usize,
    pub joint: Joint,
    pub head: Head,
    /// For conditions: further comparisons, with how they are joined. For orders: what follows their time.
    pub more: Vec<(Range<usize>, Joint)>,
}

impl Segment {
    /// The tokens of an order: behind its opening word, with what was said of it later on.
    pub(crate) fn tokens(&self, all: &[Token]) -> Vec<Token> {
        let mut tokens = all[self.body.min(self.range.end)..self.range.end].to_vec();
        if matches!(self.head, Head::Verb | Head::Bare) {
            tokens.extend(self.more.iter().flat_map(|(range, _)| all[range.clone()].iter().cloned()));
        }
        tokens
    }
}

/// What cutting needs to know beside the tokens.
pub(crate) struct Cutter<'a> {
    pub tokens: &'a [Token],
    /// Stems that connectors' names and nouns start with.
    pub names: &'a HashSet<String>,
    /// Tokens that belong to the same node label as the token before them.
    pub glued: &'a [bool],
}

impl Cutter<'_> {
    /// The clauses of a message, in order.
    pub(crate) fn cut(&self) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        for (range, joint) in self.pieces() {
            for (position, part) in self.parts(range).into_iter().enumerate() {
                let joint = if position == 0 { joint } else { Joint::None };
                let (head, body) = heads::of(self.tokens, &part);
                self.split_order(Segment { range: part, body, joint, head, more: Vec::new() }, &mut segments);
            }
        }
        self.merge(segments)
    }

    fn quoted_at(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Quoted)
    }

    fn is_glued(&self, at: usize) -> bool {
        self.glued.get(at).copied().unwrap_or(false)
    }

    /// Between punctuation and joining words.
    fn pieces(&self) -> Vec<(Range<usize>, Joint)> {
        let mut pieces = Vec::new();
        let mut start = 0;
        let mut joint = Joint::Sentence;
        let mut between = false;
        let mut text_follows = false;
        for at in 0..=self.tokens.len() {
            let separator = match self.tokens.get(at) {
                None => Some(Joint::Sentence),
                Some(token) => {
                    between |= token.is(&["between"]);
                    text_follows |= token.is(&["saying", "says", "reads"]) && !self.quoted_at(at + 1);
                    self.separator(token, at).filter(|found| {
                        let closes_between = between && *found == Joint::And;
                        let in_text = text_follows
                            && matches!(found, Joint::Comma | Joint::And | Joint::Or)
                            && !self.opens_clause(at + 1);
                        between &= !closes_between;
                        !closes_between && !in_text && !self.is_glued(at) && !self.is_glued(at + 1)
                    })
                }
            };
            let numbers_list = at == start + 1
                && self.tokens[start].kind == Kind::Number
                && self.tokens.get(at).is_some_and(|token| token.kind == Kind::Mark);
            let separator = if self.numbers_item(at) { Some(Joint::Sentence) } else { separator };
            let Some(found) = separator.filter(|_| !numbers_list) else { continue };
            if start < at {
                pieces.push((start..at, joint));
                joint = found;
            } else {
                joint = joint.max(found);
            }
            start = at + 1;
            if found >= Joint::Then {
                (between, text_follows) = (false, false);
            }
        }
        pieces
    }

    /// `2)` within a line: the number of the next item.
    fn numbers_item(&self, at: usize) -> bool {
        let number = self.tokens.get(at).is_some_and(|token| token.kind == Kind::Number && token.text.len() < 3);
        let closes = self.tokens.get(at + 1).is_some_and(|next| next.is_mark(")"));
        let opened = self.tokens[..at.min(self.tokens.len())].iter().rev().take(8).any(|token| token.is_mark("("));
        number && closes && !opened
    }

    fn separator(&self, token: &Token, at: usize) -> Option<Joint> {
        let spaced = |token: &Token| {
            let before = at
                .checked_sub(1)
                .and_then(|index| self.tokens.get(index))
                .is_none_or(|last| last.end < token.start || last.kind == Kind::NewLine);
            before && self.tokens.get(at + 1).is_none_or(|next| next.start > token.end)
        };
        match token.kind {
            Kind::NewLine => Some(Joint::Sentence),
            Kind::Mark => match token.text.as_str() {
                "." | "!" | "?" | "…" | "•" | "·" => Some(Joint::Sentence),
                ";" | "→" => Some(Joint::Then),
                "," | "(" | ")" | "，" | "、" => Some(Joint::Comma),
                "-" | "–" | "—" | "*" if spaced(token) => Some(Joint::Comma),
                "&" | "+" => Some(Joint::And),
                ":" => self.opens_clause(at + 1).then_some(Joint::Comma),
                _ => None,
            },
            Kind::Word => match token.word.as_str() {
                "and" | "plus" => Some(Joint::And),
                "then" | "thereafter" | "dann" | "danach" => Some(Joint::Then),
                "or" if !self.tokens.get(at + 1).is_some_and(|next| {
                    next.is(&[
                        "equal", "more", "less", "else", "higher", "lower", "above", "below", "over", "under", "fewer",
                        "greater",
                    ])
                }) =>
                {
                    Some(Joint::Or)
                }
                "but" => Some(Joint::Comma),
                _ => None,
            },
            _ => None,
        }
    }

    fn opens_clause(&self, at: usize) -> bool {
        match self.tokens.get(at) {
            None => true,
            Some(token) => {
                token.kind == Kind::NewLine
                    || (token.kind == Kind::Number
                        && self.tokens.get(at + 1).is_some_and(|next| next.is_mark(".") || next.is_mark(")")))
                    || {
                        let (head, _) = heads::of(self.tokens, &(at..self.tokens.len().min(at + 8)));
                        head != Head::Bare && (head != Head::Verb || self.is_order(at))
                    }
            }
        }
    }

    /// A piece cut before the opening words inside it: `send a message | when a request arrives`.
    fn parts(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = range.start;
        let mut in_text = false;
        let mut lead = (usize::MAX, 0);
        for at in range.start + 1..range.end {
            in_text |= self.tokens[at].is(&["saying", "says"]) && !self.quoted_at(at + 1);
            if in_text && !self.tokens[at].is(&["otherwise", "else"]) {
                continue;
            }
            if lead.0 != start {
                lead = (start, heads::skip_polite(self.tokens, &(start..range.end)));
            }
            if lead.1 < at && !self.is_glued(at) && heads::opens_inside(self.tokens, &(start..range.end), at) {
                parts.push(start..at);
                start = at;
            }
        }
        parts.push(start..range.end);
        parts
    }

    /// A clause with an opening word cut before the order that follows it: `when a request arrives | send a message`.
    fn split_order(&self, segment: Segment, into: &mut Vec<Segment>) {
        let body = &self.tokens[segment.body..segment.range.end];
        let from = match segment.head {
            Head::When => Some(segment.body + 1),
            Head::If { .. } => Some(segment.body + operators::find(body).map_or(1, |found| found.end)),
            Head::Every => schedule::parse(body, "").map(|schedule| segment.body + schedule.end),
            Head::ForEach => Some(segment.body + 1),
            Head::Otherwise | Head::Finally => Some(segment.body),
            Head::Wait => crate::read::amounts::span(body).map(|span| segment.body + span.end),
            Head::Bare if into.last().is_some_and(|last| matches!(last.head, Head::If { .. } | Head::When)) => {
                Some(segment.body + 1)
            }
            Head::Verb | Head::Bare => None,
        };
        let at_once = matches!(segment.head, Head::Otherwise | Head::Finally | Head::Every);
        let cut = from.and_then(|from| {
            if at_once {
                return (from < segment.range.end).then_some(from);
            }
            (from..segment.range.end).find(|at| !self.is_glued(*at) && self.is_order(*at))
        });
        let Some(cut) = cut.filter(|cut| *cut < segment.range.end) else {
            into.push(segment);
            return;
        };
        let rest = cut..segment.range.end;
        into.push(Segment { range: segment.range.start..cut, ..segment });
        let (head, body) = heads::of(self.tokens, &rest);
        self.split_order(Segment { range: rest, body, joint: Joint::Comma, head, more: Vec::new() }, into);
    }

    /// Whether a verb at this token is an order: not a noun's or an infinitive's place, and with an object behind it.
    fn is_order(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at).filter(|token| token.kind == Kind::Word) else { return false };
        let names = token.is(&["called", "named"])
            && self.tokens.get(at + 1).is_some_and(|next| matches!(next.kind, Kind::Word | Kind::Quoted));
        if names || !heads::is_verb(token) {
            return false;
        }
        let before = |steps: usize| at.checked_sub(steps).and_then(|index| self.tokens.get(index));
        let particle = before(2).is_some_and(|verb| verb.is(&["comes", "come", "came", "coming", "goes", "logs"]));
        let event = before(1).is_some_and(|word| word.is(EVENT_VERBS))
            && before(2).is_some_and(|word| word.is(&["is", "gets", "get", "was", "are", "been", "has", "got"]));
        let blocked = before(1).is_some_and(|word| word.is(BEFORE_NOUN)) && !particle && !event;
        let object = self.tokens.get(at + 1).is_some_and(|next| {
            next.is_value()
                || next.is(AFTER_VERB)
                || self.names.contains(&next.stem)
                || next.text.starts_with(char::is_uppercase)
        });
        let after_event = before(1).is_some_and(|word| word.is(EVENT_VERBS)) && self.tokens.get(at + 1).is_some();
        !blocked && (object || after_event)
    }

    fn names_something(&self, range: &Range<usize>) -> bool {
        self.tokens[range.clone()].iter().any(|token| token.kind == Kind::Word && self.names.contains(&token.stem))
    }

    /// `spreadsheet 1AbC`, `sheet Leads`: a value for the step before.
    fn gives_value(&self, range: &Range<usize>) -> bool {
        let tokens = &self.tokens[range.clone()];
        let value = |token: &Token| {
            token.kind != Kind::Channel && token.is_value()
                || token.text.contains(|c: char| c.is_ascii_digit() || c.is_uppercase())
        };
        matches!(tokens, [name, .., last] if tokens.len() < 4 && name.kind == Kind::Word && value(last) && !name.text.contains(char::is_uppercase))
    }

    /// Whether words behind a time belong to the order before it: `post every day at noon | "Lunch!"`.
    fn completes_order(&self, segment: &Segment, before: Head, count: usize) -> bool {
        let first = &self.tokens[segment.range.start];
        let opens = first.is(&["to", "saying", "with"])
            || matches!(first.kind, Kind::Quoted | Kind::Email | Kind::Channel | Kind::Mention);
        before == Head::Every && count > 1 && segment.head == Head::Bare && segment.joint == Joint::Comma && opens
    }

    /// `extract the name | and email from the text`: a field named like a connector is no order.
    fn continues_list(&self, last: &Segment, segment: &Segment) -> bool {
        let lists = self.tokens[last.range.clone()].iter().any(|token| {
            token.is(&["extract", "field", "fields", "columns", "extracts", "keep", "column", "sort", "duplicates"])
        });
        let next = self.tokens.get(segment.range.start + 1).filter(|_| segment.range.len() > 1);
        lists
            && self.names.contains(&self.tokens[segment.range.start].stem)
            && next.is_none_or(|next| next.is(&["from", "of", "out", "as", "in", "fields", "address"]))
    }

    /// Clauses that cannot stand alone put back to the one before.
    fn merge(&self, segments: Vec<Segment>) -> Vec<Segment> {
        let mut merged: Vec<Segment> = Vec::new();
        for mut segment in segments {
            let Some(last) = merged.last() else {
                merged.push(segment);
                continue;
            };
            if self.completes_order(&segment, last.head, merged.len()) {
                let order = merged.len() - 2;
                if matches!(merged[order].head, Head::Verb | Head::Bare) {
                    merged[order].more.push((segment.range.clone(), Joint::None));
                    continue;
                }
            }
            let Some(last) = merged.last_mut() else { continue };
            let aside = segment.range.start.checked_sub(1).is_some_and(|before| self.tokens[before].is_mark(")"));
            if aside && segment.joint == Joint::Comma && matches!(segment.head, Head::If { .. }) {
                segment.joint = Joint::None;
            }
            let close = segment.joint < Joint::Then;
            let conditional = |head: &Head| matches!(head, Head::If { .. });
            let found = operators::find(&self.tokens[segment.body..segment.range.end]);
            if close
                && conditional(&last.head)
                && (conditional(&segment.head) && segment.joint != Joint::None || segment.head == Head::Bare)
                && (found.is_some() || !self.names_something(&segment.range))
            {
                last.more.push((segment.body..segment.range.end, segment.joint));
                continue;
            }
            if segment.head == Head::Bare && !close && found.is_some_and(|found| !found.weak) {
                segment.head = Head::If { negated: false };
            }
            let told = found.is_some_and(|found| found.weak) && self.names_something(&segment.range);
            if segment.head == Head::Bare && last.head == Head::When && close && found.is_some() && !told {
                segment.head = Head::If { negated: false };
            }
            let lists = close
                && segment.range.len() == 1
                && self.tokens[last.range.clone()].iter().any(|token| token.is_mark(":"));
            let lists = lists || close && segment.head == Head::Bare && self.gives_value(&segment.range);
            let lists = lists || segment.joint == Joint::And && self.continues_list(last, &segment);
            let alone = !lists && segment.head != Head::Bare
                || !close
                || matches!(
                    last.head,
                    Head::Verb
                        | Head::Bare
                        | Head::Wait
                        | Head::Every
                        | Head::Otherwise
                        | Head::Finally
                        | Head::ForEach
                ) && !lists
                    && self.names_something(&segment.range)
                    && !heads::holds_text(&self.tokens[last.range.clone()]);
            let starts_after = matches!(last.head, Head::If { .. } | Head::When)
                && segment.joint == Joint::Comma
                && found.is_none()
                && self.names_something(&segment.range);
            let stray = last.head == Head::When && segment.joint == Joint::Comma;
            let starts_branch = stray
                || starts_after
                || matches!(last.head, Head::Otherwise | Head::Finally)
                || last.head == Head::Every && segment.joint == Joint::Comma;
            if alone || starts_branch {
                merged.push(segment);
            } else {
                last.range.end = segment.range.end;
            }
        }
        merged
    }
}
