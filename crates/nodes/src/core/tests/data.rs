//! Set, Split out, Aggregate, Sort, Limit, Remove duplicates and Crypto.

use bridge_domain::{Credential, CredentialId, CredentialKind, SecretString};
use serde_json::{Value, json};

use super::{executor, first, run};
use crate::testing::{TestStep, items};

#[tokio::test]
async fn fields_are_set() {
    let table = [
        (json!({ "fields": { "b": "={{ $json.a }}" } }), json!({ "a": 1, "b": 1 })),
        (json!({ "fields": { "b": 2 }, "keep_other_fields": "false" }), json!({ "b": 2 })),
        (json!({ "fields": { "x.y": 2 } }), json!({ "a": 1, "x": { "y": 2 } })),
        (json!({ "fields": { "x.y": 2 }, "dotted_names": false }), json!({ "a": 1, "x.y": 2 })),
        (json!({ "json": "{\"c\": [1]}", "fields": {} }), json!({ "a": 1, "c": [1] })),
        (json!({ "fields": { "__proto__": 1, "ключ": null } }), json!({ "a": 1, "__proto__": 1, "ключ": null })),
        (json!({ "fields": { "__proto__.z": 1 } }), json!({ "a": 1, "__proto__": { "z": 1 } })),
        (json!({}), json!({ "a": 1 })),
    ];
    for (config, expected) in table {
        assert_eq!(
            first("set", "set_fields", config.clone(), json!([{ "a": 1 }])).await.unwrap(),
            [expected],
            "{config}"
        );
    }
    assert!(first("set", "set_fields", json!({ "fields": { "a": 1 } }), json!([])).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_field_that_cannot_be_set_is_an_error() {
    let failure = first("set", "set_fields", json!({ "fields": { "a.b": 1 } }), json!([{ "a": "text" }])).await;
    assert!(failure.unwrap_err().contains("no object"));
    let deep = "a.".repeat(5_000) + "b";
    let failure = first("set", "set_fields", json!({ "fields": { deep: 1 } }), json!([{}])).await;
    assert!(failure.unwrap_err().contains("deep"));
}

#[tokio::test]
async fn fields_are_renamed_and_removed() {
    let item = json!([{ "mail": "x", "n": { "a": 1, "b": 2 }, "d.e": 3 }]);
    let renamed = json!({ "names": { "mail": "email", "n.a": "top", "none": "z" } });
    let expected = json!({ "email": "x", "n": { "b": 2 }, "d.e": 3, "top": 1 });
    assert_eq!(first("set", "rename_fields", renamed, item.clone()).await.unwrap(), [expected]);
    let strict = json!({ "names": { "none": "z" }, "fail_if_missing": true });
    assert!(first("set", "rename_fields", strict, item.clone()).await.unwrap_err().contains("`none`"));
    let removed = first("set", "remove_fields", json!({ "fields": "mail, n.b, d.e" }), item.clone()).await.unwrap();
    assert_eq!(removed, [json!({ "n": { "a": 1 } })]);
    let kept = json!({ "fields": "n.b, mail", "do": "keep_only" });
    assert_eq!(first("set", "remove_fields", kept, item).await.unwrap(), [json!({ "n": { "b": 2 }, "mail": "x" })]);
}

#[tokio::test]
async fn lists_are_split() {
    let item = json!([{ "id": 7, "rows": [{ "a": 1 }, { "a": 2 }], "tags": ["x"], "o": { "l": [5] } }]);
    let table = [
        (json!({ "field": "rows" }), json!([{ "a": 1 }, { "a": 2 }])),
        (json!({ "field": "rows", "into": "row" }), json!([{ "row": { "a": 1 } }, { "row": { "a": 2 } }])),
        (json!({ "field": "tags" }), json!([{ "tags": "x" }])),
        (json!({ "field": "o.l", "other_fields": "selected", "keep": "id" }), json!([{ "id": 7, "o": { "l": 5 } }])),
        (
            json!({ "field": "rows, tags", "other_fields": "selected", "keep": "id" }),
            json!([{ "id": 7, "rows": { "a": 1 }, "tags": "x" }, { "id": 7, "rows": { "a": 2 } }]),
        ),
        (json!({ "field": "id" }), json!([{ "id": 7 }])),
        (json!({ "field": "missing" }), json!([])),
    ];
    for (config, expected) in table {
        let found = first("split_out", "split", config.clone(), item.clone()).await.unwrap();
        assert_eq!(Value::Array(found), expected, "{config}");
    }
    let step =
        run("split_out", "split", json!({ "field": "l" }), json!([{ "l": [1] }, { "l": [2, 3] }])).await.unwrap();
    assert_eq!(step.origins(0), [[(0, 0)], [(0, 1)], [(0, 1)]]);
}

#[tokio::test]
async fn items_are_collected_from_all_pages() {
    let input = json!([{ "a": 1 }, { "a": 2 }, {}, { "a": 4 }]);
    let step = run("aggregate", "collect", json!({ "field": "a", "into": "all" }), input.clone()).await.unwrap();
    assert_eq!(step.output(0), [json!({ "all": [1, 2, 4] })]);
    assert_eq!(step.origins(0), [[(0, 0), (0, 1), (0, 2), (0, 3)]]);
    let kept = first("aggregate", "collect", json!({ "field": "a", "keep_missing": true }), input.clone()).await;
    assert_eq!(kept.unwrap(), [json!({ "items": [1, 2, null, 4] })]);
    assert_eq!(first("aggregate", "collect", json!({}), input).await.unwrap()[0]["items"][0], json!({ "a": 1 }));
    assert!(first("aggregate", "collect", json!({}), json!([])).await.unwrap().is_empty());
}

#[tokio::test]
async fn items_are_summarized_by_group() {
    let input = json!([
        { "c": "x", "n": 1, "t": "b" }, { "c": "y", "n": "2.5" }, { "c": "x", "n": 3, "t": "a" }, { "c": "x", "t": "b" }
    ]);
    let calculations = json!([
        { "operation": "count" }, { "operation": "sum", "field": "n" }, { "operation": "average", "field": "n" },
        { "operation": "min", "field": "t" }, { "operation": "max", "field": "n" },
        { "operation": "count_unique", "field": "t" }, { "operation": "join", "field": "t", "into": "texts" },
        { "operation": "list_unique", "field": "t" }
    ]);
    let step = run("aggregate", "summarize", json!({ "calculations": calculations, "group_by": "c" }), input.clone());
    let step = step.await.unwrap();
    assert_eq!(
        step.output(0),
        [
            json!({ "c": "x", "count": 3, "sum_n": 4, "average_n": 2, "min_t": "a", "max_n": 3, "count_unique_t": 2,
                    "texts": "b, a, b", "list_unique_t": ["b", "a"] }),
            json!({ "c": "y", "count": 1, "sum_n": 2.5, "average_n": 2.5, "min_t": null, "max_n": "2.5",
                    "count_unique_t": 0, "texts": "", "list_unique_t": [] }),
        ]
    );
    assert_eq!(step.origins(0), [vec![(0, 0), (0, 2), (0, 3)], vec![(0, 1)]]);
    let wrong = json!({ "calculations": [{ "operation": "sum", "field": "c" }] });
    assert!(first("aggregate", "summarize", wrong, input).await.unwrap_err().contains("number"));
}

#[tokio::test]
async fn items_are_sorted() {
    let by = |config: Value| config;
    let table = [
        (by(json!([{ "field": "v" }])), json!([10, "9", 1, "b", "A"]), json!([1, "9", 10, "A", "b"])),
        (by(json!([{ "field": "v", "direction": "descending" }])), json!([1, null, 3]), json!([3, 1, null])),
        (
            by(json!([{ "field": "v", "compare_as": "natural" }])),
            json!(["f10", "f2", "F1"]),
            json!(["F1", "f2", "f10"]),
        ),
        (by(json!([{ "field": "v", "compare_as": "text" }])), json!([10, 9]), json!([10, 9])),
        (
            by(json!([{ "field": "v", "compare_as": "date" }])),
            json!(["2026-01-01T00:00:00Z", "2026-01-01T00:00:00+01:00"]),
            json!(["2026-01-01T00:00:00+01:00", "2026-01-01T00:00:00Z"]),
        ),
    ];
    for (by, values, expected) in table {
        let input: Value = values.as_array().unwrap().iter().map(|value| json!({ "v": value })).collect();
        let sorted = first("sort", "sort_items", json!({ "by": by }), input).await.unwrap();
        assert_eq!(sorted.iter().map(|item| item["v"].clone()).collect::<Value>(), expected, "{by}");
    }
    let two = json!({ "by": [{ "field": "a" }, { "field": "b", "direction": "descending" }] });
    let step =
        run("sort", "sort_items", two, json!([{ "a": 1, "b": 1 }, { "a": 0 }, { "a": 1, "b": 2 }])).await.unwrap();
    assert_eq!(step.origins(0), [[(0, 1)], [(0, 2)], [(0, 0)]]);
    let wrong = json!({ "by": [{ "field": "a", "compare_as": "number" }] });
    assert!(first("sort", "sort_items", wrong, json!([{ "a": "x" }])).await.unwrap_err().contains("a number"));
}

#[tokio::test]
async fn first_or_last_items_are_kept() {
    let input = json!([{ "n": 1 }, { "n": 2 }, { "n": 3 }, { "n": 4 }, { "n": 5 }]);
    let step = run("limit", "limit_items", json!({ "max_items": "2" }), input.clone()).await.unwrap();
    assert_eq!(step.origins(0), [[(0, 0)], [(0, 1)]]);
    let step = run("limit", "limit_items", json!({ "max_items": 2, "keep": "last" }), input.clone()).await.unwrap();
    assert_eq!(step.origins(0), [[(0, 3)], [(0, 4)]]);
    assert!(first("limit", "limit_items", json!({ "max_items": 0 }), input).await.is_err());
}

#[tokio::test]
async fn repeated_items_are_dropped() {
    let input = json!([{ "a": 1, "b": 2 }, { "b": 2, "a": 1.0 }, { "a": "1", "b": 2 }, { "a": 1, "b": 3 }]);
    let origins = |config: Value| {
        let input = input.clone();
        async move { run("remove_duplicates", "remove", config, input).await.unwrap().origins(0).concat() }
    };
    assert_eq!(origins(json!({})).await, [(0, 0), (0, 2), (0, 3)]);
    assert_eq!(origins(json!({ "compare": "selected_fields", "fields": "a" })).await, [(0, 0), (0, 2)]);
    assert_eq!(origins(json!({ "compare": "all_fields_except", "fields": "b" })).await, [(0, 0), (0, 2)]);
    let none = first("remove_duplicates", "remove", json!({ "compare": "selected_fields" }), input.clone()).await;
    assert!(none.is_err());
}

#[tokio::test]
async fn texts_are_hashed_and_encoded() {
    let table = [
        ("hash", json!({ "value": "abc", "algorithm": "md5" }), "hash", "900150983cd24fb0d6963f7d28e17f72"),
        (
            "hash",
            json!({ "value": "abc", "algorithm": "sha1", "encoding": "base64" }),
            "hash",
            "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
        ),
        ("hash", json!({ "value": "" }), "hash", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("encode", json!({ "value": "ü?>", "encoding": "base64url" }), "encoded", "w7w_Pg"),
        ("encode", json!({ "value": "a b/ü", "encoding": "url" }), "encoded", "a%20b%2F%C3%BC"),
        ("decode", json!({ "value": "w7w_Pg==" }), "decoded", "ü?>"),
        ("decode", json!({ "value": "C3", "encoding": "hex", "into": "x" }), "x", ""),
        ("decode", json!({ "value": "a%20b", "encoding": "url" }), "decoded", "a b"),
    ];
    for (action, config, field, expected) in table {
        let found = first("crypto", action, config.clone(), json!([{}])).await;
        if expected.is_empty() {
            assert!(found.unwrap_err().contains("UTF-8"), "{config}");
        } else {
            assert_eq!(found.unwrap(), [json!({ field: expected })], "{config}");
        }
    }
    assert!(first("crypto", "decode", json!({ "value": "%%%" }), json!([{}])).await.is_err());
}

/// RFC 4231, test case 2.
#[tokio::test]
async fn texts_are_signed_with_the_credential() {
    let config = json!({ "value": "what do ya want for nothing?" });
    let mut step = TestStep::new(config.clone(), items(json!([{}])));
    step.credential = Some(Credential {
        id: CredentialId::new(),
        kind: CredentialKind::Bearer,
        hosts: Vec::new(),
        fields: [("token".to_owned(), SecretString::from("Jefe"))].into(),
    });
    step.run(executor("crypto", "hmac").as_ref()).await.unwrap();
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(step.output(0), [json!({ "signature": expected })]);
    assert!(first("crypto", "hmac", config, json!([{}])).await.is_err());
}

#[tokio::test]
async fn random_values_have_their_form_and_differ() {
    for (config, length) in [
        (json!({}), 36),
        (json!({ "kind": "text", "length": 10 }), 10),
        (json!({ "kind": "digits", "length": 12 }), 12),
        (json!({ "kind": "hex", "length": 8 }), 16),
    ] {
        let made = first("crypto", "random", config.clone(), json!([{}, {}])).await.unwrap();
        assert_eq!(made[0]["random"].as_str().unwrap().len(), length, "{config}");
        assert_ne!(made[0], made[1], "{config}");
    }
}
