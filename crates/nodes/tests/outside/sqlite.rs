//! SQLite files.

use std::path::PathBuf;

use bridge_domain::{ErrorCode, StepFailure};
use bridge_nodes::testing::{TestStep, items};
use serde_json::{Value, json};

use crate::stage::{Stage, folder};

struct Files {
    stage: Stage,
    granted: PathBuf,
}

impl Files {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let granted = stage.folder.path().join("granted");
        std::fs::create_dir(&granted).unwrap();
        std::fs::write(granted.join("a.db"), b"").unwrap();
        std::fs::write(stage.folder.path().join("other.db"), b"").unwrap();
        Self { stage, granted }
    }

    async fn query(&self, query: &str, values: Value, write: bool) -> Result<Vec<Value>, StepFailure> {
        let path = self.granted.join("a.db");
        let config =
            json!({ "path": path, "query": query, "query_parameters": values, "write": write, "timeout_seconds": 2 });
        let mut step = TestStep::new(config, items(json!([{}])));
        step.grants = vec![folder(&self.granted, true)];
        self.stage.run("sqlite.execute_query", &mut step).await?;
        Ok(step.output(0))
    }
}

#[tokio::test]
async fn rows_are_written_and_read() {
    let files = Files::new().await;
    files.query("CREATE TABLE t (n, text, bytes BLOB)", json!([]), true).await.unwrap();
    let insert = "INSERT INTO t VALUES (?1, ?2, x'00ff') RETURNING n";
    assert_eq!(files.query(insert, json!([1, "'; DROP TABLE t; --"]), true).await.unwrap(), [json!({ "n": 1 })]);
    files.query("INSERT INTO t VALUES (?, ?, ?)", json!([2.5, null, { "a": true }]), true).await.unwrap();
    files.query("INSERT INTO t VALUES (?, ?, ?)", json!([9_007_199_254_740_993_i64, false, ""]), true).await.unwrap();
    let rows = files.query("SELECT * FROM t ORDER BY rowid", json!([]), false).await.unwrap();
    assert_eq!(
        rows,
        [
            json!({ "n": 1, "text": "'; DROP TABLE t; --", "bytes": "AP8=" }),
            json!({ "n": 2.5, "text": null, "bytes": "{\"a\":true}" }),
            json!({ "n": "9007199254740993", "text": 0, "bytes": "" })
        ]
    );
    assert!(files.query("SELECT * FROM t WHERE n = 77", json!([]), false).await.unwrap().is_empty());
    let many = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 50000) SELECT n FROM c";
    assert_eq!(files.query(many, json!([]), false).await.unwrap().len(), 50_000);
}

#[tokio::test]
async fn a_statement_stays_within_its_file_and_its_time() {
    let files = Files::new().await;
    files.query("CREATE TABLE t (n)", json!([]), true).await.unwrap();
    let write = files.query("INSERT INTO t VALUES (1)", json!([]), false).await.unwrap_err();
    assert_eq!(write.parameter.as_deref(), Some("write"));
    let other = files.stage.folder.path().join("other.db");
    let refused = [
        format!("ATTACH '{}' AS other", other.display()),
        "ATTACH ':memory:' AS other".to_owned(),
        format!("VACUUM INTO '{}'", files.granted.join("copy.db").display()),
        "SELECT load_extension('x.so')".to_owned(),
        "PRAGMA temp_store_directory = '/tmp'".to_owned(),
        "PRAGMA writable_schema = 1".to_owned(),
        "SELECT 1; SELECT 2".to_owned(),
        "SELEC".to_owned(),
        "SELECT ?1".to_owned(),
    ];
    for query in &refused {
        assert!(files.query(query, json!([]), true).await.is_err(), "{query}");
    }
    assert_eq!(std::fs::metadata(&other).unwrap().len(), 0);
    assert_eq!(std::fs::read_dir(&files.granted).unwrap().count(), 1);
    let endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c";
    assert_eq!(files.query(endless, json!([]), false).await.unwrap_err().error.code, ErrorCode::Timeout);
    assert!(files.query("SELECT zeroblob(1000000000)", json!([]), false).await.is_err());
}

