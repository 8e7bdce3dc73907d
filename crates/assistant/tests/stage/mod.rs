//! A scripted model, and an assistant on a real database to play it.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bridge_assistant::{Ask, Assistant};
use bridge_domain::{
    Action, ChatEvent, ChatRequest, Config, Definition, Edge, Error, FinishReason, Message, Model, ModelEvent,
    ModelInfo, ModelRequest, ModelStream, Node, NodeData, NodeType, Origin, Payload, Position, Result, Usage,
    WorkflowId,
};
use bridge_store::Store;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc;

/// One thing a scripted model does.
#[derive(Clone)]
pub enum Cue {
    Text(String),
    Think(String),
    Use(Usage),
    Wait(Duration),
    Finish(FinishReason),
    Fail(Error),
    Hang,
    Panic,
}

pub fn text(text: impl Into<String>) -> Cue {
    Cue::Text(text.into())
}

/// A whole answer in one piece.
pub fn whole(answer: &Value) -> Vec<Cue> {
    vec![text(answer.to_string()), Cue::Finish(FinishReason::Stop)]
}

/// A model that does as it is told, one list of cues a request, and remembers what it was asked.
#[derive(Default)]
pub struct Script {
    plays: Mutex<VecDeque<Vec<Cue>>>,
    asked: Mutex<Vec<ModelRequest>>,
}

impl Script {
    pub fn new(plays: impl IntoIterator<Item = Vec<Cue>>) -> Arc<Self> {
        Arc::new(Self { plays: Mutex::new(plays.into_iter().collect()), asked: Mutex::default() })
    }

    pub fn asked(&self) -> Vec<ModelRequest> {
        self.asked.lock().unwrap().clone()
    }
}

impl Model for Script {
    fn stream(&self, request: ModelRequest) -> ModelStream {
        self.asked.lock().unwrap().push(request);
        let cues = self.plays.lock().unwrap().pop_front().expect("the script has an answer for every request");
        Box::pin(async_stream::stream! {
            for cue in cues {
                match cue {
                    Cue::Text(text) => yield Ok(ModelEvent::Text(text)),
                    Cue::Think(text) => yield Ok(ModelEvent::Reasoning(text)),
                    Cue::Use(usage) => yield Ok(ModelEvent::Usage(usage)),
                    Cue::Wait(time) => tokio::time::sleep(time).await,
                    Cue::Finish(reason) => yield Ok(ModelEvent::Finish(reason)),
                    Cue::Fail(error) => yield Err(error),
                    Cue::Hang => std::future::pending::<()>().await,
                    Cue::Panic => panic!("a defect in an adapter"),
                }
            }
        })
    }

    fn payload(&self, request: &ModelRequest) -> Payload {
        let turns: Vec<Value> =
            request.turns.iter().map(|turn| json!({"role": turn.role, "parts": turn.parts})).collect();
        Payload {
            url: "http://127.0.0.1/v1/chat".to_owned(),
            headers: vec![("authorization".to_owned(), "•••".to_owned())],
            body: json!({"model": request.model, "system": request.system, "turns": turns, "schema": request.schema})
                .to_string(),
        }
    }

    fn models(&self) -> futures_util::future::BoxFuture<'static, Result<Vec<ModelInfo>>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// A database in a folder of its own, with one workflow.
pub struct Stage {
    pub folder: TempDir,
    pub store: Store,
    pub assistant: Assistant,
    pub workflow: WorkflowId,
}

impl Stage {
    pub async fn new() -> Self {
        Self::within(tempfile::tempdir().unwrap()).await
    }

    /// In memory where the system has such a place: for tests that write a lot and are not about the disk.
    pub async fn in_memory() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        Self::within(folder).await
    }

    async fn within(folder: TempDir) -> Self {
        let store = Store::open(folder.path()).await.unwrap().store;
        let assistant = Assistant::new(store.clone(), bridge_connectors::catalog());
        let workflow = store.create_workflow("Orders", "").await.unwrap().id;
        Self { folder, store, assistant, workflow }
    }

    /// With a webhook (`hook`) that leads to a Slack message (`slack`).
    pub async fn with_graph() -> Self {
        let stage = Self::new().await;
        stage.set(graph()).await;
        stage
    }

    /// Replaces the definition, as the user's own edit would.
    pub async fn set(&self, definition: Definition) -> u32 {
        let committed = self.store.commit(self.workflow, None, Origin::User, |_| Ok(definition)).await.unwrap();
        committed.after.version_number
    }

    pub async fn definition(&self) -> Definition {
        self.store.open_workflow(self.workflow).await.unwrap().version.definition
    }

