//! A failed item is sent again, and only that one: a service counts what reaches it.

use std::time::Duration;

use bridge_domain::ErrorCode;
use bridge_nodes::testing::{TestStep, items};
use serde_json::{Value, json};

use crate::server::{Answer, Received, Server};
use crate::stage::{Stage, step};

/// A service that refuses the message 4 the first times it comes.
async fn failing(times: usize, status: &'static str) -> Server {
    let seen = std::sync::atomic::AtomicUsize::new(0);
    Server::start(move |_, received| {
        let fails = received.line == "POST /4" && seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < times;
        if fails { Answer::new(status, &[("retry-after", "7")], "") } else { Answer::json(json!({ "ok": true })) }
    })
    .await
}

fn ten(server: &Server, tries: u32) -> TestStep {
    let config = json!({ "method": "POST", "url": format!("={}{{{{ $json.n }}}}", server.url("/")) });
    let mut step = step(server, config, items((0..10).map(|n| json!({ "n": n })).collect::<Vec<_>>().into()));
    step.tries = tries;
    step
}

fn lines(server: &Server) -> Vec<String> {
    server.received().into_iter().map(|received| received.line).collect()
}

fn expected(fifth: usize) -> Vec<String> {
    (0..10).flat_map(|n| vec![format!("POST /{n}"); if n == 4 { fifth } else { 1 }]).collect()
}

fn keys(received: &[Received]) -> Vec<&str> {
    received.iter().map(|one| one.header("idempotency-key").unwrap()).collect()
}

#[tokio::test]
async fn of_ten_messages_the_one_that_failed_is_sent_again_with_its_own_key() {
    let server = failing(2, "503 Service Unavailable").await;
    let mut step = ten(&server, 3);
    Stage::new().run("http", "request", &mut step).await.unwrap();
    assert_eq!(lines(&server), expected(3));
    let received = server.received();
    let keys = keys(&received);
    assert!(keys[4] == keys[5] && keys[5] == keys[6], "one key for all tries of an item: {keys:?}");
    let mut each = [&keys[..5], &keys[7..]].concat();
    each.sort_unstable();
    each.dedup();
    assert_eq!(each.len(), 10, "each item has a key of its own: {keys:?}");
    assert_eq!(step.output(0), vec![json!({ "ok": true }); 10]);
    assert_eq!(step.origins(0), (0..10).map(|n| vec![(0, n)]).collect::<Vec<_>>());
    assert_eq!((step.again.len(), step.progress), (2, 10));
}

#[tokio::test]
async fn an_item_whose_tries_are_used_up_fails_as_it_did_before() {
    for continues in [false, true] {
        let server = failing(usize::MAX, "429 Too Many Requests").await;
        let mut step = ten(&server, 3);
        step.continues = continues;
        let result = Stage::new().run("http", "request", &mut step).await;
        let failure = if continues { step.failures.remove(0).1 } else { result.unwrap_err() };
        assert_eq!((failure.error.code, failure.item), (ErrorCode::RateLimited, Some(4)));
        assert_eq!(failure.retry_after, Some(Duration::from_secs(7)));
        let expected = if continues { expected(3) } else { expected(3)[..7].to_vec() };
        assert_eq!(lines(&server), expected);
        assert_eq!(step.puts.len(), if continues { 9 } else { 4 });
    }
}

#[tokio::test]
async fn what_cannot_pass_is_not_sent_again() {
    for (status, tries) in [("400 Bad Request", 5), ("404 Not Found", 5), ("503 Service Unavailable", 1)] {
        let server = failing(usize::MAX, status).await;
        let mut step = ten(&server, tries);
        step.continues = true;
        Stage::new().run("http", "request", &mut step).await.unwrap();
        assert_eq!((lines(&server), step.failures.len()), (expected(1), 1), "{status}");
    }
}

#[tokio::test]
async fn a_node_that_works_on_the_first_item_only_sends_that_one_again() {
    let server = Server::start(|number, _| match number {
        0 | 1 => Answer::new("502 Bad Gateway", &[], ""),
        _ => Answer::json(Value::Null),
    })
    .await;
    let mut step = ten(&server, 3);
    step.info.execute_once = true;
    Stage::new().run("http", "request", &mut step).await.unwrap();
    assert_eq!(lines(&server), ["POST /0", "POST /0", "POST /0"]);
}