#[tokio::test]
async fn only_granted_database_files_are_opened() {
    let files = Files::new().await;
    std::os::unix::fs::symlink(files.stage.folder.path().join("other.db"), files.granted.join("link.db")).unwrap();
    let ask = async |path: PathBuf, write: bool, granted_write: bool| {
        let mut step = TestStep::new(json!({ "path": path, "query": "SELECT 1", "write": write }), items(json!([{}])));
        step.grants = vec![folder(&files.granted, granted_write)];
        files.stage.run("sqlite.execute_query", &mut step).await
    };
    for path in ["link.db", "../other.db"] {
        let failure = ask(files.granted.join(path), false, true).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::NotGranted, "{path}");
    }
    assert_eq!(ask(files.granted.join("a.db"), true, false).await.unwrap_err().error.code, ErrorCode::NotGranted);
    assert_eq!(ask(files.granted.join("new.db"), true, true).await.unwrap_err().error.code, ErrorCode::NotFound);
    std::fs::write(files.granted.join("text.db"), "this is no database, only a text of some length").unwrap();
    let failure = {
        let mut step = TestStep::new(
            json!({ "path": files.granted.join("text.db"), "query": "SELECT * FROM sqlite_schema" }),
            items(json!([{}])),
        );
        step.grants = vec![folder(&files.granted, false)];
        files.stage.run("sqlite.execute_query", &mut step).await.unwrap_err()
    };
    assert_eq!(failure.parameter.as_deref(), Some("path"));
}

#[tokio::test]
async fn x6_statements_made_to_overrun_memory_or_stack_fail_or_end() {
    let files = Files::new().await;
    let deep = |open: &str, count: usize, close: &str| format!("SELECT {}1{}", open.repeat(count), close.repeat(count));
    let like = |call: &str| format!("SELECT '{}' {call} '{}b'", "a".repeat(40_000), "%a".repeat(20_000));
    for query in [
        like("LIKE"),
        like("GLOB").replace('%', "*"),
        deep("(", 50_000, ")"),
        deep("abs(", 990, ")"),
        deep("- ", 990, ""),
        deep("(SELECT ", 400, ")"),
        deep("CASE WHEN 1 THEN ", 900, " END"),
        format!("SELECT {}", vec!["1"; 995].join(" + ")),
        format!("SELECT 1 {}", "UNION ALL SELECT 1 ".repeat(600)),
        format!("SELECT {}", vec!["1"; 5_000].join(",")),
        format!("SELECT * FROM {}", (0..60).map(|n| format!("(SELECT 1) t{n}")).collect::<Vec<_>>().join(",")),
        format!("SELECT json('{}{}')", "[".repeat(100_000), "]".repeat(100_000)),
        format!("SELECT json_extract('[]', '${}')", "[0]".repeat(100_000)),
        "SELECT printf('%.*c', 2000000000, 'x')".to_owned(),
        "SELECT replace(hex(zeroblob(1000000)), '0', hex(zeroblob(1000000)))".to_owned(),
        "WITH RECURSIVE c(x) AS (SELECT 'a' UNION ALL SELECT x || x FROM c) SELECT max(length(x)) FROM c".to_owned(),
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT zeroblob(40000000) FROM c".to_owned(),
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT group_concat(n) FROM c".to_owned(),
    ] {
        let started = std::time::Instant::now();
        let _ = files.query(&query, json!([]), false).await;
        assert!(started.elapsed().as_secs() < 10, "{}: {:?}", &query[..query.len().min(60)], started.elapsed());
    }
    let view = (0..300).fold("CREATE VIEW v0 AS SELECT 1 AS a;".to_owned(), |all, n| {
        all + &format!("CREATE VIEW v{} AS SELECT a FROM v{n} UNION ALL SELECT a FROM v{n};", n + 1)
    });
    for statement in view.split_inclusive(';') {
        let _ = files.query(statement, json!([]), true).await;
    }
    assert!(files.query("SELECT * FROM v300", json!([]), false).await.is_err());
    assert_eq!(files.query("SELECT 1 AS a", json!([]), false).await.unwrap(), [json!({ "a": 1 })]);
}
