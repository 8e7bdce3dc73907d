//! E-mail over SMTP.

use bridge_domain::{ConnectorManifest, CredentialKind, Risk};

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The e-mail connector.
pub fn connector() -> ConnectorManifest {
    Connector::new("email", "E-mail", "Sends e-mail through your own mail server.")
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
                ])
                .puts_out(&[("message_id", "string")])
                .risks(&[Risk::Sends]),
        )
        .manifest()
}
