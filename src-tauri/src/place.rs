//! Where the user was when the application ended, so that the next start opens there.
//!
//! The page has its place in its address. Its own storage is written to the disk some time later, and what was not
//! written yet is gone when the process ends; hence this file.

use std::io::Write;
use std::path::{Path, PathBuf};

use bridge_store::private;

/// Longest place, in bytes: a name and an identifier.
const LONGEST: usize = 128;

/// The last place, in a file of its own: it is needed before the database is open.
pub struct LastPlace {
    file: PathBuf,
}

impl LastPlace {
    /// The place kept in a data folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self { file: folder.join("last-place") }
    }

    /// The last place as the page named it; empty for none, and for whatever is not a place.
    pub fn get(&self) -> String {
        std::fs::read_to_string(&self.file).ok().filter(|place| is_place(place)).unwrap_or_default()
    }

    /// Keeps a place. What is not one is ignored.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set(&self, place: &str) -> std::io::Result<()> {
        if !is_place(place) {
            return Ok(());
        }
        private::options().create(true).write(true).truncate(true).open(&self.file)?.write_all(place.as_bytes())
    }
}

/// It becomes a part of an address: letters, digits, hyphens and slashes only.
fn is_place(text: &str) -> bool {
    text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-/".contains(&byte))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_last_place_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let place = LastPlace::in_folder(folder.path());
        assert_eq!(place.get(), "");
        place.set("workflows/0192f1de-7f00-7000-8000-000000000001").unwrap();
        place.set("runs").unwrap();
        assert_eq!(LastPlace::in_folder(folder.path()).get(), "runs");
    }

    #[test]
    fn w1_what_is_not_a_place_is_neither_kept_nor_read() {
        let folder = tempfile::tempdir().unwrap();
        let place = LastPlace::in_folder(folder.path());
        place.set("runs").unwrap();
        for hostile in ["#\"><script>", "javascript:alert(1)", "runs\n", "?a=b", "ärger", &"a".repeat(LONGEST + 1)] {
            place.set(hostile).unwrap();
            assert_eq!(place.get(), "runs", "{hostile}");
            std::fs::write(folder.path().join("last-place"), hostile).unwrap();
            assert_eq!(place.get(), "", "{hostile}");
            place.set("runs").unwrap();
        }
        assert!(LastPlace::in_folder(Path::new("/nonexistent/folder")).set("runs").is_err());
    }
}
