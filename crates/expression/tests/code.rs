//! Code nodes.

use bridge_domain::CodeMode::{AllItems, EachItem};
use bridge_domain::{Binary, CodeRequest, ErrorCode, Evaluate};
use serde_json::{Value, json};

use crate::support::{Memory, batch, expressions, held, run_code, works};

fn items() -> Vec<Value> {
    vec![json!({"a": 1}), json!({"a": 2}), json!({"a": 3})]
}

#[tokio::test]
async fn all_items() {
    let expressions = expressions();
    for (code, expected) in [
        ("return $input.all()", json!([[{"a": 1}, [0]], [{"a": 2}, [1]], [{"a": 3}, [2]]])),
        ("return items.filter(i => i.json.a > 2)", json!([[{"a": 3}, [2]]])),
        ("const items = $input.all(); return items.reverse().slice(0, 1)", json!([[{"a": 3}, [2]]])),
        (
            "for (const item of $input.all()) { item.json.b = item.json.a * 2 }\nreturn $input.all()",
            json!([[{"a": 1, "b": 2}, [0]], [{"a": 2, "b": 4}, [1]], [{"a": 3, "b": 6}, [2]]]),
        ),
        ("return $input.all().map(i => i.json)", json!([[{"a": 1}, [0]], [{"a": 2}, [1]], [{"a": 3}, [2]]])),
        ("return [{x: 1}, {json: {y: 2}}]", json!([[{"x": 1}, []], [{"y": 2}, []]])),
        ("return {sum: $input.all().reduce((s, i) => s + i.json.a, 0)}", json!([[{"sum": 6}, []]])),
        (
            "return [{json: {}, pairedItem: 1}, {json: {}, pairedItem: {item: 2}}, {json: {}, pairedItem: [{item: 0}, 1, 1]}]",
            json!([[{}, [1]], [{}, [2]], [{}, [0, 1]]]),
        ),
        ("return []", json!([])),
        ("const x = await Promise.resolve(5); return {x}", json!([[{"x": 5}, []]])),
        ("return new Promise(done => Promise.resolve().then(() => done([{ok: true}])))", json!([[{"ok": true}, []]])),
        (
            "return {t: $now, d: new Date(0), u: undefined, f() {}}",
            json!([[{"t": "2026-03-29T12:30:15.250+02:00", "d": "1970-01-01T00:00:00.000Z"}, []]]),
        ),
        (
            "return {n: $('Set').all().length, dynamic: $('S' + 'et').first().json.name}",
            json!([[{"n": 2, "dynamic": "first"}, []]]),
        ),
        ("console.log('nothing is written'); return {}", json!([[{}, []]])),
        ("// only a comment at the end\nreturn {a: 1} // here", json!([[{"a": 1}, []]])),
        ("with (Math) { return {r: round(1.5)} }", json!([[{"r": 2}, []]])),
    ] {
        let given = run_code(&expressions, code, AllItems, items()).await;
        let given = given.unwrap_or_else(|failure| panic!("{code}: {failure:?}"));
        assert_eq!(json!(given), expected, "{code}");
    }
    let one = run_code(&expressions, "return [{x: 1}, {x: 2}]", AllItems, vec![json!({})]).await.unwrap();
    assert_eq!(json!(one), json!([[{"x": 1}, [0]], [{"x": 2}, [0]]]));
}

#[tokio::test]
async fn each_item() {
    let expressions = expressions();
    for (code, expected) in [
        ("return {b: $json.a + $itemIndex}", json!([[{"b": 1}, [0]], [{"b": 3}, [1]], [{"b": 5}, [2]]])),
        (
            "$input.item.json.c = 1; return $input.item",
            json!([[{"a": 1, "c": 1}, [0]], [{"a": 2, "c": 1}, [1]], [{"a": 3, "c": 1}, [2]]]),
        ),
        ("return $json.a === 2 ? {kept: true} : null", json!([[{"kept": true}, [1]]])),
        (
            "const n = await Promise.resolve($json.a); return {json: {n}}",
            json!([[{"n": 1}, [0]], [{"n": 2}, [1]], [{"n": 3}, [2]]]),
        ),
        ("return {all: $input.all().length}", json!([[{"all": 3}, [0]], [{"all": 3}, [1]], [{"all": 3}, [2]]])),
        ("return item", json!([[{"a": 1}, [0]], [{"a": 2}, [1]], [{"a": 3}, [2]]])),
    ] {
        let given = run_code(&expressions, code, EachItem, items()).await;
        let given = given.unwrap_or_else(|failure| panic!("{code}: {failure:?}"));
        assert_eq!(json!(given), expected, "{code}");
    }
}

