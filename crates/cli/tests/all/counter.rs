//! A server that counts messages.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A server that counts messages by path and idempotency key.
pub struct Counter {
    pub port: u16,
    keys: Arc<Mutex<BTreeMap<(String, String), u64>>>,
}

impl Counter {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let keys = Arc::<Mutex<BTreeMap<_, _>>>::default();
        let counted = Arc::clone(&keys);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counted = Arc::clone(&counted);
                std::thread::spawn(move || while answer(&stream, &counted).is_some() {});
            }
        });
        Self { port, keys }
    }

    pub fn total(&self) -> u64 {
        self.keys.lock().unwrap().values().sum()
    }

    pub fn keys(&self) -> BTreeMap<(String, String), u64> {
        self.keys.lock().unwrap().clone()
    }
}

fn answer(stream: &TcpStream, counted: &Mutex<BTreeMap<(String, String), u64>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut path, mut key, mut length) = (String::new(), String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if path.is_empty() {
            path = line.split(' ').nth(1)?.trim_start_matches('/').to_owned();
        } else if let Some((name, value)) = line.split_once(':') {
            match name.to_ascii_lowercase().as_str() {
                "idempotency-key" => key = value.trim().to_owned(),
                "content-length" => length = value.trim().parse().ok()?,
                _ => {}
            }
        }
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    assert!(!key.is_empty(), "a message without a key");
    *counted.lock().unwrap().entry((path, key)).or_default() += 1;
    // Long enough for a kill to fall between the message and its answer.
    std::thread::sleep(Duration::from_millis(10));
    let mut stream = stream;
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"list\":null}")
        .ok()
}
