//! A prompt for each item.

use std::sync::Arc;

use bridge_domain::{Config, Effect, Executor, Item, Outcome, Step, StepFailure};
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::ask::{Answer, Question, ask, ask_for_object};
use crate::Services;
use crate::per_item::{ItemWork, Puts, Task, per_item_waiting};

/// Asks a model.
pub struct Prompt {
    services: Arc<Services>,
}

impl Prompt {
    /// The executor.
    pub fn make(services: &Arc<Services>) -> Box<dyn Executor> {
        Box::new(Self { services: Arc::clone(services) })
    }

    async fn answer(&self, task: Task<'_>) -> Result<Puts, StepFailure> {
        let parameters = task.parameters;
        let words = parameters.required_text("prompt")?;
        let mut system = parameters.text_or("system", "")?;
        let json = parameters.choice("answer", &[("text", false), ("json", true)])?.unwrap_or(false);
        if !json {
            let answer = ask(&self.services, parameters, &Question::new(system, words, None)).await?.complete()?;
            let text = Value::String(answer.text.clone());
            return Ok(vec![(0, item(&answer, vec![("text", text)]))]);
        }
        if !system.is_empty() {
            system.push_str("\n\n");
        }
        system.push_str("Answer with one JSON object and nothing else.");
        let question = Question::new(system, words, None);
        let (object, answer) = ask_for_object(&self.services, parameters, question, &|_| Ok(())).await?;
        let text = Value::String(answer.text.clone());
        Ok(vec![(0, item(&answer, vec![("text", text), ("json", object)]))])
    }
}

impl Executor for Prompt {
    /// Asking again costs tokens and may give other words, but nothing happens twice.
    fn effect(&self, _: &Config) -> Effect {
        Effect::Harmless
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        Box::pin(per_item_waiting(step, self))
    }
}

impl ItemWork for Prompt {
    fn work<'w>(&'w self, task: Task<'w>) -> BoxFuture<'w, Result<Puts, StepFailure>> {
        Box::pin(self.answer(task))
    }
}

/// The item that an answer gives.
pub fn item(answer: &Answer, fields: Vec<(&str, Value)>) -> Item {
    let mut json = Config::from_iter(fields.into_iter().map(|(name, value)| (name.to_owned(), value)));
    json.insert("model".to_owned(), answer.model.clone().into());
    json.insert("finish_reason".to_owned(), answer.finish_json());
    json.insert("usage".to_owned(), answer.usage_json());
    Item::from(json)
}
