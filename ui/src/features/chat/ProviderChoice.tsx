/** The provider that answers from now on. */
import { Button, Group, NativeSelect, Text } from "@mantine/core";
import { useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import { asCoreError } from "../../ipc";
import { useModelPicker } from "../../state/modelPicker";
import { useNavigation } from "../../state/navigation";
import { useActiveProvider, useSettings } from "../../state/settings";
import { ErrorCard } from "../errors/ErrorCard";

/** A list of providers; one that is missing something says what, with a way to mend it. */
export function ProviderChoice() {
  const providers = useSettings((state) => state.providers);
  const save = useSettings((state) => state.save);
  const provider = useActiveProvider();
  const openSettings = useNavigation((state) => state.openSettings);
  const [error, setError] = useState<CoreError | null>(null);
  const choose = (id: string) => {
    setError(null);
    save({ default_provider: id }).catch((cause) => setError(asCoreError(cause)));
  };
  const mend = () => {
    useModelPicker.getState().setOpen(false);
    openSettings(provider?.id);
  };
  return (
    <>
      <NativeSelect
        size="xs"
        label="Provider"
        value={provider?.id ?? ""}
        data={providers.map(({ id, name, missing }) => ({
          value: id,
          label: missing === null ? name : `${name} (not ready)`,
        }))}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {error !== null && <ErrorCard error={error} />}
      {provider?.missing != null && (
        <Group justify="space-between" wrap="nowrap" gap={8} mt={8}>
          <Text size="xs">{provider.missing}</Text>
          <Button size="compact-xs" variant="light" onClick={mend}>
            Set it up
          </Button>
        </Group>
      )}
    </>
  );
}
