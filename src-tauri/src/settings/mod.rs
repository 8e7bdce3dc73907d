//! Settings: kept by the store plugin, guarded against what the plugin does not survive.
//!
//! The plugin truncates its file in place and starts from defaults when it cannot read it. So the last good content is
//! written atomically to a second file first, and put back before the plugin looks (`guard`). Keys are not here.

mod check;
mod guard;

use std::path::Path;
use std::sync::Arc;

use bridge_domain::{Error, ErrorCode, Notice, Result, Settings};
use tauri::{AppHandle, Wry};
use tauri_plugin_store::StoreExt;

use guard::LastGood;

const KEY: &str = "settings";

/// The settings file.
pub struct SettingsFile {
    plugin: Arc<tauri_plugin_store::Store<Wry>>,
    last_good: LastGood,
}

impl SettingsFile {
    /// Opens the settings in `folder`. The notice says when a damaged file was set aside.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn open(app: &AppHandle, folder: &Path) -> Result<(Self, Option<Notice>)> {
        let last_good = LastGood::new(folder);
        let notice = last_good.restore_if_damaged();
        let plugin = app.store_builder(last_good.file()).disable_auto_save().build().map_err(|error| {
            Error::new(
                ErrorCode::StoreUnavailable,
                format!("The settings cannot be opened: {error}."),
                "Check the data folder's permissions.",
            )
        })?;
        Ok((Self { plugin, last_good }, notice))
    }

    /// The settings as they are; defaults for what was never set.
    #[must_use]
    pub fn get(&self) -> Settings {
        read(&self.plugin)
    }

    /// Reads the settings, each time as they are then.
    pub fn reader(&self) -> Arc<dyn Fn() -> Settings + Send + Sync> {
        let plugin = Arc::clone(&self.plugin);
        Arc::new(move || read(&plugin))
    }

    /// Checks and keeps settings. On an error the old ones stay in force.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] with every broken field; [`ErrorCode::ReadOnly`] or [`ErrorCode::DiskFull`] when they
    /// cannot be written.
    pub fn save(&self, settings: &Settings) -> Result<()> {
        check::check(settings)?;
        let value =
            serde_json::to_value(settings).map_err(|error| Error::new(ErrorCode::Internal, error.to_string(), ""))?;
        self.last_good.write(&serde_json::json!({ KEY: value }))?;
        self.plugin.set(KEY, value);
        // The plugin writes into the file that is there, and leaves its permissions.
        if let Err(error) = bridge_store::private::create_file(self.last_good.file()) {
            tracing::warn!(%error, "others on this machine may be able to read the settings");
        }
        self.plugin.save().map_err(|error| {
            Error::new(
                ErrorCode::ReadOnly,
                format!("The settings were not saved: {error}."),
                "Check the data folder and try again.",
            )
        })
    }
}

fn read(plugin: &tauri_plugin_store::Store<Wry>) -> Settings {
    plugin.get(KEY).and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
}
