//! Rules a compiler cannot hold: who may depend on whom, that both sides know the same commands, what the window may do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Files below `folder` with one of these endings.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| endings.contains(&ending.to_str().unwrap())) {
                found.push(path);
            }
        }
    }
    found
}

/// Crates named in the `[dependencies]` of a manifest (not those of tests).
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let text = read(manifest);
    let mut inside = false;
    let mut found = BTreeSet::new();
    for line in text.lines() {
        if line.starts_with('[') {
            inside =
                line.ends_with("dependencies]") && !line.contains("dev-dependencies") && !line.contains("workspace");
        } else if inside && let Some((name, _)) = line.split_once(['=', '.']) {
            found.insert(name.trim().to_owned());
        }
    }
    found
}

#[test]
fn dependencies_point_upwards_only() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("domain", &[][..]),
        ("store", &["domain"]),
        ("gate", &["domain"]),
        ("expression", &["domain"]),
        ("engine", &["domain"]),
        ("nodes", &["domain", "gate"]),
        ("providers", &["domain", "gate"]),
        ("connectors", &["domain"]),
        ("workflow", &["domain"]),
        ("exchange", &["domain", "workflow"]),
        ("planner", &["domain"]),
        ("keychain", &["domain"]),
        ("assistant", &["domain", "store", "workflow"]),
        ("credentials", &["domain", "store", "keychain", "gate"]),
        ("models", &["domain", "gate", "keychain", "planner", "providers"]),
        ("triggers", &["domain"]),
        (
            "runner",
            &[
                "domain",
                "connectors",
                "store",
                "workflow",
                "engine",
                "nodes",
                "expression",
                "gate",
                "credentials",
                "triggers",
            ],
        ),
        (
            "cli",
            &[
                "domain",
                "store",
                "keychain",
                "connectors",
                "credentials",
                "exchange",
                "expression",
                "gate",
                "models",
                "runner",
                "workflow",
            ],
        ),
    ]);
    for entry in fs::read_dir(root().join("crates")).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        let may =
            allowed.get(name.as_str()).unwrap_or_else(|| panic!("say here on whom the crate `{name}` may depend"));
        for dependency in dependencies(&format!("crates/{name}/Cargo.toml")) {
            if let Some(own) = dependency.strip_prefix("bridge-") {
                assert!(may.contains(&own), "`{name}` must not depend on `{own}`");
            }
        }
    }
}

#[test]
fn each_outside_world_has_one_crate() {
    let owners = [("reqwest", "gate"), ("sqlx", "store"), ("keyring-core", "keychain"), ("tauri", "")];
    for (dependency, owner) in owners {
        for entry in fs::read_dir(root().join("crates")).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap();
            if name != owner {
                let uses = dependencies(&format!("crates/{name}/Cargo.toml")).contains(dependency);
                assert!(!uses, "`{dependency}` belongs to `{owner}`, not to `{name}`");
            }
        }
    }
}

#[test]
fn one_gate_makes_http_clients() {
    for file in files("crates/gate/src", &["rs"]) {
        let makes_one = fs::read_to_string(&file).unwrap().contains("Client::builder");
        assert!(!makes_one || file.ends_with("gate.rs") || file.ends_with("client.rs"), "{}", file.display());
    }
}

#[test]
fn both_sides_know_the_same_commands() {
    let handler = read("src-tauri/src/commands/mod.rs");
    let registered: BTreeSet<&str> = handler
        .lines()
        .filter_map(|line| line.trim().strip_suffix(',')?.split_once("::"))
        .map(|(_, name)| name)
        .collect();
    assert!(registered.len() > 20, "the handler's list was not found");

    let contract = read("ui/src/ipc/commands.ts");
    let interface = contract.split("interface Commands {").nth(1).unwrap().split("\n}").next().unwrap();
    let mut declared: BTreeSet<&str> =
        interface.lines().filter_map(|line| line.trim().split_once(": [")).map(|(name, _)| name).collect();
    // These carry a channel, so they are functions of the transport.
    declared.extend(["chat_stream", "attach", "watch_run", "make_room"]);
    assert_eq!(registered, declared);
}

#[test]
fn w3_what_the_window_may_do_is_what_was_agreed() {
    let config: Value = serde_json::from_str(&read("tauri.conf.json")).unwrap();
    assert_eq!(
        config["app"]["security"],
        json!({
            "csp": {
                "default-src": "'self'",
                "script-src": "'self'",
                "style-src": "'self' 'unsafe-inline'",
                "img-src": "'self' data: blob:",
                "font-src": "'self' data:",
                "connect-src": "ipc: http://ipc.localhost",
                "object-src": "'none'",
                "base-uri": "'none'",
                "form-action": "'none'",
                "frame-src": "'none'"
            },
            "dangerousDisableAssetCspModification": ["style-src"],
            "capabilities": [{
                "identifier": "main",
                "description": "What the main window may ask of the framework: to listen to the core's events, nothing else.",
                "windows": ["main"],
                "permissions": ["core:event:allow-listen", "core:event:allow-unlisten"]
            }]
        })
    );
    assert_eq!(config["app"]["withGlobalTauri"], Value::Null);
}

#[test]
fn w3_no_plugin_gives_the_window_files_programs_or_requests() {
    let plugins = dependencies("Cargo.toml");
    for plugin in
        ["tauri-plugin-shell", "tauri-plugin-fs", "tauri-plugin-http", "tauri-plugin-process", "tauri-plugin-sql"]
    {
        assert!(!plugins.contains(plugin), "{plugin}");
    }
    assert!(plugins.contains("tauri-plugin-store"), "the manifest's dependencies were not found");
    let interface = read("ui/package.json");
    assert!(!interface.contains("@tauri-apps/plugin"), "plugins are used from the core only");
}
