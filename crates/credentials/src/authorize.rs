//! Connecting an OAuth 2 credential: the person agrees in the browser, and the answer comes to a port of this machine
//! (RFC 8252), protected by a state and by PKCE with S256 (RFC 7636).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bridge_domain::{CredentialId, CredentialKind, CredentialSummary, Error, ErrorCode, Result};
use sha2::{Digest, Sha256};
use url::Url;
use zeroize::Zeroizing;

use crate::Credentials;
use crate::callback::Callback;
use crate::check::Checked;
use crate::session::Kept;
use crate::token::{ACCESS, EXPIRES, REFRESH, fetch, url_of};

impl Credentials {
    /// Connects an OAuth 2 credential: `open` shows a URL in the system's browser, and this waits until the person has
    /// agreed there, ten minutes at most. Dropping it ends the waiting, and so does beginning anew or
    /// [`Self::cancel_authorization`]; the port for the browser's answer is closed by then.
    ///
    /// # Errors
    /// `not_found`; `invalid_input` for another kind; `permission_denied` when the person or the service says no;
    /// `timeout`; `canceled`; what `open` says; those of the token server.
    pub async fn authorize(
        &self,
        id: CredentialId,
        open: impl FnOnce(&Url) -> Result<()> + Send,
    ) -> Result<CredentialSummary> {
        let canceled = self.sign_ins.begin(id);
        tokio::select! {
            // What was cancelled is not connected, even when the answer is there as well.
            biased;
            _ = canceled => Err(Error::new(ErrorCode::Canceled, "The sign-in was cancelled.", "Connect again at any time.")),
            authorized = self.authorize_in_browser(id, open) => authorized,
        }
    }

    /// Ends the sign-in that waits for this credential, if there is one: its port is closed, and what the browser brings
    /// later reaches nobody.
    pub fn cancel_authorization(&self, id: CredentialId) {
        self.sign_ins.cancel(id);
    }

    async fn authorize_in_browser(
        &self,
        id: CredentialId,
        open: impl FnOnce(&Url) -> Result<()> + Send,
    ) -> Result<CredentialSummary> {
        let kept = self.load(id).await?;
        if kept.summary.kind != CredentialKind::OAuth2 {
            let message = "Only a credential of the kind OAuth 2 is connected.";
            return Err(Error::new(ErrorCode::InvalidInput, message, "Nothing is to be done for this one."));
        }
        let state = random();
        let verifier = random();
        let callback = Callback::listen(state.as_str()).await?;
        let redirect = callback.url();
        open(&consent_url(&kept, &redirect, &state, &verifier)?)?;
        let code = callback.code().await?;
        let parameters = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", redirect.as_str()),
            ("code_verifier", verifier.as_str()),
        ];
        let lock = self.lock(id);
        let _guard = lock.lock().await;
        // What the new tokens do not replace is not theirs.
        let mut kept = kept;
        for name in [ACCESS, REFRESH, EXPIRES] {
            kept.secrets.remove(name);
        }
        let secrets = fetch(&self.gate, &kept.summary.public_fields, &kept.secrets, &parameters).await?;
        let checked = Checked { secrets, ..Checked::of(&kept) };
        // Changed meanwhile, the credential is no longer the one the person agreed to.
        self.save(&kept.summary, checked, Some(kept.summary.version)).await
    }
}

fn consent_url(kept: &Kept, redirect: &str, state: &str, verifier: &str) -> Result<Url> {
    let public = &kept.summary.public_fields;
    let mut url = url_of(public, "authorization_url")?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let own = [
        ("response_type", "code"),
        ("client_id", public.get("client_id").map(String::as_str).unwrap_or_default()),
        ("redirect_uri", redirect),
        ("state", state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    // The service's documentation may want more parameters, which the user wrote behind the URL; ours are not theirs.
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| own.iter().all(|(own, _)| own != name))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    url.query_pairs_mut().clear().extend_pairs(others).extend_pairs(own);
    if let Some(scopes) = public.get("scopes") {
        url.query_pairs_mut().append_pair("scope", scopes);
    }
    Ok(url)
}

/// 256 random bits as 43 characters, which is what PKCE asks for at least.
fn random() -> Zeroizing<String> {
    Zeroizing::new(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
}
