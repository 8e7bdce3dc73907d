//! Creating, changing and deleting; what is shown and what comes out.

use bridge_domain::{CredentialKind, CredentialSource, ErrorCode, ExposeSecret};

use crate::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn values_go_in_and_come_out_for_a_step_only() {
    let kit = kit().await;
    let fields = [("user", "ada"), ("password", CANARY)];
    let created = kit
        .credentials
        .create(draft(CredentialKind::Basic, " Shop ", &["API.Example.com", "*.example.org:8443"], &fields))
        .await
        .unwrap();
    assert_eq!((created.name.as_str(), created.version), ("Shop", 1));
    assert_eq!(created.hosts, ["api.example.com", "*.example.org:8443"]);
    assert_eq!(created.public_fields.get("user").map(String::as_str), Some("ada"));
    assert_eq!(created.secret_fields, ["password"]);
    assert_eq!(kit.credentials.list().await.unwrap(), std::slice::from_ref(&created));
    let credential = kit.credentials.credential(created.id).await.unwrap();
    assert_eq!(credential.fields["password"].expose_secret(), CANARY);
    assert_eq!(credential.fields["user"].expose_secret(), "ada");
    assert_eq!(credential.hosts, created.hosts);
    for shown in [format!("{created:?}"), format!("{credential:?}"), format!("{:?}", kit.credentials)] {
        assert!(!shown.contains(CANARY), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_of_a_change_stays() {
    let kit = kit().await;
    let id = kit.credentials.create(bearer("Old")).await.unwrap().id;
    let changed = draft(CredentialKind::Bearer, "New", &["api.example.com", "other.example.com"], &[]);
    let summary = kit.credentials.update(id, changed).await.unwrap();
    assert_eq!((summary.version, summary.name.as_str()), (2, "New"));
    let credential = kit.credentials.credential(id).await.unwrap();
    assert_eq!(credential.fields["token"].expose_secret(), CANARY);
    assert_eq!(credential.hosts.len(), 2);
    let changed = draft(CredentialKind::Bearer, "New", &["api.example.com"], &[("token", "next")]);
    kit.credentials.update(id, changed).await.unwrap();
    assert_eq!(kit.credentials.credential(id).await.unwrap().fields["token"].expose_secret(), "next");
    assert_eq!(kit.credentials.version(id).await.unwrap(), 3);
    // Blank is not absent: a value that must be there is missing then.
    let blank = draft(CredentialKind::Bearer, "New", &["api.example.com"], &[("token", " ")]);
    assert_eq!(kit.credentials.update(id, blank).await.unwrap_err().problems[0].path, "fields.token");
    let other_kind = draft(CredentialKind::Query, "New", &["api.example.com"], &[("name", "k"), ("value", "v")]);
    assert_eq!(kit.credentials.update(id, other_kind).await.unwrap_err().problems[0].path, "kind");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_is_gone() {
    let kit = kit().await;
    let id = kit.credentials.create(bearer("One")).await.unwrap().id;
    kit.credentials.delete(id).await.unwrap();
    assert_eq!(kit.credentials.delete(id).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(kit.credentials.credential(id).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(kit.credentials.version(id).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(kit.credentials.test(id).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(kit.credentials.update(id, bearer("One")).await.unwrap_err().code, ErrorCode::NotFound);
    assert!(kit.credentials.list().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_without_a_keychain_a_session_or_a_variable_serves() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let gate = bridge_gate::Gate::new().unwrap();
    let credentials = bridge_credentials::Credentials::new(store.clone(), no_keychain(None), gate.clone());
    let error = credentials.create(bearer("Kept")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::KeychainMissing);
    let mut session = bearer("Session");
    session.session_only = true;
    let id = credentials.create(session.clone()).await.unwrap().id;
    assert_eq!(credentials.credential(id).await.unwrap().fields["token"].expose_secret(), CANARY);
    session.name = "Renamed".to_owned();
    session.fields.clear();
    assert_eq!(credentials.update(id, session.clone()).await.unwrap().version, 2);
    session.session_only = false;
    assert_eq!(credentials.update(id, session).await.unwrap_err().problems[0].path, "session_only");
    assert_eq!(credentials.list().await.unwrap().len(), 1);
    assert_not_in_files(folder.path(), CANARY);
    // Another start of the application does not know it.
    let again = bridge_credentials::Credentials::new(store.clone(), no_keychain(None), gate.clone());
    assert_eq!(again.credential(id).await.unwrap_err().code, ErrorCode::NotFound);
    credentials.delete(id).await.unwrap();

    let variable = "8f".repeat(32);
    let server = bridge_credentials::Credentials::new(store.clone(), no_keychain(Some(&variable)), gate.clone());
    let id = server.create(bearer("Kept")).await.unwrap().id;
    let again = bridge_credentials::Credentials::new(store.clone(), no_keychain(Some(&variable)), gate.clone());
    assert_eq!(again.credential(id).await.unwrap().fields["token"].expose_secret(), CANARY);
    for broken in ["", "8f", &"zz".repeat(32), &"8f".repeat(33), "not a key"] {
        let keys = no_keychain(Some(broken));
        let other = bridge_credentials::Credentials::new(store.clone(), keys, gate.clone());
        let error = other.create(bearer("Other")).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidInput, "{broken}: {error:?}");
        assert!(!format!("{error:?}").contains("8f8f"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_told_apart() {
    let kit = kit().await;
    kit.credentials.create(bearer("Shop")).await.unwrap();
    for (name, session_only) in [("Shop", false), ("SHOP ", false), ("shop", true)] {
        let mut same = bearer(name);
        same.session_only = session_only;
        assert_eq!(kit.credentials.create(same).await.unwrap_err().problems[0].path, "name");
    }
}
