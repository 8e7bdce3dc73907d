/** Who answers: provider and model, chosen without leaving the conversation. */
import { Popover, VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconChevronDown } from "@tabler/icons-react";
import { ModelChooser } from "../../components/ModelChooser";
import { useModelPicker } from "../../state/modelPicker";
import { useActiveProvider } from "../../state/settings";
import classes from "./AssistantPanel.module.css";
import { focusComposer } from "./focus";
import { ProviderChoice } from "./ProviderChoice";

/** The name of the provider and model in use; opens the choice. */
export function ModelPicker() {
  const provider = useActiveProvider();
  const { open, setOpen } = useModelPicker();
  const close = () => {
    setOpen(false);
    focusComposer();
  };
  if (provider === undefined) return <span className={classes.pickerProvider}>Assistant</span>;
  const model = provider.model === "" ? "default model" : provider.model;
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" width={320} trapFocus>
      <Popover.Target>
        <button
          type="button"
          className={classes.picker}
          aria-haspopup="dialog"
          aria-expanded={open}
          title={provider.missing ?? `${provider.name}, ${model}`}
          onClick={() => setOpen(!open)}
        >
          {provider.missing !== null && <IconAlertTriangle size={14} className={classes.pickerWarning} aria-hidden />}
          <span className={classes.pickerProvider}>{provider.name}</span>
          <span className={classes.pickerModel}>{model}</span>
          <VisuallyHidden>Change provider and model</VisuallyHidden>
          <IconChevronDown size={12} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown p={12} aria-label="Provider and model">
        {open && (
          <>
            <ProviderChoice />
            <ModelChooser key={provider.id} provider={provider} onChosen={close} />
          </>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
