//! Trying again: a service that has trouble with one message of ten.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::world::{World, file_of, flow};

/// Messages in the order in which they came: the path, the idempotency key, and whether it was taken.
type Messages = Arc<Mutex<Vec<(String, String, bool)>>>;

/// Refuses the message `/4` so many times; gives its port.
fn service(mut refusals: u32, messages: &Messages) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let messages = Arc::clone(messages);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut path, mut key, mut length) = (String::new(), String::new(), 0);
            for line in reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
                match line.split_once(": ") {
                    None => path = line.split(' ').nth(1).unwrap().to_owned(),
                    Some((name, value)) if name.eq_ignore_ascii_case("idempotency-key") => key = value.to_owned(),
                    Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                        length = value.parse().unwrap()
                    }
                    Some(_) => {}
                }
            }
            reader.read_exact(&mut vec![0; length]).unwrap();
            let taken = path != "/4" || refusals == 0;
            refusals -= u32::from(!taken);
            messages.lock().unwrap().push((path, key, taken));
            let status = if taken { "200 OK" } else { "503 Service Unavailable" };
            let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n");
            let _ = stream.write_all(format!("{head}Connection: close\r\n\r\n{{}}").as_bytes());
        }
    });
    port
}

/// Ten messages; what comes of it: exit code and messages.
fn send_ten(refusals: u32, settings: Value) -> (i32, Vec<(String, String, bool)>) {
    let (world, messages) = (World::new(), Messages::default());
    let port = service(refusals, &messages);
    let url = format!("=http://127.0.0.1:{port}/{{{{ $json.n }}}}");
    let send = json!({ "method": "POST", "url": url });
    let mut definition =
        flow(&[("Start", "manual", "start", json!({})), ("Send", "http", "request", send)], "Start -> Send");
    definition["nodes"][1]["data"]["settings"] = settings;
    let file = file_of(&world, "Ten", &definition);
    let input = Value::from_iter((0..10).map(|n| json!({ "n": n }))).to_string();
    let done = world.cli(&["run", &file, "--allow", &format!("127.0.0.1:{port}"), "--input", &input]);
    let messages = messages.lock().unwrap().clone();
    (done.code, messages)
}

#[test]
fn of_ten_messages_the_one_that_is_refused_for_a_while_is_sent_again_and_no_other_is() {
    let (code, messages) = send_ten(2, json!({ "retry": { "max_tries": 3, "wait_ms": 10 } }));
    assert_eq!((code, messages.len()), (0, 12), "{messages:?}");
    for n in 0..10 {
        let path = format!("/{n}");
        let of_it: Vec<_> = messages.iter().filter(|(found, _, _)| *found == path).collect();
        assert_eq!(of_it.iter().filter(|(_, _, taken)| *taken).count(), 1, "{path} is taken once");
        assert_eq!(of_it.len(), if n == 4 { 3 } else { 1 });
        assert!(of_it.iter().all(|(_, key, _)| *key == of_it[0].1), "{path} has one key: {of_it:?}");
    }
    let mut keys: Vec<&String> = messages.iter().map(|(_, key, _)| key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 10);
}

#[test]
fn a_message_that_is_refused_for_good_is_not_sent_more_often_than_was_set() {
    for (on_error, others) in [("stop", 4), ("continue", 9), ("error_output", 9)] {
        let settings = json!({ "retry": { "max_tries": 3, "wait_ms": 10 }, "on_error": on_error });
        let (code, messages) = send_ten(1_000, settings);
        assert_ne!(code, 0, "{on_error}: a run with a failure is not green");
        let (of_it, rest): (Vec<_>, Vec<_>) = messages.iter().partition(|(path, _, _)| path == "/4");
        assert_eq!((of_it.len(), rest.len()), (3, others), "{on_error}: {messages:?}");
    }
}
