//! SQLite: the only crate that knows SQL.
