//! The user's own code.

use bridge_domain::{ConnectorManifest, Risk};

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Code node.
pub fn connector() -> ConnectorManifest {
    Connector::new("code", "Code", "Runs your own JavaScript on the items.")
        .shown_in(Category::Data, "IconCode")
        .synonyms(&[
            "code",
            "javascript",
            "js",
            "script",
            "function",
            "program",
            "custom logic",
            "calculate",
            "compute",
        ])
        .action(
            Action::new("run_javascript", "Run JavaScript", "Runs code without access to network or files.")
                .synonyms(&["run code", "javascript code", "custom function", "write code", "parse", "regex"])
                .parameters([
                    Parameter::text(
                        "code",
                        "Code",
                        "Body of a function that returns the items to pass on; `$input.all()` has those that came in.",
                    )
                    .required()
                    .format("code")
                    .default("return $input.all();"),
                    Parameter::choice(
                        "run",
                        "Run",
                        "Whether the code runs once with all items or once for each.",
                        &["once_for_all_items", "once_per_item"],
                    )
                    .default("once_for_all_items"),
                    Parameter::integer(
                        "timeout_seconds",
                        "Time limit",
                        "Seconds after which the code is ended.",
                        1..=300,
                    )
                    .default(10),
                ])
                .risks(&[Risk::Code]),
        )
        .manifest()
}
