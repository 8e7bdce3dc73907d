//! The arguments.

use std::path::PathBuf;

use bridge_domain::RunStatus;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Workflows from the command line.
#[derive(Debug, Parser)]
#[command(name = "bridge", version, about = "Runs workflows on this machine")]
pub(crate) struct Arguments {
    /// Where the database is; the application's own folder when left out.
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) data_folder: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs a workflow once and prints the run and what its last nodes put out.
    Run(Run),
    /// Keeps the triggers of active workflows working until it is ended.
    Serve(Serve),
    /// Lists the workflows.
    List,
    /// Lists runs, newest first, or shows one with its steps.
    Runs(Runs),
    /// Switches the triggers of a workflow on.
    Activate {
        /// Name or identifier.
        workflow: String,
    },
    /// Switches the triggers of a workflow off.
    Deactivate {
        /// Name or identifier.
        workflow: String,
    },
}

/// Words that name a command, for a program that also has a window.
pub(crate) fn is_command(word: &str) -> bool {
    matches!(
        word,
        "run" | "serve" | "list" | "runs" | "activate" | "deactivate" | "help" | "-h" | "--help" | "-V" | "--version"
    )
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Name or identifier of a workflow, or a file that holds one.
    pub(crate) workflow: String,
    /// What the trigger puts out: a JSON object, a list of them, `@FILE`, or `-` for standard input.
    #[arg(long, value_name = "JSON")]
    pub(crate) input: Option<String>,
    /// Label or identifier of the trigger to start from.
    #[arg(long)]
    pub(crate) trigger: Option<String>,
    /// Hosts on this machine or in private networks that the workflow may reach from now on.
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) allow: Vec<String>,
    /// Folders that the workflow may read from now on.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) allow_read: Vec<PathBuf>,
    /// Folders that the workflow may read and write from now on.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) allow_write: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Port for webhooks and forms; that of the settings when left out.
    #[arg(long)]
    pub(crate) port: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct Runs {
    /// Identifier of a run to show with its steps.
    pub(crate) run: Option<String>,
    /// Of this workflow only, by name or identifier.
    #[arg(long)]
    pub(crate) workflow: Option<String>,
    /// In this state only.
    #[arg(long)]
    pub(crate) status: Vec<Status>,
    /// At most.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
    pub(crate) limit: u32,
}

/// States of a run, as they are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Status {
    New,
    Running,
    Waiting,
    Success,
    Error,
    Canceled,
    Unknown,
}

impl From<Status> for RunStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::New => Self::New,
            Status::Running => Self::Running,
            Status::Waiting => Self::Waiting,
            Status::Success => Self::Success,
            Status::Error => Self::Error,
            Status::Canceled => Self::Canceled,
            Status::Unknown => Self::Unknown,
        }
    }
}
