/** A list of rows of one height, of which only those in view are drawn: a hundred thousand are as quick as ten. */
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import classes from "./VirtualRows.module.css";

/** Rows drawn beyond the edges. */
const BEYOND = 6;
/** Frames after which a row that was scrolled to is drawn at the latest. */
const DRAWN_AFTER = 10;

/**
 * What makes the rows a grid or a tree: the list itself keeps the focus, because rows come and go, and says which element
 * inside is the active one.
 */
interface RowsWidget {
  readonly role: "grid" | "tree";
  /** The active row, which is kept in view when it changes. */
  readonly row: number;
  /** Identifier of the active element; undefined when the row has none. */
  readonly activeId: string | undefined;
  /** Columns of a grid. */
  readonly columns?: number;
  /** `page` is how many rows are in view. */
  onKey(event: KeyboardEvent, page: number): void;
}

interface Props {
  count: number;
  /** Height of a row, in CSS pixels. */
  height: number;
  label: string;
  row(index: number): ReactNode;
  /** Stays on top while the rows move under it. */
  header?: ReactNode;
  /** Least width of a row, in CSS pixels; wider than the view, the rows scroll sideways. */
  width?: number;
  /** Told which rows are in view. */
  onRange?(first: number, last: number): void;
  /** How the keyboard goes through the rows; without it, it scrolls them. */
  widget?: RowsWidget;
}

/** The list. */
export function VirtualRows({ count, height, label, row, header, width, onRange, widget }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [room, setRoom] = useState(400);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setRoom(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(top / height) - BEYOND);
  const last = Math.min(count, Math.ceil((top + room) / height) + BEYOND);
  useEffect(() => {
    if (last > first) onRange?.(first, last - 1);
  }, [first, last, onRange]);

  useKeptInView(box, head, widget, height);

  const rows: ReactNode[] = [];
  for (let index = first; index < last; index += 1) {
    rows.push(
      <div key={index} role="presentation" className={classes.row} style={{ top: index * height, height }}>
        {row(index)}
      </div>,
    );
  }
  const inside = (
    <div role="presentation" style={{ minWidth: width }}>
      <div role="presentation" ref={head} className={classes.head}>
        {header}
      </div>
      <div role="presentation" className={classes.rows} style={{ height: count * height }}>
        {rows}
      </div>
    </div>
  );
  const onScroll = () => setTop(box.current?.scrollTop ?? 0);
  if (!widget) {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls from here
      <section ref={box} className={classes.scroll} aria-label={label} tabIndex={0} onScroll={onScroll}>
        {inside}
      </section>
    );
  }
  const { role, activeId, columns, onKey } = widget;
  const size = role === "grid" ? { "aria-rowcount": count + (header ? 1 : 0), "aria-colcount": columns } : {};
  const keyboard = {
    role,
    tabIndex: 0,
    "aria-label": label,
    "aria-activedescendant": count > 0 ? activeId : undefined,
    ...size,
    onKeyDown: (event: KeyboardEvent) => onKey(event, Math.max(1, Math.floor(room / height) - 1)),
  };
  return (
    <div ref={box} className={classes.scroll} {...keyboard} onScroll={onScroll}>
      {inside}
    </div>
  );
}

/** Scrolls to the active element when it changes: first to its row, which may not be drawn yet, then to its column. */
function useKeptInView(
  box: RefObject<HTMLDivElement | null>,
  head: RefObject<HTMLDivElement | null>,
  widget: RowsWidget | undefined,
  height: number,
): void {
  const row = widget?.row;
  const activeId = widget?.activeId;
  const shown = useRef(activeId);
  useEffect(() => {
    const element = box.current;
    if (!element || row === undefined || activeId === undefined || shown.current === activeId) return;
    shown.current = activeId;
    const least = (row + 1) * height + (head.current?.offsetHeight ?? 0) - element.clientHeight;
    element.scrollTop = Math.max(least, Math.min(element.scrollTop, row * height));
    let frame = 0;
    const toColumn = (tries: number) => {
      const active = document.getElementById(activeId);
      if (active) showColumn(element, active);
      else if (tries > 0) frame = requestAnimationFrame(() => toColumn(tries - 1));
    };
    frame = requestAnimationFrame(() => toColumn(DRAWN_AFTER));
    return () => cancelAnimationFrame(frame);
  }, [box, head, row, activeId, height]);
}

/** Scrolls sideways as far as it takes. `scrollIntoView` would move what is around the list, too. */
function showColumn(box: HTMLElement, active: HTMLElement): void {
  const left = active.getBoundingClientRect().left - box.getBoundingClientRect().left + box.scrollLeft;
  const least = left + active.offsetWidth - box.clientWidth;
  box.scrollLeft = Math.min(left, Math.max(least, box.scrollLeft));
}
