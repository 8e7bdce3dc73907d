//! Turns that run while other things happen: second sends, reloads, clearing, deleting.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod stage;

use std::time::{Duration, Instant};

use bridge_domain::{ChatEvent, ErrorCode, FinishReason, MessageStatus, Role};
use stage::{Cue, Script, Stage, answer, collect, relabel, shown, text, whole};

/// An answer of this many words, one every few milliseconds.
fn words(count: usize, pause: u64) -> Vec<Cue> {
    let mut cues = vec![text("{\"message\": \"")];
    for word in 0..count {
        cues.extend([text(format!("word{word} ")), Cue::Wait(Duration::from_millis(pause))]);
    }
    cues.extend([text("\", \"actions\": []}"), Cue::Finish(FinishReason::Stop)]);
    cues
}

fn all_words(count: usize) -> String {
    (0..count).map(|word| format!("word{word} ")).collect()
}

/// Events with chunks that follow each other joined, as frames cut them differently for every reader.
fn joined(events: &[ChatEvent]) -> Vec<ChatEvent> {
    let mut all: Vec<ChatEvent> = Vec::new();
    for event in events {
        match (all.last_mut(), event) {
            (Some(ChatEvent::Chunk { content }), ChatEvent::Chunk { content: more }) => content.push_str(more),
            _ => all.push(event.clone()),
        }
    }
    all
}

#[tokio::test]
async fn p10_a_second_send_is_refused_and_the_first_goes_on() {
    let stage = Stage::new().await;
    let first = stage.assistant.start(stage.ask(&Script::new([words(30, 5)]), "One")).await.unwrap();
    for _ in 0..5 {
        let second = stage.assistant.start(stage.ask(&Script::new([]), "Two")).await.unwrap_err();
        assert_eq!(second.code, ErrorCode::Busy);
    }
    assert_eq!(shown(&collect(first.events).await), all_words(30));
    // Whoever hears the last event may send at once.
    let events = stage.play(&Script::new([whole(&answer("Next.", &[]))]), "Three").await;
    assert_eq!(shown(&events), "Next.");
    let messages = stage.store.history(stage.workflow, 10).await.unwrap().messages;
    let contents: Vec<&str> = messages.iter().map(|message| message.content.trim()).collect();
    assert_eq!(contents, ["One", all_words(30).trim(), "Three", "Next."]);
}

#[tokio::test]
async fn p10_sends_at_the_same_moment_leave_one_turn_and_no_orphan() {
    let stage = Stage::new().await;
    let scripts: Vec<_> = (0..8).map(|_| Script::new([words(3, 5)])).collect();
    let sends = scripts.iter().map(|script| stage.assistant.start(stage.ask(script, "Go")));
    let results = futures_util::future::join_all(sends).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for running in results.into_iter().flatten() {
        collect(running.events).await;
    }
    let roles: Vec<Role> =
        stage.store.history(stage.workflow, 50).await.unwrap().messages.iter().map(|m| m.role).collect();
    assert_eq!(roles, [Role::User, Role::Assistant]);
}

#[tokio::test]
async fn p10_a_reloaded_window_joins_and_misses_nothing() {
    let stage = Stage::with_graph().await;
    let mut cues = words(60, 4);
    cues.insert(40, Cue::Think("Thinking.".to_owned()));
    let running = stage.assistant.start(stage.ask(&Script::new([cues]), "Go")).await.unwrap();
    let mut readers = Vec::new();
    for _ in 0..6 {
        tokio::time::sleep(Duration::from_millis(45)).await;
        let turn = stage.assistant.history(stage.workflow, None).await.unwrap().running_turn;
        readers.push(tokio::spawn(collect(stage.assistant.attach(turn.unwrap()).unwrap())));
    }
    let first = joined(&collect(running.events).await);
    assert!(matches!(first[0], ChatEvent::Start { .. }));
    assert_eq!(shown(&first), all_words(60));
    for reader in readers {
        assert_eq!(joined(&reader.await.unwrap()), first);
    }
    // Just after the end, too.
    let after = collect(stage.assistant.attach(running.turn_id).unwrap()).await;
    assert_eq!(joined(&after), first);
    assert_eq!(stage.assistant.history(stage.workflow, None).await.unwrap().running_turn, None);
}

#[tokio::test]
async fn p10_a_closed_window_does_not_end_the_turn() {
    let stage = Stage::new().await;
    let running = stage.assistant.start(stage.ask(&Script::new([words(20, 5)]), "Go")).await.unwrap();
    drop(running.events);
    collect(stage.assistant.attach(running.turn_id).unwrap()).await;
    assert_eq!(stage.newest().await.status, MessageStatus::Complete);
    // Not even one that goes while the turn begins.
    let script = Script::new([words(20, 5)]);
    let start = stage.assistant.start(stage.ask(&script, "Again"));
    assert!(tokio::time::timeout(Duration::ZERO, start).await.is_err());
    tokio::time::sleep(Duration::from_millis(600)).await;
    let newest = stage.newest().await;
    assert_eq!((newest.status, newest.content), (MessageStatus::Complete, all_words(20)));
}

