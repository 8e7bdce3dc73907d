//! The workflows in the documentation: every one is complete and can be planned, and those that need nobody else are run
//! by the real program, with what they put out compared to what the page says.
//!
//! A block marked `json workflow` holds one; `json input` behind it is what its trigger gets, `json output` what its last
//! nodes put out, `json error` the failure it ends with. `http://127.0.0.1:PORT` stands for the test's own server,
//! `/home/me/reports` for a folder of the test, `WORKFLOW_ID` for the workflow before it on the page.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use bridge_domain::{Action, ColumnKind, Definition, Item, Journal, NodeType, Origin, RunId, TableColumn, WorkflowId};
use bridge_store::{Opened, Store};
use bridge_workflow::{Mode, Rules};
use serde_json::{Value, json};

/// Those that need a service, a mail server, a database or a model of somebody else; and the one that has a test of its own.
const VALIDATED_ONLY: &[&str] = &[
    "Announce new issues in Slack",
    "Answer unread mail",
    "Customers of PostgreSQL",
    "Invoices read by a model",
    "Sum of two numbers",
];

/// Stand-ins of the pages.
const SERVER: &str = "127.0.0.1:PORT";
const FOLDER: &str = "/home/me/reports";
const BEFORE: &str = "WORKFLOW_ID";

/// A workflow of a page, with the blocks behind it.
#[derive(Debug, Default)]
struct Example {
    workflow: String,
    input: Option<String>,
    output: Option<String>,
    error: Option<String>,
}

impl Example {
    fn name(&self) -> String {
        let value: Value = serde_json::from_str(&self.workflow).unwrap();
        value["name"].as_str().expect("every example has a name").to_owned()
    }

    fn definition(&self) -> Definition {
        let text = self.workflow.replace(BEFORE, &WorkflowId::new().to_string()).replace(SERVER, "127.0.0.1:8080");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", self.name()))
    }
}

fn pages() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path if path.extension().is_some_and(|ending| ending == "md") => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// The examples of a page, in order.
fn examples(page: &Path) -> Vec<Example> {
    let text = fs::read_to_string(page).unwrap();
    let mut found: Vec<Example> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(mark) = line.strip_prefix("```json ") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        let block = block.join("\n");
        let last = found.last_mut();
        match (mark.trim(), last) {
            ("workflow", _) => found.push(Example { workflow: block, ..Example::default() }),
            ("input", Some(last)) => last.input = Some(block),
            ("output", Some(last)) => last.output = Some(block),
            ("error", Some(last)) => last.error = Some(block),
            (mark, _) => panic!("{}: a block marked {mark:?} has no place there", page.display()),
        }
    }
    found
}

