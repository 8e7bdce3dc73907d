//! Credentials as the window asks for them: list, create, change, delete. What is sealed, checked or sent is decided in
//! the modules beside.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bridge_domain::{
    CredentialDraft, CredentialId, CredentialKind, CredentialSpec, CredentialSummary, CredentialTester, Error,
    ErrorCode, Problem, ProblemCode, Result, Timestamp,
};
use bridge_gate::Gate;
use bridge_keychain::Keys;
use bridge_store::{SealedCredential, Store};

use crate::check::{Checked, check, problem};
use crate::seal::{Binding, SealKey, Secrets, key_gone};
use crate::session::{Kept, Session};
use crate::sign_ins::SignIns;
use crate::{kinds, token};

/// Tries at reading a credential that is being changed.
const READS: usize = 5;

/// The user's credentials. Clones share everything.
#[derive(Clone)]
pub struct Credentials {
    pub(crate) store: Store,
    keys: Keys,
    pub(crate) gate: Gate,
    session: Arc<Session>,
    pub(crate) sign_ins: Arc<SignIns>,
    key: Arc<Mutex<Option<SealKey>>>,
    locks: Arc<Mutex<HashMap<CredentialId, Arc<tokio::sync::Mutex<()>>>>>,
    pub(crate) testers: Vec<(CredentialKind, Arc<dyn CredentialTester>)>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

impl Credentials {
    /// Credentials kept in this store, sealed with a key in this keychain, tested and refreshed through this gate.
    #[must_use]
    pub fn new(store: Store, keys: Keys, gate: Gate) -> Self {
        Self {
            store,
            keys,
            gate,
            session: Arc::default(),
            sign_ins: Arc::default(),
            key: Arc::default(),
            locks: Arc::default(),
            testers: Vec::new(),
        }
    }

    /// The same, with those who can try a sign-in with credentials of a kind.
    #[must_use]
    pub fn with_testers(
        mut self,
        testers: impl IntoIterator<Item = (CredentialKind, Arc<dyn CredentialTester>)>,
    ) -> Self {
        self.testers.extend(testers);
        self
    }

    /// What each kind consists of, in the order of the form.
    #[must_use]
    pub fn kinds(&self) -> Vec<CredentialSpec> {
        kinds()
    }

    /// All credentials by name, without their values. Why one cannot be used now is its
    /// [`CredentialSummary::problem`].
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn list(&self) -> Result<Vec<CredentialSummary>> {
        let mut stored = self.store.credentials().await?;
        if !stored.is_empty() {
            let problem = self.key().await.err();
            for summary in &mut stored {
                summary.problem.clone_from(&problem);
            }
        }
        stored.extend(self.session.summaries());
        for summary in &mut stored {
            note_unauthorized(summary);
        }
        stored.sort_by_key(|summary| (summary.name.to_lowercase(), summary.id));
        Ok(stored)
    }

    /// Keeps a new credential.
    ///
    /// # Errors
    /// `invalid_input` with every broken field; those of the keychain and the disk.
    pub async fn create(&self, draft: CredentialDraft) -> Result<CredentialSummary> {
        let checked = check(&draft, &Secrets::new())?;
        let id = CredentialId::new();
        self.check_name_is_free(id, &checked.name).await?;
        let mut summary = if draft.session_only {
            self.put_session(id, draft.kind, checked, None)
        } else {
            let key = self.key_or_new().await?;
            self.store.create_credential(id, &seal(&key, id, draft.kind, &checked)?).await?
        };
        note_unauthorized(&mut summary);
        Ok(summary)
    }

    /// Replaces name, hosts and values. A secret that is absent stays as it is. The tokens of OAuth 2 stay as long as the
    /// service and the client are the same.
    ///
    /// # Errors
    /// `not_found`; `invalid_input` with every broken field; those of the keychain and the disk.
    pub async fn update(&self, id: CredentialId, draft: CredentialDraft) -> Result<CredentialSummary> {
        let lock = self.lock(id);
        let _guard = lock.lock().await;
        let before = self.summary(id).await?;
        check_fixed(&before, &draft, self.session.get(id).is_some())?;
        let kept = self.load(id).await;
        let secrets = kept.as_ref().map(|kept| kept.secrets.clone()).unwrap_or_default();
        // Values that cannot be opened any more may be entered anew; left out, they are what is wrong.
        let mut checked = check(&draft, &secrets).map_err(|error| kept.err().unwrap_or(error))?;
        self.check_name_is_free(id, &checked.name).await?;
        token::keep_tokens(&before, &secrets, &mut checked);
        self.save(&before, checked, None).await
    }

    /// Deletes a credential for good, and ends a sign-in that waits for it.
    ///
    /// # Errors
    /// `not_found`; those of the disk.
    pub async fn delete(&self, id: CredentialId) -> Result<()> {
        self.cancel_authorization(id);
        let lock = self.lock(id);
        let _guard = lock.lock().await;
        self.locks.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        if self.session.remove(id) { Ok(()) } else { self.store.delete_credential(id).await }
    }

    /// A credential without its values.
    pub(crate) async fn summary(&self, id: CredentialId) -> Result<CredentialSummary> {
        match self.session.get(id) {
            Some(kept) => Ok(kept.summary),
            None => self.store.credential_summary(id).await,
        }
    }

