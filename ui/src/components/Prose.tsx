/** A sentence from a manifest, with what stands between backticks as code. Nothing else is interpreted. */
import classes from "./Prose.module.css";

/** The sentence. */
export function Prose({ text }: { text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a fixed sentence
      <code key={index} className={classes.code}>
        {part}
      </code>
    ) : (
      part
    ),
  );
}

/** The sentence where there is no room for more than its words. */
export function plainProse(text: string): string {
  return text.replaceAll("`", "");
}
