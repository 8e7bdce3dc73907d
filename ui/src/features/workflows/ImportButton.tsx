/** Chooses a file to import. The browser's own file chooser needs no permission and shows no path to the window. */
import { Button } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useRef } from "react";
import { importFile } from "../../state/exchange";

/** The button over the list of workflows. */
export function ImportButton({ size = "xs" }: { size?: "xs" | "sm" }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        variant="default"
        size={size}
        leftSection={<IconFileImport size={15} />}
        onClick={() => input.current?.click()}
      >
        Import…
      </Button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="File to import"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          // The same file can be chosen again.
          event.currentTarget.value = "";
          if (file) void importFile(file);
        }}
      />
    </>
  );
}
