//! A window that shows one static page: no commands, no plugins, no state.

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!())
}
