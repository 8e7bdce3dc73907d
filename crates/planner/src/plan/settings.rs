//! Changes to a node's settings: `set the channel of Slack to #sales`, `change the URL to …`, `make it run every hour`.

use bridge_domain::{Config, NodeType};
use serde_json::Value;

use super::build::Builder;
use super::conditions;
use super::edit::replace_node;
use super::label;
use super::notes::quoted;
use super::place::which;
use super::start;
use crate::graph::refer::Referent;
use crate::read::comparison;
use crate::read::lexicon::{properties, text_of};
use crate::read::schedule::{self, Schedule};
use crate::read::tokens::{Kind, Token};
use crate::step::fill::{self, templated};
use crate::step::pairs::{typed, words_of};

/// Verbs that set something.
const SET: &[&str] = &[
    "set",
    "change",
    "update",
    "modify",
    "make",
    "use",
    "switch",
    "configure",
    "edit",
    "adjust",
    "increase",
    "decrease",
    "raise",
    "lower",
    "let",
    "put",
    "turn",
    "have",
    "run",
    "schedule",
    "start",
    "trigger",
    "move",
    "reschedule",
];

/// A parameter of a node, and the value it is to get.
struct Setting {
    node: usize,
    name: String,
    value: Value,
}

/// Carries out a change of settings, if the clause asks for one on a node that is there.
pub(crate) fn clause(builder: &mut Builder<'_, '_>, tokens: &[Token]) -> bool {
    if builder.draft.is_empty() || !tokens.first().is_some_and(|token| token.is(SET)) {
        return false;
    }
    if timing(builder, tokens) {
        return true;
    }
    if let Some((first, second)) = two(tokens) {
        return clause(builder, &first) && clause(builder, &second);
    }
    if let Some(at) = tokens.iter().position(|token| token.is(&["say", "says", "read"])).filter(|at| *at > 1) {
        return says(builder, &tokens[1..at], &tokens[at + 1..]);
    }
    let Some(at) = tokens
        .iter()
        .rposition(|token| token.is(&["to", "as", "=", "into"]) || token.kind == Kind::Operator || token.is_mark(":"))
    else {
        return by_use(builder, tokens);
    };
    let (mut subject, mut value) = (&tokens[1..at], &tokens[at + 1..]);
    if tokens[0].is(&["use", "have"]) && tokens[at].is(&["as"]) {
        (subject, value) = (value, subject);
        let settings = find(builder, subject, value);
        return !settings.is_empty() && apply(builder, settings, subject, value);
    }
    if value.is_empty() || tokens[0].is(&["use", "run", "start", "put", "have", "schedule"]) {
        return false;
    }
    let settings = find(builder, subject, value);
    apply(builder, settings, subject, value)
}

/// `set the channel to #a and the text to "b"` as two requests with the same verb.
fn two(tokens: &[Token]) -> Option<(Vec<Token>, Vec<Token>)> {
    let sets = |part: &[Token]| part.iter().any(|token| token.is(&["to"]) || token.kind == Kind::Operator);
    let and = tokens.iter().position(|token| token.is(&["and"]) || token.is_mark(","))?;
    let (first, rest) = (&tokens[..and], &tokens[and + 1..]);
    let second = [&tokens[..1], rest].concat();
    (sets(first) && sets(rest)).then(|| (first.to_vec(), second))
}

/// `use #sales as the channel`, `use POST`: a value that says what it is, on the only node that has a place for it.
fn by_use(builder: &mut Builder<'_, '_>, tokens: &[Token]) -> bool {
    if !tokens[0].is(&["use", "make", "set", "change"]) || tokens.len() < 2 {
        return false;
    }
    let last = &tokens[tokens.len() - 1];
    let adjective = matches!(last.kind, Kind::Word) && !tokens[0].is(&["use"]);
    if !adjective && !matches!(last.kind, Kind::Channel | Kind::Url) {
        return false;
    }
    let subject = &tokens[1..tokens.len() - 1];
    let settings = find(builder, subject, std::slice::from_ref(last));
    !settings.is_empty() && apply(builder, settings, subject, std::slice::from_ref(last))
}

