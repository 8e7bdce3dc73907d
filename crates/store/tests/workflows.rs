//! Workflows and their versions: names, the trash, history, undo and redo.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use bridge_domain::{Definition, ErrorCode, Origin, ProblemCode, WorkflowId};
use bridge_store::Store;
use fixture::{fresh, node, with_node};

/// Adds a node as the user.
async fn edit(store: &Store, id: WorkflowId, node: &str) -> bridge_store::Committed {
    store.commit(id, None, Origin::User, |definition| Ok(with_node(definition, node))).await.unwrap()
}

#[tokio::test]
async fn a_new_workflow_has_an_empty_first_version() {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("  Orders \n", "Every morning").await.unwrap();
    assert_eq!((workflow.name.as_str(), workflow.active_version), ("Orders", 1));
    let snapshot = fixture.store.open_workflow(workflow.id).await.unwrap();
    assert_eq!(snapshot.version.definition, Definition::default());
    assert_eq!(snapshot.version.origin, Origin::User);
    assert!(snapshot.version.is_active && !snapshot.can_undo && !snapshot.can_redo);
    assert_eq!(fixture.store.workflow(workflow.id).await.unwrap(), workflow);
}

#[tokio::test]
async fn names_have_one_to_two_hundred_characters() {
    let fixture = fresh().await;
    for name in ["", " \t\n", &"é".repeat(201)] {
        let error = fixture.store.create_workflow(name, "").await.unwrap_err();
        assert_eq!((error.code, error.problems[0].path.as_str()), (ErrorCode::InvalidInput, "name"));
    }
    let longest = "é".repeat(200);
    let workflow = fixture.store.create_workflow(&longest, "").await.unwrap();
    let error = fixture.store.rename_workflow(workflow.id, " ", "").await.unwrap_err();
    assert_eq!(error.problems[0].code, ProblemCode::Missing);
    let copy = fixture.store.duplicate_workflow(workflow.id).await.unwrap();
    assert_eq!(copy.name.chars().count(), 200);
}

