//! Threads, messages, turns, decisions and payloads.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use bridge_domain::{
    Decision, ErrorCode, Message, MessageId, MessageMetadata, MessageStatus, Origin, Payload, Role, WorkflowId,
};
use bridge_store::{DecisionStored, Store, Verdict};
use fixture::{answer, fresh, with_node};

async fn apply(store: &Store, message: &Message, indexes: &[u32]) -> bridge_domain::Result<DecisionStored> {
    let note = |committed: Option<&bridge_store::Committed>| {
        committed.map_or("Rejected.".to_owned(), |done| format!("Applied as {}.", done.after.version_number))
    };
    let verdict = Verdict::Apply { expected_version: None };
    store.decide(message.id, indexes, verdict, note, |definition| Ok(with_node(definition, "applied"))).await
}

async fn reject(store: &Store, message: &Message, indexes: &[u32]) -> bridge_domain::Result<DecisionStored> {
    let verdict = Verdict::Reject { reason: Some("not now".to_owned()) };
    store.decide(message.id, indexes, verdict, |_| "Rejected.".to_owned(), |_| unreachable!()).await
}

async fn workflow(store: &Store, name: &str) -> WorkflowId {
    store.create_workflow(name, "").await.unwrap().id
}

#[tokio::test]
async fn the_first_turn_makes_the_thread() {
    let fixture = fresh().await;
    let id = workflow(&fixture.store, &"n".repeat(200)).await;
    assert_eq!(fixture.store.thread(id).await.unwrap(), None);
    assert_eq!(fixture.store.thread_summary(id).await.unwrap(), None);
    assert_eq!(fixture.store.history(id, 50).await.unwrap().messages, []);
    let metadata = MessageMetadata { provider: Some("openai".to_owned()), ..MessageMetadata::default() };
    let begun = fixture.store.begin_turn(id, " Hello ", metadata.clone()).await.unwrap();
    assert_eq!(begun.thread.title, format!("Chat for {}", "n".repeat(191)));
    assert_eq!((begun.user.content.as_str(), begun.user.role), (" Hello ", Role::User));
    assert_eq!((begun.answer.metadata.clone(), begun.answer.status), (metadata, MessageStatus::Streaming));
    assert_eq!(begun.thread.updated_at, begun.answer.created_at);
    let page = fixture.store.history(id, 50).await.unwrap();
    assert_eq!(page.messages, [begun.user, begun.answer]);
    assert_eq!(fixture.store.message_workflow(page.messages[0].id).await.unwrap(), id);
}

#[tokio::test]
async fn one_answer_at_a_time() {
    let fixture = fresh().await;
    let id = workflow(&fixture.store, "Orders").await;
    let begun = fixture.store.begin_turn(id, "Hello", MessageMetadata::default()).await.unwrap();
    let error = fixture.store.begin_turn(id, "Hello again", MessageMetadata::default()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Busy);
    assert_eq!(fixture.store.clear_history(id).await.unwrap_err().code, ErrorCode::Busy);
    let end =
        |status| fixture.store.finish_message(begun.answer.id, "x", Vec::new(), MessageMetadata::default(), status);
    assert_eq!(end(MessageStatus::Streaming).await.unwrap_err().code, ErrorCode::InvalidInput);
    end(MessageStatus::Stopped).await.unwrap();
    assert_eq!(end(MessageStatus::Complete).await.unwrap_err().code, ErrorCode::Conflict);
    fixture.store.save_progress(begun.answer.id, "too late").await.unwrap();
    assert_eq!(fixture.store.message(begun.answer.id).await.unwrap().content, "x");
    assert_eq!(fixture.store.history(id, 50).await.unwrap().messages.len(), 2);
    let blank = fixture.store.begin_turn(id, " \n", MessageMetadata::default()).await.unwrap_err();
    assert_eq!(blank.problems[0].path, "message");
}

#[tokio::test]
async fn what_was_being_written_is_interrupted_after_a_restart() {
    let fixture = fresh().await;
    let id = workflow(&fixture.store, "Orders").await;
    let begun = fixture.store.begin_turn(id, "Hello", MessageMetadata::default()).await.unwrap();
    fixture.store.save_progress(begun.answer.id, "Half an ans").await.unwrap();
    let fixture = fixture.reopen().await;
    let message = fixture.store.message(begun.answer.id).await.unwrap();
    assert_eq!((message.content.as_str(), message.status), ("Half an ans", MessageStatus::Interrupted));
    assert_eq!(message.metadata.error.as_ref().unwrap().code, ErrorCode::Interrupted);
    fixture.store.begin_turn(id, "Again", MessageMetadata::default()).await.unwrap();
}

