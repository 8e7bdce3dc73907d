/** What the buttons of an error do in the conversation. */
import { useMemo } from "react";
import { useConversation } from "../../state/conversation";
import { useModelPicker } from "../../state/modelPicker";
import { useSettings } from "../../state/settings";
import type { Remedy } from "../errors/presentation";
import type { ChatActions } from "./useChatActions";

interface Around {
  /** What was asked; null when it is not known. */
  question: string | null;
  /** The provider that was asked; the one in use when not known. */
  provider: string | undefined;
  actions: ChatActions;
  onClear(): void;
  openSettings(section?: string): void;
}

/** Every remedy that can be had here. */
export function useRemedies({ question, provider, actions, onClear, openSettings }: Around) {
  const inUse = useSettings(({ settings }) => settings?.default_provider);
  return useMemo(() => {
    const asked = provider ?? inUse;
    const pick = () => useModelPicker.getState().setOpen(true);
    const remedies: Partial<Record<Remedy, () => void>> = {
      look_again: () => {
        useConversation.getState().dismissRefusal();
        void useConversation.getState().reload();
      },
      set_key: () => openSettings(asked),
      provider_settings: () => openSettings(asked),
      choose_model: pick,
      choose_provider: pick,
      clear_history: onClear,
      session_key: () => openSettings(asked),
    };
    if (question !== null && question !== "") remedies.retry = () => actions.ask(question);
    return remedies;
  }, [question, provider, inUse, actions, onClear, openSettings]);
}
