//! The arguments.

use std::ffi::OsString;
use std::path::PathBuf;

use bridge_domain::RunStatus;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{credentials, decide, grants, keys, runs, tables};

const EXIT_CODES: &str = "Standard output has one JSON value a line; errors are JSON on standard error.

Exit codes:
  0  it succeeded
  1  it failed
  2  the arguments, the input or the workflow are not right
  3  there is no such workflow, run, credential or table
  4  the run was cancelled
  5  the run asks what to do about a step: see `decide`
  6  the database is in use, damaged or cannot be reached";

/// Workflows from the command line.
#[derive(Debug, Parser)]
#[command(name = "bridge", version, about = "Runs workflows on this machine", after_help = EXIT_CODES)]
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
    #[command(after_help = "Example:\n  bridge-cli list | jq -r .workflow.name")]
    List,
    /// Lists runs, newest first, or shows one with its steps.
    Runs(Runs),
    /// Shows a run with its steps, and what they have put out.
    Show(runs::Show),
    /// Says what to do about a step that was in flight when the program ended, and goes on with its run.
    Decide(decide::Decide),
    /// Ends a run.
    #[command(after_help = "Example:\n  bridge-cli runs --status running | jq -r .id | xargs -n 1 bridge-cli cancel")]
    Cancel {
        /// Identifier of the run.
        run: String,
    },
    /// Makes workflows from a file of Bridge or n8n, and prints what to look at in them.
    Import(Import),
    /// Writes a workflow as a file, without credentials.
    Export(Export),
    /// Shows and changes what a workflow may reach.
    Grants(grants::Arguments),
    /// Shows and changes credentials.
    Credentials(credentials::Arguments),
    /// Shows and changes the keys of model providers.
    Keys(keys::Arguments),
    /// Shows data tables.
    Tables(tables::Arguments),
    /// Switches the triggers of a workflow on.
    #[command(after_help = "Example:\n  bridge-cli activate \"Nightly report\"")]
    Activate {
        /// Name or identifier.
        workflow: String,
    },
    /// Switches the triggers of a workflow off.
    #[command(after_help = "Example:\n  bridge-cli deactivate \"Nightly report\"")]
    Deactivate {
        /// Name or identifier.
        workflow: String,
    },
}

/// Whether these arguments, without the program's name, are for the command line, in a program that also has a window: they
/// begin with a word, with help or version, or with an option of all commands. A word that is no command is for the command
/// line, too, which says so; other options are left to the window's libraries.
pub(crate) fn are_a_command(mut arguments: impl Iterator<Item = OsString>) -> bool {
    arguments.next().is_some_and(|first| {
        let first = first.to_string_lossy();
        let is_option = first.starts_with('-') || first.is_empty();
        !is_option
            || matches!(&*first, "-h" | "--help" | "-V" | "--version" | "--data-folder")
            || first.starts_with("--data-folder=")
    })
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  bridge-cli run sum.json --input '{\"a\": 2, \"b\": 40}' | jq -c .output")]
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
#[command(after_help = "Example:
  bridge-cli import workflow.json --name \"Nightly report\"")]
pub(crate) struct Import {
    /// The file, or `-` for standard input.
    pub(crate) file: PathBuf,
    /// What the workflow is to be called; the name in the file, or the file's own, when left out.
    #[arg(long)]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  bridge-cli export \"Nightly report\" --output report.json")]
pub(crate) struct Export {
    /// Name or identifier.
    pub(crate) workflow: String,
    /// The file to write; standard output when left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replaces a file that is there.
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
    /// Puts pinned output into the file, too.
    #[arg(long)]
    pub(crate) pins: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  bridge-cli --data-folder /var/lib/bridge serve --port 5680")]
pub(crate) struct Serve {
    /// Port for webhooks and forms; that of the settings when left out.
    #[arg(long)]
    pub(crate) port: Option<u16>,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  bridge-cli runs --status error --limit 50 | jq -r '[.workflow_name, .error.error.message] | @tsv'")]
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_program_with_a_window_knows_commands_wherever_options_are() {
        for (line, expected) in [
            ("run Adding", true),
            ("--data-folder /x run Adding", true),
            ("--data-folder=/x list", true),
            ("--data-folder /x", true),
            ("--help", true),
            ("wrun", true),
            ("", false),
            ("--display :1", false),
            ("-psn_0_1", false),
        ] {
            let words = line.split_whitespace().map(OsString::from);
            assert_eq!(are_a_command(words), expected, "{line}");
        }
    }

    #[test]
    fn options_of_all_commands_stand_before_or_behind_them() {
        for line in ["bridge --data-folder /x run Adding", "bridge run --data-folder /x Adding"] {
            let arguments = Arguments::try_parse_from(line.split_whitespace()).unwrap();
            assert_eq!(arguments.data_folder, Some(PathBuf::from("/x")));
            assert!(matches!(arguments.command, Command::Run(Run { workflow, .. }) if workflow == "Adding"));
        }
        assert!(Arguments::try_parse_from(["bridge", "--data-folder", "/x"]).is_err());
    }

    #[test]
    fn every_command_is_explained_with_an_example() {
        let mut command = <Arguments as clap::CommandFactory>::command();
        for one in command.get_subcommands_mut() {
            let help = one.render_long_help().to_string();
            assert!(help.contains("Example") && help.contains("bridge-cli "), "{help}");
        }
    }
}
