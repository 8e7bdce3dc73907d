//! Answers a worker's questions from the scope of the step, and remembers which files it was shown.

use std::collections::HashSet;

use bridge_domain::{Batch, Error, ErrorCode, InputSpan, Item, Scope};
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::value::to_raw_value;

use crate::values;
use crate::worker::protocol::{Answer, Ask, AskReach, Refusal};
use crate::worker::{Answers, answer_message, refusal};

/// Answers from a scope.
pub(crate) struct ScopeAnswers<'a> {
    scope: &'a dyn Scope,
    batch: &'a Batch,
    /// Hashes of the files the worker was shown.
    shown: HashSet<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Paired<'a> {
    Item(&'a Item),
    Error(Refusal<'a>),
}

impl<'a> ScopeAnswers<'a> {
    pub fn new(scope: &'a dyn Scope, batch: &'a Batch) -> Self {
        let mut answers = Self { scope, batch, shown: HashSet::new() };
        answers.show(&batch.items);
        answers
    }

    /// Hashes of the files the worker was shown. One that it was not may belong to somebody else.
    pub fn shown(&self) -> HashSet<String> {
        self.shown.clone()
    }

    fn show<'i>(&mut self, items: impl IntoIterator<Item = &'i Item>) {
        let files = items.into_iter().flat_map(|item| item.binary.values());
        self.shown.extend(files.map(|file| file.hash.clone()));
    }

    async fn message(&mut self, ask: Ask) -> Result<Vec<u8>, Error> {
        match ask.reach {
            AskReach::Previous => return Ok(value(&values::previous(self.scope.previous(self.batch).as_ref()))),
            AskReach::Parameters => {
                return Ok(value(&values::parameters_of(self.scope, self.batch, ask.node.as_deref())?));
            }
            _ => {}
        }
        let Some(node) = ask.node.as_deref() else {
            let span = match ask.reach {
                AskReach::First => InputSpan::First,
                AskReach::Last => InputSpan::Last,
                _ => InputSpan::All,
            };
            let items = self.scope.input(self.batch.place(0).input as usize, span).await?;
            return Ok(self.reached(ask.reach, &items));
        };
        match ask.reach {
            AskReach::Paired => {
                let items = self.scope.paired(node, self.batch).await?;
                self.show(items.iter().flatten());
                let list = items.iter().map(|item| match item {
                    Ok(item) => Paired::Item(item),
                    Err(error) => {
                        let (message, hint) = (error.message.as_str().into(), error.hint.as_str().into());
                        Paired::Error(Refusal { message, hint })
                    }
                });
                Ok(value(&list.collect::<Vec<_>>()))
            }
            AskReach::Run => match self.scope.items(node, ask.output).await {
                Ok(_) => Ok(value(&true)),
                Err(error) if error.code == ErrorCode::Conflict => Ok(value(&false)),
                Err(error) => Err(error),
            },
            _ => {
                let items = self.scope.items(node, ask.output).await?;
                Ok(self.reached(ask.reach, &items))
            }
        }
    }

    fn reached(&mut self, reach: AskReach, items: &[Item]) -> Vec<u8> {
        let kept = match reach {
            AskReach::First => items.first(),
            AskReach::Last => items.last(),
            _ => {
                self.show(items);
                return value(&items);
            }
        };
        self.show(kept);
        value(&kept)
    }
}

impl Answers for ScopeAnswers<'_> {
    fn answer(&mut self, ask: Ask) -> BoxFuture<'_, Vec<u8>> {
        Box::pin(async move { self.message(ask).await.unwrap_or_else(|error| refusal(&error.message, &error.hint)) })
    }
}

fn value(value: &impl Serialize) -> Vec<u8> {
    match to_raw_value(value) {
        Ok(text) => answer_message(Answer::Value(&text)),
        Err(error) => refusal(&error.to_string(), ""),
    }
}