    pub fn ask(&self, model: &Arc<Script>, message: &str) -> Ask {
        ask(self.workflow, model.clone(), message)
    }

    /// Asks and waits for the end.
    pub async fn play(&self, model: &Arc<Script>, message: &str) -> Vec<ChatEvent> {
        let running = self.assistant.start(self.ask(model, message)).await.unwrap();
        collect(running.events).await
    }

    /// The newest message of the thread.
    pub async fn newest(&self) -> Message {
        self.store.history(self.workflow, 1).await.unwrap().messages.remove(0)
    }
}

pub fn ask(workflow_id: WorkflowId, model: Arc<dyn Model>, message: &str) -> Ask {
    Ask {
        request: ChatRequest {
            workflow_id,
            message: message.to_owned(),
            llm_provider: None,
            model: None,
            include_workflow_context: true,
            stream: true,
            run: None,
        },
        provider: "script".to_owned(),
        model_name: "script-1".to_owned(),
        model,
        context_tokens: 32_768,
        max_output_tokens: 16_384,
        price: |_, _, usage| Some(f64::from(usage.output_tokens) / 1000.0),
        run: None,
        secrets: Vec::new(),
    }
}

/// All events to the end, chunks joined to one string each.
pub async fn collect(mut events: mpsc::Receiver<Vec<ChatEvent>>) -> Vec<ChatEvent> {
    let mut all = Vec::new();
    while let Some(batch) = events.recv().await {
        all.extend(batch);
    }
    all
}

/// The text the events leave in the window.
pub fn shown(events: &[ChatEvent]) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            ChatEvent::Chunk { content } => text.push_str(content),
            ChatEvent::Reset => text.clear(),
            _ => {}
        }
    }
    text
}

pub fn node(id: &str, node_type: NodeType, label: &str, connector: &str, action: &str, config: Value) -> Node {
    let config: Config = config.as_object().cloned().unwrap_or_default();
    Node {
        id: id.into(),
        node_type,
        position: Position { x: 0.0, y: 0.0 },
        data: NodeData {
            label: label.to_owned(),
            connector_id: connector.to_owned(),
            action_id: action.to_owned(),
            config,
            settings: bridge_domain::NodeSettings::default(),
        },
    }
}

pub fn edge(id: &str, source: &str, target: &str) -> Edge {
    Edge { id: id.into(), source: source.into(), target: target.into(), source_handle: None, target_handle: None }
}

pub fn graph() -> Definition {
    Definition {
        nodes: vec![
            node(
                "hook",
                NodeType::Trigger,
                "New order",
                "webhook",
                "receive",
                json!({"path": "orders", "method": "POST"}),
            ),
            node(
                "slack",
                NodeType::Action,
                "Tell the team",
                "slack",
                "send_message",
                json!({"channel": "#general", "text": "New order"}),
            ),
        ],
        edges: vec![edge("e1", "hook", "slack")],
    }
}

/// The action that gives a node a new label.
pub fn relabel(node: &str, label: &str) -> Value {
    json!({"type": "update_node", "node_id": node, "label": label, "config": null})
}

pub fn answer(message: &str, actions: &[Value]) -> Value {
    json!({"message": message, "actions": actions})
}

/// The action of a scripted answer as it is stored.
pub fn stored(action: Value) -> Action {
    serde_json::from_value(action).unwrap()
}

/// The report of a run whose step has failed with these words, on an item that says the same.
pub fn failed_run(workflow_id: WorkflowId, words: &str) -> bridge_assistant::RunReport {
    let error = bridge_domain::StepError {
        node_id: "slack".into(),
        node_label: words.to_owned(),
        error: bridge_domain::Error::new(bridge_domain::ErrorCode::ServiceFailed, words, words),
        parameter: None,
        position: None,
        item: None,
        grant: None,
        detail: None,
    };
    let run = bridge_domain::RunSummary {
        id: bridge_domain::RunId::new(),
        workflow_id,
        workflow_name: words.to_owned(),
        version_number: 1,
        mode: bridge_domain::RunMode::Test,
        trigger: bridge_domain::RunTrigger::Manual,
        status: bridge_domain::RunStatus::Error,
        started_at: bridge_domain::Timestamp::now(),
        ended_at: None,
        duration_ms: None,
        error: Some(error),
        retry_of: None,
        step_count: 1,
    };
    let item = json!({ "json": { "order": words } });
    let items = vec![serde_json::from_value(item).unwrap()];
    let detail = bridge_domain::RunDetail { run, steps: Vec::new(), events: 0 };
    bridge_assistant::RunReport::new(&detail, None, items, true)
}
