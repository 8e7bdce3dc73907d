/** The canvas: draws the open workflow, turns what the pointer does on it into actions. */
import {
  applyNodeChanges,
  Background,
  BackgroundVariant,
  type Connection,
  ConnectionLineType,
  type EdgeChange,
  type FinalConnectionState,
  MiniMap,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  type ReactFlowState,
  SelectionMode,
  useStore,
} from "@xyflow/react";
import { type PointerEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useCanvasView } from "../../state/canvasView";
import { connect, moveNodes } from "../../state/nodeOperations";
import { useSelection } from "../../state/selection";
import classes from "./Canvas.module.css";
import { CanvasControls } from "./CanvasControls";
import { Drop } from "./Drop";
import { EmptyCanvas } from "./EmptyCanvas";
import { type Drawing, type FlowEdge, type FlowNode, flowEdges, flowNodes, withSelection } from "./flow";
import { useHoveredEdge } from "./hoveredEdge";
import { type Box, isLarge, nearEdges, OVERVIEW_ZOOM } from "./large";
import { NodeCard } from "./NodeCard";
import { Overview } from "./Overview";
import { QuickAddMenu } from "./QuickAddMenu";
import { useCanvasCommands } from "./useCanvasCommands";
import { useClipboard } from "./useClipboard";
import { useDrawing } from "./useDrawing";
import { MIN_ZOOM, useViewApi } from "./useViewApi";
import { Wire } from "./Wire";

const NODE_TYPES = { card: NodeCard };
const EDGE_TYPES = { wire: Wire };
const NO_NODES: FlowNode[] = [];
const NO_EDGES: FlowEdge[] = [];
const farAway = (state: ReactFlowState) => state.transform[2] < OVERVIEW_ZOOM;
const MINIMAP = { width: 148, height: 96 };
const MULTI_SELECT = ["Meta", "Control", "Shift"];

/** The canvas of the open workflow. */
export function Canvas() {
  return (
    <ReactFlowProvider>
      <Surface />
    </ReactFlowProvider>
  );
}

function Surface() {
  const drawing = useDrawing();
  const frame = useRef<HTMLDivElement>(null);
  const { nodes, edges, onNodesChange, onEdgesChange } = useFlow(drawing);
  const [near, setNear] = useState<Box | null>(null);
  const large = isLarge(drawing.graph);
  const drawnEdges = useMemo(
    () => (large ? nearEdges(edges, drawing.graph, near) : edges),
    [large, edges, near, drawing.graph],
  );
  const [goingFar, setGoingFar] = useState(false);
  const isFar = useStore(farAway);
  const overview = large && (isFar || goingFar);
  useEffect(() => {
    if (isFar) setGoingFar(false);
  }, [isFar]);
  const isValidConnection = useValidConnection(drawing);
  const view = useViewApi(frame, drawing, setNear, setGoingFar);
  useRevealInspected();
  useCanvasCommands();
  useClipboard(frame);

  return (
    <section
      className={classes.canvas}
      ref={frame}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard moves through the nodes from here
      tabIndex={0}
      aria-label="Canvas"
      onPointerDownCapture={focusSelf}
    >
      <ReactFlow<FlowNode, FlowEdge>
        nodes={overview ? NO_NODES : nodes}
        edges={overview ? NO_EDGES : drawnEdges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onNodeClick={(event, node) => {
          const several = event.shiftKey || event.ctrlKey || event.metaKey;
          if (!several && node.selectable) useSelection.getState().inspect(node.id);
        }}
        onNodeDoubleClick={(_, node) => node.selectable && useSelection.getState().inspect(node.id, "form")}
        onNodeDragStop={(_, __, moved) => moveNodes(moved.map((node) => [node.id, node.position]))}
        onSelectionDragStop={(_, moved) => moveNodes(moved.map((node) => [node.id, node.position]))}
        onPaneClick={(event) =>
          overview ? view.zoomTo(event.clientX, event.clientY) : useSelection.getState().clear()
        }
        onEdgeMouseEnter={(_, edge) => useHoveredEdge.getState().hold(edge.id)}
        onEdgeMouseLeave={(_, edge) => useHoveredEdge.getState().release(edge.id)}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        isValidConnection={isValidConnection}
        onMove={view.onMove}
        onInit={view.onInit}
        onlyRenderVisibleElements
        nodesConnectable={!drawing.readOnly}
        nodesFocusable={false}
        edgesFocusable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={MULTI_SELECT}
        selectionMode={SelectionMode.Partial}
        panOnScroll
        zoomOnDoubleClick={false}
        connectionRadius={28}
        connectionLineType={ConnectionLineType.Bezier}
        minZoom={MIN_ZOOM}
        maxZoom={2}
        elevateEdgesOnSelect
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.25} color="var(--canvas-dot)" />
        {overview && <Overview nodes={nodes} edges={drawing.graph.edges} />}
        {!large && nodes.length > 0 && (
          <MiniMap
            className={classes.minimap}
            style={MINIMAP}
            pannable
            zoomable
            nodeBorderRadius={8}
            ariaLabel="Map of the workflow"
          />
        )}
      </ReactFlow>
      <CanvasControls />
      {drawing.graph.nodes.size === 0 && !drawing.overlay && !drawing.readOnly && <EmptyCanvas />}
      <QuickAddMenu />
      <Drop />
    </section>
  );
}

