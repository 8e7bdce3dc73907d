//! One question to a model, and its whole answer.

use std::time::Duration;

use bridge_domain::{Error, ErrorCode, FinishReason, ModelEvent, ModelRequest, Role, StepFailure, Turn, Usage};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::Services;
use crate::failure::limit;
use crate::parameters::Parameters;

/// Bytes of an answer.
const MAX_ANSWER: usize = 4 << 20;
/// Bytes of a question; more fits no model.
const MAX_QUESTION: usize = 16 << 20;
/// For the whole answer. The provider's own limits on silence come first.
const ANSWER_TIME: Duration = Duration::from_secs(600);

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What the model wrote.
    pub text: String,
    /// The model that was asked.
    pub model: String,
    /// Why it stopped.
    pub finish: FinishReason,
    /// Tokens of this question and those before it.
    pub usage: Usage,
}

/// What is asked, beside the words.
pub struct Question {
    /// The rules.
    pub system: String,
    /// The conversation as pairs of question and answer, and the last question.
    pub turns: Vec<Turn>,
    /// JSON Schema the answer must have.
    pub schema: Option<Value>,
}

impl Question {
    /// A question without a conversation before it.
    pub fn new(system: String, words: String, schema: Option<Value>) -> Self {
        Self { system, turns: vec![turn(Role::User, words)], schema }
    }

    /// The question whether the answer could be put right.
    pub fn again(&mut self, answer: &str, problem: &str) {
        let words = format!(
            "That answer cannot be used: {problem}. Answer again, with the corrected JSON object only and nothing else."
        );
        self.turns.extend([turn(Role::Assistant, answer.to_owned()), turn(Role::User, words)]);
    }
}

fn turn(role: Role, words: String) -> Turn {
    Turn { role, parts: vec![words] }
}

/// Asks the model that the parameters name.
///
/// # Errors
/// Those of the source and of the model; `answer_too_large`.
pub async fn ask(services: &Services, parameters: &Parameters<'_>, question: &Question) -> Result<Answer, StepFailure> {
    let size: usize = question.turns.iter().flat_map(|turn| &turn.parts).map(String::len).sum();
    if size > MAX_QUESTION {
        return Err(limit(
            format!("The question is larger than {} MiB.", MAX_QUESTION >> 20),
            "Ask about less at once.",
        ));
    }
    let provider = parameters.text("provider")?.filter(|name| !name.trim().is_empty());
    let (model, default) = services.models.model(provider.as_deref()).await?;
    let name = parameters.text_or("model", &default)?;
    let tokens = parameters.integer("max_tokens", 1..=131_072)?.unwrap_or(1024);
    let stream = model.stream(ModelRequest {
        model: name.clone(),
        system: question.system.clone(),
        turns: question.turns.clone(),
        schema: question.schema.clone(),
        max_output_tokens: u32::try_from(tokens).unwrap_or(1024),
        temperature: parameters.number("temperature", 0.0..=2.0)?,
        briefing: None,
    });
    timeout(ANSWER_TIME, collect(stream, name)).await.unwrap_or_else(|_| {
        let message = "The model did not finish its answer in time.";
        Err(Error::new(ErrorCode::Timeout, message, "Ask for a shorter answer, or use a faster model.").into())
    })
}

async fn collect(mut stream: bridge_domain::ModelStream, model: String) -> Result<Answer, StepFailure> {
    let (mut text, mut usage) = (String::new(), Usage::default());
    while let Some(event) = stream.next().await {
        match event? {
            ModelEvent::Text(more) => {
                text.push_str(&more);
                if text.len() > MAX_ANSWER {
                    let message = format!("The answer is larger than {} MiB.", MAX_ANSWER >> 20);
                    return Err(Error::new(ErrorCode::AnswerTooLarge, message, "Ask for a shorter answer.").into());
                }
            }
            ModelEvent::Reasoning(_) => {}
            ModelEvent::Usage(so_far) => usage = so_far,
            ModelEvent::Finish(finish) => return Ok(Answer { text, model, finish, usage }),
        }
    }
    let message = "The model's answer ended before it was complete.";
    Err(Error::new(ErrorCode::Interrupted, message, "Try again.").into())
}

