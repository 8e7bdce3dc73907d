//! Hashes, signatures, encodings and random values.

use bridge_domain::{ConnectorManifest, CredentialKind};

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Crypto node.
pub fn connector() -> ConnectorManifest {
    Connector::new("crypto", "Crypto", "Hashes, signs and encodes texts and makes random values.")
        .shown_in(Category::Data, "IconKey")
        .synonyms(&["crypto", "cryptography", "hash", "checksum", "signature", "encode", "random", "uuid", "base64"])
        .action(hash())
        .action(hmac())
        .action(encode())
        .action(decode())
        .action(random())
        .manifest()
}

fn hash() -> Action {
    Action::new("hash", "Hash", "Works out the hash of a text.")
        .synonyms(&["md5", "sha1", "sha256", "sha512", "digest", "fingerprint", "checksum of"])
        .parameters([value("The text to hash."), algorithm(), encoding(), into("hash")])
}

fn hmac() -> Action {
    Action::new("hmac", "Sign (HMAC)", "Signs a text with the secret of a bearer credential.")
        .synonyms(&["hmac", "sign", "signature", "message authentication", "verify webhook"])
        .parameters([value("The text to sign."), algorithm(), encoding(), into("signature")])
        .credential(CredentialKind::Bearer)
}

fn encode() -> Action {
    Action::new("encode", "Encode", "Writes a text as Base64, hexadecimal digits or for a URL.")
        .synonyms(&["base64 encode", "to base64", "hex encode", "url encode", "percent encode"])
        .parameters([value("The text to encode."), code(), into("encoded")])
}

fn decode() -> Action {
    Action::new("decode", "Decode", "Reads a text written as Base64, hexadecimal digits or for a URL.")
        .synonyms(&["base64 decode", "from base64", "hex decode", "url decode", "percent decode"])
        .parameters([value("The text to decode; it must hold UTF-8."), code(), into("decoded")])
}

fn random() -> Action {
    Action::new("random", "Make a random value", "Makes a random identifier, text or number of digits.")
        .synonyms(&["uuid", "random string", "random number", "generate password", "guid", "token", "unique id"])
        .parameters([
            Parameter::choice(
                "kind",
                "Kind",
                "A UUID, letters and digits, digits only, or random bytes as hexadecimal digits or Base64.",
                &["uuid", "text", "digits", "hex", "base64"],
            )
            .required()
            .default("uuid"),
            Parameter::integer(
                "length",
                "Length",
                "Characters, or bytes for hex and base64; not used by uuid.",
                1..=4096,
            )
            .default(32),
            into("random"),
        ])
}

fn value(description: &str) -> Parameter {
    Parameter::text("value", "Value", description).required().default("={{ $json.value }}")
}

fn algorithm() -> Parameter {
    Parameter::choice(
        "algorithm",
        "Algorithm",
        "Hash function. md5 and sha1 are for older services only: they are no longer secure.",
        &["md5", "sha1", "sha256", "sha384", "sha512"],
    )
    .default("sha256")
}

fn encoding() -> Parameter {
    Parameter::choice("encoding", "Written as", "How the result is written.", &["hex", "base64"]).default("hex")
}

fn code() -> Parameter {
    Parameter::choice("encoding", "Encoding", "How the text is encoded.", &["base64", "base64url", "hex", "url"])
        .required()
        .default("base64")
}

fn into(default: &str) -> Parameter {
    Parameter::text("into", "Into", "Field for the result; the others stay.").default(default).with("minLength", 1)
}
