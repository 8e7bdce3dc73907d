//! `bridge tables`: data tables and their rows.

use bridge_domain::{Result, Tables};
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use crate::exit;
use crate::perform::{Caller, OpenFolder};

/// Rows read at once.
const PAGE: u32 = 500;

#[derive(Debug, Args)]
#[command(after_help = "Example:
  bridge-cli tables show Orders --limit 10 | jq -c .")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) what: Request,
}

/// What is asked for.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    /// Lists the tables with their columns.
    List,
    /// Prints rows of a table, in the order they were added.
    Show {
        /// Name or identifier.
        table: String,
        /// Rows to leave out at the beginning.
        #[arg(long, default_value_t = 0)]
        skip: u32,
        /// Rows at most.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
}

/// Prints tables, or rows of one.
///
/// # Errors
/// `not_found`; those of the store.
pub(crate) async fn tables(folder: &OpenFolder, request: Request, caller: &Caller) -> Result<u8> {
    match request {
        Request::List => {
            for table in folder.store.data_tables().await? {
                caller.print(&table).await?;
            }
        }
        Request::Show { table, skip, limit } => {
            let table = folder.store.table(&table).await?.id;
            let (mut first, end) = (skip, skip.saturating_add(limit));
            while first < end {
                let rows = folder.store.rows(table, Vec::new(), first, PAGE.min(end - first)).await?;
                for row in &rows {
                    caller.print(row).await?;
                }
                first += match u32::try_from(rows.len()) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => count,
                };
            }
        }
    }
    Ok(exit::SUCCESS)
}
