//! Names of mailbox folders on the wire: modified UTF-7 (RFC 3501, section 5.1.3).

use base64::Engine;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::{GeneralPurpose, general_purpose::NO_PAD};

/// The name as a server wants it.
pub fn encoded(name: &str) -> String {
    let engine = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);
    let mut text = String::new();
    let mut run: Vec<u8> = Vec::new();
    let flush = |text: &mut String, run: &mut Vec<u8>| {
        if !run.is_empty() {
            text.push('&');
            text.push_str(&engine.encode(&*run));
            text.push('-');
            run.clear();
        }
    };
    for one in name.chars() {
        if matches!(one, ' '..='~') {
            flush(&mut text, &mut run);
            text.push(one);
            if one == '&' {
                text.push('-');
            }
        } else {
            let mut units = [0; 2];
            run.extend(one.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut text, &mut run);
    text
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn names_are_written_as_the_standard_says() {
        assert_eq!(encoded("INBOX"), "INBOX");
        assert_eq!(encoded("Tom & Jerry"), "Tom &- Jerry");
        // The example of RFC 3501.
        assert_eq!(encoded("~peter/mail/台北/日本語"), "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
        assert_eq!(encoded("Entwürfe"), "Entw&APw-rfe");
    }
}
