/** What the core says about the state of the application, above everything else, until it is dismissed. */
import { ActionIcon } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle, IconLock, IconX, type TablerIcon } from "@tabler/icons-react";
import { useState } from "react";
import type { Notice } from "../../bindings/Notice";
import type { NoticeKind } from "../../bindings/NoticeKind";
import { sentences } from "../../components/sentences";
import { useStatus } from "../../state/status";
import classes from "./Notices.module.css";

/** Icon and weight of each kind. `lasting` ones describe how things are now and cannot be dismissed. */
const KINDS: Record<NoticeKind, { icon: TablerIcon; tone: "danger" | "warning" | "info"; lasting: boolean }> = {
  read_only: { icon: IconLock, tone: "danger", lasting: true },
  store_closed: { icon: IconAlertTriangle, tone: "danger", lasting: true },
  store_damaged: { icon: IconAlertTriangle, tone: "danger", lasting: false },
  store_restored: { icon: IconAlertTriangle, tone: "warning", lasting: false },
  synced_folder: { icon: IconAlertTriangle, tone: "warning", lasting: false },
  settings_restored: { icon: IconInfoCircle, tone: "warning", lasting: false },
  safe_start: { icon: IconInfoCircle, tone: "info", lasting: false },
};

const UNREACHABLE: Notice = {
  kind: "store_closed",
  message: "The core of Bridge does not answer.",
  hint: "Restart Bridge. What was saved stays saved.",
};

/** One line for each notice. */
export function Notices() {
  const status = useStatus((state) => state.status);
  const unreachable = useStatus((state) => state.unreachable);
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const notices = unreachable ? [UNREACHABLE] : (status?.notices ?? []);
  return notices
    .filter((notice) => !dismissed.has(keyOf(notice)))
    .map((notice) => (
      <Line key={keyOf(notice)} notice={notice} dismiss={() => setDismissed(new Set(dismissed).add(keyOf(notice)))} />
    ));
}

function Line({ notice, dismiss }: { notice: Notice; dismiss(): void }) {
  const { icon: Icon, tone, lasting } = KINDS[notice.kind];
  return (
    <div className={classes.line} data-tone={tone} role={tone === "danger" ? "alert" : "status"}>
      <Icon size={16} aria-hidden />
      <span className={classes.text}>
        <b>{sentences(notice.message)}</b> {notice.hint}
      </span>
      {!lasting && (
        <ActionIcon size={22} color="inherit" aria-label="Dismiss" onClick={dismiss}>
          <IconX size={14} />
        </ActionIcon>
      )}
    </div>
  );
}

function keyOf(notice: Notice): string {
  return `${notice.kind} ${notice.message}`;
}
