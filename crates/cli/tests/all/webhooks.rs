//! Webhooks and forms, answered by `serve`.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::world::{World, failing, flow};

fn hook(config: Value) -> (&'static str, &'static str, &'static str, Value) {
    ("Hook", "webhook", "receive", config)
}

fn set(id: &'static str, fields: Value) -> (&'static str, &'static str, &'static str, Value) {
    (id, "set", "set_fields", json!({ "fields": fields, "keep_other_fields": false }))
}

/// Takes a body `{"n": [..]}` apart and doubles.
fn doubling(response_data: &str, status: u16) -> Value {
    let hook = hook(
        json!({ "path": "in", "respond": "after_last_node", "response_data": response_data, "response_status": status }),
    );
    let split = ("Split", "split_out", "split", json!({ "field": "body.n", "into": "n" }));
    let double = set("Double", json!({ "d": "={{ $json.n * 2 }}" }));
    flow(&[hook, split, double], "Hook -> Split, Split -> Double")
}

#[test]
fn a_caller_is_answered_at_once_or_after_the_last_node() {
    let world = World::new();
    let body = json!({ "path": "in", "response_body": "thanks", "response_status": 202 });
    world.activate(&[
        ("Now", flow(&[hook(json!({ "path": "in" }))], "")),
        ("Thanks", flow(&[hook(body)], "")),
        ("First", doubling("first_item", 200)),
        ("All", doubling("all_items", 201)),
        ("Nothing", doubling("nothing", 200)),
    ]);
    let serving = world.serve();
    assert_eq!(serving.ready["active_workflows"], 5);
    let now = serving.post(&world.address("Now"), "{}");
    assert_eq!((now.status, now.json()["run_id"].is_string()), (200, true));
    let thanks = serving.post(&world.address("Thanks"), "{}");
    assert_eq!((thanks.status, thanks.body.as_str()), (202, "thanks"));
    let numbers = r#"{"n":[1,2,3]}"#;
    let first = serving.post(&world.address("First"), numbers);
    assert_eq!((first.status, first.json()["d"].clone()), (200, json!(2)));
    let all = serving.post(&world.address("All"), numbers);
    assert_eq!((all.status, all.json().as_array().map(Vec::len)), (201, Some(3)));
    let nothing = serving.post(&world.address("Nothing"), numbers);
    assert_eq!((nothing.status, nothing.body.as_str()), (200, ""));
    world.until("Now", |runs| runs.len() == 1 && runs[0]["status"] == "success");
}

#[test]
fn a_respond_node_answers_with_its_status_headers_and_body_while_the_run_goes_on() {
    let world = World::new();
    let answer = json!({ "status": 418, "headers": { "x-tea": "green" }, "body": "={{ $json.body.name }}" });
    let nodes = [
        hook(json!({ "path": "in", "respond": "respond_node" })),
        ("Answer", "respond", "respond_to_webhook", answer),
        ("Later", "wait", "pause", json!({ "amount": 1, "unit": "seconds" })),
    ];
    let silent = flow(&[hook(json!({ "path": "in", "respond": "respond_node" }))], "");
    world.activate(&[("Tea", flow(&nodes, "Hook -> Answer, Answer -> Later")), ("Silent", silent)]);
    let serving = world.serve();
    let tea = serving.post(&world.address("Tea"), r#"{"name":"oolong"}"#);
    assert_eq!((tea.status, tea.headers["x-tea"].as_str(), tea.body.as_str()), (418, "green", "oolong"));
    world.until("Tea", |runs| runs[0]["status"] == "success");
    assert_eq!(serving.post(&world.address("Silent"), "{}").status, 500);
}

#[test]
fn a_caller_of_a_run_that_fails_or_is_cancelled_learns_that_and_no_more() {
    let world = World::new();
    let trigger = |respond: &str| ("webhook", "receive", json!({ "path": "in", "respond": respond }));
    let pause = json!({ "amount": 60, "unit": "seconds" });
    let slow = flow(
        &[hook(json!({ "path": "in", "respond": "after_last_node" })), ("Wait", "wait", "pause", pause)],
        "Hook -> Wait",
    );
    world.activate(&[
        ("After", failing(trigger("after_last_node"))),
        ("Respond", failing(trigger("respond_node"))),
        ("Slow", slow),
    ]);
    let serving = world.serve();
    for workflow in ["After", "Respond"] {
        let answer = serving.post(&world.address(workflow), "{}");
        assert_eq!(answer.status, 500, "{answer:?}");
        assert!(!answer.body.contains("secret") && !answer.body.contains("Stop"), "{answer:?}");
    }
    let path = world.address("Slow");
    let port = serving.port;
    let waiting = std::thread::spawn(move || crate::world::request(port, "POST", &path, &[], b""));
    world.until("Slow", |runs| !runs.is_empty());
    // The end of the process answers who waits, or closes: it does not hang.
    assert_eq!(serving.signal(Signal::TERM), Some(0));
    drop(waiting.join());
    // What was cut off goes on with the next start.
    let _serving = world.serve();
    world.until("Slow", |runs| runs.len() == 1 && runs[0]["status"] == "waiting");
}

#[test]
fn callers_who_wait_for_the_answer_get_it_when_their_turn_comes() {
    let world = World::new();
    let pause = json!({ "amount": 0.3, "unit": "seconds" });
    let slow = flow(
        &[
            hook(json!({ "path": "in", "respond": "after_last_node" })),
            ("Wait", "wait", "pause", pause),
            ("Answer", "set", "set_fields", json!({ "fields": { "number": "={{ $json.body.number }}" } })),
        ],
        "Hook -> Wait, Wait -> Answer",
    );
    world.activate(&[("Slow", slow)]);
    let serving = world.serve();
    let path = world.address("Slow");
    let port = serving.port;
    let callers: Vec<_> = (0..40)
        .map(|number| {
            let path = path.clone();
            let body = json!({ "number": number }).to_string().into_bytes();
            let json = [("content-type", "application/json")];
            std::thread::spawn(move || crate::world::request(port, "POST", &path, &json, &body))
        })
        .collect();
    for (number, caller) in callers.into_iter().enumerate() {
        let answer = caller.join().unwrap();
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, &body["number"]), (200, &json!(number)), "{answer:?}");
    }
    world.until("Slow", |runs| runs.len() == 40 && runs.iter().all(|run| run["status"] == "success"));
}

