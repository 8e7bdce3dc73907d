//! What requests on an empty canvas lead to. Everything proposed is applied in the strictest mode.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use bridge_domain::Definition;

/// The graph a request leads to, and texts its configurations hold.
#[track_caller]
fn check(message: &str, graph: &str, holds: &[&str]) {
    let empty = Definition::default();
    let reply = support::ask(message, &empty);
    assert!(!reply.actions.is_empty(), "nothing proposed for {message:?}: {}", reply.message);
    let after = support::applied(&reply, &empty);
    assert_eq!(support::drawn(&after), graph, "{message}");
    let configs = support::configs(&after);
    for text in holds {
        assert!(configs.contains(text), "{message}: {text} is not in {configs}");
    }
    for node in &after.nodes {
        assert!(reply.message.contains(&node.data.label), "{message}: the answer does not name {}", node.data.label);
    }
}

const MAIN: &str = "webhook.receive -> if.check; if.check[true] -> slack.send_message";
const OVER_100: &str = r#"{"left":"={{ $json.amount }}","operator":"greater_than","right":100}"#;

#[test]
fn the_main_request_in_many_words() {
    for message in [
        "When a webhook arrives, check that amount is over 100 and send a Slack message",
        "when a webhook comes in check if the amount is greater than 100 then send a slack message",
        "WHEN A WEBHOOK ARRIVES, CHECK THAT AMOUNT IS OVER 100 AND SEND A SLACK MESSAGE!!!",
        "When a webook arrives, chekc that ammount is over 100 and send a slak message",
        "Send a Slack message when a webhook arrives if amount is over 100",
        "If a webhook is received and the amount is more than 100, post to Slack",
        "Please build me a workflow that sends a Slack message whenever a webhook is called and the amount exceeds 100. Thanks a lot!",
        "webhook -> amount > 100 -> slack message",
        "As soon as a webhook arrives: if amount > 100, then send a message to Slack :-)",
        "1. When a webhook arrives\n2. Check that amount is over 100\n3. Send a Slack message",
        "- webhook trigger\n- if amount is above 100\n- post a Slack message",
        "When a webhook arrives – check, that „amount“ is over 100 – and send a Slack message",
        "Could you create an automation which, when a webhook is received, checks that amount is over 100 and then sends a Slack message?",
        "When a webhook arrives send a slack message only if amount is over 100",
    ] {
        check(message, MAIN, &[OVER_100, "#general"]);
    }
}

