//! Crypto: hashes, signatures, encodings and random values.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bridge_domain::{ExposeSecret, Step, StepFailure};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use rand::Rng;
use rand::distr::{Alphanumeric, SampleString};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::node::Running;
use super::set::put_field;
use crate::failure::failed;
use crate::parameters::Parameters;
use crate::per_item::{Puts, Task, per_item};

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// Words for [`Algorithm`].
const ALGORITHMS: &[(&str, Algorithm)] = &[
    ("md5", Algorithm::Md5),
    ("sha1", Algorithm::Sha1),
    ("sha256", Algorithm::Sha256),
    ("sha384", Algorithm::Sha384),
    ("sha512", Algorithm::Sha512),
];

/// How bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Base64,
    Base64Url,
    Hex,
    Url,
}

/// Words for [`Encoding`].
const ENCODINGS: &[(&str, Encoding)] =
    &[("base64", Encoding::Base64), ("base64url", Encoding::Base64Url), ("hex", Encoding::Hex), ("url", Encoding::Url)];

/// What stands as it is in a part of a URL (RFC 3986, section 2.3); all else is written with a percent sign.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is made at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Uuid,
    Text,
    Digits,
    Bytes(Encoding),
}

/// Words for [`Kind`].
const KINDS: &[(&str, Kind)] = &[
    ("uuid", Kind::Uuid),
    ("text", Kind::Text),
    ("digits", Kind::Digits),
    ("hex", Kind::Bytes(Encoding::Hex)),
    ("base64", Kind::Bytes(Encoding::Base64)),
];

/// The hash of a text.
pub fn hash(task: Task<'_>) -> Result<Puts, StepFailure> {
    let value = task.parameters.required("value", task.parameters.text("value"))?;
    let digest = match algorithm(task.parameters)? {
        Algorithm::Md5 => Md5::digest(value).to_vec(),
        Algorithm::Sha1 => Sha1::digest(value).to_vec(),
        Algorithm::Sha256 => Sha256::digest(value).to_vec(),
        Algorithm::Sha384 => Sha384::digest(value).to_vec(),
        Algorithm::Sha512 => Sha512::digest(value).to_vec(),
    };
    let written = written(&digest, encoding(task.parameters, Encoding::Hex)?);
    put_field(task, "hash", written.into())
}

/// The signature of a text, with the secret of the node's credential.
pub fn sign(step: &mut dyn Step) -> Running<'_> {
    Box::pin(async move {
        let credential = step.credential().await?;
        let secret = credential.fields.get(SECRET_FIELD).ok_or_else(|| {
            failed("The credential holds no token to sign with.", "Enter the secret as the credential's token.")
        })?;
        let work = |task: Task<'_>| {
            let value = task.parameters.required("value", task.parameters.text("value"))?;
            let signature =
                signature(algorithm(task.parameters)?, secret.expose_secret().as_bytes(), value.as_bytes())?;
            let written = written(&signature, encoding(task.parameters, Encoding::Hex)?);
            put_field(task, "signature", written.into())
        };
        per_item(step, work).await
    })
}

/// Where a bearer credential keeps its secret.
const SECRET_FIELD: &str = "token";

fn signature(algorithm: Algorithm, secret: &[u8], value: &[u8]) -> Result<Vec<u8>, StepFailure> {
    match algorithm {
        Algorithm::Md5 => signed::<Hmac<Md5>>(secret, value),
        Algorithm::Sha1 => signed::<Hmac<Sha1>>(secret, value),
        Algorithm::Sha256 => signed::<Hmac<Sha256>>(secret, value),
        Algorithm::Sha384 => signed::<Hmac<Sha384>>(secret, value),
        Algorithm::Sha512 => signed::<Hmac<Sha512>>(secret, value),
    }
}

fn signed<M: Mac + KeyInit>(secret: &[u8], value: &[u8]) -> Result<Vec<u8>, StepFailure> {
    let mac = <M as KeyInit>::new_from_slice(secret);
    let mut mac = mac.map_err(|_| failed("The secret cannot be used to sign.", "Check the credential's token."))?;
    mac.update(value);
    Ok(mac.finalize().into_bytes().to_vec())
}

/// A text in another writing.
pub fn encode(task: Task<'_>) -> Result<Puts, StepFailure> {
    let value = task.parameters.required("value", task.parameters.text("value"))?;
    let written = written(value.as_bytes(), encoding(task.parameters, Encoding::Base64)?);
    put_field(task, "encoded", written.into())
}

/// The text behind a writing.
pub fn decode(task: Task<'_>) -> Result<Puts, StepFailure> {
    let value = task.parameters.required("value", task.parameters.text("value"))?;
    let encoding = encoding(task.parameters, Encoding::Base64)?;
    let wrong = |what: &str| {
        task.parameters.failed("value", what, "Check which encoding the text has, or filter such items out.")
    };
    let bytes = decoded(value.trim(), encoding).ok_or_else(|| wrong("The value is not in this encoding."))?;
    let text = String::from_utf8(bytes).map_err(|_| wrong("What is encoded is no text (UTF-8)."))?;
    put_field(task, "decoded", text.into())
}

fn written(bytes: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Base64 => STANDARD.encode(bytes),
        Encoding::Base64Url => URL_SAFE_NO_PAD.encode(bytes),
        Encoding::Hex => hex::encode(bytes),
        Encoding::Url => utf8_percent_encode(&String::from_utf8_lossy(bytes), RESERVED).to_string(),
    }
}

/// The bytes; padding may be missing, and either alphabet of Base64 is read.
fn decoded(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Base64 | Encoding::Base64Url => {
            let compact: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
            let plain = compact.trim_end_matches('=').replace('+', "-").replace('/', "_");
            URL_SAFE_NO_PAD.decode(plain).ok()
        }
        Encoding::Hex => hex::decode(text).ok(),
        Encoding::Url => Some(percent_decode_str(text).collect()),
    }
}

/// A random value of the operating system's strength.
pub fn random(task: Task<'_>) -> Result<Puts, StepFailure> {
    let kind = task.parameters.choice("kind", KINDS)?.unwrap_or(Kind::Uuid);
    let length = task.parameters.integer("length", 1..=4096)?.unwrap_or(32);
    let length = usize::try_from(length).unwrap_or(32);
    let value = match kind {
        Kind::Uuid => uuid::Uuid::new_v4().to_string(),
        Kind::Text => Alphanumeric.sample_string(&mut rand::rng(), length),
        Kind::Digits => (0..length).map(|_| char::from(b'0' + rand::random_range(0..10_u8))).collect(),
        Kind::Bytes(encoding) => {
            let mut bytes = vec![0; length];
            rand::rng().fill_bytes(&mut bytes);
            written(&bytes, encoding)
        }
    };
    put_field(task, "random", value.into())
}

fn algorithm(parameters: &Parameters<'_>) -> Result<Algorithm, StepFailure> {
    Ok(parameters.choice("algorithm", ALGORITHMS)?.unwrap_or(Algorithm::Sha256))
}

fn encoding(parameters: &Parameters<'_>, default: Encoding) -> Result<Encoding, StepFailure> {
    Ok(parameters.choice("encoding", ENCODINGS)?.unwrap_or(default))
}
