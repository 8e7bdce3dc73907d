//! Fault row X3, third part: values, errors and names made to mislead whoever reads them.

use std::time::{Duration, Instant};

use bridge_domain::CodeMode::{AllItems, EachItem};
use serde_json::json;

use crate::support::{expressions, fails, run_code, run_code_for, table, value_of, works};

/// Limits of `run_code`, one second, and what two busy cores may add.
const MOST: Duration = Duration::from_millis(600 + 1_000 + 400);
/// Bytes of a message that a person can read.
const READABLE: usize = 4_096;

#[tokio::test]
async fn x3_hostile_results_and_errors_end_in_time_and_stay_readable() {
    let expressions = expressions();
    for code in [
        "throw new Error('x'.repeat(5e7))",
        "throw 'x'.repeat(5e7)",
        "throw {message: 'x'.repeat(5e7)}",
        "const e = new Error('a'); e.name = 'x'.repeat(5e7); throw e",
        "const e = new Error('a'); e.stack = 'x'.repeat(5e7); throw e",
        "const e = new Error('a'); e.cause = e; throw e",
        "throw new AggregateError(Array(1e5).fill(new Error('x')), 'many')",
        "throw Object.create(null)",
        "throw Symbol('x')",
        "throw 10n ** 5000n",
        "throw {get message() { for (;;) {} }}",
        "throw {message: {toString() { for (;;) {} }}}",
        "class E extends Error { get stack() { for (;;) {} } } throw new E('x')",
        "Object.defineProperty(Error.prototype, 'message', {get() { throw this }}); null.x",
        "throw new Error('\\u202e\\u0000\\ud800')",
        "return {*[Symbol.iterator]() { for (;;) yield {} }}",
        "return {get length() { for (;;) {} }}",
        "return {then(r) { r(this) }}",
        "const t = {then(r) { r({then: t.then}) }}; return t",
        "Object.defineProperty(Object.prototype, 'then', {get() { for (;;) {} }}); return {}",
        "Object.prototype.json = {a: 1}; Object.prototype.binary = {x: {hash: 'y'}}; return [{}, {b: 1}]",
        "Object.prototype.pairedItem = 99; return [{json: {}}]",
        "Object.setPrototypeOf(Array.prototype, new Proxy({}, {get() { throw 1 }, has() { throw 2 }})); return [{}]",
        "class A extends Array { static get [Symbol.species]() { for (;;) {} } } return A.from([{json: {}}]).map(x => x)",
        "class A extends Array { map() { return 5 } concat() { return 6 } } return A.from([{json: {}}])",
        "return [{json: {}, binary: {data: {hash: '../../etc/passwd', size: 1, mime_type: 'a/b', file_name: 'x'}}}]",
        "return [{json: {}, binary: [1]}, {json: {}, binary: 'x'}]",
        "const a = []; a[4294967294] = 1; return a",
        "return {a: new Array(1e7)}",
        "return Array(2e6).fill({})",
        "const o = {}; for (let i = 0; i < 1e5; i++) o['k' + i] = i; return o",
        "return {[`${'k'.repeat(1e7)}`]: 1}",
        "const a = {}; a.a = a; return a",
        "return {a: 1n}",
        "return {a: () => 1, b: Symbol('x'), c: undefined, d: NaN, e: -Infinity, f: -0, g: new Date(NaN), h: new Map([[1, 2]])}",
        "return {'\\ud800': '\\udfff', a: '\\ud83d', b: '\\u0000'}",
        "return {a: {toJSON() { return this }}}",
        "let n = 0; return {a: {toJSON() { return {b: {toJSON: this.toJSON, n: n++}} }}}",
        "for (let i = 0; ; i++) console.log('x'.repeat(1e4), i)",
        "console.log({toJSON() { for (;;) {} }, toString() { for (;;) {} }}); return {}",
        "queueMicrotask(function again() { queueMicrotask(again) }); await new Promise(() => {})",
        "new FinalizationRegistry(() => { for (;;) {} }).register({}, 1); for (let i = 0; i < 1e5; i++) ({}); return {}",
        "return {a: $jmespath({}, '['.repeat(1e6))}",
        "return {a: $jmespath({}, '!'.repeat(1e6) + 'a')}",
        "return {a: $jmespath({a: []}, 'a' + '[]'.repeat(1e5))}",
        "return {a: DateTime.fromISO('9'.repeat(1e6)).toISO()}",
        "return {a: $now.plus({years: 1e308}).toISO(), b: $now.setZone('../../../etc/passwd').toISO()}",
        "return {a: $now.toFormat('y'.repeat(1e6))}",
        "return {a: new URL('http://' + 'a.'.repeat(1e6)).host}",
        "return {a: 'a'.localeCompare('b', 'x'.repeat(1e6)), b: new Date(8.64e15 + 1)}",
        "return {a: 'x'.replace(/x/, () => { for (;;) {} })}",
        "return {a: /(?<=(a+)+)b/.test('a'.repeat(5e4))}",
        "return {a: /^(([a-z])+.)+[A-Z]([a-z])+$/.test('a'.repeat(60))}",
        "return {a: new RegExp('(?:a{0,60000}){0,60000}b').test('a'.repeat(1e5))}",
        "return {a: 'a'.repeat(1e6).split('').sort(() => Math.random() - 0.5).reverse().join('').length}",
        "with ({}) { return {} }",
        "return arguments.callee.caller",
        "return {a: (function f() { return f.caller })()}",
    ] {
        let started = Instant::now();
        let given = run_code(&expressions, code, AllItems, vec![json!({}), json!({})]).await;
        assert!(started.elapsed() < MOST, "{code}: {:?}", started.elapsed());
        match given {
            Ok(items) => assert!(items.iter().all(|(json, _)| json.is_object()), "{code}"),
            Err(failure) => {
                let (message, hint) = (failure.error.message, failure.error.hint);
                assert!(!message.trim().is_empty(), "{code}");
                assert!(message.len() + hint.len() < READABLE, "{code}: {} bytes", message.len());
                assert!(!message.contains("panicked"), "{code}: {message}");
            }
        }
    }
    works(&expressions).await;
}

