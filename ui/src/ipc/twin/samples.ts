/** Workflows the twin starts with, and large ones on demand. */
import type { Edge } from "../../bindings/Edge";
import type { Node } from "../../bindings/Node";
import type { WorkflowId } from "../../bindings/WorkflowId";
import { EMPTY_GRAPH, fromDefinition, type Graph } from "../../graph/graph";
import type { World } from "./world";

/** A few workflows of everyday size. */
export function sampleWorkflows(world: World): void {
  const sample = (name: string, description: string, graph: Graph) => world.create(name, description, graph);
  sample("Untitled workflow", "", EMPTY_GRAPH);
  sample(
    "Weekly report",
    "Collects the figures every Monday and mails them to the team.",
    chain(world, ["schedule.at_times", "http.request", "email.send"]),
  );
  sample("New order to warehouse", "Checks each order that arrives and passes the large ones on.", orders(world));
}

/** A workflow with this many nodes in a grid and this many edges, each to a later node. */
export function largeWorkflow(world: World, nodeCount: number, edgeCount: number): WorkflowId {
  const columns = Math.ceil(Math.sqrt(nodeCount));
  const nodes = Array.from(
    { length: nodeCount },
    (_, index): Node => ({
      id: `n${index}`,
      type: index === 0 ? "trigger" : "action",
      position: { x: (index % columns) * 300, y: Math.floor(index / columns) * 140 },
      data: {
        label: `Step ${index}`,
        connector_id: index === 0 ? "webhook" : "http",
        action_id: index === 0 ? "receive" : "request",
        config: index === 0 ? { path: "orders" } : { url: `https://example.com/${index}` },
      },
    }),
  );
  const edges: Edge[] = [];
  for (let round = 1; edges.length < edgeCount && round < nodeCount; round += 1) {
    for (let index = 0; index + round < nodeCount && edges.length < edgeCount; index += 1) {
      edges.push({ id: `e${edges.length}`, source: `n${index}`, target: `n${index + round}` });
    }
  }
  return world.create(`${nodeCount} nodes`, "", fromDefinition({ nodes, edges })).workflow.id;
}

/** Nodes in a row, each connected to the next. */
function chain(world: World, kinds: string[]): Graph {
  const nodes = kinds.map((kind, index) => node(world, kind, { x: index * 300, y: 0 }));
  const edges = nodes.slice(1).map((target, index) => edge(world, nodes[index]?.id ?? "", target.id));
  return fromDefinition({ nodes, edges });
}

function orders(world: World): Graph {
  const arrive = node(world, "webhook.receive", { x: 0, y: 80 }, "Order arrives", { path: "orders" });
  const large = node(world, "if.check", { x: 300, y: 80 }, "Large order?", {
    conditions: [{ left: "={{ $json.total }}", operator: "greater_than", right: 1000 }],
  });
  const call = node(world, "http.request", { x: 600, y: 0 }, "Tell the warehouse", {
    url: "https://warehouse.example.com/orders",
    method: "POST",
  });
  const mail = node(world, "email.send", { x: 600, y: 160 }, "Thank the customer", {
    to: "={{ $json.email }}",
  });
  return fromDefinition({
    nodes: [arrive, large, call, mail],
    edges: [
      edge(world, arrive.id, large.id),
      edge(world, large.id, call.id, "true"),
      edge(world, large.id, mail.id, "false"),
    ],
  });
}

function node(world: World, kind: string, position: Node["position"], label?: string, config = {}): Node {
  const [connectorId = "", actionId = ""] = kind.split(".");
  const action = world.catalog.find(({ id }) => id === connectorId)?.actions.find(({ id }) => id === actionId);
  return {
    id: world.id(),
    type: action?.node_type ?? "action",
    position,
    data: { label: label ?? action?.name ?? kind, connector_id: connectorId, action_id: actionId, config },
  };
}

function edge(world: World, source: string, target: string, handle?: string): Edge {
  const result: Edge = { id: world.id(), source, target };
  if (handle !== undefined) result.source_handle = handle;
  return result;
}
