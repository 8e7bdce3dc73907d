/** What is kept of a node that this version of Bridge does not know, to be read and copied. */
import { Text } from "@mantine/core";
import { useMemo } from "react";
import type { Node } from "../../bindings/Node";
import { displayText } from "../../components/displayText";
import classes from "./Inspector.module.css";

/** Characters that are shown. */
const MAX_TEXT = 20_000;

/** The configuration as JSON. */
export function KeptConfig({ node }: { node: Node }) {
  const text = useMemo(() => shownText(node), [node]);
  return (
    <div>
      <Text size="xs" fw={500} mb={4}>
        Kept settings
      </Text>
      <pre className={classes.kept}>{text}</pre>
    </div>
  );
}

function shownText(node: Node): string {
  const lines = JSON.stringify(node.data.config, null, 2).slice(0, MAX_TEXT).split("\n");
  return lines.map((line) => displayText(line, MAX_TEXT)).join("\n");
}
