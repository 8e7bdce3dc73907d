//! What every manifest keeps to, so that palette, forms, validation and the assistant can rely on it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::HashSet;

use bridge_connectors::catalog;
use bridge_domain::{ActionManifest, ConnectorManifest, CredentialKind, NodeType, Risk};
use serde_json::Value;

const CATEGORIES: &[&str] = &["Triggers", "Flow", "Data", "Actions", "Communication", "AI", "Files"];
const FORMATS: &[&str] = &["uri", "multiline", "code", "expression", "cron", "email", "path", "time_zone"];

fn each_action(check: impl Fn(&ConnectorManifest, &ActionManifest, &str)) {
    for connector in catalog().connectors() {
        for action in &connector.actions {
            check(connector, action, &format!("{}.{}", connector.id, action.id));
        }
    }
}

/// Every object schema that names its properties, the outermost first.
fn records(schema: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    if schema["properties"].is_object() {
        found.push(schema);
        found.extend(schema["properties"].as_object().unwrap().values().flat_map(records));
    }
    found.extend(schema.get("items").into_iter().flat_map(records));
    found
}

fn is_snake_case(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
        && !text.contains("__")
        && !text.ends_with('_')
}

fn is_sentence(text: &str) -> bool {
    text.len() > 10 && text.ends_with('.') && text.starts_with(|first: char| first.is_uppercase())
}

#[test]
fn connectors_and_actions_are_there_under_their_released_identifiers() {
    let found: Vec<String> = catalog()
        .connectors()
        .iter()
        .map(|connector| {
            let actions: Vec<&str> = connector.actions.iter().map(|action| action.id.as_str()).collect();
            format!("{}: {}", connector.id, actions.join(", "))
        })
        .collect();
    assert_eq!(
        found,
        [
            "manual: start",
            "webhook: receive",
            "schedule: at_times, every",
            "form: submitted",
            "error: workflow_failed",
            "if: check",
            "switch: route",
            "filter: keep",
            "merge: combine",
            "loop: over_items",
            "wait: pause, until",
            "subworkflow: execute_workflow",
            "respond: respond_to_webhook",
            "no_op: pass",
            "stop_and_error: fail",
            "set: set_fields, rename_fields, remove_fields",
            "code: run_javascript",
            "split_out: split",
            "aggregate: collect, summarize",
            "sort: sort_items",
            "limit: limit_items",
            "remove_duplicates: remove",
            "date_time: get_time, format_date, read_date, add_time, subtract_time, round_date, extract_part, time_between",
            "crypto: hash, hmac, encode, decode, random",
            "http: request",
            "rss: read",
            "github: create_issue, create_comment, list_issues, get_repository, create_release, list_pull_requests, get_file",
            "google_sheets: append_row, read_rows, update_row",
            "airtable: create_record, list_records, update_record",
            "slack: send_message, update_message, add_reaction, create_channel, list_messages, find_user",
            "telegram: send_message, send_photo",
            "email: send, read",
            "llm: prompt, extract",
            "file: read, write",
            "extract_from_file: csv, json, text, xlsx, html",
            "convert_to_file: csv, json, text, xlsx, html",
            "sqlite: execute_query",
            "postgres: execute_query, insert_rows, select_rows, update_rows, delete_rows",
            "data_table: insert_rows, get_rows, update_rows, upsert_rows, delete_rows",
        ]
    );
}

#[test]
fn identifiers_are_unique_and_snake_case() {
    let mut connectors = HashSet::new();
    for connector in catalog().connectors() {
        assert!(is_snake_case(&connector.id), "{}", connector.id);
        assert!(connectors.insert(connector.id.clone()), "{} twice", connector.id);
        let mut actions = HashSet::new();
        assert!(!connector.actions.is_empty(), "{} does nothing", connector.id);
        for action in &connector.actions {
            assert!(is_snake_case(&action.id), "{}", action.id);
            assert!(actions.insert(&action.id), "{}.{} twice", connector.id, action.id);
            let mut outputs = HashSet::new();
            for output in &action.outputs {
                assert!(!output.id.is_empty() && outputs.insert(&output.id), "{}.{}", connector.id, action.id);
            }
        }
    }
}

