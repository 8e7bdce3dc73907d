//! Fault row X3, second half: code that does not end, or grows.

use std::time::{Duration, Instant};

use bridge_domain::CodeMode::{AllItems, EachItem};
use bridge_domain::{
    Batch, CodeMode, Config, ErrorCode, Evaluate, InputSpan, Item, Previous, Result, Scope, ScopeValues,
};
use futures_util::future::BoxFuture;
use serde_json::json;

use crate::support::{Memory, batch, expressions, fails, hasty, object, run_code, run_code_for, works};

/// Limits of `hasty` and `run_code`, one second, and what two busy cores may add.
const MOST: Duration = Duration::from_millis(600 + 1_000 + 400);

async fn ends_in_time(code: &str, mode: CodeMode) -> bridge_domain::StepFailure {
    let expressions = expressions();
    let started = Instant::now();
    let failure = run_code(&expressions, code, mode, vec![json!({})]).await.expect_err(code);
    assert!(started.elapsed() < MOST, "{code}: {:?}", started.elapsed());
    works(&expressions).await;
    failure
}

#[tokio::test]
async fn x3_endless_code_is_stopped() {
    for code in [
        "for (;;) {}",
        "for (;;) { try { for (;;) {} } catch {} }",
        "function f() { try { for (;;) {} } finally { f() } } f()",
        "for (;;) { await null }",
        "const spin = async () => { for (;;) await 1 }; await spin()",
        "function* g() { for (;;) yield 1 } for (const x of g()) {}",
        "while (true) { try { throw 1 } catch (e) { continue } }",
        "/^(a+)+$/.test('a'.repeat(40) + 'b')",
        "/(x+x+)+y/.exec('x'.repeat(60))",
        "'a'.repeat(30).match(/(a|a)*b/)",
        "[1, 2].sort(() => { for (;;) {} })",
        "JSON.stringify({toJSON() { for (;;) {} }})",
        "new Proxy({}, {get() { for (;;) {} }}).x",
        "eval('for (;;) {}')",
        "return {toJSON() { for (;;) {} }}",
        "return new Proxy([], {get() { for (;;) {} }})",
    ] {
        let failure = ends_in_time(code, AllItems).await;
        assert_eq!(failure.error.code, ErrorCode::LimitReached, "{code}: {}", failure.error.message);
        assert!(failure.error.message.contains("600 ms"), "{code}: {}", failure.error.message);
    }
}

#[tokio::test]
async fn x3_endless_expressions_are_stopped() {
    let expressions = hasty();
    for text in [
        "={{ (() => { for (;;) {} })() }}",
        "={{ (() => { for (;;) { try { for (;;) {} } catch {} } })() }}",
        "=a {{ /^(a+)+$/.test('a'.repeat(40) + 'b') }}",
    ] {
        let started = Instant::now();
        let failure = fails(&expressions, text).await;
        assert!(started.elapsed() < MOST);
        assert_eq!(failure.error.code, ErrorCode::LimitReached, "{}", failure.error.message);
        works(&expressions).await;
    }
}

/// One operation inside the interpreter that does not look at the clock: the process is killed.
#[tokio::test]
async fn x3_what_the_interpreter_cannot_interrupt_is_killed() {
    for code in [
        "return {n: new Array(4294967295).join('').length}",
        "const a = []; a.length = 4294967295; a.indexOf(1); a.lastIndexOf(1); a.includes(2); a.reverse(); return {}",
        "let n = 3n; for (let i = 0; i < 24; i++) n = n * n; return {n: String(n)}",
        "Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0)",
    ] {
        ends_in_time(code, AllItems).await;
    }
}

#[tokio::test]
async fn x3_promises_that_never_settle_are_errors() {
    for mode in [AllItems, EachItem] {
        for code in ["return new Promise(() => {})", "await new Promise(() => {}); return {}", "await {then() {}}"] {
            let failure = ends_in_time(code, mode).await;
            assert_eq!(failure.error.code, ErrorCode::ExpressionFailed);
            assert!(failure.error.message.contains("never settled"), "{}", failure.error.message);
        }
    }
}

