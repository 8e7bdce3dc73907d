//! Which action of which connector a clause means, by weighing what of the manifests it mentions.

use std::collections::HashMap;

use bridge_domain::{ActionManifest, NodeType};

use crate::read::grammar::{ARTICLES, FILLER};
use crate::read::lexicon::{ActionRef, Content, Hit, Lexicon, Source, properties, required, text_of};
use crate::read::tokens::{Kind, Token};

/// Less than this is no reason to act.
const THRESHOLD: f32 = 6.0;
/// Two candidates closer than this are as good as each other.
const MARGIN: f32 = 1.0;

/// What a connector loses when another one was called by its name.
const UNNAMED: f32 = 5.0;

/// What an action that reads gains where its connector is named as the source: `from the spreadsheet`.
const FROM: f32 = 4.0;

/// What place the step has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It starts runs.
    Trigger,
    /// It is a step of a run.
    Step,
    /// Either, as in `add a webhook` or `what is a webhook`.
    Any,
}

/// What a clause means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Choice {
    /// This action. Second, whether the connector was named rather than described.
    One(ActionRef, bool),
    /// Several actions of different connectors, equally well.
    Several(Vec<ActionRef>),
    /// None.
    Unknown,
}

/// The action a clause means.
pub(crate) fn choose(lexicon: &Lexicon<'_>, tokens: &[Token], place: Place) -> Choice {
    let ranking = rank(lexicon, tokens, place);
    let Some(best) = ranking.first().filter(|best| best.score >= THRESHOLD) else { return Choice::Unknown };
    let rivals: Vec<&Ranked> = ranking
        .iter()
        .filter(|other| other.at.connector != best.at.connector && best.score - other.score < MARGIN && !best.named)
        .collect();
    if rivals.is_empty() {
        return Choice::One(best.at, best.named);
    }
    let mut several = vec![best.at];
    for rival in rivals {
        if !several.iter().any(|seen| seen.connector == rival.at.connector) {
            several.push(rival.at);
        }
    }
    Choice::Several(several)
}

/// One action with its weight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ranked {
    pub at: ActionRef,
    pub score: f32,
    /// The connector's own name was said.
    pub named: bool,
}

/// All actions that a clause mentions in any way, best first.
pub(crate) fn rank(lexicon: &Lexicon<'_>, tokens: &[Token], place: Place) -> Vec<Ranked> {
    let content = Content::of(tokens);
    let hits = lexicon.hits(&content);
    let head = content.words.iter().position(|(_, token)| !token.is(FILLER)).unwrap_or(0);
    let mut connectors: HashMap<usize, (f32, bool)> = HashMap::new();
    let mut actions: HashMap<ActionRef, f32> = HashMap::new();
    let mut sources: Vec<usize> = Vec::new();
    for hit in &hits {
        let read_from = hit.action.is_none()
            && hit.shared_by == 1
            && !hit.is_verb
            && is_led_by(&content, hit, tokens, &["from"])
            && lexicon.catalog().connectors()[hit.connector].actions.iter().any(reads);
        let instrument = read_from || is_instrument(hit, &content, tokens);
        let weight = if instrument { 10.0 } else { weight(hit, head) };
        if read_from {
            sources.push(hit.connector);
        }
        if let Some(action) = hit.action {
            let best = actions.entry(ActionRef { connector: hit.connector, action }).or_default();
            *best = best.max(weight);
        } else {
            let best = connectors.entry(hit.connector).or_default();
            best.0 = best.0.max(weight) + if best.0 > 0.0 { 0.25 } else { 0.0 };
            best.1 |= instrument || hit.source == Source::Name && !(hit.is_verb && hit.first != head);
        }
    }
    let steps = |connector: usize| {
        let actions = lexicon.catalog().connectors().get(connector).map(|manifest| manifest.actions.as_slice());
        actions.is_some_and(|actions| actions.iter().any(|action| action.node_type != NodeType::Trigger))
    };
    let any_named =
        connectors.iter().any(|(connector, (_, named))| *named && (place != Place::Step || steps(*connector)));
    let mut ranking = Vec::new();
    for (index, connector) in lexicon.catalog().connectors().iter().enumerate() {
        let (mentioned, named) = connectors.get(&index).copied().unwrap_or_default();
        for (position, action) in connector.actions.iter().enumerate() {
            let at = ActionRef { connector: index, action: position };
            let phrase = actions.get(&at).copied().unwrap_or_default();
            let evidence = values(action, tokens);
            // An address alone does not name the service that it is read from.
            let evidence = if mentioned + phrase == 0.0 && reads(action) { evidence / 2.0 } else { evidence };
            let mut score = mentioned + phrase + name_words(lexicon.verbs(at), &content, head) + evidence;
            if score < 2.0 || (mentioned + phrase + evidence) < 2.0 {
                continue;
            }
            score += if reads(action) && sources.contains(&index) { FROM } else { 0.0 };
            score -= if named { 0.0 } else { homeless(action, tokens) };
            score += fit(action, tokens, place) - if any_named && !named { UNNAMED } else { 0.0 };
            ranking.push(Ranked { at, score, named });
        }
    }
    ranking.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.at.cmp(&b.at)));
    ranking
}

