/** @xyflow/react with its own nodes and nothing else: what Bridge's canvas is measured against. */
import { ReactFlow } from "@xyflow/react";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import "@xyflow/react/dist/style.css";

const element = document.getElementById("root");
const root = createRoot(element);

/** Shows a definition as Bridge stores it, in an area of this size, at this view; all of it, or only what is visible. */
window.show = ({ definition, width, height, visibleOnly, ...viewport }) => {
  Object.assign(element.style, { width: `${width}px`, height: `${height}px` });
  const nodes = definition.nodes.map(({ id, position, data }) => ({
    id,
    position,
    data: { label: data.label },
    style: { width: 232, height: 60 },
  }));
  root.render(
    createElement(ReactFlow, {
      defaultNodes: nodes,
      defaultEdges: definition.edges,
      defaultViewport: viewport,
      minZoom: 0.02,
      onlyRenderVisibleElements: visibleOnly,
    }),
  );
};
