//! Whether the nodes of a run can get the models they ask. Sends nothing to a provider: a key that is refused is known when a
//! step asks.

use std::collections::HashMap;
use std::time::Duration;

use bridge_domain::{Error, ErrorCode, Problem, ProblemCode};
use tokio::time::{Instant, timeout_at};

use crate::Runner;

/// How long the keychain is waited for, for all keys of a run together. One that does not answer by then is asked again at
/// the step: what nobody knows keeps no run from beginning.
const PATIENCE: Duration = Duration::from_millis(500);

/// A model that a node asks.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The provider that it names; none for the default one of the settings.
    pub(crate) provider: Option<String>,
    /// Where what is wrong is told.
    pub(crate) path: String,
    /// Begins the sentence about a node of a called workflow; empty for the workflow's own.
    pub(crate) within: String,
}

impl Asked {
    /// By a node of the workflow itself.
    pub(crate) fn own(place: usize, provider: Option<String>) -> Self {
        Self { provider, path: format!("nodes[{place}].data.config.provider"), within: String::new() }
    }
}

impl Runner {
    /// What keeps these models from being asked: no such provider, no key, no usable address. A locked keychain may be open
    /// by the time a step needs it, so it counts as little as one that does not answer.
    pub(crate) async fn without_model(&self, asked: &[Asked]) -> Vec<Problem> {
        let deadline = Instant::now() + PATIENCE;
        let mut obstacles: HashMap<&Option<String>, Option<Error>> = HashMap::new();
        let mut problems = Vec::new();
        for one in asked {
            if !obstacles.contains_key(&one.provider) {
                let model = self.inner.models.model(one.provider.as_deref());
                let error = timeout_at(deadline, model).await.ok().and_then(Result::err);
                obstacles.insert(&one.provider, error.filter(|error| !may_pass(error.code)));
            }
            if let Some(Some(error)) = obstacles.get(&one.provider) {
                problems.push(problem(one, error));
            }
        }
        problems
    }
}

fn may_pass(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::KeychainLocked | ErrorCode::KeychainDenied | ErrorCode::KeychainWaiting)
}

fn problem(asked: &Asked, error: &Error) -> Problem {
    let is_absent =
        asked.provider.is_none() || matches!(error.code, ErrorCode::KeyMissing | ErrorCode::KeychainMissing);
    Problem {
        path: asked.path.clone(),
        code: if is_absent { ProblemCode::Missing } else { ProblemCode::InvalidValue },
        message: format!("{}{} {}", asked.within, error.message, error.hint),
    }
}