#[test]
fn x4_who_does_not_know_path_method_or_token_cannot_tell_which() {
    let world = World::new();
    world.activate(&[("Hooked", flow(&[hook(json!({ "path": "orders/new" }))], ""))]);
    let serving = world.serve();
    let path = world.address("Hooked");
    let other = path.replace("orders/new", "orders/old");
    let guessed = format!("/webhook/{}/orders/new", "A".repeat(22));
    let form = path.replace("/webhook/", "/form/");
    let answers = [
        serving.request("GET", &path, &[], b""),
        serving.post(&other, "{}"),
        serving.post(&guessed, "{}"),
        serving.post(&form, "{}"),
        serving.post("/", "{}"),
    ];
    assert!(answers.iter().all(|answer| (answer.status, &answer.body) == (404, &answers[0].body)), "{answers:?}");
    assert_eq!(serving.request("POST", &path, &[("origin", "https://evil.example")], b"{}").status, 403);
    assert_eq!(serving.post(&path, "{").status, 400);
    assert!(world.runs("Hooked").is_empty());
    assert_eq!(serving.post(&path, "{}").status, 200);
    // Switched off, it is gone at once; on again, it is back under the same address.
    world.cli(&["deactivate", "Hooked"]);
    assert_eq!(serving.post(&path, "{}").status, 404);
    world.cli(&["activate", "Hooked"]);
    assert_eq!(serving.post(&path, "{}").status, 200);
}

#[test]
fn a_form_is_shown_checked_and_sent() {
    let world = World::new();
    let fields = json!([{ "name": "age", "label": "Age", "type": "number", "required": true }]);
    let form = ("Form", "form", "submitted", json!({ "title": "Join <us>", "fields": fields, "after": "Welcome" }));
    world.activate(&[("Joining", flow(&[form], ""))]);
    let serving = world.serve();
    let path = world.address("Joining");
    let page = serving.request("GET", &path, &[], b"");
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("Join &lt;us&gt;") && page.headers["content-security-policy"].contains("default-src 'none'")
    );
    let send = |body: &str| {
        serving.request("POST", &path, &[("content-type", "application/x-www-form-urlencoded")], body.as_bytes())
    };
    let wrong = send("age=old");
    assert!(wrong.status == 400 && wrong.body.contains("Age must be a number."), "{wrong:?}");
    assert!(world.runs("Joining").is_empty());
    let sent = send("age=41&other=1");
    assert!(sent.status == 200 && sent.body.contains("Welcome"), "{sent:?}");
    let runs = world.until("Joining", |runs| runs.len() == 1 && runs[0]["status"] == "success");
    assert_eq!(runs[0]["trigger"]["type"], "form");
    assert_eq!(serving.request("DELETE", &path, &[], b"").status, 405);
}

