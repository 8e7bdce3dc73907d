//! Models that cannot be asked, and what called workflows lack, are named before anything has acted.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use bridge_domain::{
    Error, Item, NodeId, ProviderSettings, RunFilter, RunLimits, RunScope, RunStatus, RunSummary, RunTrigger,
    SecretString, Settings, WorkflowId,
};
use bridge_keychain::{Account, Keys, Limits, Options, Vault, VaultError};
use serde_json::{Value, json};

use crate::inside::Inside;
use crate::lacking::{block_on_keeping, paths};
use crate::world::{LONG, flow};

type Node = (&'static str, &'static str, &'static str, Value);
/// A host where nobody listens: a key for it goes nowhere.
const NOBODY: &str = "127.0.0.1:9";

fn start() -> Node {
    ("Start", "manual", "start", json!({}))
}

fn ask(name: &'static str, provider: &str) -> Node {
    (name, "llm", "prompt", json!({ "prompt": "Hello", "provider": provider }))
}

fn note(path: &std::path::Path) -> Node {
    ("Note", "file", "write", json!({ "path": path, "if_exists": "append", "data": "x" }))
}

fn call(name: &'static str, workflow: impl ToString) -> Node {
    (name, "subworkflow", "execute_workflow", json!({ "workflow_id": workflow.to_string() }))
}

fn rows() -> Node {
    ("Rows", "data_table", "get_rows", json!({ "table": "nowhere" }))
}

/// One after the other.
fn chain(nodes: &[Node]) -> Value {
    let edges: Vec<_> = nodes.windows(2).map(|pair| format!("{} -> {}", pair[0].0, pair[1].0)).collect();
    flow(nodes, &edges.join(", "))
}

/// A keychain that is empty, or does not do what it should.
#[derive(Clone)]
enum Chain {
    Empty,
    Failing(VaultError),
    Hanging(Arc<(Mutex<bool>, Condvar)>),
}

impl Vault for Chain {
    fn get(&self, _account: &Account) -> Result<Option<SecretString>, VaultError> {
        match self {
            Self::Empty => Ok(None),
            Self::Failing(error) => Err(error.clone()),
            Self::Hanging(released) => {
                let hangs = released.0.lock().unwrap();
                drop(released.1.wait_while(hangs, |hangs| *hangs).unwrap());
                Ok(None)
            }
        }
    }

    fn set(&self, _account: &Account, _key: &SecretString) -> Result<(), VaultError> {
        Ok(())
    }

    fn delete(&self, _account: &Account) -> Result<(), VaultError> {
        Ok(())
    }
}

fn keys(chain: Chain) -> Keys {
    Keys::with(Options {
        open: Arc::new(move || Ok(Box::new(chain.clone()) as Box<dyn Vault>)),
        environment: Box::new(|_| None),
        limits: Limits::default(),
    })
}

/// `openai` at a host where nobody listens, `custom` without an address.
fn settings() -> Settings {
    let nobody = ProviderSettings { base_url: Some(format!("http://{NOBODY}/v1")), ..ProviderSettings::default() };
    Settings { providers: BTreeMap::from([("openai".to_owned(), nobody)]), ..Settings::default() }
}

fn use_key(keys: &Keys) {
    keys.set_session("openai", NOBODY, SecretString::from("sk-canary-0123456789")).unwrap();
}

async fn newest(inside: &Inside, id: WorkflowId) -> Option<RunSummary> {
    let filter = RunFilter { workflow_id: Some(id), limit: 1, ..RunFilter::default() };
    inside.store.list_runs(&filter).await.unwrap().pop()
}

/// Waits until the newest run of a workflow is as wanted.
async fn until(inside: &Inside, id: WorkflowId, wanted: impl Fn(&RunSummary) -> bool) -> RunSummary {
    let begin = Instant::now();
    loop {
        let run = newest(inside, id).await;
        match run {
            Some(run) if wanted(&run) => return run,
            run => assert!(begin.elapsed() < LONG, "never: {run:?}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[test]
fn a_model_that_cannot_be_asked_is_named_before_the_first_step() {
    let folder = tempfile::tempdir().unwrap();
    let written = folder.path().join("note");
    block_on_keeping(async {
        let keys = keys(Chain::Empty);
        let inside = Inside::with_models(keys.clone(), settings()).await;
        let extract = json!({ "text": "x", "provider": "nobody", "fields": [{ "name": "a" }] });
        let mut whole = chain(&[
            start(),
            note(&written),
            ask("Keyless", "openai"),
            ("Unknown", "llm", "extract", extract),
            ("Default", "llm", "prompt", json!({ "prompt": "Hello" })),
            ask("BuiltIn", "builtin"),
            ask("Later", "={{ $json.provider }}"),
            ask("Local", "ollama"),
            ask("Off", "nobody"),
        ]);
        whole["nodes"][8]["data"]["settings"] = json!({ "disabled": true });
        let id = inside.keep("Asking", &whole).await;
        let path = |place: usize| format!("nodes[{place}].data.config.provider");
        let said = ["needs an API key", "no model provider “nobody”", "none is set up", "none is set up"];
        for by in [RunTrigger::Manual, RunTrigger::CommandLine] {
            let refused = inside.start(id, RunScope::Whole, by).await.unwrap_err();
            assert_eq!(paths(&refused), [path(2), path(3), path(4), path(5)], "{refused:?}");
            for (problem, said) in refused.problems.iter().zip(said) {
                assert!(problem.message.contains(said), "{problem:?}");
            }
            assert!(refused.problems[0].message.contains(NOBODY) && refused.problems[1].message.contains("openai"));
        }
        // A key for this session counts; as far as its node, nothing else is asked.
        let to_keyless = || RunScope::To { node_id: NodeId::from("Keyless") };
        let refused = inside.start(id, to_keyless(), RunTrigger::Manual).await.unwrap_err();
        assert_eq!(paths(&refused), [path(2)]);
        assert!(!written.exists() && newest(&inside, id).await.is_none(), "something has acted");
        use_key(&keys);
        let refused = inside.start(id, RunScope::Whole, RunTrigger::Manual).await.unwrap_err();
        assert_eq!(paths(&refused), [path(3), path(4), path(5)]);
        inside.start(id, to_keyless(), RunTrigger::Manual).await.unwrap();
        let ended = until(&inside, id, |run| run.ended_at.is_some()).await;
        assert!(ended.step_count >= 2, "{ended:?}");
    });
}

#[test]
fn a_keychain_that_is_locked_or_silent_holds_up_no_run() {
    let released = Arc::new((Mutex::new(true), Condvar::new()));
    for chain_like in [Chain::Failing(VaultError::Locked), Chain::Hanging(Arc::clone(&released))] {
        block_on_keeping(async {
            let inside = Inside::with_models(keys(chain_like), settings()).await;
            let id = inside.keep("Asking", &chain(&[start(), ask("One", "openai"), ask("Two", "deepseek")])).await;
            let begin = Instant::now();
            for _ in 0..3 {
                inside.start(id, RunScope::Whole, RunTrigger::CommandLine).await.unwrap();
            }
            assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
            let ended = until(&inside, id, |run| run.ended_at.is_some()).await;
            let error = ended.error.unwrap();
            assert!(error.error.message.contains("keychain") && error.node_label == "One", "{error:?}");
        });
    }
    *released.0.lock().unwrap() = false;
    released.1.notify_all();
}

#[test]
fn a_key_that_comes_and_goes_counts_for_the_next_run_of_a_trigger() {
    block_on_keeping(async {
        let keys = keys(Chain::Empty);
        let inside = Inside::with_models(keys.clone(), settings()).await;
        let every = json!({ "interval": 1, "unit": "seconds", "catch_up": "once" });
        let called = inside.keep("Answering", &chain(&[start(), ask("Answer", "openai")])).await;
        let calling = [("Clock", "schedule", "every", every), call("Call", called)];
        let id = inside.keep("Ticking", &chain(&calling)).await;
        let refused = inside.runner.set_active(id, true).await.unwrap_err();
        assert_eq!(paths(&refused), ["nodes[1].data.config.workflow_id"]);
        use_key(&keys);
        inside.runner.set_active(id, true).await.unwrap();
        inside.runner.go_on().await;
        until(&inside, id, |run| run.step_count > 0).await;
        keys.remove("openai", NOBODY).await.unwrap();
        let refused = until(&inside, id, |run| run.step_count == 0 && run.status == RunStatus::Error).await;
        let error = refused.error.unwrap();
        let expected = "“Ticking” runs “Answering”, whose node “Answer” cannot run: ";
        assert!(error.node_label == "Call" && error.error.message.starts_with(expected), "{error:?}");
        use_key(&keys);
        until(&inside, id, |run| run.step_count > 0).await;
        // What is changed in the store counts, too.
        inside.edit(called, &chain(&[start(), rows()])).await;
        let refused = until(&inside, id, |run| run.step_count == 0 && run.status == RunStatus::Error).await;
        let error = refused.error.unwrap().error.message;
        assert!(error.contains("whose node “Rows” cannot run: There is no data table “nowhere”"), "{error}");
        inside.runner.end().await;
    });
}

fn messages(error: &Error) -> Vec<&str> {
    error.problems.iter().map(|problem| problem.message.as_str()).collect()
}

#[test]
fn what_called_workflows_lack_is_named_at_the_first_call_with_both_workflows() {
    let folder = tempfile::tempdir().unwrap();
    let written = folder.path().join("note");
    block_on_keeping(async {
        let inside = Inside::with_models(keys(Chain::Empty), settings()).await;
        let outer = inside.keep("Outer", &chain(&[start()])).await;
        let inner = inside.keep("Inner", &chain(&[start()])).await;
        // They run each other and themselves.
        let issue = ("Issue", "github", "create_issue", json!({ "owner": "a", "repository": "b", "title": "c" }));
        let unfinished = ("Web", "http", "request", json!({}));
        let lacking =
            [start(), rows(), issue, unfinished, ask("Ask", "openai"), call("Up", outer), call("Self", inner)];
        inside.edit(inner, &chain(&lacking)).await;
        let middle = inside.keep("Middle", &chain(&[start(), call("Down", inner)])).await;
        let nodes = [start(), note(&written), call("First", middle), call("Second", middle), call("Third", inner)];
        inside.edit(outer, &chain(&nodes)).await;
        for by in [RunTrigger::Manual, RunTrigger::CommandLine] {
            let refused = inside.start(outer, RunScope::Whole, by).await.unwrap_err();
            let at = |place: usize| format!("nodes[{place}].data.config.workflow_id");
            assert_eq!(paths(&refused), [at(4), at(4), at(4), at(4)], "{refused:#?}");
            for (message, name) in messages(&refused).into_iter().zip(["Web", "Issue", "Rows", "Ask"]) {
                let expected = format!("“Outer” runs “Inner”, whose node “{name}” cannot run: ");
                assert!(refused.problems.iter().any(|one| one.message.starts_with(&expected)), "{message}");
            }
        }
        assert!(!written.exists(), "something has acted");

        // Through the one between, as far as that is all there is.
        let refused = inside
            .start(outer, RunScope::To { node_id: NodeId::from("Second") }, RunTrigger::Manual)
            .await
            .unwrap_err();
        assert_eq!(refused.problems.len(), 4, "{refused:#?}");
        for problem in &refused.problems {
            assert_eq!(problem.path, "nodes[2].data.config.workflow_id");
            assert!(
                problem.message.starts_with("“Outer” runs “Middle”, which runs “Inner”, whose node “"),
                "{problem:?}"
            );
        }

        // Pinned output of a called workflow is for its own tests.
        for node in ["Rows", "Issue", "Web", "Ask", "Up", "Self"] {
            inside.store.set_pin(inner, &NodeId::from(node), Some(vec![Item::default()])).await.unwrap();
        }
        let run = inside.start(inner, RunScope::Whole, RunTrigger::Manual).await.unwrap();
        let summary = tokio::time::timeout(LONG, inside.runner.finished(run)).await.unwrap().unwrap();
        assert_eq!(summary.status, RunStatus::Success, "{summary:?}");
        for by in [RunTrigger::Manual, RunTrigger::CommandLine] {
            assert_eq!(inside.start(middle, RunScope::Whole, by).await.unwrap_err().problems.len(), 4);
        }
    });
}

#[test]
fn looking_at_called_workflows_is_bounded() {
    block_on_keeping(async {
        let inside = Inside::new(RunLimits::default()).await;
        // Deeper than workflows may call one another, and each calls the next one twice.
        let mut next = inside.keep("Deepest", &chain(&[start(), rows()])).await;
        let mut all = vec![next];
        for _ in 0..24 {
            next = inside.keep("Deep", &chain(&[start(), call("One", next), call("Two", next)])).await;
            all.push(next);
        }
        let begin = Instant::now();
        let refused = inside.start(all[16], RunScope::Whole, RunTrigger::Manual).await.unwrap_err();
        assert_eq!(paths(&refused), ["nodes[1].data.config.workflow_id"]);
        // Its run says how deep is too deep.
        inside.start(next, RunScope::Whole, RunTrigger::Manual).await.unwrap();
        // Many that are called side by side.
        let mut nodes = vec![start()];
        let names: Vec<&'static str> = (0..300).map(|n| &*Box::leak(format!("N{n}").into_boxed_str())).collect();
        for name in names {
            let called = inside.keep(name, &chain(&[start(), rows()])).await;
            nodes.push(call(name, called));
        }
        let wide = inside.keep("Wide", &chain(&nodes)).await;
        let kept = begin.elapsed();
        let refused = inside.start(wide, RunScope::Whole, RunTrigger::Manual).await.unwrap_err();
        assert!((100..=300).contains(&refused.problems.len()), "{}", refused.problems.len());
        assert!(begin.elapsed() - kept < Duration::from_secs(2), "{:?}", begin.elapsed() - kept);
    });
}
