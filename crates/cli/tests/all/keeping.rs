//! What is kept for workflows from the command line: credentials, keys, grants, tables.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, Mutex};

use bridge_domain::{ColumnKind, TableColumn, Tables};
use serde_json::{Value, json};

use crate::counter::Counter;
use crate::world::{Done, Serving, World, adding_one, block_on, done};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const SECRET: &str = "tok-canary-93b1";

/// A command on a machine without a keychain; with a key for credentials, if there is one.
fn headless(world: &World, arguments: &[&str], key: Option<&str>) -> Command {
    let mut command = world.command(arguments);
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/there/is/none").env_remove("BRIDGE_CREDENTIALS_KEY");
    command.envs(key.map(|key| ("BRIDGE_CREDENTIALS_KEY", key)));
    command
}

fn told(mut command: Command, input: &str) -> Done {
    let mut child = command.spawn().unwrap();
    // A command that reads nothing may have ended.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    done(child)
}

/// Whether a text is anywhere in a folder.
fn is_in(folder: &std::path::Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() { is_in(&path, text) } else { contains(&std::fs::read(path).unwrap_or_default(), text) }
    })
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn s1_a_credential_is_kept_sealed_used_and_deleted_without_a_window() {
    for serves in [false, true] {
        let (world, counter) = (World::new(), Counter::start());
        let place = format!("127.0.0.1:{}", counter.port);
        let serving = serves.then(|| serve_headless(&world));
        let tell = |arguments: &[&str], input: &str| told(headless(&world, arguments, Some(KEY)), input);
        let create = ["credentials", "create", "--kind", "bearer", "--name", "Shop", "--host", &place];
        let url = format!("test_url=http://{place}/check");
        let created = tell(&[&create[..], &["--field", &url]].concat(), &format!("{SECRET}\n"));
        assert_eq!((created.code, &created.lines[0]["secret_fields"]), (0, &json!(["token"])), "{created:?}");
        assert!(!is_in(&world.data(), SECRET), "in plain text");
        let listed = tell(&["credentials", "list"], "");
        assert_eq!((listed.lines.len(), &listed.lines[0]["problem"]), (1, &Value::Null), "{listed:?}");
        assert!(!format!("{created:?}{listed:?}").contains(SECRET));
        let twice = tell(&create, SECRET);
        assert_eq!((twice.code, &twice.error["problems"][0]["path"]), (2, &json!("name")), "{twice:?}");
        assert_eq!(tell(&["credentials", "delete", "Shop"], "").code, 0);
        assert_eq!(tell(&["credentials", "delete", "Shop"], "").code, 3);
        assert_eq!(tell(&["credentials", "list"], "").lines.len(), 0);
        drop(serving);
    }
}

#[test]
fn s1_without_a_keychain_nothing_is_kept_and_the_way_out_is_told() {
    let world = World::new();
    let create = ["credentials", "create", "--kind", "bearer", "--name", "Shop", "--host", "a.example"];
    let refused = told(headless(&world, &create, None), SECRET);
    let hint = refused.error["hint"].as_str().unwrap_or_default();
    assert_eq!((refused.code, &refused.error["code"]), (1, &json!("keychain_missing")), "{refused:?}");
    assert!(hint.contains("BRIDGE_CREDENTIALS_KEY") && hint.contains("openssl rand -hex 32"), "{hint}");
    let refused = told(headless(&world, &["keys", "set", "openai"], None), SECRET);
    let hint = refused.error["hint"].as_str().unwrap_or_default();
    assert!(refused.code == 1 && hint.contains("OPENAI_API_KEY"), "{refused:?}");
    assert!(!is_in(&world.data(), SECRET));
    assert_eq!(told(headless(&world, &["credentials", "list"], None), "").lines.len(), 0);
}

#[test]
fn s1_a_secret_is_taken_neither_as_an_argument_nor_twice_nor_empty() {
    let world = World::new();
    let create = |more: &[&str], input: &str| {
        let base = ["credentials", "create", "--name", "Shop", "--host", "a.example"];
        told(headless(&world, &[&base[..], more].concat(), Some(KEY)), input)
    };
    let argument = format!("token={SECRET}");
    for (more, input, path) in [
        (vec!["--kind", "bearer", "--field", argument.as_str()], "", "fields.token"),
        (vec!["--kind", "bearer", "--field", "other=1"], SECRET, "fields.other"),
        (vec!["--kind", "nothing"], SECRET, "kind"),
        (vec!["--kind", "bearer"], "", "fields.token"),
        (vec!["--kind", "basic"], SECRET, "fields.user"),
    ] {
        let refused = create(&more, input);
        assert_eq!((refused.code, &refused.error["problems"][0]["path"]), (2, &json!(path)), "{more:?} {refused:?}");
        assert!(!format!("{refused:?}").contains(SECRET));
    }
    let kinds = world.cli(&["credentials", "kinds"]).lines;
    assert!(kinds.iter().any(|kind| kind["kind"] == "o_auth2") && kinds.len() > 5);
}

