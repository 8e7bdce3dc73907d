//! The system's own dialog that asks where a file is to be written. Only the core opens it; the window cannot name a path.

use std::path::PathBuf;

use bridge_domain::{Error, ErrorCode, Result};
use tauri::{AppHandle, Manager};
use tokio::sync::oneshot;

/// Characters of a workflow's name that are offered as the file's.
const MOST: usize = 80;

/// A file's name that every system takes, from a workflow's.
pub fn file_name(workflow: &str) -> String {
    let plain = |one: char| if one.is_alphanumeric() || matches!(one, ' ' | '-' | '_' | '(' | ')') { one } else { '-' };
    let name: String = workflow.chars().take(MOST).map(plain).collect();
    let name = name.trim_matches([' ', '-']);
    format!("{}.json", if name.is_empty() { "workflow" } else { name })
}

/// Asks for a file to write. The dialog itself asks before one that is there is replaced. None when the user chose none.
///
/// # Errors
/// `internal` when the dialog cannot be shown.
pub async fn ask(app: &AppHandle, wanted: String) -> Result<Option<PathBuf>> {
    let (opened, opening) = oneshot::channel();
    let owner = app.clone();
    // Toolkits want their dialogs made on the thread of the windows.
    app.run_on_main_thread(move || {
        let mut dialog = rfd::AsyncFileDialog::new()
            .set_title("Export the workflow")
            .set_file_name(wanted)
            .add_filter("Workflow", &["json"]);
        if let Some(window) = owner.get_webview_window("main") {
            dialog = dialog.set_parent(&window);
        }
        let _ = opened.send(dialog.save_file());
    })
    .map_err(|error| not_shown(&error))?;
    let chosen = opening.await.map_err(|error| not_shown(&error))?.await;
    Ok(chosen.map(|file| file.path().to_owned()))
}

fn not_shown(reason: &dyn std::error::Error) -> Error {
    Error::new(
        ErrorCode::Internal,
        format!("The dialog cannot be shown: {reason}."),
        "Use `bridge export` on the command line.",
    )
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn names_of_workflows_become_names_of_files_and_never_paths() {
        for (workflow, file) in [
            ("Orders (new)", "Orders (new).json"),
            ("../../etc/passwd", "etc-passwd.json"),
            ("C:\\a\u{0}b", "C--a-b.json"),
            ("…", "workflow.json"),
            ("Bestellungen für Köln", "Bestellungen für Köln.json"),
        ] {
            assert_eq!(file_name(workflow), file);
        }
        assert!(file_name(&"x".repeat(10_000)).len() < 100);
    }
}
