//! What a model is told: rules, connectors, conversation, workflow, request. Values in, one request out.
//!
//! The system prompt and the schema come first and are the same bytes for every request of the same catalogue, so that
//! the vendors' prompt caches work. Whatever changes from request to request stands in the last turn.

use std::sync::Arc;

use bridge_domain::{
    Briefing, Catalog, Definition, Error, ErrorCode, Message, MessageStatus, ModelRequest, Result, Role, Turn, Workflow,
};

use crate::budget::{Budget, MESSAGE_OVERHEAD, input_tokens, tokens};
use crate::redact::Redactor;
use crate::run::RunReport;
use crate::{catalogue, context, guard, history, schema};

/// Most that is told of the catalogue, in tokens. A catalogue that takes less, and less than half of what may be sent, is
/// told whole. The shipped one takes about 7,000.
const MOST_CATALOGUE: u32 = 12_000;
/// Most that the index of a larger catalogue takes, in tokens, and never more than a quarter of what may be sent.
const MOST_INDEX: u32 = 4_000;

const RULES: &str = "You are the assistant of Bridge, a visual workflow builder. You suggest and change workflows, explain \
nodes and connectors, help to find out why a run failed, and answer questions on good practice.

A workflow is a graph. A trigger starts it and nothing leads into a trigger. Connections go from an output of one node to \
another node. Values from earlier nodes are used in parameters with expressions such as `={{ $json.amount }}`.

Answer with one JSON object and nothing else, `message` first:
{\"message\": \"I add a Slack message after the webhook.\", \"actions\": [{\"type\": \"add_node\", \"id\": \"n1\", \
\"connector_id\": \"slack\", \"action_id\": \"send_message\", \"label\": \"Tell the team\", \"position\": null, \
\"config\": [{\"name\": \"text\", \"value\": \"Hello\"}], \"settings\": []}, {\"type\": \"add_edge\", \"source\": \"webhook-node-id\", \
\"target\": \"n1\", \"source_handle\": \"\", \"target_handle\": \"\"}]}

`message`: short and helpful, in the user's language; says what the actions do and why; speaks of nodes by their labels, \
never by their ids. If something important is unclear, ask, with no actions.
`actions`: empty when nothing is to change. Types:
- add_node: connector_id, action_id, label, config, position (null lets the canvas choose), id (a short name of your own \
that later actions of the same answer may use), settings.
- update_node: node_id, and the label, config values or settings that change; an empty text or list for what stays. A \
config value of null removes it.
- delete_node: node_id. Its connections go with it.
- add_edge: source, target, source_handle (empty for the first output), target_handle.
- delete_edge: edge_id, or source and target.
- generate_workflow: definition {nodes, edges}, a whole new graph that replaces the current one. Only for an empty \
workflow or when the user asks to start over.
`config` is a list of name and value; lists and objects are written as JSON text. Use only connectors, actions and \
parameters that are listed, and ids that exist. Parameters with * are required. To insert a node between two others, \
delete the connection between them and add two.
`settings` is how a node is run, a list of name and value of what is to change: disabled, on_error (stop ends the run; \
continue passes on an item with the field `error`; error_output does so by an output `error` that the node then has), retry_tries (2 to 10, 1 for none), \
retry_wait_ms, timeout_seconds (0 for none), execute_once (first item only), always_output. Credentials are the user's to choose.

The user decides on every action; you cannot apply, run or activate anything, change settings or read credentials, and \
never say that something was done before the record says so. Never ask for keys or passwords: they belong in the settings. \
`[redacted: …]` stands for a secret you are not shown; never write it into a config.";

/// All that goes into one request.
pub struct Facts<'a> {
    /// The person's own words.
    pub message: &'a str,
    /// The workflow and its active definition; absent when it is not to be told.
    pub workflow: Option<(&'a Workflow, &'a Definition)>,
    /// The run the question is about.
    pub run: Option<&'a RunReport>,
    /// Earlier messages of the thread, oldest first.
    pub history: &'a [Message],
    /// All connectors.
    pub catalog: &'a Arc<Catalog>,
    /// Takes secrets out.
    pub redactor: &'a Redactor,
    /// The provider's name of the model.
    pub model: &'a str,
    /// Tokens the model can read and write together, or the user's own limit if that is smaller.
    pub context_tokens: u32,
    /// Cap on what is written.
    pub max_output_tokens: u32,
}

