//! Requests as people write them: short, sloppy, long, polite, with typing errors. Each with the graph it leads to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use bridge_domain::{Definition, Role, Turn};
use serde_json::json;

/// The graph a request leads to on an empty canvas, its labels and its configurations, and the answer.
#[track_caller]
fn built(message: &str) -> (String, String, String) {
    let empty = Definition::default();
    let reply = support::ask(message, &empty);
    assert!(!reply.actions.is_empty(), "nothing proposed for {message:?}: {}", reply.message);
    let after = support::applied(&reply, &empty);
    let labels: Vec<&str> = after.nodes.iter().map(|node| node.data.label.as_str()).collect();
    (support::drawn(&after), format!("{} {}", labels.join(" | "), support::configs(&after)), reply.message)
}

/// The answer to the last message of a conversation; every answer of the assistant is its own.
fn conversation(messages: &[&str]) -> support::Reply {
    let empty = Definition::default();
    let mut turns: Vec<Turn> = Vec::new();
    let mut reply = None;
    for message in messages {
        turns.push(Turn { role: Role::User, parts: vec![(*message).to_owned()] });
        let answer = support::read(support::request(message, Some(&empty), None, turns.clone()));
        turns.push(Turn { role: Role::Assistant, parts: vec![answer.message.clone()] });
        reply = Some(answer);
    }
    reply.unwrap()
}

