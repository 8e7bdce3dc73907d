/** A button that is only an icon, with its name and shortcut in a tooltip. */
import { ActionIcon, type ActionIconProps, Group, Tooltip } from "@mantine/core";
import type { ComponentPropsWithoutRef, ReactNode } from "react";
import classes from "./IconAction.module.css";
import { Keys } from "./Keys";

interface Props extends ActionIconProps, Omit<ComponentPropsWithoutRef<"button">, keyof ActionIconProps> {
  /** Name for the tooltip and for screen readers. */
  label: string;
  /** Shortcut, as `mod+Z`. */
  keys?: string;
  children: ReactNode;
}

/** An icon button with a tooltip. */
export function IconAction({ label, keys, children, className, ...rest }: Props) {
  const tip = (
    <Group gap={8} wrap="nowrap">
      <span>{label}</span>
      {keys && <Keys keys={keys} />}
    </Group>
  );
  return (
    // What the button has opened explains itself, and the tooltip would lie over it.
    <Tooltip label={tip} disabled={rest["aria-expanded"] === true || rest["aria-expanded"] === "true"}>
      <ActionIcon aria-label={label} className={`${classes.action} ${className ?? ""}`} {...rest}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
