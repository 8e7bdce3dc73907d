//! Against `llmock`, a server somebody else wrote that speaks all three formats, fails on request, and judges its client.
//! Skipped, with the reason printed, where the package cannot be had.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/python.rs"]
mod python;
#[path = "support/mod.rs"]
mod support;

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{ErrorCode, FinishReason, Model, ModelRequest, Role, Turn};
use bridge_providers::Limits;
use serde_json::{Value, json};
use support::{Outcome, model_at, outcome, question};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Takes a free port, serves on it and says so once it listens. Ends when its input does.
const SERVER: &str = r#"
import socket, sys, threading, time, uvicorn
from llmock.main import app
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
threading.Thread(target=server.run, args=([listener],), daemon=True).start()
while not server.started:
    time.sleep(0.05)
print("\nREADY %d" % listener.getsockname()[1], flush=True)
sys.stdin.read()
"#;

/// A provider of each format, and where the server speaks it.
const ROUTES: &[(&str, &str)] = &[("openai", "/v1"), ("anthropic", "/anthropic/v1"), ("gemini", "/gemini/v1beta")];

struct Mock {
    python: PathBuf,
    port: u16,
}

impl Mock {
    fn model(&self, id: &str, limits: Limits) -> Arc<dyn Model> {
        let route = ROUTES.iter().find(|(known, _)| *known == id).unwrap().1;
        model_at(id, &format!("http://127.0.0.1:{}{route}", self.port), limits)
    }

    async fn ask(&self, id: &str, words: &str) -> Outcome {
        outcome(self.model(id, quick()).stream(plain_question(words))).await
    }

    /// What the next requests get.
    #[expect(clippy::disallowed_methods, reason = "speaks to a server of its own")]
    async fn script(&self, behaviours: Value) {
        let body = json!({ "behaviors": behaviours }).to_string();
        let mut socket = tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let request = format!(
            "POST /_llmock/scenario HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    }

    /// Its verdict on everything so far, warnings included.
    fn assert_clean(&self) {
        let report = self.python.with_file_name("llmock");
        let url = format!("http://127.0.0.1:{}", self.port);
        let output = Command::new(report).args(["report", "--strict", "--url", &url]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("PASS"), "{said}");
    }
}

fn quick() -> Limits {
    Limits {
        first_token: Duration::from_secs(5),
        idle: Duration::from_millis(700),
        backoff: Duration::from_millis(100),
        ..Limits::cloud()
    }
}

/// The server tells requests apart by their bodies, so each has its own words.
fn plain_question(words: &str) -> ModelRequest {
    ModelRequest { schema: None, turns: vec![Turn { role: Role::User, parts: vec![words.to_owned()] }], ..question() }
}

/// Fails after text was shown, which is not tried again behind the user's back; then the user asks again.
async fn breaks_then_asked_again(mock: &Mock, id: &str, kind: &str, code: ErrorCode) {
    let words = format!("{kind} for {id}");
    mock.script(json!([{ "type": "stream_fault", "kind": kind, "after_chunks": 6, "stall_seconds": 20, "times": 1 },
        { "type": "reply", "text": "One two three four five six seven eight nine ten.", "times": 2 }]))
        .await;
    let broken = mock.ask(id, &words).await;
    assert!(!broken.text.is_empty(), "{id} {kind}: nothing had come");
    let text = broken.text.clone();
    assert_eq!(broken.error().code, code, "{id} {kind}");
    // The server sees that the client has left with its next chunk, and counts only a later request as asking again.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let whole = mock.ask(id, &words).await;
    assert_eq!(whole.end, Ok(FinishReason::Stop), "{id} {kind}");
    assert!(whole.text.starts_with(&text) && whole.text.len() > text.len(), "{id} {kind}: {text} and {}", whole.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_somebody_else_wrote_finds_nothing_wrong() {
    let import = "import llmock, uvicorn";
    let python = match python::environment("llmock", import, &[&["llmock==0.2.2"]]) {
        Ok(python) => python,
        Err(reason) => return python::skip(&reason),
    };
    // Chunks some time apart: the server sees a client leave only while it has something left to send.
    let mut command = Command::new(&python);
    let (_server, port) =
        python::Process::start(command.args(["-c", SERVER]).env("LLMOCK_STREAM_CHUNK_DELAY_MS", "20"));
    let mock = Mock { python, port: port.trim().parse().unwrap() };

    for (id, _) in ROUTES {
        mock.script(json!([{ "type": "reply", "text": "Grüße, 天気 😀", "times": 1 }])).await;
        let answer = mock.ask(id, "Hello").await;
        assert_eq!((answer.text.as_str(), answer.end), ("Grüße, 天気 😀", Ok(FinishReason::Stop)), "{id}");
        assert!(!answer.events.is_empty());

        for status in [429, 500, 503] {
            mock.script(json!([{ "type": "fail", "status": status, "retry_after": 0.4, "times": 1 }])).await;
            assert_eq!(mock.ask(id, &format!("{status} once")).await.end, Ok(FinishReason::Stop), "{id} {status}");
            mock.script(json!([{ "type": "fail", "status": status, "times": 3 }])).await;
            let error = mock.ask(id, &format!("{status} for good")).await.error();
            let expected = if status == 429 { ErrorCode::RateLimited } else { ErrorCode::ProviderUnavailable };
            assert_eq!(error.code, expected, "{id} {status}");
        }
        for (status, code) in [
            (400, ErrorCode::RequestRefused),
            (401, ErrorCode::KeyRejected),
            (403, ErrorCode::PermissionDenied),
            (404, ErrorCode::ModelNotFound),
        ] {
            mock.script(json!([{ "type": "fail", "status": status, "times": 1 }])).await;
            let error = mock.ask(id, &format!("{status}")).await.error();
            assert_eq!(error.code, code, "{id} {status}: {error:?}");
        }
        for (kind, code) in [
            ("disconnect", ErrorCode::Interrupted),
            ("truncate", ErrorCode::Interrupted),
            ("malformed", ErrorCode::BadAnswer),
            ("stall", ErrorCode::Timeout),
        ] {
            breaks_then_asked_again(&mock, id, kind, code).await;
        }
        for kind in ["disconnect", "truncate"] {
            mock.script(json!([{ "type": "stream_fault", "kind": kind, "after_chunks": 0, "times": 1 }])).await;
            let answer = mock.ask(id, &format!("{kind} at once")).await;
            assert_eq!(answer.end, Ok(FinishReason::Stop), "{id} {kind} before the first text");
        }
    }
    mock.assert_clean();
}
