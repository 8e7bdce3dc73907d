//! Slack.

use bridge_domain::{ConnectorManifest, CredentialKind, Risk};

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Slack connector.
pub fn connector() -> ConnectorManifest {
    Connector::new("slack", "Slack", "Posts messages to Slack and works with its channels and users.")
        .shown_in(Category::Communication, "IconBrandSlack")
        .synonyms(&[
            "slack",
            "post to slack",
            "slack channel",
            "chat",
            "notify",
            "notification",
            "alert",
            "team chat",
            "message",
        ])
        .credential(CredentialKind::Bearer)
        .action(send_message())
        .action(update_message())
        .action(add_reaction())
        .action(create_channel())
        .action(list_messages())
        .action(find_user())
        .manifest()
}

fn channel() -> Parameter {
    Parameter::text("channel", "Channel", "Name such as `#general`, or identifier such as `C0123456789`.")
        .required()
        .default("#general")
        .with("minLength", 1)
}

fn timestamp() -> Parameter {
    Parameter::text("timestamp", "Message", "Timestamp of the message, as Slack gave it when it was sent.")
        .required()
        .with("minLength", 1)
}

fn send_message() -> Action {
    Action::new("send_message", "Send a message", "Posts a message to a channel or a person.")
        .synonyms(&[
            "post message",
            "post to channel",
            "send to slack",
            "notify channel",
            "slack message",
            "write in slack",
            "ping",
        ])
        .parameters([
            channel(),
            Parameter::text("text", "Text", "The message; Slack's markup works.")
                .required()
                .format("multiline")
                .default("={{ $json }}"),
            Parameter::text("thread_timestamp", "Reply to", "Timestamp of the message to reply to in its thread."),
        ])
        .puts_out(&[("channel", "string"), ("timestamp", "string")])
        .risks(&[Risk::Sends])
}

fn update_message() -> Action {
    Action::new("update_message", "Update a message", "Changes the text of a message that was sent before.")
        .synonyms(&["edit message", "change message"])
        .parameters([
            channel(),
            timestamp(),
            Parameter::text("text", "Text", "The new text.").required().format("multiline"),
        ])
        .puts_out(&[("channel", "string"), ("timestamp", "string")])
        .risks(&[Risk::Sends])
}

fn add_reaction() -> Action {
    Action::new("add_reaction", "Add a reaction", "Adds an emoji to a message.")
        .synonyms(&["react", "emoji", "thumbs up"])
        .parameters([
            channel(),
            timestamp(),
            Parameter::text("emoji", "Emoji", "Its name without colons.").required().default("white_check_mark"),
        ])
        .risks(&[Risk::Sends])
}

fn create_channel() -> Action {
    Action::new("create_channel", "Create a channel", "Creates a public or private channel.")
        .synonyms(&["new channel", "make channel", "open channel"])
        .parameters([
            Parameter::text("name", "Name", "Lower case, without `#`, at most 80 characters.")
                .required()
                .with("minLength", 1)
                .with("maxLength", 80),
            Parameter::boolean("private", "Private", "Whether only invited people can see it.").default(false),
        ])
        .puts_out(&[("id", "string"), ("name", "string")])
        .risks(&[Risk::Sends])
}

fn list_messages() -> Action {
    Action::new("list_messages", "List messages", "Reads the newest messages of a channel, one item each.")
        .synonyms(&["read channel", "get messages", "channel history", "fetch messages"])
        .parameters([channel(), Parameter::integer("limit", "Limit", "Messages at most.", 1..=1000).default(100)])
        .puts_out(&[("text", "string"), ("user", "string"), ("timestamp", "string")])
}

fn find_user() -> Action {
    Action::new("find_user", "Find a user", "Looks up a person by e-mail address.")
        .synonyms(&["lookup user", "user by email", "get user", "search user"])
        .parameters([Parameter::text("email", "E-mail", "Address the person uses in Slack.")
            .required()
            .format("email")])
        .puts_out(&[("id", "string"), ("name", "string"), ("email", "string")])
}
