//! Content hashes: what finds a flipped bit that SQLite's own checks do not see.

use sha2::{Digest, Sha256};

/// SHA-256 over the fields of a row, as 64 lower-case hexadecimal digits. Each is preceded by its length, so that no two lists of fields look the same.
pub(crate) fn of_fields(fields: &[&str]) -> String {
    let mut digest = Sha256::new();
    for field in fields {
        digest.update((field.len() as u64).to_le_bytes());
        digest.update(field);
    }
    hex::encode(digest.finalize())
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
