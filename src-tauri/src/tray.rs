//! The icon that stays when the window is closed while workflows are switched on. It says so, and it quits when asked.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tauri::menu::{Menu, MenuItem};
use tauri::tray::{MouseButton, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager};

use crate::core::Core;
use crate::window;

const ID: &str = "main";
const OPEN: &str = "open";
const QUIT: &str = "quit";

/// Shows the icon while workflows are switched on, and takes it away when none is.
pub fn follow(app: &AppHandle) {
    let here = app.clone();
    let followed = app.run_on_main_thread(move || match here.state::<Core>().active_workflows() {
        0 => hide(&here),
        count => show(&here, count),
    });
    if let Err(error) = followed {
        tracing::warn!(%error, "the tray icon could not be changed");
    }
}

/// Shows the icon with what it stands for. Without a tray, Bridge still runs on: starting it again shows its window.
fn show(app: &AppHandle, active_workflows: usize) {
    let words = match active_workflows {
        1 => "Bridge: 1 workflow is switched on".to_owned(),
        many => format!("Bridge: {many} workflows are switched on"),
    };
    if let Some(tray) = app.tray_by_id(ID) {
        let _ = tray.set_tooltip(Some(words));
        return;
    }
    // On Linux the library behind the icon is looked for now, and its absence is a panic.
    match catch_unwind(AssertUnwindSafe(|| build(app, &words))) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the tray icon could not be shown"),
        Err(_) => tracing::warn!("there is no tray to show an icon in"),
    }
}

/// Takes the icon away.
fn hide(app: &AppHandle) {
    drop(app.remove_tray_by_id(ID));
}

fn build(app: &AppHandle, words: &str) -> tauri::Result<()> {
    let open = MenuItem::with_id(app, OPEN, "Open Bridge", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, QUIT, "Quit Bridge and stop its workflows", true, None::<&str>)?;
    let mut tray = TrayIconBuilder::with_id(ID)
        .tooltip(words)
        .menu(&Menu::with_items(app, &[&open, &quit])?)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| match event.id().as_ref() {
            OPEN => window::focus(app),
            QUIT => app.exit(0),
            _ => {}
        })
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click { button: MouseButton::Left, .. } = event {
                window::focus(tray.app_handle());
            }
        });
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app).map(drop)
}
