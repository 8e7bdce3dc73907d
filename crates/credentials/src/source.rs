//! The port through which steps get credentials.

use bridge_domain::{Credential, CredentialId, CredentialKind, CredentialSource, Result, SecretString};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::Credentials;
use crate::session::Kept;
use crate::token::ACCESS;

impl CredentialSource for Credentials {
    fn credential(&self, id: CredentialId) -> BoxFuture<'_, Result<Credential>> {
        async move {
            match self.summary(id).await?.kind {
                CredentialKind::OAuth2 => Ok(with_values(self.fresh(id).await?)),
                _ => Ok(with_values(self.load(id).await?)),
            }
        }
        .boxed()
    }

    fn version(&self, id: CredentialId) -> BoxFuture<'_, Result<u32>> {
        async move { Ok(self.summary(id).await?.version) }.boxed()
    }
}

/// All values by name. Of OAuth 2 only the access token: the rest is for the token server and for nobody else.
pub(crate) fn with_values(kept: Kept) -> Credential {
    let Kept { summary, mut secrets } = kept;
    if summary.kind == CredentialKind::OAuth2 {
        secrets.retain(|name, _| name == ACCESS);
    } else {
        let public = summary.public_fields.into_iter().map(|(name, value)| (name, SecretString::from(value)));
        secrets.extend(public);
    }
    Credential { id: summary.id, kind: summary.kind, hosts: summary.hosts, fields: secrets }
}
