/** What is different between the version that is shown and the current one: nodes, parameters, settings, connections. */
import { useMemo } from "react";
import { displayText } from "../../components/displayText";
import { counted } from "../../components/durations";
import { compareGraphs, type Difference, type GraphDifference, type NodeDifference } from "../../graph/compare";
import { fromDefinition } from "../../graph/graph";
import { SETTING_TITLES, settingText } from "../../graph/settingTexts";
import { useCanvasView } from "../../state/canvasView";
import { useCredentials } from "../../state/credentials";
import { useEditor } from "../../state/editor";
import classes from "./Comparison.module.css";

/** Nodes listed at most. */
const LISTED = 100;
/** Characters of a value. */
const SHOWN = 120;
const SIGNS = { added: "+", removed: "−", changed: "~" } as const;
const WORDS = { added: "New since then", removed: "Gone since then", changed: "Changed since then" } as const;

/** The comparison, while an old version is shown. */
export function Comparison() {
  const preview = useEditor((state) => state.preview);
  const truth = useEditor((state) => state.truth);
  const difference = useMemo(
    () => (preview ? compareGraphs(fromDefinition(preview.definition), truth) : null),
    [preview, truth],
  );
  if (!preview || !difference) return null;
  const { nodes } = difference;
  const edges = otherText(difference);
  return (
    <section className={classes.comparison} aria-label="Compared with the current version">
      <h3 className={classes.title}>Since then</h3>
      {nodes.length === 0 && edges === "" && <p className={classes.note}>Nothing is different now.</p>}
      <ul className={classes.list}>
        {nodes.slice(0, LISTED).map((node) => (
          <NodeItem key={node.id} node={node} shown={node.kind !== "added"} />
        ))}
      </ul>
      {nodes.length > LISTED && <p className={classes.note}>and {counted(nodes.length - LISTED, "more node")}</p>}
      {edges !== "" && <p className={classes.note}>{edges}</p>}
    </section>
  );
}

function NodeItem({ node: { id, kind, label, differences }, shown }: { node: NodeDifference; shown: boolean }) {
  return (
    <li className={classes.node} data-kind={kind}>
      <button
        type="button"
        className={classes.name}
        // A node that is new is not on the canvas of the old version.
        disabled={!shown}
        onClick={() => useCanvasView.getState().view?.reveal([id])}
      >
        <span className={classes.sign} role="img" aria-label={WORDS[kind]}>
          {SIGNS[kind]}
        </span>
        <bdi>{displayText(label, 80)}</bdi>
      </button>
      {differences.length > 0 && (
        <dl className={classes.differences}>
          {differences.map((difference) => (
            <Line key={difference.type + ("name" in difference ? difference.name : "")} difference={difference} />
          ))}
        </dl>
      )}
    </li>
  );
}

function Line({ difference }: { difference: Difference }) {
  const credentials = useCredentials((state) => state.credentials);
  const nameOf = (id: string) => credentials.find((credential) => credential.id === id)?.name;
  const { type } = difference;
  const [title, before, after] =
    type === "setting"
      ? [
          SETTING_TITLES[difference.name],
          settingText(difference.name, difference.before, nameOf),
          settingText(difference.name, difference.after, nameOf),
        ]
      : type === "parameter"
        ? [difference.name, valueText(difference.before), valueText(difference.after)]
        : [type === "label" ? "Name" : "Action", difference.before, difference.after];
  return (
    <div className={classes.line}>
      <dt>{displayText(title, 60)}</dt>
      <dd>
        <del>
          <bdi>{displayText(before, SHOWN)}</bdi>
        </del>
        <span aria-hidden>→</span>
        <ins>
          <bdi>{displayText(after, SHOWN)}</bdi>
        </ins>
      </dd>
    </div>
  );
}

function valueText(value: unknown): string {
  if (value === undefined || value === "") return "empty";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function otherText({ moved, addedEdges, removedEdges }: GraphDifference): string {
  return [
    addedEdges > 0 ? `${counted(addedEdges, "connection")} added` : "",
    removedEdges > 0 ? `${counted(removedEdges, "connection")} removed` : "",
    moved > 0 ? `${counted(moved, "node")} moved` : "",
  ]
    .filter((text) => text !== "")
    .join(", ");
}