#[tokio::test]
async fn p10_clearing_while_streaming_stops_the_turn_and_leaves_nothing() {
    let stage = Stage::new().await;
    let running = stage.assistant.start(stage.ask(&Script::new([words(500, 5)]), "Go")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(60)).await;
    let started = Instant::now();
    assert_eq!(stage.assistant.clear_history(stage.workflow).await.unwrap().deleted, 2);
    assert!(started.elapsed() < Duration::from_millis(400));
    assert!(matches!(collect(running.events).await.last(), Some(ChatEvent::Stopped(_))));
    let history = stage.assistant.history(stage.workflow, None).await.unwrap();
    assert!(history.thread.is_some() && history.messages.is_empty() && history.running_turn.is_none());
    assert_eq!(stage.assistant.clear_history(stage.workflow).await.unwrap().deleted, 0);
}

#[tokio::test]
async fn p10_deleting_while_streaming_leaves_no_half_written_answer() {
    let stage = Stage::new().await;
    let running = stage.assistant.start(stage.ask(&Script::new([words(400, 5)]), "Go")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(60)).await;
    stage.assistant.stop_workflow(stage.workflow).await;
    stage.store.delete_workflow(stage.workflow).await.unwrap();
    collect(running.events).await;
    stage.store.restore_workflow(stage.workflow).await.unwrap();
    assert_eq!(stage.newest().await.status, MessageStatus::Stopped);

    // Without being asked first: the turn goes on and ends on its own.
    let running = stage.assistant.start(stage.ask(&Script::new([words(20, 5)]), "Go")).await.unwrap();
    stage.store.delete_workflow(stage.workflow).await.unwrap();
    let events = collect(running.events).await;
    assert!(matches!(events.last(), Some(ChatEvent::Done(_) | ChatEvent::Error(_))), "{events:?}");
    stage.store.restore_workflow(stage.workflow).await.unwrap();
    assert_ne!(stage.newest().await.status, MessageStatus::Streaming);
}

#[tokio::test]
async fn d6_an_answer_whose_end_could_not_be_stored_does_not_block_the_thread() {
    let stage = Stage::new().await;
    // As a full disk leaves it: begun, and nobody writes it any more.
    let begun = stage.store.begin_turn(stage.workflow, "One", Default::default()).await.unwrap();
    stage.store.save_progress(begun.answer.id, "Half").await.unwrap();
    let history = stage.assistant.history(stage.workflow, None).await.unwrap();
    assert_eq!(
        (history.messages[1].status, history.messages[1].content.as_str()),
        (MessageStatus::Interrupted, "Half")
    );
    stage.store.begin_turn(stage.workflow, "Two", Default::default()).await.unwrap();
    let events = stage.play(&Script::new([whole(&answer("Next.", &[]))]), "Three").await;
    assert_eq!(shown(&events), "Next.");
    let statuses: Vec<_> =
        stage.store.history(stage.workflow, 10).await.unwrap().messages.iter().map(|m| m.status).collect();
    assert!(!statuses.contains(&MessageStatus::Streaming));
}

#[tokio::test]
async fn chunks_come_about_once_a_frame() {
    let stage = Stage::new().await;
    let mut cues = vec![text("{\"message\": \"")];
    cues.extend(std::iter::repeat_n(text("ab"), 20_000));
    cues.extend([Cue::Wait(Duration::from_millis(100)), text("\", \"actions\": []}"), Cue::Finish(FinishReason::Stop)]);
    let mut running = stage.assistant.start(stage.ask(&Script::new([cues]), "Go")).await.unwrap();
    let (started, mut batches, mut length) = (Instant::now(), 0_u32, 0);
    while let Some(events) = running.events.recv().await {
        batches += 1;
        length += shown(&events).len();
    }
    assert_eq!(length, 40_000);
    let frames = u32::try_from(started.elapsed().as_millis() / 16).unwrap() + 4;
    assert!(batches <= frames, "{batches} messages in {frames} frames");
}

#[tokio::test]
async fn p12_ten_thousand_messages_open_fast_and_only_the_newest_are_told() {
    let stage = Stage::in_memory().await;
    stage.set(stage::graph()).await;
    for number in 0..5_000 {
        let begun =
            stage.store.begin_turn(stage.workflow, &format!("question {number}."), Default::default()).await.unwrap();
        let text = format!("answer {number}. {}", "filler ".repeat(20));
        stage
            .store
            .finish_message(begun.answer.id, &text, vec![], Default::default(), MessageStatus::Complete)
            .await
            .unwrap();
    }
    let started = Instant::now();
    let history = stage.assistant.history(stage.workflow, None).await.unwrap();
    assert_eq!((history.messages.len(), history.has_more), (50, true));
    let model = Script::new([whole(&answer("Yes.", &[relabel("slack", "x")]))]);
    stage.play(&model, "And now?").await;
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    let told = format!("{:?}", model.asked()[0].turns);
    assert!(told.contains("question 4990.") && told.contains("answer 4999."));
    assert!(!told.contains("question 4989."), "20 messages at most");
    assert!(told.find("question 4990.") < told.find("question 4999."), "oldest first");
}
