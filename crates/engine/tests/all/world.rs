//! Small executors and an engine around them, for tests of the engine. The executor of a node follows from its
//! connector: `pass`, `twice`, `split` and so on, see [`Work`].

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use bridge_domain::*;
use bridge_engine::memory::MemoryJournal;
use bridge_engine::{Engine, Ports, Running, Start, SystemClock};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub use super::graphs::*;
use super::trouble::Trouble;

pub fn item(value: Value) -> Item {
    Item::from(value.as_object().unwrap().clone())
}

/// Items `{n: from}` to `{n: to - 1}`.
pub fn numbers(from: u32, to: u32) -> Vec<Item> {
    (from..to).map(|n| item(json!({ "n": n }))).collect()
}

/// What the executors share: how often each node ran, and what makes them behave.
#[derive(Default)]
pub struct Shared {
    pub ran: Mutex<Vec<(String, Vec<i64>)>>,
    pub keys: Mutex<Vec<String>>,
    pub seen: Mutex<Vec<String>>,
    /// Failures of nodes of `flaky` that are still to come.
    pub failures: AtomicU32,
    pub sent: AtomicU32,
    /// Of the nodes `deliver` and `fetch`.
    pub trouble: Trouble,
    begun: AtomicU32,
    hook: Mutex<Option<Hook>>,
}

/// What happens once, when a node with this label has read its items.
type Hook = (&'static str, Box<dyn FnOnce() + Send>);

impl Shared {
    pub fn when(&self, label: &'static str, then: impl FnOnce() + Send + 'static) {
        *self.hook.lock().unwrap() = Some((label, Box::new(then)));
    }

    /// How often nodes began.
    pub fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst) as usize
    }
}

struct Work {
    kind: &'static str,
    shared: Arc<Shared>,
}

const KINDS: [&str; 24] = [
    "manual",
    "loop",
    "merge",
    "pass",
    "twice",
    "parity",
    "none",
    "fail",
    "fail_odd",
    "flaky",
    "panic",
    "sleep",
    "spin",
    "wait",
    "send",
    "call",
    "pair",
    "all",
    "reply",
    "flood",
    "collect",
    "panic_effect",
    "deliver",
    "fetch",
];

impl Executor for Work {
    fn effect(&self, _: &Config) -> Effect {
        match self.kind {
            "send" | "sleep" | "deliver" => Effect::Outside,
            "wait" | "call" | "fetch" => Effect::Harmless,
            "panic_effect" => panic!("on purpose"),
            _ => Effect::Pure,
        }
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        match self.kind {
            "deliver" | "fetch" => Box::pin(self.shared.trouble.each(step)),
            _ => Box::pin(self.work(step)),
        }
    }
}

impl Work {
    async fn work(&self, step: &mut dyn Step) -> Result<Outcome, StepFailure> {
        let label = step.info().label.clone();
        if self.kind == "wait" && !step.info().woken {
            return Ok(Outcome::WaitUntil(Timestamp::from_microseconds(step.info().now.as_microseconds() + 200_000)));
        }
        self.shared.begun.fetch_add(1, Ordering::SeqCst);
        if self.kind == "send" {
            self.shared.sent.fetch_add(1, Ordering::SeqCst);
        }
        if matches!(self.kind, "send" | "flaky") {
            self.shared.keys.lock().unwrap().push(step.info().idempotency_key.clone());
        }
        let (mut read, mut places) = (Vec::new(), Vec::new());
        for input in 0..step.inputs() {
            while let Some(batch) = step.next(input).await? {
                for (position, item) in batch.items.iter().enumerate() {
                    read.push(item.json.get("n").and_then(Value::as_i64).unwrap_or(-1));
                    places.push(batch.place(position));
                    self.each(step, batch.place(position), item.clone())?;
                }
                self.batch(step, &label, &batch).await?;
            }
        }
        if self.kind == "collect" {
            step.put(0, item(json!({ "n": places.len() })), &places)?;
        }
        let hook = self.shared.hook.lock().unwrap().take_if(|(at, _)| *at == label);
        if let Some((_, then)) = hook {
            then();
        }
        self.shared.ran.lock().unwrap().push((label, read));
        self.end(step).await?;
        Ok(Outcome::Done)
    }

    fn each(&self, step: &mut dyn Step, place: ItemRef, item: Item) -> Result<(), StepFailure> {
        let n = item.json.get("n").and_then(Value::as_i64).unwrap_or(0);
        match self.kind {
            "twice" => {
                step.put(0, item.clone(), &[place])?;
                step.put(0, item, &[place])
            }
            "parity" => step.put((n % 2) as usize, item, &[place]),
            "fail_odd" if n % 2 == 1 => step.fail(place, item, failure(ErrorCode::NodeFailed, "odd")),
            "none" | "pair" | "all" | "call" | "flood" | "collect" => Ok(()),
            _ => step.put(0, item, &[place]),
        }
    }

