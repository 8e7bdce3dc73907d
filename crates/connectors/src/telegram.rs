//! Telegram.

use bridge_domain::{ConnectorManifest, CredentialKind, Risk};

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Telegram connector.
pub fn connector() -> ConnectorManifest {
    Connector::new("telegram", "Telegram", "Sends messages and photos through a Telegram bot.")
        .shown_in(Category::Communication, "IconBrandTelegram")
        .synonyms(&["telegram", "telegram bot", "bot", "chat", "notify", "messenger", "push message", "alert"])
        .credential(CredentialKind::Bearer)
        .action(
            Action::new("send_message", "Send a message", "Sends a text to a chat.")
                .synonyms(&["telegram message", "send text", "send to telegram", "notify on telegram"])
                .parameters([
                    chat(),
                    Parameter::text("text", "Text", "The message, at most 4,096 characters.")
                        .required()
                        .format("multiline")
                        .default("={{ $json }}"),
                    silent(),
                ])
                .puts_out(&[("message_id", "integer")])
                .risks(&[Risk::Sends]),
        )
        .action(
            Action::new("send_photo", "Send a photo", "Sends a picture to a chat.")
                .synonyms(&["telegram photo", "send picture", "send image"])
                .parameters([
                    chat(),
                    Parameter::text("photo_url", "Photo", "Address of the picture.").required().format("uri"),
                    Parameter::text("caption", "Caption", "Text below the picture.").format("multiline"),
                    silent(),
                ])
                .puts_out(&[("message_id", "integer")])
                .risks(&[Risk::Sends]),
        )
        .manifest()
}

fn chat() -> Parameter {
    Parameter::value("chat_id", "Chat", "Identifier of the chat, or `@name` of a channel.", &["string", "integer"])
        .required()
}

fn silent() -> Parameter {
    Parameter::boolean("silent", "Silent", "Whether it arrives without a sound.").default(false)
}
