/** One parameter with its name, its control, its help and what is wrong with it. */
import { useEffect, useId } from "react";
import { Prose } from "../../components/Prose";
import { isExpression } from "../../graph/expressions/template";
import type { Parameter } from "../../graph/parameters";
import { useEditor } from "../../state/editor";
import { expressionDrop } from "../expressions/drop";
import { loadEditor } from "../expressions/LazyEditor";
import { ModeSwitch } from "../expressions/ModeSwitch";
import { askFocus, fieldKey, remember, switched, withDropped } from "../expressions/modes";
import { ValueControl } from "./controls";
import classes from "./Inspector.module.css";
import { ListControl } from "./ListControl";
import { MapControl } from "./MapControl";
import { useField } from "./useField";

interface Props {
  nodeId: string;
  parameter: Parameter;
  /** What the workflow holds; undefined when it is not set. */
  stored: unknown;
}

/** A parameter of the inspected node. */
export function ParameterField({ nodeId, parameter, stored }: Props) {
  const field = useField(nodeId, parameter.name, stored);
  const id = useId();
  const own = field.problems.filter((problem) => problem.path === "");
  const javascript = useEditor(({ graph }) => graph.nodes.get(nodeId)?.data.connector_id === "code");
  const isCode = javascript && parameter.control === "code";
  const isSingle = parameter.control !== "list" && parameter.control !== "map";
  const canBeExpression = isSingle && !isCode;
  const expression = canBeExpression && isExpression(field.value);
  const key = fieldKey(nodeId, parameter.name);
  // The editor is there by the time the first field is switched.
  useEffect(() => void loadEditor(), []);

  const takesExpression = expressionDrop((dropped) => {
    if (!canBeExpression) return;
    remember(key, field.value);
    askFocus(key);
    field.write(withDropped(field.value, dropped));
  });
  const toggle = () => {
    const next = switched(key, field.value, parameter.types);
    if (isExpression(next)) askFocus(key);
    field.write(next);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only stores what the fields inside were left with
    <div className={classes.field} data-parameter={parameter.name} onBlur={field.commit} {...takesExpression}>
      <div className={classes.fieldHead}>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: an editor is no form control, which a label would lead to by itself */}
        <label
          className={classes.fieldTitle}
          htmlFor={isSingle ? id : undefined}
          onClick={() => document.getElementById(id)?.focus()}
        >
          {parameter.title}
          {parameter.required && (
            <span className={classes.required} aria-hidden>
              {" *"}
            </span>
          )}
        </label>
        {canBeExpression && <ModeSwitch label={parameter.title} expression={expression} onSwitch={toggle} />}
      </div>
      {parameter.control === "list" ? (
        <ListControl nodeId={nodeId} parameter={parameter} field={field} />
      ) : parameter.control === "map" ? (
        <MapControl nodeId={nodeId} parameter={parameter} field={field} />
      ) : (
        <ValueControl
          id={id}
          nodeId={nodeId}
          place={parameter.name}
          javascript={isCode}
          parameter={parameter}
          value={field.value}
          onChange={field.write}
          invalid={own.length > 0}
        />
      )}
      {own.map((problem) => (
        <div key={problem.message} className={classes.problem} role="alert">
          {problem.message}
        </div>
      ))}
      {parameter.description !== "" && (
        <div className={classes.help}>
          <Prose text={parameter.description} />
        </div>
      )}
    </div>
  );
}
