/** Keys of a shortcut, drawn as keys. */
import { keyNames } from "../state/commands";
import classes from "./Keys.module.css";

/** A shortcut such as `mod+K`. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={classes.keys}>
      {keyNames(keys).map((name) => (
        <kbd key={name} className={classes.key}>
          {name}
        </kbd>
      ))}
    </span>
  );
}
