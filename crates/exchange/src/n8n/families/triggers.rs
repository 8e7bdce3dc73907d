//! What starts runs.

use serde_json::{Map, Value, json};

use super::super::source::{field, is_expression};
use super::{Source, Target};

/// Started by hand, or by another workflow: in Bridge that is the same trigger.
pub(super) fn manual(source: &mut Source<'_>) -> Option<Target> {
    for declared in ["inputSource", "workflowInputs", "jsonExample", "events"] {
        source.value(declared);
    }
    Some(Target::new("manual", "start"))
}

/// The failure of another run.
pub(super) fn error(source: &mut Source<'_>) -> Option<Target> {
    source.tell(
        "It puts out `run` with `id`, `workflow_name`, `error` and `last_node` instead of `execution` and `workflow`.",
        "Check expressions that read its output.",
    );
    Some(Target::new("error", "workflow_failed"))
}

/// A request from outside.
pub(super) fn webhook(source: &mut Source<'_>) -> Option<Target> {
    let method = match source.value("httpMethod") {
        Some(Value::Array(_)) => {
            source.tell("It took several methods; now it takes all.", "Check whether that is meant.");
            "ANY"
        }
        Some(Value::String(method)) => method.as_str(),
        _ => "GET",
    };
    source.value("multipleMethods");
    let respond = match source.word("responseMode", "onReceived") {
        "lastNode" => "after_last_node",
        "responseNode" | "streaming" => "respond_node",
        _ => "immediately",
    };
    let data = match source.word("responseData", "firstEntryJson") {
        "allEntries" => "all_items",
        "noData" => "nothing",
        _ => "first_item",
    };
    let status = source.number("responseCode").or_else(|| {
        let code = source.option("responseCode")?;
        code.pointer("/values/responseCode").filter(|code| code.is_number()).cloned()
    });
    if source.word("authentication", "none") != "none" {
        source.tell(
            "n8n asked callers for a password or token; Bridge's address is unguessable, but asks for nothing.",
            "Check who knows the new address.",
        );
    }
    source.tell("It has a new address.", "Switch the workflow on and give the new address to who calls it.");
    let path = path(source);
    let body = source.option_text("responseData").filter(|text| !is_expression(text));
    Some(
        Target::new("webhook", "receive")
            .set("method", method)
            .set("path", path)
            .set("respond", respond)
            .set("response_data", data)
            .set_if("response_status", status)
            .set_if("response_body", body)
            .set_if("raw_body", source.option_flag("rawBody", false).then_some(true)),
    )
}

/// The path of a webhook, as far as Bridge has such paths.
fn path(source: &mut Source<'_>) -> String {
    let given = source.text("path").unwrap_or_default();
    let is_plain = |one: char| one.is_ascii_alphanumeric() || matches!(one, '_' | '~' | '.' | '-');
    let parts = given.split('/').filter(|part| !part.is_empty());
    let plain: Vec<String> = parts
        .map(|part| part.chars().filter(|one| is_plain(*one)).collect::<String>())
        .filter(|part| !part.is_empty() && part != "." && part != "..")
        .collect();
    let path: String = plain.join("/").chars().take(200).collect();
    let path = path.trim_end_matches('/');
    if path != given.trim_matches('/') {
        source.tell(
            format!("Its path “{}” was changed.", given.chars().take(100).collect::<String>()),
            "Bridge's paths have no parameters such as `:id`; use the query instead.",
        );
    }
    if path.is_empty() { "incoming".to_owned() } else { path.to_owned() }
}

/// A form that somebody fills in.
pub(super) fn form(source: &mut Source<'_>) -> Option<Target> {
    let fields: Vec<Value> = source.entries("formFields", "values").into_iter().filter_map(form_field).collect();
    if fields.is_empty() {
        return None;
    }
    for key in ["path", "responseMode", "authentication"] {
        source.value(key);
    }
    let after = source.option("respondWithOptions").and_then(|options| options.pointer("/values/formSubmittedText"));
    let cut = |text: String, most: usize| text.chars().take(most).collect::<String>();
    Some(
        Target::new("form", "submitted")
            .set("title", cut(source.text("formTitle").unwrap_or_else(|| source.raw.name.clone()), 200))
            .set_if("description", source.text("formDescription").map(|text| cut(text, 5_000)))
            .set("fields", fields)
            .set_if("button", source.option_text("buttonLabel").map(|text| cut(text, 100)))
            .set_if("after", after.and_then(Value::as_str).map(|text| cut(text.to_owned(), 5_000))),
    )
}

fn form_field(entry: &Map<String, Value>) -> Option<Value> {
    let name = field(entry, "fieldName").or(field(entry, "fieldLabel"))?;
    let kind = match entry.get("fieldType").and_then(Value::as_str).unwrap_or("text") {
        kind @ ("textarea" | "number" | "email" | "date") => kind,
        "dropdown" | "radio" => "select",
        "checkbox" => "checkbox",
        "html" => return None,
        _ => "text",
    };
    let options = super::super::source::objects(entry.get("fieldOptions").map(|options| &options["values"]));
    let options: Vec<String> = options.into_iter().filter_map(|option| field(option, "option")).collect();
    let cut: String = name.chars().take(64).collect();
    let mut made =
        json!({ "name": cut, "type": kind, "required": entry.get("requiredField") == Some(&Value::Bool(true)) });
    if let Some(label) = field(entry, "fieldLabel").filter(|label| *label != name) {
        made["label"] = label.chars().take(200).collect::<String>().into();
    }
    if !options.is_empty() {
        made["options"] = options.join(", ").into();
    }
    Some(made)
}

/// A mailbox that n8n watches: looked at every minute.
pub(super) fn mailbox(source: &mut Source<'_>) -> Option<Target> {
    source.tell(
        "n8n is told of new mail; Bridge looks every minute for unread messages and marks them as read.",
        "Check how often it is to look.",
    );
    let folder = source.text("mailbox").unwrap_or_else(|| "INBOX".to_owned());
    source.value("postProcessAction");
    source.value("format");
    let attachments = source.flag("downloadAttachments", false);
    Some(
        Target::new("schedule", "every")
            .set("interval", 1)
            .set("unit", "minutes")
            .then(None, "email", "read")
            .set("folder", folder)
            .set("only_unseen", true)
            .set("mark_as_seen", true)
            .set("attachments", attachments),
    )
}
