//! Secrets as they are entered: at a terminal without being shown, or on standard input. Never among the arguments, which
//! every process of the machine can read, and never in the environment.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Read};

use bridge_domain::{Error, ErrorCode, ExposeSecret, Result, SecretString};
use serde::{Deserialize, Serialize, Serializer};

/// Bytes on standard input at most.
const MOST: u64 = 1 << 20;

/// Secrets by name, on their way to the process that keeps them: over the socket that only the same user's processes reach.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secrets(pub(crate) BTreeMap<String, SecretString>);

impl Serialize for Secrets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, secret)| (name, secret.expose_secret())))
    }
}

/// Reads one secret for each title: asks for it, or takes a line of standard input when that is no terminal. What is left
/// empty is absent. A single secret may have several lines.
///
/// # Errors
/// `invalid_input` when it cannot be read.
pub(crate) fn read(titles: &[&str]) -> Result<Vec<Option<SecretString>>> {
    let read = if io::stdin().is_terminal() {
        titles.iter().map(|title| rpassword::prompt_password(format!("{title}: ")).map(secret)).collect()
    } else {
        from_input(titles.len())
    };
    read.map_err(|error: io::Error| {
        Error::new(
            ErrorCode::InvalidInput,
            format!("The secret cannot be read: {error}."),
            "Enter it at a terminal, or pass it on standard input.",
        )
    })
}

fn from_input(count: usize) -> io::Result<Vec<Option<SecretString>>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let mut text = String::new();
    io::stdin().lock().take(MOST).read_to_string(&mut text)?;
    let mut lines: Vec<_> = match count {
        1 => vec![secret(text.trim_end_matches(['\r', '\n']).to_owned())],
        _ => text.lines().map(|line| secret(line.to_owned())).collect(),
    };
    lines.resize_with(count, || None);
    Ok(lines)
}

fn secret(text: String) -> Option<SecretString> {
    (!text.is_empty()).then(|| SecretString::from(text))
}
