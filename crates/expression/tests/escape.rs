//! Fault row X3, first half: what JavaScript can reach.

use bridge_domain::CodeMode;
use serde_json::json;

use crate::support::{expressions, run_code, table, value_of, works};

#[tokio::test]
async fn x3_no_object_of_the_host_is_reachable() {
    table(vec![
        (
            "={{ typeof process + typeof require + typeof module + typeof global + typeof window + typeof Deno }}",
            json!("undefined".repeat(6)),
        ),
        (
            "={{ typeof std + typeof os + typeof fetch + typeof XMLHttpRequest + typeof WebAssembly + typeof Worker }}",
            json!("undefined".repeat(6)),
        ),
        (
            "={{ typeof setTimeout + typeof print + typeof load + typeof scriptArgs + typeof host + typeof ask }}",
            json!("undefined".repeat(6)),
        ),
        ("={{ ({}).constructor.constructor('return typeof process')() + '' }}", json!("undefined")),
        ("={{ (function () { return this })() === undefined }}", json!(true)),
        ("={{ Function('return Object.keys(this)')() }}", json!(["performance"])),
        ("={{ (async () => {}).constructor('return 1') instanceof Function }}", json!(true)),
        ("={{ [].map.constructor('return typeof std + typeof os')() }}", json!("undefinedundefined")),
        ("={{ (0, eval)('typeof process') }}", json!("undefined")),
        ("={{ eval('1 + 1') }}", json!(2)),
        ("={{ Object.values($env).concat(Object.getOwnPropertyNames($env)) }}", json!([])),
        (
            "={{ Reflect.ownKeys($('Set')).sort() }}",
            json!([
                "all",
                "binary",
                "context",
                "first",
                "isExecuted",
                "item",
                "itemMatching",
                "json",
                "last",
                "pairedItem",
                "params"
            ]),
        ),
        ("={{ $('Set').constructor === Object }}", json!(true)),
        ("={{ $('Set').all.constructor('return typeof process')() }}", json!("undefined")),
        ("={{ new Proxy({}, {get: (t, k) => typeof globalThis[k]}).process }}", json!("undefined")),
    ])
    .await;
    let known: Vec<String> = serde_json::from_value(
        value_of(&expressions(), "={{ Object.getOwnPropertyNames(globalThis).filter(n => !/^[A-Z]/.test(n)).sort() }}")
            .await
            .unwrap(),
    )
    .unwrap();
    let language = [
        "atob",
        "btoa",
        "decodeURI",
        "decodeURIComponent",
        "encodeURI",
        "encodeURIComponent",
        "escape",
        "eval",
        "globalThis",
        "isFinite",
        "isNaN",
        "parseFloat",
        "parseInt",
        "performance",
        "queueMicrotask",
        "undefined",
        "unescape",
        "console",
        "item",
        "items",
    ];
    let others: Vec<_> =
        known.iter().filter(|name| !name.starts_with('$') && !language.contains(&name.as_str())).collect();
    assert!(others.is_empty(), "{others:?}");
}

#[tokio::test]
async fn x3_modules_cannot_be_imported() {
    let expressions = expressions();
    for code in [
        "await import('fs')",
        "await import('std')",
        "await import('/etc/passwd')",
        "await import('data:text/javascript,export default 1')",
        "return await (0, eval)(\"import('os')\")",
    ] {
        let failure = run_code(&expressions, code, CodeMode::AllItems, vec![]).await.expect_err(code);
        assert!(!failure.error.message.contains("root:"), "{}", failure.error.message);
    }
    let failure =
        run_code(&expressions, "import fs from 'fs'; return {}", CodeMode::AllItems, vec![]).await.unwrap_err();
    assert!(failure.error.message.contains("line 1"), "{}", failure.error.message);
    works(&expressions).await;
}

#[tokio::test]
async fn x3_nothing_survives_into_the_next_job() {
    let expressions = expressions();
    for code in [
        "Object.prototype.polluted = 1; Array.prototype.push = null; globalThis.kept = 1; return {}",
        "JSON.stringify = () => '[]'; JSON.parse = () => 5; String.prototype.toUpperCase = () => 'x'; return {}",
        "({}).__proto__.toJSON = () => 'x'; return {}",
        "Promise.prototype.then = () => {}; Object.defineProperty = () => {}; return {}",
        "delete globalThis.$json; delete globalThis.Object; globalThis.$now = 1; return {}",
        "$vars.region = 'changed'; $json.n = 0; $('Set').first().json.name = 'changed'; return {}",
    ] {
        let _ = run_code(&expressions, code, CodeMode::AllItems, vec![json!({})]).await;
        let probe = "={{ [({}).polluted, [].push === null, typeof kept, 'a'.toUpperCase(), JSON.parse('1'), $json.n, \
                     $vars.region, $('Set').first().json.name, typeof $now] }}";
        let expected = json!([null, false, "undefined", "A", 1, 7, "eu", "first", "object"]);
        assert_eq!(value_of(&expressions, probe).await.unwrap(), expected, "{code}");
    }
}

/// Code may spoil its own result, but not the form of what comes out: items with objects, or an error.
#[tokio::test]
async fn x3_results_are_read_without_trust() {
    let expressions = expressions();
    for code in [
        "Array.prototype.join = () => '{\"item\":5}'; return [{}]",
        "Array.prototype.join = () => 'not json'; return [{}]",
        "Object.prototype.toJSON = () => 5; return [{a: 1}]",
        "Array.prototype.flat = () => [-1, 1e9, {}]; return {json: {}, pairedItem: 5}",
        "return new Proxy({}, {get() { throw new Error('trap') }, ownKeys() { throw new Error('trap') }})",
        "return [{json: {toJSON() { return 5 }}}]",
        "throw {get message() { throw 1 }, toString() { throw 2 }, toJSON() { throw 3 }}",
        "throw new Proxy(new Error('x'), {get() { throw 1 }})",
        "throw null",
        "throw undefined",
        "Error.prototype.toString = null; Error.prepareStackTrace = () => { for (;;) {} }; throw new Error('x')",
    ] {
        let given = run_code(&expressions, code, CodeMode::AllItems, vec![json!({})]).await;
        if let Ok(items) = &given {
            assert!(
                items.iter().all(|(json, from)| json.is_object() && from.iter().all(|at| *at == 0)),
                "{code}: {items:?}"
            );
        }
    }
    works(&expressions).await;
}

#[tokio::test]
async fn x3_the_environment_of_the_application_is_not_the_workers() {
    let environ = std::fs::read_to_string("/proc/self/environ").unwrap_or_default();
    assert!(environ.contains("PATH="), "the application has an environment");
    let value = value_of(&expressions(), "={{ JSON.stringify([$env, Object.getOwnPropertyNames(globalThis)]) }}")
        .await
        .unwrap();
    assert!(!value.as_str().unwrap().contains("PATH"));
}
