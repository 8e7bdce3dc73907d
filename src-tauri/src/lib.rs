//! The shell: the only code that knows Tauri.

/// Runs the application until its window is closed.
pub fn run() {}
