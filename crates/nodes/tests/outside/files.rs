//! Reading and writing files.

use std::os::unix::fs::symlink;
use std::path::Path;

use bridge_domain::{Effect, ErrorCode, Executors, Grant, StepFailure};
use bridge_nodes::testing::{TestStep, items};
use serde_json::{Value, json};

use crate::stage::{Stage, folder};

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

async fn read(stage: &Stage, grants: &[Grant], path: &str, content: &str) -> Result<Vec<Value>, StepFailure> {
    let mut step = TestStep::new(json!({ "path": path, "content": content }), items(json!([{}])));
    step.grants = grants.to_vec();
    stage.run("file.read", &mut step).await?;
    Ok(step.output(0))
}

async fn write(stage: &Stage, grants: &[Grant], path: &str, data: Value, mode: &str) -> Result<Value, StepFailure> {
    let mut step = TestStep::new(json!({ "path": path, "data": data, "if_exists": mode }), items(json!([{}])));
    step.grants = grants.to_vec();
    stage.run("file.write", &mut step).await?;
    Ok(step.output(0).remove(0))
}

#[tokio::test]
async fn files_are_read_as_what_they_are() {
    let stage = Stage::new().await;
    let (there, grants) = (stage.folder.path(), [folder(stage.folder.path(), false)]);
    let place = |name: &str| path(there, name);
    std::fs::write(place("a.txt"), "\u{feff}grün").unwrap();
    std::fs::write(place("a.json"), r#"{"n": [1, 2]}"#).unwrap();
    std::fs::write(place("a.csv"), "name,age\nAda,36\n\"B,ob\",\n").unwrap();
    std::fs::write(place("empty.txt"), "").unwrap();
    let text = read(&stage, &grants, &place("a.txt"), "text").await.unwrap();
    assert_eq!(text, [json!({ "size": 8, "text": "grün", "path": place("a.txt") })]);
    assert_eq!(read(&stage, &grants, &place("a.json"), "json").await.unwrap()[0]["data"], json!({ "n": [1, 2] }));
    let rows = read(&stage, &grants, &place("a.csv"), "csv").await.unwrap();
    assert_eq!(rows, [json!({ "name": "Ada", "age": "36" }), json!({ "name": "B,ob", "age": "" })]);
    assert_eq!(read(&stage, &grants, &place("empty.txt"), "text").await.unwrap()[0]["text"], "");
    assert!(read(&stage, &grants, &place("empty.txt"), "csv").await.unwrap().is_empty());
    assert!(read(&stage, &grants, &place("a.txt"), "json").await.is_err());
    let all = read(&stage, &grants, &place("a.*"), "binary").await.unwrap();
    assert_eq!(all.iter().map(|item| item["size"].clone()).collect::<Vec<_>>(), [24, 13, 8]);
    let mut step = TestStep::new(json!({ "path": place("a.txt"), "content": "binary" }), items(json!([{}])));
    step.grants = grants.to_vec();
    stage.run("file.read", &mut step).await.unwrap();
    let kept = &step.puts[0].item.binary["data"];
    assert_eq!((kept.file_name.as_str(), kept.mime_type.as_str()), ("a.txt", "text/plain"));
    assert_eq!(stage.content(kept).await, "\u{feff}grün".as_bytes());
}

#[tokio::test]
async fn only_granted_folders_are_reached() {
    let stage = Stage::new().await;
    let there = stage.folder.path();
    let (granted, secret) = (there.join("granted"), there.join("secret"));
    std::fs::create_dir_all(granted.join("sub")).unwrap();
    std::fs::create_dir_all(&secret).unwrap();
    std::fs::write(secret.join("s.txt"), "secret").unwrap();
    std::fs::write(granted.join("in.txt"), "inside").unwrap();
    symlink(secret.join("s.txt"), granted.join("link.txt")).unwrap();
    symlink("../secret", granted.join("way")).unwrap();
    symlink("in.txt", granted.join("near.txt")).unwrap();
    let grants = [folder(&granted, true)];
    let escapes = [
        path(&secret, "s.txt"),
        path(&granted, "../secret/s.txt"),
        path(&granted, "sub/../../secret/s.txt"),
        path(&granted, "link.txt"),
        path(&granted, "way/s.txt"),
        format!("{}2/s.txt", granted.display()),
        "/etc/passwd".to_owned(),
        "/proc/self/environ".to_owned(),
    ];
    for escape in &escapes {
        let failure = read(&stage, &grants, escape, "text").await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::NotGranted, "{escape}");
        assert!(matches!(failure.grant.as_deref(), Some(Grant::Folder { write: false, .. })), "{escape}");
    }
    // Granting the folder it lies in would not help; the one it leads to would.
    let failure = read(&stage, &grants, &escapes[3], "text").await.unwrap_err();
    assert_eq!(failure.grant.as_deref(), Some(&folder(&std::fs::canonicalize(&secret).unwrap(), false)));
    for escape in [&escapes[0], &escapes[1], &escapes[2], &escapes[4]] {
        for mode in ["overwrite", "append"] {
            let failure = write(&stage, &grants, escape, json!("x"), mode).await.unwrap_err();
            assert_eq!(failure.error.code, ErrorCode::NotGranted, "{escape}");
            assert!(matches!(failure.grant.as_deref(), Some(Grant::Folder { write: true, .. })), "{escape}");
        }
    }
    assert_eq!(
        write(&stage, &grants, &escapes[3], json!("x"), "append").await.unwrap_err().error.code,
        ErrorCode::NotGranted
    );
    assert_eq!(std::fs::read_to_string(secret.join("s.txt")).unwrap(), "secret");
    // What stays inside is fine, also by a link or dots.
    for inside in ["in.txt", "near.txt", "sub/../in.txt", "./in.txt"] {
        assert_eq!(
            read(&stage, &grants, &path(&granted, inside), "text").await.unwrap()[0]["text"],
            "inside",
            "{inside}"
        );
    }
    let wanted = read(&stage, &[], &path(&granted, "in.txt"), "text").await.unwrap_err();
    assert_eq!(wanted.grant.map(|grant| *grant), Some(folder(&granted, false)));
    let reading = [folder(&granted, false)];
    let wanted = write(&stage, &reading, &path(&granted, "in.txt"), json!("x"), "overwrite").await.unwrap_err();
    assert_eq!(wanted.grant.map(|grant| *grant), Some(folder(&granted, true)));
}