fn apply(builder: &mut Builder<'_, '_>, settings: Vec<Setting>, subject: &[Token], value: &[Token]) -> bool {
    if conditions::is_comparison(value)
        && let Referent::One(node) = builder.resolve(subject)
    {
        return new_condition(builder, node, value);
    }
    let settings = match builder.touched {
        Some(node) if settings.len() > 1 && settings.iter().any(|setting| setting.node == node) => {
            settings.into_iter().filter(|setting| setting.node == node).collect()
        }
        _ => settings,
    };
    match settings.as_slice() {
        [] => compared_value(builder, subject, value) || unknown(builder, subject, value),
        [one] => {
            set(builder, one);
            true
        }
        several => {
            let nodes: Vec<usize> = several.iter().map(|setting| setting.node).collect();
            builder.notes.need(which(builder.draft, &nodes));
            true
        }
    }
}

/// `make the Slack message say "…"`: the text of the node.
fn says(builder: &mut Builder<'_, '_>, subject: &[Token], value: &[Token]) -> bool {
    let Referent::One(node) = builder.resolve(subject) else { return false };
    let (Some(action), Some(first), Some(last)) = (builder.draft.manifest(node), value.first(), value.last()) else {
        return false;
    };
    let Some(name) = fill::text_places(action).into_iter().next() else { return false };
    let text = if value.len() == 1 {
        first.text.as_str()
    } else {
        builder.text.get(first.start..last.end).unwrap_or_default()
    };
    set(builder, &Setting { node, name, value: templated(text).into() });
    true
}

/// Parameters the subject names, on the node it names, or on any node that has such a one.
fn find(builder: &Builder<'_, '_>, subject: &[Token], value: &[Token]) -> Vec<Setting> {
    let nodes = match named_node(builder, subject) {
        Some(Referent::One(node)) => vec![node],
        Some(Referent::Several(nodes)) => nodes,
        _ => builder.draft.alive().collect(),
    };
    let mut found = Vec::new();
    for node in nodes {
        let Some(action) = builder.draft.manifest(node) else { continue };
        let hit = properties(action).find_map(|(name, schema)| {
            let titles = [
                words_of(text_of(schema, "title")),
                words_of(&name.replace('_', " ")),
                words_of(&name.trim_end_matches("_id").replace('_', " ")),
            ];
            let said = titles.iter().any(|title| {
                !title.is_empty() && title.iter().all(|stem| subject.iter().any(|token| token.stem == *stem))
            });
            said.then(|| setting_value(builder, schema, value)).flatten().map(|value| (name.to_owned(), value))
        });
        found.extend(hit.map(|(name, value)| Setting { node, name, value }));
    }
    if found.len() > 1 {
        let exact: Vec<usize> = (0..found.len()).filter(|index| title_is(builder, &found[*index], subject)).collect();
        if let [only] = exact.as_slice() {
            return vec![found.swap_remove(*only)];
        }
    }
    found
}

fn title_is(builder: &Builder<'_, '_>, setting: &Setting, subject: &[Token]) -> bool {
    let Some(action) = builder.draft.manifest(setting.node) else { return false };
    let title = properties(action)
        .find(|(name, _)| *name == setting.name)
        .map(|(_, schema)| words_of(text_of(schema, "title")))
        .unwrap_or_default();
    let said: Vec<&String> = subject
        .iter()
        .filter(|token| token.kind == Kind::Word && !token.is(&["the", "its", "of"]))
        .map(|token| &token.stem)
        .collect();
    said.len() == title.len() && said.iter().zip(&title).all(|(said, stem)| *said == stem)
}

/// The node behind `of`, `in`, `on`, before a possessive, or around the parameter's name.
fn named_node(builder: &Builder<'_, '_>, subject: &[Token]) -> Option<Referent> {
    if let Some(at) = subject.iter().position(|token| token.is(&["of", "in", "on", "for", "from"])) {
        let found = builder.resolve(&subject[at + 1..]);
        return (found != Referent::None).then_some(found);
    }
    let possessive = subject.iter().position(|token| token.text.ends_with("'s") || token.text.ends_with("’s"));
    if let Some(at) = possessive {
        let mut owner = subject[..=at].to_vec();
        let word = owner[at].word.trim_end_matches('s').to_owned();
        owner[at].spell(&word);
        let found = builder.resolve(&owner);
        return (found != Referent::None).then_some(found);
    }
    let words: Vec<&Token> = subject.iter().filter(|token| !token.is(&["the", "its", "my"])).collect();
    (1..words.len()).rev().find_map(|end| {
        let part: Vec<Token> = words[..end].iter().map(|token| (*token).clone()).collect();
        let found = builder.resolve(&part);
        matches!(found, Referent::One(_) | Referent::Several(_)).then_some(found)
    })
}