/// A service that takes any credential and notes it.
struct Service {
    place: String,
    sent: Arc<Mutex<Vec<String>>>,
}

impl Service {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let place = listener.local_addr().unwrap().to_string();
        let sent = Arc::<Mutex<Vec<String>>>::default();
        let notes = Arc::clone(&sent);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let head = lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty());
                let credential = head.filter(|line| line.to_lowercase().starts_with("authorization: ")).last();
                notes.lock().unwrap().push(credential.unwrap_or_default());
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
            }
        });
        Self { place, sent }
    }

    /// What it gets with the credential “Shop”.
    fn gets(&self, world: &World) -> String {
        let tested = told(headless(world, &["credentials", "test", "Shop"], Some(KEY)), "");
        assert_eq!(tested.code, 0, "{tested:?}");
        let line = self.sent.lock().unwrap().pop().unwrap();
        line.rsplit(' ').next().unwrap().to_owned()
    }
}

/// `serve` on a machine without a keychain, ready.
fn serve_headless(world: &World) -> Serving {
    let mut child = headless(world, &["serve", "--port", "0"], Some(KEY)).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Serving { child, port: 0, ready: serde_json::from_str(&line).unwrap() }
}

/// `me` and the first secret, `me` and another one, `you` and that one: as HTTP Basic has them.
const BASIC: [&str; 3] = ["bWU6dG9rLWNhbmFyeS05M2Ix", "bWU6dG9rLWNhbmFyeS0y", "eW91OnRvay1jYW5hcnktMg=="];

#[test]
fn s1_what_is_named_of_a_credential_changes_and_everything_else_stays() {
    for serves in [false, true] {
        let (world, service) = (World::new(), Service::start());
        let place = &service.place;
        let serving = serves.then(|| serve_headless(&world));
        let tell = |arguments: &[&str], input: &str| {
            told(headless(&world, &[&["credentials"], arguments].concat(), Some(KEY)), input)
        };
        let url = format!("test_url=http://{place}/check");
        let created = tell(
            &["create", "--kind", "basic", "--name", "First", "--host", place, "--field", "user=me", "--field", &url],
            SECRET,
        );
        let id = created.lines[0]["id"].as_str().unwrap().to_owned();
        // By identifier; standard input is not read.
        let renamed = tell(&["update", &id, "--name", "Shop"], "not-a-secret\n");
        let shown = &renamed.lines[0];
        assert_eq!((renamed.code, &shown["id"], &shown["name"]), (0, &json!(id), &json!("Shop")), "{renamed:?}");
        assert_eq!((&shown["hosts"], &shown["public_fields"]["user"]), (&json!([place]), &json!("me")));
        assert_eq!(service.gets(&world), BASIC[0]);
        // By name: the secret alone, then a value alone, then the hosts alone.
        let updated = tell(&["update", "Shop", "--secret", "password"], "tok-canary-2\n");
        assert_eq!((updated.code, &updated.lines[0]["public_fields"]), (0, &shown["public_fields"]), "{updated:?}");
        assert_eq!(service.gets(&world), BASIC[1]);
        assert_eq!(tell(&["update", "Shop", "--field", "user=you"], "").code, 0);
        let more = tell(&["update", "Shop", "--host", place, "--host", "b.example"], "");
        assert_eq!(more.lines[0]["hosts"], json!([place, "b.example"]), "{more:?}");
        assert_eq!(service.gets(&world), BASIC[2]);
        let cleared = tell(&["update", "Shop", "--clear", "test_url"], "");
        assert_eq!((cleared.code, &cleared.lines[0]["public_fields"]), (0, &json!({ "user": "you" })), "{cleared:?}");
        assert_eq!(tell(&["list"], "").lines.len(), 1);
        for secret in [SECRET, "tok-canary-2", "not-a-secret"] {
            assert!(!is_in(&world.data(), secret), "in plain text");
            assert!(!format!("{created:?}{renamed:?}{updated:?}{more:?}{cleared:?}").contains(secret));
        }
        drop(serving);
    }
}