    async fn batch(&self, step: &mut dyn Step, label: &str, batch: &Batch) -> Result<(), StepFailure> {
        let of = step.config().get("of").and_then(Value::as_str).unwrap_or_default().to_owned();
        let seen: Vec<String> = match self.kind {
            "pair" => {
                let found = step.paired(&of, batch).await?;
                found
                    .into_iter()
                    .map(|found| found.map_or_else(|error| error.message, |item| item.json["n"].to_string()))
                    .collect()
            }
            "all" => step.items(&of, 0).await?.iter().map(|item| item.json["n"].to_string()).collect(),
            "call" => {
                let workflow = step.config()["workflow"].as_str().unwrap().parse().unwrap();
                for item in step.call(workflow, batch.items.clone(), true).await? {
                    step.put(0, item, &[])?;
                }
                Vec::new()
            }
            _ => Vec::new(),
        };
        self.shared.seen.lock().unwrap().extend(seen.into_iter().map(|seen| format!("{label}: {seen}")));
        Ok(())
    }

    async fn end(&self, step: &mut dyn Step) -> Result<(), StepFailure> {
        match self.kind {
            "fail" => Err(failure(ErrorCode::NodeFailed, "failed")),
            "panic" => panic!("on purpose"),
            "flaky" if self.shared.failures.load(Ordering::SeqCst) > 0 => {
                self.shared.failures.fetch_sub(1, Ordering::SeqCst);
                Err(failure(ErrorCode::ProviderUnavailable, "not now"))
            }
            "sleep" => {
                tokio::time::sleep(Duration::from_secs(100_000)).await;
                Ok(())
            }
            "spin" | "flood" => loop {
                step.put(
                    0,
                    item(json!({ "text": if self.kind == "flood" { "x".repeat(1 << 20) } else { String::new() } })),
                    &[],
                )?;
            },
            "reply" => {
                let reply = Reply { status: 200, headers: Default::default(), body: b"hello".to_vec() };
                Ok(step.reply(reply)?)
            }
            _ => Ok(()),
        }
    }
}

pub fn failure(code: ErrorCode, message: &str) -> StepFailure {
    Error::new(code, message, "").into()
}

struct Works(HashMap<&'static str, Work>);

impl Executors for Works {
    fn executor(&self, connector: &str, _: &str) -> Option<&dyn Executor> {
        self.0.get(connector).map(|work| work as &dyn Executor)
    }
}

struct NoExpressions;

impl Evaluate for NoExpressions {
    fn check(&self, _: &str) -> Vec<ExpressionProblem> {
        Vec::new()
    }

    fn parameters<'a>(
        &'a self,
        config: &'a Config,
        batch: &'a Batch,
        _: &'a dyn Scope,
    ) -> BoxFuture<'a, Result<Vec<Result<Config, StepFailure>>, StepFailure>> {
        Box::pin(async move { Ok(vec![Ok(config.clone()); batch.items.len().max(1)]) })
    }

    fn code<'a>(&'a self, _: CodeRequest<'a>, _: &'a dyn Scope) -> BoxFuture<'a, Result<CodeItems, StepFailure>> {
        Box::pin(async { Err(failure(ErrorCode::Internal, "no code here")) })
    }
}

struct NoCredentials;

impl CredentialSource for NoCredentials {
    fn credential(&self, id: CredentialId) -> BoxFuture<'_, Result<Credential>> {
        Box::pin(async move { Err(Error::not_found(format!("The credential {id}"))) })
    }

    fn version(&self, _: CredentialId) -> BoxFuture<'_, Result<u32>> {
        Box::pin(async { Ok(1) })
    }
}

#[derive(Default)]
pub struct Library(Mutex<HashMap<WorkflowId, Program>>);

impl Programs for Library {
    fn program(&self, workflow: WorkflowId, _: Option<u32>) -> BoxFuture<'_, Result<Program>> {
        let program = self.0.lock().unwrap().get(&workflow).cloned();
        Box::pin(async move { program.ok_or_else(|| Error::not_found("The workflow")) })
    }
}