impl Answer {
    /// Refuses an answer that the provider withheld or cut off.
    ///
    /// # Errors
    /// `content_filtered`; `answer_too_large`, with the beginning of the answer.
    pub fn complete(self) -> Result<Self, StepFailure> {
        let why = match self.finish {
            FinishReason::Stop | FinishReason::Other => return Ok(self),
            FinishReason::Length => return Err(self.cut_off()),
            FinishReason::ContentFilter => "The provider withheld the answer.",
            FinishReason::Refusal => "The model refused to answer.",
        };
        Err(Error::new(ErrorCode::ContentFiltered, why, "Change the prompt, or use another model.").into())
    }

    fn cut_off(&self) -> StepFailure {
        let message = "The model's answer was cut off at the limit of its length.";
        let hint = "Raise “Tokens at most”, or ask for a shorter answer.";
        StepFailure {
            parameter: Some("max_tokens".to_owned()),
            detail: Some(self.beginning()),
            ..Error::new(ErrorCode::AnswerTooLarge, message, hint).into()
        }
    }

    /// The beginning of the answer, for a failure's details.
    fn beginning(&self) -> Box<Value> {
        Box::new(json!({ "answer": self.text.chars().take(500).collect::<String>() }))
    }

    /// The JSON object in the answer, which some models put between words or into a code block.
    ///
    /// # Errors
    /// What is wrong with it, in words for the model as well as for a person.
    pub fn object(&self) -> Result<Value, String> {
        let text = self.text.trim();
        let inner = match (text.find('{'), text.rfind('}')) {
            (Some(start), Some(end)) if start < end => text.get(start..=end).unwrap_or(text),
            _ => text,
        };
        match serde_json::from_str(inner) {
            Ok(object @ Value::Object(_)) => Ok(object),
            Ok(_) => Err("it is not a JSON object".to_owned()),
            Err(error) => Err(format!("it is not valid JSON ({error})")),
        }
    }

    /// Adds the tokens of a question before.
    pub fn after(mut self, before: Usage) -> Self {
        self.usage.input_tokens = self.usage.input_tokens.saturating_add(before.input_tokens);
        self.usage.output_tokens = self.usage.output_tokens.saturating_add(before.output_tokens);
        self.usage.cached_tokens = self.usage.cached_tokens.saturating_add(before.cached_tokens);
        self.usage.reasoning_tokens = self.usage.reasoning_tokens.saturating_add(before.reasoning_tokens);
        self
    }

    /// Tokens as an item has them.
    pub fn usage_json(&self) -> Value {
        json!({
            "input_tokens": self.usage.input_tokens,
            "output_tokens": self.usage.output_tokens,
            "cached_tokens": self.usage.cached_tokens,
            "reasoning_tokens": self.usage.reasoning_tokens,
        })
    }

    /// Why it stopped, as an item has it.
    pub fn finish_json(&self) -> Value {
        serde_json::to_value(self.finish).unwrap_or(Value::Null)
    }
}

/// An object from a model: when the first answer is none, or `check` refuses it, the model is told why and asked once more.
///
/// # Errors
/// Those of [`ask`]; `bad_answer` when the second answer is not right either.
pub async fn ask_for_object(
    services: &Services,
    parameters: &Parameters<'_>,
    mut question: Question,
    check: &(dyn Fn(&Value) -> Result<(), String> + Send + Sync),
) -> Result<(Value, Answer), StepFailure> {
    let read = |answer: &Answer| answer.object().and_then(|object| check(&object).map(|()| object));
    let first = ask(services, parameters, &question).await?.complete()?;
    let problem = match read(&first) {
        Ok(object) => return Ok((object, first)),
        Err(problem) => problem,
    };
    question.again(&first.text, &problem);
    let second = ask(services, parameters, &question).await?.complete()?.after(first.usage);
    match read(&second) {
        Ok(object) => Ok((object, second)),
        Err(problem) => {
            let message = format!("The model's answer cannot be used: {problem}.");
            let hint = "Describe the fields more exactly, or use another model.";
            let failure = Error::new(ErrorCode::BadAnswer, message, hint).into();
            Err(StepFailure { detail: Some(second.beginning()), ..failure })
        }
    }
}
