//! A runner in this process, on a real folder and with real workers, and what it tells.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bridge_credentials::Credentials;
use bridge_domain::{
    Definition, Entity, Error, Origin, RunId, RunLimits, RunRequest, RunScope, RunSummary, RunTrigger, Settings,
    WorkflowId,
};
use bridge_expression::{Expressions, WORKER_ARGUMENT, WorkerCommand};
use bridge_gate::Gate;
use bridge_keychain::Keys;
use bridge_models::Models;
use bridge_runner::{Change, Parts, Runner};
use bridge_store::Store;
use serde_json::Value;

use crate::world::{LONG, World, program};

/// A runner and its folder.
pub struct Inside {
    pub runner: Runner,
    pub store: Store,
    told: Arc<Mutex<Vec<Change>>>,
    _world: World,
}

/// What a runner on this store consists of.
pub fn parts(store: &Store, changed: impl Fn(Change) + Send + Sync + 'static) -> Parts {
    let (keys, gate) = (Keys::new(), Gate::new().unwrap());
    let models = Models::new(keys.clone(), gate.clone(), Arc::new(Settings::default));
    let worker = WorkerCommand { program: program(), arguments: vec![WORKER_ARGUMENT.into()], size: 2 };
    Parts {
        store: store.clone(),
        catalog: bridge_connectors::catalog(),
        gate: gate.clone(),
        credentials: Arc::new(Credentials::new(store.clone(), keys, gate)),
        models: Arc::new(models),
        expressions: Arc::new(Expressions::new(worker)),
        changed: Arc::new(changed),
    }
}

impl Inside {
    pub async fn new(limits: RunLimits) -> Self {
        Self::with(limits, |_| {}).await
    }

    /// With these keys and settings of model providers.
    pub async fn with_models(keys: Keys, settings: Settings) -> Self {
        let models = |parts: &mut Parts| {
            parts.models = Arc::new(Models::new(keys, parts.gate.clone(), Arc::new(move || settings.clone())));
        };
        Self::with(RunLimits::default(), models).await
    }

    async fn with(limits: RunLimits, change: impl FnOnce(&mut Parts)) -> Self {
        let world = World::new();
        std::fs::create_dir_all(world.data()).unwrap();
        let store = world.store().await;
        let told = Arc::<Mutex<Vec<Change>>>::default();
        let tell = Arc::clone(&told);
        let mut parts = parts(&store, move |change| tell.lock().unwrap().push(change));
        change(&mut parts);
        Self { runner: Runner::with_limits(parts, limits), store, told, _world: world }
    }

    pub async fn keep(&self, name: &str, definition: &Value) -> WorkflowId {
        let id = self.store.create_workflow(name, "").await.unwrap().id;
        self.edit(id, definition).await;
        id
    }

    pub async fn edit(&self, id: WorkflowId, definition: &Value) {
        let definition: Definition = serde_json::from_value(definition.clone()).unwrap();
        self.store.commit(id, None, Origin::User, |_| Ok(definition)).await.unwrap();
    }

    pub async fn start(&self, workflow_id: WorkflowId, scope: RunScope, by: RunTrigger) -> Result<RunId, Error> {
        let request = RunRequest { workflow_id, scope, trigger_node: None, input: None };
        self.runner.run(request, by).await.map(|run| run.id)
    }

    /// Runs a workflow to its end.
    pub async fn run(&self, definition: &Value) -> RunSummary {
        let id = self.keep("Workflow", definition).await;
        let run = self.start(id, RunScope::Whole, RunTrigger::CommandLine).await.unwrap();
        tokio::time::timeout(LONG, self.runner.finished(run)).await.unwrap().unwrap()
    }

    /// Waits until something was told, and says how long that took.
    pub async fn told(&self, entity: Entity, id: WorkflowId, fits: impl Fn(&Change) -> bool) -> Duration {
        let begin = Instant::now();
        loop {
            let all = self.told.lock().unwrap().clone();
            if all.iter().any(|change| change.entity == entity && change.id == id.to_string() && fits(change)) {
                return begin.elapsed();
            }
            assert!(begin.elapsed() < Duration::from_secs(10), "never told: {all:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Forgets what was told.
    pub fn forget(&self) {
        self.told.lock().unwrap().clear();
    }
}
