//! Names of columns, and rows as objects.

use std::collections::HashMap;

use bridge_domain::Config;
use serde_json::Value;

/// Columns of a table at most. Each row has a value for each of them, if only null.
pub const MAX_COLUMNS: usize = 100_000;

/// Names of the columns of a table, each different.
#[derive(Debug, Default)]
pub struct Columns {
    names: Vec<String>,
}

impl Columns {
    /// Columns named by a header row. A column without a name is `column_1`, `column_2` …; a name that was there before
    /// gets a number.
    pub fn named(header: impl IntoIterator<Item = String>) -> Self {
        let mut taken = HashMap::new();
        let mut names = Vec::new();
        for (place, name) in header.into_iter().enumerate() {
            let name = if name.trim().is_empty() { numbered(place) } else { name.trim().to_owned() };
            names.push(unique(name, &mut taken));
        }
        Self { names }
    }

    /// A row as an object. Columns without a value hold null; values beyond the header have numbered names.
    pub fn row(&self, values: Vec<Value>) -> Config {
        let width = values.len().max(self.names.len());
        let mut row = Config::new();
        let mut values = values.into_iter();
        for place in 0..width {
            let name = self.names.get(place).cloned().unwrap_or_else(|| numbered(place));
            row.entry(name).or_insert(values.next().unwrap_or(Value::Null));
        }
        row
    }
}

fn numbered(place: usize) -> String {
    format!("column_{}", place + 1)
}

/// The name, with the next free number when it is taken. `taken` holds each name with its next number.
fn unique(name: String, taken: &mut HashMap<String, u32>) -> String {
    let Some(mut number) = taken.get(&name).copied() else {
        taken.insert(name.clone(), 2);
        return name;
    };
    loop {
        let candidate = format!("{name}_{number}");
        number += 1;
        if !taken.contains_key(&candidate) {
            taken.insert(name, number);
            taken.insert(candidate.clone(), 2);
            return candidate;
        }
    }
}
