//! Names what is missing when JavaScript reads a field of nothing, and offers a field of nearly that name. Reads the tokens
//! of the source and data that is at hand; evaluates no JavaScript.

use crate::fault::Failed;
use crate::path::{Chain, Root, chains};
use crate::scan::{Scanner, Until};
use crate::value::Found;

/// Names longer than this are not compared: each pair costs their lengths multiplied.
const MAX_NAME: usize = 64;
/// Fields that are compared at most.
const MAX_FIELDS: usize = 1_000;

/// The paths in the source, when the interpreter's message is that a field of nothing was read; otherwise none.
pub(crate) fn suspects(failed: &Failed, source: &str) -> Vec<Chain> {
    if property(&failed.message).is_none() {
        return Vec::new();
    }
    let tokens = Scanner::new(source, 0, Until::End).all().map(|(tokens, _)| tokens).unwrap_or_default();
    chains(source, &tokens)
}

/// The failure said better, when one of the paths in the source is what gave nothing. `at` is the byte of the source where
/// it happened, `find` gives what a root is, if that is known.
pub(crate) fn named<'a>(
    failed: Failed,
    source: &str,
    suspects: &'a [Chain],
    at: Option<usize>,
    find: impl Fn(&'a Root) -> Option<Found<'a>>,
) -> Failed {
    let Some(read) = property(&failed.message).map(str::to_owned) else { return failed };
    let candidates = suspects.iter().flat_map(|chain| candidates(chain, source, &read, find(&chain.root)));
    let candidates: Vec<Candidate<'_>> = candidates.collect();
    let covers = |candidate: &&Candidate<'_>| at.is_some_and(|at| (candidate.start..=candidate.end).contains(&at));
    let best = candidates.iter().find(covers).or_else(|| candidates.iter().find(|candidate| candidate.is_certain));
    let only = || match candidates.as_slice() {
        [first, rest @ ..] if rest.iter().all(|other| other.path == first.path) => Some(first),
        _ => None,
    };
    match best.or_else(only) {
        Some(candidate) => candidate.explain(&read, failed),
        None => failed,
    }
}

/// The field that could not be read, in the interpreter's words.
fn property(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("cannot read property '")?;
    let (name, of) = rest.split_once("' of ")?;
    matches!(of, "undefined" | "null").then_some(name)
}

/// A path that gives nothing, and from which something is read.
struct Candidate<'a> {
    path: &'a str,
    /// First byte of the path.
    start: usize,
    /// Behind the last byte of what is read from it.
    end: usize,
    /// Seen in the data.
    is_certain: bool,
    /// The path with its last name put right.
    meant: Option<String>,
}

fn candidates<'s>(chain: &Chain, source: &'s str, read: &str, root: Option<Found<'_>>) -> Vec<Candidate<'s>> {
    let mut found = Vec::new();
    // What the path leads to so far, and what its last name was looked up in.
    let mut here = root;
    let mut before: Option<Found<'_>> = None;
    let mut end = chain.root_end;
    let mut name = None;
    for link in &chain.links {
        let is_nothing = here.as_ref().map(Found::is_nothing);
        if link.member.name() == Some(read) && is_nothing != Some(false) && !link.is_optional {
            let path = &source[chain.start..end];
            let meant =
                before.as_ref().zip(name).and_then(|(before, name)| put_right(path, name, nearest(name, before)?));
            found.push(Candidate { path, start: chain.start, end: link.end, is_certain: is_nothing.is_some(), meant });
        }
        if is_nothing == Some(true) {
            break;
        }
        name = link.member.name();
        before.clone_from(&here);
        here = here.map(|here| here.member(&link.member));
        end = link.end;
    }
    found
}

impl Candidate<'_> {
    fn explain(&self, read: &str, failed: Failed) -> Failed {
        let nothing = if failed.message.ends_with("null") { "null" } else { "missing" };
        let message = format!("`{}` is {nothing}, so `{read}` cannot be read from it", self.path);
        let hint = match &self.meant {
            Some(meant) => format!("Did you mean `{meant}`? Where it may be missing, write `{}?.{read}`.", self.path),
            None => format!("Where it may be missing, write `{}?.{read}`.", self.path),
        };
        Failed { message, hint, ..failed }
    }
}

/// The field whose name is most like this one, if it is like it at all.
fn nearest<'f>(name: &str, object: &'f Found<'_>) -> Option<&'f str> {
    if name.len() > MAX_NAME {
        return None;
    }
    let wanted = plain(name);
    let fields = object.names().take(MAX_FIELDS).filter(|field| field.len() <= MAX_NAME);
    let distances = fields.map(|field| (strsim::osa_distance(&wanted, &plain(field)), field));
    let (distance, field) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= wanted.chars().count() / 3).then_some(field)
}

/// The path that ends with this name, with another name.
fn put_right(path: &str, name: &str, field: &str) -> Option<String> {
    let before = path.strip_suffix(name)?;
    let starts_well = field.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$'));
    if starts_well && field.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$')) {
        return Some(format!("{before}{field}"));
    }
    Some(format!("{}[{}]", before.strip_suffix('.')?, serde_json::to_string(field).ok()?))
}

/// Without what is easily mistaken: case, and what joins words.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}
