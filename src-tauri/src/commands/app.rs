//! The application as a whole.

use bridge_domain::{ConnectorManifest, Error, ErrorCode, Problem, ProblemCode, Status};
use tauri::{AppHandle, State, Url};
use tauri_plugin_opener::OpenerExt;

use super::Answer;
use crate::core::Core;
use crate::window;

#[tauri::command(rename_all = "snake_case")]
pub async fn status(core: State<'_, Core>) -> Answer<Status> {
    Ok(core.status().await)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn catalog(core: State<'_, Core>) -> Answer<Vec<ConnectorManifest>> {
    Ok(core.catalog().connectors().to_vec())
}

/// Opens a web or mail address in the system's own program. Anything else could start a program on this machine.
#[tauri::command(rename_all = "snake_case")]
pub async fn open_link(app: AppHandle, url: String) -> Answer<()> {
    let address = check_link(&url)?;
    app.opener().open_url(address.as_str(), None::<&str>).map_err(|error| {
        Error::new(
            ErrorCode::Internal,
            format!("The address could not be opened: {error}."),
            "Copy it and open it in your browser.",
        )
    })
}

fn check_link(url: &str) -> Answer<Url> {
    Url::parse(url).ok().filter(|address| matches!(address.scheme(), "https" | "http" | "mailto")).ok_or_else(|| {
        Error::invalid(vec![Problem {
            path: "url".to_owned(),
            code: ProblemCode::InvalidValue,
            message: "Only web and mail addresses (https, http, mailto) can be opened.".to_owned(),
        }])
    })
}

/// The window has painted and works: this start counts as a good one.
#[tauri::command(rename_all = "snake_case")]
pub async fn window_ready(core: State<'_, Core>) -> Answer<()> {
    core.starts().finish();
    Ok(())
}

/// The user has gone to another place: the next start opens there. Not asynchronous, so that the last call is the last word.
#[tauri::command(rename_all = "snake_case")]
pub fn remember_place(core: State<'_, Core>, place: String) -> Answer<()> {
    if let Err(error) = core.last_place().set(&place) {
        tracing::warn!(%error, "the place could not be remembered");
    }
    Ok(())
}

/// Hides the window; triggers go on.
#[tauri::command(rename_all = "snake_case")]
pub async fn hide_window(app: AppHandle) -> Answer<()> {
    window::hide(&app);
    Ok(())
}

/// Ends the application, triggers and all.
#[tauri::command(rename_all = "snake_case")]
pub async fn quit(app: AppHandle) -> Answer<()> {
    app.exit(0);
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn w1_only_web_and_mail_addresses_are_opened() {
        assert!(check_link("https://example.com/a?b=c").is_ok());
        assert!(check_link("mailto:someone@example.com").is_ok());
        for url in ["file:///etc/passwd", "javascript:alert(1)", "vscode://x", "not an address", "smb://host/x", ""] {
            assert_eq!(check_link(url).unwrap_err().code, ErrorCode::InvalidInput, "{url}");
        }
    }
}
