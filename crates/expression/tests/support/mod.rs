//! What the tests share: a scope in memory with two nodes, and short ways to evaluate.

use std::time::Duration;

use bridge_domain::{
    Batch, CodeItems, CodeMode, CodeRequest, Config, Error, ErrorCode, Evaluate, InputSpan, Item, ItemRef, Previous,
    Result, RunId, RunMode, Scope, ScopeValues, StepFailure, WorkflowId,
};
use bridge_expression::{Expressions, Limits, WORKER_ARGUMENT, WorkerCommand};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub fn command() -> WorkerCommand {
    WorkerCommand {
        program: env!("CARGO_BIN_EXE_javascript-worker").into(),
        arguments: vec![WORKER_ARGUMENT.into()],
        size: 2,
    }
}

pub fn expressions() -> Expressions {
    Expressions::new(command())
}

/// With so little time for expressions that a loop's end can be waited for.
pub fn hasty() -> Expressions {
    Expressions::with_limits(command(), Limits { expression_time: Duration::from_millis(400), ..Limits::default() })
}

pub fn object(value: Value) -> Config {
    match value {
        Value::Object(object) => object,
        other => panic!("{other} is no object"),
    }
}

pub fn item(json: Value) -> Item {
    Item::from(object(json))
}

pub fn batch(items: Vec<Value>) -> Batch {
    Batch { first: Some(ItemRef { input: 0, index: 0 }), items: items.into_iter().map(item).collect() }
}

/// Nodes “Set” with two outputs and “It's \"odd\"”; “Later” has not run. Item n of the batch came from item n of “Set”;
/// where there is none, from several.
pub struct Memory {
    pub values: ScopeValues,
    pub set: Vec<Item>,
    /// All items of the step's input, of which a batch is a part.
    pub input: Vec<Item>,
}

impl Default for Memory {
    fn default() -> Self {
        let values = ScopeValues {
            workflow_id: WorkflowId::new(),
            workflow_name: "Orders".to_owned(),
            workflow_active: true,
            run_id: RunId::new(),
            mode: RunMode::Test,
            run_index: 3,
            now: "2026-03-29T10:30:15.250Z".parse().unwrap(),
            time_zone: "Europe/Berlin".to_owned(),
            node: "Total".to_owned(),
            variables: object(json!({"region": "eu", "limits": {"max": 5}})),
        };
        let set = vec![item(json!({"name": "first", "n": 1})), item(json!({"name": "second", "n": 2}))];
        Self { values, set, input: Vec::new() }
    }
}

impl Memory {
    fn find(&self, node: &str, output: usize) -> Result<Vec<Item>> {
        match (node, output) {
            ("Set", 0) => Ok(self.set.clone()),
            ("Set", 1) => Ok(vec![item(json!({"name": "other output"}))]),
            ("Set", _) => Ok(Vec::new()),
            ("It's \"odd\"", _) => Ok(vec![item(json!({"ok": true}))]),
            ("Later", _) => Err(Error::new(ErrorCode::Conflict, "“Later” has not run.", "Connect it.")),
            _ => Err(Error::not_found(format!("The node “{node}”"))),
        }
    }
}

impl Scope for Memory {
    fn values(&self) -> &ScopeValues {
        &self.values
    }

    fn items<'a>(&'a self, node: &'a str, output: usize) -> BoxFuture<'a, Result<Vec<Item>>> {
        Box::pin(async move { self.find(node, output) })
    }

