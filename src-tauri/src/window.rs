//! The one window: how it is made, and where it may go (nowhere).

use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent, webview::NewWindowResponse};

use crate::core::Core;
use crate::events;

const LABEL: &str = "main";

/// Opens the window at a place of the page; at its first place when `place` is empty.
///
/// # Errors
/// When the toolkit refuses.
pub fn open(app: &AppHandle, place: &str) -> tauri::Result<()> {
    let development = app.config().build.dev_url.clone().filter(|_| tauri::is_dev());
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App(format!("index.html#/{place}").into()))
        .title("Bridge")
        .inner_size(1280.0, 800.0)
        .min_inner_size(900.0, 600.0)
        .center()
        // Drag and drop inside the page does not work on Windows while the framework handles it.
        .disable_drag_drop_handler()
        .on_navigation(move |url| is_own_page(url, development.as_ref()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .build()?
        .on_window_event({
            let app = app.clone();
            move |event| on_event(&app, event)
        });
    Ok(())
}

/// Whether the window may show this address: the interface itself and nothing else. Links of any origin are opened in
/// the system's browser, and only after the user has seen the whole address.
fn is_own_page(url: &Url, development: Option<&Url>) -> bool {
    let own = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // The form Windows and Android have of the same address.
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        "about" => url.path() == "blank",
        _ => false,
    };
    own || development.is_some_and(|development| development.origin() == url.origin())
}

/// Hides the window; the application goes on.
pub fn hide(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    if let Err(error) = window.hide() {
        tracing::warn!(%error, "the window could not be hidden");
    }
}

/// Closing the window while workflows are switched on only hides it; the first time, the user is asked.
fn on_event(app: &AppHandle, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    let core = app.state::<Core>();
    if core.active_workflows() == 0 {
        return;
    }
    api.prevent_close();
    if core.settings().get().knows_closing { hide(app) } else { events::close_asked(app) }
}

/// Brings the window to the front.
pub fn focus(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    let raised = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    if let Err(error) = raised {
        tracing::warn!(%error, "the window could not be brought to the front");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn w1_the_window_goes_nowhere_but_to_its_own_page() {
        let own = |address: &str| is_own_page(&Url::parse(address).unwrap(), None);
        assert!(own("tauri://localhost/index.html"));
        assert!(own("http://tauri.localhost/"));
        for address in [
            "https://example.com/",
            "http://localhost:5173/",
            "http://tauri.localhost.example.com/",
            "tauri://example.com/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "javascript:alert(1)",
            "about:srcdoc",
        ] {
            assert!(!own(address), "{address}");
        }
    }

    #[test]
    fn the_development_server_is_its_own_page_in_development_only() {
        let server = Url::parse("http://localhost:5173/").unwrap();
        let page = Url::parse("http://localhost:5173/index.html").unwrap();
        assert!(is_own_page(&page, Some(&server)));
        assert!(!is_own_page(&Url::parse("http://localhost:5174/").unwrap(), Some(&server)));
    }
}
