//! A data folder, the program on it, and what talks to it: real files, processes and sockets.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bridge_domain::{Definition, Origin, WorkflowId};
use bridge_store::Store;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The program; `BRIDGE_PROGRAM` names another build of it.
pub fn program() -> PathBuf {
    std::env::var_os("BRIDGE_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_bridge-cli").into(), PathBuf::from)
}

/// Longer than anything here takes.
pub const LONG: Duration = Duration::from_secs(60);

/// A data folder and a folder for files beside it.
pub struct World {
    folder: TempDir,
}

/// What a command gave.
#[derive(Debug)]
pub struct Done {
    pub code: i32,
    /// Values on standard output.
    pub lines: Vec<Value>,
    /// The error on standard error.
    pub error: Value,
}

impl World {
    pub fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(world.files()).unwrap();
        world
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    /// A file beside the data folder.
    pub fn file(&self, name: &str, content: &str) -> String {
        let path = self.files().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.arg("--data-folder").arg(self.data()).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn cli(&self, arguments: &[&str]) -> Done {
        self.cli_with(arguments, "")
    }

    pub fn cli_with(&self, arguments: &[&str], input: &str) -> Done {
        let mut child = self.command(arguments).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        done(child)
    }

    /// Keeps workflows while nothing runs. Gives their identifiers.
    pub fn keep(&self, workflows: &[(&str, Value)]) -> Vec<WorkflowId> {
        block_on(async {
            let store = self.store().await;
            let mut ids = Vec::new();
            for (name, definition) in workflows {
                let definition: Definition = serde_json::from_value(definition.clone()).unwrap();
                let id = store.create_workflow(name, "").await.unwrap().id;
                store.commit(id, None, Origin::User, |_| Ok(definition)).await.unwrap();
                ids.push(id);
            }
            store.close().await;
            ids
        })
    }

    /// As [`Self::keep`], and switched on.
    pub fn activate(&self, workflows: &[(&str, Value)]) -> Vec<WorkflowId> {
        let ids = self.keep(workflows);
        for id in &ids {
            let done = self.cli(&["activate", &id.to_string()]);
            assert_eq!(done.code, 0, "{done:?}");
        }
        ids
    }

    pub async fn store(&self) -> Store {
        Store::open(&self.data()).await.unwrap().store
    }

    pub fn serve(&self) -> Serving {
        let mut child = self.command(&["serve", "--port", "0"]).stderr(Stdio::inherit()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let base = ready["webhooks"].as_str().unwrap().to_owned();
        let port = base.rsplit(':').next().unwrap().parse().unwrap();
        Serving { child, port, ready }
    }

    /// The path of the only webhook or form of a workflow, while `serve` runs.
    pub fn address(&self, workflow: &str) -> String {
        let list = self.cli(&["list"]);
        let found = list.lines.iter().find(|line| line["workflow"]["name"] == workflow).unwrap();
        let url = found["triggers"][0]["url"].as_str().unwrap_or_else(|| panic!("no address: {found}"));
        url.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap()
    }

    /// Runs, newest first.
    pub fn runs(&self, workflow: &str) -> Vec<Value> {
        self.cli(&["runs", "--workflow", workflow, "--limit", "200"]).lines
    }

    /// Waits until the runs are as wanted.
    pub fn until(&self, workflow: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let begin = Instant::now();
        loop {
            let runs = self.runs(workflow);
            if wanted(&runs) {
                return runs;
            }
            assert!(begin.elapsed() < LONG, "never: {runs:#?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

pub fn done(child: Child) -> Done {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut found = complaint.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let error = found.find(|line| line.get("error").is_some());
    Done {
        code: output.status.code().unwrap_or(-1),
        lines,
        error: error.map_or(Value::Null, |line| line["error"].clone()),
    }
}

/// `serve` at work. Killed when it is dropped.
pub struct Serving {
    pub child: Child,
    pub port: u16,
    pub ready: Value,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    /// Sends a signal and waits for the end. Gives the exit code; none when the signal ended it.
    pub fn signal(mut self, signal: rustix::process::Signal) -> Option<i32> {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).unwrap();
        self.child.wait().unwrap().code()
    }

    pub fn post(&self, path: &str, body: &str) -> Answer {
        self.request("POST", path, &[("content-type", "application/json")], body.as_bytes())
    }

    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        request(self.port, method, path, headers, body)
    }
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

pub fn request(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("Content-Length: {}\r\n\r\n", body.len());
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let text = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap().parse().unwrap();
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    Answer { status, headers: lines.filter_map(header).collect(), body: body.to_owned() }
}

/// A definition from nodes `(id, connector, action, config)` and edges such as `a -> b, if.true -> c`.
pub fn flow(nodes: &[(&str, &str, &str, Value)], edges: &str) -> Value {
    let catalog = bridge_connectors::catalog();
    let node = |(id, connector, action, config): &(&str, &str, &str, Value)| {
        let known = catalog.action(connector, action).unwrap_or_else(|| panic!("{connector} {action}"));
        json!({ "id": id, "type": known.node_type, "position": { "x": 0, "y": 0 },
            "data": { "label": id, "connector_id": connector, "action_id": action, "config": config } })
    };
    let edge = |(number, edge): (usize, &str)| {
        let (from, to) = edge.split_once("->").unwrap();
        let (from, handle) = from.trim().split_once('.').map_or((from.trim(), None), |(from, port)| (from, Some(port)));
        let mut edge = json!({ "id": format!("e{number}"), "source": from, "target": to.trim() });
        if let Some(handle) = handle {
            edge["source_handle"] = handle.into();
        }
        edge
    };
    let edges = edges.split(',').filter(|edge| !edge.trim().is_empty()).enumerate();
    json!({ "nodes": nodes.iter().map(node).collect::<Vec<_>>(), "edges": edges.map(edge).collect::<Vec<_>>() })
}

/// A workflow that starts by hand and sets a field.
pub fn adding_one() -> Value {
    let fields = json!({ "fields": { "b": "={{ $json.a + 1 }}" } });
    flow(&[("Start", "manual", "start", json!({})), ("Add", "set", "set_fields", fields)], "Start -> Add")
}

/// One that fails.
pub fn failing(trigger: (&str, &str, Value)) -> Value {
    let (connector, action, config) = trigger;
    let message = json!({ "message": "secret reason" });
    flow(&[("Start", connector, action, config), ("Stop", "stop_and_error", "fail", message)], "Start -> Stop")
}

pub fn file_of(world: &World, name: &str, definition: &Value) -> String {
    let mut whole = definition.clone();
    whole["name"] = name.into();
    world.file(&format!("{name}.json"), &whole.to_string())
}

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
}
