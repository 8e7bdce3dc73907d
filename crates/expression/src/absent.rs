//! Names that workflows of other tools use and that are not here, each with what to write instead. It is said where an
//! expression is checked and where it is evaluated.

use crate::fault::Fault;
use crate::scan::{Kind, Token};

/// Names that stand by themselves.
pub(crate) const NAMES: &[(&str, &str)] = &[
    ("$parameter", "Write the value again, or make it in a node before this one and read it from $json."),
    ("$rawParameter", "Write the value again, or make it in a node before this one and read it from $json."),
    ("$secrets", "Keep a secret in a credential, which the node names. Values that are no secrets can be in $vars."),
    ("$fromAI", "Let a model node before this one answer with fields, and read them from $json."),
    ("$getWorkflowStaticData", "Keep values from one run to the next in a data table."),
    ("$getNodeParameter", "Write the value again, or make it in a node before this one and read it from $json."),
    ("$evaluateExpression", "Write the expression itself."),
    ("$nodeVersion", "Nodes have no versions here."),
    ("$nodeId", "Write the node's name."),
    ("$webhookId", "What a request has said is in the item of the webhook node."),
    ("$resumeWebhookUrl", RESUME),
    ("$pageCount", PAGES),
    ("$request", PAGES),
    ("$response", PAGES),
    ("$data", "Write $json."),
    ("$mode", "Write $execution.mode."),
    ("$executionId", "Write $execution.id."),
    ("$position", "Write $itemIndex."),
    ("$thisItem", "Write $input.item."),
    ("$thisItemIndex", "Write $itemIndex."),
    ("$thisRunIndex", "Write $runIndex."),
    ("$tool", "Let a model node before this one answer with fields, and read them from $json."),
    ("$agentInfo", "Let a model node before this one answer with fields, and read them from $json."),
    ("Interval", "Compare times by `<`, by `.isBetween(a, b)`, or by `.diff(other, 'days')`."),
];

/// Fields of `$execution`.
pub(crate) const OF_EXECUTION: &[(&str, &str)] = &[
    ("resumeUrl", RESUME),
    ("resumeFormUrl", RESUME),
    ("customData", "Keep values in a data table, or put them out with the item."),
];

/// Fields of `$input` and of other nodes.
pub(crate) const OF_NODES: &[(&str, &str)] = &[(
    "context",
    "A loop ends by itself: what comes after it hangs on its output Done, and $runIndex in it counts its rounds.",
)];

const RESUME: &str = "A run waits for a time, not for a request. Let the answer start another workflow by a webhook, and keep \
     what that needs in a data table.";
const PAGES: &str = "The HTTP request node reads further pages by itself: see its setting for pages.";

/// Whether a field of `$execution` is not here.
pub(crate) fn of_execution(name: &str) -> bool {
    OF_EXECUTION.iter().any(|(absent, _)| *absent == name)
}

/// The names among these tokens that are not here.
pub(crate) fn found(text: &str, tokens: &[Token]) -> Vec<Fault> {
    let named = tokens.iter().enumerate().filter_map(|(at, token)| {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at)).map(|token| token.text(text));
        let name = token.text(text);
        let (_, hint) = NAMES.iter().find(|(absent, _)| *absent == name)?;
        let is_name = token.kind == Kind::Identifier && !matches!(before, Some("." | "?."));
        is_name.then(|| Fault::new(format!("{name} is not here. {hint}"), token.start, token.end))
    });
    named.collect()
}