#[tokio::test]
async fn failures_name_the_line() {
    let expressions = expressions();
    for (mode, code, line, item, part) in [
        (AllItems, "const a = 1;\n\nthrow new Error('my words')", 3, None, "my words"),
        (AllItems, "const a = 1;\nreturn a.b.c", 2, None, "undefined"),
        (AllItems, "let x = 1;\nlet y = = 2;", 2, None, "unexpected"),
        (AllItems, "function f() {\n  return nope\n}\nreturn f()", 2, None, "nope is not defined"),
        (AllItems, "await null;\nnull.x", 2, None, "null"),
        (AllItems, "return await Promise.reject(new TypeError('late'))", 1, None, "late"),
        (EachItem, "if ($json.a == 2)\n  throw new Error('second')\nreturn $json", 2, Some(1), "second"),
        (AllItems, "throw null", 0, None, "null was thrown, or its memory ran out"),
        (AllItems, "return 5", 0, None, "Item 0 of the result is a number"),
        (AllItems, "return [{a: 1}, 'x']", 0, None, "Item 1 of the result is a string"),
        (AllItems, "return [[]]", 0, None, "a list"),
        (AllItems, "return {json: 5}", 0, None, "`json` of item 0"),
        (AllItems, "return {json: [1]}", 0, None, "must be an object"),
        (AllItems, "return", 0, None, "returns nothing"),
        (EachItem, "return [$json]", 0, Some(0), "one object for each item"),
        (AllItems, "const a = {}; a.a = a; return a", 0, None, "circular"),
        (AllItems, "return {json: {}, pairedItem: 99}", 0, None, "comes from item 99"),
        (AllItems, "require('fs')", 1, None, "require is not defined"),
        (AllItems, "return $('Gone').all()", 1, None, "does not exist"),
    ] {
        let failure = run_code(&expressions, code, mode, items()).await.expect_err(code);
        assert_eq!(failure.error.code, ErrorCode::ExpressionFailed, "{code}");
        let message = &failure.error.message;
        assert!(message.contains(part), "{code}: {message}");
        assert!(message.contains("“Total”"), "{code}: {message}");
        assert_eq!(failure.item, item, "{code}");
        if line > 0 {
            assert!(message.contains(&format!("line {line}:")), "{code}: {message}");
            let before = code.lines().take(line - 1).map(|line| line.len() + 1).sum::<usize>();
            assert!(failure.position.unwrap() as usize >= before, "{code}");
        }
    }
    works(&expressions).await;
}

#[tokio::test]
async fn code_passes_files_on_but_makes_none() {
    let file = Binary { hash: "cd".repeat(32), size: 3, mime_type: "text/plain".into(), file_name: "a.txt".into() };
    let mut batch = batch(vec![json!({})]);
    batch.items[0].binary.insert("data".to_owned(), file.clone());
    let expressions = expressions();
    let memory = Memory::default();
    let timeout = std::time::Duration::from_secs(2);
    let request = |code| CodeRequest { code, mode: AllItems, batch: &batch, timeout };
    let code = "return {json: {m: $binary.data.mimeType}, binary: {copy: $binary.data}}";
    let given = held(expressions.code(request(code), &memory).await.unwrap()).unwrap();
    assert_eq!(given[0].0.json["m"], "text/plain");
    assert_eq!(given[0].0.binary["copy"], file);
    for code in [
        "return {json: {}, binary: {x: {...$binary.data, hash: 'ef'.repeat(32)}}}",
        "return {json: {}, binary: {x: {hash: 5}}}",
    ] {
        let failure = expressions.code(request(code), &memory).await.unwrap_err();
        assert!(failure.error.message.contains("file “x”"), "{}", failure.error.message);
    }
}
