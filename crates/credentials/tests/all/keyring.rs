//! With a real gnome-keyring on a private bus.

use bridge_credentials::Credentials;
use bridge_domain::{CredentialSource, ErrorCode, ExposeSecret};
use bridge_gate::Gate;
use bridge_keychain::Keys;

use crate::private_bus::{lock_keyring, run};
use crate::support::*;

#[test]
fn s1_values_are_opened_with_the_key_in_a_real_keyring_only() {
    run("keyring::s1_values_are_opened_with_the_key_in_a_real_keyring_only", "unlocked", &[], async || {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let gate = Gate::new().unwrap();
        let credentials = Credentials::new(store.clone(), Keys::new(), gate.clone());
        let id = credentials.create(bearer("One")).await.unwrap().id;
        // As another start of the application finds it.
        let started = Credentials::new(store.clone(), Keys::new(), gate.clone());
        assert_eq!(started.credential(id).await.unwrap().fields["token"].expose_secret(), CANARY);
        assert_not_in_files(folder.path(), CANARY);
        assert_not_in_files(std::path::Path::new(&std::env::var("HOME").unwrap()), CANARY);
        lock_keyring();
        let locked = Credentials::new(store.clone(), Keys::new(), gate);
        assert_eq!(locked.credential(id).await.unwrap_err().code, ErrorCode::KeychainLocked);
        assert_eq!(locked.list().await.unwrap()[0].problem.as_ref().unwrap().code, ErrorCode::KeychainLocked);
        assert_eq!(locked.create(bearer("Two")).await.unwrap_err().code, ErrorCode::KeychainLocked);
        // What is open already stays open.
        assert_eq!(credentials.credential(id).await.unwrap().fields["token"].expose_secret(), CANARY);
    });
}

#[test]
fn s2_without_a_keyring_nothing_is_kept_and_a_session_serves() {
    run("keyring::s2_without_a_keyring_nothing_is_kept_and_a_session_serves", "none", &[], async || {
        let folder = tempfile::tempdir().unwrap();
        let credentials = Credentials::new(store(folder.path()).await, Keys::new(), Gate::new().unwrap());
        assert_eq!(credentials.create(bearer("One")).await.unwrap_err().code, ErrorCode::KeychainMissing);
        let mut session = bearer("One");
        session.session_only = true;
        let id = credentials.create(session).await.unwrap().id;
        assert_eq!(credentials.credential(id).await.unwrap().fields["token"].expose_secret(), CANARY);
        assert_not_in_files(folder.path(), CANARY);
    });
}
