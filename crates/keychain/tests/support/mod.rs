//! A keychain that does what a test tells it to: fail, hang, panic, or keep keys.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "test support")]
#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::{HashMap, HashSet, VecDeque};
use std::ffi::OsString;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::ThreadId;
use std::time::Duration;

use bridge_domain::{ErrorCode, ExposeSecret, Result as DomainResult, SecretString};
use bridge_keychain::{Account, Keys, Limits, Lookup, Options, Vault, VaultError};

/// What the next call does before it looks at the entries.
#[derive(Debug, Clone)]
pub enum Next {
    Fail(VaultError),
    Hang,
    Panic,
}

#[derive(Default)]
struct State {
    entries: HashMap<String, String>,
    opening: VecDeque<VaultError>,
    script: VecDeque<Next>,
    calls: Vec<String>,
    opened: usize,
    hanging: bool,
    threads: HashSet<ThreadId>,
}

/// The script, shared with the vaults opened from it.
#[derive(Clone, Default)]
pub struct Scripted {
    shared: Arc<(Mutex<State>, Condvar)>,
}

/// Short enough for a test, long enough for a busy machine.
pub const LIMITS: Limits =
    Limits { read: Duration::from_millis(300), write: Duration::from_millis(600), state: Duration::from_secs(60) };

impl Scripted {
    pub fn keys(&self) -> Keys {
        self.keys_with(LIMITS, &[])
    }

    pub fn keys_with(&self, limits: Limits, variables: &[(&str, &str)]) -> Keys {
        let variables: HashMap<String, OsString> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect();
        let script = self.clone();
        Keys::with(Options {
            open: Arc::new(move || script.open()),
            environment: Box::new(move |name| variables.get(name).cloned()),
            limits,
        })
    }

    fn open(&self) -> Result<Box<dyn Vault>, VaultError> {
        let mut state = self.shared.0.lock().unwrap();
        state.opened += 1;
        state.opening.pop_front().map_or_else(|| Ok(Box::new(self.clone()) as Box<dyn Vault>), Err)
    }

    pub fn then(&self, next: Next) {
        self.shared.0.lock().unwrap().script.push_back(next);
    }

    pub fn then_fail_to_open(&self, error: VaultError) {
        self.shared.0.lock().unwrap().opening.push_back(error);
    }

    pub fn put(&self, account: &str, key: &str) {
        self.shared.0.lock().unwrap().entries.insert(account.to_owned(), key.to_owned());
    }

    pub fn entries(&self) -> HashMap<String, String> {
        self.shared.0.lock().unwrap().entries.clone()
    }

    pub fn calls(&self) -> Vec<String> {
        self.shared.0.lock().unwrap().calls.clone()
    }

    pub fn opened(&self) -> usize {
        self.shared.0.lock().unwrap().opened
    }

    /// How many threads have called.
    pub fn threads(&self) -> usize {
        self.shared.0.lock().unwrap().threads.len()
    }

    /// Waits until a call hangs.
    pub fn await_hanging(&self) {
        let (state, changed) = &*self.shared;
        let limit = Duration::from_secs(5);
        let (_state, timeout) = changed.wait_timeout_while(state.lock().unwrap(), limit, |s| !s.hanging).unwrap();
        assert!(!timeout.timed_out(), "no call came");
    }

    /// Lets the call that hangs go on.
    pub fn release(&self) {
        self.await_hanging();
        self.shared.0.lock().unwrap().hanging = false;
        self.shared.1.notify_all();
    }

    fn call(&self, name: &str, account: &Account) -> Result<std::sync::MutexGuard<'_, State>, VaultError> {
        let (state, changed) = &*self.shared;
        let mut state = state.lock().unwrap();
        state.calls.push(format!("{name} {account}"));
        state.threads.insert(std::thread::current().id());
        match state.script.pop_front() {
            None => Ok(state),
            Some(Next::Fail(error)) => Err(error),
            Some(Next::Panic) => {
                drop(state);
                panic!("as the test asked")
            }
            Some(Next::Hang) => {
                state.hanging = true;
                changed.notify_all();
                Ok(changed.wait_while(state, |state| state.hanging).unwrap())
            }
        }
    }
}

impl Vault for Scripted {
    fn get(&self, account: &Account) -> Result<Option<SecretString>, VaultError> {
        Ok(self.call("get", account)?.entries.get(account.as_str()).map(|key| SecretString::from(key.as_str())))
    }

    fn set(&self, account: &Account, key: &SecretString) -> Result<(), VaultError> {
        self.call("set", account)?.entries.insert(account.to_string(), key.expose_secret().to_owned());
        Ok(())
    }

    fn delete(&self, account: &Account) -> Result<(), VaultError> {
        self.call("delete", account)?.entries.remove(account.as_str());
        Ok(())
    }
}

pub fn lookup(host: &str) -> Lookup {
    Lookup {
        provider: "openai".to_owned(),
        host: host.to_owned(),
        default_host: "api.openai.com".to_owned(),
        variable: Some("OPENAI_API_KEY".to_owned()),
    }
}

/// The text of a key that was found.
pub fn text<S>(found: Option<(SecretString, S)>) -> Option<String> {
    found.map(|(key, _)| key.expose_secret().to_owned())
}

/// Asks until the keychain, released a moment ago, is through with what it was at.
pub async fn answered<T>(call: impl AsyncFn() -> DomainResult<T>) -> DomainResult<T> {
    for _ in 0..100 {
        match call().await {
            Err(error) if error.code == ErrorCode::KeychainWaiting => {
                tokio::time::sleep(Duration::from_millis(20)).await
            }
            result => return result,
        }
    }
    call().await
}