#[tokio::test]
async fn x3_memory_bombs_are_refused() {
    for code in [
        "let s = 'x'; for (;;) s += s",
        "const a = []; for (;;) a.push(new Array(1000).fill('x'))",
        "return {a: new Uint8Array(1e9).length}",
        "const a = []; for (;;) a.push(new Uint8Array(1e6))",
        "return {a: new ArrayBuffer(2 ** 40).byteLength}",
        "return {a: new SharedArrayBuffer(2 ** 30).byteLength}",
        "return {a: 'x'.repeat(2 ** 29)}",
        "return {a: 'x'.padStart(5e8, 'ab')}",
        "const m = new Map(); for (let i = 0; ; i++) m.set(i, {i})",
        "let o = {}; for (;;) { o = {o}; }",
        "const a = []; for (;;) { try { a.push('x'.repeat(1e6) + a.length) } catch {} }",
        "new Array(1e9).fill(0)",
        "const spin = () => Promise.resolve().then(spin); await spin()",
        "Array.from({length: 1e9})",
        "return {a: JSON.stringify(Array(1e7).fill(Array(1e3).fill(0)))}",
        "const f = () => Promise.resolve().then(() => { f(); f() }); f(); await new Promise(() => {})",
        "Symbol.for('x'.repeat(1e8)); for (let i = 0; ; i++) Symbol.for('s' + i)",
    ] {
        let failure = ends_in_time(code, AllItems).await;
        let known = [ErrorCode::LimitReached, ErrorCode::ExpressionFailed].contains(&failure.error.code);
        assert!(known, "{code}: {:?}", failure.error);
    }
    let failure = ends_in_time("return {a: 'x'.repeat(300 * 1024 * 1024)}", AllItems).await;
    assert!(failure.error.message.contains("256 MiB of memory"), "{}", failure.error.message);
}

#[tokio::test]
async fn x3_output_bombs_are_refused() {
    let limits = bridge_expression::Limits { output: 1 << 20, ..Default::default() };
    let expressions = bridge_expression::Expressions::with_limits(crate::support::command(), limits);
    for code in [
        "return Array(3000).fill({a: 'x'.repeat(1000)})",
        "return {a: 'x'.repeat(2 * 1024 * 1024)}",
        "return {a: '\\u0001'.repeat(1024 * 1024)}",
    ] {
        // The size is to be what ends it, also on a busy machine.
        let given = run_code_for(Duration::from_secs(20), &expressions, code, AllItems, vec![]).await;
        let failure = given.expect_err(code);
        assert_eq!(failure.error.code, ErrorCode::LimitReached, "{}", failure.error.message);
        assert!(failure.error.message.contains("more than 1 MiB"), "{}", failure.error.message);
    }
    let failure = fails(&expressions, "={{ 'x'.repeat(2e6) }}").await;
    assert_eq!(failure.error.code, ErrorCode::LimitReached, "{}", failure.error.message);
    // Getting round our own counting does not help.
    let code = "const join = Array.prototype.join; Array.prototype.join = function () { return '\"' + 'x'.repeat(9e6) + '\"' }; return {}";
    run_code(&expressions, code, AllItems, vec![]).await.expect_err(code);
    works(&expressions).await;
}

#[tokio::test]
async fn x3_deep_recursion_and_deep_json_are_errors() {
    for code in [
        "function f() { return f() + 1 } return {a: f()}",
        "const f = () => { try { f() } finally { f() } }; f()",
        "let a = {}; for (let i = 0; i < 1e5; i++) a = {a}; return a",
        "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return {a}",
        "return JSON.parse('['.repeat(1e5) + ']'.repeat(1e5))",
        "return {a: JSON.parse('{\"a\":'.repeat(1e5) + '1' + '}'.repeat(1e5))}",
        "let a = {}; for (let i = 0; i < 200; i++) a = {a}; return a",
        "eval('('.repeat(1e5) + '1' + ')'.repeat(1e5))",
        "new RegExp('('.repeat(1e5) + ')'.repeat(1e5))",
        "let a = {}; for (let i = 0; i < 3e5; i++) a = {a}; return {}; a = null",
        "let f = () => 1; for (let i = 0; i < 1e5; i++) f = f.bind(null); return {a: f()}",
    ] {
        let expressions = expressions();
        let started = Instant::now();
        let _ = run_code(&expressions, code, AllItems, vec![json!({})]).await.map_err(|failure| {
            assert!(!failure.error.message.is_empty());
        });
        assert!(started.elapsed() < MOST, "{code}");
        works(&expressions).await;
    }
    let failure =
        run_code(&expressions(), "let a = {}; for (let i = 0; i < 200; i++) a = {a}; return a", AllItems, vec![]).await;
    assert!(failure.unwrap_err().error.message.contains("127 levels"));
}

