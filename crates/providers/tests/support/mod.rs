//! A server that misbehaves on purpose, byte by byte, on a loopback port, and what tests need around it.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bridge_domain::{Error, FinishReason, Model, ModelEvent, ModelRequest, ModelStream, Role, SecretString, Turn};
use bridge_providers::{Gate, Limits, ProviderSpec, connect, provider};
use futures_util::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A key that nothing may show.
pub const KEY: &str = "sk-canary-0123456789-abcdefghij";

/// What the server does after it has read a request.
#[derive(Debug, Clone)]
pub enum Step {
    Send(Vec<u8>),
    Pause(Duration),
    /// Sends nothing until the other side closes.
    Stall,
    /// The same bytes again and again until the other side closes, this many bytes at most.
    Endless(Vec<u8>, usize),
    /// Closes with a reset instead of an end.
    Reset,
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub head: String,
    pub body: String,
}

impl Seen {
    pub fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// The server. Ends when dropped.
pub struct FaultServer {
    pub port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    closed: Arc<Mutex<Vec<Instant>>>,
    sent: Arc<Mutex<usize>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FaultServer {
    /// The n-th request gets the n-th script; the last one is repeated.
    pub async fn start(scripts: Vec<Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, closed, sent) = (Arc::<Mutex<Vec<Seen>>>::default(), Arc::default(), Arc::default());
        let (all_seen, all_closed, all_sent) = (Arc::clone(&seen), Arc::clone(&closed), Arc::clone(&sent));
        let task = tokio::spawn(async move {
            loop {
                let Ok((socket, _)) = listener.accept().await else { break };
                let (seen, closed, sent) = (Arc::clone(&all_seen), Arc::clone(&all_closed), Arc::clone(&all_sent));
                let scripts = scripts.clone();
                tokio::spawn(async move { serve(socket, &scripts, &seen, &closed, &sent).await });
            }
        });
        Self { port, seen, closed, sent, task }
    }

