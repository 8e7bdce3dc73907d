//! `$input.all()`, `.first()` and `.last()`: all items of the step's input, whichever page of it is in work.

use std::sync::atomic::{AtomicUsize, Ordering};

use bridge_domain::CodeMode::{AllItems, EachItem};
use bridge_domain::{
    Batch, CodeRequest, Config, Evaluate, InputSpan, Item, ItemRef, Previous, Result, Scope, ScopeValues,
};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use crate::support::{Memory, batch, expressions, held, item, object};

/// Counts how often the input is asked for.
struct Counting(Memory, AtomicUsize);

impl Scope for Counting {
    fn values(&self) -> &ScopeValues {
        self.0.values()
    }

    fn items<'a>(&'a self, node: &'a str, output: usize) -> BoxFuture<'a, Result<Vec<Item>>> {
        self.0.items(node, output)
    }

    fn input(&self, input: usize, span: InputSpan) -> BoxFuture<'_, Result<Vec<Item>>> {
        self.1.fetch_add(1, Ordering::Relaxed);
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

/// The second page of five items: the third and fourth.
fn second_page() -> (Batch, Counting) {
    let input: Vec<Item> = (0..5).map(|n| item(json!({ "n": n }))).collect();
    let mut batch = batch(vec![json!({"n": 2}), json!({"n": 3})]);
    batch.first = Some(ItemRef { input: 0, index: 2 });
    (batch, Counting(Memory { input, ..Memory::default() }, AtomicUsize::new(0)))
}

#[tokio::test]
async fn expressions_see_all_pages_of_the_input() {
    let (batch, scope) = second_page();
    let config = object(json!({
        "path": "={{ $input.first().json.n }}{{ $input.last().json.n }}{{ $input.all().length }}{{ $input.all()[4].json.n }}",
        "script": "={{ '' + $input.first().json.n + $input.last().json.n + $input.all().length + $input.all()[4].json.n }}",
        "own": "={{ $input.item.json.n }}{{ $json.n + 0 }}",
        "older": "={{ $items().length + items.length + $items().map(i => i.json.n).sum() }}",
        "order": "={{ $input.all().reverse()[0].json.n + $input.all()[0].json.n }}",
    }));
    let configs = expressions().parameters(&config, &batch, &scope).await.unwrap();
    for (config, own) in configs.iter().zip(["22", "33"]) {
        let expected = json!({"path": "0454", "script": "0454", "own": own, "older": 20, "order": 4});
        assert_eq!(Value::Object(config.as_ref().unwrap().clone()), expected);
    }
    // Once for each span in paths, once for each in JavaScript, however many items and mentions there are.
    assert_eq!(scope.1.load(Ordering::Relaxed), 6);
}

#[tokio::test]
async fn the_input_is_read_only_when_something_looks_at_it() {
    let (batch, scope) = second_page();
    let config = object(json!({
        "path": "={{ $json.n }}", "script": "={{ $json.n * 2 }}", "either": "={{ $json.n > 100 ? $input.all().length : 'no' }}",
    }));
    expressions().parameters(&config, &batch, &scope).await.unwrap();
    assert_eq!(scope.1.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn code_once_for_each_item_sees_all_pages_and_code_for_all_items_has_them() {
    let (batch, scope) = second_page();
    let timeout = std::time::Duration::from_secs(2);
    let code = "return {n: $json.n, of: $input.all().length, last: $input.last().json.n}";
    let each = CodeRequest { code, mode: EachItem, batch: &batch, timeout };
    let given = held(expressions().code(each, &scope).await.unwrap()).unwrap();
    assert_eq!(Value::Object(given[1].0.json.clone()), json!({"n": 3, "of": 5, "last": 4}));
    assert_eq!((&given[1].1, scope.1.load(Ordering::Relaxed)), (&vec![1], 2));

    // Whoever runs code for all items hands in all of them; nothing is asked for, and the items keep their links.
    let whole = Batch { first: Some(ItemRef { input: 0, index: 0 }), items: scope.0.input.clone() };
    let code = "return $input.all().filter(i => i.json.n % 2)";
    let all = CodeRequest { code, mode: AllItems, batch: &whole, timeout };
    let given = held(expressions().code(all, &scope).await.unwrap()).unwrap();
    assert_eq!(given.iter().map(|(_, from)| from.clone()).collect::<Vec<_>>(), [vec![1], vec![3]]);
    assert_eq!(scope.1.load(Ordering::Relaxed), 2);
}