#[test]
fn what_people_read_is_there() {
    for connector in catalog().connectors() {
        assert!(is_sentence(&connector.description), "{}: {}", connector.id, connector.description);
        assert!(!connector.name.is_empty() && !connector.name.ends_with('.'), "{}", connector.id);
        assert!(CATEGORIES.contains(&connector.category.as_str()), "{}: {}", connector.id, connector.category);
        let icon = connector.icon.strip_prefix("Icon").expect(&connector.id);
        assert!(icon.starts_with(|one: char| one.is_ascii_uppercase()), "{}", connector.icon);
        assert!(icon.chars().all(|one| one.is_ascii_alphanumeric()), "{}", connector.icon);
    }
    each_action(|_, action, at| {
        assert!(is_sentence(&action.description), "{at}: {}", action.description);
        assert!(!action.name.is_empty() && !action.name.ends_with('.'), "{at}");
    });
}

#[test]
fn synonyms_are_lower_case_and_not_repeated() {
    let check = |words: &[String], at: &str| {
        assert!(words.len() >= 2, "{at} has hardly any synonyms");
        let distinct: HashSet<&String> = words.iter().collect();
        assert_eq!(distinct.len(), words.len(), "{at} repeats a synonym");
        for word in words {
            assert!(!word.trim().is_empty() && *word == word.trim().to_lowercase(), "{at}: {word:?}");
        }
    };
    for connector in catalog().connectors() {
        check(&connector.synonyms, &connector.id);
    }
    each_action(|_, action, at| check(&action.synonyms, at));
}

#[test]
fn schemas_are_valid_2020_12() {
    each_action(|_, action, at| {
        for schema in [&action.parameters, &action.output_schema] {
            if let Err(error) = jsonschema::draft202012::meta::validate(schema) {
                panic!("{at}: {error}");
            }
            jsonschema::draft202012::new(schema).unwrap_or_else(|error| panic!("{at}: {error}"));
        }
    });
}

#[test]
fn objects_with_named_properties_take_no_others() {
    each_action(|_, action, at| {
        assert_eq!(action.parameters["type"], "object", "{at}");
        let found = records(&action.parameters);
        assert!(!found.is_empty(), "{at}");
        for record in found {
            assert_eq!(record["additionalProperties"], Value::Bool(false), "{at}: {record}");
            for name in record["required"].as_array().expect(at) {
                assert!(record["properties"].get(name.as_str().unwrap()).is_some(), "{at}: {name} is required");
            }
        }
    });
}

#[test]
fn every_property_is_titled_described_and_typed() {
    each_action(|_, action, at| {
        for record in records(&action.parameters) {
            for (name, property) in record["properties"].as_object().unwrap() {
                assert!(is_snake_case(name), "{at}.{name}");
                let title = property["title"].as_str().unwrap_or_default();
                assert!(title.starts_with(|first: char| first.is_uppercase()), "{at}.{name}: {title:?}");
                assert!(is_sentence(property["description"].as_str().unwrap_or_default()), "{at}.{name}");
                assert!(property.get("type").is_some(), "{at}.{name} has no type");
                if let Some(format) = property.get("format") {
                    assert!(FORMATS.contains(&format.as_str().unwrap()), "{at}.{name}: {format}");
                }
            }
        }
    });
}

#[test]
fn defaults_fit_their_properties() {
    each_action(|_, action, at| {
        for record in records(&action.parameters) {
            for (name, property) in record["properties"].as_object().unwrap() {
                let Some(default) = property.get("default") else { continue };
                let is_expression = default.as_str().is_some_and(|text| text.starts_with('='));
                let schema = jsonschema::draft202012::new(property).unwrap();
                assert!(is_expression || schema.is_valid(default), "{at}.{name}: {default}");
            }
        }
    });
}

/// A node is drawn as its connector's place in the palette promises, and risky connectors say so.
#[test]
fn triggers_outputs_and_risks_agree() {
    each_action(|connector, action, at| {
        assert_eq!(action.node_type == NodeType::Trigger, connector.category == "Triggers", "{at}");
        assert_eq!(action.node_type == NodeType::Condition, action.outputs.len() > 1, "{at}");
        let needs_credential = connector.credential.is_some() || action.credential.is_some();
        assert_eq!(action.risks.contains(&Risk::Credential), needs_credential, "{at}");
        let distinct: HashSet<_> = action.risks.iter().collect();
        assert_eq!(distinct.len(), action.risks.len(), "{at}");
    });
    let catalog = catalog();
    let risks = |connector: &str, action: &str| catalog.action(connector, action).expect(connector).risks.clone();
    assert_eq!(risks("webhook", "receive"), [Risk::Webhook]);
    assert_eq!(risks("schedule", "every"), [Risk::Schedule]);
    assert_eq!(risks("code", "run_javascript"), [Risk::Code]);
    assert_eq!(risks("file", "read"), [Risk::Files]);
    assert_eq!(risks("email", "send"), [Risk::Sends, Risk::Credential]);
    assert_eq!(catalog.connector("llm").unwrap().credential, Some(CredentialKind::ModelProvider));
}