#[tokio::test]
async fn a_commit_writes_the_next_version_and_keeps_the_one_before() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    let committed = edit(&fixture.store, id, "a").await;
    assert_eq!((committed.before.version_number, committed.after.version_number), (1, 2));
    assert_eq!(committed.after.definition.nodes, [node("a")]);
    assert!(committed.can_undo && !committed.can_redo && committed.after.is_active && !committed.before.is_active);
    assert_eq!(fixture.store.version(id, 1).await.unwrap(), committed.before);
    assert_eq!(fixture.store.version(id, 2).await.unwrap(), committed.after);
    let versions = fixture.store.list_versions(id, 10).await.unwrap();
    let light: Vec<_> = versions.iter().map(|v| (v.version_number, v.is_active, v.node_count)).collect();
    assert_eq!(light, [(2, true, 1), (1, false, 0)]);
    assert_eq!(fixture.store.list_versions(id, 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_commit_on_another_version_is_a_conflict_and_leaves_no_trace() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    edit(&fixture.store, id, "a").await;
    let stale = fixture.store.commit(id, Some(1), Origin::User, |d| Ok(with_node(d, "b"))).await.unwrap_err();
    assert_eq!(stale.code, ErrorCode::Conflict);
    let failed = fixture.store.commit(id, Some(2), Origin::User, |_| Err(stale.clone())).await.unwrap_err();
    assert_eq!(failed, stale);
    assert_eq!(fixture.store.list_versions(id, 10).await.unwrap().len(), 2);
    let current = fixture.store.commit(id, Some(2), Origin::User, |d| Ok(with_node(d, "b"))).await.unwrap();
    assert_eq!(current.after.version_number, 3);
}

#[tokio::test]
async fn the_list_shows_the_newest_change_first_with_its_connectors() {
    let fixture = fresh().await;
    let first = fixture.store.create_workflow("First", "").await.unwrap().id;
    let second = fixture.store.create_workflow("Second", "").await.unwrap().id;
    edit(&fixture.store, first, "a").await;
    edit(&fixture.store, first, "b").await;
    let list = fixture.store.list_workflows().await.unwrap();
    assert_eq!(list.iter().map(|entry| entry.workflow.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!((list[0].node_count, list[0].connector_ids.as_slice()), (2, ["http".to_owned()].as_slice()));
    fixture.store.rename_workflow(second, "Renamed", "why").await.unwrap();
    let list = fixture.store.list_workflows().await.unwrap();
    assert_eq!((list[0].workflow.name.as_str(), list[0].workflow.description.as_str()), ("Renamed", "why"));
}

#[tokio::test]
async fn a_deleted_workflow_comes_back_whole() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    edit(&fixture.store, id, "a").await;
    fixture::answer(&fixture.store, id, 1).await;
    fixture.store.delete_workflow(id).await.unwrap();
    for error in [
        fixture.store.workflow(id).await.unwrap_err(),
        fixture.store.open_workflow(id).await.unwrap_err(),
        fixture.store.history(id, 5).await.unwrap_err(),
        fixture.store.delete_workflow(id).await.unwrap_err(),
        fixture.store.undo(id).await.unwrap_err(),
        fixture.store.restore_workflow(WorkflowId::new()).await.unwrap_err(),
    ] {
        assert_eq!(error.code, ErrorCode::NotFound);
    }
    assert_eq!(fixture.store.list_workflows().await.unwrap(), []);
    let fixture = fixture.reopen().await;
    assert_eq!(fixture.store.restore_workflow(id).await.unwrap().active_version, 2);
    assert_eq!(fixture.store.history(id, 5).await.unwrap().messages.len(), 2);
}

#[tokio::test]
async fn undo_and_redo_survive_a_restart() {
    let mut fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    for node in ["a", "b"] {
        edit(&fixture.store, id, node).await;
    }
    let undone = fixture.store.undo(id).await.unwrap();
    assert_eq!(undone.after.origin, Origin::Undo { version_number: 2 });
    assert!(undone.can_undo && undone.can_redo);
    fixture = fixture.reopen().await;
    let undone = fixture.store.undo(id).await.unwrap();
    assert_eq!((undone.after.definition.nodes.len(), undone.after.version_number), (0, 5));
    assert!(!undone.can_undo);
    assert_eq!(fixture.store.undo(id).await.unwrap_err().code, ErrorCode::Conflict);
    fixture = fixture.reopen().await;
    assert_eq!(fixture.store.redo(id).await.unwrap().after.definition.nodes.len(), 1);
    let redone = fixture.store.redo(id).await.unwrap();
    assert_eq!(redone.after.definition.nodes, [node("a"), node("b")]);
    assert!(!redone.can_redo);
    fixture.store.undo(id).await.unwrap();
    assert!(!edit(&fixture.store, id, "c").await.can_redo);
    assert_eq!(fixture.store.redo(id).await.unwrap_err().code, ErrorCode::Conflict);
}

#[tokio::test]
async fn restoring_writes_a_new_version_that_can_be_undone() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    let kept = edit(&fixture.store, id, "a").await;
    edit(&fixture.store, id, "b").await;
    let restored = fixture.store.restore_version(id, 2).await.unwrap();
    assert_eq!(restored.after.origin, Origin::Restore { version_number: 2 });
    assert_eq!((restored.after.version_number, restored.after.definition), (4, kept.after.definition));
    assert_eq!(fixture.store.undo(id).await.unwrap().after.definition.nodes.len(), 2);
    assert_eq!(fixture.store.restore_version(id, 99).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_copy_starts_its_own_history() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "why").await.unwrap().id;
    edit(&fixture.store, id, "a").await;
    let copy = fixture.store.duplicate_workflow(id).await.unwrap();
    assert_eq!((copy.name.as_str(), copy.description.as_str()), ("Orders (copy)", "why"));
    let snapshot = fixture.store.open_workflow(copy.id).await.unwrap();
    assert_eq!((snapshot.version.version_number, snapshot.version.origin), (1, Origin::Import));
    assert_eq!(snapshot.version.definition.nodes, [node("a")]);
    assert!(!snapshot.can_undo);
    assert_eq!(fixture.store.thread(copy.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_position_that_is_no_number_is_refused() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    for wrong in [f64::NAN, f64::INFINITY] {
        let edit = |definition: &Definition| {
            let mut next = with_node(definition, "a");
            next.nodes[0].position.x = wrong;
            Ok(next)
        };
        let error = fixture.store.commit(id, None, Origin::User, edit).await.unwrap_err();
        assert_eq!(error.problems[0].path, "definition.nodes[0].position");
    }
}