    /// A credential with its values.
    pub(crate) async fn load(&self, id: CredentialId) -> Result<Kept> {
        if let Some(kept) = self.session.get(id) {
            return Ok(kept);
        }
        for _ in 0..READS {
            let summary = self.store.credential_summary(id).await?;
            let (version, sealed) = self.store.sealed_credential(id).await?;
            if version != summary.version {
                continue;
            }
            let binding =
                Binding { id, kind: summary.kind, hosts: &summary.hosts, public_fields: &summary.public_fields };
            let secrets = self.key().await?.open(binding, &sealed)?;
            return Ok(Kept { summary, secrets });
        }
        Err(Error::new(ErrorCode::Conflict, "The credential is being changed.", "Try again in a moment."))
    }

    /// Replaces a credential's values; with a version, only while that is the one in force.
    pub(crate) async fn save(
        &self,
        before: &CredentialSummary,
        checked: Checked,
        expected_version: Option<u32>,
    ) -> Result<CredentialSummary> {
        let mut summary = if self.session.get(before.id).is_some() {
            self.put_session(before.id, before.kind, checked, Some(before))
        } else {
            let key = self.key_or_new().await?;
            let sealed = seal(&key, before.id, before.kind, &checked)?;
            self.store.update_credential(before.id, expected_version, &sealed).await?
        };
        note_unauthorized(&mut summary);
        Ok(summary)
    }

    /// Held while a credential is changed or refreshed, so that two steps refresh a token once.
    pub(crate) fn lock(&self, id: CredentialId) -> Arc<tokio::sync::Mutex<()>> {
        Arc::clone(self.locks.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default())
    }

    fn put_session(
        &self,
        id: CredentialId,
        kind: CredentialKind,
        checked: Checked,
        before: Option<&CredentialSummary>,
    ) -> CredentialSummary {
        let now = Timestamp::now();
        let summary = CredentialSummary {
            id,
            name: checked.name,
            kind,
            hosts: checked.hosts,
            public_fields: checked.public_fields,
            secret_fields: token::shown_names(&checked.secrets),
            session_only: true,
            version: before.map_or(1, |before| before.version + 1),
            created_at: before.map_or(now, |before| before.created_at),
            updated_at: now,
            problem: None,
        };
        self.session.put(Kept { summary: summary.clone(), secrets: checked.secrets });
        summary
    }

    async fn check_name_is_free(&self, id: CredentialId, name: &str) -> Result<()> {
        let name = name.to_lowercase();
        let stored = self.store.credentials().await?;
        let mut others = stored.into_iter().chain(self.session.summaries());
        if others.any(|other| other.id != id && other.name.to_lowercase() == name) {
            let message = "There is a credential of this name already.";
            return Err(Error::invalid(vec![problem("name", ProblemCode::InvalidValue, message)]));
        }
        Ok(())
    }

    /// The key that seals; an error when there is none yet.
    async fn key(&self) -> Result<SealKey> {
        if let Some(key) = self.known_key() {
            return Ok(key);
        }
        let key = SealKey::find(&self.keys).await?.ok_or_else(key_gone)?;
        Ok(self.remember(key))
    }

    async fn key_or_new(&self) -> Result<SealKey> {
        if let Some(key) = self.known_key() {
            return Ok(key);
        }
        let key = SealKey::find_or_make(&self.keys).await?;
        Ok(self.remember(key))
    }

    fn known_key(&self) -> Option<SealKey> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, key: SealKey) -> SealKey {
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = Some(key.clone());
        key
    }
}

fn seal(key: &SealKey, id: CredentialId, kind: CredentialKind, checked: &Checked) -> Result<SealedCredential> {
    let binding = Binding { id, kind, hosts: &checked.hosts, public_fields: &checked.public_fields };
    Ok(SealedCredential {
        sealed: key.seal(binding, &checked.secrets)?,
        name: checked.name.clone(),
        kind,
        hosts: checked.hosts.clone(),
        public_fields: checked.public_fields.clone(),
        secret_fields: token::shown_names(&checked.secrets),
    })
}

/// What cannot be changed once it is there.
fn check_fixed(before: &CredentialSummary, draft: &CredentialDraft, in_session: bool) -> Result<()> {
    let mut problems: Vec<Problem> = Vec::new();
    if draft.kind != before.kind {
        let message = "The kind of a credential stays as it is. Create another one.";
        problems.push(problem("kind", ProblemCode::InvalidValue, message));
    }
    if draft.session_only != in_session {
        let message = "Where a credential is kept stays as it is. Create another one.";
        problems.push(problem("session_only", ProblemCode::InvalidValue, message));
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

/// An OAuth 2 credential is of no use before the person has agreed in the browser.
fn note_unauthorized(summary: &mut CredentialSummary) {
    let connected = summary.secret_fields.iter().any(|name| name == token::ACCESS);
    if summary.kind == CredentialKind::OAuth2 && !connected && summary.problem.is_none() {
        summary.problem = Some(token::not_connected());
    }
}

impl Checked {
    /// A credential as it is, to be kept with other values.
    pub(crate) fn of(kept: &Kept) -> Self {
        let CredentialSummary { name, hosts, public_fields, .. } = kept.summary.clone();
        Self { name, hosts, public_fields, secrets: kept.secrets.clone() }
    }
}

/// Values of a kind that are no secret, by name.
pub(crate) type PublicFields = BTreeMap<String, String>;
