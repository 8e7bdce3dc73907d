//! Looking back at a kept run: what the expressions of a node would see, also of a program that has changed since.

use std::sync::Arc;

use bridge_domain::*;
use bridge_engine::LookBack;
use serde_json::json;

use super::world::*;

async fn look(world: &World, program: &Program, run: RunId, node: &str, item: u32) -> LookBack {
    world.engine.look_back(program.clone(), Some(run), &NodeId::from(node), item).await.unwrap()
}

/// The number of the one item, and its place.
fn seen(past: &LookBack) -> Option<(i64, ItemRef)> {
    let batch = past.batch();
    assert!(batch.items.len() <= 1);
    Some((batch.items.first()?.json["n"].as_i64().unwrap(), batch.place(0)))
}

fn at(input: u32, index: u32) -> ItemRef {
    ItemRef { input, index }
}

/// `$('node').all()`, as numbers.
async fn all(past: &LookBack, node: &str) -> std::result::Result<Vec<i64>, String> {
    let items = past.items(node, 0).await.map_err(|error| error.message)?;
    Ok(items.iter().map(|item| item.json["n"].as_i64().unwrap()).collect())
}

/// `$('node').item`, as a number.
async fn paired(past: &LookBack, node: &str) -> std::result::Result<i64, String> {
    let mut items = past.paired(node, past.batch()).await.map_err(|error| error.message)?;
    items.remove(0).map(|item| item.json["n"].as_i64().unwrap()).map_err(|error| error.message)
}

fn changed(program: &Program, definition: Definition) -> Program {
    Program { definition: Arc::new(definition), ..program.clone() }
}

#[tokio::test]
async fn an_item_that_arrived_is_seen_with_what_it_came_from_and_nothing_is_executed() {
    let world = World::new();
    let program = world.program(graph("manual -> a:twice -> p:parity; p.odd -> b -> c"));
    let (running, _) = world.run(&program, numbers(0, 4)).await;
    world.ran();
    let entries = world.memory.entries(running.id).len();
    let past = look(&world, &program, running.id, "b", 2).await;
    assert_eq!(seen(&past), Some((3, at(0, 2))));
    assert_eq!((paired(&past, "a").await, paired(&past, "manual").await), (Ok(3), Ok(3)));
    assert_eq!(all(&past, "a").await.unwrap(), [0, 0, 1, 1, 2, 2, 3, 3]);
    assert!(all(&past, "c").await.unwrap_err().contains("has not run"), "it runs after the node");
    assert!(all(&past, "nobody").await.unwrap_err().contains("no node"));
    assert_eq!((past.values().node.as_str(), past.values().run_index), ("b", 0));
    let past = look(&world, &program, running.id, "b", 1_000).await;
    assert_eq!(seen(&past), Some((3, at(0, 3))), "the last one");
    assert_eq!((world.ran().as_str(), world.memory.entries(running.id).len()), ("", entries));
}

#[tokio::test]
async fn a_node_that_was_added_after_the_run_sees_what_would_arrive() {
    let world = World::new();
    let before = graph("manual -> a -> b:twice -> c");
    let program = world.program(before);
    let (running, _) = world.run(&program, numbers(5, 7)).await;
    let program = changed(&program, graph("manual -> a -> new:twice -> c; a -> b:twice -> j; a -> j"));
    let past = look(&world, &program, running.id, "new", 1).await;
    assert_eq!((seen(&past), paired(&past, "manual").await), (Some((6, at(0, 1))), Ok(6)));
    let past = look(&world, &program, running.id, "j", 5).await;
    assert_eq!((seen(&past), paired(&past, "a").await), (Some((6, at(1, 1))), Ok(6)), "counted over both inputs");
    // Behind the new node nothing is known but what the run itself had there.
    let past = look(&world, &program, running.id, "c", 3).await;
    assert_eq!((seen(&past), paired(&past, "a").await), (Some((6, at(0, 3))), Ok(6)));
    assert!(all(&past, "new").await.unwrap_err().contains("has not run"));
}

#[tokio::test]
async fn a_node_that_was_taken_out_does_not_confuse_where_items_came_from() {
    let world = World::new();
    let program = world.program(graph("manual -> a -> d:twice -> b -> c"));
    let (running, _) = world.run(&program, numbers(5, 8)).await;
    let program = changed(&program, graph("manual -> a -> b -> c"));
    let past = look(&world, &program, running.id, "c", 2).await;
    assert_eq!(seen(&past), Some((6, at(0, 2))));
    // Item 2 of `b` was made from item 2 of `d`, which is gone: item 2 of `a` is another one.
    assert!(paired(&past, "a").await.unwrap_err().contains("did not come from"));
    assert_eq!(paired(&past, "b").await, Ok(6));
}

