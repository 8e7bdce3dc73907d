/** What a person does to nodes, as actions for the one write path. */
import type { Action } from "../bindings/Action";
import type { ActionManifest } from "../bindings/ActionManifest";
import type { ConnectorManifest } from "../bindings/ConnectorManifest";
import type { Edge } from "../bindings/Edge";
import type { NodeId } from "../bindings/NodeId";
import type { Position } from "../bindings/Position";
import { copyText, readClip } from "../graph/clip";
import { applyActions, type Graph, newId } from "../graph/graph";
import { outputsOf } from "../graph/outputs";
import { placesFor } from "../graph/room";
import { freePlace, GAP, NODE_WIDTH, placeBeside, sizeFrom } from "../graph/size";
import { tidyLayout } from "../graph/tidy";
import { useCanvasView } from "./canvasView";
import { actionManifest, useCatalog } from "./catalog";
import { useEditor } from "./editor";
import { importText, looksLikeWorkflow } from "./exchange";
import { useSelection } from "./selection";
import { useToasts } from "./toasts";

/** Farthest a node may stand from the origin, in canvas units. */
const FARTHEST = 10_000_000;

/** Where a new node goes and what it is connected to. */
export interface Placement {
  position?: Position;
  /** The output it is connected from. */
  from?: { nodeId: NodeId; handle?: string };
  /** The connection it goes into. */
  edgeId?: string;
}

/** Adds a node, connects it, selects it and opens its form. */
export function addNode(connector: ConnectorManifest, action: ActionManifest, placement: Placement = {}): void {
  const { graph } = useEditor.getState();
  const edge = placement.edgeId === undefined ? undefined : graph.edges.get(placement.edgeId);
  const from = edge ? { nodeId: edge.source, handle: edge.source_handle } : placement.from;
  const source = from && graph.nodes.get(from.nodeId);
  const target = edge && graph.nodes.get(edge.target);
  const beside = source && !target ? placeBeside(source, graph.nodes.values()) : undefined;
  const id = newId();
  const add = {
    type: "add_node",
    id,
    connector_id: connector.id,
    action_id: action.id,
    label: labeller()(connector.actions.length === 1 ? connector.name : action.name),
    position: rounded(placement.position ?? beside ?? middle()),
    config: {},
  } satisfies Action;
  const actions: Action[] = [add];
  if (source && action.node_type !== "trigger") actions.push(addEdge(source.id, id, from?.handle));
  if (edge && action.node_type !== "trigger" && action.outputs.length > 0) {
    actions.push({ type: "delete_edge", edge_id: edge.id }, addEdge(id, edge.target, action.outputs[0]?.id));
  }
  void useEditor.getState().submit(edge && !placement.position ? withRoom(graph, add, actions) : actions);
  useSelection.getState().select([id]);
  useSelection.getState().inspect(id);
  requestAnimationFrame(() => useCanvasView.getState().view?.reveal([id]));
}

/** The actions with a place between its neighbours for the node they add, and what has to move for that moved first. */
function withRoom(graph: Graph, add: Extract<Action, { type: "add_node" }>, actions: readonly Action[]): Action[] {
  const manifest = actionManifest(add.connector_id, add.action_id);
  const places = placesFor({
    after: applyActions(graph, actions, () => manifest?.node_type),
    before: graph.edges.values(),
    added: new Set([add.id ?? ""]),
    outputsOf: ({ data }) => outputsOf(data, actionManifest(data.connector_id, data.action_id)).length,
  });
  const moves = [...places].filter(([id]) => id !== add.id);
  const position = rounded(places.get(add.id ?? "") ?? add.position ?? { x: 0, y: 0 });
  return [
    ...moves.map(([node_id, place]): Action => ({ type: "update_node", node_id, position: rounded(place) })),
    ...actions.map((action) => (action === add ? { ...add, position } : action)),
  ];
}

/** Adds a node beside the selected one and connects it; in the middle of the canvas when none is selected. */
export function addNodeBesideSelection(connector: ConnectorManifest, action: ActionManifest): void {
  const { graph } = useEditor.getState();
  const [selected, ...others] = useSelection.getState().nodes;
  const source = selected !== undefined && others.length === 0 ? graph.nodes.get(selected) : undefined;
  const outputs = source ? (actionManifest(source.data.connector_id, source.data.action_id)?.outputs ?? []) : [];
  if (!source || outputs.length === 0 || action.node_type === "trigger") {
    addNode(connector, action);
    return;
  }
  const used = new Set<string | undefined>();
  for (const edge of graph.edges.values())
    if (edge.source === source.id) used.add(edge.source_handle ?? outputs[0]?.id);
  const free = outputs.find((output) => !used.has(output.id)) ?? outputs[0];
  addNode(connector, action, { from: { nodeId: source.id, ...(free ? { handle: free.id } : {}) } });
}