/// What a phrase says about its owner. A single word that is also a plain verb counts fully only where it opens the
/// clause: `open`, `return`, `save`.
#[expect(clippy::cast_precision_loss, reason = "a handful of words")]
fn weight(hit: &Hit, head: usize) -> f32 {
    let verb_inside = hit.is_verb && hit.first != head;
    let words = hit.words as f32;
    match hit.source {
        Source::Action if hit.words == 1 && hit.first != head => 1.5,
        Source::Action if hit.words == 1 => 5.0,
        Source::Action => 4.0 + 1.5 * words - 0.5 * hit.gaps as f32,
        _ if verb_inside => 1.5,
        Source::Name => 10.0,
        Source::Synonym if hit.shared_by > 2 => 3.5,
        Source::Synonym if hit.shared_by == 2 => 4.5,
        Source::Synonym if hit.words > 1 => 8.0,
        Source::Synonym => 6.0,
    }
}

/// Single words of the action's name that are there, once its verb is; and a little for a clause that opens with one of
/// its verbs.
fn name_words((words, verbs): (&[String], &[String]), content: &Content<'_>, head: usize) -> f32 {
    let said =
        |stem: &String| !FILLER.contains(&stem.as_str()) && content.words.iter().any(|(_, token)| token.stem == *stem);
    let opening = content.words.get(head).map(|(_, token)| token.stem.as_str());
    let opens = verbs.iter().any(|verb| Some(verb.as_str()) == opening);
    let named: f32 = if words.first().is_some_and(said) {
        words.iter().filter(|stem| said(stem)).take(3).map(|_| 1.0).sum()
    } else {
        0.0
    };
    named + if opens && opening.is_some() { 0.75 } else { 0.0 }
}

/// Values in the clause that the action has a place for.
fn values(action: &ActionManifest, tokens: &[Token]) -> f32 {
    let mut score = 0.0_f32;
    let first_required = required(action).next();
    for (kind, format) in [(Kind::Url, "uri"), (Kind::Email, "email"), (Kind::Path, "path")] {
        let place = properties(action).find(|(_, schema)| text_of(schema, "format") == format);
        if let Some((name, _)) = place.filter(|_| tokens.iter().any(|token| token.kind == kind)) {
            score += if first_required == Some(name) { 6.0 } else { 3.0 };
        }
    }
    for (kind, mark) in [(Kind::Channel, "`#"), (Kind::Mention, "`@")] {
        if tokens.iter().any(|token| token.kind == kind)
            && properties(action).any(|(_, schema)| text_of(schema, "description").contains(mark))
        {
            score += 7.0;
        }
    }
    score
}

/// Whether an action brings in what a service holds.
fn reads(action: &ActionManifest) -> bool {
    ["read", "list", "get"].iter().any(|verb| action.id.starts_with(verb))
}