#[test]
fn every_example_is_complete_and_can_be_planned() {
    let catalog = bridge_connectors::catalog();
    let rules = Rules::new(std::sync::Arc::clone(&catalog));
    let mut seen = BTreeSet::new();
    for page in pages() {
        for example in examples(&page) {
            let (name, definition) = (example.name(), example.definition());
            let whole = Action::GenerateWorkflow { definition: definition.clone() };
            bridge_workflow::apply(&Definition::default(), &[whole], &rules, Mode::Complete)
                .unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
            let mut triggers = definition.nodes.iter().filter(|node| node.node_type == NodeType::Trigger).peekable();
            assert!(triggers.peek().is_some(), "{name}: nothing starts it");
            for trigger in triggers {
                let planned = bridge_engine::plan(&definition, &catalog, &trigger.id);
                planned.unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
            }
            let is_run = example.output.is_some() || example.error.is_some();
            assert_ne!(is_run, VALIDATED_ONLY.contains(&name.as_str()), "{name}: run, or listed as not run");
            assert!(seen.insert(name.clone()), "two examples are called {name}");
        }
    }
    let gone: Vec<_> = VALIDATED_ONLY.iter().filter(|name| !seen.contains(**name)).collect();
    assert!(gone.is_empty(), "no example is called {gone:?}");
    assert!(seen.len() > VALIDATED_ONLY.len(), "no example is run");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_examples_put_out_is_what_their_pages_say() {
    let port = serve();
    for page in pages() {
        let stage = Stage::new(port).await;
        let mut before = None;
        for example in examples(&page) {
            if example.output.is_none() && example.error.is_none() {
                continue;
            }
            let run = stage.run(&example, before.as_deref());
            before = Some(run["workflow_id"].as_str().unwrap().to_owned());
            let status = if example.error.is_some() { "error" } else { "success" };
            assert_eq!(run["status"], status, "{}: {run:#}", example.name());
            if let Some(expected) = &example.error {
                let error = &run["error"]["error"];
                let found = json!({ "code": error["code"], "message": error["message"] });
                stage.compare(&example, expected, &found);
            }
            if let Some(expected) = &example.output {
                stage.compare(&example, expected, &stage.output(&example, &run).await);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_webhook_of_the_guide_answers() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/webhooks.md");
    let example = examples(&page).into_iter().find(|example| example.name() == "Sum of two numbers").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let Opened { store, .. } = Store::open(folder.path()).await.unwrap();
    let workflow = store.create_workflow(&example.name(), "").await.unwrap().id;
    let definition = example.definition();
    let trigger = definition.nodes[0].id.clone();
    store.commit(workflow, None, Origin::Import, |_| Ok(definition)).await.unwrap();
    store.set_active(workflow, true).await.unwrap();
    let token = store.trigger_token(workflow, &trigger).await.unwrap();
    store.close().await;

    let mut program = program(folder.path()).args(["serve", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let ready: Value = serde_json::from_str(&ready).unwrap();
    let host = ready["webhooks"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
    let path = format!("/webhook/{token}/sum");
    let answer = post(&host, &path, r#"{"a":2,"b":40}"#, "");
    let foreign = post(&host, &path, r#"{"a":2,"b":40}"#, "Origin: https://example.com\r\n");
    let elsewhere = post(&host, "/webhook/AAAAAAAAAAAAAAAAAAAAAAAA/sum", "{}", "");
    program.kill().unwrap();
    program.wait().unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 ") && answer.ends_with(r#"{"total":42}"#), "{answer}");
    assert!(foreign.starts_with("HTTP/1.1 403 "), "{foreign}");
    assert!(elsewhere.starts_with("HTTP/1.1 404 "), "{elsewhere}");
}

/// Folders of one page: the database, and what `/home/me/reports` stands for.
struct Stage {
    data: tempfile::TempDir,
    folder: tempfile::TempDir,
    port: u16,
}

impl Stage {
    async fn new(port: u16) -> Self {
        let stage = Self { data: tempfile::tempdir().unwrap(), folder: tempfile::tempdir().unwrap(), port };
        let Opened { store, .. } = Store::open(stage.data.path()).await.unwrap();
        let column = |name: &str, kind| TableColumn { name: name.to_owned(), kind };
        let columns = vec![column("page", ColumnKind::Text), column("visits", ColumnKind::Number)];
        store.create_data_table("visits", &columns).await.unwrap();
        store.close().await;
        // An empty file is an empty SQLite database.
        fs::write(stage.folder.path().join("shop.db"), "").unwrap();
        stage
    }

    /// Runs an example with the real program. Gives the run as it was printed.
    fn run(&self, example: &Example, before: Option<&str>) -> Value {
        let file = self.data.path().join(format!("{}.json", example.name()));
        let text = self.as_here(&example.workflow).replace(BEFORE, before.unwrap_or_default());
        fs::write(&file, text).unwrap();
        let mut program = program(self.data.path());
        program.arg("run").arg(&file).args(["--allow", &format!("127.0.0.1:{}", self.port)]);
        program.arg("--allow-write").arg(self.folder.path());
        if let Some(input) = &example.input {
            program.arg("--input").arg(self.as_here(input));
        }
        let Output { status, stdout, stderr } = program.output().unwrap();
        let printed: Value = serde_json::from_slice(&stdout)
            .unwrap_or_else(|_| panic!("{}: {}", example.name(), String::from_utf8_lossy(&stderr)));
        assert_eq!(status.code(), Some(i32::from(printed["run"]["status"] != "success")), "{printed:#}");
        printed["run"].clone()
    }

    /// What the nodes that lead nowhere put out, in the order of the definition, as the history has it.
    async fn output(&self, example: &Example, run: &Value) -> Value {
        let Opened { store, .. } = Store::open(self.data.path()).await.unwrap();
        let id: RunId = run["id"].as_str().unwrap().parse().unwrap();
        let log = store.load(id).await.unwrap();
        let definition = example.definition();
        let leads_on = |node: &bridge_domain::NodeId| definition.edges.iter().any(|edge| edge.source == *node);
        let mut items: Vec<Item> = Vec::new();
        for node in definition.nodes.iter().filter(|node| !leads_on(&node.id)) {
            let steps = log.steps.iter().filter(|step| step.started.node_id == node.id);
            for page in steps.filter_map(|step| step.ended.as_ref()).flat_map(|end| &end.outputs).flat_map(|out| &out.1)
            {
                let text = store.page(page.hash).await.unwrap();
                items.extend(serde_json::from_str::<Vec<Item>>(&text).unwrap());
            }
        }
        store.close().await;
        serde_json::to_value(items).unwrap()
    }

    fn compare(&self, example: &Example, expected: &str, found: &Value) {
        let found: Value = serde_json::from_str(&self.as_on_the_page(&found.to_string())).unwrap();
        let expected: Value = serde_json::from_str(expected).unwrap();
        assert_eq!(found, expected, "{}: found {found:#}", example.name());
    }

    fn as_here(&self, text: &str) -> String {
        let server = format!("127.0.0.1:{}", self.port);
        text.replace(SERVER, &server).replace(FOLDER, &self.folder_path())
    }

    fn as_on_the_page(&self, text: &str) -> String {
        let server = format!("127.0.0.1:{}", self.port);
        text.replace(&server, SERVER).replace(&self.folder_path(), FOLDER)
    }

    fn folder_path(&self) -> String {
        fs::canonicalize(self.folder.path()).unwrap().display().to_string()
    }
}

fn program(data: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_bridge-cli"));
    program.arg("--data-folder").arg(data);
    program
}

fn post(host: &str, path: &str, body: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{headers}");
    write!(stream, "{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The service that the pages speak of, at a free port of this machine.
fn serve() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    port
}

fn answer(stream: TcpStream) {
    let mut reader = BufReader::new(stream);
    let (mut request, mut length) = (String::new(), 0);
    reader.read_line(&mut request).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let target = request.split(' ').nth(1).unwrap_or_default();
    let (status, kind, content) = match target.split('?').next().unwrap_or_default() {
        "/orders" if target.contains("page=1") => {
            ("200 OK", "application/json", r#"{"orders":[{"id":1,"total":30},{"id":2,"total":120}]}"#.to_owned())
        }
        "/orders" => ("200 OK", "application/json", r#"{"orders":[{"id":3,"total":75}]}"#.to_owned()),
        "/echo" => ("200 OK", "application/json", String::from_utf8(body).unwrap()),
        "/prices.csv" => ("200 OK", "text/csv", "name,price\nTea,3.50\nCoffee,4.20\n".to_owned()),
        "/feed.xml" => ("200 OK", "application/rss+xml", FEED.to_owned()),
        _ => ("404 Not Found", "application/json", r#"{"error":"not found"}"#.to_owned()),
    };
    let mut stream = reader.into_inner();
    let length = content.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close");
    write!(stream, "{head}\r\n\r\n{content}").unwrap();
}

const FEED: &str = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://example.com/</link>
<description>News</description>
<item><guid>2</guid><title>Second</title><link>https://example.com/2</link></item>
<item><guid>1</guid><title>First</title><link>https://example.com/1</link></item>
</channel></rss>"#;
