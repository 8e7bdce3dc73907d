//! Ports to what nodes keep or ask beside their items: files' contents, data tables, models.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Binary, Config, Model, Result, TableId, Timestamp};

/// Contents of files that travel beside items, each kept once under its hash.
pub trait Blobs: Send + Sync {
    /// Keeps a content.
    ///
    /// # Errors
    /// `limit_reached` for more than 256 MiB; those of the disk.
    fn put(&self, content: Vec<u8>, mime_type: String, file_name: String) -> BoxFuture<'_, Result<Binary>>;

    /// The content under this hash.
    ///
    /// # Errors
    /// `not_found` when it was dropped to make room, `store_damaged` when it is not what was kept; those of the disk.
    fn get(&self, hash: &str) -> BoxFuture<'static, Result<Vec<u8>>>;
}

/// A data table: rows of named values that workflows share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DataTable {
    /// Identifier.
    pub id: TableId,
    /// What the user calls it, 1 to 200 characters, unique without regard to case.
    pub name: String,
    /// Its columns, in order. Every row has `id`, `created_at` and `updated_at` beside them.
    pub columns: Vec<TableColumn>,
    /// Rows in it.
    pub row_count: u32,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A column of a data table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TableColumn {
    /// Name, 1 to 64 characters, unique in the table.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
}

/// What a column holds. Every column also takes null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A date and time, RFC 3339.
    Date,
}

/// A condition on a row: all conditions of a list must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowCondition {
    /// The column; `id`, `created_at` and `updated_at` too.
    pub column: String,
    /// How it is compared.
    pub operator: RowOperator,
    /// With what; not used by `is_null` and `is_not_null`.
    #[serde(default)]
    pub value: serde_json::Value,
}

/// How a column is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOperator {
    /// The same.
    Equals,
    /// Not the same.
    NotEquals,
    /// Greater.
    GreaterThan,
    /// Greater or the same.
    GreaterOrEqual,
    /// Less.
    LessThan,
    /// Less or the same.
    LessOrEqual,
    /// Text that contains this text, without regard to case.
    Contains,
    /// No value.
    IsNull,
    /// Any value.
    IsNotNull,
}

/// The data tables. A row is an object with `id` (a whole number), `created_at`, `updated_at` and the columns.
pub trait Tables: Send + Sync {
    /// The table with this name (without regard to case) or identifier.
    ///
    /// # Errors
    /// `not_found`; those of the disk.
    fn table<'a>(&'a self, name_or_id: &'a str) -> BoxFuture<'a, Result<DataTable>>;

    /// Adds rows, all or none; gives them with their `id`.
    ///
    /// # Errors
    /// `invalid_input` for unknown columns and wrong types, each with its path; those of the disk.
    fn insert_rows(&self, table: TableId, rows: Vec<Config>) -> BoxFuture<'_, Result<Vec<Config>>>;

    /// Rows that fit, ordered by `id`, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::insert_rows`].
    fn rows(
        &self,
        table: TableId,
        conditions: Vec<RowCondition>,
        offset: u32,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<Config>>>;

    /// Changes rows that fit; gives them as they are now. With `insert_if_none`, adds one when none fits.
    ///
    /// # Errors
    /// As [`Self::insert_rows`].
    fn update_rows(
        &self,
        table: TableId,
        conditions: Vec<RowCondition>,
        values: Config,
        insert_if_none: bool,
    ) -> BoxFuture<'_, Result<Vec<Config>>>;

    /// Deletes rows that fit; gives how many. No condition is refused.
    ///
    /// # Errors
    /// As [`Self::insert_rows`].
    fn delete_rows(&self, table: TableId, conditions: Vec<RowCondition>) -> BoxFuture<'_, Result<u32>>;
}

/// Where nodes get models from: the same providers, keys and settings as the assistant.
pub trait ModelSource: Send + Sync {
    /// A provider, the default one when none is named, and the name of its model to use when none is named.
    ///
    /// # Errors
    /// `not_found` for an unknown provider, `key_missing`, those of the keychain.
    fn model<'a>(&'a self, provider: Option<&'a str>) -> BoxFuture<'a, Result<(Arc<dyn Model>, String)>>;
}
