//! Keeps the access token of an OAuth 2 credential alive: renewed shortly before it ends, once for all who need it.

use bridge_domain::{CredentialId, Error, ErrorCode, ExposeSecret, Result, Timestamp};

use crate::Credentials;
use crate::check::Checked;
use crate::session::Kept;
use crate::token::{ACCESS, EXPIRES, REFRESH, fetch, not_connected};

/// A token that ends within this many microseconds counts as ended: the request it is for takes time, too.
const MARGIN: i64 = 60_000_000;

impl Credentials {
    /// The credential with an access token that is still good.
    ///
    /// # Errors
    /// `key_missing` when it was never connected; `key_rejected` when its connection is over; those of the token server.
    pub(crate) async fn fresh(&self, id: CredentialId) -> Result<Kept> {
        let kept = self.load(id).await?;
        if !needs_refresh(&kept)? {
            return Ok(kept);
        }
        let lock = self.lock(id);
        let _guard = lock.lock().await;
        // Another step may have renewed it while this one waited.
        let kept = self.load(id).await?;
        if !needs_refresh(&kept)? {
            return Ok(kept);
        }
        let refresh = kept.secrets.get(REFRESH).ok_or_else(over)?.expose_secret();
        let parameters = [("grant_type", "refresh_token"), (REFRESH, refresh)];
        let secrets = fetch(&self.gate, &kept.summary.public_fields, &kept.secrets, &parameters).await?;
        let checked = Checked { secrets: secrets.clone(), ..Checked::of(&kept) };
        let summary = self.save(&kept.summary, checked, Some(kept.summary.version)).await?;
        Ok(Kept { summary, secrets })
    }
}

fn needs_refresh(kept: &Kept) -> Result<bool> {
    if !kept.secrets.contains_key(ACCESS) {
        return Err(not_connected());
    }
    let ends = kept.secrets.get(EXPIRES).and_then(|at| at.expose_secret().parse::<Timestamp>().ok());
    Ok(ends.is_some_and(|ends| ends.as_microseconds() - MARGIN <= Timestamp::now().as_microseconds()))
}

fn over() -> Error {
    let message = "The access that was granted has ended, and the service gave nothing to renew it with.";
    Error::new(ErrorCode::KeyRejected, message, "Connect the credential again.")
}
