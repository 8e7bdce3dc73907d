//! A stage: a real store for files and tables, a real gate, and a model that says what it is told to.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex};

use bridge_domain::{
    Binary, Blobs, Credential, CredentialId, CredentialKind, Error, ErrorCode, Executors, FinishReason, Grant, Item,
    Model, ModelEvent, ModelInfo, ModelRequest, ModelSource, ModelStream, Outcome, Payload, Result, StepFailure, Usage,
};
use bridge_gate::{Gate, Options};
use bridge_nodes::testing::TestStep;
use bridge_nodes::{Nodes, Services};
use bridge_store::Store;
use futures_util::future::{BoxFuture, FutureExt, ready};
use futures_util::stream;
use tempfile::TempDir;

/// What a scripted model does when it is asked.
pub type Script = Vec<Result<ModelEvent>>;

/// A model that plays scripts, one for each question, and keeps the questions.
#[derive(Clone, Default)]
pub struct Scripted {
    pub scripts: Arc<Mutex<VecDeque<Script>>>,
    pub asked: Arc<Mutex<Vec<ModelRequest>>>,
}

impl Scripted {
    /// An answer in two pieces, with what it cost.
    pub fn says(&self, text: &str) {
        self.ends(text, FinishReason::Stop);
    }

    pub fn ends(&self, text: &str, finish: FinishReason) {
        let middle = text.chars().count() / 2;
        let pieces = [text.chars().take(middle).collect::<String>(), text.chars().skip(middle).collect()];
        let mut script: Script = pieces.map(|piece| Ok(ModelEvent::Text(piece))).into();
        script.push(Ok(ModelEvent::Usage(Usage { input_tokens: 10, output_tokens: 5, ..Usage::default() })));
        script.push(Ok(ModelEvent::Finish(finish)));
        self.scripts.lock().unwrap().push_back(script);
    }
}

impl Model for Scripted {
    fn stream(&self, request: ModelRequest) -> ModelStream {
        self.asked.lock().unwrap().push(request);
        Box::pin(stream::iter(self.scripts.lock().unwrap().pop_front().expect("one script for each question")))
    }

    fn payload(&self, _: &ModelRequest) -> Payload {
        Payload { url: String::new(), headers: Vec::new(), body: String::new() }
    }

    fn models(&self) -> BoxFuture<'static, Result<Vec<ModelInfo>>> {
        ready(Ok(Vec::new())).boxed()
    }
}

impl ModelSource for Scripted {
    fn model<'a>(&'a self, provider: Option<&'a str>) -> BoxFuture<'a, Result<(Arc<dyn Model>, String)>> {
        let found = match provider {
            None | Some("scripted") => Ok((Arc::new(self.clone()) as Arc<dyn Model>, "default-model".to_owned())),
            Some(_) => Err(Error::new(ErrorCode::NotFound, "There is no such provider.", "Choose another.")),
        };
        ready(found).boxed()
    }
}

/// All nodes and what they stand on.
pub struct Stage {
    pub nodes: Nodes,
    pub store: Store,
    pub model: Scripted,
    pub folder: TempDir,
}

impl Stage {
    pub async fn new() -> Self {
        Self::trusting(Vec::new()).await
    }

    /// A stage that trusts these certificates (DER) too.
    pub async fn trusting(roots: Vec<Vec<u8>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store")).await.unwrap().store;
        let model = Scripted::default();
        let gate = Gate::with(Options { roots, ..Options::default() }).unwrap();
        let kept = Arc::new(store.clone());
        let nodes = Nodes::new(Services { gate, blobs: kept.clone(), tables: kept, models: Arc::new(model.clone()) });
        Self { nodes, store, model, folder }
    }

    pub async fn run(&self, node: &str, step: &mut TestStep) -> Result<Outcome, StepFailure> {
        let (connector, action) = node.split_once('.').unwrap();
        step.run(self.nodes.executor(connector, action).unwrap_or_else(|| panic!("no {node}"))).await
    }

    /// Keeps a content, as a node before would have.
    pub async fn keep(&self, content: &[u8], name: &str) -> Binary {
        Blobs::put(&self.store, content.to_vec(), "application/octet-stream".to_owned(), name.to_owned()).await.unwrap()
    }

    /// An item with this content as its file `data`.
    pub async fn with_file(&self, content: &[u8]) -> Item {
        let mut item = Item::default();
        item.binary.insert("data".to_owned(), self.keep(content, "given").await);
        item
    }

    pub async fn content(&self, binary: &Binary) -> Vec<u8> {
        Blobs::get(&self.store, &binary.hash).await.unwrap()
    }
}

pub fn folder(path: &Path, write: bool) -> Grant {
    Grant::Folder { path: path.to_str().unwrap().to_owned(), write }
}

pub fn credential(kind: CredentialKind, port: u16, fields: &[(&str, &str)]) -> Credential {
    let mut all =
        BTreeMap::from([("host".to_owned(), "localhost".into()), ("port".to_owned(), port.to_string().into())]);
    all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())));
    Credential { id: CredentialId::new(), kind, hosts: vec![format!("localhost:{port}")], fields: all }
}

pub fn loopback(port: u16) -> Grant {
    Grant::Host { host: "localhost".to_owned(), port }
}
