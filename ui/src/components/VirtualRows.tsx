/** A list of rows of one height, of which only those in view are drawn: a hundred thousand are as quick as ten. */
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import classes from "./VirtualRows.module.css";

/** Rows drawn beyond the edges. */
const BEYOND = 6;

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
}

/** The list. */
export function VirtualRows({ count, height, label, row, header, width, onRange }: Props) {
  const box = useRef<HTMLDivElement>(null);
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

  const rows: ReactNode[] = [];
  for (let index = first; index < last; index += 1) {
    rows.push(
      <div key={index} className={classes.row} style={{ top: index * height, height }}>
        {row(index)}
      </div>,
    );
  }
  return (
    <section
      ref={box}
      className={classes.scroll}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls from here
      tabIndex={0}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <div style={{ minWidth: width }}>
        {header}
        <div className={classes.rows} style={{ height: count * height }}>
          {rows}
        </div>
      </div>
    </section>
  );
}
