//! Nodes that work on what arrives: they decide where items go and change them. Nothing here reaches outside.

mod aggregate;
mod branch;
mod code;
mod compare;
mod crypto;
mod date_format;
mod date_time;
mod dates;
mod fields;
mod flow;
mod join;
mod limit;
mod merge;
mod node;
mod remove_duplicates;
mod respond;
mod set;
mod sort;
mod split_out;
mod subworkflow;
mod summarize;
mod wait;

#[cfg(test)]
mod tests;

use bridge_domain::Effect;

use crate::Family;
use node::{item_by_item, whole_step};

/// Writes the list of the family; for tests also without services, which no node here needs.
macro_rules! family {
    ($($connector:literal $action:literal => $make:expr;)*) => {
        /// Executors of this family.
        pub const FAMILY: Family = &[$(($connector, $action, |_| $make)),*];

        /// The same, for tests.
        #[cfg(test)]
        const ALONE: &[(&str, &str, fn() -> Box<dyn bridge_domain::Executor>)] = &[$(($connector, $action, || $make)),*];
    };
}

family! {
    "if" "check" => whole_step(Effect::Pure, branch::check);
    "switch" "route" => whole_step(Effect::Pure, branch::route);
    "filter" "keep" => whole_step(Effect::Pure, branch::keep);
    "merge" "combine" => whole_step(Effect::Pure, merge::combine);
    "wait" "pause" => whole_step(Effect::Pure, wait::pause);
    "wait" "until" => whole_step(Effect::Pure, wait::until);
    "subworkflow" "execute_workflow" => whole_step(Effect::Outside, subworkflow::execute);
    "respond" "respond_to_webhook" => whole_step(Effect::Harmless, respond::respond);
    "no_op" "pass" => item_by_item(Effect::Pure, flow::pass);
    "stop_and_error" "fail" => whole_step(Effect::Pure, flow::fail);
    "set" "set_fields" => item_by_item(Effect::Pure, set::set_fields);
    "set" "rename_fields" => item_by_item(Effect::Pure, set::rename_fields);
    "set" "remove_fields" => item_by_item(Effect::Pure, set::remove_fields);
    "code" "run_javascript" => whole_step(Effect::Pure, code::run);
    "split_out" "split" => whole_step(Effect::Pure, split_out::split);
    "aggregate" "collect" => whole_step(Effect::Pure, aggregate::collect);
    "aggregate" "summarize" => whole_step(Effect::Pure, summarize::summarize);
    "sort" "sort_items" => whole_step(Effect::Pure, sort::sort);
    "limit" "limit_items" => whole_step(Effect::Pure, limit::limit);
    "remove_duplicates" "remove" => whole_step(Effect::Pure, remove_duplicates::remove);
    "date_time" "get_time" => item_by_item(Effect::Harmless, date_time::now);
    "date_time" "format_date" => item_by_item(Effect::Pure, date_time::format);
    "date_time" "read_date" => item_by_item(Effect::Pure, date_time::parse);
    "date_time" "add_time" => item_by_item(Effect::Pure, date_time::add);
    "date_time" "subtract_time" => item_by_item(Effect::Pure, date_time::subtract);
    "date_time" "round_date" => item_by_item(Effect::Pure, date_time::round);
    "date_time" "extract_part" => item_by_item(Effect::Pure, date_time::extract);
    "date_time" "time_between" => item_by_item(Effect::Pure, date_time::difference);
    "crypto" "hash" => item_by_item(Effect::Pure, crypto::hash);
    "crypto" "hmac" => whole_step(Effect::Pure, crypto::sign);
    "crypto" "encode" => item_by_item(Effect::Pure, crypto::encode);
    "crypto" "decode" => item_by_item(Effect::Pure, crypto::decode);
    "crypto" "random" => item_by_item(Effect::Harmless, crypto::random);
}
