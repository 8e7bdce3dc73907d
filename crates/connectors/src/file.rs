//! Files on this computer.

use bridge_domain::{ConnectorManifest, Risk};

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The file connector.
pub fn connector() -> ConnectorManifest {
    Connector::new("file", "File", "Reads and writes files on this computer.")
        .shown_in(Category::Files, "IconFileText")
        .synonyms(&[
            "file",
            "files",
            "disk",
            "folder",
            "save",
            "open",
            "csv",
            "json file",
            "text file",
            "local file",
            "log",
        ])
        .action(
            Action::new("read", "Read a file", "Reads a file as text, JSON or rows of CSV.")
                .synonyms(&["read file", "open file", "load file", "import csv", "get file"])
                .parameters([
                    path().with("description", READ_PATH),
                    Parameter::choice(
                        "content",
                        "Content",
                        "How the file is read.",
                        &["text", "json", "csv", "binary"],
                    )
                    .default("text"),
                ])
                .puts_out(&[("path", "string"), ("size", "integer")])
                .risks(&[Risk::Files]),
        )
        .action(
            Action::new("write", "Write a file", "Writes items or text to a file.")
                .synonyms(&["write file", "save file", "save to disk", "append to file", "export csv", "log to file"])
                .parameters([
                    path(),
                    Parameter::value("data", "Data", "What to write.", &["string", "object", "array"])
                        .required()
                        .format("multiline")
                        .default("={{ $json }}"),
                    Parameter::choice(
                        "if_exists",
                        "If it exists",
                        "What to do when the file is there already.",
                        &["fail", "append", "overwrite"],
                    )
                    .default("fail"),
                    Parameter::text(
                        "binary_field",
                        "File field",
                        "Name of a file beside the item to write instead of the data, such as `data`; none when left out.",
                    ),
                ])
                .puts_out(&[("path", "string"), ("size", "integer")])
                .risks(&[Risk::Files]),
        )
        .manifest()
}

const READ_PATH: &str = "Path of the file, within a folder this workflow was given. In the file's name, `*` and `?` stand \
                         for any characters: every file that fits is read.";

fn path() -> Parameter {
    Parameter::text("path", "Path", "Path of the file, within a folder this workflow was given.")
        .required()
        .format("path")
        .with("minLength", 1)
}
