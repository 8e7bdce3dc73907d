//! The commands the window may call. Each checks nothing and decides nothing: it asks the core and tells of the change.
//! Their names, arguments and results are declared once more in `ui/src/ipc/commands.ts`; a test keeps the two alike.

mod app;
mod chat;
mod credentials;
mod exchange;
mod proposals;
mod providers;
mod room;
mod runs;
mod tables;
mod triggers;
mod variables;
mod versions;
mod workflows;

use bridge_domain::Error;
use tauri::{Wry, ipc::Invoke};

/// What a command returns.
type Answer<T> = Result<T, Error>;

/// All commands, for the builder.
pub fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        app::status,
        app::catalog,
        app::open_link,
        app::window_ready,
        app::remember_place,
        app::hide_window,
        app::quit,
        workflows::list_workflows,
        workflows::create_workflow,
        workflows::open_workflow,
        workflows::rename_workflow,
        workflows::duplicate_workflow,
        workflows::delete_workflow,
        workflows::restore_workflow,
        exchange::import_workflows,
        exchange::export_workflow,
        versions::edit_workflow,
        versions::undo,
        versions::redo,
        versions::list_versions,
        versions::get_version,
        versions::restore_version,
        chat::chat,
        chat::chat_stream,
        chat::attach,
        chat::stop,
        chat::history,
        chat::thread,
        chat::clear_history,
        chat::draft,
        chat::save_draft,
        chat::preview_payload,
        chat::sent_payloads,
        proposals::preview_proposal,
        proposals::apply_proposal,
        proposals::reject_proposal,
        runs::run_workflow,
        runs::watch_run,
        runs::cancel_run,
        runs::decide_step,
        runs::list_runs,
        runs::get_run,
        runs::delete_run,
        runs::step_output,
        runs::step_input,
        runs::list_pins,
        runs::pin_output,
        runs::preview_expression,
        runs::data_sources,
        room::run_room,
        room::set_run_budget,
        room::make_room,
        triggers::set_active,
        triggers::list_triggers,
        triggers::renew_address,
        triggers::list_grants,
        triggers::add_grant,
        triggers::remove_grant,
        credentials::credential_kinds,
        credentials::list_credentials,
        credentials::create_credential,
        credentials::update_credential,
        credentials::delete_credential,
        credentials::test_credential,
        credentials::authorize_credential,
        credentials::cancel_authorization,
        tables::list_tables,
        tables::create_table,
        tables::delete_table,
        tables::table_rows,
        variables::list_variables,
        variables::set_variable,
        variables::rename_variable,
        variables::delete_variable,
        providers::get_settings,
        providers::save_settings,
        providers::list_providers,
        providers::list_models,
        providers::find_local_servers,
        providers::keychain_state,
        providers::set_key,
        providers::remove_key,
    ]
}
