//! Data tables that workflows share.

use bridge_domain::{Config, DataTable, Entity, TableColumn, TableId, Tables};
use tauri::{AppHandle, State};

use super::Answer;
use crate::core::Core;
use crate::events::changed;

/// Rows that are read at once at most.
const MOST_ROWS: u32 = 500;

#[tauri::command(rename_all = "snake_case")]
pub async fn list_tables(core: State<'_, Core>) -> Answer<Vec<DataTable>> {
    core.store().await?.data_tables().await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn create_table(
    app: AppHandle,
    core: State<'_, Core>,
    name: String,
    columns: Vec<TableColumn>,
) -> Answer<DataTable> {
    let table = core.store().await?.create_data_table(&name, &columns).await?;
    changed(&app, Entity::Table, table.id);
    Ok(table)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn delete_table(app: AppHandle, core: State<'_, Core>, table_id: TableId) -> Answer<()> {
    core.store().await?.delete_data_table(table_id).await?;
    changed(&app, Entity::Table, table_id);
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub async fn table_rows(core: State<'_, Core>, table_id: TableId, first: u32, count: u32) -> Answer<Vec<Config>> {
    core.store().await?.rows(table_id, Vec::new(), first, count.min(MOST_ROWS)).await
}
