//! What is kept for workflows from the command line: credentials, keys, grants, tables.

use std::process::Command;

use bridge_domain::{ColumnKind, TableColumn, Tables};
use serde_json::{Value, json};

use crate::counter::Counter;
use crate::world::{Done, World, adding_one, block_on, done};

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
    use std::io::Write;
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
        let serving = serves.then(|| {
            let mut child = headless(&world, &["serve", "--port", "0"], Some(KEY)).spawn().unwrap();
            let mut line = String::new();
            std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
            child
        });
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
        if let Some(mut child) = serving {
            child.kill().unwrap();
            child.wait().unwrap();
        }
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
