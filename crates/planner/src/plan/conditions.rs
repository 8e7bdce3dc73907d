//! Clauses that compare, as the configuration of a condition.

use bridge_domain::{ActionManifest, Config, NodeType};

use super::notes::Notes;
use crate::read::comparison::{self, Comparison};
use crate::read::lexicon::{ActionRef, Lexicon};
use crate::read::operators;
use crate::read::tokens::{Kind, Token};
use crate::step::fill;
use crate::step::segments::{Joint, Segment};

/// Comparisons in one check.
const MAX_COMPARISONS: usize = 100;

/// Whether a clause compares something, rather than telling an event: `the amount is over 100`, not `an order is paid`.
pub(crate) fn is_comparison(tokens: &[Token]) -> bool {
    let Some(found) = operators::find(tokens) else { return false };
    let event = tokens
        .first()
        .is_some_and(|token| token.is(&["a", "an", "new", "someone", "somebody", "i", "we", "any", "my"]));
    let named =
        tokens[..found.first].iter().any(|token| matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Expression));
    let valued = comparison::parse(tokens, &" ".repeat(tokens.last().map_or(0, |token| token.end)), None).is_some();
    named && valued && !((event || happens(tokens, found.first)) && found.weak)
}

/// `the form gets submitted`, `an order is received`: what happens, rather than what something is.
fn happens(tokens: &[Token], copula: usize) -> bool {
    let participle = tokens.get(copula + 1).is_some_and(|token| {
        token.is(&[
            "submitted",
            "received",
            "called",
            "triggered",
            "sent",
            "filled",
            "posted",
            "uploaded",
            "requested",
            "hit",
        ])
    });
    participle && tokens.len() <= copula + 3 || tokens[copula].is(&["gets", "get"]) && tokens.len() == copula + 2
}

/// The two-way condition of the catalogue: compares, and has two outputs.
pub(crate) fn two_way(lexicon: &Lexicon<'_>) -> Option<ActionRef> {
    lexicon.catalog().connectors().iter().enumerate().find_map(|(connector, manifest)| {
        let fits = |action: &ActionManifest| {
            action.node_type == NodeType::Condition
                && action.outputs.len() == 2
                && fill::condition_parameter(action).is_some()
        };
        manifest.actions.iter().position(fits).map(|action| ActionRef { connector, action })
    })
}

/// All comparisons of a clause with what is joined to it, and whether any one of them is enough.
pub(crate) fn read(
    tokens: &[Token],
    text: &str,
    segment: &Segment,
    negated: bool,
    notes: &mut Notes,
) -> Option<(Vec<Comparison>, bool)> {
    let (mut all, _) = comparison::parse(&tokens[segment.body..segment.range.end], text, None)?;
    let mut any = false;
    let mut both = false;
    for (range, joint) in &segment.more {
        let part = &tokens[range.clone()];
        let Some((more, _)) = comparison::parse(part, text, all.last()) else {
            let (first, last) = (part.first()?, part.last()?);
            notes.ignore(text.get(first.start..last.end).unwrap_or_default());
            continue;
        };
        any |= *joint == Joint::Or;
        both |= matches!(joint, Joint::And | Joint::Comma);
        all.extend(more);
    }
    if any && both {
        notes.assume("I read the conditions as alternatives, because a single check cannot mix “and” with “or”");
    }
    let mut distinct: Vec<Comparison> = Vec::new();
    for one in all {
        if distinct.len() <= MAX_COMPARISONS && !distinct.contains(&one) {
            distinct.push(one);
        }
    }
    if distinct.len() > MAX_COMPARISONS {
        notes.refuse(format!("A single check has room for {MAX_COMPARISONS} comparisons. Please ask for fewer."));
    }
    all = distinct;
    any |= is_outside(&all);
    if negated {
        negate(&mut all, notes);
        any = !any && all.len() > 1;
    }
    Some((all, any))
}

/// `not between 1 and 5` is one side or the other.
fn is_outside(all: &[Comparison]) -> bool {
    matches!(all, [low, high] if low.operator == "less_than" && high.operator == "greater_than" && low.left == high.left)
}

fn negate(all: &mut [Comparison], notes: &mut Notes) {
    for one in all {
        if operators::has_opposite(one.operator) {
            one.operator = operators::negated(one.operator);
        } else {
            notes.refuse(format!(
                "There is no opposite of “{}” to check for. Say “if” and use the otherwise branch.",
                one.describe()
            ));
        }
    }
}