#[test]
fn branches() {
    let both = "webhook.receive -> if.check; if.check[false] -> email.send; if.check[true] -> slack.send_message";
    for message in [
        "When a webhook arrives, if amount is over 100 post to Slack, otherwise send an email to a@b.example",
        "When a webhook arrives: if amount > 100 send a Slack message, else send an email to a@b.example",
        "If a webhook is received and the amount is more than 100, post to Slack saying \"Big\", otherwise email a@b.example",
    ] {
        check(message, both, &[OVER_100, "a@b.example"]);
    }
    check(
        "If amount > 100 post to #big, else post to #small",
        "manual.start -> if.check; if.check[false] -> slack.send_message#2; if.check[true] -> slack.send_message",
        &["#big", "#small"],
    );
    check(
        "when a webhook arrives send a slack message unless amount is below 10",
        MAIN,
        &[r#""operator":"greater_or_equal","right":10"#],
    );
    check(
        "if status is paid or shipped send a telegram message to chat 12345 saying Order on its way, otherwise wait 2 hours and send an email to a@b.example",
        "manual.start -> if.check; if.check[false] -> wait.pause; if.check[true] -> telegram.send_message; wait.pause -> email.send",
        &[
            r#""combine":"any""#,
            "\"paid\"",
            "\"shipped\"",
            "12345",
            "Order on its way",
            r#"{"amount":2,"unit":"hours"}"#,
        ],
    );
    check(
        "when webhook arrives, and amount is between 10 and 20, and status is not empty, slack #mid",
        MAIN,
        &["greater_or_equal", "less_or_equal", r#"{"left":"={{ $json.status }}","operator":"is_not_empty"}"#, "#mid"],
    );
    check(
        "Switch by status: paid, open, cancelled",
        "manual.start -> switch.route",
        &["\"paid\"", "\"open\"", "\"cancelled\""],
    );
    check(
        "when a webhook arrives, if amount is over 100 post to #a otherwise post to #b. In both cases write a file /tmp/x.json",
        "webhook.receive -> if.check; if.check[false] -> slack.send_message#2; if.check[true] -> slack.send_message; slack.send_message -> file.write; slack.send_message#2 -> file.write",
        &[],
    );
}

#[test]
fn schedules() {
    let fetch = "schedule.at_times -> http.request";
    let url = "https://api.example.com/orders";
    for (words, cron) in [
        ("every day at 9", "0 9 * * *"),
        ("Daily at 9:30 pm", "30 21 * * *"),
        ("every Monday at 8:30 am", "30 8 * * 1"),
        ("On weekdays at 17:00", "0 17 * * 1-5"),
        ("Each morning", "0 9 * * *"),
        ("On the 1st of every month at noon", "0 12 1 * *"),
    ] {
        check(&format!("{words} fetch {url}"), fetch, &[cron, url]);
        check(&format!("{words}, call {url}."), fetch, &[cron, url]);
        check(&format!("Fetch {url} {words}"), fetch, &[cron, url]);
    }
    check(
        &format!("every 15 minutes fetch {url}"),
        "schedule.every -> http.request",
        &[r#"{"interval":15,"unit":"minutes"}"#],
    );
    check(
        &format!("run every hour: fetch {url}"),
        "schedule.every -> http.request",
        &[r#"{"interval":1,"unit":"hours"}"#],
    );
    check(
        "every weekday at 17:00 Berlin time ask ChatGPT to summarise the news and send it to #news",
        "schedule.at_times -> llm.prompt; llm.prompt -> slack.send_message",
        &["Europe/Berlin", "summarise the news", "#news"],
    );
}

#[test]
fn chains() {
    check(
        "Every day at 9 fetch https://api.example.com/orders and write it to a file /tmp/orders.json",
        "schedule.at_times -> http.request; http.request -> file.write",
        &["/tmp/orders.json"],
    );
    check(
        "fetch https://example.com/data.json, wait 5 minutes, then post it to #general",
        "manual.start -> http.request; http.request -> wait.pause; wait.pause -> slack.send_message",
        &[r#"{"amount":5,"unit":"minutes"}"#],
    );
    check(
        "When the button is clicked, call https://api.example.com/run with POST",
        "manual.start -> http.request",
        &["POST"],
    );
    check(
        "Whenever someone calls my webhook, wait 10 seconds and respond with status 200",
        "webhook.receive -> wait.pause; wait.pause -> respond.respond_to_webhook",
        &[r#"{"status":200}"#],
    );
    check(
        "1. Start with a webhook\n2. Filter items where status equals paid\n3. Append a row to Google Sheets with spreadsheet \"1xyz\"\n4. Respond to the webhook",
        "webhook.receive -> filter.keep; filter.keep -> google_sheets.append_row; google_sheets.append_row -> respond.respond_to_webhook",
        &["1xyz", "\"paid\""],
    );
    check(
        "when a new order arrives notify the team on Slack and add a row to Airtable base appXYZ table Orders",
        "webhook.receive -> slack.send_message; slack.send_message -> airtable.create_record",
        &["appXYZ", "Orders"],
    );
    check(
        "every 10 minutes check https://status.example.com and if status is not 200 send a telegram message to @ops",
        "schedule.every -> http.request; http.request -> if.check; if.check[true] -> telegram.send_message",
        &["not_equals", "@ops"],
    );
    check(
        "Make a workflow: on webhook, transform the data with JavaScript code, save to /tmp/out.json",
        "webhook.receive -> code.run_javascript; code.run_javascript -> file.write",
        &["/tmp/out.json"],
    );
    check(
        "Send a Slack message to #sales and #support",
        "manual.start -> slack.send_message; slack.send_message -> slack.send_message#2",
        &["#sales", "#support"],
    );
    check(
        "SEND AN EMAIL TO ANNA@EXAMPLE.COM WITH SUBJECT \"HI\" SAYING \"HELLO THERE\"",
        "manual.start -> email.send",
        &["\"subject\":\"HI\"", "\"body\":\"HELLO THERE\""],
    );
    check(
        "send email to anna@example.com and bob@example.com",
        "manual.start -> email.send",
        &["anna@example.com, bob@example.com"],
    );
    check("set status to paid and total to 5", "manual.start -> set.set_fields", &[r#"{"status":"paid","total":5}"#]);
    check(
        "when a POST request hits /orders then store it in airtable base app1234 table Orders",
        "webhook.receive -> airtable.create_record",
        &["orders", "app1234"],
    );
}

#[test]
fn loops_lead_back() {
    check(
        "For each item send a Slack message, when done write a file /tmp/done.txt",
        "manual.start -> loop.over_items; loop.over_items[done] -> file.write; loop.over_items[loop] -> slack.send_message; slack.send_message -> loop.over_items",
        &["/tmp/done.txt"],
    );
    check(
        "Every Monday at 8:30 am read rows from Google Sheets with spreadsheet id 1AbC, for each row send an email to bob@example.com",
        "schedule.at_times -> google_sheets.read_rows; google_sheets.read_rows -> loop.over_items; loop.over_items[loop] -> email.send; email.send -> loop.over_items",
        &["1AbC", "bob@example.com"],
    );
    check(
        "read the file /tmp/in.csv and for each row create an Airtable record in base app77 table People",
        "manual.start -> file.read; file.read -> loop.over_items; loop.over_items[loop] -> airtable.create_record; airtable.create_record -> loop.over_items",
        &["app77", "People"],
    );
}

#[test]
fn what_is_missing_is_asked_for_and_nothing_is_proposed() {
    for (message, asks) in [
        ("When a webhook arrives, send an email", "To"),
        ("fetch data", "URL"),
        ("add a condition", "compare"),
        ("add a trigger", "Which trigger"),
        ("send a message", "Slack or Telegram"),
        ("append a row to Google Sheets", "Spreadsheet"),
        ("create a new workflow", "What should"),
    ] {
        let reply = support::ask(message, &Definition::default());
        assert!(reply.actions.is_empty(), "{message}: {:?}", reply.actions);
        assert!(reply.message.contains(asks), "{message}: {}", reply.message);
    }
}

#[test]
fn assumptions_are_said() {
    let reply = support::ask("send a Slack message", &Definition::default());
    assert!(reply.message.contains("`#general`") && reply.message.contains("Manual start"), "{}", reply.message);
    let reply = support::ask("When a customer signs up, send a Slack message", &Definition::default());
    assert!(reply.message.contains("a customer signs up") && reply.message.contains("Webhook"), "{}", reply.message);
}

#[test]
fn services_without_a_connector_get_no_replacement() {
    for message in [
        "send a Discord message",
        "When a webhook arrives, create a Trello card",
        "post a message to Teams",
        "when a webhook arrives save it to Notion",
    ] {
        let reply = support::ask(message, &Definition::default());
        assert!(reply.actions.is_empty(), "{message}: {:?}", reply.actions);
        assert!(
            reply.message.contains("no connector") && reply.message.contains("HTTP request"),
            "{message}: {}",
            reply.message
        );
    }
}

#[test]
fn nothing_said_is_dropped_silently() {
    check(
        "Notify #alerts on Slack when a webhook reports status equals failed",
        MAIN,
        &["#alerts", r#""operator":"equals","right":"failed""#],
    );
    check(
        "When webhook arrives set priority to high and send to slack",
        "webhook.receive -> set.set_fields; set.set_fields -> slack.send_message",
        &[r#"{"priority":"high"}"#],
    );
    check(
        "Collect all items into a list and mail it to boss@corp.example with the subject Weekly report",
        "manual.start -> aggregate.collect; aggregate.collect -> email.send",
        &["\"subject\":\"Weekly report\""],
    );
    check(
        "Loop over each item and call https://api.example.com/{{ $json.id }}",
        "manual.start -> loop.over_items; loop.over_items[loop] -> http.request; http.request -> loop.over_items",
        &["=https://api.example.com/{{ $json.id }}"],
    );
    let reply = support::ask(
        "When a webhook arrives, frobnicate the widget, then send a Slack message",
        &Definition::default(),
    );
    assert!(reply.message.contains("frobnicate the widget"), "{}", reply.message);
}
