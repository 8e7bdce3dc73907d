//! What a credential may be, as a person enters it: every broken field with its reason. Values only; sends nothing, and
//! quotes no secret.

use std::collections::BTreeMap;

use bridge_domain::{
    CredentialDraft, CredentialField, CredentialKind, CredentialSpec, Error, ExposeSecret, Problem, ProblemCode,
    Result, SecretString,
};
use bridge_gate::check_host;

use crate::check_fields::check_values;
use crate::kinds;
use crate::seal::Secrets;

/// Characters a name may have.
const NAME_LIMIT: usize = 200;
/// Hosts one credential may have.
const HOST_LIMIT: usize = 100;
/// Bytes of one value.
const VALUE_LIMIT: usize = 64 * 1024;

/// A draft that may be kept.
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) hosts: Vec<String>,
    pub(crate) public_fields: BTreeMap<String, String>,
    pub(crate) secrets: Secrets,
}

/// Checks a draft. `kept` are the secrets it has so far: one that is absent from the draft stays as it is.
///
/// # Errors
/// `invalid_input` with every broken field.
pub(crate) fn check(draft: &CredentialDraft, kept: &Secrets) -> Result<Checked> {
    let Some(spec) = kinds::find(draft.kind) else {
        let message = "Keys of model providers are kept in Settings.";
        return Err(Error::invalid(vec![problem("kind", ProblemCode::InvalidValue, message)]));
    };
    let mut problems = Vec::new();
    let name = check_name(&draft.name, &mut problems);
    let (public_fields, secrets) = take_fields(&spec, draft, kept, &mut problems);
    let entered = check_hosts(&draft.hosts, &mut problems);
    let own = check_values(draft.kind, &public_fields, &secrets, &entered, &mut problems);
    let hosts = match draft.kind {
        CredentialKind::Smtp | CredentialKind::Imap | CredentialKind::Database => own,
        _ => entered,
    };
    if hosts.is_empty() && problems.iter().all(|problem| !problem.path.starts_with("hosts")) && needs_hosts(draft.kind)
    {
        problems.push(problem(
            "hosts",
            ProblemCode::Missing,
            "Name the host it may be sent to, such as api.example.com.",
        ));
    }
    if problems.is_empty() {
        Ok(Checked { name, hosts, public_fields, secrets })
    } else {
        Err(Error::invalid(problems))
    }
}

fn needs_hosts(kind: CredentialKind) -> bool {
    !matches!(kind, CredentialKind::Smtp | CredentialKind::Imap | CredentialKind::Database)
}

fn check_name(name: &str, problems: &mut Vec<Problem>) -> String {
    let name = name.trim();
    match name.chars().count() {
        0 => problems.push(problem("name", ProblemCode::Missing, "A credential needs a name.")),
        1..=NAME_LIMIT => {}
        length => {
            let message = format!("The name has {length} characters; {NAME_LIMIT} are allowed.");
            problems.push(problem("name", ProblemCode::TooLarge, message));
        }
    }
    name.to_owned()
}

fn check_hosts(hosts: &[String], problems: &mut Vec<Problem>) -> Vec<String> {
    if hosts.len() > HOST_LIMIT {
        let message = format!("{} hosts are named; {HOST_LIMIT} are allowed.", hosts.len());
        problems.push(problem("hosts", ProblemCode::TooLarge, message));
        return Vec::new();
    }
    let mut kept = Vec::new();
    for (place, host) in hosts.iter().enumerate() {
        match check_host(host) {
            Ok(host) if kept.contains(&host) => {}
            Ok(host) => kept.push(host),
            Err(reason) => {
                problems.push(problem(&format!("hosts[{place}]"), ProblemCode::InvalidValue, reason.to_string()));
            }
        }
    }
    kept
}

/// The values of the kind's own fields, with defaults; what else the draft has is a problem.
fn take_fields(
    spec: &CredentialSpec,
    draft: &CredentialDraft,
    kept: &Secrets,
    problems: &mut Vec<Problem>,
) -> (BTreeMap<String, String>, Secrets) {
    let (mut public_fields, mut secrets) = (BTreeMap::new(), Secrets::new());
    for name in draft.fields.keys().filter(|name| spec.fields.iter().all(|field| field.name != **name)) {
        let message = format!("{} has no such field.", spec.name);
        problems.push(problem(&path(name), ProblemCode::UnknownParameter, message));
    }
    for field in &spec.fields {
        let given = draft.fields.get(&field.name).map(ExposeSecret::expose_secret);
        if given.is_some_and(|value| value.len() > VALUE_LIMIT) {
            let message = format!("{} is longer than {VALUE_LIMIT} bytes.", field.title);
            problems.push(problem(&path(&field.name), ProblemCode::TooLarge, message));
        } else if field.secret {
            take_secret(field, given, kept, &mut secrets, problems);
        } else {
            let given = given.map(str::trim).filter(|value| !value.is_empty()).unwrap_or(&field.default);
            if given.is_empty() && field.required {
                problems.push(missing(field));
            } else if !given.is_empty() {
                public_fields.insert(field.name.clone(), given.to_owned());
            }
        }
    }
    (public_fields, secrets)
}

fn take_secret(
    field: &CredentialField,
    given: Option<&str>,
    kept: &Secrets,
    secrets: &mut Secrets,
    problems: &mut Vec<Problem>,
) {
    let value = match given {
        Some(text) => Some(SecretString::from(text.trim())).filter(|value| !value.expose_secret().is_empty()),
        None => kept.get(&field.name).cloned(),
    };
    match value {
        Some(value) => {
            secrets.insert(field.name.clone(), value);
        }
        None if field.required => problems.push(missing(field)),
        None => {}
    }
}

fn missing(field: &CredentialField) -> Problem {
    problem(&path(&field.name), ProblemCode::Missing, format!("{} is missing.", field.title))
}

pub(crate) fn path(field: &str) -> String {
    format!("fields.{field}")
}

pub(crate) fn problem(path: &str, code: ProblemCode, message: impl Into<String>) -> Problem {
    Problem { path: path.to_owned(), code, message: message.into() }
}
