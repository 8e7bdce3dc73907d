//! Nodes that call one particular service.
//!
//! Most are data: `description` says what a service's file holds, `described` executes it by way of `template`, `output`
//! and `refusal`. Only what takes several requests that depend on each other is code, such as `google_sheets`. Where a
//! service is stands in its file: no workflow can say otherwise.

mod api;
mod described;
mod description;
mod google_sheets;
mod output;
mod refusal;
mod rss;
mod template;

use crate::Family;
use described::Described;

/// Lines of actions that are data.
macro_rules! described {
    ($(($connector:literal, $action:literal)),* $(,)?) => {
        &[$(($connector, $action, |services| {
            Box::new(Described { services: services.clone(), connector: $connector, action: $action, base_url: None })
        })),*]
    };
}

/// Executors of actions that are data.
pub const DESCRIBED: Family = described![
    ("airtable", "create_record"),
    ("airtable", "list_records"),
    ("airtable", "update_record"),
    ("github", "create_issue"),
    ("github", "create_comment"),
    ("github", "list_issues"),
    ("github", "get_repository"),
    ("github", "create_release"),
    ("github", "list_pull_requests"),
    ("github", "get_file"),
    ("slack", "send_message"),
    ("slack", "update_message"),
    ("slack", "add_reaction"),
    ("slack", "create_channel"),
    ("slack", "list_messages"),
    ("slack", "find_user"),
    ("telegram", "send_message"),
    ("telegram", "send_photo"),
];

/// Executors of actions that are code.
pub const FAMILY: Family = &[
    ("google_sheets", "append_row", |services| google_sheets::append(services, None)),
    ("google_sheets", "read_rows", |services| google_sheets::read(services, None)),
    ("google_sheets", "update_row", |services| google_sheets::update(services, None)),
    ("rss", "read", |services| Box::new(rss::ReadFeed { services: services.clone() })),
];

/// The executor of an action whose service is at another address. Only tests can say so: an address that a workflow could
/// choose would be sent the service's credential.
#[cfg(any(test, feature = "testing"))]
#[must_use]
pub fn at(
    services: &std::sync::Arc<crate::Services>,
    connector: &str,
    action: &str,
    base_url: url::Url,
) -> Option<Box<dyn bridge_domain::Executor>> {
    if let Some((connector, action, _)) = DESCRIBED.iter().find(|one| (one.0, one.1) == (connector, action)) {
        let services = services.clone();
        return Some(Box::new(Described { services, connector, action, base_url: Some(base_url) }));
    }
    match (connector, action) {
        ("google_sheets", "append_row") => Some(google_sheets::append(services, Some(base_url))),
        ("google_sheets", "read_rows") => Some(google_sheets::read(services, Some(base_url))),
        ("google_sheets", "update_row") => Some(google_sheets::update(services, Some(base_url))),
        _ => None,
    }
}
