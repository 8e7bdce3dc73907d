//! What can be a key. Texts here say what is wrong with one and never quote it.

use bridge_domain::{Error, ExposeSecret, Problem, ProblemCode, Result, SecretString};

/// Characters in the longest key that is taken. The longest in use are signed tokens of some two thousand.
const MAX_LENGTH: usize = 4096;

/// The key without the white space around it.
///
/// `origin` says where it comes from, at the start of a sentence, such as `The key`.
///
/// # Errors
/// [`bridge_domain::ErrorCode::InvalidInput`] with the path `key` for text that no HTTP header could carry as a key:
/// blank, too long, or with anything but visible ASCII characters inside.
pub(crate) fn check(key: &SecretString, origin: &str) -> Result<SecretString> {
    let text = key.expose_secret().trim();
    if text.is_empty() {
        return Err(invalid(ProblemCode::Missing, format!("{origin} is empty.")));
    }
    if text.len() > MAX_LENGTH {
        return Err(invalid(ProblemCode::TooLarge, format!("{origin} is longer than {MAX_LENGTH} characters.")));
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        let message = format!("{origin} has a space, a line break or a character inside that no API key has.");
        return Err(invalid(ProblemCode::InvalidValue, message));
    }
    Ok(SecretString::from(text))
}

/// The error for a key that cannot be kept or used.
pub(crate) fn invalid(code: ProblemCode, message: String) -> Error {
    let problem = Problem { path: "key".to_owned(), code, message };
    Error {
        hint: "Copy the key from the provider's page and set it again.".to_owned(),
        ..Error::invalid(vec![problem])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use bridge_domain::{ErrorCode, ExposeSecret, ProblemCode, SecretString};

    use super::{MAX_LENGTH, check};

    fn code_of(text: &str) -> ProblemCode {
        let error = check(&SecretString::from(text), "The key").unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidInput);
        assert_eq!(error.problems[0].path, "key");
        error.problems[0].code
    }

    #[test]
    fn white_space_around_a_key_goes() {
        for text in ["sk-1", " sk-1", "sk-1\r\n", "\t\u{a0}sk-1 "] {
            assert_eq!(check(&SecretString::from(text), "The key").unwrap().expose_secret(), "sk-1");
        }
    }

    #[test]
    fn what_no_key_has_inside_is_refused() {
        for text in ["", " \n\t", "\u{a0}"] {
            assert_eq!(code_of(text), ProblemCode::Missing, "{text:?}");
        }
        let broken =
            ["sk 1", "Bearer sk-1", "sk-1\nsk-2", "sk-\u{0}1", "sk-\u{7f}", "sk-\u{e9}", "\u{200b}sk-1", "s\u{43a}-1"];
        for text in broken {
            assert_eq!(code_of(text), ProblemCode::InvalidValue, "{text:?}");
        }
        assert!(check(&SecretString::from("k".repeat(MAX_LENGTH)), "The key").is_ok());
        assert_eq!(code_of(&"k".repeat(MAX_LENGTH + 1)), ProblemCode::TooLarge);
    }

    #[test]
    fn s1_a_refused_key_is_not_quoted() {
        let error = check(&SecretString::from("sk-canary 1"), "The key").unwrap_err();
        assert!(!format!("{error:?}").contains("canary"));
    }
}
