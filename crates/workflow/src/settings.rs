//! How a node is run: what its settings may be, what they add to its outputs, and how they read. Runs nothing.

use bridge_domain::{FieldChange, Join, NodeSettings, OnError, Problem, ProblemCode};

use crate::limits::MAX_LABEL_BYTES;
use crate::path::problem;
use crate::visible::visible;

/// The output that failures leave by, when a node's settings say so.
pub(crate) const ERROR_OUTPUT: &str = "error";

/// Problems of settings. `path` is that of what holds them.
pub(crate) fn problems(settings: &NodeSettings, path: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut check = |holds: bool, key: &str, message: &str| {
        if !holds {
            problems.push(problem(ProblemCode::InvalidValue, format!("{path}.settings.{key}"), message));
        }
    };
    if let Some(retry) = settings.retry {
        check((2..=10).contains(&retry.max_tries), "retry.max_tries", "A node is tried 2 to 10 times.");
        check(
            retry.wait_ms <= 300_000,
            "retry.wait_ms",
            "The wait before another try is at most 300,000 milliseconds.",
        );
    }
    if let Some(seconds) = settings.timeout_seconds {
        check((1..=86_400).contains(&seconds), "timeout_seconds", "A time limit is from 1 to 86,400 seconds.");
    }
    check(settings.notes.len() <= MAX_LABEL_BYTES, "notes", "The notes are larger than 1 MiB.");
    problems
}

/// What settings change, field by field.
pub(crate) fn changes(before: &NodeSettings, after: &NodeSettings) -> Vec<FieldChange> {
    let (before, after) = (words(before), words(after));
    let differs = before.into_iter().zip(after).filter(|(before, after)| before != after);
    differs.map(|((name, before), (_, after))| FieldChange { name: name.to_owned(), before, after }).collect()
}

/// Every setting by name, in words; none where it is the default.
fn words(settings: &NodeSettings) -> [(&'static str, Option<String>); 9] {
    let yes = |is_set: bool| is_set.then(|| "Yes".to_owned());
    [
        ("Switched off", yes(settings.disabled)),
        ("On error", on_error(settings.on_error).map(str::to_owned)),
        (
            "Retry",
            settings.retry.map(|retry| format!("{} tries, {} ms apart at first", retry.max_tries, retry.wait_ms)),
        ),
        ("Time limit", settings.timeout_seconds.map(|seconds| format!("{seconds} seconds"))),
        ("First item only", yes(settings.execute_once)),
        ("Always put out an item", yes(settings.always_output)),
        ("Starts", join(settings.join).map(str::to_owned)),
        ("Credential", settings.credential_id.map(|id| id.to_string())),
        ("Notes", (!settings.notes.is_empty()).then(|| visible(&settings.notes))),
    ]
}

fn on_error(on_error: OnError) -> Option<&'static str> {
    match on_error {
        OnError::Stop => None,
        OnError::Continue => Some("Go on"),
        OnError::ErrorOutput => Some("Go on by the output “error”"),
    }
}

fn join(join: Join) -> Option<&'static str> {
    match join {
        Join::Active => None,
        Join::All => Some("When every branch has brought items"),
        Join::Any => Some("When any branch brings items"),
        Join::First => Some("With the branch that is first"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use bridge_domain::Retry;

    use super::*;

    #[test]
    fn every_value_out_of_range_is_named() {
        let settings = NodeSettings {
            retry: Some(Retry { max_tries: 1, wait_ms: 300_001 }),
            timeout_seconds: Some(0),
            ..NodeSettings::default()
        };
        let paths: Vec<String> = problems(&settings, "actions[0]").into_iter().map(|problem| problem.path).collect();
        assert_eq!(
            paths,
            [
                "actions[0].settings.retry.max_tries",
                "actions[0].settings.retry.wait_ms",
                "actions[0].settings.timeout_seconds"
            ]
        );
        assert!(problems(&NodeSettings::default(), "").is_empty());
    }

    #[test]
    fn only_what_differs_is_told() {
        let after = NodeSettings { disabled: true, on_error: OnError::Continue, ..NodeSettings::default() };
        let changes = changes(&NodeSettings::default(), &after);
        let names: Vec<&str> = changes.iter().map(|change| change.name.as_str()).collect();
        assert_eq!(names, ["Switched off", "On error"]);
    }
}
