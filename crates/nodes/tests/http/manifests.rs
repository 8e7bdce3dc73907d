//! Data files and executors against the connectors' manifests.

use std::collections::BTreeSet;

use bridge_domain::Executors;
use bridge_nodes::Nodes;
use serde_json::{Map, Value};

use crate::stage::Stage;

const FILES: &[&str] = &[
    include_str!("../../src/services/airtable.json"),
    include_str!("../../src/services/github.json"),
    include_str!("../../src/services/slack.json"),
    include_str!("../../src/services/telegram.json"),
];

fn services() -> Vec<Value> {
    FILES.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

#[test]
fn every_action_of_these_connectors_has_an_executor() {
    let nodes = Nodes::new(Stage::new().services());
    let catalog = bridge_connectors::catalog();
    for connector in ["http", "rss", "github", "google_sheets", "airtable", "slack", "telegram"] {
        for action in &catalog.connector(connector).expect(connector).actions {
            assert!(nodes.executor(connector, &action.id).is_some(), "{connector}.{}", action.id);
        }
    }
}

#[test]
fn a_service_describes_just_the_actions_and_the_credential_of_its_connector() {
    let catalog = bridge_connectors::catalog();
    for service in services() {
        let connector = catalog.connector(service["connector"].as_str().unwrap()).unwrap();
        let described: BTreeSet<&str> = service["actions"].as_object().unwrap().keys().map(String::as_str).collect();
        let declared: BTreeSet<&str> = connector.actions.iter().map(|action| action.id.as_str()).collect();
        assert_eq!(described, declared, "{}", connector.id);
        assert_eq!(service["credentials"][0], serde_json::to_value(connector.credential).unwrap(), "{}", connector.id);
        assert!(service["base_url"].as_str().unwrap().starts_with("https://"), "{}", connector.id);
    }
}

/// Each parameter is used, each one used is there, and each promised field is put out.
#[test]
fn requests_use_the_parameters_of_the_manifest_and_give_the_fields_it_promises() {
    let catalog = bridge_connectors::catalog();
    for service in services() {
        let connector = service["connector"].as_str().unwrap();
        for (action, call) in service["actions"].as_object().unwrap() {
            let at = format!("{connector}.{action}");
            let manifest = catalog.action(connector, action).unwrap();
            let names = |schema: &Value| -> BTreeSet<String> {
                schema["properties"].as_object().unwrap_or(&Map::new()).keys().cloned().collect()
            };
            let mut used = BTreeSet::new();
            placeholders(call["path"].as_str().unwrap(), &mut used);
            for part in ["query", "body", "output"] {
                templates(&call[part], &mut used);
            }
            used.extend(call["pages"]["limit"].as_str().map(str::to_owned));
            assert_eq!(used, names(&manifest.parameters), "{at}");
            if let Some(output) = call["output"].as_object() {
                for field in names(&manifest.output_schema) {
                    assert!(output.contains_key(&field), "{at} does not put out {field}");
                }
            }
        }
    }
}

fn placeholders(path: &str, used: &mut BTreeSet<String>) {
    for part in path.split('{').skip(1) {
        let name = part.split_once('}').unwrap().0.trim_start_matches('+');
        if !name.starts_with("credential.") {
            used.insert(name.to_owned());
        }
    }
}

fn templates(template: &Value, used: &mut BTreeSet<String>) {
    match template {
        Value::String(text) => used.extend(text.strip_prefix('$').map(str::to_owned)),
        Value::Array(list) => list.iter().for_each(|one| templates(one, used)),
        Value::Object(map) => {
            let operator = ["$words", "$text", "$map_or_item"].iter().find_map(|name| map.get(*name));
            match operator.and_then(Value::as_str) {
                Some(name) => drop(used.insert(name.to_owned())),
                None => map.values().for_each(|one| templates(one, used)),
            }
        }
        _ => {}
    }
}
