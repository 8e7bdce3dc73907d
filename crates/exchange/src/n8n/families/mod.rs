//! What becomes of which type of n8n: one function for each, in a file for each family. A type that is not here, or whose
//! function says none, is kept as unsupported.

mod ai;
mod conditions;
mod data;
mod files;
mod flow;
mod http;
mod lists;
mod schedules;
mod services;
mod tables;
mod triggers;
mod values;

use super::source::{Source, Target};

/// What becomes of a node; none when there is no counterpart.
type Convert = fn(&mut Source<'_>) -> Option<Target>;

/// The package of n8n's own nodes.
const BASE: &str = "n8n-nodes-base";
/// The package of its nodes for language models.
const LANGCHAIN: &str = "@n8n/n8n-nodes-langchain";

/// What a node becomes; none when there is no counterpart of it.
pub(super) fn convert(source: &mut Source<'_>) -> Option<Target> {
    let (package, name) = source.raw.kind.rsplit_once('.')?;
    let convert = match package {
        BASE => base(name)?,
        LANGCHAIN => langchain(name)?,
        _ => return None,
    };
    convert(source)
}

fn base(name: &str) -> Option<Convert> {
    Some(match name {
        "manualTrigger" | "start" | "executeWorkflowTrigger" => triggers::manual,
        "webhook" => triggers::webhook,
        "formTrigger" => triggers::form,
        "errorTrigger" => triggers::error,
        "emailReadImap" => triggers::mailbox,
        "scheduleTrigger" => schedules::schedule,
        "cron" => schedules::cron,
        "interval" => schedules::interval,
        "if" => conditions::check,
        "filter" => conditions::filter,
        "switch" => conditions::switch,
        "merge" => flow::merge,
        "splitInBatches" => flow::in_batches,
        "wait" => flow::wait,
        "executeWorkflow" => flow::call,
        "respondToWebhook" => flow::respond,
        "noOp" => flow::no_op,
        "stopAndError" => flow::stop,
        "set" => data::set,
        "renameKeys" => data::rename,
        "code" => data::code,
        "function" => data::function,
        "functionItem" => data::function_item,
        "splitOut" => lists::split_out,
        "itemLists" => lists::item_lists,
        "aggregate" => lists::aggregate,
        "summarize" => lists::summarize,
        "sort" => lists::sort,
        "limit" => lists::limit,
        "removeDuplicates" => lists::remove_duplicates,
        "dateTime" => values::date_time,
        "crypto" => values::crypto,
        "httpRequest" => http::request,
        "rssFeedRead" => files::rss,
        "emailSend" => files::send_mail,
        "readWriteFile" => files::read_write,
        "readBinaryFile" => |source| files::read(source, "filePath"),
        "readBinaryFiles" => |source| files::read(source, "fileSelector"),
        "writeBinaryFile" => files::write,
        "extractFromFile" => files::extract,
        "convertToFile" => files::convert,
        "html" | "htmlExtract" => files::html,
        "slack" => services::slack,
        "telegram" => services::telegram,
        "github" => services::github,
        "googleSheets" => tables::google_sheets,
        "airtable" => tables::airtable,
        "postgres" => tables::postgres,
        "dataTable" => tables::data_table,
        "openAi" => ai::openai,
        _ => return None,
    })
}

fn langchain(name: &str) -> Option<Convert> {
    Some(match name {
        "chainLlm" => ai::chain,
        "agent" => ai::agent,
        "informationExtractor" => ai::extractor,
        "openAi" => ai::openai,
        _ => return None,
    })
}
