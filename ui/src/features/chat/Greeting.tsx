/** What the assistant says first: what it can do. */
import { useConversation } from "../../state/conversation";
import classes from "./MessageList.module.css";

const ABILITIES = [
  "Build a workflow from a description, or change the one you see",
  "Explain nodes, connections and connectors",
  "Find out why a run failed",
  "Answer questions on good practice",
];

/** Stands at the beginning of every conversation. */
export function Greeting() {
  const hasMore = useConversation(({ chat }) => chat.hasMore);
  if (hasMore) return null;
  return (
    <section className={classes.greeting} aria-label="Greeting">
      <h2>Hello! I am the assistant of this workflow.</h2>
      <p>I can:</p>
      <ul>
        {ABILITIES.map((ability) => (
          <li key={ability}>{ability}</li>
        ))}
      </ul>
      <p className={classes.dimmed}>
        Nothing changes before you accept it: you see each change on the canvas first, and can undo it afterwards.
      </p>
    </section>
  );
}