fn setting_value(builder: &Builder<'_, '_>, schema: &Value, value: &[Token]) -> Option<Value> {
    let first = value.iter().find(|token| !token.is(&["the", "a", "an"]))?;
    if let (Some(last), true) = (value.last(), value.len() > 1) {
        let free = schema.get("enum").is_none()
            && schema.get("pattern").is_none()
            && text_of(schema, "type") == "string"
            && matches!(text_of(schema, "format"), "" | "multiline");
        if free && first.kind == Kind::Word {
            return builder.text.get(first.start..last.end).map(|text| templated(text).into());
        }
    }
    let typed = match typed(schema, first)? {
        Value::String(text) if first.kind == Kind::Quoted => templated(&text).into(),
        other => other,
    };
    let (Some(number), low, high) = (typed.as_f64(), schema.get("minimum"), schema.get("maximum")) else {
        return Some(typed);
    };
    let fits = low.and_then(Value::as_f64).is_none_or(|low| number >= low)
        && high.and_then(Value::as_f64).is_none_or(|high| number <= high);
    fits.then_some(typed)
}

fn set(builder: &mut Builder<'_, '_>, setting: &Setting) {
    let node = setting.node;
    builder.touched = Some(node);
    let config: Config = [(setting.name.clone(), setting.value.clone())].into_iter().collect();
    let label = quoted(&builder.draft.nodes[node].label);
    let words = builder.draft.manifest(node).map(|action| label::settings(action, &config)).unwrap_or_default();
    if builder.draft.nodes[node].config.get(&setting.name) == Some(&setting.value) {
        builder.notes.refuse(format!("{label} has that setting already ({words})."));
        return;
    }
    builder.draft.update(node, None, config);
    builder.notes.done.push(format!("{label} gets {words}."));
}

/// `change the amount to 200` where a condition compares the amount.
fn compared_value(builder: &mut Builder<'_, '_>, subject: &[Token], value: &[Token]) -> bool {
    let node = match named_node(builder, subject) {
        Some(Referent::One(node)) => Some(node),
        _ => None,
    };
    let Some((right, _)) = comparison::value(value, 0, builder.text) else { return false };
    let mut hits = Vec::new();
    for candidate in builder.draft.alive().filter(|candidate| node.is_none_or(|node| node == *candidate)) {
        let Some((name, _)) = builder.draft.manifest(candidate).and_then(fill::condition_parameter) else { continue };
        let Some(items) = builder.draft.nodes[candidate].config.get(name).and_then(Value::as_array) else { continue };
        for (index, item) in items.iter().enumerate() {
            let left = item.get("left").and_then(Value::as_str).unwrap_or_default();
            let named = words_of(&left.replace(['.', '_', '$', '{', '}', '='], " "));
            let said = subject
                .iter()
                .any(|token| token.kind == Kind::Word && named.contains(&token.stem) && token.word != "json");
            let generic = items.len() == 1
                && subject
                    .iter()
                    .any(|token| token.is(&["threshold", "limit", "value", "condition", "comparison", "number"]));
            if said || generic {
                hits.push((candidate, name.to_owned(), index));
            }
        }
    }
    match hits.as_slice() {
        [] => false,
        [(node, name, index)] => {
            let mut items = builder.draft.nodes[*node].config.get(name).cloned().unwrap_or_default();
            items[*index]["right"] = right;
            let new_label = fresh_label(builder, *node, &items);
            set(builder, &Setting { node: *node, name: name.clone(), value: items });
            if let Some(label) = new_label {
                builder.draft.update(*node, Some(label), Config::new());
            }
            true
        }
        several => {
            let nodes: Vec<usize> = several.iter().map(|(node, ..)| *node).collect();
            builder.notes.need(which(builder.draft, &nodes));
            true
        }
    }
}

