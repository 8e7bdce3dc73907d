//! Says which format a text is in, and has it read.

use bridge_domain::{Error, ImportNotice, Result};
use bridge_workflow::Rules;
use serde_json::{Map, Value};

use crate::refuse::{malformed, too_large};
use crate::{Imported, n8n, own, scan};

/// Workflows in one file at most.
const MAX_WORKFLOWS: usize = 200;
/// Notices on one workflow at most.
const MAX_NOTICES: usize = 1_000;

/// Reads the workflows of a file: one, or a list of them, in Bridge's own format or in n8n's. Never none.
///
/// Takes time linear in the bytes. Nothing that is read is executed or looked up; what the catalogue of `rules` lacks is
/// kept and noted.
///
/// # Errors
/// `invalid_input` for everything else, with what was expected, and for a workflow that could not be opened.
pub fn read(bytes: &[u8], rules: &Rules) -> Result<Vec<Imported>> {
    let text = scan::text(bytes)?;
    let value: Value =
        serde_json::from_str(text).map_err(|error| malformed(format!("The file is not JSON: {error}.")))?;
    match value {
        Value::Object(object) => Ok(vec![one(object, rules)?]),
        Value::Array(list) => several(list, rules),
        _ => Err(unknown()),
    }
}

fn several(list: Vec<Value>, rules: &Rules) -> Result<Vec<Imported>> {
    if list.is_empty() {
        return Err(malformed("The file is an empty list."));
    }
    if list.len() > MAX_WORKFLOWS {
        return Err(too_large(format!("The file has more than {MAX_WORKFLOWS} workflows.")));
    }
    let read = |(place, value)| match value {
        Value::Object(object) => one(object, rules)
            .map_err(|error| Error { message: format!("Entry {} of the list: {}", place + 1, error.message), ..error }),
        _ => Err(unknown()),
    };
    list.into_iter().enumerate().map(read).collect()
}

fn one(object: Map<String, Value>, rules: &Rules) -> Result<Imported> {
    let mut imported = if own::is_one(&object) {
        own::read(object, rules)?
    } else if n8n::is_one(&object) {
        n8n::read(object, rules)?
    } else {
        return Err(unknown());
    };
    shorten(&mut imported.notices);
    Ok(imported)
}

fn unknown() -> Error {
    malformed("This is not a workflow: neither one of Bridge (nodes and edges) nor one of n8n (nodes and connections).")
}

/// A list that somebody may read to its end.
fn shorten(notices: &mut Vec<ImportNotice>) {
    let more = notices.len().saturating_sub(MAX_NOTICES);
    if more > 0 {
        notices.truncate(MAX_NOTICES - 1);
        notices.push(crate::check::notice(
            None,
            format!("{} more notices are not listed.", more + 1),
            "Look through the workflow before you switch it on.",
        ));
    }
}

/// A name as the database takes it: no control characters, at most 200 characters; none when nothing is left.
pub(crate) fn name(given: &str) -> Option<String> {
    let shown: String = given.chars().map(|one| if one.is_control() { ' ' } else { one }).take(4_000).collect();
    let name: String = shown.trim().chars().take(200).collect();
    let name = name.trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}
