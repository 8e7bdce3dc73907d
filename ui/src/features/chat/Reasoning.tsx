/** What a model thought before it answered, folded away. */
import { Loader } from "@mantine/core";
import { IconBrain, IconChevronRight } from "@tabler/icons-react";
import { memo } from "react";
import classes from "./MessageList.module.css";

interface Props {
  text: string;
  /** It is thinking right now. */
  thinking: boolean;
}

/** Longest text that is drawn, from its end, in characters. */
const LONGEST = 20_000;

/** Folded until it is opened. */
export const Reasoning = memo(function Reasoning({ text, thinking }: Props) {
  return (
    <details className={classes.reasoning}>
      <summary>
        {thinking ? <Loader size={12} /> : <IconBrain size={14} aria-hidden />}
        <span>{thinking ? "Thinking…" : "Thought before answering"}</span>
        <IconChevronRight size={12} className={classes.chevron} aria-hidden />
      </summary>
      <p>
        {text.length > LONGEST && "… "}
        {text.slice(-LONGEST)}
      </p>
    </details>
  );
});
