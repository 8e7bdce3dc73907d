/** A searchable list of a provider's own models; a name that is not in it can be typed. */
import { Loader, Text, TextInput } from "@mantine/core";
import { IconCheck, IconRefresh, IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useState } from "react";
import type { Error as CoreError } from "../bindings/Error";
import type { ModelInfo } from "../bindings/ModelInfo";
import type { ProviderInfo } from "../bindings/ProviderInfo";
import { asCoreError } from "../ipc";
import { useSettings } from "../state/settings";
import { IconAction } from "./IconAction";
import classes from "./ModelChooser.module.css";
import { sentences } from "./sentences";

/** Models drawn at once; typing narrows the others down. */
const SHOWN = 100;

interface Props {
  provider: ProviderInfo;
  /** The place has its own title for it. */
  hideLabel?: boolean;
  onChosen?(): void;
}

interface Choice {
  /** Null: the provider's default. */
  id: string | null;
  label: string;
  note: string;
}

/** Chooses the model of a provider and keeps it in the settings. */
export function ModelChooser({ provider, hideLabel = false, onChosen }: Props) {
  const { list, reload } = useModels(provider);
  const save = useSettings((state) => state.saveProvider);
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const [error, setError] = useState<CoreError | null>(null);
  const listId = useId();
  const choices = useMemo(() => choicesFor(provider, list?.models ?? [], text), [provider, list?.models, text]);
  const place = Math.min(active, choices.length - 1);

  const choose = async (choice: Choice | undefined) => {
    if (choice === undefined) return;
    setError(null);
    try {
      await save(provider.id, { model: choice.id });
      setText("");
      onChosen?.();
    } catch (cause) {
      setError(asCoreError(cause));
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((place + step + choices.length) % choices.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      void choose(choices[place]);
    }
  };
  return (
    <div className={classes.chooser}>
      <div className={classes.search}>
        <TextInput
          size="xs"
          className={classes.input}
          label={hideLabel ? undefined : "Model"}
          aria-label="Model"
          placeholder="Search, or type a name"
          leftSection={<IconSearch size={14} />}
          value={text}
          data-autofocus
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={choices.length > 0 ? `${listId}-${place}` : undefined}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        <IconAction label="Ask the provider again" size={28} loading={list?.loading ?? false} onClick={reload}>
          <IconRefresh size={14} />
        </IconAction>
      </div>
      <ListState loading={list?.loading === true && list.models.length === 0} error={error ?? list?.error ?? null} />
      <div id={listId} className={classes.list} role="listbox" aria-label={`Models of ${provider.name}`}>
        {choices.map((choice, index) => (
          <Option
            key={choice.id ?? ""}
            id={`${listId}-${index}`}
            choice={choice}
            active={index === place}
            selected={choice.id === null ? provider.model === provider.default_model : choice.id === provider.model}
            onClick={() => void choose(choice)}
          />
        ))}
      </div>
    </div>
  );
}

function useModels(provider: ProviderInfo) {
  const list = useSettings(({ models }) => models[provider.id]);
  const load = useSettings((state) => state.loadModels);
  const { id, missing } = provider;
  useEffect(() => {
    if (missing === null) void load(id);
  }, [id, missing, load]);
  return { list, reload: () => void load(id, { again: true }) };
}

function ListState({ loading, error }: { loading: boolean; error: CoreError | null }) {
  if (loading) {
    return (
      <div className={classes.state} role="status">
        <Loader size={12} /> Asking the provider for its models…
      </div>
    );
  }
  if (error === null) return null;
  return (
    <Text size="xs" className={classes.error} role="alert">
      {sentences(error.message, error.hint, "You can type a name.")}
    </Text>
  );
}

interface OptionProps {
  id: string;
  choice: Choice;
  active: boolean;
  selected: boolean;
  onClick(): void;
}

function Option({ id, choice, active, selected, onClick }: OptionProps) {
  useEffect(() => {
    if (active) document.getElementById(id)?.scrollIntoView({ block: "nearest" });
  }, [active, id]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the text field keeps the focus and chooses the active option
    <div
      id={id}
      className={classes.option}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      data-active={active}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onClick}
    >
      <span className={classes.check}>{selected && <IconCheck size={14} aria-hidden />}</span>
      <span className={classes.label}>{choice.label}</span>
      <span className={classes.note}>{choice.note}</span>
    </div>
  );
}

/** The provider's models that hold the text, the one in use and the default always, and the text itself as a name. */
function choicesFor(provider: ProviderInfo, models: readonly ModelInfo[], text: string): Choice[] {
  const wanted = text.trim().toLowerCase();
  const choices: Choice[] = models
    .filter(({ id, name }) => id.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted))
    .slice(0, SHOWN)
    .map((model) => ({ id: model.id, label: model.name, note: noteOf(model) }));
  const known = new Set(models.map(({ id }) => id));
  if (wanted === "") {
    const name = provider.default_model === "" ? "Let the server decide" : provider.default_model;
    if (!known.has(provider.default_model)) choices.unshift({ id: null, label: name, note: "default" });
    const own = provider.model;
    if (own !== provider.default_model && !known.has(own)) choices.unshift({ id: own, label: own, note: "in use" });
  } else if (!known.has(text.trim())) {
    choices.push({ id: text.trim(), label: `Use “${text.trim()}”`, note: "typed" });
  }
  return choices;
}

function noteOf(model: ModelInfo): string {
  if (model.retires_at !== null) return `ends ${model.retires_at.slice(0, 10)}`;
  if (model.context_tokens === null) return "";
  const thousands = Math.round(model.context_tokens / 1000);
  return thousands >= 1000 ? `${Math.round(thousands / 1000)} M` : `${thousands} k`;
}