#[tokio::test]
async fn x3_names_of_prototypes_are_names_like_others() {
    let expressions = expressions();
    let input: serde_json::Value = serde_json::from_str(
        r#"{"__proto__": {"polluted": 1}, "constructor": 2, "toString": 3, "hasOwnProperty": 4, "then": 5, "length": 6}"#,
    )
    .unwrap();
    let code = "const {__proto__: p, ...rest} = $input.first().json; \
                return {polluted: typeof ({}).polluted + typeof $json.polluted, keys: Object.keys($json).sort(), \
                        rest: Object.keys(rest).sort(), all: $json}";
    let given = run_code(&expressions, code, EachItem, vec![input.clone()]).await.unwrap();
    let keys = json!(["__proto__", "constructor", "hasOwnProperty", "length", "then", "toString"]);
    assert_eq!(given[0].0["polluted"], "undefinedundefined");
    assert_eq!(given[0].0["keys"], keys);
    assert_eq!(given[0].0["all"], input);
    for code in
        ["return JSON.parse('{\"__proto__\": {\"a\": 1}, \"b\": 2}')", "return [{json: {['__proto__']: 1, b: 2}}]"]
    {
        let given = run_code(&expressions, code, AllItems, vec![json!({})]).await.unwrap();
        assert!(given[0].0.get("a").is_none() && given[0].0["b"] == 2, "{code}: {given:?}");
    }
    table(vec![
        ("={{ $json.constructor }}", json!(null)),
        ("={{ $json.__proto__ }}", json!(null)),
        ("={{ $json.hasOwnProperty }}", json!(null)),
        ("={{ typeof $vars.constructor + typeof $env.constructor }}", json!("functionfunction")),
        ("={{ $json.nested.__proto__ === Object.prototype }}", json!(true)),
        ("={{ $json['__proto__'] }}", json!(null)),
        ("=a{{ $json.nested.toString }}b", json!("ab")),
    ])
    .await;
    for text in ["={{ $('__proto__').item.json }}", "={{ $('constructor').first() }}", "={{ $node['__proto__'].json }}"]
    {
        fails(&expressions, text).await;
    }
}

#[tokio::test]
async fn x3_texts_that_look_like_the_end_of_an_expression_stay_inside() {
    let expressions = expressions();
    for (text, expected) in [
        ("={{ '}}' }}", json!("}}")),
        ("={{ `}}${ '}}' }` }}", json!("}}}}")),
        ("={{ /}}/.test('}}') }}", json!(true)),
        ("={{ {a: {b: 1}}.a.b }}", json!(1)),
        ("={{ 1 /* }} */ }}", json!(1)),
        ("={{ [1, '{{ 2 }}'][1] }}", json!("{{ 2 }}")),
    ] {
        assert_eq!(value_of(&expressions, text).await.unwrap(), expected, "{text}");
    }
    for text in [
        "={{ 1) }}); (function () { return (2 }}",
        "={{ 1 \n) }); globalThis.x = (function () { return ( 1 }}",
        "={{ return 5 }}",
        "={{ var x = 1; x }}",
        "={{ await 1 }}",
        "={{ 1 */ }}",
        "={{ import('fs') }}",
    ] {
        if let Ok(value) = value_of(&expressions, text).await {
            assert!(value != json!(2) && value != json!(5), "{text}: {value}");
        }
    }
    let many = format!("={}", "{{ 1 }}".repeat(20_000));
    let started = Instant::now();
    let value = value_of(&expressions, &many).await;
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert!(value.is_err() || value.unwrap().as_str().unwrap().len() == 20_000);
    let code = "}); (async function () { return {escaped: typeof std} ";
    let given = run_code_for(Duration::from_secs(2), &expressions, code, AllItems, vec![]).await;
    assert!(given.is_err() || !given.unwrap()[0].0["escaped"].as_str().unwrap_or("").contains("object"));
    works(&expressions).await;
}
