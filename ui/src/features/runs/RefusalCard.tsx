/** Why a run did not begin: everything that is missing, by node. */
import { Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useEffect } from "react";
import { displayText } from "../../components/displayText";
import { useEditor } from "../../state/editor";
import { showNode } from "../../state/runCommands";
import { useRuns } from "../../state/runs";
import classes from "./FailureCard.module.css";

/** Problems listed at most. */
const LISTED = 100;

/** Says why a run did not begin, and leads to each node that lacks something. */
export function RefusalCard() {
  const refusal = useRuns((state) => state.refusal);
  const graph = useEditor((state) => state.graph);
  useEffect(() => {
    const at = refusal?.nodes.findIndex((id) => id !== null) ?? -1;
    const node = refusal?.nodes[at];
    if (node) showNode(node, parameterOf(refusal?.error.problems[at]?.path ?? ""));
  }, [refusal]);
  if (!refusal) return null;
  const { problems } = refusal.error;
  return (
    <section className={classes.card} role="alert" aria-label="The run did not begin">
      <div className={classes.body}>
        <Text size="sm" fw={600}>
          {problems.length === 1
            ? "One thing is missing before it can run"
            : `${problems.length} things are missing before it can run`}
        </Text>
        <ul className={classes.problems}>
          {problems.slice(0, LISTED).map(({ path, message }, index) => {
            const node = graph.nodes.get(refusal.nodes[index] ?? "");
            const parameter = parameterOf(path);
            return (
              <li key={`${path} ${message}`}>
                {node && (
                  <button type="button" className={classes.link} onClick={() => showNode(node.id, parameter)}>
                    <bdi>{displayText(node.data.label, 80)}</bdi>
                  </button>
                )}{" "}
                {displayText(message, 300)}
              </li>
            );
          })}
        </ul>
      </div>
      <button
        type="button"
        className={classes.dismiss}
        aria-label="Dismiss"
        onClick={() => useRuns.getState().dismissRefusal()}
      >
        <IconX size={14} />
      </button>
    </section>
  );
}

/** The field a problem's path is about: `nodes[3].data.config.url`, `nodes[3].data.settings.timeout_seconds`. */
function parameterOf(path: string): string | null {
  const [, of, name = ""] = /\.(config|settings)\.([^.[]+)/.exec(path) ?? [];
  return of === undefined ? null : of === "settings" ? `settings.${name}` : name;
}
