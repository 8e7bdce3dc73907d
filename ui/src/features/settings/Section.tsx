/** A titled part of a settings page. */
import type { ReactNode } from "react";
import classes from "./SettingsDialog.module.css";

interface Props {
  title: string;
  note?: ReactNode;
  children: ReactNode;
}

/** Title, an explanation, and the controls. */
export function Section({ title, note, children }: Props) {
  return (
    <section className={classes.section}>
      <h3>{title}</h3>
      {note !== undefined && <p className={classes.explanation}>{note}</p>}
      {children}
    </section>
  );
}
