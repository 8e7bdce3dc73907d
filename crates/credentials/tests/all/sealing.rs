//! S1, S3: values are nowhere to be found, and cannot be swapped or bound to another host by editing the database.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use bridge_credentials::Credentials;
use bridge_domain::{CredentialKind, CredentialSource, ErrorCode};
use bridge_gate::Gate;
use bridge_store::SealedCredential;

use crate::support::*;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn s1_the_value_is_in_no_file_and_no_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    subscriber.init();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let kit = kit().await;
        let server = Server::start(vec![(401, "{}".to_owned())]).await;
        let place = server.place();
        let url = format!("http://{place}/me?x=1");
        for (number, fields) in [
            &[("token", CANARY), ("test_url", &url)][..],
            &[("name", "X-Key"), ("value", CANARY), ("test_url", &url)],
            &[("user", "u"), ("password", CANARY), ("test_url", &url)],
            &[("name", "key"), ("value", CANARY), ("test_url", &url)],
        ]
        .into_iter()
        .enumerate()
        {
            let kinds = [CredentialKind::Bearer, CredentialKind::Header, CredentialKind::Basic, CredentialKind::Query];
            let new = draft(kinds[number], &format!("n{number}"), &[&place], fields);
            let id = kit.credentials.create(new).await.unwrap().id;
            let tested = kit.credentials.test(id).await.unwrap();
            assert_eq!(tested.problem.as_ref().unwrap().code, ErrorCode::KeyRejected);
            kit.credentials.update(id, draft(kinds[number], &format!("m{number}"), &[&place], fields)).await.unwrap();
        }
        let database = format!("postgres://u:{CANARY}@127.0.0.1:1/x");
        let new = draft(CredentialKind::Database, "db", &[], &[("url", &database)]);
        let id = kit.credentials.create(new).await.unwrap().id;
        let tested = kit.credentials.test(id).await.unwrap();
        assert_eq!(tested.problem.as_ref().unwrap().code, ErrorCode::InvalidInput, "nobody here speaks its language");
        kit.credentials.delete(id).await.unwrap();
        assert!(server.seen().iter().all(|request| request.contains(CANARY) || request.contains("Basic ")));
        let shown = serde_json::to_string(&kit.credentials.list().await.unwrap()).unwrap();
        assert!(!shown.contains(CANARY));
        assert_not_in_files(kit.folder.path(), CANARY);
        // Nor is the key that seals.
        let entries = kit.vault.entries();
        let key = entries.get("#credentials-key").expect("the key is in the keychain");
        assert_eq!(key.len(), 64);
        assert_not_in_files(kit.folder.path(), key);
        let raw: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&key[2 * at..2 * at + 2], 16).unwrap()).collect();
        let database = std::fs::read_dir(kit.folder.path()).unwrap().flatten().map(|entry| entry.path());
        for file in database.filter(|path| path.is_file()) {
            let bytes = std::fs::read(&file).unwrap_or_default();
            assert!(!bytes.windows(32).any(|window| window == raw), "{}", file.display());
        }
    });
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(!log.is_empty(), "nothing was logged at all");
    assert!(!log.contains(CANARY), "{}", &log[log.find(CANARY).unwrap().saturating_sub(300)..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn x2_editing_the_database_binds_nothing_anew() {
    let kit = kit().await;
    let one = kit.credentials.create(bearer("One")).await.unwrap();
    let mut other = draft(CredentialKind::Header, "Two", &["two.example.com"], &[("name", "X-Key"), ("value", CANARY)]);
    other.fields.insert("test_url".to_owned(), "https://two.example.com/me".into());
    let two = kit.credentials.create(other).await.unwrap();
    let (_, sealed_one) = kit.store.sealed_credential(one.id).await.unwrap();
    let (_, sealed_two) = kit.store.sealed_credential(two.id).await.unwrap();
    let row = |hosts: &[&str], public: &BTreeMap<String, String>, sealed: &[u8]| SealedCredential {
        name: "Two".to_owned(),
        kind: CredentialKind::Header,
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        public_fields: public.clone(),
        secret_fields: vec!["value".to_owned()],
        sealed: sealed.to_vec(),
    };
    let same = &two.public_fields;
    let mut renamed = same.clone();
    renamed.insert("name".to_owned(), "X-Other".to_owned());
    let mut flipped = sealed_two.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for changed in [
        row(&["evil.example"], same, &sealed_two),
        row(&["two.example.com", "evil.example"], same, &sealed_two),
        row(&[], same, &sealed_two),
        row(&["two.example.com"], &renamed, &sealed_two),
        row(&["two.example.com"], &BTreeMap::new(), &sealed_two),
        row(&["two.example.com"], same, &sealed_one),
        row(&["two.example.com"], same, &flipped),
        row(&["two.example.com"], same, &sealed_two[..20]),
        row(&["two.example.com"], same, &[]),
    ] {
        kit.store.update_credential(two.id, None, &changed).await.unwrap();
        let error = kit.credentials.credential(two.id).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::StoreDamaged, "{changed:?}");
        assert!(kit.credentials.test(two.id).await.unwrap().problem.is_some());
    }
    // Entered anew, it works again; left out, the reason is told.
    let blank = draft(CredentialKind::Header, "Two", &["two.example.com"], &[("name", "X-Key")]);
    assert_eq!(kit.credentials.update(two.id, blank).await.unwrap_err().code, ErrorCode::StoreDamaged);
    let anew = draft(CredentialKind::Header, "Two", &["two.example.com"], &[("name", "X-Key"), ("value", "new")]);
    kit.credentials.update(two.id, anew).await.unwrap();
    kit.credentials.credential(two.id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_without_its_key_nothing_opens() {
    let kit = kit().await;
    let id = kit.credentials.create(bearer("One")).await.unwrap().id;
    let gate = Gate::new().unwrap();
    kit.vault.clear();
    let started = Credentials::new(kit.store.clone(), kit.vault.keys(), gate.clone());
    assert_eq!(started.credential(id).await.unwrap_err().code, ErrorCode::KeychainMissing);
    assert_eq!(started.list().await.unwrap()[0].problem.as_ref().unwrap().code, ErrorCode::KeychainMissing);
    assert!(kit.vault.entries().is_empty(), "reading makes no key");
    let keys = kit.vault.keys_with(Some(&"00".repeat(32)));
    let other = Credentials::new(kit.store.clone(), keys, gate);
    assert_eq!(other.credential(id).await.unwrap_err().code, ErrorCode::StoreDamaged);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_made_however_many_ask_at_once() {
    let kit = kit().await;
    let gate = Gate::new().unwrap();
    let mut tasks = Vec::new();
    for number in 0..8 {
        let credentials = Credentials::new(kit.store.clone(), kit.vault.keys(), gate.clone());
        tasks.push(tokio::spawn(async move { credentials.create(bearer(&format!("n{number}"))).await.unwrap().id }));
    }
    for task in tasks {
        let id = task.await.unwrap();
        let started = Credentials::new(kit.store.clone(), kit.vault.keys(), gate.clone());
        started.credential(id).await.unwrap();
    }
}