/// A label that repeats the old comparison would be wrong afterwards.
fn fresh_label(builder: &Builder<'_, '_>, node: usize, items: &Value) -> Option<String> {
    let label = &builder.draft.nodes[node].label;
    let old = builder.draft.manifest(node).and_then(fill::condition_parameter)?;
    let before = builder.draft.nodes[node].config.get(old.0)?.get(0)?.get("right")?;
    let (before, after) = (plain(before), plain(items.get(0)?.get("right")?));
    (label.starts_with("If ") && label.ends_with(&before) && !before.is_empty())
        .then(|| format!("{}{after}", label.strip_suffix(&before).unwrap_or(label)))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The subject names a node that is there, but nothing of it that can be set so.
fn unknown(builder: &mut Builder<'_, '_>, subject: &[Token], value: &[Token]) -> bool {
    if let Some(Referent::One(node)) = named_node(builder, subject).or_else(|| Some(builder.resolve(subject))) {
        if conditions::is_comparison(value) {
            return new_condition(builder, node, value);
        }
        let label = quoted(&builder.draft.nodes[node].label);
        let titles: Vec<String> = builder
            .draft
            .manifest(node)
            .into_iter()
            .flat_map(properties)
            .map(|(_, schema)| text_of(schema, "title").to_owned())
            .collect();
        let titles = if titles.is_empty() {
            "It has no settings.".to_owned()
        } else {
            format!("It has: {}.", titles.join(", "))
        };
        builder.notes.need(format!(
            "I could not tell which setting of {label} to change, or the value does not fit it. {titles}"
        ));
        return true;
    }
    false
}

fn new_condition(builder: &mut Builder<'_, '_>, node: usize, value: &[Token]) -> bool {
    let Some(action) = builder.draft.manifest(node).filter(|action| fill::condition_parameter(action).is_some()) else {
        return false;
    };
    let Some(config) = conditions::of_clause(builder.lexicon, action, value, builder.text) else { return false };
    let words = label::settings(action, &config);
    builder.draft.update(node, None, config);
    builder.notes.done.push(format!("{} checks {words} now.", quoted(&builder.draft.nodes[node].label)));
    true
}

/// `make it run every hour`, `change the schedule to every Monday at 8`.
fn timing(builder: &mut Builder<'_, '_>, tokens: &[Token]) -> bool {
    let about = tokens[1..]
        .iter()
        .take_while(|token| !token.is(&["every", "each", "at", "on", "to", "daily", "hourly", "weekly"]))
        .all(|token| {
            start::only_runs(std::slice::from_ref(token))
                || token.is(&["trigger", "time", "times", "interval", "cron", "timer", "only", "once"])
        });
    let Some(schedule) = schedule::parse(tokens, builder.text).filter(|_| about) else { return false };
    let Some(at) = start::schedule_trigger(builder.lexicon, &schedule) else { return false };
    let Some((connector, _)) = builder.lexicon.get(at) else { return false };
    let scheduled: Vec<usize> =
        builder.draft.alive().filter(|node| builder.draft.nodes[*node].connector_id == connector.id).collect();
    match scheduled.as_slice() {
        [] => false,
        [node] => {
            retime(builder, *node, &schedule);
            true
        }
        several => {
            builder.notes.need(which(builder.draft, several));
            true
        }
    }
}

/// Gives a schedule trigger other times. Another kind of times is another action, so the node is replaced then.
pub(crate) fn retime(builder: &mut Builder<'_, '_>, node: usize, schedule: &Schedule) {
    let Some(at) = start::schedule_trigger(builder.lexicon, schedule) else { return };
    let Some((connector, action)) = builder.lexicon.get(at) else { return };
    if schedule.assumed_time {
        builder.notes.assume(format!("I took it to start {}, because no time of day was given", schedule.words));
    }
    let config = fill::times(action, schedule);
    if builder.draft.nodes[node].action_id == action.id && action.node_type == NodeType::Trigger {
        let automatic = schedule::is_schedule_label(&builder.draft.nodes[node].label);
        let before = quoted(&builder.draft.nodes[node].label);
        builder.draft.update(node, automatic.then(|| label::capital(&schedule.words)), config);
        builder.notes.done.push(format!("{before} starts the workflow {} now.", schedule.words));
        return;
    }
    let filled = fill::finish(action, config);
    let label = label::capital(&schedule.words);
    replace_node(builder, node, |draft| draft.add(&connector.id, action, &label, filled.config));
}
