/** The canvas: draws the open workflow, turns what the pointer does on it into actions. */
import {
  Background,
  BackgroundVariant,
  ConnectionLineType,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  type ReactFlowState,
  SelectionMode,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import { type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useCanvasView } from "../../state/canvasView";
import { useEditor } from "../../state/editor";
import { moveNodes } from "../../state/nodeOperations";
import { moveOf, useOverlay } from "../../state/overlay";
import { useRuns } from "../../state/runs";
import { useSelection } from "../../state/selection";
import classes from "./Canvas.module.css";
import { CanvasControls } from "./CanvasControls";
import { ContextMenu, type MenuPlace } from "./ContextMenu";
import { onConnect, onConnectEnd, useValidConnection } from "./connecting";
import { Drop } from "./Drop";
import { EmptyCanvas } from "./EmptyCanvas";
import type { FlowEdge, FlowNode } from "./flow";
import { useHoveredEdge } from "./hoveredEdge";
import { type Box, isLarge, nearEdges, OVERVIEW_ZOOM } from "./large";
import { NodeCard } from "./NodeCard";
import { Overview } from "./Overview";
import { QuickAddMenu } from "./QuickAddMenu";
import { useCanvasCommands } from "./useCanvasCommands";
import { useClipboard } from "./useClipboard";
import { useDrawing } from "./useDrawing";
import { useFlow } from "./useFlow";
import { MIN_ZOOM, useViewApi } from "./useViewApi";
import { Wire } from "./Wire";

const NODE_TYPES = { card: NodeCard };
const EDGE_TYPES = { wire: Wire };
const NO_NODES: FlowNode[] = [];
const NO_EDGES: FlowEdge[] = [];
const farAway = (state: ReactFlowState) => state.transform[2] < OVERVIEW_ZOOM;
const heightOf = (state: ReactFlowState) => state.height;
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
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const [goingFar, setGoingFar] = useState(false);
  const isFar = useStore(farAway);
  const overview = large && (isFar || goingFar);
  useEffect(() => {
    if (isFar) setGoingFar(false);
  }, [isFar]);
  const isValidConnection = useValidConnection(drawing);
  const view = useViewApi(frame, drawing, setNear, setGoingFar);
  useRevealInspected();
  useKeepMiddle();
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
          if (!several) useRuns.getState().selectNode(node.id);
        }}
        onNodeDoubleClick={(_, node) => node.selectable && useSelection.getState().inspect(node.id, "form")}
        onNodeDragStop={(_, __, moved) => storePlaces(moved)}
        onSelectionDragStop={(_, moved) => storePlaces(moved)}
        onPaneClick={(event) =>
          overview ? view.zoomTo(event.clientX, event.clientY) : useSelection.getState().clear()
        }
        onNodeContextMenu={(event, node) => {
          event.preventDefault();
          if (!node.selectable) return;
          if (!useSelection.getState().nodes.has(node.id)) useSelection.getState().select([node.id]);
          setMenu({ x: event.clientX, y: event.clientY, nodeId: node.id });
        }}
        onPaneContextMenu={(event) => {
          event.preventDefault();
          if (!drawing.readOnly) setMenu({ x: event.clientX, y: event.clientY, nodeId: null });
        }}
        onEdgeMouseEnter={(_, edge) => useHoveredEdge.getState().hold(edge.id)}
        onEdgeMouseLeave={(_, edge) => useHoveredEdge.getState().release(edge.id)}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        isValidConnection={isValidConnection}
        connectOnClick={false}
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
      <ContextMenu place={menu} onClose={() => setMenu(null)} />
      <Drop />
    </section>
  );
}

/** Stores where nodes were dragged to: where they will be drawn again, with what a proposal would move them by. */
function storePlaces(moved: readonly FlowNode[]): void {
  const { overlay } = useOverlay.getState();
  const { graph } = useEditor.getState();
  moveNodes(
    moved.map(({ id, position }) => {
      const node = graph.nodes.get(id);
      const by = node ? moveOf(overlay, node) : { x: 0, y: 0 };
      return [id, { x: position.x - by.x, y: position.y - by.y }];
    }),
  );
}

/** Keeps the node whose form is open in view, beside the form. */
function useRevealInspected(): void {
  const inspected = useSelection((state) => state.inspected);
  useEffect(() => {
    if (inspected === null) return;
    const timer = requestAnimationFrame(() => useCanvasView.getState().view?.reveal([inspected]));
    return () => {
      cancelAnimationFrame(timer);
      requestAnimationFrame(() => {
        if (useSelection.getState().inspected === null) useCanvasView.getState().view?.goBack(inspected);
      });
    };
  }, [inspected]);
}

/** What lies below the canvas grows and shrinks: what was in the middle stays there. */
function useKeepMiddle(): void {
  const flow = useReactFlow();
  const height = useStore(heightOf);
  const before = useRef(height);
  useLayoutEffect(() => {
    const grown = height - before.current;
    if (before.current > 0 && height > 0 && grown !== 0) {
      const { x, y, zoom } = flow.getViewport();
      void flow.setViewport({ x, y: y + grown / 2, zoom });
    }
    before.current = height;
  }, [height, flow]);
}

/** The keyboard follows the pointer onto the canvas, except into controls that lie on it. */
function focusSelf({ target, currentTarget }: PointerEvent<HTMLElement>): void {
  if (target instanceof Element && !target.closest("button, input, [role=dialog]")) {
    currentTarget.focus({ preventScroll: true });
  }
}
