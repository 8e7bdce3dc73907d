//! What the editor of a node can use: the data that arrived in a run, or would arrive, from every node before it.

use std::collections::{HashSet, VecDeque};

use bridge_domain::{
    Catalog, DataSource, Definition, Edge, Item, NodeId, Programs, Result, RunDetail, RunId, StepPage, StepRef,
    StepSummary, WorkflowId,
};
use serde_json::{Map, Value, json};

use crate::Runner;

/// Items of each source that are given.
const SHOWN: u32 = 20;
/// Nodes before a node that are given.
const MOST_NODES: usize = 50;
/// Runs that are looked through for data.
const RUNS: u32 = 10;
/// Levels of a schema.
const DEPTH: usize = 6;

impl Runner {
    /// Data that expressions of a node can use: what arrives first, then every node before it, nearest first.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub async fn data_sources(
        &self,
        workflow: WorkflowId,
        node: NodeId,
        run: Option<RunId>,
    ) -> Result<Vec<DataSource>> {
        let program = self.inner.store.program(workflow, None).await?;
        let definition = &program.definition;
        let before = nodes_before(definition, &node);
        let detail = self.run_with_data(workflow, run, &node, &before).await?;
        let catalog = self.inner.rules.catalog();
        let mut sources = Vec::with_capacity(before.len() + 1);
        sources.push(self.arriving(definition, catalog, &node, detail.as_ref()).await?);
        for (id, handle) in before {
            let Some(found) = definition.node(&id) else { continue };
            let page = match &detail {
                Some(detail) => self.output_of(detail, &id, port(definition, catalog, &id, handle.as_deref())).await?,
                None => None,
            };
            let run_id = page.as_ref().and(detail.as_ref()).map(|detail| detail.run.id);
            let known = declared(definition, catalog, &id);
            sources.push(source(Some(id), found.data.label.clone(), run_id, page, known));
        }
        Ok(sources)
    }

    /// The run to take data from: the one that is asked for, else the newest that has data of the node or of those before.
    pub(crate) async fn run_with_data(
        &self,
        workflow: WorkflowId,
        asked: Option<RunId>,
        node: &NodeId,
        before: &[(NodeId, Option<String>)],
    ) -> Result<Option<RunDetail>> {
        if let Some(run) = asked {
            return self.detail(run).await.map(Some);
        }
        for run in self.newest_runs(workflow, RUNS).await? {
            let detail = self.detail(run.id).await?;
            let has = |id: &NodeId| step_of(&detail, id).is_some();
            if has(node) || before.first().is_some_and(|(nearest, _)| has(nearest)) {
                return Ok(Some(detail));
            }
        }
        Ok(None)
    }

    /// What arrived at a node, or what its first edge would bring.
    async fn arriving(
        &self,
        definition: &Definition,
        catalog: &Catalog,
        node: &NodeId,
        detail: Option<&RunDetail>,
    ) -> Result<DataSource> {
        let first: Option<&Edge> = definition.edges.iter().find(|edge| edge.target == *node);
        let known = first.map_or_else(|| json!({}), |edge| declared(definition, catalog, &edge.source));
        let Some(detail) = detail else { return Ok(source(None, "$json".to_owned(), None, None, known)) };
        let mut page = match step_of(detail, node) {
            Some(step) => {
                let input = step.inputs.iter().position(|count| *count > 0).unwrap_or(0);
                let step = StepRef { run_id: detail.run.id, step: step.step };
                Some(self.inner.store.step_input(step, u32::try_from(input).unwrap_or(0), 0, SHOWN).await?)
            }
            None => None,
        };
        if page.as_ref().is_none_or(|page| page.items.is_empty())
            && let Some(edge) = first
        {
            let port = port(definition, catalog, &edge.source, edge.source_handle.as_deref());
            page = self.output_of(detail, &edge.source, port).await?;
        }
        Ok(source(None, "$json".to_owned(), Some(detail.run.id), page, known))
    }

    async fn output_of(&self, detail: &RunDetail, node: &NodeId, port: String) -> Result<Option<StepPage>> {
        let Some(step) = step_of(detail, node) else { return Ok(None) };
        // Another output than the one the edge leaves by may be the one that has items.
        let has = |port: &str| step.outputs.iter().any(|count| count.port == port && count.items > 0);
        let other = step.outputs.iter().find(|count| count.items > 0).map(|count| count.port.clone());
        let port = if has(&port) { port } else { other.unwrap_or(port) };
        let step = StepRef { run_id: detail.run.id, step: step.step };
        self.inner.store.step_output(step, &port, 0, SHOWN).await.map(Some)
    }
}