/// What an action loses for an address that it has no place for.
fn homeless(action: &ActionManifest, tokens: &[Token]) -> f32 {
    let lacks = |kind: Kind, format: &str| {
        tokens.iter().any(|token| token.kind == kind)
            && !properties(action).any(|(_, schema)| text_of(schema, "format") == format)
    };
    if lacks(Kind::Url, "uri") || lacks(Kind::Email, "email") { 3.0 } else { 0.0 }
}

/// Whether a noun says by what something is done, as in `with AI` or `let GPT …`: as good as a name.
fn is_instrument(hit: &Hit, content: &Content<'_>, tokens: &[Token]) -> bool {
    if hit.source != Source::Synonym || hit.shared_by > 1 || hit.is_verb || hit.gaps > 0 {
        return false;
    }
    let last = hit.last + 1 == content.words.len();
    is_led_by(content, hit, tokens, &["via", "using", "by", "through", "let", "have", "ask", "use"])
        || last && is_led_by(content, hit, tokens, &["with"])
}

/// Whether one of these words stands before a phrase, articles aside.
fn is_led_by(content: &Content<'_>, hit: &Hit, tokens: &[Token], words: &[&str]) -> bool {
    let first = content.words[hit.first].0;
    tokens[..first].iter().rev().find(|token| !token.is(ARTICLES)).is_some_and(|token| token.is(words))
}

fn fit(action: &ActionManifest, tokens: &[Token], place: Place) -> f32 {
    place_fit(action, tokens, place) + if sets_fields(action, tokens) { 2.0 } else { 0.0 } + reading_fit(action, tokens)
}

/// `extract name from the text` reads a text and no file; `classify as a or b` asks for words and no fields.
fn reading_fit(action: &ActionManifest, tokens: &[Token]) -> f32 {
    let has = |words: &[&str]| tokens.iter().any(|token| token.is(words));
    let takes = |name: &str| properties(action).any(|(one, _)| one == name);
    let extracts = tokens.iter().any(|token| matches!(token.stem.as_str(), "extract" | "pars" | "field" | "structur"));
    let fields = takes("fields") && takes("schema") && takes("text");
    let text = has(&["text", "message", "body", "email", "comment", "description"]);
    let file = has(&["file", "files", "pdf", "csv", "excel", "xlsx", "html", "json", "page", "attachment"])
        || tokens.iter().any(|token| token.kind == Kind::Path);
    let routes =
        action.outputs.len() > 2 && tokens.first().is_some_and(|token| token.is(&["route", "switch", "branch"]));
    let keeps = tokens.first().is_some_and(|token| {
        token.is(&["store", "save", "put", "insert", "add", "write", "remember", "append", "stores", "saves"])
    });
    let plain_table = properties(action).all(|(name, _)| matches!(name, "table" | "values")) && takes("table");
    if routes || plain_table && keeps && has(&["table"]) {
        return 4.0;
    }
    match extracts {
        false if fields => -4.0,
        true if fields && text && !file => 3.0,
        true if takes("binary_field") && text && !file => -3.0,
        _ => 0.0,
    }
}

/// `field x = 1`, for an action that does little but set fields.
fn sets_fields(action: &ActionManifest, tokens: &[Token]) -> bool {
    let equals = tokens.iter().any(|token| token.kind == Kind::Operator && token.text == "=");
    let map = |(name, schema): (&str, &serde_json::Value)| {
        text_of(schema, "type") == "object" && required(action).any(|one| one == name)
    };
    equals && required(action).count() == 1 && properties(action).any(map)
}

fn place_fit(action: &ActionManifest, tokens: &[Token], place: Place) -> f32 {
    let is_trigger = action.node_type == NodeType::Trigger;
    let says_trigger = tokens.iter().any(|token| token.is(&["trigger", "triggers", "triggered"]));
    match place {
        Place::Trigger if is_trigger => 1.0,
        Place::Trigger => -100.0,
        Place::Step if is_trigger && says_trigger => 3.0,
        Place::Step if is_trigger => -7.0,
        _ if says_trigger && is_trigger => 6.0,
        _ if says_trigger => -4.0,
        _ => 0.0,
    }
}