    fn input(&self, input: usize, span: InputSpan) -> BoxFuture<'_, Result<Vec<Item>>> {
        let items = if input == 0 { &self.input[..] } else { &[] };
        let items = match span {
            InputSpan::First => &items[..items.len().min(1)],
            InputSpan::Last => &items[items.len().saturating_sub(1)..],
            InputSpan::All => items,
        };
        Box::pin(async move { Ok(items.to_vec()) })
    }

    fn paired<'a>(&'a self, node: &'a str, batch: &'a Batch) -> BoxFuture<'a, Result<Vec<Result<Item>>>> {
        Box::pin(async move {
            let items = self.find(node, 0)?;
            let several = || Error::new(ErrorCode::Conflict, "It came from items 0 and 1 of “Set”.", "Use .all().");
            Ok((0..batch.items.len()).map(|at| items.get(at).cloned().ok_or_else(several)).collect())
        })
    }

    fn previous(&self, batch: &Batch) -> Option<Previous> {
        let previous = Previous { name: "Set".to_owned(), output_index: batch.place(0).input, run_index: 2 };
        (!batch.items.is_empty()).then_some(previous)
    }

    fn parameters_of(&self, node: &str) -> Result<Config> {
        match node {
            "Set" => Ok(object(json!({ "mode": "raw", "json": "={{ $json.x }}" }))),
            "Later" => Ok(object(json!({ "url": "http://example.org" }))),
            _ => Err(Error::not_found(format!("The node “{node}”"))),
        }
    }
}

/// The item most tests look at.
pub fn sample() -> Value {
    json!({
        "name": "Ada Lovelace", "n": 7, "price": 2.5, "zero": 0, "empty": "", "nothing": null, "yes": true,
        "list": [1, 2, 3], "nested": {"a": {"b": [{"c d": "deep"}]}}, "emoji": "a😀b", "date": "2026-02-28T23:15:00Z",
        "people": [{"name": "Bo", "age": 3}, {"name": "Cy", "age": 4}], "mail": "write to ada@example.org now",
        "big": 9_007_199_254_740_993_u64, "html": "<b>hi</b>", "1": "one"
    })
}

/// The value of one expression for the sample.
pub async fn value_of(expressions: &Expressions, text: &str) -> Result<Value, StepFailure> {
    let config = object(json!({ "value": text }));
    let batch = batch(vec![sample()]);
    let memory = Memory { input: batch.items.clone(), ..Memory::default() };
    let mut configs = expressions.parameters(&config, &batch, &memory).await?;
    Ok(configs.remove(0)?.remove("value").unwrap())
}

/// Evaluates every text of the table, each as a configuration of its own, and compares.
pub async fn table(cases: Vec<(&str, Value)>) {
    let expressions = expressions();
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        match value_of(&expressions, text).await {
            Ok(value) if value == expected => {}
            other => wrong.push(format!("{text}\n  expected {expected}\n  found {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

pub async fn fails(expressions: &Expressions, text: &str) -> StepFailure {
    match value_of(expressions, text).await {
        Ok(value) => panic!("{text} gave {value}"),
        Err(failure) => failure,
    }
}

pub async fn run_code(
    expressions: &Expressions,
    code: &str,
    mode: CodeMode,
    items: Vec<Value>,
) -> Result<Vec<(Value, Vec<usize>)>, StepFailure> {
    run_code_for(Duration::from_millis(600), expressions, code, mode, items).await
}

/// With another time limit than the short one of [`run_code`].
/// All items of a result.
pub fn held(given: CodeItems) -> Result<Vec<(Item, Vec<usize>)>, StepFailure> {
    given.collect()
}

pub async fn run_code_for(
    timeout: Duration,
    expressions: &Expressions,
    code: &str,
    mode: CodeMode,
    items: Vec<Value>,
) -> Result<Vec<(Value, Vec<usize>)>, StepFailure> {
    let batch = batch(items);
    let request = CodeRequest { code, mode, batch: &batch, timeout };
    let memory = Memory { input: batch.items.clone(), ..Memory::default() };
    let given = held(expressions.code(request, &memory).await?)?;
    Ok(given.into_iter().map(|(item, from)| (Value::Object(item.json), from)).collect())
}

/// The expressions still work after whatever happened.
pub async fn works(expressions: &Expressions) {
    assert_eq!(value_of(expressions, "={{ $json.n * 6 }}").await.unwrap(), json!(42));
}
