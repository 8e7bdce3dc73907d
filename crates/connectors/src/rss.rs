//! Reading feeds.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The feed reader.
pub fn connector() -> ConnectorManifest {
    Connector::new("rss", "RSS feed", "Reads RSS, Atom and JSON feeds.")
        .shown_in(Category::Actions, "IconRss")
        .synonyms(&["rss", "rss feed", "atom", "atom feed", "feed", "news feed", "podcast", "blog feed"])
        .action(
            Action::new("read", "Read a feed", "Reads the entries of a feed, one item each.")
                .synonyms(&["read rss", "read feed", "get feed", "fetch feed", "latest posts", "rss read"])
                .parameters([
                    Parameter::text("url", "URL", "Address of the feed.").required().format("uri").with("minLength", 1),
                    Parameter::integer("limit", "Limit", "Entries at most.", 1..=10_000).default(100),
                ])
                .puts_out(&[
                    ("id", "string"),
                    ("title", "string"),
                    ("link", "string"),
                    ("published", "string"),
                    ("updated", "string"),
                    ("author", "string"),
                    ("summary", "string"),
                    ("content", "string"),
                    ("categories", "array"),
                    ("enclosures", "array"),
                ]),
        )
        .manifest()
}
