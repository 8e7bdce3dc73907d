//! Nodes that reach files, databases, mail and models.

mod account;
mod binary;
mod blocking;
mod columns;
mod conditions;
mod convert;
mod data_table;
mod effect;
mod email;
mod extract;
mod file_kind;
mod file_read;
mod file_write;
mod folder;
mod model;
mod postgres;
mod sign_in;
mod sqlite;
mod text;

use crate::Family;
use file_kind::FileKind;

pub use sign_in::credential_testers;

/// Executors of this family.
pub const FAMILY: Family = &[
    ("file", "read", file_read::ReadFile::make),
    ("file", "write", file_write::WriteFile::make),
    ("extract_from_file", "csv", |services| extract::make(services, FileKind::Csv)),
    ("extract_from_file", "json", |services| extract::make(services, FileKind::Json)),
    ("extract_from_file", "text", |services| extract::make(services, FileKind::Text)),
    ("extract_from_file", "xlsx", |services| extract::make(services, FileKind::Xlsx)),
    ("extract_from_file", "html", |services| extract::make(services, FileKind::Html)),
    ("convert_to_file", "csv", |services| convert::make(services, FileKind::Csv)),
    ("convert_to_file", "json", |services| convert::make(services, FileKind::Json)),
    ("convert_to_file", "text", |services| convert::make(services, FileKind::Text)),
    ("convert_to_file", "xlsx", |services| convert::make(services, FileKind::Xlsx)),
    ("convert_to_file", "html", |services| convert::make(services, FileKind::Html)),
    ("postgres", "execute_query", |services| postgres::make(services, postgres::Task::Query)),
    ("postgres", "insert_rows", |services| postgres::make(services, postgres::Task::Insert)),
    ("postgres", "select_rows", |services| postgres::make(services, postgres::Task::Select)),
    ("postgres", "update_rows", |services| postgres::make(services, postgres::Task::Update)),
    ("postgres", "delete_rows", |services| postgres::make(services, postgres::Task::Delete)),
    ("sqlite", "execute_query", sqlite::Sqlite::make),
    ("email", "send", email::SendMail::make),
    ("email", "read", email::ReadMail::make),
    ("llm", "prompt", model::Prompt::make),
    ("llm", "extract", model::ExtractFields::make),
    ("data_table", "insert_rows", |services| data_table::make(services, data_table::Task::Insert)),
    ("data_table", "get_rows", |services| data_table::make(services, data_table::Task::Get)),
    ("data_table", "update_rows", |services| data_table::make(services, data_table::Task::Update)),
    ("data_table", "upsert_rows", |services| data_table::make(services, data_table::Task::Upsert)),
    ("data_table", "delete_rows", |services| data_table::make(services, data_table::Task::Delete)),
];
