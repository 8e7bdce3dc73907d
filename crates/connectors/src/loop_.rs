//! Going through items in batches.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Loop node.
pub fn connector() -> ConnectorManifest {
    Connector::new("loop", "Loop", "Goes through items batch by batch and then carries on with all results.")
        .shown_in(Category::Flow, "IconRepeat")
        .synonyms(&[
            "loop",
            "for each",
            "foreach",
            "iterate",
            "repeat",
            "batch",
            "batches",
            "one by one",
            "split in batches",
        ])
        .action(
            Action::condition(
                "over_items",
                "Loop over items",
                "Sends each batch to `loop`, whose last node leads back here, and all results to `done` at the end.",
            )
            .synonyms(&["loop over items", "each item", "for every", "process each", "in batches"])
            .parameters([
                Parameter::integer("batch_size", "Batch size", "Items in one round.", 1..=10_000).default(1),
                Parameter::integer(
                    "max_rounds",
                    "Rounds at most",
                    "The run fails when there would be more rounds than this.",
                    1..=1_000_000,
                )
                .default(10_000),
            ])
            .outputs(&[("loop", "Loop"), ("done", "Done")])
            .allows_cycle(),
        )
        .manifest()
}