#[tokio::test]
async fn x3_a_configuration_nested_too_deeply_is_an_error() {
    let mut value = json!("={{ 1 }}");
    for _ in 0..500 {
        value = json!([value]);
    }
    let config = object(json!({ "a": value }));
    let failure = expressions().parameters(&config, &batch(vec![]), &Memory::default()).await.unwrap_err();
    assert!(failure.error.message.contains("levels deep"), "{}", failure.error.message);
}

/// A scope whose nodes answer late: time for the test to do something to the worker.
struct Slow(Memory, Duration);

impl Scope for Slow {
    fn values(&self) -> &ScopeValues {
        &self.0.values
    }

    fn items<'a>(&'a self, node: &'a str, output: usize) -> BoxFuture<'a, Result<Vec<Item>>> {
        Box::pin(async move {
            tokio::time::sleep(self.1).await;
            self.0.items(node, output).await
        })
    }

    fn input(&self, input: usize, span: InputSpan) -> BoxFuture<'_, Result<Vec<Item>>> {
        self.0.input(input, span)
    }

    fn paired<'a>(&'a self, node: &'a str, batch: &'a Batch) -> BoxFuture<'a, Result<Vec<Result<Item>>>> {
        self.0.paired(node, batch)
    }

    fn previous(&self, batch: &Batch) -> Option<Previous> {
        self.0.previous(batch)
    }

    fn parameters_of(&self, node: &str) -> Result<Config> {
        self.0.parameters_of(node)
    }
}

#[cfg(target_os = "linux")]
fn children() -> Vec<u32> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect()
}

/// Runs the probe in a program of its own, so that its children are all its own.
#[cfg(target_os = "linux")]
#[test]
fn x3_a_worker_killed_in_the_middle_of_a_job_is_an_error_and_the_next_job_works() {
    let program = std::env::current_exe().unwrap();
    let arguments = ["--exact", "--ignored", "runaway::probe_kill", "--test-threads=1"];
    let output = std::process::Command::new(program).args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "run by the test above, in a process of its own"]
async fn probe_kill() {
    let expressions = expressions();
    let config = object(json!({"a": "={{ $('Set').all().length + 1 }}"}));
    let batch = batch(vec![json!({})]);
    let slow = Slow(Memory::default(), Duration::from_millis(500));
    let kill = async {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let workers = children();
        assert_eq!(workers.len(), 1);
        for worker in workers {
            std::process::Command::new("kill").args(["-9", &worker.to_string()]).status().unwrap();
        }
    };
    let (result, ()) = tokio::join!(expressions.parameters(&config, &batch, &slow), kill);
    let failure = result.unwrap_err();
    assert!(failure.error.message.contains("ended in the middle"), "{}", failure.error.message);
    works(&expressions).await;

    // Killed while idle: not noticed by anybody.
    for worker in children() {
        std::process::Command::new("kill").args(["-9", &worker.to_string()]).status().unwrap();
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    works(&expressions).await;

    // A job that nobody waits for any more ends with its worker.
    let endless = "for (;;) {}";
    let cancelled = run_code(&expressions, endless, AllItems, vec![]);
    assert!(tokio::time::timeout(Duration::from_millis(200), cancelled).await.is_err());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(children(), Vec::<u32>::new());
    works(&expressions).await;
}
