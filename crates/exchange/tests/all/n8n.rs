//! n8n's format: connections, settings, sub-nodes, pins, notes.

use bridge_domain::{Definition, Edge, NodeType, OnError, Retry};
use serde_json::{Value, json};

use super::read;

fn node(name: &str, kind: &str, version: f64, parameters: Value) -> Value {
    let kind = if kind.contains('.') { kind.to_owned() } else { format!("n8n-nodes-base.{kind}") };
    json!({ "id": format!("id-{}", name.to_lowercase().replace(' ', "-")), "name": name, "type": kind, "typeVersion": version,
        "position": [100, 200], "parameters": parameters })
}

fn link(to: &str, input: u64) -> Value {
    json!({ "node": to, "type": "main", "index": input })
}

/// Edges as `source[handle] -> target`, by label.
fn wires(definition: &Definition) -> Vec<String> {
    let label = |id: &bridge_domain::NodeId| definition.node(id).map(|node| node.data.label.clone()).unwrap();
    let wire = |edge: &Edge| {
        let handle = edge.source_handle.as_deref().map(|handle| format!("[{handle}]")).unwrap_or_default();
        format!("{}{handle} -> {}", label(&edge.source), label(&edge.target))
    };
    definition.edges.iter().map(wire).collect()
}

fn rule(value: &str) -> Value {
    json!({ "conditions": { "combinator": "and", "conditions": [{ "leftValue": "={{ $json.k }}", "rightValue": value,
        "operator": { "type": "string", "operation": "equals" } }] } })
}

#[test]
fn branches_loops_and_second_inputs_keep_their_connections() {
    let check = json!({ "conditions": { "conditions": [{ "leftValue": "={{ $json.a }}", "rightValue": 1,
        "operator": { "type": "number", "operation": "equals" } }], "combinator": "and" } });
    let imported = read(json!({
        "name": "Graph",
        "nodes": [node("Start", "manualTrigger", 1.0, json!({})), node("Check", "if", 2.2, check), node("Both", "merge", 3.0, json!({})),
            node("Each", "splitInBatches", 3.0, json!({})), node("Work", "noOp", 1.0, json!({})), node("After", "noOp", 1.0, json!({}))],
        "connections": {
            "Start": { "main": [[link("Check", 0)]] },
            "Check": { "main": [[link("Both", 1)], [link("Each", 0)]] },
            "Each": { "main": [[link("After", 0)], [link("Work", 0)]] },
            "Work": { "main": [[link("Each", 0), link("Both", 0)]] },
        },
    }).to_string());
    let expected = [
        "Start -> Check",
        "Check[false] -> Each",
        "Each[done] -> After",
        "Each[loop] -> Work",
        "Work -> Each",
        "Work -> Both",
        "Check[true] -> Both",
    ];
    assert_eq!(wires(&imported.definition), expected);
    assert_eq!(imported.notices, []);
    let start = &imported.definition.nodes[0];
    assert_eq!((start.node_type, start.id.as_str()), (NodeType::Trigger, "id-start"));
    assert_eq!((start.position.x, start.position.y), (150.0, 200.0));
}

#[test]
fn long_switches_become_nodes_in_a_row() {
    let mut rules: Vec<Value> = ["a", "b", "c", "d", "e"].into_iter().map(rule).collect();
    let mut two = rule("f");
    two["conditions"]["conditions"].as_array_mut().unwrap().push(rule("g")["conditions"]["conditions"][0].clone());
    rules.push(two);
    let switch = json!({ "rules": { "values": rules }, "options": { "fallbackOutput": "extra" } });
    let ends: Vec<String> = (0..7).map(|place| format!("N{place}")).collect();
    let mut nodes = vec![node("Route", "switch", 3.2, switch)];
    nodes.extend(ends.iter().map(|name| node(name, "noOp", 1.0, json!({}))));
    let links: Vec<Value> = ends.iter().map(|name| json!([link(name, 0)])).collect();
    let imported = read(json!({ "nodes": nodes, "connections": { "Route": { "main": links } } }).to_string());
    let expected = [
        "Route[fallback] -> Route (2)",
        "Route (2)[fallback] -> Route (3)",
        "Route[0] -> N0",
        "Route[1] -> N1",
        "Route[2] -> N2",
        "Route[3] -> N3",
        "Route (2)[0] -> N4",
        "Route (3)[true] -> N5",
        "Route (3)[false] -> N6",
    ];
    assert_eq!(wires(&imported.definition), expected);
    assert_eq!(imported.notices, []);
}

