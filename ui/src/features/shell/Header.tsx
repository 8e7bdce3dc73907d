/** The editor's header: where one is, whether it is saved, and what can be done with the whole. */
import { Button, Menu, Popover, Textarea, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconChevronLeft,
  IconCommand,
  IconDotsVertical,
  IconFileDescription,
  IconFileExport,
  IconFileImport,
  IconHistory,
  IconLayoutSidebarLeftExpand,
  IconSettings,
  IconShieldCheck,
  IconSparkles,
} from "@tabler/icons-react";
import { useState } from "react";
import { IconAction } from "../../components/IconAction";
import { InlineName } from "../../components/InlineName";
import { useEditor } from "../../state/editor";
import { exportWorkflow, useExchange } from "../../state/exchange";
import { useGrants } from "../../state/grants";
import { useNavigation } from "../../state/navigation";
import { usePanels } from "../../state/panels";
import { useWorkflows } from "../../state/workflows";
import { ActiveSwitch } from "../runs/ActiveSwitch";
import { LiveRuns } from "../runs/LiveRuns";
import { RunButton } from "../runs/RunButton";
import { openCommandPalette } from "./CommandPalette";
import classes from "./Header.module.css";
import { ThemeMenu } from "./ThemeMenu";

/** The header. */
export function Header() {
  return (
    <header className={classes.header}>
      <div className={classes.left}>
        <IconAction label="Back to workflows" onClick={() => useNavigation.getState().goHome()}>
          <IconChevronLeft size={18} />
        </IconAction>
        <PaletteToggle />
        <Name />
        <Description />
        <WorkflowMenu />
        <SaveState />
      </div>
      <div className={classes.right}>
        <LiveRuns />
        <ActiveSwitch />
        <RunButton />
        <span className={classes.divider} />
        <History />
        <span className={classes.divider} />
        <IconAction label="Commands" keys="mod+K" onClick={openCommandPalette}>
          <IconCommand size={17} />
        </IconAction>
        <ThemeMenu />
        <IconAction label="Settings" keys="mod+," onClick={() => useNavigation.getState().openSettings()}>
          <IconSettings size={17} />
        </IconAction>
        <AssistantToggle />
      </div>
    </header>
  );
}

function PaletteToggle() {
  const open = usePanels((state) => state.paletteOpen);
  if (open) return null;
  return (
    <IconAction label="Show the palette" keys="mod+B" onClick={() => usePanels.getState().setPaletteOpen(true)}>
      <IconLayoutSidebarLeftExpand size={17} />
    </IconAction>
  );
}

function Name() {
  const workflow = useEditor((state) => state.workflow);
  const [editing, setEditing] = useState(false);
  if (!workflow) return <span className={classes.name} />;
  const save = async (name: string) => {
    const error = await useWorkflows.getState().rename(workflow.id, name, workflow.description);
    if (error) return error.message;
    useEditor.getState().receiveWorkflow({ ...workflow, name });
    return null;
  };
  return (
    <InlineName
      className={classes.name}
      name={workflow.name}
      label="Name of the workflow"
      editing={editing}
      onEditing={setEditing}
      onSave={save}
    />
  );
}

function Description() {
  const workflow = useEditor((state) => state.workflow);
  const [opened, setOpened] = useState(false);
  if (!workflow) return null;
  return (
    <Popover opened={opened} onChange={setOpened} width={320} position="bottom-start" trapFocus>
      <Popover.Target>
        <IconAction label="Description" onClick={() => setOpened(!opened)}>
          <IconFileDescription size={17} />
        </IconAction>
      </Popover.Target>
      <Popover.Dropdown>
        <DescriptionForm key={workflow.id} onDone={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function WorkflowMenu() {
  const workflow = useEditor((state) => state.workflow);
  const wasImported = useExchange((state) => workflow !== null && workflow.id in state.imported);
  if (!workflow) return null;
  return (
    <Menu position="bottom-start" width={200}>
      <Menu.Target>
        <IconAction label="Workflow menu">
          <IconDotsVertical size={17} />
        </IconAction>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconShieldCheck size={15} />} onClick={() => useGrants.getState().open(workflow.id)}>
          May reach…
        </Menu.Item>
        <Menu.Item leftSection={<IconFileExport size={15} />} onClick={() => void exportWorkflow(workflow.id)}>
          Export…
        </Menu.Item>
        {wasImported && (
          <Menu.Item
            leftSection={<IconFileImport size={15} />}
            onClick={() => useExchange.getState().setOpen(workflow.id, true)}
          >
            After the import…
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function DescriptionForm({ onDone }: { onDone(): void }) {
  const workflow = useEditor((state) => state.workflow);
  const [text, setText] = useState(workflow?.description ?? "");
  const [problem, setProblem] = useState<string | null>(null);
  if (!workflow) return null;
  const save = async () => {
    const error = await useWorkflows.getState().rename(workflow.id, workflow.name, text);
    setProblem(error?.message ?? null);
    if (error) return;
    useEditor.getState().receiveWorkflow({ ...workflow, description: text });
    onDone();
  };
  return (
    <>
      <Textarea
        label="Description"
        placeholder="What is this workflow for?"
        size="xs"
        autosize
        minRows={3}
        maxRows={10}
        data-autofocus
        value={text}
        error={problem}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={classes.formEnd}>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button onClick={() => void save()}>Save</Button>
      </div>
    </>
  );
}

/** Whether everything is stored. */
function SaveState() {
  const waiting = useEditor((state) => state.waiting);
  const blocked = useEditor((state) => state.blocked);
  const opened = useEditor((state) => state.workflow !== null);
  if (!opened) return null;
  const [state, text] = blocked
    ? (["failed", "Not saved"] as const)
    : waiting > 0
      ? (["saving", "Saving…"] as const)
      : (["saved", "Saved"] as const);
  return (
    <Tooltip label={blocked ? blocked.message : "Every change is saved at once on this machine"}>
      <span className={classes.saveState} data-state={state} role="status">
        <span className={classes.dot} />
        {text}
      </span>
    </Tooltip>
  );
}

function History() {
  const canUndo = useEditor((state) => state.canUndo || state.waiting > 0);
  const canRedo = useEditor((state) => state.canRedo);
  const preview = useEditor((state) => state.preview !== null);
  const versions = usePanels((state) => state.versionsOpen);
  return (
    <>
      <IconAction
        label="Undo"
        keys="mod+Z"
        disabled={!canUndo || preview}
        onClick={() => void useEditor.getState().undo()}
      >
        <IconArrowBackUp size={17} />
      </IconAction>
      <IconAction
        label="Redo"
        keys="mod+Shift+Z"
        disabled={!canRedo || preview}
        onClick={() => void useEditor.getState().redo()}
      >
        <IconArrowForwardUp size={17} />
      </IconAction>
      <IconAction
        label="Versions"
        keys="mod+H"
        aria-pressed={versions}
        onClick={() => usePanels.getState().setVersionsOpen(!versions)}
      >
        <IconHistory size={17} />
      </IconAction>
    </>
  );
}

function AssistantToggle() {
  const open = usePanels((state) => state.assistantOpen);
  return (
    <IconAction
      label={open ? "Hide the assistant" : "Show the assistant"}
      keys="mod+J"
      aria-pressed={open}
      onClick={() => usePanels.getState().setAssistantOpen(!open)}
    >
      <IconSparkles size={17} />
    </IconAction>
  );
}
