//! What an expression can see of other nodes: `$('Name').all()` and `$('Name').item`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use bridge_domain::{
    Batch, Config, Error, ErrorCode, InputSpan, Item, PageHash, Previous, Result, ScopeValues, Timestamp,
};

use crate::context::RunContext;
use crate::history::{Origin, Traced, arrived, node_named, not_run};
use crate::schedule::PageRef;

/// Values that are the same for a whole step of the node with this label.
pub(crate) fn values(context: &RunContext, node: String, run_index: u32, now: Timestamp) -> ScopeValues {
    let program = &context.program;
    ScopeValues {
        workflow_id: program.workflow_id,
        workflow_name: program.name.clone(),
        workflow_active: program.active,
        run_id: context.run_id,
        mode: context.mode,
        run_index,
        now,
        time_zone: program.time_zone.clone(),
        node,
        variables: program.variables.clone(),
    }
}

/// The items of a page.
///
/// # Errors
/// Those of the journal; `store_damaged` when the text is no list of items.
pub(crate) async fn read_items(context: &RunContext, hash: PageHash) -> Result<Vec<Item>> {
    if let Some(items) = context.pages.take_items(hash) {
        return Ok(items);
    }
    let text = context.text(hash).await?;
    serde_json::from_str(&text).map_err(|_| {
        Error::new(ErrorCode::StoreDamaged, "A page of this run is damaged.", "Run the workflow again from its start.")
    })
}

/// All items that a node put out by an output.
///
/// # Errors
/// See [`bridge_domain::Scope::items`].
pub(crate) async fn items(context: &RunContext, iteration: &[u32], label: &str, output: usize) -> Result<Vec<Item>> {
    let node = node_named(&context.plan, label)?;
    let pages = context.history().pages(node, output, iteration).ok_or_else(|| not_run(label))?;
    let mut items = Vec::new();
    for page in pages {
        items.extend(read_items(context, page).await?);
    }
    Ok(items)
}

/// Where the items of a batch of a step with these inputs were put out.
pub(crate) fn previous(context: &RunContext, inputs: &[Vec<PageRef>], batch: &Batch) -> Option<Previous> {
    let origin = arrived(inputs, batch.place(0))?;
    let history = context.history();
    let node = history.step(origin.step)?.node;
    Some(Previous {
        name: context.plan.nodes.get(node)?.node.data.label.clone(),
        output_index: origin.output,
        run_index: history.runs_before(node, origin.step),
    })
}

/// The parameters of a node as they are written, whether the run reaches it or not.
///
/// # Errors
/// See [`bridge_domain::Scope::parameters_of`].
pub(crate) fn parameters_of(context: &RunContext, label: &str) -> Result<Config> {
    match node_named(&context.plan, label) {
        Ok(node) => Ok(context.plan.nodes[node].node.data.config.clone()),
        Err(error) => {
            let mut named = context.program.definition.nodes.iter().filter(|node| node.data.label == label);
            match (named.next(), named.next()) {
                (Some(node), None) => Ok(node.data.config.clone()),
                _ => Err(error),
            }
        }
    }
}

/// Items of a step's own input, which consists of these pages.
///
/// # Errors
/// See [`read_items`].
pub(crate) async fn input(context: &RunContext, pages: &[PageRef], span: InputSpan) -> Result<Vec<Item>> {
    let pages = match span {
        InputSpan::First => &pages[..pages.len().min(1)],
        InputSpan::Last => &pages[pages.len().saturating_sub(1)..],
        InputSpan::All => pages,
    };
    let mut items = Vec::new();
    for page in pages {
        items.extend(read_items(context, page.hash).await?);
    }
    match span {
        InputSpan::First => items.truncate(1),
        InputSpan::Last => drop(items.drain(..items.len().saturating_sub(1))),
        InputSpan::All => {}
    }
    Ok(items)
}

/// For each item of a batch, the item of a node that it came from.
///
/// # Errors
/// See [`bridge_domain::Scope::paired`].
pub(crate) async fn paired(
    context: &RunContext,
    own: usize,
    inputs: &Arc<[Vec<PageRef>]>,
    label: &str,
    batch: &Batch,
) -> Result<Vec<Result<Item>>> {
    let node = node_named(&context.plan, label)?;
    if context.history().runs_of(node) == 0 {
        return Err(not_run(label));
    }
    let traced: Vec<Traced> = {
        let history = context.history();
        (0..batch.items.len()).map(|position| history.trace(inputs, batch.place(position), node)).collect()
    };
    let own = &context.plan.nodes[own].node.data.label;
    let mut pages = HashMap::new();
    let mut items = Vec::with_capacity(traced.len());
    for (position, traced) in traced.into_iter().enumerate() {
        items.push(match traced {
            Traced::One(origin) => Ok(item_at(context, origin, &mut pages).await?),
            Traced::None => Err(no_origin(own, batch.place(position).index, label)),
            Traced::Several(one, other) => Err(several_origins(own, batch.place(position).index, label, one, other)),
        });
    }
    Ok(items)
}

async fn item_at(context: &RunContext, origin: Origin, pages: &mut HashMap<PageHash, Vec<Item>>) -> Result<Item> {
    let found = context.history().find(origin).map(|(page, place)| (page.hash, place as usize));
    let lost = || Error::new(ErrorCode::Internal, "An item's origin is not in the run's history.", "Report this.");
    let (hash, place) = found.ok_or_else(lost)?;
    let items = match pages.entry(hash) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(vacant) => vacant.insert(read_items(context, hash).await?),
    };
    items.get(place).cloned().ok_or_else(lost)
}

fn no_origin(own: &str, item: u32, label: &str) -> Error {
    Error::new(
        ErrorCode::Conflict,
        format!("Item {} of \"{own}\" did not come from an item of \"{label}\".", item + 1),
        format!(
            "Use $('{label}').first() or .all() instead of .item. When there is code in between, let it return the items it \
             was given, changed as you like, or write pairedItem into new ones: {{json: {{…}}, pairedItem: 0}}."
        ),
    )
}

fn several_origins(own: &str, item: u32, label: &str, one: Origin, other: Origin) -> Error {
    let (one, other) = if one.step <= other.step && one.index <= other.index { (one, other) } else { (other, one) };
    let place = |origin: Origin| format!("item {} (step {})", origin.index + 1, origin.step + 1);
    Error::new(
        ErrorCode::Conflict,
        format!(
            "Item {} of \"{own}\" came from several items of \"{label}\": {} and {}.",
            item + 1,
            place(one),
            place(other)
        ),
        format!("Use $('{label}').all() and choose among them."),
    )
}
