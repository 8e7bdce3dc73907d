//! What could be better about a workflow, found by rules that look at the graph and the manifests.

use std::collections::{HashMap, HashSet};

use bridge_domain::NodeType;
use serde_json::Value;

use super::Room;
use crate::graph::draft::Draft;
use crate::plan::notes::{listed, quoted};
use crate::plan::start::trigger_names;
use crate::read::lexicon::{properties, required, text_of};

/// Nodes named in one finding at most.
const MAX_NAMED: usize = 5;

/// All findings, the gravest first.
pub(crate) fn advise(room: &Room<'_, '_>, draft: &Draft<'_>) -> String {
    if room.briefing.definition.is_none() {
        return "I was not shown the workflow, so I cannot judge it. Turn on “include workflow” for this conversation and ask again.".to_owned();
    }
    if draft.is_empty() {
        return "The workflow is empty, so there is nothing to improve yet. Tell me what it should do.".to_owned();
    }
    let checks: [fn(&Room<'_, '_>, &Draft<'_>) -> Option<String>; 8] = [
        no_trigger,
        unreachable,
        missing_values,
        nothing_after_trigger,
        unused_outputs,
        unguarded_calls,
        endless_loops,
        same_labels,
    ];
    let findings: Vec<String> = checks.iter().filter_map(|check| check(room, draft)).collect();
    if findings.is_empty() {
        return "I looked for missing triggers and values, nodes that never run, unused branches, unguarded calls and labels used twice, and found nothing to improve.".to_owned();
    }
    let lines: Vec<String> =
        findings.iter().enumerate().map(|(index, finding)| format!("{}. {finding}", index + 1)).collect();
    format!(
        "I found {} thing{} to improve:\n\n{}\n\nTell me which of them to change.",
        findings.len(),
        if findings.len() == 1 { "" } else { "s" },
        lines.join("\n")
    )
}

fn named(draft: &Draft<'_>, nodes: &[usize]) -> String {
    let mut labels: Vec<String> = nodes.iter().take(MAX_NAMED).map(|node| quoted(&draft.nodes[*node].label)).collect();
    if nodes.len() > MAX_NAMED {
        labels.push(format!("{} more", nodes.len() - MAX_NAMED));
    }
    listed(&labels, "and")
}

fn no_trigger(room: &Room<'_, '_>, draft: &Draft<'_>) -> Option<String> {
    let none = !draft.alive().any(|node| draft.is_trigger(node));
    none.then(|| format!("Nothing starts the workflow. Add a trigger: {}.", listed(&trigger_names(room.lexicon), "or")))
}

fn unreachable(_: &Room<'_, '_>, draft: &Draft<'_>) -> Option<String> {
    let mut reached: HashSet<usize> = draft.alive().filter(|node| draft.is_trigger(*node)).collect();
    if reached.is_empty() {
        return None;
    }
    let mut open: Vec<usize> = reached.iter().copied().collect();
    while let Some(node) = open.pop() {
        for edge in draft.leaving(node) {
            let target = draft.edges[edge].target;
            if reached.insert(target) {
                open.push(target);
            }
        }
    }
    let lost: Vec<usize> = draft.alive().filter(|node| !reached.contains(node)).collect();
    (!lost.is_empty()).then(|| {
        format!(
            "{} never run{}, because no trigger leads there. Connect or delete.",
            named(draft, &lost),
            if lost.len() == 1 { "s" } else { "" }
        )
    })
}

fn missing_values(_: &Room<'_, '_>, draft: &Draft<'_>) -> Option<String> {
    let mut parts = Vec::new();
    for node in draft.alive() {
        let Some(action) = draft.manifest(node) else { continue };
        let config = &draft.nodes[node].config;
        let blank = |name: &str| {
            config
                .get(name)
                .is_none_or(|value| value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty()))
        };
        let titles: Vec<String> = required(action)
            .filter(|name| blank(name))
            .filter_map(|name| {
                properties(action).find(|(one, _)| *one == name).map(|(_, schema)| text_of(schema, "title").to_owned())
            })
            .collect();
        if !titles.is_empty() && parts.len() < MAX_NAMED {
            parts.push(format!("{} needs {}", quoted(&draft.nodes[node].label), listed(&titles, "and")));
        }
    }
    (!parts.is_empty()).then(|| format!("Required settings are missing: {}.", parts.join("; ")))
}