#[test]
fn s1_an_update_that_is_refused_changes_nothing() {
    let (world, service) = (World::new(), Service::start());
    let place = &service.place;
    let tell = |arguments: &[&str], key: Option<&str>, input: &str| {
        told(headless(&world, &[&["credentials"], arguments].concat(), key), input)
    };
    let url = format!("test_url=http://{place}/check");
    let base = ["create", "--kind", "basic", "--host", place, "--field", "user=me", "--field", &url];
    for name in ["Shop", "Other"] {
        assert_eq!(tell(&[&base[..], &["--name", name]].concat(), Some(KEY), SECRET).code, 0);
    }
    let before = tell(&["list"], Some(KEY), "").lines;
    for (more, input, path) in [
        (vec![], SECRET, "arguments"),
        (vec!["--field", "password=tok-canary-3"], "", "fields.password"),
        (vec!["--field", "tok-canary-3"], "", "fields"),
        (vec!["--field", "other=1"], "", "fields.other"),
        (vec!["--secret", "user"], "tok-canary-3", "fields.user"),
        (vec!["--secret", "token"], "tok-canary-3", "fields.token"),
        (vec!["--secret", "password"], "\n", "fields.password"),
        (vec!["--clear", "password"], "", "fields.password"),
        (vec!["--clear", "user"], "", "fields.user"),
        (vec!["--clear", "nothing"], "", "fields.nothing"),
        (vec!["--name", "other"], "", "name"),
        (vec!["--name", " "], "", "name"),
        (vec!["--host", "*.co.uk"], "", "hosts[0]"),
        (vec!["--host", "elsewhere.example"], "", "fields.test_url"),
    ] {
        let refused = tell(&[&["update", "Shop"], &more[..]].concat(), Some(KEY), input);
        assert_eq!((refused.code, &refused.error["problems"][0]["path"]), (2, &json!(path)), "{more:?} {refused:?}");
        assert!(!format!("{refused:?}").contains("tok-canary"), "{refused:?}");
    }
    assert_eq!(tell(&["update", "Nobody", "--name", "x"], Some(KEY), "").code, 3);
    assert_eq!(tell(&["update", "Shop", "--kind", "bearer"], Some(KEY), "").code, 2);
    // Without the key that seals, or with another one, what is kept cannot be sealed anew.
    let other = "f".repeat(64);
    for (key, code) in [(None, "keychain_missing"), (Some(other.as_str()), "store_damaged")] {
        let refused = tell(&["update", "Shop", "--name", "Locked out"], key, "");
        assert!(refused.code != 0 && refused.error["code"] == code, "{refused:?}");
        assert!(!refused.error["hint"].as_str().unwrap_or_default().is_empty(), "{refused:?}");
    }
    assert_eq!(tell(&["list"], Some(KEY), "").lines, before);
    assert_eq!(service.gets(&world), BASIC[0]);
}

#[test]
fn a_grant_is_given_shown_and_taken_back() {
    let world = World::new();
    world.keep(&[("Adding", adding_one())]);
    let folder = world.files().canonicalize().unwrap().display().to_string();
    let grants = |arguments: &[&str]| world.cli(&[&["grants"], arguments].concat());
    let given = grants(&["allow", "Adding", "--host", "LOCALHOST:8080", "--write", &folder]);
    let all = json!([
        { "type": "host", "host": "localhost", "port": 8080 },
        { "type": "folder", "path": folder, "write": true },
    ]);
    assert_eq!((given.code, &given.lines[0]["grants"]), (0, &all), "{given:?}");
    let serving = world.serve();
    assert_eq!(grants(&["list", "Adding"]).lines[0]["grants"], all);
    // A folder that is gone can still be taken back.
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(grants(&["revoke", "Adding", "--write", &folder]).code, 0);
    drop(serving);
    assert_eq!(grants(&["list", "Adding"]).lines[0]["grants"].as_array().unwrap().len(), 1);
    for (arguments, code) in [
        (vec!["revoke", "Adding", "--host", "localhost:8081"], 3),
        (vec!["allow", "Adding"], 2),
        (vec!["allow", "Adding", "--host", "localhost"], 2),
        (vec!["allow", "Adding", "--read", "/there/is/none"], 2),
        (vec!["list", "Nothing"], 3),
    ] {
        assert_eq!(grants(&arguments).code, code, "{arguments:?}");
    }
}

#[test]
fn tables_are_listed_and_their_rows_shown() {
    let world = World::new();
    block_on(async {
        let store = world.store().await;
        let columns = [TableColumn { name: "n".to_owned(), kind: ColumnKind::Number }];
        let table = store.create_data_table("Orders", &columns).await.unwrap().id;
        let rows = (0..1_200).map(|n| json!({ "n": n }).as_object().unwrap().clone()).collect();
        store.insert_rows(table, rows).await.unwrap();
        store.close().await;
    });
    let serving = world.serve();
    for _ in 0..2 {
        assert_eq!(world.cli(&["tables", "list"]).lines[0]["row_count"], 1_200);
        let rows = |arguments: &[&str]| world.cli(&[&["tables", "show"], arguments].concat()).lines;
        assert_eq!(rows(&["orders"]).len(), 100);
        let last = rows(&["Orders", "--skip", "10", "--limit", "5000"]);
        assert_eq!((last.len(), &last[1_189]["n"]), (1_190, &json!(1_199)));
    }
    drop(serving);
    assert_eq!(world.cli(&["tables", "show", "Orders", "--limit", "3"]).lines.len(), 3);
    assert_eq!(world.cli(&["tables", "show", "Nothing"]).code, 3);
}
