//! Bytes as text, by a byte order mark or a named encoding.

use bridge_domain::StepFailure;
use encoding_rs::Encoding;

use crate::failure::failed_at;

/// Names of the encodings, as the manifest has them. `auto` follows a byte order mark, otherwise it reads UTF-8.
pub const ENCODINGS: &[(&str, Option<&Encoding>)] = &[
    ("auto", None),
    ("utf-8", Some(encoding_rs::UTF_8)),
    ("utf-16le", Some(encoding_rs::UTF_16LE)),
    ("utf-16be", Some(encoding_rs::UTF_16BE)),
    // The web reads ISO 8859-1 as windows-1252, which has printable characters in place of control characters.
    ("iso-8859-1", Some(encoding_rs::WINDOWS_1252)),
    ("windows-1252", Some(encoding_rs::WINDOWS_1252)),
];

/// The text in these bytes, without its byte order mark.
///
/// # Errors
/// When the bytes are not of the encoding: nothing is replaced silently.
pub fn decode(bytes: &[u8], named: Option<&'static Encoding>) -> Result<String, StepFailure> {
    let (encoding, marked) = match (named, Encoding::for_bom(bytes)) {
        (None, Some((encoding, mark))) => (encoding, mark),
        (None, None) => (encoding_rs::UTF_8, 0),
        (Some(named), Some((found, mark))) if found == named => (named, mark),
        (Some(named), _) => (named, 0),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes.get(marked..).unwrap_or_default());
    text.map(std::borrow::Cow::into_owned).ok_or_else(|| {
        failed_at(
            "encoding",
            format!("The file is not text in {}.", encoding.name()),
            "Choose the encoding it was written in; files from Windows are often windows-1252.",
        )
    })
}
