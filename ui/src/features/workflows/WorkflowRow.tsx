/** One workflow in the list. */
import { Menu } from "@mantine/core";
import {
  IconCopy,
  IconDotsVertical,
  IconExternalLink,
  IconFileExport,
  IconPencil,
  IconTrash,
} from "@tabler/icons-react";
import { type KeyboardEvent, memo, useRef } from "react";
import type { WorkflowSummary } from "../../bindings/WorkflowSummary";
import { ConnectorIcon } from "../../components/ConnectorIcon";
import { displayText } from "../../components/displayText";
import { IconAction } from "../../components/IconAction";
import { InlineName } from "../../components/InlineName";
import { Keys } from "../../components/Keys";
import { fullTime, timeAgo } from "../../components/times";
import { useCatalog } from "../../state/catalog";
import { exportWorkflow } from "../../state/exchange";
import { useNavigation } from "../../state/navigation";
import { useWorkflows } from "../../state/workflows";
import classes from "./Workflows.module.css";

/** Connectors shown by their icon; the rest are a number. */
const ICONS = 5;

interface Props {
  workflow: WorkflowSummary;
  renaming: boolean;
  onRenaming(renaming: boolean): void;
}

/** A row. Memoised: the list is drawn again with every change of a workflow. */
export const WorkflowRow = memo(function WorkflowRow({ workflow, renaming, onRenaming }: Props) {
  const row = useRef<HTMLLIElement>(null);
  const open = () => useNavigation.getState().goToWorkflow(workflow.id);
  const rename = async (name: string) => {
    const error = await useWorkflows.getState().rename(workflow.id, name, workflow.description);
    if (!error) row.current?.focus();
    return error?.message ?? null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== row.current) return;
    if (event.key === "Enter") open();
    else if (event.key === "F2") onRenaming(true);
    else if (event.key === "Delete") removeRow(row.current, workflow.id);
    else return;
    event.preventDefault();
  };

  return (
    <li
      ref={row}
      className={classes.row}
      data-row
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard moves from row to row
      tabIndex={0}
      aria-label={displayText(workflow.name)}
      onClick={open}
      onKeyDown={onKeyDown}
    >
      <div className={classes.nameCell}>
        {renaming ? (
          <InlineName
            name={workflow.name}
            label="Name of the workflow"
            editing
            onEditing={onRenaming}
            onSave={rename}
            className={classes.name}
          />
        ) : (
          <span className={classes.nameLine}>
            <bdi className={classes.name}>{displayText(workflow.name)}</bdi>
            {workflow.active && <span className={classes.active}>Active</span>}
          </span>
        )}
        {workflow.description !== "" && <bdi className={classes.description}>{displayText(workflow.description)}</bdi>}
      </div>
      <Connectors ids={workflow.connector_ids} />
      <span className={classes.number}>{workflow.node_count}</span>
      <span className={classes.time} title={fullTime(workflow.updated_at)}>
        {timeAgo(workflow.updated_at)}
      </span>
      <RowMenu workflow={workflow} onRename={() => onRenaming(true)} onOpen={open} />
    </li>
  );
});

function Connectors({ ids }: { ids: readonly string[] }) {
  const byId = useCatalog((state) => state.byId);
  const shown = ids.length > ICONS ? ids.slice(0, ICONS - 1) : ids;
  return (
    <span className={classes.connectors}>
      {shown.map((id) => (
        <span key={id} className={classes.connector} title={byId.get(id)?.name ?? id}>
          <ConnectorIcon connectorId={id} size={14} />
        </span>
      ))}
      {ids.length > shown.length && <span className={classes.more}>+{ids.length - shown.length}</span>}
    </span>
  );
}

interface MenuProps {
  workflow: WorkflowSummary;
  onRename(): void;
  onOpen(): void;
}

function RowMenu({ workflow, onRename, onOpen }: MenuProps) {
  const { duplicate, remove } = useWorkflows.getState();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keeps the row from opening, does nothing itself
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <span className={classes.menu} onClick={(event) => event.stopPropagation()}>
      <Menu position="bottom-end" width={180}>
        <Menu.Target>
          <IconAction label="More" size={26}>
            <IconDotsVertical size={16} />
          </IconAction>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconExternalLink size={15} />} rightSection={<Keys keys="Enter" />} onClick={onOpen}>
            Open
          </Menu.Item>
          <Menu.Item leftSection={<IconPencil size={15} />} rightSection={<Keys keys="F2" />} onClick={onRename}>
            Rename
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => void duplicate(workflow.id)}>
            Duplicate
          </Menu.Item>
          <Menu.Item leftSection={<IconFileExport size={15} />} onClick={() => void exportWorkflow(workflow.id)}>
            Export…
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={15} />}
            rightSection={<Keys keys="Delete" />}
            onClick={() => void remove(workflow.id)}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}

/** Deletes a workflow and moves the focus to the row that takes its place. */
function removeRow(row: HTMLElement | null, id: string): void {
  const next = row?.nextElementSibling ?? row?.previousElementSibling;
  if (next instanceof HTMLElement) next.focus();
  void useWorkflows.getState().remove(id);
}
