/** One parameter with its name, its control, its help and what is wrong with it. */
import { type DragEvent, useId } from "react";
import { Prose } from "../../components/Prose";
import type { JsonType, Parameter } from "../../graph/parameters";
import { EXPRESSION_TYPE } from "../../state/drag";
import { isExpression, typed, ValueControl } from "./controls";
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
  const canBeExpression = parameter.control !== "list" && parameter.control !== "map";
  const expression = isExpression(field.value);

  const takesExpression = expressionDrop((text) => {
    if (canBeExpression) field.write(`=${text}`);
  });

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only stores what the fields inside were left with
    <div className={classes.field} data-parameter={parameter.name} onBlur={field.commit} {...takesExpression}>
      <div className={classes.fieldHead}>
        <label className={classes.fieldTitle} htmlFor={canBeExpression ? id : undefined}>
          {parameter.title}
          {parameter.required && (
            <span className={classes.required} aria-hidden>
              {" *"}
            </span>
          )}
        </label>
        {canBeExpression && (
          <button
            type="button"
            className={classes.toggle}
            aria-pressed={expression}
            aria-label={`Expression for ${parameter.title}`}
            title={expression ? "Use a fixed value" : "Use an expression"}
            onClick={() => field.write(toggled(field.value, parameter.types))}
          >
            = Expression
          </button>
        )}
      </div>
      {parameter.control === "list" ? (
        <ListControl parameter={parameter} field={field} />
      ) : parameter.control === "map" ? (
        <MapControl parameter={parameter} field={field} />
      ) : (
        <ValueControl
          id={id}
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

/** A field of a run's data that is dropped here becomes the parameter's expression. */
function expressionDrop(take: (text: string) => void) {
  const holds = (event: DragEvent) => event.dataTransfer.types.includes(EXPRESSION_TYPE);
  return {
    onDragOver: (event: DragEvent) => {
      if (holds(event)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      if (!holds(event)) return;
      event.preventDefault();
      take(event.dataTransfer.getData(EXPRESSION_TYPE));
    },
  };
}

/** From a fixed value to an expression and back, to the type the parameter has. */
function toggled(value: unknown, types: readonly JsonType[]): unknown {
  if (isExpression(value)) return typed(value.slice(1), types);
  return `=${typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value)}`;
}