pub fn catalog() -> Catalog {
    let connectors = KINDS.map(|kind| {
        let outputs: &[&str] = match kind {
            "loop" => &["loop", "done"],
            "parity" => &["even", "odd"],
            _ => &["main"],
        };
        let outputs: Vec<Value> = outputs.iter().map(|id| json!({ "id": id, "name": "" })).collect();
        json!({
            "id": kind, "name": kind, "description": "", "icon": "", "category": "", "synonyms": [], "credential": null,
            "actions": [{
                "id": if kind == "loop" { "over_items" } else { "do" }, "name": "", "description": "",
                "node_type": "action", "synonyms": [], "parameters": {}, "outputs": outputs, "output_schema": {},
                "allows_cycle": kind == "loop", "risks": []
            }]
        })
    });
    Catalog::new(connectors.into_iter().map(|connector| serde_json::from_value(connector).unwrap()).collect())
}

static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(catalog()));

/// An engine with everything around it.
pub struct World {
    pub engine: Engine,
    pub journal: Arc<dyn Journal>,
    pub memory: Arc<MemoryJournal>,
    pub shared: Arc<Shared>,
    pub library: Arc<Library>,
    pub limits: RunLimits,
}

impl World {
    pub fn new() -> Self {
        Self::with(RunLimits::default())
    }

    pub fn with(limits: RunLimits) -> Self {
        let memory = Arc::new(MemoryJournal::new());
        Self::on(Arc::clone(&memory) as Arc<dyn Journal>, memory, Arc::default(), limits)
    }

    pub fn on(journal: Arc<dyn Journal>, memory: Arc<MemoryJournal>, library: Arc<Library>, limits: RunLimits) -> Self {
        let shared: Arc<Shared> = Arc::default();
        let works = KINDS.map(|kind| (kind, Work { kind, shared: Arc::clone(&shared) }));
        let ports = Ports {
            journal: Arc::clone(&journal),
            executors: Arc::new(Works(HashMap::from(works))),
            evaluate: Arc::new(NoExpressions),
            credentials: Arc::new(NoCredentials),
            programs: Arc::clone(&library) as Arc<dyn Programs>,
            clock: Arc::new(SystemClock),
            catalog: Arc::clone(&CATALOG),
        };
        Self { engine: Engine::new(ports, limits), journal, memory, shared, library, limits }
    }

    pub fn program(&self, definition: Definition) -> Program {
        let program = Program {
            workflow_id: WorkflowId::new(),
            name: "Test".to_owned(),
            active: false,
            version_number: 1,
            definition: Arc::new(definition),
            grants: Arc::from([]),
            pins: Arc::from([]),
            variables: Config::new(),
            time_zone: "UTC".to_owned(),
        };
        self.keep(&program);
        program
    }

    pub fn keep(&self, program: &Program) {
        self.library.0.lock().unwrap().insert(program.workflow_id, program.clone());
    }

    pub async fn begin(&self, program: &Program, input: Vec<Item>, scope: RunScope) -> Result<Running> {
        self.engine.start(begin(program, input, scope)).await
    }

    pub async fn run(&self, program: &Program, input: Vec<Item>) -> (Running, RunSummary) {
        let running = self.begin(program, input, RunScope::Whole).await.unwrap();
        let summary = tokio::time::timeout(Duration::from_secs(60), running.finished()).await.unwrap();
        (running, summary)
    }

    /// What ran, in order, with the numbers that arrived: `a(0,1) b(0)`.
    pub fn ran(&self) -> String {
        let mut ran = self.shared.ran.lock().unwrap();
        let texts: Vec<String> = ran.drain(..).map(|(label, read)| format!("{label}({})", list(&read))).collect();
        texts.join(" ")
    }

    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut *self.shared.seen.lock().unwrap())
    }
}

pub fn begin(program: &Program, input: Vec<Item>, scope: RunScope) -> Start {
    Start {
        run_id: RunId::new(),
        program: program.clone(),
        mode: RunMode::Test,
        trigger: RunTrigger::Manual,
        trigger_node: NodeId::from("manual"),
        input,
        scope,
        retry_of: None,
        reply: None,
    }
}

pub fn list(numbers: &[i64]) -> String {
    numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

pub async fn output(running: &Running) -> Vec<i64> {
    running
        .output()
        .await
        .unwrap()
        .iter()
        .map(|item| item.json.get("n").and_then(Value::as_i64).unwrap_or(-1))
        .collect()
}

/// The steps of a run: `b/1 success 2→even:1` for node, iteration, status, items in and out.
pub fn steps(running: &Running) -> Vec<String> {
    running
        .snapshot()
        .steps
        .iter()
        .map(|step| {
            let rounds: String = step.iteration.iter().map(|round| format!("/{round}")).collect();
            let status = serde_json::to_value(step.status).unwrap();
            format!("{}{rounds} {}", step.node_id, status.as_str().unwrap())
        })
        .collect()
}
