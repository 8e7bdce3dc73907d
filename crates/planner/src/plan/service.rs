//! Services people ask for that no connector stands for.

use super::label::capital;
use super::start::web_step;
use crate::read::common::is_common;
use crate::read::grammar::FILLER;
use crate::read::lexicon::{Content, Lexicon, Source};
use crate::read::tokens::{Kind, Token};

/// Services people often automate. A name the catalogue knows is never looked up here.
pub(crate) const KNOWN: &[&str] = &[
    "discord",
    "teams",
    "notion",
    "trello",
    "jira",
    "github",
    "gitlab",
    "bitbucket",
    "hubspot",
    "salesforce",
    "stripe",
    "paypal",
    "twilio",
    "sms",
    "whatsapp",
    "signal",
    "dropbox",
    "onedrive",
    "sharepoint",
    "zoom",
    "asana",
    "monday.com",
    "clickup",
    "linear",
    "shopify",
    "woocommerce",
    "wordpress",
    "mailchimp",
    "sendgrid",
    "zendesk",
    "intercom",
    "pipedrive",
    "calendly",
    "typeform",
    "postgres",
    "postgresql",
    "mysql",
    "mongodb",
    "redis",
    "kafka",
    "rabbitmq",
    "mqtt",
    "s3",
    "aws",
    "azure",
    "supabase",
    "firebase",
    "twitter",
    "facebook",
    "instagram",
    "linkedin",
    "youtube",
    "tiktok",
    "reddit",
    "mastodon",
    "spotify",
    "pagerduty",
    "datadog",
    "sentry",
    "rss",
    "ftp",
    "sftp",
    "ssh",
    "todoist",
    "evernote",
    "confluence",
    "basecamp",
    "mattermost",
    "skype",
    "matrix",
    "zapier",
    "n8n",
    "quickbooks",
    "xero",
    "docusign",
    "figma",
    "miro",
    "webflow",
    "netlify",
    "vercel",
    "docker",
    "kubernetes",
    "jenkins",
    "snowflake",
    "bigquery",
    "ntfy",
    "pushover",
    "bluesky",
    "opsgenie",
    "grafana",
    "elasticsearch",
    "sqlite",
    "dynamodb",
    "magento",
    "etsy",
    "ebay",
    "strava",
];

/// Chat services that take messages as an HTTP POST to an address of the channel.
const POSTED_TO: &[&str] = &["discord", "teams", "mattermost", "ntfy"];

/// Names of two words.
const KNOWN_PAIRS: &[(&str, &str)] = &[
    ("google", "drive"),
    ("google", "calendar"),
    ("google", "docs"),
    ("google", "doc"),
    ("microsoft", "teams"),
    ("google", "forms"),
    ("apple", "notes"),
];

/// Why a service cannot be used, and what can.
pub(crate) fn no_connector(lexicon: &Lexicon<'_>, service: &str) -> String {
    let initials = !service.to_lowercase().contains(['a', 'e', 'i', 'o', 'u', 'y']);
    let name = if initials { service.to_uppercase() } else { capital(service) };
    let Some((web, _)) = web_step(lexicon).and_then(|at| lexicon.get(at)) else {
        return format!("There is no connector for {name}, so I propose nothing in its place.");
    };
    let way = if POSTED_TO.contains(&service.to_lowercase().as_str()) {
        format!(
            "{name} takes messages as an HTTP POST to the webhook address of a channel, which an {} node can send",
            web.name
        )
    } else {
        format!("If {name} has a web API, an {} node can call it", web.name)
    };
    format!(
        "There is no connector for {name}, so I propose nothing in its place. {way}: say the address in the request, for example “send a POST request to https://…”."
    )
}

/// A service named in a clause that the catalogue does not have, as it was written.
pub(crate) fn unknown(lexicon: &Lexicon<'_>, tokens: &[Token], text: &str) -> Option<String> {
    let content = Content::of(tokens);
    let hits = lexicon.hits(&content);
    let covered = |at: usize| {
        hits.iter().any(|hit| {
            hit.action.is_none() && hit.gaps == 0 && content.words[hit.first].0 <= at && at <= content.words[hit.last].0
        })
    };
    let named = hits.iter().any(|hit| hit.source == Source::Name && !hit.is_verb);
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Word || covered(at) {
            continue;
        }
        if token.is(&["saying", "says", "called", "named"]) {
            return None;
        }
        let pair = tokens
            .get(at + 1)
            .is_some_and(|next| KNOWN_PAIRS.iter().any(|(first, second)| token.is(&[first]) && next.is(&[second])));
        if pair {
            return text.get(token.start..tokens[at + 1].end).map(str::to_owned);
        }
        let everyday = token.is(&["teams", "signal", "linear", "matrix"]);
        let listed = token.is(KNOWN) && (!everyday || starts_capital(token));
        if listed || (!named && looks_like_service(tokens, at)) {
            return Some(token.text.clone());
        }
    }
    None
}

/// A capitalised word no dictionary here has, where a service's name would stand.
fn looks_like_service(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let Some(before) = at.checked_sub(1).and_then(|index| tokens.get(index)) else { return false };
    let after_preposition = before.is(&["to", "in", "on", "via", "using", "from", "into", "through"]);
    let as_adjective = before.is(&["a", "an", "my", "our"])
        && tokens.get(at + 1).is_some_and(|next| {
            next.is(&[
                "message",
                "card",
                "ticket",
                "issue",
                "task",
                "page",
                "post",
                "record",
                "row",
                "contact",
                "invoice",
                "event",
                "notification",
            ])
        });
    starts_capital(token)
        && token.text.chars().skip(1).any(char::is_lowercase)
        && (after_preposition || as_adjective)
        && !token.is(FILLER)
        && !is_common(&token.word)
}

fn starts_capital(token: &Token) -> bool {
    token.text.starts_with(char::is_uppercase)
}
