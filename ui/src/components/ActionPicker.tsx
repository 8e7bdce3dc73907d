/** Finding an action: a search field over a list by category. Used by the palette and wherever a node is added. */
import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import type { NodeType } from "../bindings/NodeType";
import { useCatalog } from "../state/catalog";
import { type Found, searchActions } from "../state/search";
import classes from "./ActionPicker.module.css";
import { ConnectorIcon } from "./ConnectorIcon";
import { plainProse } from "./Prose";

/** No entry is active: the list is only looked at. */
const NONE = -1;

interface Props {
  onPick(found: Found): void;
  onClose?(): void;
  /** Called when an action is pulled out of the list, with the pointer's place. */
  onDrag?(found: Found, x: number, y: number): void;
  autoFocus?: boolean;
  /** Whether a single click picks; otherwise a double click does. */
  pickOn?: "click" | "doubleClick";
  /** Leaves out what cannot be connected to. */
  withoutTriggers?: boolean;
  /** Leaves out everything that is not of this type. */
  only?: NodeType;
}

/** The search field and the list. */
export function ActionPicker({
  onPick,
  onClose,
  onDrag,
  autoFocus,
  pickOn = "click",
  withoutTriggers = false,
  only,
}: Props) {
  const connectors = useCatalog((state) => state.connectors);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(autoFocus ? 0 : NONE);
  const list = useRef<HTMLDivElement>(null);
  const listId = useId();
  const found = useMemo(() => {
    const all = searchActions(connectors, query);
    const fits = (type: NodeType) => (only === undefined || type === only) && !(withoutTriggers && type === "trigger");
    return all.filter(({ action }) => fits(action.node_type));
  }, [connectors, query, withoutTriggers, only]);

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const picked = found[active];
    if (event.key === "ArrowDown") setActive(Math.min(active + 1, found.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, 0));
    else if (event.key === "Enter" && picked) onPick(picked);
    else if (event.key === "Escape" && query !== "") setQuery("");
    else if (event.key === "Escape" && onClose) onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={classes.picker}>
      <TextInput
        className={classes.search}
        size="xs"
        placeholder="Search nodes"
        aria-label="Search nodes"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={found[active] ? `${listId}-${active}` : undefined}
        leftSection={<IconSearch size={14} />}
        value={query}
        data-autofocus={autoFocus || undefined}
        ref={(input) => {
          if (autoFocus && input && !input.dataset.focused) {
            input.dataset.focused = "yes";
            input.focus({ preventScroll: true });
          }
        }}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
        }}
        onFocus={() => setActive((at) => Math.max(at, 0))}
        onBlur={() => setActive(NONE)}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={listId} role="listbox" aria-label="Nodes" className={classes.list}>
        {found.map((entry, index) => {
          const { category } = entry.connector;
          const heading = query.trim() === "" && found[index - 1]?.connector.category !== category;
          return (
            <div key={`${entry.connector.id}.${entry.action.id}`}>
              {heading && <div className={classes.category}>{category}</div>}
              <Option
                id={`${listId}-${index}`}
                found={entry}
                active={index === active}
                onActivate={() => setActive(index)}
                onPick={() => onPick(entry)}
                pickOn={pickOn}
                onDrag={onDrag}
              />
            </div>
          );
        })}
        {found.length === 0 && <div className={classes.nothing}>Nothing fits “{query.slice(0, 60)}”.</div>}
      </div>
    </div>
  );
}

interface OptionProps extends Pick<Props, "onDrag" | "pickOn"> {
  id: string;
  found: Found;
  active: boolean;
  onActivate(): void;
  onPick(): void;
}

function Option({ id, found, active, onActivate, onPick, pickOn, onDrag }: OptionProps) {
  const { connector, action } = found;
  const several = connector.actions.length > 1;
  const startDrag = useDragStart(found, onDrag);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field above has the keyboard
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      className={classes.option}
      data-kind={action.node_type}
      title={plainProse(action.description)}
      onMouseMove={onActivate}
      onPointerDown={startDrag}
      onClick={pickOn === "click" ? onPick : undefined}
      onDoubleClick={pickOn === "doubleClick" ? onPick : undefined}
    >
      <span className={classes.tile}>
        <ConnectorIcon connectorId={connector.id} size={16} />
      </span>
      <span className={classes.text}>
        <span className={classes.name}>{several ? action.name : connector.name}</span>
        <span className={classes.detail}>{several ? connector.name : plainProse(action.description)}</span>
      </span>
    </div>
  );
}

/** Begins a drag once the pointer has moved a little with the button held. */
function useDragStart(found: Found, onDrag: Props["onDrag"]) {
  if (!onDrag) return undefined;
  return (start: PointerEvent) => {
    if (start.button !== 0) return;
    const move = (event: globalThis.PointerEvent) => {
      const far = Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > 5;
      if (far) onDrag(found, event.clientX, event.clientY);
    };
    const end = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", end);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
  };
}
