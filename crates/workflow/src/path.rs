//! Paths of problems, from the request's root: `actions[2].config.headers["X-Id"]`.

use bridge_domain::{Problem, ProblemCode};
use jsonschema::paths::{Location, LocationSegment};

use crate::visible::excerpt;

/// Longest part of a path that is written out, in characters.
const LONGEST_KEY: usize = 100;

/// The path of an action.
pub(crate) fn action(index: usize) -> String {
    format!("actions[{index}]")
}

/// A path, one member deeper.
pub(crate) fn member(path: &str, key: &str) -> String {
    let is_name = key.starts_with(|one: char| one.is_ascii_alphabetic() || one == '_')
        && key.chars().all(|one| one.is_ascii_alphanumeric() || one == '_');
    if is_name && key.len() <= LONGEST_KEY {
        format!("{path}.{key}")
    } else {
        let key = excerpt(key, LONGEST_KEY).replace('\\', "\\\\").replace('"', "\\\"");
        format!("{path}[\"{key}\"]")
    }
}

/// A path, and a place within the value it leads to.
pub(crate) fn within(path: &str, location: &Location) -> String {
    location.segments().fold(path.to_owned(), |path, segment| match segment {
        LocationSegment::Property(key) => member(&path, &key),
        LocationSegment::Index(index) => format!("{path}[{index}]"),
    })
}

/// A problem.
pub(crate) fn problem(code: ProblemCode, path: impl Into<String>, message: impl Into<String>) -> Problem {
    Problem { path: path.into(), code, message: message.into() }
}