/** The nodes and edges xyflow holds: drawn from the state, moved and selected by the pointer in between. */
function useFlow(drawing: Drawing) {
  const [nodes, setNodes] = useState<FlowNode[]>(() => flowNodes(drawing, []));
  const [edges, setEdges] = useState<FlowEdge[]>(() => flowEdges(drawing, []));
  const selectedNodes = useSelection((state) => state.nodes);
  const selectedEdges = useSelection((state) => state.edges);

  useLayoutEffect(() => {
    const selection = useSelection.getState();
    setNodes((before) => withSelection(flowNodes(drawing, before), selection.nodes));
    setEdges((before) => withSelection(flowEdges(drawing, before), selection.edges));
  }, [drawing]);
  useLayoutEffect(() => setNodes((before) => withSelection(before, selectedNodes)), [selectedNodes]);
  useLayoutEffect(() => setEdges((before) => withSelection(before, selectedEdges)), [selectedEdges]);

  const onNodesChange = useCallback((changes: NodeChange<FlowNode>[]) => {
    // Sizes are known beforehand; nodes come and go through the state only.
    const moves = changes.filter((change) => change.type === "position");
    if (moves.length > 0) setNodes((before) => applyNodeChanges(moves, before));
    takeSelection(changes, "nodes");
  }, []);
  const onEdgesChange = useCallback((changes: EdgeChange<FlowEdge>[]) => takeSelection(changes, "edges"), []);
  return { nodes, edges, onNodesChange, onEdgesChange };
}

/** Puts what the pointer selected into the state, where the inspector and the commands find it. */
function takeSelection(
  changes: readonly (NodeChange<FlowNode> | EdgeChange<FlowEdge>)[],
  kind: "nodes" | "edges",
): void {
  const selects = changes.filter((change) => change.type === "select");
  if (selects.length === 0) return;
  const selection = useSelection.getState();
  const next = new Set(selection[kind]);
  for (const { id, selected } of selects) {
    if (selected) next.add(id);
    else next.delete(id);
  }
  if (kind === "nodes") selection.select(next, selection.edges);
  else selection.select(selection.nodes, next);
}

/** Keeps the node whose form is open in view, beside the form. */
function useRevealInspected(): void {
  const inspected = useSelection((state) => state.inspected);
  useEffect(() => {
    if (inspected === null) return;
    const timer = requestAnimationFrame(() => useCanvasView.getState().view?.reveal([inspected]));
    return () => cancelAnimationFrame(timer);
  }, [inspected]);
}

/** Whether two ends may be connected, as far as can be seen at once; the core has the last word. */
function useValidConnection({ graph, readOnly }: Drawing) {
  const taken = useMemo(() => {
    const keys = new Set<string>();
    for (const edge of graph.edges.values()) keys.add(`${edge.source}\n${edge.source_handle ?? ""}\n${edge.target}`);
    return keys;
  }, [graph]);
  return useCallback(
    ({ source, target, sourceHandle }: Connection | FlowEdge) => {
      const key = `${source}\n${sourceHandle ?? ""}\n${target}`;
      return !readOnly && source !== target && graph.nodes.get(target)?.type !== "trigger" && !taken.has(key);
    },
    [graph, readOnly, taken],
  );
}

/** The keyboard follows the pointer onto the canvas, except into controls that lie on it. */
function focusSelf({ target, currentTarget }: PointerEvent<HTMLElement>): void {
  if (target instanceof Element && !target.closest("button, input, [role=dialog]")) {
    currentTarget.focus({ preventScroll: true });
  }
}

function onConnect({ source, target, sourceHandle }: Connection): void {
  connect(source, target, sourceHandle ?? undefined);
}

/** A connection that ends in the void asks which node to add there. */
function onConnectEnd(event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  if (state.isValid || state.toNode || !state.fromNode || state.fromHandle?.type !== "source") return;
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  if (!point) return;
  const { view, setQuickAdd } = useCanvasView.getState();
  const position = view?.atPoint(point.clientX, point.clientY);
  if (!position) return;
  const handle = state.fromHandle.id;
  setQuickAdd({
    at: { x: point.clientX, y: point.clientY },
    position: { x: position.x, y: position.y - 30 },
    from: { nodeId: state.fromNode.id, ...(handle ? { handle } : {}) },
  });
}