    /// One response to every request.
    pub async fn always(response: Vec<u8>) -> Self {
        Self::start(vec![vec![Step::Send(response)]]).await
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn requests(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    pub fn sent_bytes(&self) -> usize {
        *self.sent.lock().unwrap()
    }

    /// When the other side closed a connection that the server still had open.
    pub async fn closed(&self) -> Instant {
        let limit = Instant::now() + Duration::from_secs(5);
        while Instant::now() < limit {
            if let Some(at) = self.closed.lock().unwrap().first() {
                return *at;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("the connection was not closed");
    }
}

async fn serve(
    mut socket: TcpStream,
    scripts: &[Vec<Step>],
    seen: &Mutex<Vec<Seen>>,
    closed: &Mutex<Vec<Instant>>,
    sent: &Mutex<usize>,
) {
    let Some(request) = read_request(&mut socket).await else { return };
    let script = {
        let mut seen = seen.lock().unwrap();
        seen.push(request);
        scripts[(seen.len() - 1).min(scripts.len() - 1)].clone()
    };
    for step in script {
        match step {
            Step::Send(bytes) => {
                if socket.write_all(&bytes).await.is_err() {
                    break;
                }
                let _ = socket.flush().await;
            }
            Step::Pause(wait) => tokio::time::sleep(wait).await,
            Step::Stall => {
                let mut byte = [0; 1];
                while matches!(socket.read(&mut byte).await, Ok(1..)) {}
                closed.lock().unwrap().push(Instant::now());
                return;
            }
            Step::Endless(bytes, most) => {
                let mut written = 0;
                while written < most && socket.write_all(&bytes).await.is_ok() {
                    written += bytes.len();
                    *sent.lock().unwrap() += bytes.len();
                }
                closed.lock().unwrap().push(Instant::now());
            }
            Step::Reset => {
                socket.set_zero_linger().unwrap();
                return;
            }
        }
    }
    let _ = socket.shutdown().await;
}

async fn read_request(socket: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 64 * 1024];
        let read = socket.read(&mut part).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&part[..read]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let seen = Seen { head, body: String::new() };
        let length: usize = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
        if bytes.len() >= end + 4 + length {
            return Some(Seen {
                body: String::from_utf8_lossy(&bytes[end + 4..end + 4 + length]).into_owned(),
                ..seen
            });
        }
    }
}

/// A response with a length, after which the connection ends.
pub fn response(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes =
        format!("HTTP/1.1 {status} X\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n", body.len())
            .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// The head of a stream without a length.
pub fn stream_head() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n".to_vec()
}

/// A stream with all its bytes.
pub fn stream_of(body: impl AsRef<[u8]>) -> Vec<u8> {
    [&stream_head()[..], body.as_ref()].concat()
}

/// A recorded stream.
pub fn recording(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/streams/{name}.sse", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

pub fn spec(id: &str) -> &'static ProviderSpec {
    provider(id).unwrap()
}

pub fn question() -> ModelRequest {
    ModelRequest {
        model: "the-model".to_owned(),
        system: "You are the assistant of a workflow builder.".to_owned(),
        turns: vec![Turn { role: Role::User, parts: vec!["Data.".to_owned(), "Add a webhook.".to_owned()] }],
        schema: Some(serde_json::json!({
            "type": "object",
            "properties": { "message": { "type": "string" }, "actions": { "type": "array", "items": { "type": "string" } } },
            "required": ["message", "actions"],
            "additionalProperties": false,
        })),
        max_output_tokens: 16_384,
        temperature: None,
        briefing: None,
    }
}

/// Limits that make tests fast. Waits of retries stay in proportion.
pub fn quick() -> Limits {
    Limits {
        first_token: Duration::from_secs(3),
        idle: Duration::from_secs(3),
        tail: Duration::from_millis(300),
        short_answer: Duration::from_secs(3),
        backoff: Duration::from_millis(4),
        ..Limits::cloud()
    }
}

/// One gate per runtime, as an application has it: setting one up takes long, and connections belong to their runtime.
pub fn gate() -> Gate {
    static GATES: Mutex<Vec<(tokio::runtime::Id, Gate)>> = Mutex::new(Vec::new());
    let runtime = tokio::runtime::Handle::current().id();
    let mut gates = GATES.lock().unwrap();
    if let Some((_, gate)) = gates.iter().find(|(id, _)| *id == runtime) {
        return gate.clone();
    }
    let gate = Gate::new().unwrap();
    gates.push((runtime, gate.clone()));
    gate
}

pub fn model_at(id: &str, url: &str, limits: Limits) -> Arc<dyn Model> {
    connect(spec(id), &gate(), Some(url), Some(SecretString::from(KEY)), limits).unwrap()
}

/// What became of a request.
#[derive(Debug)]
pub struct Outcome {
    pub text: String,
    pub events: Vec<ModelEvent>,
    pub end: Result<FinishReason, Error>,
}

impl Outcome {
    pub fn error(self) -> Error {
        self.end.expect_err("an error was expected")
    }
}

/// Reads a stream to its end and checks what holds for every stream: one end, nothing after it, no key in it.
pub async fn outcome(mut stream: ModelStream) -> Outcome {
    let (mut events, mut text, mut end) = (Vec::new(), String::new(), None);
    while let Some(item) = stream.next().await {
        assert!(end.is_none(), "something followed the end: {item:?}");
        match item {
            Ok(ModelEvent::Finish(reason)) => end = Some(Ok(reason)),
            Ok(event) => {
                if let ModelEvent::Text(more) = &event {
                    text.push_str(more);
                }
                events.push(event);
            }
            Err(error) => {
                assert_presentable(&error);
                end = Some(Err(error));
            }
        }
    }
    Outcome { text, events, end: end.expect("the stream ended without an end") }
}

pub async fn ask(id: &str, url: &str, limits: Limits) -> Outcome {
    outcome(model_at(id, url, limits).stream(question())).await
}

/// An error a person can act on, that gives nothing away.
pub fn assert_presentable(error: &Error) {
    let shown = format!("{error:?} {error} {}", serde_json::to_string(error).unwrap());
    assert!(!shown.contains(KEY), "the key is in {shown}");
    assert!(!shown.contains("alt=sse"), "a URL's query is in {shown}");
    assert!(!error.message.is_empty() && !error.hint.is_empty(), "{error:?}");
    assert!(error.message.chars().count() < 500, "{error:?}");
}

/// Runs one test of this binary again, alone in a process of its own with these variables. Returns what it printed.
pub fn in_own_process(test: &str, variables: &[(&str, &str)]) -> std::process::Output {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
