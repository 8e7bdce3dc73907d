//! What happens before the window toolkit starts, and how many starts in a row went wrong.

use std::path::{Path, PathBuf};

/// Without a GPU, WebKitGTK's default renderer crashes on large canvases; its older path is faster there and takes less
/// memory. The variable must be in the environment before GTK starts, so the program starts itself again with it. A
/// value the user has set is left alone.
#[cfg(target_os = "linux")]
pub fn prefer_software_rendering_without_gpu() {
    use std::os::unix::process::CommandExt;

    const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    let chosen = ["WEBKIT_DISABLE_DMABUF_RENDERER", "WEBKIT_SKIA_ENABLE_CPU_RENDERING"]
        .iter()
        .any(|variable| std::env::var_os(variable).is_some());
    if chosen || has_gpu(Path::new("/dev/dri")) {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let error = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(VARIABLE, "1").exec();
    // Only reached when the program could not be started again; the default renderer still shows a window.
    eprintln!("Bridge continues with the default renderer: {error}");
}

/// Other systems need nothing.
#[cfg(not(target_os = "linux"))]
pub fn prefer_software_rendering_without_gpu() {}

#[cfg(target_os = "linux")]
fn has_gpu(devices: &Path) -> bool {
    std::fs::read_dir(devices)
        .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("renderD")))
}

/// Starts the program again when this start met an instance that was just ending: it still owned the name on the session
/// bus, and was gone before it could be told of this start. Returns only when the error is another one, or lasts.
#[cfg(target_os = "linux")]
pub fn again_if_the_other_instance_ended(error: &tauri::Error) {
    use std::os::unix::process::CommandExt;

    const VARIABLE: &str = "BRIDGE_START_ATTEMPT";
    const MOST: u32 = 5;
    let attempt = std::env::var(VARIABLE).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    let met_another = matches!(error, tauri::Error::PluginInitialization(plugin, _) if plugin == "single-instance");
    if !met_another || attempt >= MOST {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    std::thread::sleep(std::time::Duration::from_millis(300));
    let arguments = std::env::args_os().skip(1);
    let failed = std::process::Command::new(program).args(arguments).env(VARIABLE, (attempt + 1).to_string()).exec();
    eprintln!("Bridge could not be started again: {failed}");
}

/// Other systems hand over in a way that cannot fail half-way.
#[cfg(not(target_os = "linux"))]
pub fn again_if_the_other_instance_ended(_error: &tauri::Error) {}

/// Counts starts whose window never said that it works, so that the third in a row opens no workflow by itself.
pub struct StartCounter {
    file: PathBuf,
}

impl StartCounter {
    /// Unfinished starts in a row after which the next one is a safe start.
    const LIMIT: u32 = 2;

    /// Counts this start. Returns whether it should be a safe one.
    pub fn begin(folder: &Path) -> (Self, bool) {
        let counter = Self { file: folder.join("unfinished-starts") };
        let before = std::fs::read_to_string(&counter.file).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        counter.write(u32::saturating_add(before, 1));
        (counter, before >= Self::LIMIT)
    }

    /// The window works: this start was a good one.
    pub fn finish(&self) {
        if let Err(error) = std::fs::remove_file(&self.file)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the count of unfinished starts could not be reset");
        }
    }

    /// A folder that cannot be written must not keep the application from starting.
    fn write(&self, count: u32) {
        if let Err(error) = std::fs::write(&self.file, count.to_string()) {
            tracing::warn!(%error, "this start could not be counted");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn w6_two_unfinished_starts_lead_to_a_safe_one() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!StartCounter::begin(folder.path()).1);
        assert!(!StartCounter::begin(folder.path()).1);
        let (third, safe) = StartCounter::begin(folder.path());
        assert!(safe);
        third.finish();
        assert!(!StartCounter::begin(folder.path()).1);
    }

    #[test]
    fn w6_a_damaged_or_unwritable_count_does_not_stop_the_start() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("unfinished-starts"), "\0\0\0").unwrap();
        assert!(!StartCounter::begin(folder.path()).1);
        assert!(!StartCounter::begin(Path::new("/nonexistent/folder")).1);
    }
}
