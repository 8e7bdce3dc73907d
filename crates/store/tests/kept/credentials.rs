//! Credentials: sealed bytes go in and come out, and nothing else knows them.

use std::collections::BTreeMap;

use bridge_domain::{CredentialId, CredentialKind, ErrorCode};
use bridge_store::SealedCredential;

use crate::fixture::fresh;

fn credential(name: &str, sealed: &[u8]) -> SealedCredential {
    SealedCredential {
        name: name.to_owned(),
        kind: CredentialKind::Bearer,
        hosts: vec!["api.example.com".to_owned()],
        public_fields: BTreeMap::from([("user".to_owned(), "me".to_owned())]),
        secret_fields: vec!["token".to_owned()],
        sealed: sealed.to_vec(),
    }
}

#[tokio::test]
async fn a_credential_is_kept_changed_and_deleted() {
    let fixture = fresh().await;
    let (store, id) = (&fixture.store, CredentialId::new());
    let created = store.create_credential(id, &credential(" Shop ", &[0, 255, 7])).await.unwrap();
    assert_eq!((created.name.as_str(), created.version, created.hosts.len()), ("Shop", 1, 1));
    assert_eq!(store.credentials().await.unwrap(), [created]);
    assert_eq!(store.sealed_credential(id).await.unwrap(), (1, vec![0, 255, 7]));
    let updated = store.update_credential(id, Some(1), &credential("Shop", &[9])).await.unwrap();
    assert_eq!((updated.version, store.sealed_credential(id).await.unwrap()), (2, (2, vec![9])));
    let stale = store.update_credential(id, Some(1), &credential("Shop", &[8])).await.unwrap_err();
    assert_eq!(stale.code, ErrorCode::Conflict);
    let fixture = fixture.reopen().await;
    assert_eq!(fixture.store.credential_summary(id).await.unwrap(), updated);
    fixture.store.delete_credential(id).await.unwrap();
    for code in [
        fixture.store.delete_credential(id).await.unwrap_err().code,
        fixture.store.sealed_credential(id).await.unwrap_err().code,
        fixture.store.update_credential(id, None, &credential("Shop", &[1])).await.unwrap_err().code,
    ] {
        assert_eq!(code, ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn names_are_unique_without_regard_to_case() {
    let fixture = fresh().await;
    let (first, second) = (CredentialId::new(), CredentialId::new());
    fixture.store.create_credential(first, &credential("Shop", &[1])).await.unwrap();
    for name in ["Shop", "sHOP", "", "  ", &"x".repeat(201)] {
        let refused = fixture.store.create_credential(second, &credential(name, &[1])).await.unwrap_err();
        assert_eq!((refused.code, refused.problems[0].path.as_str()), (ErrorCode::InvalidInput, "name"), "{name}");
    }
    fixture.store.update_credential(first, None, &credential("SHOP", &[1])).await.unwrap();
    let again = fixture.store.create_credential(first, &credential("Other", &[1])).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::Conflict);
}
