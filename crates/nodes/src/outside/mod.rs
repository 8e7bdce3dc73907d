//! Nodes that reach files, databases, mail and models.

mod account;
mod binary;
mod blocking;
mod columns;
mod conditions;
mod convert;
mod data_table;
mod each;
mod email;
mod extract;
mod file_read;
mod file_write;
mod folder;
mod model;
mod postgres;
mod sqlite;
mod text;

use crate::Family;

/// Executors of this family.
pub const FAMILY: Family = &[
    ("file", "read", file_read::ReadFile::make),
    ("file", "write", file_write::WriteFile::make),
    ("extract_from_file", "csv", extract::Extract::csv),
    ("extract_from_file", "json", extract::Extract::json),
    ("extract_from_file", "text", extract::Extract::text),
    ("extract_from_file", "xlsx", extract::Extract::xlsx),
    ("extract_from_file", "html", extract::Extract::html),
    ("convert_to_file", "csv", convert::Convert::csv),
    ("convert_to_file", "json", convert::Convert::json),
    ("convert_to_file", "text", convert::Convert::text),
    ("convert_to_file", "xlsx", convert::Convert::xlsx),
    ("convert_to_file", "html", convert::Convert::html),
    ("postgres", "execute_query", postgres::Postgres::query),
    ("postgres", "insert_rows", postgres::Postgres::insert),
    ("postgres", "select_rows", postgres::Postgres::select),
    ("postgres", "update_rows", postgres::Postgres::update),
    ("postgres", "delete_rows", postgres::Postgres::delete),
    ("sqlite", "execute_query", sqlite::Sqlite::make),
    ("email", "send", email::SendMail::make),
    ("email", "read", email::ReadMail::make),
    ("llm", "prompt", model::Prompt::make),
    ("llm", "extract", model::ExtractFields::make),
    ("data_table", "insert_rows", data_table::Rows::insert),
    ("data_table", "get_rows", data_table::Rows::get),
    ("data_table", "update_rows", data_table::Rows::update),
    ("data_table", "upsert_rows", data_table::Rows::upsert),
    ("data_table", "delete_rows", data_table::Rows::delete),
];
