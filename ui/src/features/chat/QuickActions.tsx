/** What the user most likely wants next, by what is on the canvas. */
import { Button, Popover } from "@mantine/core";
import {
  IconBolt,
  IconGitBranch,
  IconPlus,
  IconSparkles,
  IconWand,
  IconWebhook,
  type TablerIcon,
} from "@tabler/icons-react";
import { type ComponentPropsWithRef, useState } from "react";
import type { NodeType } from "../../bindings/NodeType";
import { ActionPicker } from "../../components/ActionPicker";
import { useCatalog } from "../../state/catalog";
import { useEditor } from "../../state/editor";
import { addNode, addNodeBesideSelection } from "../../state/nodeOperations";
import classes from "./Composer.module.css";
import type { ChatActions } from "./useChatActions";

const EXAMPLE =
  "Build a workflow: when a webhook receives an order, check whether its total is over 1,000 and post large orders to Slack.";
const OPTIMISE = "How can I make this workflow more reliable and faster? Suggest changes.";

/** State of the canvas, as far as the quick actions care. */
export type CanvasState = "empty" | "no_trigger" | "started";

interface QuickAction {
  label: string;
  icon: TablerIcon;
  /** Opens the list of nodes of this type. */
  pick?: NodeType;
  run?(actions: ChatActions): void;
}

const QUICK_ACTIONS: Record<CanvasState, readonly QuickAction[]> = {
  empty: [
    { label: "Add webhook trigger", icon: IconWebhook, run: addWebhook },
    { label: "Build with AI", icon: IconSparkles, run: (actions) => actions.fill(EXAMPLE) },
  ],
  no_trigger: [{ label: "Add trigger", icon: IconBolt, pick: "trigger" }],
  started: [
    { label: "Add action", icon: IconPlus, pick: "action" },
    { label: "Add condition", icon: IconGitBranch, pick: "condition" },
    { label: "Optimise", icon: IconWand, run: (actions) => actions.fill(OPTIMISE) },
  ],
};

/** Buttons above the text field. */
export function QuickActions({ actions }: { actions: ChatActions }) {
  const state = useEditor(({ graph, workflow }) =>
    workflow === null ? null : canvasState(graph.nodes.values(), graph.nodes.size),
  );
  if (state === null) return <div className={classes.quick} />;
  return (
    <nav className={classes.quick} aria-label="Quick actions">
      {QUICK_ACTIONS[state].map((action) =>
        action.pick === undefined ? (
          <QuickButton key={action.label} action={action} onClick={() => action.run?.(actions)} />
        ) : (
          <PickButton key={action.label} action={action} only={action.pick} />
        ),
      )}
    </nav>
  );
}

/** What is on the canvas. Stops at the first trigger. */
export function canvasState(nodes: Iterable<{ type: string }>, count: number): CanvasState {
  if (count === 0) return "empty";
  for (const node of nodes) if (node.type === "trigger") return "started";
  return "no_trigger";
}

interface ButtonProps extends Omit<ComponentPropsWithRef<"button">, "color"> {
  action: QuickAction;
}

function QuickButton({ action: { label, icon: Icon }, ...rest }: ButtonProps) {
  return (
    <Button size="compact-xs" variant="default" fw={400} leftSection={<Icon size={14} />} {...rest}>
      {label}
    </Button>
  );
}

/** Opens a list of nodes of one type; the chosen one goes beside the selected node. */
function PickButton({ action, only }: { action: QuickAction; only: NodeType }) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" width={300} trapFocus>
      <Popover.Target>
        <QuickButton action={action} aria-expanded={opened} onClick={() => setOpened(!opened)} />
      </Popover.Target>
      <Popover.Dropdown p={8} className={classes.picker} aria-label={action.label}>
        {opened && (
          <ActionPicker
            autoFocus
            only={only}
            onClose={() => setOpened(false)}
            onPick={(found) => {
              setOpened(false);
              addNodeBesideSelection(found.connector, found.action);
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function addWebhook(): void {
  const connector = useCatalog.getState().byId.get("webhook");
  const action = connector?.actions.find(({ node_type }) => node_type === "trigger");
  if (connector && action) addNode(connector, action);
}
