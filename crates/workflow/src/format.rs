//! What the formats of the manifests mean for a value. An expression is not looked at here.

use std::str::FromStr;

use jsonschema::ValidationOptions;
use url::Url;

/// Teaches a validator the formats that restrict a value. The others only say how a form shows it.
pub(crate) fn checked(options: ValidationOptions<'_>) -> ValidationOptions<'_> {
    options
        .should_validate_formats(true)
        .with_format("uri", is_web_address)
        .with_format("email", is_address_list)
        .with_format("cron", is_cron)
        .with_format("path", is_plain_path)
}

/// What a value of this format looks like, to end the sentence "must be …".
pub(crate) fn expectation(format: &str) -> &'static str {
    match format {
        "uri" => "a web address such as https://api.example.com/orders",
        "email" => "an e-mail address, or several separated by commas",
        "cron" => "a cron expression of five fields, such as 0 9 * * 1-5",
        "path" => "a path without `..` and control characters",
        _ => "in the right format",
    }
}

/// Addresses over HTTP only: no scripts, no local files, no data.
fn is_web_address(text: &str) -> bool {
    if text.chars().any(|one| one.is_control() || one == ' ') {
        return false;
    }
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn is_address_list(text: &str) -> bool {
    text.split(',').all(|one| is_address(one.trim()))
}

/// Part, `@`, host; nothing that could end a header line. Not RFC 5322 in full, which no mail server follows either.
fn is_address(text: &str) -> bool {
    // `Name <address>` is what people paste.
    let address = match text.rsplit_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').unwrap_or_default(),
        None => text,
    };
    let is_part = |part: &str| !part.is_empty() && !part.contains(['<', '>', '@', '"', ' ', ';']);
    !text.chars().any(char::is_control)
        && address.rsplit_once('@').is_some_and(|(user, host)| is_part(user) && is_part(host))
}

fn is_cron(text: &str) -> bool {
    text.split_whitespace().count() == 5 && croner::Cron::from_str(text).is_ok()
}

fn is_plain_path(text: &str) -> bool {
    !text.chars().any(char::is_control) && text.split(['/', '\\']).all(|part| part != "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_are_over_http() {
        for good in ["https://a.example/x?y=1", "HTTP://a.example", "http://127.0.0.1:8080/"] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in
            ["a.example", "javascript:alert(1)", "file:///etc/passwd", "ftp://a", "https://", "https://a b", "/x"]
        {
            assert!(!is_web_address(bad), "{bad}");
        }
    }

    #[test]
    fn cron_has_five_fields_that_mean_something() {
        for good in ["0 9 * * *", "*/5 * * * *", "0 9 * * 1-5", "30 18 1 * *", "0 0 * * MON"] {
            assert!(is_cron(good), "{good}");
        }
        for bad in ["", "every day", "0 25 * * *", "* * * *", "0 0 9 * * *", "61 * * * *"] {
            assert!(!is_cron(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_may_come_in_lists_and_with_names() {
        for good in ["a@b.example", "a@b.example, c@d.example", "Ann <ann@b.example>"] {
            assert!(is_address_list(good), "{good}");
        }
        for bad in ["a", "a@", "@b", "a@b,", "a@b\r\nBcc: c@d", "a b@c", "Ann <ann@b", "a@b@c"] {
            assert!(!is_address_list(bad), "{bad}");
        }
    }

    #[test]
    fn paths_do_not_climb() {
        assert!(is_plain_path("reports/2026..pdf"));
        for bad in ["../x", "a/../b", "a\\..\\b", "a\0b"] {
            assert!(!is_plain_path(bad), "{bad:?}");
        }
    }
}
