//! Which remedy a failure calls for. The order is from what is certain to what is a choice.

use bridge_domain::{Config, ErrorCode, NodeSettings, OnError, Retry, RunProblem};

use super::ask::Wish;
use super::fields::{self, Repair, told};
use super::{Finding, access, convert, plain, required};
use crate::graph::draft::Draft;
use crate::plan::notes::{listed, quoted};

/// What stands for a secret that is not shown; a value with it cannot be written back.
const REDACTED: &str = "[redacted";
/// Nodes whose labels are compared with one that is missing.
const MOST_LABELS: usize = 10_000;

/// What to say and do about a failure at this node.
pub(super) fn find(draft: &mut Draft<'_>, node: usize, problem: &RunProblem, wish: Wish) -> Finding {
    if wish == Wish::GoOn {
        return go_on(draft, node);
    }
    if let Some(advice) = access::advice(&problem.error) {
        return Finding::advice(advice);
    }
    if is_transient(problem) {
        return retry(draft, node, problem.error.code);
    }
    type Try = fn(&mut Draft<'_>, usize, &RunProblem) -> Option<Finding>;
    let tries: [Try; 4] = [labels, arrived, missing, conversion];
    if let Some(found) = tries.iter().find_map(|one| one(draft, node, problem)) {
        return found;
    }
    if let Some(advice) = access::wrong_request(&problem.error) {
        return Finding::advice(advice);
    }
    if problem.item.is_some() && problem.item_count > 1 {
        return one_item(draft, node, problem);
    }
    let hint = plain(problem.error.hint.trim(), 400);
    let hint = if hint.is_empty() { "Open the node and compare its settings with what the error says." } else { &hint };
    Finding::advice(format!("{hint} I see no change to the workflow that would surely mend it, so I propose none."))
}

/// Whether the same may succeed a little later.
fn is_transient(problem: &RunProblem) -> bool {
    let passing = matches!(
        problem.error.code,
        ErrorCode::RateLimited
            | ErrorCode::Timeout
            | ErrorCode::ProviderUnavailable
            | ErrorCode::Offline
            | ErrorCode::ConnectionRefused
            | ErrorCode::Interrupted
            | ErrorCode::BadAnswer
            | ErrorCode::Busy
    );
    passing
        || problem.error.retryable
        || access::status(&problem.error).is_some_and(|status| {
            matches!(status, 408 | 425 | 429) || status >= 500 && !matches!(status, 501 | 505 | 511)
        })
}

fn retry(draft: &mut Draft<'_>, node: usize, code: ErrorCode) -> Finding {
    let why = match code {
        ErrorCode::RateLimited => "The other side wants fewer requests for now, which passes.",
        ErrorCode::Timeout => "The other side took too long, which may be different another time.",
        ErrorCode::Offline => {
            "The host could not be reached. Check the network and the address; if it is a short outage, trying again helps."
        }
        ErrorCode::ConnectionRefused => {
            "Nothing answered at that address. Check that the service runs; if it only starts late, trying again helps."
        }
        _ => "That is trouble of the other side, which often passes.",
    };
    if draft.is_trigger(node) {
        return Finding::advice(format!("{why} A trigger is not tried again; start the workflow once more."));
    }
    let before = draft.nodes[node].settings.retry;
    let after = match before {
        None => Retry { max_tries: 3, wait_ms: 1_000 },
        Some(retry) => Retry {
            max_tries: retry.max_tries.saturating_add(2).clamp(3, 10),
            wait_ms: retry.wait_ms.max(500).saturating_mul(2).min(300_000),
        },
    };
    if before == Some(after) {
        return Finding::advice(format!(
            "{why} {} tries {} times already, as far apart as possible, so that I propose no change. Run the workflow later.",
            quoted(&draft.nodes[node].label),
            after.max_tries
        ));
    }
    let settings = NodeSettings { retry: Some(after), ..draft.nodes[node].settings.clone() };
    draft.run_as(node, settings);
    let more = if before.is_some() { " instead of giving up as early as now" } else { "" };
    Finding::change(format!(
        "{why} I suggest that {} tries up to {} times, {} ms apart at first and longer each time{more}.",
        quoted(&draft.nodes[node].label),
        after.max_tries,
        after.wait_ms
    ))
}

/// The parameters that may be at fault: the one the error names, or all.
fn concerned(draft: &Draft<'_>, node: usize, problem: &RunProblem) -> Config {
    let config = &draft.nodes[node].config;
    let name = problem.parameter.as_deref().and_then(|path| path.split(['.', '[']).next());
    match name.and_then(|name| Some((name, config.get(name)?))) {
        Some((name, value)) => Config::from_iter([(name.to_owned(), value.clone())]),
        None => config.clone(),
    }
}

fn labels(draft: &mut Draft<'_>, node: usize, _: &RunProblem) -> Option<Finding> {
    let action = draft.manifest(node);
    let all: Vec<&str> = draft.alive().take(MOST_LABELS).map(|other| draft.nodes[other].label.as_str()).collect();
    let repair = fields::correct_labels(&draft.nodes[node].config, |name| fields::is_code(action, name), &all);
    finding(draft, node, repair, |missing| format!("No node is called {} any more.", quoted(missing)), "the node ")
}

fn arrived(draft: &mut Draft<'_>, node: usize, problem: &RunProblem) -> Option<Finding> {
    let action = draft.manifest(node);
    let concerned = concerned(draft, node, problem);
    let repair = fields::correct_fields(&concerned, |name| fields::is_code(action, name), &problem.fields);
    // The answer of a service is no sign that a field is missing: only a name that is nearly right is.
    let says_so = matches!(
        problem.error.code,
        ErrorCode::ExpressionFailed | ErrorCode::NodeFailed | ErrorCode::InvalidInput | ErrorCode::NotFound
    );
    if repair.config.is_empty() && !says_so {
        return None;
    }
    let arrived = told(&problem.fields);
    let explain = |missing: &str| {
        format!("The field `{}` did not arrive at {{node}}. What arrived: {arrived}.", plain(missing, 80))
    };
    finding(draft, node, repair, explain, "")
}

/// The finding of a repaired configuration. What is missing is explained by `explain`.
fn finding(
    draft: &mut Draft<'_>,
    node: usize,
    repair: Repair,
    explain: impl Fn(&str) -> String,
    kind: &str,
) -> Option<Finding> {
    let label = quoted(&draft.nodes[node].label);
    let name = |text: &str| if kind.is_empty() { format!("`{}`", plain(text, 80)) } else { quoted(text) };
    let mut open: Vec<String> = Vec::new();
    for (missing, near) in &repair.open {
        let mut text = explain(missing).replace("{node}", &label);
        if near.len() > 1 {
            let near: Vec<String> = near.iter().take(5).map(|one| name(one)).collect();
            text.push_str(&format!(" It may be {}. Tell me which, or correct it in the node.", listed(&near, "or")));
        }
        open.push(text);
    }
    if repair.replaced.is_empty() {
        open.truncate(3);
        return (!open.is_empty()).then(|| {
            Finding::advice(format!("{} I propose no change, because I would have to guess.", open.join("\n")))
        });
    }
    let first = explain(&repair.replaced[0].0).replace("{node}", &label);
    let replaced: Vec<String> = repair
        .replaced
        .iter()
        .take(8)
        .map(|(from, to)| format!("{kind}{} instead of {}", name(to), name(from)))
        .collect();
    if let Err(why) = change(draft, node, repair.config) {
        return Some(Finding::advice(format!("{first} It should be {}. {why}", listed(&replaced, "and"))));
    }
    let rest = if open.is_empty() { String::new() } else { format!("\n{}", open.join("\n")) };
    Some(Finding::change(format!("{first} I suggest that {label} uses {}.{rest}", listed(&replaced, "and"))))
}

fn missing(draft: &mut Draft<'_>, node: usize, problem: &RunProblem) -> Option<Finding> {
    let action = draft.manifest(node)?;
    let config = &draft.nodes[node].config;
    let mut names = required::named(action, config, problem);
    if names.is_empty() && problem.error.code != ErrorCode::ServiceFailed {
        names = required::blank(action, config);
    }
    let first = *names.first()?;
    let label = quoted(&draft.nodes[node].label);
    let described: Vec<String> = names.iter().map(|name| required::described(action, name)).collect();
    let told = format!("{label} has no value for {}.", listed(&described, "and"));
    let filled: Config =
        names.iter().filter_map(|name| Some(((*name).to_owned(), required::default(action, name)?))).collect();
    if filled.len() < names.len() {
        let example = crate::plan::label::lowered(
            crate::read::lexicon::properties(action)
                .find(|(name, _)| *name == first)
                .map_or(first, |(_, schema)| crate::read::lexicon::text_of(schema, "title")),
        );
        return Some(Finding::advice(format!(
            "{told} I cannot know it: enter it in the node, or tell me, for example “set the {example} of {label} to …”."
        )));
    }
    let words = crate::plan::label::settings(action, &filled);
    match change(draft, node, filled) {
        Ok(()) => Some(Finding::change(format!("{told} I suggest the usual value: {words}."))),
        Err(why) => Some(Finding::advice(format!("{told} {why}"))),
    }
}

fn conversion(draft: &mut Draft<'_>, node: usize, problem: &RunProblem) -> Option<Finding> {
    let found = convert::find(&draft.nodes[node].config, problem)?;
    let label = quoted(&draft.nodes[node].label);
    let told = format!("The value is of another type than {label} takes there.");
    Some(match change(draft, node, Config::from_iter([(found.name, found.value)])) {
        Ok(()) => Finding::change(format!("{told} I suggest to convert it: {}.", found.words)),
        Err(why) => Finding::advice(format!("{told} {why}")),
    })
}

/// Sets parameters, with the defaults of what else is missing, or says why that cannot be proposed.
fn change(draft: &mut Draft<'_>, node: usize, mut config: Config) -> Result<(), String> {
    let Some(action) = draft.manifest(node) else {
        return Err("Its connector is not known here, so I propose no change.".to_owned());
    };
    if serde_json::to_string(&config).is_ok_and(|text| text.contains(REDACTED)) {
        return Err(
            "A secret that I am not shown stands in the same setting, so please correct it in the node.".to_owned()
        );
    }
    let mut merged = draft.nodes[node].config.clone();
    merged.extend(config.clone());
    let mut open = Vec::new();
    for name in required::blank(action, &merged) {
        match required::default(action, name) {
            Some(value) => {
                config.insert(name.to_owned(), value);
            }
            None => open.push(required::described(action, name)),
        }
    }
    if !open.is_empty() {
        return Err(format!(
            "It lacks {} as well, which I cannot know, so I propose no change before that is set.",
            listed(&open, "and")
        ));
    }
    draft.update(node, None, config);
    Ok(())
}

fn one_item(draft: &mut Draft<'_>, node: usize, problem: &RunProblem) -> Finding {
    let item = problem.item.map_or(1, |item| u64::from(item) + 1);
    let before = format!("It is about item {item} of those that arrived; others may be good.");
    let mut finding = go_on(draft, node);
    let hint = plain(problem.error.hint.trim(), 300);
    let hint = if hint.is_empty() { String::new() } else { format!(" To mend the item itself: {hint}") };
    finding.text = format!("{before} {}{hint}", finding.text);
    finding
}

/// Lets a node go on with the other items.
fn go_on(draft: &mut Draft<'_>, node: usize) -> Finding {
    let label = quoted(&draft.nodes[node].label);
    if draft.is_trigger(node) {
        return Finding::advice(format!(
            "{label} is a trigger: without what it brings there is nothing to go on with."
        ));
    }
    if draft.nodes[node].settings.on_error != OnError::Stop {
        return Finding::advice(format!("{label} goes on after a failure already, so I propose no change."));
    }
    let settings = NodeSettings { on_error: OnError::Continue, ..draft.nodes[node].settings.clone() };
    draft.run_as(node, settings);
    Finding::change(format!(
        "I suggest that {label} goes on after a failure: what fails passes on with the field `error`, and the rest is worked \
         on as usual. If failures are to go another way, say “send the errors of {label} to the error output” instead."
    ))
}
