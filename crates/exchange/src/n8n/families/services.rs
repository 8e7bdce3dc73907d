//! Messages and issues: Slack, Telegram, GitHub.

use serde_json::{Value, json};

use super::super::source::{field, objects};
use super::{Source, Target};

/// Slack.
pub(super) fn slack(source: &mut Source<'_>) -> Option<Target> {
    source.value("authentication");
    let resource = source.word("resource", "message");
    let operation = source.word("operation", if resource == "message" { "post" } else { "" });
    match (resource, operation) {
        ("message", "post") => {
            if !matches!(source.word("messageType", "text"), "text") {
                return None;
            }
            let channel = recipient(source)?;
            let thread = source.option("thread_ts").and_then(|thread| match thread {
                Value::Object(_) => thread.pointer("/replyValues/thread_ts").cloned(),
                thread => Some(thread.clone()),
            });
            source.option("includeLinkToWorkflow");
            Some(
                Target::new("slack", "send_message")
                    .set("channel", channel)
                    .set("text", source.text("text").unwrap_or_default())
                    .set_if("thread_timestamp", thread),
            )
        }
        ("message", "update") => Some(
            Target::new("slack", "update_message")
                .set("channel", recipient(source)?)
                .set("timestamp", source.text("ts")?)
                .set("text", source.text("text").unwrap_or_default()),
        ),
        ("reaction", "add") => Some(
            Target::new("slack", "add_reaction")
                .set("channel", recipient(source)?)
                .set("timestamp", source.text("timestamp")?)
                .set("emoji", source.text("name")?),
        ),
        ("channel", "create") => {
            let name = source.text("channelId")?;
            let private = source.word("channelVisibility", "public") == "private";
            let target = Target::new("slack", "create_channel").set("name", name);
            Some(target.set_if("private", private.then_some(true)))
        }
        ("channel", "history") => {
            let limit = if source.flag("returnAll", false) { Some(json!(1_000)) } else { source.number("limit") };
            let target = Target::new("slack", "list_messages").set("channel", recipient(source)?);
            Some(target.set_if("limit", limit))
        }
        _ => None,
    }
}

/// The channel or the person a message is for.
fn recipient(source: &mut Source<'_>) -> Option<String> {
    let key = if source.word("select", "channel") == "user" { "user" } else { "channelId" };
    source.text(key).or_else(|| source.text("channel"))
}

/// Telegram.
pub(super) fn telegram(source: &mut Source<'_>) -> Option<Target> {
    if source.word("resource", "message") != "message" {
        return None;
    }
    let chat = source.value("chatId").cloned()?;
    let silent = source.option_flag("disable_notification", false).then_some(true);
    source.option("appendAttribution");
    match source.word("operation", "sendMessage") {
        "sendMessage" => {
            source.value("replyMarkup").filter(|markup| **markup != "none").is_none().then_some(())?;
            Some(
                Target::new("telegram", "send_message")
                    .set("chat_id", chat)
                    .set("text", source.text("text").unwrap_or_default())
                    .set_if("silent", silent),
            )
        }
        "sendPhoto" if !source.flag("binaryData", false) => Some(
            Target::new("telegram", "send_photo")
                .set("chat_id", chat)
                .set("photo_url", source.text("file")?)
                .set_if("caption", source.option_text("caption"))
                .set_if("silent", silent),
        ),
        _ => None,
    }
}

/// GitHub.
pub(super) fn github(source: &mut Source<'_>) -> Option<Target> {
    source.value("authentication");
    let action = match (source.word("resource", "issue"), source.word("operation", "create")) {
        ("issue", "create") => "create_issue",
        ("issue", "createComment") => "create_comment",
        ("repository", "getIssues") => "list_issues",
        ("repository", "getPullRequests") => "list_pull_requests",
        ("repository", "get") => "get_repository",
        ("release", "create") => "create_release",
        ("file", "get") => "get_file",
        _ => return None,
    };
    let target =
        Target::new("github", action).set("owner", source.text("owner")?).set("repository", source.text("repository")?);
    Some(match action {
        "create_issue" => {
            let names = |list: Option<&Value>, key: &str| {
                let names: Vec<String> = objects(list).into_iter().filter_map(|entry| field(entry, key)).collect();
                (!names.is_empty()).then(|| names.join(", "))
            };
            target
                .set("title", source.text("title").unwrap_or_default())
                .set_if("body", source.text("body"))
                .set_if("labels", names(source.value("labels"), "label"))
                .set_if("assignees", names(source.value("assignees"), "assignee"))
        }
        "create_comment" => target
            .set_if("number", source.value("issueNumber").cloned())
            .set("body", source.text("body").unwrap_or_default()),
        "list_issues" | "list_pull_requests" => {
            let filters =
                source.value("getRepositoryIssuesFilters").or(source.value("getRepositoryPullRequestsFilters"));
            let text = |key: &str| filters.and_then(|filters| filters[key].as_str()).filter(|text| !text.is_empty());
            let limit = if source.flag("returnAll", false) { Some(json!(10_000)) } else { source.number("limit") };
            let labels = text("labels").filter(|_| action == "list_issues");
            target.set_if("state", text("state")).set_if("labels", labels).set_if("limit", limit)
        }
        "create_release" => target
            .set("tag", source.text("releaseTag")?)
            .set_if("name", source.option_text("name"))
            .set_if("body", source.option_text("body"))
            .set_if("target", source.option_text("target_commitish"))
            .set_if("draft", source.option("draft").cloned())
            .set_if("prerelease", source.option("prerelease").cloned()),
        "get_file" => {
            source.value("asBinaryProperty");
            source.value("binaryPropertyName");
            target.set("path", source.text("filePath")?).set_if("reference", source.option_text("reference"))
        }
        _ => target,
    })
}