#[test]
fn requests_of_many_people() {
    for (message, graph) in [
        (
            "summarize incoming webhook text with AI and post to slack",
            "webhook.receive -> llm.prompt; llm.prompt -> slack.send_message",
        ),
        (
            "when a webhook arrives and order total is over 100 send a slack message",
            "webhook.receive -> if.check; if.check[true] -> slack.send_message",
        ),
        (
            "when a webhook arrives, send a slack message, then add a respond step",
            "webhook.receive -> slack.send_message; slack.send_message -> respond.respond_to_webhook",
        ),
        ("whenever my webhook gets called answer with 200 ok", "webhook.receive -> respond.respond_to_webhook"),
        ("new webhook -> google sheet row, spreadsheet 1AbCdEf", "webhook.receive -> google_sheets.append_row"),
        (
            "hey can u make it so that every morning at 8 it pulls https://api.example.com/sales and emails the result to boss@corp.example pls",
            "schedule.at_times -> http.request; http.request -> email.send",
        ),
        (
            "every 30 min get https://example.com/feed.xml, filter items where category equals security, and email them to me@x.example",
            "schedule.every -> http.request; http.request -> filter.keep; filter.keep -> email.send",
        ),
        ("pls notify me on telegram @me when form gets submitted", "form.submitted -> telegram.send_message"),
        (
            "could you make it so that when someone fills in my form, the data gets saved to a google sheet called Leads in spreadsheet 1xYz2?",
            "form.submitted -> google_sheets.append_row",
        ),
        (
            "daily report: fetch https://api.example.com/stats at 7am, let AI write a summary, send to #daily on slack",
            "schedule.at_times -> http.request; http.request -> llm.prompt; llm.prompt -> slack.send_message",
        ),
        (
            "I'd like a workflow which reads the file /data/orders.csv every night at 2, and for each row calls https://api.example.com/orders with POST",
            "schedule.at_times -> file.read; file.read -> loop.over_items; loop.over_items[loop] -> http.request; http.request -> loop.over_items",
        ),
        (
            "translate incoming text to german with chatgpt and reply with the translation",
            "webhook.receive -> llm.prompt; llm.prompt -> respond.respond_to_webhook",
        ),
        (
            "When a webhook comes in, classify the message as complaint or praise with AI. If it's a complaint, send it to #support on Slack; otherwise do nothing.",
            "webhook.receive -> llm.prompt; llm.prompt -> if.check; if.check[true] -> slack.send_message",
        ),
        (
            "route by country: DE to #germany, US to #usa, FR to #france",
            "manual.start -> switch.route; switch.route[0] -> slack.send_message; switch.route[1] -> slack.send_message#2; switch.route[2] -> slack.send_message#3",
        ),
        ("when a webhook arrives switch on country: DE, US, FR", "webhook.receive -> switch.route"),
        (
            "collect all rows from the spreadsheet 1AbC99 and email them to ops@corp.example every friday at 4pm",
            "schedule.at_times -> google_sheets.read_rows; google_sheets.read_rows -> email.send",
        ),
        (
            "every hour sync airtable base appXYZ123 table Contacts to google sheets spreadsheet 1AbC99",
            "schedule.every -> airtable.list_records; airtable.list_records -> google_sheets.append_row",
        ),
        (
            "get all records from airtable base appXYZ123 table Leads where status is new and post each to #leads",
            "manual.start -> airtable.list_records; airtable.list_records -> filter.keep; filter.keep -> slack.send_message",
        ),
        (
            "telegram bot: when a message comes in via webhook, ask gpt for an answer and send it back to telegram chat {{ $json.chat_id }}",
            "webhook.receive -> llm.prompt; llm.prompt -> telegram.send_message",
        ),
        (
            "ping https://status.example.com every minute, if the status is not 200 send an email to oncall@corp.example",
            "schedule.every -> http.request; http.request -> if.check; if.check[true] -> email.send",
        ),
        (
            "if https://shop.example.com is not available tell #ops",
            "manual.start -> http.request; http.request -> if.check; if.check[true] -> slack.send_message",
        ),
        (
            "monitor https://shop.example.com every 10 minutes and tell me on slack when it fails",
            "schedule.every -> http.request; http.request -> if.check; if.check[true] -> slack.send_message",
        ),
        (
            "Check if https://a.example is up every hour and email me@b.example if it isn't",
            "schedule.every -> http.request; http.request -> if.check; if.check[false] -> email.send",
        ),
        (
            "i want to get a slack msg when amount > 1000 in the webhook",
            "webhook.receive -> if.check; if.check[true] -> slack.send_message",
        ),
        ("webhook in, slack out", "webhook.receive -> slack.send_message"),
        ("webhook to slack", "webhook.receive -> slack.send_message"),
        ("slack me every day at noon \"Lunch!\"", "schedule.at_times -> slack.send_message"),
        (
            "remind the team in #standup every weekday at 9:45 to join the standup",
            "schedule.at_times -> slack.send_message",
        ),
        ("send \"Good morning\" to #general every morning", "schedule.at_times -> slack.send_message"),
        (
            "every monday 8am ask the AI to write a motivational quote and post it in #team",
            "schedule.at_times -> llm.prompt; llm.prompt -> slack.send_message",
        ),
        ("when a webook arives snd a slak mesage", "webhook.receive -> slack.send_message"),
        (
            "Read /tmp/in.txt, summarize it with AI and save the summary to /tmp/out.txt",
            "manual.start -> file.read; file.read -> llm.prompt; llm.prompt -> file.write",
        ),
        (
            "Use AI to extract name and email from the webhook body as json, then add a row to Airtable base app123456 table Leads",
            "webhook.receive -> llm.extract; llm.extract -> airtable.create_record",
        ),
        (
            "for each item in the webhook call https://api.example.com/{{ $json.id }} and wait 2 seconds",
            "webhook.receive -> loop.over_items; loop.over_items[loop] -> http.request; http.request -> wait.pause; wait.pause -> loop.over_items",
        ),
        (
            "I need an automation that listens for new orders via webhook, checks whether total is more than 500, and in that case emails sales@corp.example. Otherwise it should just log the order to /tmp/orders.log",
            "webhook.receive -> if.check; if.check[false] -> file.write; if.check[true] -> email.send",
        ),
        (
            "Can you create something that gets the exchange rate from https://api.exchange.example/latest each morning and sends it to telegram chat 998877?",
            "schedule.at_times -> http.request; http.request -> telegram.send_message",
        ),
        ("when webhook is called return \"hello world\"", "webhook.receive -> respond.respond_to_webhook"),
        ("alert #ops if cpu is above 90", "manual.start -> if.check; if.check[true] -> slack.send_message"),
        (
            "webhook → if email contains \"@corp.example\" → slack #internal, otherwise email hr@corp.example",
            "webhook.receive -> if.check; if.check[false] -> email.send; if.check[true] -> slack.send_message",
        ),
        ("everytime a customer pays, thank them by email at {{ $json.email }}", "webhook.receive -> email.send"),
        (
            "run some javascript on the webhook data then post to slack",
            "webhook.receive -> code.run_javascript; code.run_javascript -> slack.send_message",
        ),
        (
            "schedule a daily email to me@x.example with the number of orders from https://api.example.com/orders/count",
            "schedule.at_times -> http.request; http.request -> email.send",
        ),
        (
            "aggregate all items and email one summary to a@b.example",
            "manual.start -> aggregate.collect; aggregate.collect -> email.send",
        ),
        ("turn webhook into a slack notification", "webhook.receive -> slack.send_message"),
        ("forward webhook data to https://other.example.com/hook", "webhook.receive -> http.request"),
        (
            "post https://rss.example.com/feed.xml items to slack every hour",
            "schedule.every -> http.request; http.request -> slack.send_message",
        ),
        (
            "email me the contents of https://example.com/report every monday at 7, me@x.example",
            "schedule.at_times -> http.request; http.request -> email.send",
        ),
        (
            "pls summarise https://blog.example.com/latest with gpt and slack it to #reading every friday 5pm",
            "schedule.at_times -> http.request; http.request -> llm.prompt; llm.prompt -> slack.send_message",
        ),
        (
            "I want to know on Telegram (@boss) if my server is offline, check https://srv.example.com every 2 minutes",
            "schedule.every -> http.request; http.request -> if.check; if.check[true] -> telegram.send_message",
        ),
        (
            "check the api https://api.example.com/health hourly and if it doesn't respond tell #ops",
            "schedule.every -> http.request; http.request -> if.check; if.check[true] -> slack.send_message",
        ),
        (
            "when a webhook arrives and the customer country equals DE, send to #germany, otherwise to #world",
            "webhook.receive -> if.check; if.check[false] -> slack.send_message#2; if.check[true] -> slack.send_message",
        ),
        (
            "gimme a workflow: webhook -> filter total > 50 -> airtable base app9 table Orders -> respond",
            "webhook.receive -> filter.keep; filter.keep -> airtable.create_record; airtable.create_record -> respond.respond_to_webhook",
        ),
        (
            "when webhook fires, get customer from https://crm.example.com/{{ $json.id }}, then send welcome email to {{ $json.email }}",
            "webhook.receive -> http.request; http.request -> email.send",
        ),
        (
            "Every first day of the month at 8:00, read rows from Google Sheets spreadsheet 1Zz9, aggregate them and email the summary to cfo@corp.example. Thank you!",
            "schedule.at_times -> google_sheets.read_rows; google_sheets.read_rows -> aggregate.collect; aggregate.collect -> email.send",
        ),
        (
            "if temperature exceeds 30 alert me on telegram @me, else do nothing",
            "manual.start -> if.check; if.check[true] -> telegram.send_message",
        ),
        (
            "Do this: fetch https://api.example.com/users every 6 hours, keep only users where active is true, and save them to /tmp/users.json",
            "schedule.every -> http.request; http.request -> filter.keep; filter.keep -> file.write",
        ),
        (
            "when a webhook arrives with order total over 500 notify #vip",
            "webhook.receive -> if.check; if.check[true] -> slack.send_message",
        ),
        (
            "can you please build something where a POST to /signup adds an airtable record in base appAA11 table Users and answers with 201?",
            "webhook.receive -> airtable.create_record; airtable.create_record -> respond.respond_to_webhook",
        ),
        ("write the webhook to /tmp/log.json", "webhook.receive -> file.write"),
        (
            "get https://x.example/a every hour and post it to https://y.example/b",
            "schedule.every -> http.request; http.request -> http.request#2",
        ),
        (
            "each hour: GET https://api.example.com/queue; for each item POST to https://worker.example.com/run; finally slack #done",
            "schedule.every -> http.request; http.request -> loop.over_items; loop.over_items[done] -> slack.send_message; loop.over_items[loop] -> http.request#2; http.request#2 -> loop.over_items",
        ),
        (
            "I need a backup of https://api.example.com/export in /tmp/backup.json every night",
            "schedule.at_times -> http.request; http.request -> file.write",
        ),
        (
            "I need this: when the contact form is submitted, post the message to #contact",
            "form.submitted -> slack.send_message",
        ),
        (
            "send me an email to me@x.example every sunday evening with the content of /data/notes.txt",
            "schedule.at_times -> file.read; file.read -> email.send",
        ),
        (
            "every 2h read airtable base app5 table Tasks, keep only those where done is false, then slack #todo",
            "schedule.every -> airtable.list_records; airtable.list_records -> filter.keep; filter.keep -> slack.send_message",
        ),
        (
            "new lead webhook -> airtable base app12 table Leads -> slack #sales -> respond",
            "webhook.receive -> airtable.create_record; airtable.create_record -> slack.send_message; slack.send_message -> respond.respond_to_webhook",
        ),
        (
            "route by plan: free to #free, pro to #pro, everything else to #other",
            "manual.start -> switch.route; switch.route[0] -> slack.send_message; switch.route[1] -> slack.send_message#2; switch.route[fallback] -> slack.send_message#3",
        ),
        (
            "watch https://api.example.com/health every minute and email ops@corp.example if it is unavailable",
            "schedule.every -> http.request; http.request -> if.check; if.check[true] -> email.send",
        ),
    ] {
        assert_eq!(built(message).0, graph, "{message}");
    }
}

