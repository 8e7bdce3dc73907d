//! A step on a stage: contents of files in memory, a real gate, and the grant for the server of the test.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use bridge_domain::{
    Binary, Blobs, Config, Credential, CredentialId, CredentialKind, DataTable, Error, Executors, Grant, Item, Model,
    ModelSource, Result, RowCondition, StepFailure, TableId, Tables,
};
use bridge_gate::Gate;
use bridge_nodes::testing::TestStep;
use bridge_nodes::{Nodes, Services, service_at};
use futures_util::future::{BoxFuture, FutureExt, ready};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::server::Server;

/// Contents of files in memory.
#[derive(Default)]
pub struct Contents(Mutex<HashMap<String, Vec<u8>>>);

impl Blobs for Contents {
    fn put(&self, content: Vec<u8>, mime_type: String, file_name: String) -> BoxFuture<'_, Result<Binary>> {
        let hash = hex::encode(Sha256::digest(&content));
        let size = content.len() as u64;
        self.0.lock().unwrap().insert(hash.clone(), content);
        ready(Ok(Binary { hash, size, mime_type, file_name })).boxed()
    }

    fn get(&self, hash: &str) -> BoxFuture<'static, Result<Vec<u8>>> {
        let found = self.0.lock().unwrap().get(hash).cloned().ok_or_else(|| Error::not_found("The file"));
        ready(found).boxed()
    }
}

/// Neither tables nor models: these nodes use none.
struct Nothing;

fn nothing<T: Send + 'static>() -> BoxFuture<'static, Result<T>> {
    ready(Err(Error::not_found("It"))).boxed()
}

impl Tables for Nothing {
    fn table<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<DataTable>> {
        nothing()
    }
    fn insert_rows(&self, _: TableId, _: Vec<Config>) -> BoxFuture<'_, Result<Vec<Config>>> {
        nothing()
    }
    fn rows(&self, _: TableId, _: Vec<RowCondition>, _: u32, _: u32) -> BoxFuture<'_, Result<Vec<Config>>> {
        nothing()
    }
    fn update_rows(&self, _: TableId, _: Vec<RowCondition>, _: Config, _: bool) -> BoxFuture<'_, Result<Vec<Config>>> {
        nothing()
    }
    fn delete_rows(&self, _: TableId, _: Vec<RowCondition>) -> BoxFuture<'_, Result<u32>> {
        nothing()
    }
}

impl ModelSource for Nothing {
    fn model<'a>(&'a self, _: Option<&'a str>) -> BoxFuture<'a, Result<(Arc<dyn Model>, String)>> {
        nothing()
    }
}

/// What nodes need.
pub struct Stage {
    pub contents: Arc<Contents>,
}

impl Stage {
    pub fn new() -> Self {
        Self { contents: Arc::default() }
    }

    pub fn services(&self) -> Services {
        Services {
            gate: Gate::new().unwrap(),
            blobs: self.contents.clone(),
            tables: Arc::new(Nothing),
            models: Arc::new(Nothing),
        }
    }

    /// Keeps a file.
    pub async fn file(&self, content: &[u8], mime_type: &str, name: &str) -> Binary {
        self.contents.put(content.to_vec(), mime_type.to_owned(), name.to_owned()).await.unwrap()
    }

    pub async fn content(&self, file: &Binary) -> Vec<u8> {
        self.contents.get(&file.hash).await.unwrap()
    }

    /// Executes an action of a node.
    pub async fn run(&self, connector: &str, action: &str, step: &mut TestStep) -> Result<(), StepFailure> {
        let nodes = Nodes::new(self.services());
        step.run(nodes.executor(connector, action).unwrap()).await.map(drop)
    }

    /// Executes an action of a service that is at the test's server.
    pub async fn call(
        &self,
        connector: &str,
        action: &str,
        server: &Server,
        step: &mut TestStep,
    ) -> Result<(), StepFailure> {
        let base_url = server.url("").parse().unwrap();
        let executor = service_at(&Arc::new(self.services()), connector, action, base_url).unwrap();
        step.run(executor.as_ref()).await.map(drop)
    }
}

/// A step that may reach the server.
pub fn step(server: &Server, config: Value, items: Vec<Item>) -> TestStep {
    let mut step = TestStep::new(config, items);
    step.grants = vec![Grant::Host { host: "127.0.0.1".into(), port: server.address.port() }];
    step
}

/// A credential for the server.
pub fn credential(server: &Server, kind: CredentialKind, fields: &[(&str, &str)]) -> Credential {
    Credential {
        id: CredentialId::new(),
        kind,
        hosts: vec![server.address.to_string()],
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect(),
    }
}

/// Executes the HTTP request node once for one empty item; gives what it put out.
pub async fn request(server: &Server, config: Value) -> Result<Vec<Value>, StepFailure> {
    let mut step = step(server, config, vec![Item::default()]);
    Stage::new().run("http", "request", &mut step).await?;
    Ok(step.output(0))
}
