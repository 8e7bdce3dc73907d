//! A canary key, put everywhere a key can get by mistake, leaves in no prompt and reaches no database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod stage;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bridge_domain::{ChatEvent, Error, ErrorCode, FinishReason, MessageStatus, SecretString};
use serde_json::json;
use stage::{Cue, Script, Stage, answer, collect, shown, text, whole};

/// Not in the format of any service: found only because it is known.
const CANARY: &str = "canary+Swordfish/7 of%clubs~x";

fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// The forms it is looked for in.
fn forms() -> Vec<String> {
    let core = |text: &str| STANDARD.encode(text).trim_end_matches('=').to_owned();
    vec![
        CANARY.to_owned(),
        STANDARD.encode(CANARY).trim_end_matches('=')[..30].to_owned(),
        core(&format!("u:{CANARY}"))[4..30].to_owned(),
        core(&format!("me:{CANARY}"))[4..30].to_owned(),
        percent(CANARY),
        percent(&percent(CANARY)),
        CANARY.replace('/', "\\/").replace(' ', "+"),
        hex::encode(CANARY),
    ]
}

#[track_caller]
fn assert_clean(text: &str, place: &str) {
    for form in forms() {
        assert!(!text.contains(&form), "{form} is in {place}");
    }
}

/// All bytes of the files in a folder, as text.
fn files(folder: &std::path::Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push_str(&files(&path));
        } else {
            all.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
        }
    }
    all
}

#[tokio::test]
async fn s1_a_canary_in_the_workflow_or_the_history_is_in_no_prompt_and_no_payload() {
    let stage = Stage::new().await;
    let mut graph = stage::graph();
    let basic = STANDARD.encode(format!("me:{CANARY}"));
    graph.nodes[0].data.label = format!("Orders {CANARY}");
    graph.nodes[1].data.label = percent(CANARY);
    graph.nodes[1].data.config = json!({
        "channel": "#general", "text": CANARY, "password": "hunter2", CANARY: 1,
        "nested": {"list": [basic, {"Authorization": format!("Basic {basic}")}], "url": format!("https://x.example/?a={}", percent(CANARY))},
    })
    .as_object()
    .cloned()
    .unwrap();
    stage.set(graph).await;
    // History from before the key was known.
    let begun =
        stage.store.begin_turn(stage.workflow, &format!("my key is {CANARY}"), Default::default()).await.unwrap();
    let error = Error::new(ErrorCode::Internal, format!("bad key {CANARY}"), "");
    let metadata = bridge_domain::MessageMetadata { error: Some(error), ..Default::default() };
    stage.store.finish_message(begun.answer.id, CANARY, vec![], metadata, MessageStatus::Failed).await.unwrap();

    let problem = json!({"type": "update_node", "node_id": CANARY, "label": CANARY, "config": null});
    let model = Script::new([whole(&answer(CANARY, &[problem])), whole(&answer("Fine.", &[]))]);
    let mut ask = stage.ask(
        &model,
        &format!(
            "Use {CANARY} or {basic}, {} {} and token={}",
            percent(&percent(CANARY)),
            CANARY.replace('/', "\\/").replace(' ', "+"),
            hex::encode(CANARY)
        ),
    );
    ask.secrets = vec![SecretString::from(CANARY)];
    let preview = stage.assistant.preview_payload(ask.clone()).await.unwrap();
    assert_clean(&preview.body, "the preview");
    let response = stage.assistant.chat(ask).await.unwrap();
    assert_eq!(model.asked().len(), 2, "with a repair");
    for request in model.asked() {
        assert_clean(&format!("{request:?}"), "a request");
        assert!(!format!("{request:?}").contains("hunter2"));
        for part in request.turns.iter().flat_map(|turn| &turn.parts) {
            assert_clean(part, "a prompt");
        }
    }
    for payload in stage.assistant.sent_payloads(response.message_id).await.unwrap() {
        assert_clean(&payload.body, "a payload");
    }
}

#[tokio::test]
async fn s1_a_canary_the_user_types_or_a_server_echoes_is_in_no_database_and_no_event() {
    let stage = Stage::with_graph().await;
    let basic = STANDARD.encode(format!("u:{CANARY}"));
    let label = json!({"type": "update_node", "node_id": "slack", "label": CANARY, "config": [{"name": "text", "value": basic}]});
    let reply = answer(&format!("You said {CANARY} and {basic}."), &[label]).to_string();
    let mut cues =
        vec![Cue::Think(format!("The key is {}", &CANARY[..9])), Cue::Think(format!("{} it seems", &CANARY[9..]))];
    cues.extend(reply.chars().map(|c| text(c.to_string())));
    cues.push(Cue::Finish(FinishReason::Stop));
    let failing = vec![
        text("{\"message\": \"can"),
        Cue::Fail(Error::new(ErrorCode::KeyRejected, format!("Bad key {CANARY}"), CANARY)),
    ];
    let repaired = |cues: &Vec<Cue>| cues.clone();
    let model = Script::new([cues.clone(), repaired(&cues), repaired(&cues), failing]);
    for _ in 0..2 {
        let mut ask = stage.ask(&model, &format!("Take {CANARY}, {basic} and {}", percent(CANARY)));
        ask.secrets = vec![SecretString::from(CANARY)];
        let events = collect(stage.assistant.start(ask).await.unwrap().events).await;
        assert_clean(&format!("{events:?}"), "the events");
        assert_clean(&shown(&events), "the window");
        let told: String = events
            .iter()
            .map(|event| if let ChatEvent::Reasoning { content } = event { content.as_str() } else { "" })
            .collect();
        assert_clean(&told, "the thinking");
    }
    let history = stage.store.history(stage.workflow, 50).await.unwrap().messages;
    assert!(history[0].content.contains("[redacted: a stored key]"));
    stage.store.close().await;
    assert_clean(&files(stage.folder.path()), "the data folder");
}

#[tokio::test]
async fn s1_a_key_of_a_known_service_in_a_message_is_not_kept() {
    let stage = Stage::new().await;
    let key = format!("sk-{}-{}", "ant", "api03-Qw3rTy1234567890abcdEFGH");
    let model = Script::new([whole(&answer("Better not.", &[]))]);
    stage.play(&model, &format!("Here is my key: {key}")).await;
    assert!(!format!("{:?}", model.asked()).contains(&key));
    stage.store.close().await;
    assert!(!files(stage.folder.path()).contains(&key));
}
