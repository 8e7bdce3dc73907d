//! The shell: commands, wiring and the window. The only code that knows Tauri; what the application does is in the
//! crates under `crates/`.

mod commands;
mod core;
mod events;
mod models;
mod place;
mod save_dialog;
mod settings;
mod start;
mod tray;
mod window;

use tauri::{Manager, RunEvent};

/// Runs the application until its window is closed.
///
/// # Errors
/// When the window toolkit cannot be started, for example without a display.
pub fn run() -> tauri::Result<()> {
    start::prefer_software_rendering_without_gpu();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("BRIDGE_LOG"))
        .with_writer(std::io::stderr)
        .init();

    let app = tauri::Builder::default()
        // First, as its documentation asks: a second start hands over to the first and ends.
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| window::focus(app)))
        .plugin(tauri_plugin_store::Builder::default().build())
        .plugin(tauri_plugin_opener::Builder::default().open_js_links_on_click(false).build())
        .invoke_handler(commands::handler())
        .setup(|app| {
            let core = core::Core::new(app.handle())?;
            let place = core.first_place();
            app.manage(core);
            window::open(app.handle(), &place)?;
            core::open_in_background(app.handle());
            Ok(())
        })
        .build(tauri::generate_context!("tauri.conf.json"))
        .inspect_err(start::again_if_the_other_instance_ended)?;

    app.run(|app, event| {
        if let RunEvent::Exit = event {
            core::close(app);
        }
    });
    Ok(())
}
