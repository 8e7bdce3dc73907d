/** One proposed change: what it does, why it deserves a look, what it needs, and the decision on it. */
import { Checkbox } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowsRightLeft,
  IconCheck,
  IconChevronRight,
  IconPencil,
  IconPlus,
  IconRefreshDot,
  IconTrash,
  IconUnlink,
  IconX,
  type TablerIcon,
} from "@tabler/icons-react";
import { memo, useState } from "react";
import type { Action } from "../../bindings/Action";
import type { ProposedAction } from "../../bindings/ProposedAction";
import { IconAction } from "../../components/IconAction";
import { isOpen } from "../../state/proposals";
import { ActionDetails } from "./ActionDetails";
import classes from "./ProposalCard.module.css";
import { RISKS } from "./risks";

/** What a row can do; stable for the life of the list. */
export interface RowActions {
  toggle(index: number): void;
  accept(index: number): void;
  reject(index: number): void;
  pointAt(action: Action | null): void;
}

interface Props {
  messageId: string;
  action: ProposedAction;
  place: number;
  tabbable: boolean;
  selected: boolean;
  /** Pending changes that come with it. */
  needs: readonly number[];
  decidable: boolean;
  deciding: boolean;
  actions: RowActions;
  onFocus(index: number): void;
}

const KINDS: Record<Action["type"], { icon: TablerIcon; mark: string; label: string }> = {
  add_node: { icon: IconPlus, mark: "added", label: "Adds a node" },
  update_node: { icon: IconPencil, mark: "changed", label: "Changes a node" },
  delete_node: { icon: IconTrash, mark: "removed", label: "Deletes a node" },
  add_edge: { icon: IconArrowsRightLeft, mark: "added", label: "Adds a connection" },
  delete_edge: { icon: IconUnlink, mark: "removed", label: "Removes a connection" },
  generate_workflow: { icon: IconRefreshDot, mark: "changed", label: "Replaces the workflow" },
};

/** A row. Expands to the fields, the problems and the exact change. */
export const ActionRow = memo(function ActionRow(props: Props) {
  const { action, place, tabbable, actions, onFocus } = props;
  const [expanded, setExpanded] = useState(false);
  const { icon: Icon, mark, label } = KINDS[action.action.type];
  const problems = action.decision.type === "pending" ? action.problems : [];
  return (
    <li
      className={classes.row}
      tabIndex={tabbable ? 0 : -1}
      data-row
      data-place={place}
      data-index={action.index}
      data-decision={action.decision.type}
      data-risky={action.risks.length > 0 || undefined}
      onFocus={() => {
        onFocus(action.index);
        actions.pointAt(action.action);
      }}
      onBlur={() => actions.pointAt(null)}
      onMouseEnter={() => actions.pointAt(action.action)}
      onMouseLeave={() => actions.pointAt(null)}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return;
        if (event.key === "ArrowRight" || event.key === "Enter") setExpanded(true);
        else if (event.key === "ArrowLeft") setExpanded(false);
      }}
    >
      <div className={classes.line}>
        <Choice {...props} />
        <span className={classes.kind} data-mark={mark} title={label}>
          <Icon size={14} aria-label={label} />
        </span>
        <button
          type="button"
          className={classes.title}
          aria-expanded={expanded}
          tabIndex={-1}
          onClick={() => setExpanded(!expanded)}
        >
          <span className={classes.number}>{action.index + 1}</span>
          <span className={classes.titleText}>{action.title}</span>
          <IconChevronRight size={12} className={classes.chevron} aria-hidden />
        </button>
        <Verdict {...props} />
      </div>
      <Tags {...props} />
      {problems.map(({ path, message }) => (
        <p key={`${path} ${message}`} className={classes.problem}>
          <IconAlertTriangle size={14} aria-label="Problem" />
          <span>
            {message} <code>{path}</code>
          </span>
        </p>
      ))}
      {expanded && <ActionDetails action={action} />}
    </li>
  );
});

function Choice({ action, selected, decidable, actions }: Props) {
  if (!decidable || action.decision.type !== "pending") return null;
  return (
    <Checkbox
      size="xs"
      className={classes.choice}
      aria-label={`Choose change ${action.index + 1}`}
      checked={selected}
      onChange={() => actions.toggle(action.index)}
    />
  );
}

/** Accept and Reject, or what was decided. */
function Verdict({ action, needs, decidable, deciding, actions }: Props) {
  const { decision } = action;
  if (decision.type === "applied")
    return (
      <span className={classes.applied} title={`Applied as version ${decision.version_number}`}>
        Applied
      </span>
    );
  if (decision.type === "rejected") return <span className={classes.rejected}>Rejected</span>;
  if (!decidable) return null;
  const withOthers = needs.length === 0 ? "Accept" : `Accept, with ${listOf(needs)} that it needs`;
  return (
    <span className={classes.verdict}>
      <IconAction
        label={withOthers}
        keys="A"
        size={24}
        className={classes.accept ?? ""}
        disabled={deciding || !isOpen(action)}
        onClick={() => actions.accept(action.index)}
      >
        <IconCheck size={14} />
      </IconAction>
      <IconAction
        label="Reject"
        keys="R"
        size={24}
        className={classes.reject ?? ""}
        disabled={deciding}
        onClick={() => actions.reject(action.index)}
      >
        <IconX size={14} />
      </IconAction>
    </span>
  );
}

/** Named risks, and what comes with it. */
function Tags({ action, needs }: Props) {
  if (action.risks.length === 0 && needs.length === 0) return null;
  return (
    <div className={classes.tags}>
      {action.risks.map((risk) => {
        const { icon: Icon, label, meaning } = RISKS[risk];
        return (
          <span key={risk} className={classes.risk} title={meaning}>
            <Icon size={12} aria-hidden />
            {label}
          </span>
        );
      })}
      {needs.length > 0 && <span className={classes.needs}>Needs {listOf(needs)}: accepted together</span>}
    </div>
  );
}

/** `1`, `1 and 2`, `1, 2 and 3`, as the rows are numbered. */
function listOf(indexes: readonly number[]): string {
  const numbers = indexes.slice(0, 5).map((index) => String(index + 1));
  if (indexes.length > 5) return `${numbers.join(", ")} and ${indexes.length - 5} more`;
  const last = numbers.pop() ?? "";
  return numbers.length === 0 ? last : `${numbers.join(", ")} and ${last}`;
}