#[tokio::test]
async fn what_is_no_file_is_refused() {
    let stage = Stage::new().await;
    let there = stage.folder.path().join("granted");
    std::fs::create_dir(&there).unwrap();
    let grants = [folder(&there, true)];
    assert!(std::process::Command::new("mkfifo").arg(there.join("pipe")).status().unwrap().success());
    let odd = ["", " ", "relative.txt", "a\0b", "NUL", "aux.txt", "Com1.log", "lpt¹", "pipe", "."];
    for name in odd {
        let full = if name.trim().is_empty() || name.starts_with("rel") { name.to_owned() } else { path(&there, name) };
        assert!(read(&stage, &grants, &full, "text").await.is_err(), "{name:?}");
        assert!(write(&stage, &grants, &full, json!("x"), "append").await.is_err(), "{name:?}");
    }
    let trailing = format!("{}/", there.display());
    assert!(write(&stage, &grants, &trailing, json!("x"), "overwrite").await.is_err());
    assert_eq!(read(&stage, &grants, &path(&there, "gone"), "text").await.unwrap_err().error.code, ErrorCode::NotFound);
    let large = std::fs::File::create(there.join("large")).unwrap();
    large.set_len((64 << 20) + 1).unwrap();
    assert_eq!(
        read(&stage, &grants, &path(&there, "large"), "text").await.unwrap_err().error.code,
        ErrorCode::LimitReached
    );
    let bytes = there.join("bytes");
    std::fs::write(&bytes, [0xff, 0xfe, 0x00]).unwrap();
    assert!(read(&stage, &grants, bytes.to_str().unwrap(), "text").await.is_err());
}

