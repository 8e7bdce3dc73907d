//! Seals secret values for the disk: XChaCha20-Poly1305 with a random nonce, bound to what says where they may go. The
//! key stays in the keychain or the environment.

use std::collections::BTreeMap;
use std::fmt;

use bridge_domain::{
    CredentialId, CredentialKind, Error, ErrorCode, ExposeSecret, Problem, ProblemCode, Result, SecretString,
};
use bridge_keychain::Keys;
use chacha20poly1305::aead::{Aead, AeadCore, KeyInit, OsRng, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

/// Name of the environment variable that holds the key that seals, in hexadecimal digits, on machines without a keychain.
pub const KEY_VARIABLE: &str = "BRIDGE_CREDENTIALS_KEY";
/// Name of the key in the keychain.
const NAME: &str = "credentials-key";
/// First byte of what is sealed; grows when the format changes.
const FORMAT: u8 = 1;
const NONCE: usize = 24;

/// Secret values by name.
pub(crate) type Secrets = BTreeMap<String, SecretString>;

/// The key. 256 bits.
#[derive(Clone)]
pub(crate) struct SealKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey")
    }
}

/// What sealed values are bound to: changing any of it makes them unreadable. The public values are among it because
/// some of them say where a secret goes, such as the address of a token server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding<'a> {
    pub(crate) id: CredentialId,
    pub(crate) kind: CredentialKind,
    pub(crate) hosts: &'a [String],
    pub(crate) public_fields: &'a BTreeMap<String, String>,
}

impl Binding<'_> {
    fn bytes(&self) -> Result<Vec<u8>> {
        // A list in JSON: no two bindings have the same text.
        serde_json::to_vec(&(self.id, self.kind, self.hosts, self.public_fields)).map_err(|_| broken())
    }
}

impl SealKey {
    /// The key that was made before, if there is one.
    ///
    /// # Errors
    /// Those of the keychain; `invalid_input` for a variable that holds no key.
    pub(crate) async fn find(keys: &Keys) -> Result<Option<Self>> {
        keys.own_secret(NAME, KEY_VARIABLE).await?.map(|text| Self::parse(&text)).transpose()
    }

    /// The key, made now if there is none.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub(crate) async fn find_or_make(keys: &Keys) -> Result<Self> {
        if let Some(key) = Self::find(keys).await? {
            return Ok(key);
        }
        let random = Zeroizing::new(<[u8; 32]>::from(XChaCha20Poly1305::generate_key(&mut OsRng)));
        let made = SecretString::from(hex::encode(random.as_slice()));
        Self::parse(&keys.make_own_secret(NAME, made).await?)
    }

    fn parse(text: &SecretString) -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.expose_secret(), bytes.as_mut_slice()).map_err(|_| {
            let message = format!("The key that seals credentials is not one: 64 hexadecimal digits are. It is in {KEY_VARIABLE} or in the keychain.");
            let problem = Problem { path: KEY_VARIABLE.to_owned(), code: ProblemCode::InvalidValue, message };
            Error { hint: format!("Correct {KEY_VARIABLE} and start again."), ..Error::invalid(vec![problem]) }
        })?;
        Ok(Self(bytes))
    }

    /// Seals values.
    ///
    /// # Errors
    /// `internal`, which no values provoke.
    pub(crate) fn seal(&self, binding: Binding<'_>, secrets: &Secrets) -> Result<Vec<u8>> {
        let plain = plain(secrets)?;
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let payload = Payload { msg: &plain, aad: &binding.bytes()? };
        let sealed = self.cipher().encrypt(&nonce, payload).map_err(|_| broken())?;
        Ok([&[FORMAT][..], nonce.as_slice(), &sealed].concat())
    }

    /// Opens sealed values.
    ///
    /// # Errors
    /// `store_damaged` when they were sealed with another key, are bound to something else, or are damaged.
    pub(crate) fn open(&self, binding: Binding<'_>, sealed: &[u8]) -> Result<Secrets> {
        let (head, rest) = sealed.split_at_checked(1 + NONCE).ok_or_else(unreadable)?;
        if head.first() != Some(&FORMAT) {
            return Err(unreadable());
        }
        let nonce = XNonce::from_slice(head.get(1..).ok_or_else(unreadable)?);
        let payload = Payload { msg: rest, aad: &binding.bytes()? };
        let plain = Zeroizing::new(self.cipher().decrypt(nonce, payload).map_err(|_| unreadable())?);
        serde_json::from_slice(&plain).map_err(|_| unreadable())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.as_slice().into())
    }
}

/// The values as JSON, in one buffer that is large enough from the start: one that grew would leave copies behind.
fn plain(secrets: &Secrets) -> Result<Zeroizing<Vec<u8>>> {
    let exposed: BTreeMap<&str, &str> =
        secrets.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect();
    // At most six bytes for one when it is escaped.
    let size: usize = exposed.iter().map(|(name, value)| 6 * (name.len() + value.len()) + 8).sum();
    let mut plain = Zeroizing::new(Vec::with_capacity(size + 8));
    serde_json::to_writer(&mut *plain, &exposed).map_err(|_| broken())?;
    Ok(plain)
}

/// There are credentials, and the key that sealed them is gone.
pub(crate) fn key_gone() -> Error {
    Error::new(
        ErrorCode::KeychainMissing,
        "The key that seals credentials is not in the keychain.",
        format!("Use the keychain or {KEY_VARIABLE} they were made with, or enter the values again."),
    )
}

fn unreadable() -> Error {
    Error::new(
        ErrorCode::StoreDamaged,
        "The values of this credential cannot be opened: they were changed outside this application, or sealed with another key.",
        "Enter the values again.",
    )
}

fn broken() -> Error {
    Error::new(ErrorCode::Internal, "The values cannot be sealed.", "Try again; if it stays, report it.")
}
