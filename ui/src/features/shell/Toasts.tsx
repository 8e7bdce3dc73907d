/** The toasts of the window, in its lower left corner, where they hide neither the assistant nor the inspector. */
import { Button, CloseButton, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { displayText } from "../../components/displayText";
import { type Toast, useToasts } from "../../state/toasts";
import classes from "./Toasts.module.css";

const ICONS = { success: IconCircleCheck, info: IconInfoCircle, error: IconAlertTriangle };

/** All toasts, oldest on top. */
export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <section className={classes.stack} aria-label="Messages" aria-live="polite">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const dismiss = useToasts((state) => state.dismiss);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(toast.id), toast.duration);
    return () => clearTimeout(timer);
  }, [toast.id, toast.duration, held, dismiss]);
  const Icon = ICONS[toast.kind];
  const { action } = toast;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a pointer over a message only keeps it there
    <div
      className={classes.toast}
      data-kind={toast.kind}
      role={toast.kind === "error" ? "alert" : "status"}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
    >
      <Icon className={classes.icon} size={18} stroke={1.75} />
      <div className={classes.body}>
        <Text size="sm" fw={500}>
          {displayText(toast.message, 300)}
        </Text>
        {toast.hint !== "" && (
          <Text size="xs" c="dimmed">
            {displayText(toast.hint, 300)}
          </Text>
        )}
      </div>
      {action && (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            dismiss(toast.id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <CloseButton size="sm" aria-label="Dismiss" onClick={() => dismiss(toast.id)} />
    </div>
  );
}
