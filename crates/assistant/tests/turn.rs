//! Turns from the first event to the last, with a scripted model on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod stage;

use std::time::{Duration, Instant};

use bridge_domain::{
    ChatEvent, ChatRequest, Error, ErrorCode, FinishReason, MessageStatus, ProblemCode, Role, Usage, WorkflowId,
};
use serde_json::json;
use stage::{Cue, Script, Stage, answer, ask, collect, relabel, shown, text, whole};

fn last(events: &[ChatEvent]) -> &ChatEvent {
    let ends = |event: &&ChatEvent| matches!(event, ChatEvent::Done(_) | ChatEvent::Stopped(_) | ChatEvent::Error(_));
    assert_eq!(events.iter().filter(ends).count(), 1, "exactly one last event in {events:?}");
    events.last().unwrap()
}

fn done(events: &[ChatEvent]) -> &bridge_domain::ChatResponse {
    match last(events) {
        ChatEvent::Done(response) => response,
        other => panic!("not done: {other:?}"),
    }
}

fn failed(events: &[ChatEvent]) -> &Error {
    match last(events) {
        ChatEvent::Error(error) => error,
        other => panic!("no error: {other:?}"),
    }
}

fn resets(events: &[ChatEvent]) -> usize {
    events.iter().filter(|event| matches!(event, ChatEvent::Reset)).count()
}

/// An answer in pieces of a few bytes, with a pause after each.
fn slowly(answer: &str, pause: Duration) -> Vec<Cue> {
    let characters: Vec<char> = answer.chars().collect();
    let pieces = characters.chunks(7).map(|piece| text(piece.iter().collect::<String>()));
    let mut cues: Vec<Cue> = pieces.flat_map(|piece| [piece, Cue::Wait(pause)]).collect();
    cues.push(Cue::Finish(FinishReason::Stop));
    cues
}

/// Long enough to be shown in several frames however busy the machine is.
const RENAMES: &str =
    "I rename two nodes, so that everybody who reads the workflow sees at once what they are there for.";

#[tokio::test]
async fn an_answer_streams_its_message_and_actions_and_is_kept() {
    let stage = Stage::with_graph().await;
    let reply = answer(RENAMES, &[relabel("hook", "Order in"), relabel("slack", "Say so")]);
    let mut cues = vec![Cue::Think("Hm.".to_owned())];
    cues.extend(slowly(&reply.to_string(), Duration::from_millis(20)));
    cues.insert(cues.len() - 1, Cue::Use(Usage { input_tokens: 10, output_tokens: 2000, ..Usage::default() }));
    let events = stage.play(&Script::new([cues]), "Rename them").await;

    let ChatEvent::Start { message_id, thread_id, turn_id } = events[0] else { panic!("{events:?}") };
    assert_eq!(events[1], ChatEvent::Reasoning { content: "Hm.".to_owned() });
    assert_eq!(shown(&events), RENAMES);
    assert!(events.iter().filter(|event| matches!(event, ChatEvent::Chunk { .. })).count() > 1, "it streams");
    let places: Vec<u32> = events
        .iter()
        .filter_map(|event| if let ChatEvent::Action { index, .. } = event { Some(*index) } else { None })
        .collect();
    assert_eq!(places, [0, 1]);
    let first_action = events.iter().position(|event| matches!(event, ChatEvent::Action { .. })).unwrap();
    assert!(first_action < events.len() - 3, "the first action is told before the end: {events:?}");
    assert_eq!(resets(&events), 0);

    let response = done(&events);
    assert_eq!((response.message_id, response.thread_id), (message_id, thread_id));
    let kept = stage.newest().await;
    assert_eq!((kept.id, kept.role, kept.status), (message_id, Role::Assistant, MessageStatus::Complete));
    assert_eq!((kept.content.as_str(), kept.actions.len()), (RENAMES, 2));
    assert_eq!(kept.actions, response.actions);
    let metadata = kept.metadata;
    assert_eq!(
        (metadata.turn_id, metadata.provider.as_deref(), metadata.model.as_deref()),
        (Some(turn_id), Some("script"), Some("script-1"))
    );
    assert_eq!(
        (metadata.cost, metadata.reasoning.as_deref(), metadata.base_version),
        (Some(2.0), Some("Hm."), Some(2))
    );
    assert_eq!((metadata.finish_reason, metadata.repairs, metadata.error), (Some(FinishReason::Stop), None, None));
    assert!(metadata.first_text_ms.unwrap() <= metadata.latency_ms.unwrap());
    assert_eq!(stage.definition().await, stage::graph(), "nothing changes unasked");
}

