//! Wishes about data, files, services and how a node is run. Every proposal is applied as the application does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use bridge_domain::{Definition, NodeSettings, OnError, Retry};
use serde_json::json;
use support::{applied, ask, configs, drawn, workflow};

fn check(message: &str, graph: &str, settings: &[&str]) {
    let reply = ask(message, &Definition::default());
    assert!(!reply.actions.is_empty(), "{message}: {}", reply.message);
    let after = applied(&reply, &Definition::default());
    assert_eq!(drawn(&after), graph, "{message}");
    for setting in settings {
        assert!(configs(&after).contains(setting), "{message}: {setting} is not in {}", configs(&after));
    }
}

#[test]
fn items_are_split_sorted_limited_and_made_unique() {
    let hook = "When a webhook arrives, ";
    for (wish, step, settings) in [
        ("split the list orders into items", "split_out.split", r#""field":"orders""#),
        ("split orders into items", "split_out.split", r#""field":"orders""#),
        ("sort by amount descending", "sort.sort_items", r#""by":[{"field":"amount","direction":"descending"}]"#),
        ("sort by total descending and date", "sort.sort_items", r#"{"field":"date","direction":"ascending"}"#),
        ("remove duplicates by email", "remove_duplicates.remove", r#""compare":"selected_fields","fields":"email""#),
        ("remove duplicates by email and name", "remove_duplicates.remove", r#""fields":"email, name""#),
        ("limit to 10", "limit.limit_items", r#""max_items":10"#),
        ("keep only the first 10 items", "limit.limit_items", r#""max_items":10"#),
        ("summarise with AI", "llm.prompt", "summarise"),
        ("extract name and total from the text", "llm.extract", r#""fields":[{"name":"name"},{"name":"total"}]"#),
        ("store rows in table customers", "data_table.insert_rows", r#""table":"customers""#),
        ("save it in the data table orders", "data_table.insert_rows", r#""table":"orders""#),
        ("write to the file out.csv", "file.write", r#""path":"out.csv""#),
        (
            "create a GitHub issue in acme/site titled \"New order\"",
            "github.create_issue",
            r#""owner":"acme","repository":"site""#,
        ),
    ] {
        check(&format!("{hook}{wish}"), &format!("webhook.receive -> {step}"), &[settings]);
    }
}

#[test]
fn files_services_and_triggers_are_found_by_what_they_do() {
    for (wish, graph, settings) in [
        ("read the CSV file /data/in.csv", "manual.start -> file.read", r#""content":"csv""#),
        ("run query \"select 1\" on Postgres", "manual.start -> postgres.execute_query", r#""query":"select 1""#),
        (
            "every 10 minutes get the RSS feed https://example.com/feed.xml",
            "schedule.every -> rss.read",
            r#""interval":10"#,
        ),
        ("when a form is sent, send a Slack message to #a", "form.submitted -> slack.send_message", "#a"),
        (
            "when a workflow fails send a Slack message to #alerts",
            "error.workflow_failed -> slack.send_message",
            "#alerts",
        ),
        ("create a GitHub issue \"Broken\" in acme/site", "manual.start -> github.create_issue", r#""title":"Broken""#),
    ] {
        check(wish, graph, &[settings]);
    }
}

#[test]
fn steps_in_parallel_stand_side_by_side_and_are_merged() {
    let graph = "manual.start -> http.request; manual.start -> http.request#2; http.request -> merge.combine; \
                 http.request#2 -> merge.combine";
    for wish in [
        "parallel: fetch https://a.example/x and fetch https://b.example/y and merge",
        "in parallel: fetch https://a.example/x and https://b.example/y and merge",
        "fetch https://a.example/x and https://b.example/y in parallel, then merge them",
    ] {
        check(wish, graph, &[]);
    }
}

fn orders() -> Definition {
    workflow(
        &[
            ("Incoming", "webhook.receive", json!({"path": "orders"})),
            ("Fetch stock", "http.request", json!({"url": "https://api.example.com/stock"})),
            ("Tell sales", "slack.send_message", json!({"channel": "#ops", "text": "hi"})),
        ],
        &[(0, None, 1), (1, None, 2)],
    )
}

#[test]
fn how_a_node_is_run_can_be_said() {
    let retry =
        |max_tries, wait_ms| NodeSettings { retry: Some(Retry { max_tries, wait_ms }), ..NodeSettings::default() };
    let on_error = |on_error| NodeSettings { on_error, ..NodeSettings::default() };
    for (wish, node, settings) in [
        ("retry Fetch stock 3 times", 1, retry(3, 1_000)),
        ("retry Fetch stock 5 times every 10 seconds", 1, retry(5, 10_000)),
        ("if Fetch stock fails, retry it twice", 1, retry(3, 1_000)),
        ("if Fetch stock fails continue", 1, on_error(OnError::Continue)),
        ("when Tell sales fails, go on", 2, on_error(OnError::Continue)),
        ("send the errors of Fetch stock to the error output", 1, on_error(OnError::ErrorOutput)),
        ("disable Tell sales", 2, NodeSettings { disabled: true, ..NodeSettings::default() }),
    ] {
        let after = applied(&ask(wish, &orders()), &orders());
        assert_eq!(after.nodes[node].data.settings, settings, "{wish}");
        assert_eq!((after.nodes.len(), after.edges.len()), (3, 2), "{wish}");
    }
    for wish in ["continue on error", "retry 3 times"] {
        let reply = ask(wish, &orders());
        assert!(reply.actions.is_empty() && reply.message.contains("Which node do you mean"), "{}", reply.message);
    }
    for (wish, settings) in [
        ("Fetch https://api.example.com/x, retry 3 times", retry(3, 1_000)),
        ("Fetch https://api.example.com/x and if it fails continue", on_error(OnError::Continue)),
    ] {
        let after = applied(&ask(wish, &Definition::default()), &Definition::default());
        assert_eq!((after.nodes.len(), &after.nodes[1].data.settings), (2, &settings), "{wish}");
    }
}
