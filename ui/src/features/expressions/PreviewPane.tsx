/** What an expression gives for one item of the data, with a way to look at the others. */
import { Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { IconAction } from "../../components/IconAction";
import { arrivingOf, useExpressionData } from "./data";
import classes from "./Expressions.module.css";
import type { Preview } from "./usePreview";
import { typeText, valueText } from "./values";

/** Characters of the value shown at most. */
const SHOWN = { small: 600, large: 20_000 };

interface Props {
  preview: Preview | null;
  /** The text as it is now. */
  text: string;
  large?: boolean;
}

/** Value, type, item and what is wrong. */
export function PreviewPane({ preview, text, large = false }: Props) {
  const answer = preview?.answer;
  const problems = answer?.problems ?? [];
  return (
    <div className={classes.preview} data-large={large || undefined} data-testid="preview">
      <div className={classes.previewHead}>
        <Text size="xs" fw={600}>
          Result
        </Text>
        {answer && problems.length === 0 && <span className={classes.type}>{typeText(answer.value)}</span>}
        <span className={classes.gap} />
        <ItemStepper />
      </div>
      <div className={classes.value} data-waiting={preview?.text !== text || undefined}>
        {problems.length > 0 ? (
          problems.slice(0, 5).map(({ message, start }) => (
            <div key={`${start} ${message}`} className={classes.problem}>
              {message}
            </div>
          ))
        ) : (
          <Value preview={preview} longest={large ? SHOWN.large : SHOWN.small} />
        )}
      </div>
    </div>
  );
}

function Value({ preview, longest }: { preview: Preview | null; longest: number }) {
  const hasData = useExpressionData(({ sources }) => (arrivingOf(sources)?.total ?? 0) > 0);
  if (!preview) return <span className={classes.nothing}>…</span>;
  const { value } = preview.answer;
  if (value === "") return <span className={classes.nothing}>An empty text</span>;
  if (value !== undefined && value !== null) return <bdi>{valueText(value, longest)}</bdi>;
  const why = hasData ? "Nothing for this item" : "No data yet: run the nodes before this one to see what this gives.";
  return <span className={classes.nothing}>{why}</span>;
}

/** Which item is looked at, of how many. */
function ItemStepper() {
  const item = useExpressionData((state) => state.item);
  const total = useExpressionData((state) => arrivingOf(state.sources)?.total ?? 0);
  const show = useExpressionData((state) => state.show);
  if (total === 0) return null;
  return (
    // The keyboard stays in the editor, and with it this preview, whatever the mouse does here.
    <fieldset className={classes.stepper} aria-label="Item" onMouseDown={(event) => event.preventDefault()}>
      <IconAction label="Earlier item" size={20} aria-disabled={item === 0} onClick={() => show(Math.max(0, item - 1))}>
        <IconChevronLeft size={14} />
      </IconAction>
      <span>
        Item {(item + 1).toLocaleString("en")} of {total.toLocaleString("en")}
      </span>
      <IconAction
        label="Later item"
        size={20}
        aria-disabled={item + 1 >= total}
        onClick={() => show(Math.min(total - 1, item + 1))}
      >
        <IconChevronRight size={14} />
      </IconAction>
    </fieldset>
  );
}

/** The result in words, for screen readers: errors are read out, values when the field is asked about. */
export function SpokenResult({ id, preview, text }: Props & { id: string }) {
  const settled = preview?.text === text ? preview.answer : null;
  const problems = settled?.problems ?? [];
  const value =
    settled && problems.length === 0 ? `Gives ${typeText(settled.value)}: ${valueText(settled.value, 200)}` : "";
  return (
    <div className={classes.spoken}>
      <span id={id}>{value || problems.map(({ message }) => message).join(" ")}</span>
      <span aria-live="polite">{problems.map(({ message }) => message).join(" ")}</span>
    </div>
  );
}
