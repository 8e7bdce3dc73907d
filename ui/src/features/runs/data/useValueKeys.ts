/** The value that is active in a grid or tree: opened and copied with keys, picked with the mouse. */
import { type KeyboardEvent, type MouseEvent, useRef, useState } from "react";
import { type Base, expressionOf, type Path } from "../../../graph/expressions/paths";
import { copy, type Picked, valueText } from "./ValueMenu";

/** A value with its place in an item. */
export interface PathValue {
  readonly value: unknown;
  readonly path: Path;
}

/** The picked value for the menu, how a click picks one, and what keys do with the active one. */
export function useValueKeys(base: Base) {
  const [picked, setPicked] = useState<Picked | null>(null);
  const from = useRef<HTMLElement | null>(null);
  const show = (value: Picked) => {
    from.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setPicked(value);
  };
  /** The list has the focus again once the menu is gone. */
  const unpick = () => {
    setPicked(null);
    requestAnimationFrame(() => from.current?.focus({ preventScroll: true }));
  };
  const pick = (value: PathValue, { clientX, clientY }: MouseEvent) => show({ ...value, x: clientX, y: clientY });
  /** Says whether the key meant the value. */
  const onValueKey = (event: KeyboardEvent, active: PathValue | undefined, activeId: string): boolean => {
    const { key, shiftKey } = event;
    const opens = key === "Enter" || key === " " || key === "ContextMenu" || (key === "F10" && shiftKey);
    const copies = (event.ctrlKey || event.metaKey) && key.toLowerCase() === "c";
    if (!active || !(opens || copies)) return false;
    event.preventDefault();
    event.stopPropagation();
    if (copies) {
      void (shiftKey ? copy(expressionOf(base, active.path), "The path") : copy(valueText(active.value), "The value"));
      return true;
    }
    const place = document.getElementById(activeId)?.getBoundingClientRect();
    show({ ...active, x: (place?.left ?? 0) + 24, y: place?.bottom ?? 0 });
    return true;
  };
  return { picked, pick, onValueKey, unpick };
}
