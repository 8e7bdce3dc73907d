/** An error as a person sees it: what happened, what to do, and a button for each thing that can be done here. */
import { Button, Group, Stack, Text, ThemeIcon } from "@mantine/core";
import type { ReactNode } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import { sentences } from "../../components/sentences";
import classes from "./ErrorCard.module.css";
import { presentationOf, REMEDY_LABELS, type Remedy } from "./presentation";

interface Props {
  error: CoreError;
  /** What each remedy does here; one that is not given gets no button. */
  remedies?: Partial<Record<Remedy, () => void>>;
  /** Replaces the table's title where the place says it better. */
  title?: string;
  children?: ReactNode;
}

/** Shows an error in the flow of a page. Announced once, politely. */
export function ErrorCard({ error, remedies = {}, title, children }: Props) {
  const { icon: Icon, tone, ...presentation } = presentationOf(error.code);
  const offered = presentation.remedies.filter((remedy) => remedies[remedy] !== undefined);
  return (
    <div className={classes.card} data-tone={tone} role="alert" data-error-code={error.code}>
      <ThemeIcon size={24} variant="transparent" className={classes.icon} aria-hidden>
        <Icon size={16} />
      </ThemeIcon>
      <Stack gap={4} className={classes.body}>
        <Text size="sm" fw={600}>
          {title ?? presentation.title}
        </Text>
        <Text size="sm" className={classes.text}>
          {sentences(error.message)}
          {error.hint !== "" && <span className={classes.hint}> {error.hint}</span>}
        </Text>
        <ProblemList error={error} />
        {children}
        {offered.length > 0 && (
          <Group gap={8} mt={4}>
            {offered.map((remedy, place) => (
              <Button
                key={remedy}
                size="compact-xs"
                variant={place === 0 ? "light" : "subtle"}
                onClick={remedies[remedy]}
              >
                {REMEDY_LABELS[remedy]}
              </Button>
            ))}
          </Group>
        )}
      </Stack>
    </div>
  );
}

/** Every problem with its path, unless the message says the same already. */
function ProblemList({ error }: { error: CoreError }) {
  const { problems } = error;
  if (problems.length === 0 || (problems.length === 1 && problems[0]?.message === error.message)) return null;
  return (
    <ul className={classes.problems}>
      {problems.map(({ path, message }) => (
        <li key={`${path} ${message}`}>
          <code>{path}</code> {message}
        </li>
      ))}
    </ul>
  );
}
