//! The commands the window may call. Each checks nothing and decides nothing: it asks the core and tells of the change.
//! Their names, arguments and results are declared once more in `ui/src/ipc/commands.ts`; a test keeps the two alike.

mod app;
mod chat;
mod proposals;
mod providers;
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
        workflows::list_workflows,
        workflows::create_workflow,
        workflows::open_workflow,
        workflows::rename_workflow,
        workflows::duplicate_workflow,
        workflows::delete_workflow,
        workflows::restore_workflow,
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
        chat::preview_payload,
        chat::sent_payloads,
        proposals::preview_proposal,
        proposals::apply_proposal,
        proposals::reject_proposal,
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