#[test]
fn what_is_said_ends_up_in_the_settings() {
    for (message, texts) in [
        ("slack me every day at noon \"Lunch!\"", &["\"text\":\"Lunch!\"", "0 12 * * *"][..]),
        (
            "remind the team in #standup every weekday at 9:45 to join the standup",
            &["join the standup", "45 9 * * 1-5"],
        ),
        (
            "daily report: fetch https://api.example.com/stats at 7am and send it to #daily",
            &["Every day at 7:00", "0 7 * * *"],
        ),
        ("Every first day of the month at 8:00 call https://api.example.com/close", &["0 8 1 * *"]),
        ("On the first day of each month at 6 call https://api.example.com/close", &["0 6 1 * *"]),
        (
            "ping https://status.example.com every minute, if the status is not 200 send an email to oncall@corp.example",
            &[r#""fail_on_error_status":false"#],
        ),
        ("set processed = true", &[r#"{"processed":true}"#]),
        (
            "add field processed = true to each webhook item and send to https://crm.example.com/in",
            &[r#"{"processed":true}"#, "POST", "\"body\":\"={{ $json }}\""],
        ),
        ("on webhook: respond with json {\"ok\": true}", &[r#"{"body":{"ok":true}}"#, "respond_node"]),
        ("when webhook is called return \"hello world\"", &["hello world", "respond_node"]),
        ("switch on country: DE, US, FR", &["\"DE\"", "\"US\"", "\"FR\""]),
        (
            "monitor https://shop.example.com every 10 minutes and tell me on slack when it fails",
            &[
                r#""fail_on_error_status":false"#,
                r#"{"left":"={{ $json.status }}","operator":"greater_or_equal","right":400}"#,
            ],
        ),
        (
            "when someone fills in my form, the data gets saved to a google sheet called Leads in spreadsheet 1xYz2",
            &["\"Leads\"", "1xYz2"],
        ),
    ] {
        let (_, shown, _) = built(message);
        for text in texts {
            assert!(shown.contains(text), "{message}: {text} is not in {shown}");
        }
    }
}

#[test]
fn answers_are_short_and_say_what_matters() {
    let (_, labels, message) =
        built("when a webhook arrives and order total is over 100 send a slack message, then post to #ops");
    assert!(labels.starts_with("Webhook | If order_total is over 100 | Slack | Slack #ops "), "{labels}");
    assert!(message.contains("I took “order total” to be the field `order_total`"), "{message}");
    assert!(message.contains("“Slack” uses `#general` as channel and the whole incoming item as text"), "{message}");
    assert!(message.ends_with("Nothing changes until you press Accept."), "{message}");
    assert!(!message.contains("Combine") && !message.contains("Channel: `#general`"), "{message}");
    let (_, labels, _) = built("read /tmp/a.txt, summarize it with AI and save it to /tmp/b.txt");
    assert!(labels.starts_with("Manual start | File | Language model | File: Write a file "), "{labels}");
}

#[test]
fn an_unknown_service_stays_what_it_is() {
    for (message, name) in [
        ("post to discord when a webhook arrives", "Discord"),
        ("when a webhook arrives send a message to mattermost", "Mattermost"),
        ("send an sms when a webhook arrives", "SMS"),
        ("every morning put the stats into notion", "Notion"),
    ] {
        let reply = support::ask(message, &Definition::default());
        assert!(reply.actions.is_empty(), "{message}: {:?}", reply.actions);
        assert!(reply.message.contains(&format!("no connector for {name}")), "{message}: {}", reply.message);
        assert!(
            reply.message.contains("HTTP request") && !reply.message.contains("I read"),
            "{message}: {}",
            reply.message
        );
    }
}

#[test]
fn a_webhook_waits_for_the_step_that_answers() {
    let before = support::workflow(
        &[
            ("Incoming", "webhook.receive", json!({ "path": "orders" })),
            ("Tell", "slack.send_message", json!({ "channel": "#a", "text": "x" })),
        ],
        &[(0, None, 1)],
    );
    for message in ["add a respond step", "then answer with 200 ok"] {
        let reply = support::ask(message, &before);
        let after = support::applied(&reply, &before);
        assert_eq!(
            support::drawn(&after),
            "webhook.receive -> slack.send_message; slack.send_message -> respond.respond_to_webhook"
        );
        assert!(
            support::configs(&after).contains("respond_node") && reply.message.contains("“Incoming” waits"),
            "{}",
            reply.message
        );
    }
}

#[test]
fn what_is_missing_is_asked_for_shortly() {
    let reply = support::ask(
        "build me a workflow that checks my website every 5 minutes and alerts me on slack if it is down",
        &Definition::default(),
    );
    assert!(reply.actions.is_empty());
    assert!(
        reply.message.contains("“Every 5 minutes” → “HTTP request” → “If status is at least 400” → “Slack”"),
        "{}",
        reply.message
    );
    assert!(
        reply.message.contains("**URL** of “HTTP request”") && reply.message.matches("\n- ").count() == 1,
        "{}",
        reply.message
    );
}

#[test]
fn answers_come_by_name_or_in_order() {
    let request = "when a webhook arrives append a row to google sheets and send a telegram message";
    let graph = "webhook.receive -> google_sheets.append_row; google_sheets.append_row -> telegram.send_message";
    for answers in [
        &["the spreadsheet is abc and the chat is @sales"][..],
        &["abc, @sales"],
        &["abc\n@sales"],
        &["chat: @sales; spreadsheet: abc"],
        &["telegram @sales, google sheets abc"],
        &["@sales", "abc please"],
        &["use spreadsheet abc and chat @sales"],
    ] {
        let mut messages = vec![request];
        messages.extend_from_slice(answers);
        let reply = conversation(&messages);
        let after = support::applied(&reply, &Definition::default());
        assert_eq!(support::drawn(&after), graph, "{answers:?}: {}", reply.message);
        let configs = support::configs(&after);
        assert!(configs.contains("\"abc\"") && configs.contains("\"@sales\""), "{answers:?}: {configs}");
    }
    let pasted =
        conversation(&[request, "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOp/edit#gid=0 and 12345"]);
    let configs = support::configs(&support::applied(&pasted, &Definition::default()));
    assert!(configs.contains("\"1AbCdEfGhIjKlMnOp\"") && configs.contains("12345"), "{configs}");
    let table = conversation(&["save webhook payload into airtable", "base appX1, table Order Items"]);
    let configs = support::configs(&support::applied(&table, &Definition::default()));
    assert!(configs.contains("\"appX1\"") && configs.contains("\"Order Items\""), "{configs}");
    let site = conversation(&[
        "check my website every 5 minutes and alert me on slack if it is down",
        "https://www.example.com",
    ]);
    assert!(support::configs(&support::applied(&site, &Definition::default())).contains("https://www.example.com"));
}
