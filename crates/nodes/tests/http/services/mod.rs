//! Every action of every service against a recorded exchange: the request as it is sent, whole, and what becomes of an
//! answer in the shape of the vendor's documentation. One module for each service; here what all have in common.

mod airtable;
mod github;
mod slack;
mod telegram;

use bridge_domain::{CredentialKind, Effect, StepFailure};
use bridge_nodes::service_at;
use bridge_nodes::testing::{TestStep, item};
use serde_json::{Value, json};

use crate::server::{Answer, Server};
use crate::stage::{Stage, credential, step};

const TOKEN: &str = "123456789:canary-token_of-the-test-0123456789";

fn stepped(server: &Server, config: Value, given: Value) -> TestStep {
    let mut step = step(server, config, vec![item(given)]);
    step.credential = Some(credential(server, CredentialKind::Bearer, &[("token", TOKEN)]));
    step
}

/// Executes an action; gives what it put out, and its requests as they were written, without the line for the token.
async fn call(
    name: &str,
    config: Value,
    answer: impl Fn(usize) -> Answer + Send + Sync + 'static,
) -> (Result<Vec<Value>, StepFailure>, Vec<String>) {
    let (connector, action) = name.split_once('.').unwrap();
    let server = Server::start(move |number, _| answer(number)).await;
    let mut step = stepped(&server, config, json!({ "id": "rec9", "Name": "Ada", "createdTime": "2026" }));
    let result = Stage::new().call(connector, action, &server, &mut step).await;
    let authorization = format!("authorization: Bearer {TOKEN}\n");
    let requests = server.received().into_iter().map(|one| {
        assert_eq!(one.written().matches(&authorization).count(), 1, "{}", one.written());
        assert!(one.header("user-agent").unwrap().starts_with("Bridge/"));
        one.written().replace(&authorization, "")
    });
    (result.map(|()| step.output(0)), requests.collect())
}

async fn check(name: &str, config: Value, request: &str, answer: Value, expected: Value) {
    let (items, requests) = call(name, config, move |_| Answer::json(answer.clone())).await;
    assert_eq!(Value::Array(items.unwrap()), expected, "{name}");
    assert_eq!(requests, [request], "{name}");
}

const JSON: &str = "accept: */*\ncontent-type: application/json; charset=utf-8\n\n";
#[tokio::test]
async fn a_part_of_an_address_cannot_lead_elsewhere() {
    for bad in ["..", ".", "", " .. "] {
        let config = json!({ "base_id": "app1", "table": bad, "fields": { "x": 1 } });
        let (items, requests) = call("airtable.create_record", config, |_| Answer::json(json!({}))).await;
        assert_eq!(items.unwrap_err().parameter.as_deref(), Some("table"));
        assert!(requests.is_empty());
        let config = json!({ "owner": "o", "repository": "r", "path": format!("docs/{bad}/../x") });
        let (items, requests) = call("github.get_file", config, |_| Answer::json(json!({}))).await;
        assert_eq!(items.unwrap_err().parameter.as_deref(), Some("path"));
        assert!(requests.is_empty());
    }
    let config = json!({ "base_id": "a?b#c", "table": "%2e%2e/x", "fields": { "x": 1 } });
    let (_, requests) = call("airtable.create_record", config, |_| Answer::json(json!({}))).await;
    assert!(requests[0].starts_with("POST /a%3Fb%23c/%252e%252e%2Fx\n"), "{}", requests[0]);
}

#[tokio::test]
async fn what_is_no_answer_of_the_service_is_said() {
    for body in ["<html>Sign in</html>", "{\"ok\":tr"] {
        let (items, _) = call("slack.send_message", json!({ "channel": "C", "text": "x" }), move |_| {
            Answer::new("200 OK", &[("content-type", "text/html")], body)
        })
        .await;
        assert!(items.unwrap_err().error.message.contains("is not JSON"));
    }
}

#[tokio::test]
async fn only_reading_is_harmless_to_repeat() {
    let services = std::sync::Arc::new(Stage::new().services());
    for (connector, action, effect) in [
        ("slack", "send_message", Effect::Outside),
        ("slack", "list_messages", Effect::Harmless),
        ("airtable", "update_record", Effect::Outside),
        ("github", "get_file", Effect::Harmless),
        ("google_sheets", "read_rows", Effect::Harmless),
        ("google_sheets", "append_row", Effect::Outside),
    ] {
        let executor = service_at(&services, connector, action, "http://127.0.0.1/".parse().unwrap()).unwrap();
        assert_eq!(executor.effect(&bridge_domain::Config::new()), effect, "{connector}.{action}");
    }
}