#[tokio::test]
async fn the_users_message_is_on_the_disk_before_the_model_is_asked() {
    let stage = Stage::new().await;
    let running = stage.assistant.start(stage.ask(&Script::new([vec![Cue::Hang]]), "Hello")).await.unwrap();
    let messages = stage.store.history(stage.workflow, 10).await.unwrap().messages;
    assert_eq!(messages[0].content, "Hello");
    assert_eq!((messages[1].role, messages[1].status), (Role::Assistant, MessageStatus::Streaming));
    stage.assistant.stop(running.turn_id).await.unwrap();
}

#[tokio::test]
async fn plain_text_and_prose_around_json_are_read() {
    let stage = Stage::new().await;
    let prose = format!("Sure, here it is:\n```json\n{}\n```\nAnything else?", answer("Hi.", &[]));
    for (reply, message) in [("Just text.", "Just text."), (prose.as_str(), "Hi.")] {
        let events = stage.play(&Script::new([slowly(reply, Duration::ZERO)]), "Hello").await;
        assert_eq!((shown(&events).as_str(), done(&events).message.as_str()), (message, message));
    }
}

#[tokio::test]
async fn an_invalid_answer_is_sent_back_with_its_problems() {
    let stage = Stage::with_graph().await;
    let wrong = answer("Wrong.", &[relabel("nobody", "x"), json!({"type": "run_workflow"})]);
    let right = answer("Right.", &[relabel("slack", "x")]);
    let model = Script::new([whole(&wrong), whole(&right)]);
    let events = stage.play(&model, "Rename").await;
    assert_eq!((resets(&events), shown(&events).as_str(), done(&events).message.as_str()), (1, "Right.", "Right."));
    assert_eq!(done(&events).actions.len(), 1);
    let repair = &model.asked()[1].turns;
    let (back, problems) = (&repair[repair.len() - 2], repair[repair.len() - 1].parts.join("\n"));
    assert_eq!(back.role, Role::Assistant);
    assert!(back.parts[0].contains("nobody"));
    assert!(
        problems.contains("actions[0]") && problems.contains("actions[1]") && problems.contains("run_workflow"),
        "{problems}"
    );
    let kept = stage.newest().await;
    assert_eq!(kept.metadata.repairs, Some(1));
    assert_eq!(stage.assistant.sent_payloads(kept.id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_stays_invalid_is_shown_with_its_problems_and_cannot_be_applied() {
    let stage = Stage::with_graph().await;
    let wrong =
        answer("Try.", &[json!({"type": "approve", "indexes": [1]}), relabel("nobody", "x"), relabel("slack", "y")]);
    let model = Script::new([whole(&wrong), whole(&wrong), whole(&wrong)]);
    let events = stage.play(&model, "Rename").await;
    let response = done(&events);
    assert_eq!(model.asked().len(), 3, "twice at most");
    assert_eq!(response.actions.len(), 2);
    assert_eq!(response.actions[0].problems[0].code, ProblemCode::UnknownNode);
    assert!(response.actions[1].problems.is_empty());
    assert!(response.message.starts_with("Try.") && response.message.contains("approve"), "{}", response.message);
    assert_eq!(shown(&events), response.message);
    let proposal = stage.assistant.preview_proposal(response.message_id, None).await.unwrap();
    assert_eq!(proposal.applicable, [1]);
}

#[tokio::test]
async fn p8_broken_json_is_repaired_or_shown_as_such() {
    let stage = Stage::with_graph().await;
    let broken = || {
        vec![
            text(r#"{"message": "Half", "actions": [{"type": "delete_node", "node_id": "hook"}"#),
            Cue::Finish(FinishReason::Stop),
        ]
    };
    let events = stage.play(&Script::new([broken(), whole(&answer("Whole.", &[]))]), "Go").await;
    assert_eq!(done(&events).message, "Whole.");
    let events = stage.play(&Script::new([broken(), broken(), broken()]), "Go").await;
    let response = done(&events);
    assert!(response.actions.is_empty() && response.message.starts_with("Half"), "{response:?}");
    assert!(response.message.contains("could not be read"));
}

#[tokio::test]
async fn a_repair_that_fails_does_not_take_the_first_answer_away() {
    let stage = Stage::with_graph().await;
    let partly = answer("One is right.", &[relabel("slack", "y"), relabel("nobody", "x")]);
    let fail = vec![Cue::Fail(Error::new(ErrorCode::RateLimited, "Too many requests.", ""))];
    let events = stage.play(&Script::new([whole(&partly), fail]), "Rename").await;
    assert_eq!((shown(&events).as_str(), done(&events).actions.len()), ("One is right.", 2));
}

#[tokio::test]
async fn a_blank_answer_is_asked_for_once_more() {
    let stage = Stage::new().await;
    let blank = |reply: &str| vec![text(reply), Cue::Finish(FinishReason::Stop)];
    let events = stage.play(&Script::new([blank(" \n"), whole(&answer("Here.", &[]))]), "Hello").await;
    assert_eq!(done(&events).message, "Here.");
    let events = stage.play(&Script::new([blank(""), blank("{\"message\": \"\", \"actions\": []}")]), "Hello").await;
    assert_eq!(failed(&events).code, ErrorCode::BadAnswer);
    let kept = stage.newest().await;
    assert_eq!((kept.status, kept.metadata.error.unwrap().code), (MessageStatus::Failed, ErrorCode::BadAnswer));
}

#[tokio::test]
async fn p5_an_answer_that_ends_early_is_never_complete() {
    let stage = Stage::with_graph().await;
    let reply = answer("All of it.", &[relabel("slack", "x")]).to_string();
    let interrupted = Error::new(ErrorCode::Interrupted, "The connection ended.", "");
    for (cut, end, code) in [
        (reply.len(), None, ErrorCode::Interrupted),
        (reply.len(), Some(Cue::Fail(interrupted.clone())), ErrorCode::Interrupted),
        (reply.len(), Some(Cue::Finish(FinishReason::Length)), ErrorCode::AnswerTooLarge),
        (reply.len() - 2, Some(Cue::Finish(FinishReason::Other)), ErrorCode::Interrupted),
        (20, Some(Cue::Finish(FinishReason::ContentFilter)), ErrorCode::ContentFiltered),
    ] {
        let mut cues = vec![text(&reply[..cut])];
        cues.extend(end);
        let events = stage.play(&Script::new([cues]), "Go").await;
        assert_eq!(failed(&events).code, code);
        let kept = stage.newest().await;
        assert_eq!(kept.status, MessageStatus::Interrupted);
        assert!("All of it.".starts_with(&kept.content) && !kept.content.is_empty());
        assert_eq!(kept.metadata.error.unwrap().code, code);
        let proposal = stage.assistant.preview_proposal(kept.id, None).await.unwrap();
        assert!(proposal.applicable.is_empty());
        assert!(proposal.actions.iter().all(|action| !action.problems.is_empty()));
    }
}

#[tokio::test]
async fn p2_an_error_in_the_middle_keeps_the_text_and_fails() {
    let stage = Stage::new().await;
    let error = Error::new(ErrorCode::ProviderUnavailable, "The provider is overloaded.", "Try again later.");
    let events = stage.play(&Script::new([vec![text("{\"message\": \"So far"), Cue::Fail(error.clone())]]), "Go").await;
    assert_eq!((failed(&events), shown(&events).as_str()), (&error, "So far"));
    let kept = stage.newest().await;
    assert_eq!(
        (kept.status, kept.content.as_str(), kept.metadata.error),
        (MessageStatus::Failed, "So far", Some(error))
    );
    // The next request knows what went wrong.
    let model = Script::new([whole(&answer("Now.", &[]))]);
    stage.play(&model, "Why?").await;
    let asked = &model.asked()[0];
    assert!(asked.briefing.as_ref().unwrap().last_error.as_ref().unwrap().contains("overloaded"));
    assert!(asked.turns.iter().any(|turn| turn.parts.iter().any(|part| part.contains("overloaded"))));
}

#[tokio::test]
async fn p7_an_endless_answer_ends_at_the_cap() {
    let stage = Stage::new().await;
    let mut cues = vec![text("{\"message\": \"")];
    cues.extend(std::iter::repeat_n(text("x".repeat(64 << 10)), 80));
    let started = Instant::now();
    let events = stage.play(&Script::new([cues]), "Go").await;
    assert_eq!(failed(&events).code, ErrorCode::AnswerTooLarge);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert_eq!(stage.newest().await.status, MessageStatus::Interrupted);
}

#[tokio::test]
async fn p6_stop_takes_effect_within_200_ms_and_keeps_the_text() {
    let stage = Stage::with_graph().await;
    let half = r#"{"message": "I will", "actions": [{"type": "delete_node", "node_id": "hook"}, "#;
    let running = stage.assistant.start(stage.ask(&Script::new([vec![text(half), Cue::Hang]]), "Go")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    stage.assistant.stop(running.turn_id).await.unwrap();
    assert!(started.elapsed() < Duration::from_millis(200), "{:?}", started.elapsed());
    let kept = stage.newest().await;
    assert_eq!((kept.status, kept.content.as_str()), (MessageStatus::Stopped, "I will"));
    let events = collect(running.events).await;
    assert!(matches!(last(&events), ChatEvent::Stopped(response) if response.message == "I will"));
    assert!(stage.assistant.preview_proposal(kept.id, None).await.unwrap().applicable.is_empty());
    stage.assistant.stop(running.turn_id).await.unwrap();
    assert_eq!(stage.assistant.stop(bridge_domain::TurnId::new()).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_turn_that_breaks_down_ends_and_leaves_the_thread_free() {
    let stage = Stage::new().await;
    let events = stage.play(&Script::new([vec![text("{\"message\": \"Oh"), Cue::Panic]]), "Go").await;
    assert_eq!(failed(&events).code, ErrorCode::Internal);
    assert_eq!(stage.newest().await.status, MessageStatus::Failed);
    let events = stage.play(&Script::new([whole(&answer("Fine.", &[]))]), "Again").await;
    assert_eq!(done(&events).message, "Fine.");
}

#[tokio::test]
async fn chat_returns_the_whole_answer_or_the_error() {
    let stage = Stage::new().await;
    let response = stage.assistant.chat(stage.ask(&Script::new([whole(&answer("Yes.", &[]))]), "Go")).await.unwrap();
    assert_eq!(response.message, "Yes.");
    let error = Error::new(ErrorCode::Offline, "No network.", "");
    let failed = stage.assistant.chat(stage.ask(&Script::new([vec![Cue::Fail(error.clone())]]), "Go")).await;
    assert_eq!(failed, Err(error));
}

#[tokio::test]
async fn a_bad_request_names_every_broken_field_and_stores_nothing() {
    let request = ChatRequest {
        workflow_id: WorkflowId::new(),
        message: " \u{200b}\n".to_owned(),
        llm_provider: Some("nobody".to_owned()),
        model: Some(" ".to_owned()),
        include_workflow_context: true,
        stream: true,
        run: None,
    };
    let error = bridge_assistant::check(&request, &["openai", "builtin"]).unwrap_err();
    let paths: Vec<&str> = error.problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!((error.code, paths), (ErrorCode::InvalidInput, vec!["message", "llm_provider", "model"]));
    let good =
        ChatRequest { message: "Hi".to_owned(), llm_provider: Some("openai".to_owned()), model: None, ..request };
    assert_eq!(bridge_assistant::check(&good, &["openai"]), Ok(()));

    let stage = Stage::new().await;
    let blank = stage.assistant.start(stage.ask(&Script::new([]), "  ")).await.unwrap_err();
    assert_eq!(blank.code, ErrorCode::InvalidInput);
    assert_eq!(stage.store.history(stage.workflow, 10).await.unwrap().messages.len(), 0);
    let nowhere = stage.assistant.start(ask(WorkflowId::new(), Script::new([]), "Hi")).await.unwrap_err();
    assert_eq!(nowhere.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn the_preview_is_what_is_sent() {
    let stage = Stage::with_graph().await;
    let model = Script::new([whole(&answer("Yes.", &[]))]);
    let preview = stage.assistant.preview_payload(stage.ask(&model, "What does this do?")).await.unwrap();
    let events = stage.play(&model, "What does this do?").await;
    assert_eq!(stage.assistant.sent_payloads(done(&events).message_id).await.unwrap(), [preview]);
}

#[tokio::test]
async fn without_the_context_the_workflow_is_not_told() {
    let stage = Stage::with_graph().await;
    let model = Script::new([whole(&answer("Yes.", &[]))]);
    let mut ask = stage.ask(&model, "Hello");
    ask.request.include_workflow_context = false;
    stage.assistant.chat(ask).await.unwrap();
    let asked = &model.asked()[0];
    assert!(!format!("{:?}", asked.turns).contains("Tell the team"));
    assert!(asked.briefing.as_ref().unwrap().definition.is_none());
}