#[tokio::test]
async fn files_are_made_extended_and_replaced() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::new().await;
    let there = stage.folder.path().join("granted");
    std::fs::create_dir(&there).unwrap();
    let grants = [folder(&there, true)];
    let place = path(&there, "out.txt");
    let content = || std::fs::read_to_string(&place).unwrap();
    assert_eq!(
        write(&stage, &grants, &place, json!("one"), "fail").await.unwrap(),
        json!({ "path": place, "size": 3 })
    );
    assert!(write(&stage, &grants, &place, json!("two"), "fail").await.is_err());
    assert_eq!(content(), "one");
    assert_eq!(write(&stage, &grants, &place, json!("\n"), "append").await.unwrap()["size"], 4);
    write(&stage, &grants, &place, json!({ "a": [1, "ü"] }), "append").await.unwrap();
    assert_eq!(content(), "one\n{\"a\":[1,\"ü\"]}\n");
    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o600)).unwrap();
    write(&stage, &grants, &place, json!([1]), "overwrite").await.unwrap();
    assert_eq!(content(), "[\n  1\n]\n");
    assert_eq!(std::fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(&there).unwrap().count(), 1, "nothing is left beside the file");
    assert!(write(&stage, &grants, &path(&there, "none/out.txt"), json!("x"), "fail").await.is_err());
    let mut step = TestStep::new(
        json!({ "path": path(&there, "b"), "data": "", "binary_field": "data" }),
        vec![stage.with_file(b"\0\xff").await],
    );
    step.grants = grants.to_vec();
    stage.run("file.write", &mut step).await.unwrap();
    assert_eq!(std::fs::read(there.join("b")).unwrap(), b"\0\xff");
    let node = stage.nodes.executor("file", "write").unwrap();
    let effect = |mode: &str| node.effect(json!({ "if_exists": mode }).as_object().unwrap());
    assert_eq!(
        (effect("overwrite"), effect("append"), effect("={{ 1 }}")),
        (Effect::Harmless, Effect::Outside, Effect::Outside)
    );
}

#[tokio::test]
async fn a_link_leads_from_one_granted_folder_into_another_and_nowhere_else() {
    let stage = Stage::new().await;
    let there = std::fs::canonicalize(stage.folder.path()).unwrap();
    let (here, other, secret) = (there.join("here"), there.join("other"), there.join("secret"));
    for made in [&here, &other, &secret] {
        std::fs::create_dir_all(made).unwrap();
    }
    std::fs::write(other.join("o.txt"), "other").unwrap();
    std::fs::write(secret.join("s.txt"), "secret").unwrap();
    symlink(other.join("o.txt"), here.join("file.txt")).unwrap();
    symlink("../other", here.join("way")).unwrap();
    symlink(&here, there.join("alias")).unwrap();
    symlink(secret.join("s.txt"), other.join("further.txt")).unwrap();
    let both = [folder(&here, true), folder(&other, false)];
    for through in ["file.txt", "way/o.txt", "../other/o.txt"] {
        let found = read(&stage, &both, &path(&here, through), "text").await.unwrap();
        assert_eq!(found[0]["text"], "other", "{through}");
        assert_eq!(found[0]["path"], path(&here, through));
    }
    assert_eq!(read(&stage, &both, &path(&here, "way/o*.txt"), "text").await.unwrap().len(), 1);
    // By another name of the folder, too, which a grant may have.
    let alias = [folder(&there.join("alias"), false), folder(&other, false)];
    let found = read(&stage, &alias, &path(&there, "alias/way/o.txt"), "text").await.unwrap();
    assert_eq!(found[0]["text"], "other");
    // From there on into a folder that is not granted.
    for through in ["way/further.txt", "way/../secret/s.txt"] {
        let failure = read(&stage, &both, &path(&here, through), "text").await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::NotGranted, "{through}");
        assert_eq!(failure.grant.as_deref(), Some(&folder(&secret, false)));
    }
    // A folder that may be read only is not written to through a link, and what is granted for writing is.
    for mode in ["append", "overwrite", "fail"] {
        for through in ["file.txt", "way/new.txt"] {
            let failure = write(&stage, &both, &path(&here, through), json!("x"), mode).await.unwrap_err();
            assert_eq!(failure.error.code, ErrorCode::NotGranted, "{mode} {through}");
            assert_eq!(failure.grant.as_deref(), Some(&folder(&other, true)));
        }
    }
    let writable = [folder(&here, false), folder(&other, true)];
    write(&stage, &writable, &path(&here, "way/new.txt"), json!("new"), "fail").await.unwrap();
    write(&stage, &writable, &path(&here, "file.txt"), json!("more"), "overwrite").await.unwrap();
    assert_eq!(std::fs::read_to_string(other.join("new.txt")).unwrap(), "new");
    assert_eq!(std::fs::read_to_string(other.join("o.txt")).unwrap(), "more");
    assert!(here.join("file.txt").is_symlink(), "the link stays");
    assert_eq!(std::fs::read_to_string(secret.join("s.txt")).unwrap(), "secret");
}