/// The newest step of a node.
pub(crate) fn step_of<'a>(detail: &'a RunDetail, node: &NodeId) -> Option<&'a StepSummary> {
    detail.steps.iter().rev().find(|step| step.node_id == *node)
}

/// Nodes that lead to a node, nearest first, each with the output by which it does.
pub(crate) fn nodes_before(definition: &Definition, node: &NodeId) -> Vec<(NodeId, Option<String>)> {
    let mut seen = HashSet::from([node.clone()]);
    let mut open = VecDeque::from([node.clone()]);
    let mut found = Vec::new();
    while let Some(target) = open.pop_front() {
        for edge in definition.edges.iter().filter(|edge| edge.target == target) {
            if found.len() < MOST_NODES && seen.insert(edge.source.clone()) {
                found.push((edge.source.clone(), edge.source_handle.clone()));
                open.push_back(edge.source.clone());
            }
        }
    }
    found
}

/// The output that an edge leaves by.
fn port(definition: &Definition, catalog: &Catalog, node: &NodeId, handle: Option<&str>) -> String {
    let first = || {
        let node = definition.node(node)?;
        Some(catalog.action(&node.data.connector_id, &node.data.action_id)?.outputs.first()?.id.clone())
    };
    handle.map(str::to_owned).or_else(first).unwrap_or_else(|| "main".to_owned())
}

/// What a node's manifest says of its items.
fn declared(definition: &Definition, catalog: &Catalog, node: &NodeId) -> Value {
    let node = definition.node(node);
    let action = node.and_then(|node| catalog.action(&node.data.connector_id, &node.data.action_id));
    action.map_or_else(|| json!({}), |action| action.output_schema.clone())
}

fn source(
    node_id: Option<NodeId>,
    label: String,
    run_id: Option<RunId>,
    page: Option<StepPage>,
    declared: Value,
) -> DataSource {
    let (items, total) = page.map_or((Vec::new(), 0), |page| (page.items, page.total));
    let schema = if items.is_empty() { declared } else { schema(&items) };
    DataSource { node_id, label, run_id, items, total, schema }
}

/// The JSON Schema of some items: every field any of them has.
fn schema(items: &[Item]) -> Value {
    let objects: Vec<&Map<String, Value>> = items.iter().map(|item| &item.json).collect();
    object_schema(&objects, 0)
}

fn object_schema(objects: &[&Map<String, Value>], depth: usize) -> Value {
    let mut fields: Vec<(&String, Vec<&Value>)> = Vec::new();
    for object in objects {
        for (name, value) in *object {
            match fields.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => fields.push((name, vec![value])),
            }
        }
    }
    let properties: Map<String, Value> =
        fields.into_iter().map(|(name, values)| (name.clone(), value_schema(&values, depth + 1))).collect();
    json!({ "type": "object", "properties": properties })
}

fn value_schema(values: &[&Value], depth: usize) -> Value {
    let mut kinds: Vec<&str> = values.iter().map(|value| kind(value)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if depth < DEPTH && kinds == ["object"] {
        let objects: Vec<_> = values.iter().filter_map(|value| value.as_object()).collect();
        return object_schema(&objects, depth);
    }
    if depth < DEPTH && kinds == ["array"] {
        let entries: Vec<&Value> = values.iter().filter_map(|value| value.as_array()?.first()).collect();
        return json!({ "type": "array", "items": value_schema(&entries, depth + 1) });
    }
    match kinds.as_slice() {
        [] => json!({}),
        [one] => json!({ "type": one }),
        many => json!({ "type": many }),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