#[tokio::test]
async fn in_a_loop_the_newest_round_counts() {
    let world = World::new();
    let text = "manual -> m -> l:loop; l.loop -> a -> b -> l; l.done -> z";
    let mut definition = graph(text);
    set(&mut definition, "l", json!({ "batch_size": 2 }));
    let program = world.program(definition);
    let (running, _) = world.run(&program, numbers(0, 6)).await;
    let past = look(&world, &program, running.id, "b", 1).await;
    assert_eq!((seen(&past), paired(&past, "m").await), (Some((5, at(0, 1))), Ok(5)));
    assert_eq!((all(&past, "a").await.unwrap(), past.values().run_index), (vec![4, 5], 2));
    let past = look(&world, &program, running.id, "z", 3).await;
    assert_eq!((seen(&past), paired(&past, "m").await), (Some((3, at(0, 3))), Ok(3)));
    // A node that was added to the body has no rounds of its own, but the others have.
    let mut definition = graph(&format!("{text}; a -> new -> l"));
    set(&mut definition, "l", json!({ "batch_size": 2 }));
    let past = look(&world, &changed(&program, definition), running.id, "new", 0).await;
    assert_eq!((seen(&past), all(&past, "a").await.unwrap()), (Some((4, at(0, 0))), vec![4, 5]));
}

#[tokio::test]
async fn an_ambiguous_origin_is_named_as_in_a_run() {
    let world = World::new();
    let program = world.program(graph("manual -> a; a -> b, c; b, c -> j:collect -> e"));
    let (running, summary) = world.run(&program, numbers(0, 2)).await;
    assert_eq!(summary.status, RunStatus::Success, "{:?}", summary.error);
    let past = look(&world, &program, running.id, "e", 0).await;
    let message = paired(&past, "a").await.unwrap_err();
    assert!(message.contains("several items of \"a\""), "{message}");
    assert_eq!(paired(&past, "j").await, Ok(4), "how many it was made from");
}

#[tokio::test]
async fn what_a_failed_or_unfinished_run_has_is_enough() {
    let world = World::new();
    let program = world.program(graph("manual -> a -> f:fail -> b; a -> c -> j; f -> j"));
    let (running, summary) = world.run(&program, numbers(0, 2)).await;
    assert_eq!(summary.status, RunStatus::Error);
    assert_eq!(seen(&look(&world, &program, running.id, "f", 0).await), Some((0, at(0, 0))));
    assert_eq!(seen(&look(&world, &program, running.id, "b", 0).await), None);
    let program = world.program(graph("manual -> a -> w:sleep -> b"));
    let running = world.begin(&program, numbers(3, 4), RunScope::Whole).await.unwrap();
    running.accepted().await.unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(20), async {
        while world.journal.load(running.id).await.unwrap().steps.len() < 3 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    assert_eq!(seen(&look(&world, &program, running.id, "w", 0).await), Some((3, at(0, 0))));
    assert_eq!(seen(&look(&world, &program, running.id, "b", 0).await), None);
    world.engine.cancel(running.id);
    running.finished().await;
}

#[tokio::test]
async fn without_a_run_or_a_way_to_the_node_nothing_has_run() {
    let world = World::new();
    let program = world.program(graph("manual -> a; x -> y"));
    let (running, _) = world.run(&program, numbers(0, 1)).await;
    let node = NodeId::from("a");
    let none = world.engine.look_back(program.clone(), None, &node, 0).await.unwrap();
    assert_eq!((seen(&none), none.values().node.as_str()), (None, "a"));
    let unreached = look(&world, &program, running.id, "y", 0).await;
    for past in [none, unreached] {
        assert!(past.batch().items.is_empty());
        assert!(all(&past, "manual").await.unwrap_err().contains("has not run"));
        assert!(paired(&past, "x").await.unwrap_err().contains("has not run"));
    }
    let unknown = world.engine.look_back(program.clone(), Some(RunId::new()), &node, 0).await;
    assert_eq!(unknown.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_definition_that_cannot_run_yet_is_read_as_far_as_the_node() {
    let world = World::new();
    let program = world.program(graph("manual -> a -> b -> c"));
    let (running, _) = world.run(&program, numbers(0, 2)).await;
    for text in ["manual -> a -> b -> c; b -> unfinished:unheard", "manual -> a -> b -> c -> d -> c"] {
        let past = look(&world, &changed(&program, graph(text)), running.id, "b", 1).await;
        assert_eq!((seen(&past), paired(&past, "manual").await), (Some((1, at(0, 1))), Ok(1)), "{text}");
        assert!(all(&past, "c").await.unwrap_err().contains("has not run"));
    }
}