#[tokio::test]
async fn a_file_in_another_encoding_is_refused_with_a_way_to_read_it() {
    let stage = Stage::new().await;
    let file = stage.folder.path().join("windows.txt");
    std::fs::write(&file, b"Gr\xfc\xdfe").unwrap();
    let grants = [folder(stage.folder.path(), false)];
    for content in ["text", "json", "csv"] {
        let failure = read(&stage, &grants, file.to_str().unwrap(), content).await.unwrap_err();
        assert_eq!(failure.parameter.as_deref(), Some("content"), "{content}");
        assert!(failure.error.hint.contains("Extract from file"), "{}", failure.error.hint);
    }
    let found = read(&stage, &grants, file.to_str().unwrap(), "binary").await.unwrap();
    assert_eq!(found[0]["size"], 5);
}

#[tokio::test]
async fn x5_no_workflow_reaches_a_data_folder_of_bridge_whatever_it_was_granted() {
    let stage = Stage::new().await;
    let there = std::fs::canonicalize(stage.folder.path()).unwrap();
    let kept = there.join("store");
    assert!(kept.join("bridge.db").is_file(), "the real one");
    std::fs::create_dir(there.join("near")).unwrap();
    symlink(&kept, there.join("near/way")).unwrap();
    symlink(kept.join("bridge.db"), there.join("near/file.db")).unwrap();
    let grants = [folder(&there, true), folder(&kept, true)];
    let before = std::fs::read(kept.join("bridge.db")).unwrap();
    for inside in [
        "store/bridge.db",
        "near/../store/bridge.db",
        "store/./bridge.db",
        "near/way/bridge.db",
        "near/way/backups/../bridge.db",
        "near/file.db",
        "store/bridge.d?",
    ] {
        let path = path(&there, inside);
        for content in ["binary", "text"] {
            let failure = read(&stage, &grants, &path, content).await.unwrap_err();
            assert_eq!(failure.error.code, ErrorCode::RequestRefused, "{inside}");
            assert_eq!(failure.grant, None, "{inside}");
        }
        for mode in ["fail", "append", "overwrite"] {
            assert!(write(&stage, &grants, &path, json!("x"), mode).await.is_err(), "{inside}");
        }
        for write in [false, true] {
            let query = json!({ "path": path, "query": "CREATE TABLE more (n)", "write": write });
            let mut step = TestStep::new(query, items(json!([{}])));
            step.grants = grants.to_vec();
            let failure = stage.run("sqlite.execute_query", &mut step).await.unwrap_err();
            assert_eq!(failure.error.code, ErrorCode::RequestRefused, "{inside}");
        }
    }
    assert!(write(&stage, &grants, &path(&kept, "new.txt"), json!("x"), "fail").await.is_err());
    assert_eq!(std::fs::read(kept.join("bridge.db")).unwrap(), before);
    write(&stage, &grants, &path(&there, "near/new.txt"), json!("x"), "fail").await.unwrap();
}