fn nothing_after_trigger(_: &Room<'_, '_>, draft: &Draft<'_>) -> Option<String> {
    let idle: Vec<usize> =
        draft.alive().filter(|node| draft.is_trigger(*node) && draft.leaving(*node).next().is_none()).collect();
    (!idle.is_empty())
        .then(|| format!("Nothing follows {}, so a run would do nothing. Add a step after it.", named(draft, &idle)))
}

fn unused_outputs(_: &Room<'_, '_>, draft: &Draft<'_>) -> Option<String> {
    let mut parts = Vec::new();
    for node in draft.alive().filter(|node| draft.nodes[*node].node_type == NodeType::Condition) {
        let outputs = draft.outputs(node);
        let free: Vec<String> = outputs
            .iter()
            .filter(|handle| !draft.is_used(node, Some(handle)))
            .map(|handle| format!("`{handle}`"))
            .collect();
        if outputs.len() == 2 && !free.is_empty() && parts.len() < MAX_NAMED {
            parts.push(format!("{} on {}", quoted(&draft.nodes[node].label), listed(&free, "and")));
        }
    }
    (!parts.is_empty()).then(|| {
        format!("Items leave unhandled: {}. If that is not meant, add what should happen there.", parts.join("; "))
    })
}

/// Calls to other services whose failure ends the run without anybody looking at it.
fn unguarded_calls(_: &Room<'_, '_>, draft: &Draft<'_>) -> Option<String> {
    let calls: Vec<usize> = draft
        .alive()
        .filter(|node| {
            let guarded =
                draft.leaving(*node).any(|edge| draft.nodes[draft.edges[edge].target].node_type == NodeType::Condition);
            let calls = draft
                .manifest(*node)
                .is_some_and(|action| properties(action).any(|(name, _)| name == "fail_on_error_status"));
            let tolerant = draft.nodes[*node].config.get("fail_on_error_status") == Some(&Value::Bool(false));
            let goes_on = draft.nodes[*node].settings.on_error != bridge_domain::OnError::Stop;
            calls && !goes_on && !(guarded && tolerant)
        })
        .collect();
    (!calls.is_empty()).then(|| {
        format!("{} can fail, and nothing handles that: an answer with an error status ends the run. Say “if it fails continue” or “retry it 3 times”, or turn off “Fail on error status” there and check `status` in an If behind it.", named(draft, &calls))
    })
}

fn endless_loops(_: &Room<'_, '_>, draft: &Draft<'_>) -> Option<String> {
    let open: Vec<usize> = draft
        .alive()
        .filter(|node| draft.manifest(*node).is_some_and(|action| action.allows_cycle))
        .filter(|node| draft.leaving(*node).next().is_some() && draft.arriving(*node).count() < 2)
        .collect();
    (!open.is_empty()).then(|| {
        format!(
            "The last step of the loop {} does not lead back to it, so only the first batch is worked on.",
            named(draft, &open)
        )
    })
}

fn same_labels(_: &Room<'_, '_>, draft: &Draft<'_>) -> Option<String> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for node in draft.alive() {
        *seen.entry(draft.nodes[node].label.as_str()).or_default() += 1;
    }
    let mut twice: Vec<&str> = seen.into_iter().filter(|(_, count)| *count > 1).map(|(label, _)| label).collect();
    twice.sort_unstable();
    let labels: Vec<String> = twice.iter().take(MAX_NAMED).map(|label| quoted(label)).collect();
    (!labels.is_empty())
        .then(|| format!("Several nodes are called {}. Different names keep them apart.", listed(&labels, "or")))
}
