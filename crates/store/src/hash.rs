//! Content hashes: what finds a flipped bit that SQLite's own checks do not see.

use sha2::{Digest, Sha256};
use sqlx::{Row, sqlite::SqliteRow};

/// SHA-256 over the fields of a row, as 64 lower-case hexadecimal digits. Each is preceded by its length, so that no two lists of fields look the same.
pub(crate) fn of_fields(fields: &[&str]) -> String {
    let mut digest = Sha256::new();
    for field in fields {
        digest.update((field.len() as u64).to_le_bytes());
        digest.update(field);
    }
    hex::encode(digest.finalize())
}

/// The text in a column of a row that has a hash. A flipped bit can make it something that is not text: it is read all
/// the same, and the hash tells that it is not what was written.
pub(crate) fn text(row: &SqliteRow, column: &str) -> sqlx::Result<String> {
    let bytes: Vec<u8> = row.try_get_unchecked(column)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_one_field_ends_is_part_of_the_hash() {
        assert_ne!(of_fields(&["ab", "c"]), of_fields(&["a", "bc"]));
        assert_ne!(of_fields(&["ab"]), of_fields(&["ab", ""]));
    }
}