#[tokio::test]
async fn history_is_the_newest_messages_oldest_first() {
    let fixture = fresh().await;
    let id = workflow(&fixture.store, "Orders").await;
    for _ in 0..3 {
        answer(&fixture.store, id, 0).await;
    }
    let all = fixture.store.history(id, 6).await.unwrap();
    assert!(!all.has_more);
    let newest = fixture.store.history(id, 2).await.unwrap();
    assert!(newest.has_more);
    assert_eq!(newest.messages, all.messages[4..]);
    let summary = fixture.store.thread_summary(id).await.unwrap().unwrap();
    assert_eq!((summary.message_count, summary.workflow_name.as_str()), (6, "Orders"));
    assert_eq!(summary.last_message_at, Some(all.messages[5].created_at));
    assert_eq!(fixture.store.clear_history(id).await.unwrap(), 6);
    assert_eq!(fixture.store.clear_history(id).await.unwrap(), 0);
    let summary = fixture.store.thread_summary(id).await.unwrap().unwrap();
    assert_eq!((summary.message_count, summary.last_message_at), (0, None));
}

#[tokio::test]
async fn applying_stores_decision_version_and_note_together() {
    let fixture = fresh().await;
    let id = workflow(&fixture.store, "Orders").await;
    let message = answer(&fixture.store, id, 3).await;
    let stored = apply(&fixture.store, &message, &[0, 2]).await.unwrap();
    let committed = stored.committed.unwrap();
    assert_eq!(committed.after.origin, Origin::Assistant { message_id: message.id });
    let decisions: Vec<_> = stored.answer.actions.iter().map(|action| action.decision).collect();
    assert_eq!(
        decisions,
        [Decision::Applied { version_number: 2 }, Decision::Pending, Decision::Applied { version_number: 2 }]
    );
    assert_eq!((stored.note.role, stored.note.content.as_str()), (Role::System, "Applied as 2."));
    assert_eq!(stored.note.metadata.about, Some(message.id));
    reject(&fixture.store, &message, &[1]).await.unwrap();
    let fixture = fixture.reopen().await;
    let page = fixture.store.history(id, 50).await.unwrap();
    assert_eq!(page.messages.len(), 4);
    assert_eq!(page.messages[1].actions[1].decision, Decision::Rejected);
    assert_eq!(page.messages[1], fixture.store.message(message.id).await.unwrap());
    for again in [&[0], &[1]] {
        assert_eq!(apply(&fixture.store, &message, again).await.unwrap_err().code, ErrorCode::Conflict);
        assert_eq!(reject(&fixture.store, &message, again).await.unwrap_err().code, ErrorCode::Conflict);
    }
}

#[tokio::test]
async fn what_cannot_be_decided_is_refused_and_leaves_no_trace() {
    let fixture = fresh().await;
    let id = workflow(&fixture.store, "Orders").await;
    let message = answer(&fixture.store, id, 1).await;
    for indexes in [&[][..], &[1], &[0, 0], &[u32::MAX]] {
        assert_eq!(apply(&fixture.store, &message, indexes).await.unwrap_err().code, ErrorCode::InvalidInput);
    }
    let verdict = Verdict::Apply { expected_version: Some(7) };
    let stale = fixture.store.decide(message.id, &[0], verdict, |_| String::new(), |d| Ok(d.clone())).await;
    assert_eq!(stale.unwrap_err().code, ErrorCode::Conflict);
    for status in [MessageStatus::Interrupted, MessageStatus::Stopped, MessageStatus::Failed] {
        let begun = fixture.store.begin_turn(id, "Hello", MessageMetadata::default()).await.unwrap();
        assert_eq!(apply(&fixture.store, &begun.answer, &[0]).await.unwrap_err().code, ErrorCode::Conflict);
        let (id, metadata) = (begun.answer.id, MessageMetadata::default());
        let ended = fixture.store.finish_message(id, "", fixture::proposal(1), metadata, status).await.unwrap();
        assert_eq!(apply(&fixture.store, &ended, &[0]).await.unwrap_err().code, ErrorCode::Conflict);
    }
    assert_eq!(fixture.store.list_versions(id, 10).await.unwrap().len(), 1);
    assert_eq!(fixture.store.history(id, 50).await.unwrap().messages.len(), 8);
    let unknown = Message { id: MessageId::new(), ..message };
    assert_eq!(apply(&fixture.store, &unknown, &[0]).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn payloads_are_kept_per_try() {
    let fixture = fresh().await;
    let id = workflow(&fixture.store, "Orders").await;
    let message = answer(&fixture.store, id, 0).await;
    assert_eq!(fixture.store.payloads(message.id).await.unwrap(), []);
    let payload = |body: &str| Payload {
        url: "https://api.example.com/v1".to_owned(),
        headers: vec![("authorization".to_owned(), "•••".to_owned())],
        body: body.to_owned(),
    };
    for body in ["{}", "{\"again\": true}"] {
        fixture.store.save_payload(message.id, &payload(body)).await.unwrap();
    }
    let kept = fixture.store.payloads(message.id).await.unwrap();
    assert_eq!(kept, [payload("{}"), payload("{\"again\": true}")]);
    let missing = fixture.store.save_payload(MessageId::new(), &payload("{}")).await.unwrap_err();
    assert_eq!(missing.code, ErrorCode::NotFound);
    fixture.store.clear_history(id).await.unwrap();
    assert_eq!(fixture.store.payloads(message.id).await.unwrap_err().code, ErrorCode::NotFound);
}