/// The configuration of a condition with these comparisons.
pub(crate) fn config(action: &ActionManifest, comparisons: &[Comparison], any: bool) -> Config {
    let mut config = Config::new();
    if let Some((name, combines)) = fill::condition_parameter(action) {
        config.insert(name.to_owned(), fill::conditions(comparisons));
        if combines {
            config.insert("combine".to_owned(), if any { "any" } else { "all" }.into());
        }
    }
    config
}

/// The configuration of a condition from a clause that names its node too: `a filter that keeps items where …`.
pub(crate) fn of_clause(
    lexicon: &Lexicon<'_>,
    action: &ActionManifest,
    tokens: &[Token],
    text: &str,
) -> Option<Config> {
    if !fill::condition_parameter(action)?.1 {
        return rules(action, tokens, text);
    }
    let lead = ["where", "that", "if", "whether", "whose", "with", "for", "when", "which", "only"];
    let start = operators::find(tokens)
        .and_then(|found| tokens[..found.first].iter().rposition(|token| token.is(&lead) || token.kind == Kind::Mark));
    let from = start.map_or_else(|| usize::from(names_node(lexicon, tokens)), |at| at + 1);
    let rest = &tokens[from..];
    let mut all: Vec<Comparison> = Vec::new();
    let mut any = false;
    for part in rest.split_inclusive(|token| token.is(&["and", "or"]) || token.is_mark(",")) {
        let joined_or = part.last().is_some_and(|token| token.is(&["or"]));
        let words = part
            .strip_suffix(
                part.last()
                    .filter(|token| token.is(&["and", "or"]) || token.is_mark(","))
                    .map(std::slice::from_ref)
                    .unwrap_or_default(),
            )
            .unwrap_or(part);
        match comparison::parse(words, text, all.last()) {
            Some((more, _)) => all.extend(more),
            None => all.extend(
                comparison::parse(rest, text, None)
                    .map(|(more, _)| more)
                    .filter(|_| all.is_empty())
                    .unwrap_or_default(),
            ),
        }
        any |= joined_or;
    }
    (!all.is_empty()).then(|| config(action, &all, any))
}

/// Says which words were taken for the name of a field, where the message does not write it so.
pub(super) fn say_fields(action: &ActionManifest, config: &Config, text: &str, notes: &mut Notes) {
    let Some((name, _)) = fill::condition_parameter(action) else { return };
    for item in config.get(name).and_then(serde_json::Value::as_array).into_iter().flatten().take(20) {
        let left = item.get("left").and_then(serde_json::Value::as_str).unwrap_or_default();
        let field = left.strip_prefix("={{ $json.").and_then(|rest| rest.strip_suffix(" }}"));
        if let Some(field) =
            field.filter(|field| field.contains('_') && !text.to_lowercase().contains(&field.to_lowercase()))
        {
            notes.assume(format!("I took “{}” to be the field `{field}`", field.replace('_', " ")));
        }
    }
}

fn names_node(lexicon: &Lexicon<'_>, tokens: &[Token]) -> bool {
    let content = crate::read::lexicon::Content::of(tokens);
    lexicon.hits(&content).iter().any(|hit| hit.first == 0)
}

/// Rules of a switch: one per value, `by status: paid, open`, or one per comparison.
fn rules(action: &ActionManifest, tokens: &[Token], text: &str) -> Option<Config> {
    let (name, _) = fill::condition_parameter(action)?;
    let by = tokens.iter().position(|token| token.is(&["by", "on", "depending"]))?;
    let mut at = by + 1;
    while tokens.get(at).is_some_and(|token| token.is(&["on", "the", "field", "its", "value", "of"])) {
        at += 1;
    }
    let field = tokens.get(at).filter(|token| matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Expression))?;
    let left = match field.kind {
        Kind::Expression => format!("={}", field.text),
        Kind::Quoted => comparison::expression_of(&field.text),
        _ => comparison::expression_of(&comparison::field_word(field)),
    };
    let values = tokens[at + 1..].iter().filter(|token| {
        matches!(token.kind, Kind::Quoted | Kind::Number)
            || token.kind == Kind::Word
                && (!token.is(crate::read::grammar::FILLER) || token.text.chars().all(char::is_uppercase))
                && !token.is(&["values", "value", "being", "cases", "case", "into", "either", "with"])
    });
    let most = action.parameters["properties"][name]["maxItems"]
        .as_u64()
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(4);
    let all: Vec<Comparison> = values
        .filter_map(|token| comparison::value(std::slice::from_ref(token), 0, text))
        .take(most)
        .map(|(right, _)| Comparison {
            left: left.clone(),
            field: field.text.clone(),
            operator: "equals",
            right: Some(right),
        })
        .collect();
    (!all.is_empty()).then(|| config(action, &all, false))
}
