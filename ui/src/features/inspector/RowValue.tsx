/** A value in a row of a list or map: its control, and the switch to an expression beside it. */
import { isExpression } from "../../graph/expressions/template";
import type { Parameter } from "../../graph/parameters";
import { expressionDrop } from "../expressions/drop";
import { ModeSwitch } from "../expressions/ModeSwitch";
import { askFocus, fieldKey, remember, switched, withDropped } from "../expressions/modes";
import { ValueControl } from "./controls";
import classes from "./Inspector.module.css";

interface Props {
  nodeId: string;
  place: string;
  parameter: Parameter;
  label: string;
  value: unknown;
  onChange(value: unknown): void;
  invalid: boolean;
}

/** The value. */
export function RowValue(props: Props) {
  const { nodeId, place, parameter, label, value, onChange } = props;
  const key = fieldKey(nodeId, place);
  const drop = expressionDrop((dropped) => {
    remember(key, value);
    askFocus(key);
    onChange(withDropped(value, dropped));
  });
  const toggle = () => {
    const next = switched(key, value, parameter.types);
    if (isExpression(next)) askFocus(key);
    onChange(next);
  };
  return (
    <div className={classes.rowValue} {...drop}>
      <div className={classes.rowControl}>
        <ValueControl {...props} />
      </div>
      <ModeSwitch compact label={label} expression={isExpression(value)} onSwitch={toggle} />
    </div>
  );
}
