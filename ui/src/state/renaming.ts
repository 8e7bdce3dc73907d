/** Gives a node a new label in the open workflow, and says what became of the expressions that name it. */
import type { Action } from "../bindings/Action";
import type { NodeId } from "../bindings/NodeId";
import { renaming } from "../graph/expressions/rename";
import { useEditor } from "./editor";
import { useToasts } from "./toasts";

/** The actions of one step: the label, and the expressions and code of every node that follows it. */
export function renamingOf(nodeId: NodeId, label: string): Action[] {
  const { graph } = useEditor.getState();
  const { actions, followers, ambiguous } = renaming(graph, nodeId, label);
  const { show } = useToasts.getState();
  if (ambiguous) {
    const message = "Expressions still say the old name, because two nodes have the same one.";
    show({ message, hint: "Give every node a name of its own, then correct the expressions." });
  } else if (followers > 0) {
    const whose = followers === 1 ? "one node" : `${followers} nodes`;
    show({ message: `The expressions of ${whose} that name it follow the new name.` });
  }
  return actions;
}
