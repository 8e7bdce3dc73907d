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
