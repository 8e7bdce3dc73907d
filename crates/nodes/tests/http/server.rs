//! A real HTTP server on this machine: it keeps every request as it came and answers what the test says.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Received {
    /// Such as `GET /orders?page=2`.
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// All of it but what every request has: the host, the program's name, encodings and the length.
    pub fn written(&self) -> String {
        const USUAL: &[&str] = &["host", "user-agent", "accept-encoding", "content-length", "connection"];
        let others = self.headers.iter().filter(|(name, _)| !USUAL.contains(&name.as_str()));
        let mut headers: Vec<String> = others.map(|(name, value)| format!("{name}: {value}\n")).collect();
        headers.sort();
        format!("{}\n{}\n{}", self.line, headers.concat(), self.text())
    }
}

/// What is answered: bytes, with a pause between the parts.
pub struct Answer {
    parts: Vec<Vec<u8>>,
    pause: Duration,
}

impl Answer {
    pub fn new(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
        Self { parts: vec![[head.as_bytes(), body].concat()], pause: Duration::ZERO }
    }

    pub fn json(body: Value) -> Self {
        Self::new("200 OK", &[("content-type", "application/json; charset=utf-8")], body.to_string())
    }

    pub fn status(status: &str, body: Value) -> Self {
        Self::new(status, &[("content-type", "application/json")], body.to_string())
    }

    /// Parts that come with a pause before each; the length is not told before.
    pub fn slow(pause: Duration, parts: Vec<Vec<u8>>) -> Self {
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n".to_vec();
        Self { parts: std::iter::once(head).chain(parts).collect(), pause }
    }
}

/// A server that runs until it is dropped.
pub struct Server {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// A server that answers each request by this function; the number counts requests from 0.
    pub async fn start(answer: impl Fn(usize, &Received) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let (kept, answer) = (received.clone(), Arc::new(answer));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, answer) = (kept.clone(), answer.clone());
                tokio::spawn(async move { serve(stream, &kept, answer.as_ref()).await });
            }
        });
        Self { address, received, task }
    }

    /// A server that gives the same answer to every request.
    pub async fn saying(body: Value) -> Self {
        Self::start(move |_, _| Answer::json(body.clone())).await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The only request.
    pub fn only(&self) -> Received {
        let all = self.received();
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    kept: &Mutex<Vec<Received>>,
    answer: &(impl Fn(usize, &Received) -> Answer + Send + Sync),
) {
    let Some(request) = read(&mut stream).await else { return };
    let number = {
        let mut kept = kept.lock().unwrap();
        kept.push(request.clone());
        kept.len() - 1
    };
    let Answer { parts, pause } = answer(number, &request);
    for (place, part) in parts.into_iter().enumerate() {
        if place > 0 {
            tokio::time::sleep(pause).await;
        }
        if stream.write_all(&part).await.is_err() {
            return;
        }
    }
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.split("\r\n");
    let line = lines.next()?.strip_suffix(" HTTP/1.1")?.to_owned();
    let split = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let headers: Vec<(String, String)> = lines.filter_map(split).collect();
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Received { line, headers, body })
}