#[test]
fn settings_come_along() {
    let mut call = node("Call", "httpRequest", 4.2, json!({ "url": "https://example.com" }));
    for (key, value) in [
        ("onError", json!("continueErrorOutput")),
        ("retryOnFail", json!(true)),
        ("maxTries", json!(99)),
        ("waitBetweenTries", json!(2_000)),
        ("executeOnce", json!(true)),
        ("alwaysOutputData", json!(true)),
        ("notes", json!("Careful")),
        ("disabled", json!(true)),
    ] {
        call[key] = value;
    }
    let mut old = node("Old", "noOp", 1.0, json!({}));
    old["continueOnFail"] = json!(true);
    let imported = read(
        json!({ "nodes": [call, old], "connections": { "Call": { "main": [[], [link("Old", 0)]] } } }).to_string(),
    );
    let settings = &imported.definition.nodes[0].data.settings;
    assert_eq!(
        (settings.on_error, settings.retry),
        (OnError::ErrorOutput, Some(Retry { max_tries: 10, wait_ms: 2_000 }))
    );
    assert!(settings.disabled && settings.execute_once && settings.always_output && settings.notes == "Careful");
    assert_eq!(imported.definition.nodes[1].data.settings.on_error, OnError::Continue);
    assert_eq!(wires(&imported.definition), ["Call[error] -> Old"]);
    assert_eq!(imported.notices.len(), 2, "{:?}", imported.notices);
}

#[test]
fn models_become_settings_of_the_node_they_serve() {
    let chain = json!({ "promptType": "define", "text": "={{ $json.t }}", "messages": { "messageValues": [{ "message": "Be brief." }] } });
    let model =
        json!({ "model": { "__rl": true, "value": "gpt-x" }, "options": { "temperature": 0.2, "maxTokens": 50 } });
    let serve = |to: &str, kind: &str| json!({ "node": to, "type": kind, "index": 0 });
    let imported = read(json!({
        "nodes": [node("Chain", "@n8n/n8n-nodes-langchain.chainLlm", 1.5, chain), node("Model", "@n8n/n8n-nodes-langchain.lmChatOpenAi", 1.2, model),
            node("Agent", "@n8n/n8n-nodes-langchain.agent", 1.7, json!({ "promptType": "define", "text": "Hi" })),
            node("Claude", "@n8n/n8n-nodes-langchain.lmChatAnthropic", 1.2, json!({})), node("Tool", "@n8n/n8n-nodes-langchain.toolCalculator", 1.0, json!({}))],
        "connections": { "Model": { "ai_languageModel": [[serve("Chain", "ai_languageModel")]] },
            "Claude": { "ai_languageModel": [[serve("Agent", "ai_languageModel")]] }, "Tool": { "ai_tool": [[serve("Agent", "ai_tool")]] } },
    }).to_string());
    let labels: Vec<&str> = imported.definition.nodes.iter().map(|node| node.data.label.as_str()).collect();
    assert_eq!(labels, ["Chain", "Agent", "Claude", "Tool"]);
    let made = json!({ "prompt": "={{ $json.t }}", "system": "Be brief.", "provider": "openai", "model": "gpt-x", "temperature": 0.2, "max_tokens": 50 });
    assert_eq!(Value::Object(imported.definition.nodes[0].data.config.clone()), made);
    let tool = &imported.definition.nodes[3].data;
    assert_eq!((tool.connector_id.as_str(), &tool.config["serves"]), ("n8n", &json!({ "ai_tool": ["Agent"] })));
    assert_eq!(imported.definition.edges, []);
}

#[test]
fn an_agent_without_tools_and_what_models_extract() {
    let agent = json!({ "text": "={{ $json.chatInput }}", "options": { "systemMessage": "=You are {{ $json.who }}" } });
    let extract = json!({ "text": "={{ $json.t }}", "attributes": { "attributes": [{ "name": "sum", "type": "number", "description": "In euros", "required": true }] } });
    let imported = read(json!({
        "nodes": [node("Agent", "@n8n/n8n-nodes-langchain.agent", 2.0, agent), node("Extract", "@n8n/n8n-nodes-langchain.informationExtractor", 1.0, extract),
            node("Model", "@n8n/n8n-nodes-langchain.lmChatGoogleGemini", 1.0, json!({ "modelName": "models/gemini-x" })),
            node("Own", "@n8n/n8n-nodes-langchain.openAi", 1.8, json!({ "modelId": { "__rl": true, "value": "gpt-x" }, "messages": { "values": [
                { "role": "system", "content": "Short." }, { "content": "=Sum up {{ $json.t }}" }] }, "jsonOutput": true }))],
        "connections": { "Model": { "ai_languageModel": [[{ "node": "Agent", "type": "ai_languageModel", "index": 0 }, { "node": "Extract", "type": "ai_languageModel", "index": 0 }]] } },
    }).to_string());

    let configs: Vec<Value> =
        imported.definition.nodes.iter().map(|node| Value::Object(node.data.config.clone())).collect();
    assert_eq!(
        configs,
        [
            json!({ "prompt": "={{ $json.chatInput }}", "system": "=You are {{ $json.who }}", "provider": "gemini", "model": "gemini-x" }),
            json!({ "text": "={{ $json.t }}", "fields": [{ "name": "sum", "type": "number", "description": "In euros", "required": true }],
            "provider": "gemini", "model": "gemini-x" }),
            json!({ "prompt": "=Sum up {{ $json.t }}", "system": "Short.", "provider": "openai", "model": "gpt-x", "answer": "json" }),
        ]
    );
    assert!(imported.notices.iter().all(|notice| !notice.hint.contains("Correct it")), "{:?}", imported.notices);
}

