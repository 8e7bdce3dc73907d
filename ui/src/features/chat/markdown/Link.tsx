/** A link in a text of a model: never an address the window follows by itself. */
import type { ReactNode } from "react";
import { mayOpen, useLinks } from "../../../state/links";
import classes from "./Markdown.module.css";

interface Props {
  href: string | undefined;
  children: ReactNode;
}

/** Asks before it opens. An address that is no web or mail address is plain text. */
export function Link({ href, children }: Props) {
  const ask = useLinks((state) => state.ask);
  if (href === undefined || !mayOpen(href)) return <span>{children}</span>;
  return (
    // biome-ignore lint/a11y/useSemanticElements: an anchor with an address could be followed without being asked
    <button
      type="button"
      role="link"
      className={classes.link}
      title={href.slice(0, 300)}
      onClick={(event) => ask(href, event.currentTarget.textContent ?? "")}
    >
      {children}
    </button>
  );
}
