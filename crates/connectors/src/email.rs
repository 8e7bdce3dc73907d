//! E-mail: sent over SMTP, read over IMAP.

use bridge_domain::{ConnectorManifest, CredentialKind, Risk};

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The e-mail connector.
pub fn connector() -> ConnectorManifest {
    Connector::new("email", "E-mail", "Sends and reads e-mail through your own mail server.")
        .shown_in(Category::Communication, "IconMail")
        .synonyms(&[
            "email",
            "e-mail",
            "mail",
            "smtp",
            "gmail",
            "outlook",
            "inbox",
            "newsletter",
            "notify",
            "notification",
        ])
        .credential(CredentialKind::Smtp)
        .action(
            Action::new("send", "Send an e-mail", "Sends a message to one or more addresses.")
                .synonyms(&["send email", "send mail", "email me", "mail to", "write an email", "notify by email"])
                .parameters([
                    Parameter::text("to", "To", "One address, or several separated by commas.")
                        .required()
                        .format("email")
                        .with("minLength", 1),
                    Parameter::text("subject", "Subject", "Subject line.")
                        .required()
                        .default("Message from your workflow")
                        .with("maxLength", 998),
                    Parameter::text("body", "Body", "The text of the message.")
                        .required()
                        .format("multiline")
                        .default("={{ $json }}"),
                    Parameter::choice(
                        "body_kind",
                        "Body kind",
                        "Whether the body is plain text or HTML.",
                        &["text", "html"],
                    )
                    .default("text"),
                    Parameter::text("cc", "Copy to", "Addresses that get a copy, separated by commas.").format("email"),
                    Parameter::text("from", "From", "Sender; the mail account's own address when left out.")
                        .format("email"),
                    Parameter::text("bcc", "Blind copy to", "Addresses that get a copy unseen, separated by commas.")
                        .format("email"),
                    Parameter::text("reply_to", "Reply to", "Address that answers go to.").format("email"),
                    Parameter::text(
                        "attachments",
                        "Attachments",
                        "Names of files beside the item to attach, separated by commas, such as `data`.",
                    ),
                ])
                .puts_out(&[("message_id", "string")])
                .risks(&[Risk::Sends]),
        )
        .action(
            Action::new("read", "Read e-mail", "Reads messages of a mailbox folder, the newest first, one item each.")
                .synonyms(&["read mail", "get emails", "fetch mail", "imap", "check inbox", "unread mail"])
                .credential(CredentialKind::Imap)
                .parameters([
                    Parameter::text("folder", "Folder", "Folder of the mailbox.").default("INBOX").with("minLength", 1),
                    Parameter::boolean("only_unseen", "Unread only", "Whether only unread messages are read.")
                        .default(true),
                    Parameter::text(
                        "since",
                        "Since",
                        "Only messages that arrived on this day or later, such as 2026-11-01.",
                    ),
                    Parameter::integer("limit", "Limit", "Messages at most.", 1..=1000).default(10),
                    Parameter::boolean("mark_as_seen", "Mark as read", "Whether messages count as read afterwards.")
                        .default(false),
                    Parameter::boolean(
                        "attachments",
                        "Attachments",
                        "Whether attached files are kept beside the items.",
                    )
                    .default(false),
                ])
                .puts_out(&[
                    ("uid", "integer"),
                    ("message_id", "string"),
                    ("subject", "string"),
                    ("from", "string"),
                    ("to", "array"),
                    ("date", "string"),
                    ("text", "string"),
                    ("html", "string"),
                    ("seen", "boolean"),
                ]),
        )
        .manifest()
}
