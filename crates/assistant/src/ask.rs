//! One request with everything it takes to answer it, and the rules a request must keep.

use std::sync::Arc;

use crate::run::RunReport;
use bridge_domain::{
    ChatRequest, Error, ErrorCode, Model, Problem, ProblemCode, RunDetail, SecretString, Usage, WorkflowId,
};

/// Longest message, in characters.
pub const MAX_MESSAGE: usize = 100_000;
/// Longest name of a model, in characters.
const MAX_MODEL: usize = 200;

/// A request, with the model to ask and its limits.
#[derive(Clone)]
pub struct Ask {
    /// What the user wants.
    pub request: ChatRequest,
    /// Identifier of the provider, for the record.
    pub provider: String,
    /// The provider's name of the model.
    pub model_name: String,
    /// The model, ready to be asked.
    pub model: Arc<dyn Model>,
    /// Tokens the model can read and write together, or the user's own limit if that is smaller. At most half of it is
    /// kept free for what is written.
    pub context_tokens: u32,
    /// Cap on what the model writes, reasoning included.
    pub max_output_tokens: u32,
    /// Price in US dollars of this usage of a provider's model, where it is known.
    pub price: fn(provider: &str, model: &str, usage: &Usage) -> Option<f64>,
    /// The run the question is about, as far as the user lets it be told.
    pub run: Option<RunReport>,
    /// Secrets that must not leave, in any form: keys in the keychain and in the environment.
    pub secrets: Vec<SecretString>,
}

/// Checks a request.
///
/// # Errors
/// `invalid_input` with every broken field.
pub fn check(request: &ChatRequest, known_providers: &[&str]) -> Result<(), Error> {
    let mut problems = message_problems(&request.message);
    if let Some(provider) = &request.llm_provider
        && !known_providers.contains(&provider.as_str())
    {
        let message = format!("There is no provider of that name. Known are: {}.", known_providers.join(", "));
        problems.push(problem("llm_provider", ProblemCode::InvalidValue, message));
    }
    if let Some(model) = &request.model {
        if is_blank(model) {
            let message = "The model's name is blank; leave it out instead.".to_owned();
            problems.push(problem("model", ProblemCode::InvalidValue, message));
        } else if model.chars().count() > MAX_MODEL || model.contains(char::is_control) {
            let message = "That cannot be a model's name.".to_owned();
            problems.push(problem("model", ProblemCode::InvalidValue, message));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

/// The run that a question is about, as it was found.
///
/// # Errors
/// `invalid_input` for one of another workflow, and for one that is not kept any more: the question itself is all right, so
/// it is said what of it is not. Others as they are.
pub fn run_in_question(workflow: WorkflowId, found: Result<RunDetail, Error>) -> Result<RunDetail, Error> {
    let refuse =
        |message: &str| Error::invalid(vec![problem("run.run_id", ProblemCode::InvalidValue, message.to_owned())]);
    match found {
        Ok(detail) if detail.run.workflow_id != workflow => Err(refuse("That run is one of another workflow.")),
        Err(error) if error.code == ErrorCode::NotFound => {
            Err(refuse("The run this is about is not kept any more. Take it off the question, and ask without it."))
        }
        found => found,
    }
}

/// What is wrong with a message.
pub(crate) fn message_problems(message: &str) -> Vec<Problem> {
    let length = message.chars().count();
    if is_blank(message) {
        vec![problem("message", ProblemCode::Missing, "The message is blank.".to_owned())]
    } else if length > MAX_MESSAGE {
        let message = format!("The message has {length} characters; {MAX_MESSAGE} is the limit.");
        vec![problem("message", ProblemCode::TooLarge, message)]
    } else {
        Vec::new()
    }
}

fn problem(path: &str, code: ProblemCode, message: String) -> Problem {
    Problem { path: path.to_owned(), code, message }
}

/// Nothing a person could see.
fn is_blank(text: &str) -> bool {
    const INVISIBLE: [char; 8] =
        ['\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{2800}', '\u{3164}', '\u{feff}'];
    text.chars().all(|c| c.is_whitespace() || c.is_control() || INVISIBLE.contains(&c))
}