/// Builds the request.
///
/// # Errors
/// `context_too_long` when the rules and the message alone do not fit.
pub fn build(facts: &Facts<'_>) -> Result<ModelRequest> {
    let mut budget = Budget::new(input_tokens(facts.context_tokens, facts.max_output_tokens));
    let message = facts.redactor.text(facts.message);
    let whole = catalogue::whole(facts.catalog, MOST_CATALOGUE.min(budget.left() / 2));
    let index = || catalogue::index(facts.catalog, MOST_INDEX.min(budget.left() / 4));
    let system = system(whole.as_deref(), whole.is_none().then(index).flatten().as_deref());
    let always = catalogue::REST_TOKENS + context::HEAD_TOKENS + 3 * MESSAGE_OVERHEAD;
    if !budget.spend(&system) || !budget.spend(&message) || !budget.take(always) {
        return Err(too_long());
    }
    let mut parts = Vec::new();
    if whole.is_none() {
        let definition = facts.workflow.map(|(_, definition)| definition);
        let connectors =
            catalogue::fitting(facts.catalog, &message, definition, budget.share(50).at_most(MOST_CATALOGUE));
        budget.drain(tokens(&connectors).saturating_sub(catalogue::REST_TOKENS));
        parts.push(connectors);
    }
    if let Some((workflow, definition)) = facts.workflow {
        let described = context::describe(workflow, definition, &message, facts.redactor, budget.share(60));
        budget.drain(tokens(&described).saturating_sub(context::HEAD_TOKENS));
        parts.push(described);
    }
    if let Some(run) = facts.run {
        let described = run.describe(facts.redactor);
        budget.drain(tokens(&described));
        parts.push(described);
    }
    parts.push(message.clone());
    let mut turns = history::turns(facts.history, facts.redactor, budget);
    match turns.last_mut() {
        Some(last) if last.role == Role::User => last.parts.extend(parts),
        _ => turns.push(Turn { role: Role::User, parts }),
    }
    Ok(ModelRequest {
        model: facts.model.to_owned(),
        system,
        turns,
        schema: Some(schema::schema()),
        max_output_tokens: facts.max_output_tokens,
        temperature: None,
        briefing: Some(briefing(facts, message)),
    })
}

fn system(whole: Option<&str>, index: Option<&str>) -> String {
    let connectors = match (whole, index) {
        (Some(whole), _) => format!("Connectors:\n{whole}"),
        (None, Some(index)) => format!(
            "Connectors and their actions. What parameters they have comes with each request, for those that fit it; of \
             another one, say which you need and ask.\n{index}"
        ),
        (None, None) => "The connectors come with each request.".to_owned(),
    };
    format!("{RULES}\n\n{}\n\n{connectors}", guard::RULE)
}

fn briefing(facts: &Facts<'_>, message: String) -> Briefing {
    Briefing {
        message,
        workflow_name: facts.workflow.map(|(workflow, _)| facts.redactor.text(&workflow.name)),
        definition: facts.workflow.map(|(_, definition)| Arc::new(facts.redactor.definition(definition))),
        catalog: Arc::clone(facts.catalog),
        last_error: last_error(facts.history).map(|error| facts.redactor.text(&error)),
        run_problem: facts.run.and_then(|run| run.problem(facts.redactor)),
    }
}

/// What went wrong last, if the newest answer of the thread went wrong.
fn last_error(history: &[Message]) -> Option<String> {
    let newest = history.iter().rev().find(|message| message.role == Role::Assistant)?;
    if newest.status == MessageStatus::Complete {
        return None;
    }
    let error = newest.metadata.error.as_ref()?;
    Some(format!("{} {}", error.message, error.hint).trim().to_owned())
}

fn too_long() -> Error {
    let mut error = Error::new(
        ErrorCode::ContextTooLong,
        "The request does not fit into what the model can read.",
        "Write a shorter message, or raise the context limit in the settings.",
    );
    error.retryable = false;
    error
}

/// Tokens a request is estimated to take.
#[must_use]
pub fn estimate(request: &ModelRequest) -> u32 {
    let turns =
        request.turns.iter().flat_map(|turn| &turn.parts).map(|part| tokens(part).saturating_add(MESSAGE_OVERHEAD));
    turns.fold(tokens(&request.system), u32::saturating_add)
}
