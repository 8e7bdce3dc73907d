//! Parameters that a node cannot do without and that are absent or blank.

use bridge_domain::{ActionManifest, Config, ProblemCode, RunProblem};
use serde_json::Value;

use crate::read::lexicon::{properties, required, text_of};

/// Whether a parameter has no value.
pub(super) fn is_blank(config: &Config, name: &str) -> bool {
    config.get(name).is_none_or(|value| value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty()))
}

/// The required parameters that are blank.
pub(super) fn blank<'m>(action: &'m ActionManifest, config: &Config) -> Vec<&'m str> {
    required(action).filter(|name| is_blank(config, name)).collect()
}

/// What a parameter is filled with when nobody says: its default, unless that is blank itself.
pub(super) fn default(action: &ActionManifest, name: &str) -> Option<Value> {
    let (_, schema) = properties(action).find(|(one, _)| *one == name)?;
    let default = schema.get("default")?;
    (!default.is_null() && default.as_str().is_none_or(|text| !text.trim().is_empty())).then(|| default.clone())
}

/// What a person calls a parameter, and what it is for.
pub(super) fn described(action: &ActionManifest, name: &str) -> String {
    let Some((_, schema)) = properties(action).find(|(one, _)| *one == name) else { return format!("`{name}`") };
    let description = text_of(schema, "description").trim_end_matches('.');
    let title = text_of(schema, "title");
    if description.is_empty() {
        return format!("**{title}**");
    }
    format!("**{title}** ({})", crate::plan::label::lowered(description))
}

/// The parameters that an error calls missing, whether or not they are required.
pub(super) fn named<'m>(action: &'m ActionManifest, config: &Config, problem: &RunProblem) -> Vec<&'m str> {
    let says_missing = ["has no value", "is missing", "must not be blank", "is empty", "is required", "needs "]
        .iter()
        .any(|words| problem.error.message.contains(words));
    let missing = problem.error.problems.iter().filter(|one| one.code == ProblemCode::Missing);
    let mut paths: Vec<&str> = missing.map(|one| one.path.as_str()).collect();
    paths.extend(problem.parameter.as_deref().filter(|_| says_missing));
    let is_named = |name: &str| {
        paths
            .iter()
            .any(|path| path.rsplit("config.").next().is_some_and(|last| last.split(['.', '[']).next() == Some(name)))
    };
    properties(action).map(|(name, _)| name).filter(|name| is_named(name) && is_blank(config, name)).collect()
}
