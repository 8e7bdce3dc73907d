/** A node on the canvas. Kinds differ by colour and by the shape of the tile; marks by colour, border and sign. */
import { Tooltip } from "@mantine/core";
import { IconAlertTriangleFilled, IconMinus, IconPlus, IconTilde } from "@tabler/icons-react";
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { type MouseEvent, memo } from "react";
import { ConnectorIcon } from "../../components/ConnectorIcon";
import { displayText } from "../../components/displayText";
import { sentences } from "../../components/sentences";
import { ERROR_OUTPUT, outputsOf } from "../../graph/outputs";
import { outputOffset } from "../../graph/size";
import { useCanvasView } from "../../state/canvasView";
import { useCatalog } from "../../state/catalog";
import { useCredentialProblem } from "../../state/credentials";
import { useOverlay } from "../../state/overlay";
import type { FlowNode, Mark } from "./flow";
import classes from "./NodeCard.module.css";
import { RunMark } from "./RunMark";

const SIGNS = {
  added: { Icon: IconPlus, text: "Would be added" },
  changed: { Icon: IconTilde, text: "Would be changed" },
  removed: { Icon: IconMinus, text: "Would be removed" },
} satisfies Record<Mark, unknown>;

/** What keeps a node of an unknown connector from running. */
const UNSUPPORTED = "This version of Bridge has no such node. It cannot run: replace it, or disable it.";

/** Width of the card's border, inside of which handles are placed. */
const BORDER = 1;

/** One node. */
export const NodeCard = memo(function NodeCard({ data, selected }: NodeProps<FlowNode>) {
  const { node, manifest, missing, mark, labelBefore, readOnly } = data;
  const connector = useCatalog((state) => state.byId.get(node.data.connector_id)?.name) ?? node.data.connector_id;
  const label = displayText(node.data.label) || manifest?.name || connector;
  const outputs = outputsOf(node.data, manifest);
  const disabled = node.data.settings?.disabled ?? false;
  const credentialProblem = useCredentialProblem(node.data);
  const highlighted = useOverlay((state) => state.highlighted.has(node.id));
  const kind = manifest
    ? manifest.name === connector
      ? connector
      : `${connector} · ${manifest.name}`
    : `Not supported · ${displayText(node.data.action_id)}`;
  return (
    <div
      className={classes.card}
      data-kind={node.type}
      data-selected={selected || undefined}
      data-mark={mark}
      data-highlighted={highlighted || undefined}
      data-disabled={disabled || undefined}
      data-testid="node"
    >
      {node.type !== "trigger" && (
        <Handle type="target" position={Position.Left} className={classes.handle} isConnectable={!readOnly} />
      )}
      <div className={classes.tile}>
        <span className={classes.glyph}>
          <ConnectorIcon connectorId={node.data.connector_id} />
        </span>
      </div>
      <div className={classes.text}>
        {labelBefore !== undefined && <s className={classes.before}>{displayText(labelBefore)}</s>}
        <bdi className={classes.label}>{label}</bdi>
        {labelBefore === undefined && (
          <span className={classes.kind}>{disabled ? `Switched off · ${kind}` : kind}</span>
        )}
      </div>
      {mark === undefined && <RunMark nodeId={node.id} />}
      {mark ? <Sign mark={mark} /> : <Missing titles={missing} problem={manifest ? credentialProblem : UNSUPPORTED} />}
      {outputs.map((output, index) => (
        <Handle
          key={output.id}
          id={output.id}
          type="source"
          position={Position.Right}
          className={classes.handle}
          style={{ top: outputOffset(index, outputs.length) - BORDER }}
          isConnectable={!readOnly && mark !== "added"}
        >
          {outputs.length > 1 && output.name !== "" && (
            <span className={classes.output} data-error={output.id === ERROR_OUTPUT || undefined}>
              {output.name}
            </span>
          )}
          {!readOnly && mark === undefined && <AddAfter nodeId={node.id} handle={output.id} />}
        </Handle>
      ))}
    </div>
  );
});

/** On an output: a click adds a node there, a drag draws a connection. With the keyboard, “/” adds one. */
function AddAfter({ nodeId, handle }: { nodeId: string; handle: string }) {
  const add = (event: MouseEvent) => {
    event.stopPropagation();
    const at = { x: event.clientX + 14, y: event.clientY - 22 };
    useCanvasView.getState().setQuickAdd({ at, from: { nodeId, handle } });
  };
  return (
    <button
      type="button"
      className={classes.addAfter}
      tabIndex={-1}
      aria-label="Add the next node"
      title="Click to add the next node, drag to connect"
      onClick={add}
    >
      <IconPlus size={12} stroke={2.5} />
    </button>
  );
}

function Sign({ mark }: { mark: Mark }) {
  const { Icon, text } = SIGNS[mark];
  return (
    <span className={classes.sign} role="img" aria-label={text} title={text}>
      <Icon size={12} stroke={3} />
    </span>
  );
}

function Missing({ titles, problem }: { titles: readonly string[]; problem: string | null }) {
  if (titles.length === 0 && problem === null) return null;
  const text = sentences(titles.length > 0 ? `Needs ${titles.join(", ")}` : "", problem ?? "");
  return (
    <Tooltip label={text} openDelay={150}>
      <span className={classes.missing} role="img" aria-label={text}>
        <IconAlertTriangleFilled size={14} />
      </span>
    </Tooltip>
  );
}