#[test]
fn pins_notes_and_credentials_come_along_as_what_they_are() {
    let mut call = node("Call", "slack", 2.3, json!({ "channelId": "#a", "text": "x" }));
    call["credentials"] = json!({ "slackApi": { "id": "9", "name": "Team" } });
    let imported = read(json!({
        "nodes": [call, node("Note", "stickyNote", 1.0, json!({ "content": "## Read me" })), node("Mail", "emailReadImap", 2.0, json!({ "mailbox": "In" }))],
        "connections": {}, "pinData": { "Call": [{ "json": { "ok": true } }, { "ts": "1" }], "Nobody": [{}] },
        "settings": { "errorWorkflow": "5", "timezone": "Europe/Berlin" },
    }).to_string());
    assert_eq!(imported.description, "## Read me");
    assert_eq!(
        serde_json::to_value(&imported.pins).unwrap(),
        json!([["id-call", [{ "json": { "ok": true } }, { "json": { "ts": "1" } }]]])
    );
    let labels: Vec<&str> = imported.definition.nodes.iter().map(|node| node.data.label.as_str()).collect();
    assert_eq!(labels, ["Call", "Mail", "Mail (2)"]);
    assert_eq!(wires(&imported.definition), ["Mail -> Mail (2)"]);
    let messages: Vec<&str> = imported.notices.iter().map(|notice| notice.message.as_str()).collect();
    assert!(messages.contains(&"It used the credential “Team” (slackApi)."), "{messages:?}");
    assert!(
        messages.iter().any(|message| message.contains("Sticky notes"))
            && messages.iter().any(|message| message.contains("failures start"))
    );
}

#[test]
fn circles_without_a_loop_node_are_cut_and_told_of() {
    let imported = read(json!({
        "nodes": [node("A", "noOp", 1.0, json!({})), node("B", "noOp", 1.0, json!({})), node("Start", "manualTrigger", 1.0, json!({}))],
        "connections": { "A": { "main": [[link("B", 0), link("A", 0)]] }, "B": { "main": [[link("A", 0), link("Start", 0)]] }, "Start": { "main": [[link("A", 0), link("A", 1)]] } },
    }).to_string());
    assert_eq!(wires(&imported.definition).len(), 2, "{:?}", wires(&imported.definition));
    assert_eq!(
        imported.notices.iter().filter(|notice| notice.message.contains("was left out")).count(),
        4,
        "{:?}",
        imported.notices
    );
}

#[test]
fn two_hundred_nodes_of_many_kinds() {
    let kinds: [(&str, f64, Value); 8] = [
        ("set", 3.4, json!({ "assignments": { "assignments": [{ "name": "a", "type": "string", "value": "x" }] } })),
        ("httpRequest", 4.2, json!({ "url": "https://example.com" })),
        ("code", 2.0, json!({ "jsCode": "return $input.all();" })),
        (
            "filter",
            2.0,
            json!({ "conditions": { "combinator": "and", "conditions": [{ "leftValue": "={{ $json.a }}", "operator": { "type": "string", "operation": "exists" } }] } }),
        ),
        ("limit", 1.0, json!({ "maxItems": 5 })),
        ("merge", 3.0, json!({})),
        ("wait", 1.1, json!({ "amount": 1 })),
        ("hubspot", 2.0, json!({ "resource": "deal" })),
    ];
    let mut nodes = vec![node("N0", "manualTrigger", 1.0, json!({}))];
    let mut connections = serde_json::Map::new();
    for place in 1..200 {
        let (kind, version, parameters) = kinds[place % kinds.len()].clone();
        nodes.push(node(&format!("N{place}"), kind, version, parameters));
        connections.insert(format!("N{}", place - 1), json!({ "main": [[link(&format!("N{place}"), 0)]] }));
    }
    let imported = read(json!({ "name": "Large", "nodes": nodes, "connections": connections }).to_string());
    assert_eq!((imported.definition.nodes.len(), imported.definition.edges.len()), (200, 199));
    let kept = imported.definition.nodes.iter().filter(|node| node.data.connector_id == "n8n").count();
    assert_eq!((kept, imported.notices.len()), (25, 25));
}
