//! Plans of what is not to be run: of a definition that is being edited, as far as one of its nodes.

use std::collections::HashMap;

use bridge_domain::{Catalog, Definition, NodeId};

use super::Plan;
use super::build::{labels, plan, reach};

/// The plan of a definition; when it cannot run as it is, of what leads to the node alone. None when that has no plan either.
pub(crate) fn plan_as_far_as(
    definition: &Definition,
    catalog: &Catalog,
    trigger: &NodeId,
    node: &NodeId,
) -> Option<Plan> {
    if let Ok(whole) = plan(definition, catalog, trigger) {
        return Some(whole);
    }
    let mut plan = plan(&leading_to(definition, node)?, catalog, trigger).ok()?;
    plan.labels = labels(definition, &plan.by_id);
    Some(plan)
}

/// A node and all from which it is reached.
fn leading_to(definition: &Definition, node: &NodeId) -> Option<Definition> {
    let places: HashMap<&NodeId, usize> = definition.nodes.iter().map(|node| &node.id).zip(0..).collect();
    let mut sources = vec![Vec::new(); definition.nodes.len()];
    for edge in &definition.edges {
        if let (Some(source), Some(target)) = (places.get(&edge.source), places.get(&edge.target)) {
            sources[*target].push(*source);
        }
    }
    let leads = reach(&sources, *places.get(node)?);
    let is_part = |id: &NodeId| places.get(id).is_some_and(|place| leads[*place]);
    let mut part = definition.clone();
    part.nodes.retain(|node| is_part(&node.id));
    part.edges.retain(|edge| is_part(&edge.source) && is_part(&edge.target));
    Some(part)
}

impl Plan {
    /// The plan of a run that reaches nothing: labels are known, and none of them stands for a step.
    pub(crate) fn unreached(definition: &Definition) -> Self {
        Self { labels: labels(definition, &HashMap::new()), ..Self::default() }
    }
}
