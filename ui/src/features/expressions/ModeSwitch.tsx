/** The switch between a fixed value and an expression, at its field. */
import classes from "./Expressions.module.css";

interface Props {
  /** Name of the field. */
  label: string;
  expression: boolean;
  onSwitch(): void;
  /** For rows of a list: a sign instead of words. */
  compact?: boolean;
}

/** The switch. */
export function ModeSwitch({ label, expression, onSwitch, compact = false }: Props) {
  return (
    <button
      type="button"
      className={classes.mode}
      data-compact={compact || undefined}
      aria-pressed={expression}
      // Begins with what is seen, for those who speak to their machine.
      aria-label={compact ? `fx: expression for ${label}` : `Expression for ${label}`}
      title={expression ? "Use a fixed value" : "Use an expression"}
      onClick={onSwitch}
    >
      {compact ? (
        <span data-on={expression || undefined}>fx</span>
      ) : (
        <>
          <span data-on={!expression || undefined}>Fixed</span>
          <span data-on={expression || undefined}>Expression</span>
        </>
      )}
    </button>
  );
}