#[test]
fn files_and_raw_bodies_become_files_of_the_item() {
    let world = World::new();
    let about = json!({ "name": "={{ $binary.photo.file_name }}", "size": "={{ $binary.photo.size }}", "note": "={{ $json.body.note }}" });
    let raw = json!({ "path": "in", "respond": "after_last_node", "raw_body": true });
    let whole = json!({ "size": "={{ $binary.data.size }}", "n": "={{ $json.body.n }}" });
    let hooked = hook(json!({ "path": "in", "respond": "after_last_node" }));
    world.activate(&[
        ("Photos", flow(&[hooked, set("About", about)], "Hook -> About")),
        ("Raw", flow(&[hook(raw), set("About", whole)], "Hook -> About")),
    ]);
    let serving = world.serve();
    let body = "--B\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--B\r\nContent-Disposition: form-data; \
                name=\"photo\"; filename=\"../../a.png\"\r\nContent-Type: image/png\r\n\r\n\u{1}\u{2}\u{3}\r\n--B--\r\n";
    let kind = [("content-type", "multipart/form-data; boundary=B")];
    let photo = serving.request("POST", &world.address("Photos"), &kind, body.as_bytes());
    assert_eq!(photo.json(), json!({ "name": "a.png", "size": 3, "note": "hello" }), "{photo:?}");
    let raw = serving.post(&world.address("Raw"), r#"{ "n":  1 }"#);
    assert_eq!(raw.json(), json!({ "size": 11, "n": 1 }), "{raw:?}");
}

#[test]
fn more_requests_than_turns_are_all_answered_and_none_runs_twice() {
    let world = World::new();
    let pause = json!({ "amount": 0.2, "unit": "seconds" });
    let nodes = [
        hook(json!({ "path": "in", "respond": "after_last_node" })),
        ("Wait", "wait", "pause", pause),
        set("Number", json!({ "n": "={{ $('Hook').first().json.body.n }}" })),
    ];
    world.activate(&[("Busy", flow(&nodes, "Hook -> Wait, Wait -> Number"))]);
    let serving = world.serve();
    let (path, port) = (world.address("Busy"), serving.port);
    let callers: Vec<_> = (0..60)
        .map(|n| {
            let path = path.clone();
            let body = json!({ "n": n }).to_string();
            std::thread::spawn(move || {
                let answer = crate::world::request(
                    port,
                    "POST",
                    &path,
                    &[("content-type", "application/json")],
                    body.as_bytes(),
                );
                assert_eq!((answer.status, answer.json()["n"].clone()), (200, json!(n)), "{answer:?}");
            })
        })
        .collect();
    for caller in callers {
        caller.join().unwrap();
    }
    assert_eq!(world.runs("Busy").len(), 60);
    // One that goes away at once is run nevertheless: it was accepted.
    let mut gone = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(gone, "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(100));
    drop(gone);
    world.until("Busy", |runs| runs.len() == 61);
}

#[test]
fn runs_that_wait_for_long_leave_their_turn_to_others() {
    let world = World::new();
    let nodes = [
        hook(json!({ "path": "in" })),
        ("Long", "if", "check", json!({ "conditions": [{ "left": "={{ $json.body.long }}", "operator": "is_true" }] })),
        ("Wait", "wait", "pause", json!({ "amount": 1, "unit": "hours" })),
        ("Done", "no_op", "pass", json!({})),
    ];
    world.activate(&[("Mixed", flow(&nodes, "Hook -> Long, Long.true -> Wait, Long.false -> Done"))]);
    let serving = world.serve();
    let path = world.address("Mixed");
    for _ in 0..20 {
        assert_eq!(serving.post(&path, r#"{"long":true}"#).status, 200);
    }
    assert_eq!(serving.post(&path, r#"{"long":false}"#).status, 200);
    world.until("Mixed", |runs| runs.iter().any(|run| run["status"] == "success"));
}

#[test]
fn a_server_that_is_asked_to_end_answers_what_it_has_begun() {
    let world = World::new();
    let nodes = [
        hook(json!({ "path": "in", "respond": "after_last_node" })),
        ("Wait", "wait", "pause", json!({ "amount": 1, "unit": "seconds" })),
    ];
    world.activate(&[("Short", flow(&nodes, "Hook -> Wait"))]);
    let serving = world.serve();
    let (path, port) = (world.address("Short"), serving.port);
    let waiting = std::thread::spawn(move || crate::world::request(port, "POST", &path, &[], b"").status);
    world.until("Short", |runs| !runs.is_empty());
    assert_eq!(serving.signal(Signal::TERM), Some(0));
    assert_eq!(waiting.join().unwrap(), 200);
    assert_eq!(world.runs("Short")[0]["status"], "success");
}
