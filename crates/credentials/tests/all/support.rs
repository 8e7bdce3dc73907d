//! A store in a folder of its own, a keychain in memory, a server on loopback.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use bridge_credentials::Credentials;
use bridge_domain::{CredentialDraft, CredentialKind, SecretString};
use bridge_gate::Gate;
use bridge_keychain::{Account, Keys, Options, Vault, VaultError};
use bridge_store::Store;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A secret that may be found nowhere.
pub const CANARY: &str = "canary-51c2e9-do-not-find";

/// A keychain in memory that several `Keys` can share.
#[derive(Clone, Default)]
pub struct MemoryVault(Arc<Mutex<HashMap<String, String>>>);

impl MemoryVault {
    pub fn keys(&self) -> Keys {
        self.keys_with(None)
    }

    /// Keys with a value for `BRIDGE_CREDENTIALS_KEY`.
    pub fn keys_with(&self, variable: Option<&str>) -> Keys {
        let (vault, variable) = (self.clone(), variable.map(str::to_owned));
        Keys::with(Options {
            open: Arc::new(move || Ok(Box::new(vault.clone()))),
            environment: Box::new(move |name| {
                variable.clone().filter(|_| name == "BRIDGE_CREDENTIALS_KEY").map(Into::into)
            }),
            ..Options::default()
        })
    }

    pub fn entries(&self) -> HashMap<String, String> {
        self.0.lock().unwrap().clone()
    }

    pub fn clear(&self) {
        self.0.lock().unwrap().clear();
    }
}

impl Vault for MemoryVault {
    fn get(&self, account: &Account) -> Result<Option<SecretString>, VaultError> {
        Ok(self.0.lock().unwrap().get(account.as_str()).map(|key| SecretString::from(key.as_str())))
    }

    fn set(&self, account: &Account, key: &SecretString) -> Result<(), VaultError> {
        use bridge_domain::ExposeSecret;
        self.0.lock().unwrap().insert(account.as_str().to_owned(), key.expose_secret().to_owned());
        Ok(())
    }

    fn delete(&self, account: &Account) -> Result<(), VaultError> {
        self.0.lock().unwrap().remove(account.as_str());
        Ok(())
    }
}

/// Keys on a machine without a keychain.
pub fn no_keychain(variable: Option<&str>) -> Keys {
    let variable = variable.map(str::to_owned);
    Keys::with(Options {
        open: Arc::new(|| Err(VaultError::Missing)),
        environment: Box::new(move |name| {
            variable.clone().filter(|_| name == "BRIDGE_CREDENTIALS_KEY").map(Into::into)
        }),
        ..Options::default()
    })
}

pub async fn store(folder: &Path) -> Store {
    Store::open(folder).await.unwrap().store
}

pub struct Kit {
    pub folder: TempDir,
    pub vault: MemoryVault,
    pub store: Store,
    pub credentials: Credentials,
}

pub async fn kit() -> Kit {
    let (folder, vault) = (tempfile::tempdir().unwrap(), MemoryVault::default());
    let store = store(folder.path()).await;
    let credentials = Credentials::new(store.clone(), vault.keys(), Gate::new().unwrap());
    Kit { folder, vault, store, credentials }
}

pub fn draft(kind: CredentialKind, name: &str, hosts: &[&str], fields: &[(&str, &str)]) -> CredentialDraft {
    CredentialDraft {
        name: name.to_owned(),
        kind,
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), SecretString::from(*value))).collect(),
        session_only: false,
    }
}

pub fn bearer(name: &str) -> CredentialDraft {
    draft(CredentialKind::Bearer, name, &["api.example.com"], &[("token", CANARY)])
}

/// A server that answers each request with the next answer, the last one for ever, and keeps what it was sent.
pub struct Server {
    pub port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub async fn start(answers: Vec<(u16, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let all = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let (all, answers) = (Arc::clone(&all), answers.clone());
                tokio::spawn(async move {
                    let mut bytes = Vec::new();
                    let request = loop {
                        let mut part = [0; 8192];
                        let Ok(read @ 1..) = socket.read(&mut part).await else { return };
                        bytes.extend_from_slice(&part[..read]);
                        let text = String::from_utf8_lossy(&bytes).into_owned();
                        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                        let head = head.to_lowercase();
                        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
                        if body.len() >= length.unwrap_or(0) {
                            break text;
                        }
                    };
                    let number = {
                        let mut all = all.lock().unwrap();
                        all.push(request);
                        all.len() - 1
                    };
                    let (status, body) = &answers[number.min(answers.len() - 1)];
                    let answer = format!(
                        "HTTP/1.1 {status} X\r\nlocation: /elsewhere\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                        body.len()
                    );
                    let _ = socket.write_all(answer.as_bytes()).await;
                });
            }
        });
        Self { port, seen }
    }

    pub fn place(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// No file below the folder holds the text, as it is or in the encodings it could be found in.
pub fn assert_not_in_files(folder: &Path, text: &str) {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut patterns = vec![text.as_bytes().to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    // Base64 depends on where in a group the text begins: the part that is the same for each of the three.
    for shift in 0..3 {
        use base64::Engine;
        let encoded =
            base64::engine::general_purpose::STANDARD.encode([&vec![b'x'; shift][..], text.as_bytes()].concat());
        patterns.push(encoded.as_bytes()[4..encoded.len() - 4].to_vec());
    }
    let mut folders = vec![folder.to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            files += 1;
            let Ok(bytes) = std::fs::read(entry.path()) else { continue };
            for pattern in &patterns {
                let found = bytes.windows(pattern.len()).any(|window| window == pattern);
                assert!(!found, "{} holds {}", entry.path().display(), String::from_utf8_lossy(pattern));
            }
        }
    }
    assert!(files > 0, "there is nothing to search");
}