/// The nodes people add most start out complete; only what nobody can guess is asked for.
#[test]
fn few_required_parameters_lack_a_default() {
    let mut asked = Vec::new();
    for connector in catalog().connectors() {
        for action in &connector.actions {
            for name in action.parameters["required"].as_array().unwrap() {
                let name = name.as_str().unwrap();
                if action.parameters["properties"][name].get("default").is_none() {
                    asked.push(format!("{}.{}.{name}", connector.id, action.id));
                }
            }
        }
    }
    assert_eq!(
        asked,
        [
            "if.check.conditions",
            "switch.route.rules",
            "filter.keep.conditions",
            "subworkflow.execute_workflow.workflow_id",
            "http.request.url",
            "rss.read.url",
            "github.create_issue.owner",
            "github.create_issue.repository",
            "github.create_issue.title",
            "github.create_comment.owner",
            "github.create_comment.repository",
            "github.create_comment.body",
            "github.list_issues.owner",
            "github.list_issues.repository",
            "github.get_repository.owner",
            "github.get_repository.repository",
            "github.create_release.owner",
            "github.create_release.repository",
            "github.create_release.tag",
            "github.list_pull_requests.owner",
            "github.list_pull_requests.repository",
            "github.get_file.owner",
            "github.get_file.repository",
            "github.get_file.path",
            "google_sheets.append_row.spreadsheet_id",
            "google_sheets.read_rows.spreadsheet_id",
            "google_sheets.update_row.spreadsheet_id",
            "airtable.create_record.base_id",
            "airtable.create_record.table",
            "airtable.list_records.base_id",
            "airtable.list_records.table",
            "airtable.update_record.base_id",
            "airtable.update_record.table",
            "slack.update_message.timestamp",
            "slack.update_message.text",
            "slack.add_reaction.timestamp",
            "slack.create_channel.name",
            "slack.find_user.email",
            "telegram.send_message.chat_id",
            "telegram.send_photo.chat_id",
            "telegram.send_photo.photo_url",
            "email.send.to",
            "file.read.path",
            "file.write.path",
            "sqlite.execute_query.path",
            "sqlite.execute_query.query",
            "postgres.execute_query.query",
            "postgres.insert_rows.table",
            "postgres.select_rows.table",
            "postgres.update_rows.table",
            "postgres.update_rows.conditions",
            "postgres.delete_rows.table",
            "postgres.delete_rows.conditions",
            "data_table.insert_rows.table",
            "data_table.get_rows.table",
            "data_table.update_rows.table",
            "data_table.update_rows.conditions",
            "data_table.upsert_rows.table",
            "data_table.upsert_rows.conditions",
            "data_table.delete_rows.table",
            "data_table.delete_rows.conditions",
        ]
    );
}

#[test]
fn a_comparison_needs_a_right_side_unless_its_operator_is_unary() {
    let catalog = catalog();
    let schema = jsonschema::draft202012::new(&catalog.action("if", "check").unwrap().parameters).unwrap();
    let fits = |condition: Value| schema.is_valid(&serde_json::json!({ "conditions": [condition] }));
    assert!(fits(serde_json::json!({ "left": "={{ $json.a }}", "operator": "greater_than", "right": 100 })));
    assert!(!fits(serde_json::json!({ "left": "={{ $json.a }}", "operator": "greater_than" })));
    for operator in ["exists", "not_exists", "is_empty", "is_not_empty"] {
        assert!(fits(serde_json::json!({ "left": "={{ $json.a }}", "operator": operator })), "{operator}");
    }
    assert!(!fits(serde_json::json!({ "left": "={{ $json.a }}", "operator": ">", "right": 100 })));
}