/** Deletes what is selected. */
export function deleteSelection(): void {
  const { graph, submit } = useEditor.getState();
  const { nodes, edges } = useSelection.getState();
  const actions: Action[] = [];
  for (const id of edges) {
    const edge = graph.edges.get(id);
    if (edge && !nodes.has(edge.source) && !nodes.has(edge.target)) actions.push({ type: "delete_edge", edge_id: id });
  }
  for (const id of nodes) actions.push({ type: "delete_node", node_id: id });
  void submit(actions);
}

/** Moves nodes to these places, as one step. */
export function moveNodes(places: Iterable<[NodeId, Position]>): void {
  const { graph, submit } = useEditor.getState();
  const actions: Action[] = [];
  for (const [node_id, place] of places) {
    const position = rounded(place);
    const before = graph.nodes.get(node_id)?.position;
    if (before && (before.x !== position.x || before.y !== position.y))
      actions.push({ type: "update_node", node_id, position });
  }
  void submit(actions);
}

/** Arranges all nodes from left to right. */
export function tidy(): void {
  const { graph } = useEditor.getState();
  moveNodes(
    tidyLayout(graph, (id) => {
      const data = graph.nodes.get(id)?.data;
      return data ? outputsOf(data, actionManifest(data.connector_id, data.action_id)).length : 1;
    }),
  );
  requestAnimationFrame(() => useCanvasView.getState().view?.fit());
}

/** Connects an output with an input. */
export function connect(source: NodeId, target: NodeId, handle?: string): void {
  void useEditor.getState().submit([addEdge(source, target, handle)]);
}

/** The selected nodes as text for the clipboard; null when none is selected. */
export function copySelection(): string | null {
  const { nodes } = useSelection.getState();
  return nodes.size > 0 ? copyText(useEditor.getState().graph, nodes) : null;
}

/** Pastes nodes from the clipboard; imports the text of a whole workflow; or says why not. */
export function paste(text: string): void {
  const { actions } = useCatalog.getState();
  const clip = readClip(text, (connector, action) => actions.has(`${connector}.${action}`), placeOfPaste);
  if (!clip.ok && looksLikeWorkflow(text)) {
    void importText(text);
    return;
  }
  if (!clip.ok) {
    useToasts.getState().show({ message: clip.reason, hint: "Copy nodes on a canvas of Bridge and paste them here." });
    return;
  }
  const name = labeller();
  const named = clip.actions.map((action) =>
    action.type === "add_node" ? { ...action, label: name(action.label) } : action,
  );
  void useEditor.getState().submit(named);
  useSelection.getState().inspect(null);
  useSelection.getState().select(clip.nodeIds);
  requestAnimationFrame(() => useCanvasView.getState().view?.reveal(clip.nodeIds));
}

/** Where the originals are, or in the middle when that is out of view; below what stands there already. */
function placeOfPaste(corner: Position, originals: readonly Position[]): Position {
  const size = sizeFrom(corner, originals);
  const { view } = useCanvasView.getState();
  const center = view?.center();
  const wanted =
    center && !view?.shows({ ...corner, ...size })
      ? { x: center.x - size.width / 2, y: center.y - size.height / 2 }
      : corner;
  return rounded(freePlace(wanted, useEditor.getState().graph.nodes.values(), size));
}

/** Copies the selected nodes to a place below them. */
export function duplicateSelection(): void {
  const text = copySelection();
  if (text !== null) paste(text);
}

function addEdge(source: NodeId, target: NodeId, handle: string | undefined): Action & Edge {
  const edge: Action & Edge = { type: "add_edge", id: newId(), source, target };
  if (handle !== undefined) edge.source_handle = handle;
  return edge;
}

function middle(): Position {
  const center = useCanvasView.getState().view?.center() ?? { x: NODE_WIDTH, y: GAP.y };
  return freePlace({ x: center.x - NODE_WIDTH / 2, y: center.y - 30 }, useEditor.getState().graph.nodes.values());
}

/** Gives labels that no node has yet: the wanted one, or the wanted one with the next free number. */
function labeller(): (wanted: string) => string {
  const taken = new Set([...useEditor.getState().graph.nodes.values()].map((node) => node.data.label));
  const next = new Map<string, number>();
  return (wanted) => {
    let label = wanted;
    const unnumbered = wanted.replace(/ \d+$/, "");
    const base = taken.has(unnumbered) ? unnumbered : wanted;
    for (let number = next.get(base) ?? 2; taken.has(label); number += 1) {
      label = `${base} ${number}`;
      next.set(base, number + 1);
    }
    taken.add(label);
    return label;
  };
}

/** Whole canvas units, no farther out than the core takes. */
function rounded({ x, y }: Position): Position {
  const within = (value: number) => Math.round(Math.min(FARTHEST, Math.max(-FARTHEST, value)));
  return { x: within(x), y: within(y) };
}
