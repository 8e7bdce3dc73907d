/** The settings: general ones, one page for each provider, and what Bridge is. */
import { Button, Group, Loader, Modal, NavLink, ScrollArea, Text } from "@mantine/core";
import { IconAdjustments, IconHistory, IconInfoCircle, IconKey, IconVariable, IconWebhook } from "@tabler/icons-react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import type { ProviderInfo } from "../../bindings/ProviderInfo";
import { useIsTopDialog } from "../../state/dialogs";
import { useNavigation } from "../../state/navigation";
import { useSettings } from "../../state/settings";
import { ErrorCard } from "../errors/ErrorCard";
import { AboutPage } from "./AboutPage";
import { DraftsContext, useDraftsOfDialog } from "./drafts";
import { GeneralPage } from "./GeneralPage";
import { HistoryPage } from "./HistoryPage";
import { ProviderPage } from "./ProviderPage";
import classes from "./SettingsDialog.module.css";
import { StatusDot, statusOf } from "./status";
import { VariablesPage } from "./VariablesPage";
import { WebhooksPage } from "./WebhooksPage";

/** The dialog; text that is not saved is not thrown away without a question. */
export function SettingsDialog({ credentials }: Props) {
  const opened = useNavigation((state) => state.settingsOpen);
  return opened ? <OpenDialog credentials={credentials} /> : null;
}

interface Props {
  /** The page of credentials, which is another feature's. */
  credentials: ReactNode;
}

function OpenDialog({ credentials }: Props) {
  const close = useNavigation((state) => state.closeSettings);
  const watch = useSettings((state) => state.watch);
  const findServers = useSettings((state) => state.findServers);
  const drafts = useDraftsOfDialog();
  const [asking, setAsking] = useState(false);
  const isTop = useIsTopDialog();
  useEffect(() => watch(), [watch]);
  useEffect(() => {
    // Ports of this machine only. The provider's page says so when it fails there.
    findServers().catch(() => undefined);
  }, [findServers]);
  const leave = () => (drafts.unsaved() ? setAsking(true) : close());
  return (
    <Modal
      opened
      onClose={leave}
      title="Settings"
      size={820}
      closeOnClickOutside={false}
      closeOnEscape={isTop}
      zIndex={300}
      classNames={{ body: classes.body, content: classes.content, title: classes.dialogTitle }}
    >
      <DraftsContext value={drafts}>
        <Pages credentials={credentials} />
      </DraftsContext>
      {asking && (
        <Group className={classes.asking} role="alertdialog" aria-label="Text that is not saved">
          <Text size="sm" flex={1}>
            You have typed something that is not saved.
          </Text>
          <Button variant="default" autoFocus onClick={() => setAsking(false)}>
            Go back to it
          </Button>
          <Button color="red" variant="light" onClick={close}>
            Discard it
          </Button>
        </Group>
      )}
    </Modal>
  );
}

function Pages({ credentials }: Props) {
  const { settings, providers, servers, error, load } = useSettings();
  const wanted = useNavigation((state) => state.settingsSection);
  const [section, setSection] = useState(wanted ?? "general");
  const pages = useMemo(() => pagesOf(providers, credentials, setSection), [providers, credentials]);
  if (settings === null) {
    if (error !== null) return <ErrorCard error={error} remedies={{ retry: () => void load() }} />;
    return <Loader size="sm" m="xl" aria-label="Reading the settings" />;
  }
  const page = pages.get(section) ?? pages.get("general");
  return (
    <div className={classes.columns}>
      <nav className={classes.nav} aria-label="Settings">
        <Item id="general" label="General" section={section} choose={setSection} icon={<IconAdjustments size={16} />} />
        <Item id="credentials" label="Credentials" section={section} choose={setSection} icon={<IconKey size={16} />} />
        <Item
          id="variables"
          label="Variables"
          section={section}
          choose={setSection}
          icon={<IconVariable size={16} />}
        />
        <Item
          id="history"
          label="History of runs"
          section={section}
          choose={setSection}
          icon={<IconHistory size={16} />}
        />
        <Item id="webhooks" label="Webhooks" section={section} choose={setSection} icon={<IconWebhook size={16} />} />
        <div className={classes.heading}>Providers</div>
        {providers.map((provider) => (
          <Item
            key={provider.id}
            id={provider.id}
            label={provider.name}
            note={provider.id === settings.default_provider ? "in use" : undefined}
            section={section}
            choose={setSection}
            icon={<StatusDot status={statusOf(provider, servers)} />}
          />
        ))}
        <div className={classes.heading}>Bridge</div>
        <Item id="about" label="About" section={section} choose={setSection} icon={<IconInfoCircle size={16} />} />
      </nav>
      <ScrollArea className={classes.page} key={section}>
        {page}
      </ScrollArea>
    </div>
  );
}

function pagesOf(
  providers: readonly ProviderInfo[],
  credentials: ReactNode,
  goTo: (section: string) => void,
): Map<string, ReactNode> {
  return new Map<string, ReactNode>([
    ["general", <GeneralPage key="general" />],
    ["credentials", credentials],
    ["variables", <VariablesPage key="variables" toCredentials={() => goTo("credentials")} />],
    ["history", <HistoryPage key="history" />],
    ["webhooks", <WebhooksPage key="webhooks" />],
    ["about", <AboutPage key="about" />],
    ...providers.map((provider): [string, ReactNode] => [
      provider.id,
      <ProviderPage key={provider.id} provider={provider} />,
    ]),
  ]);
}

interface ItemProps {
  id: string;
  label: string;
  note?: string | undefined;
  section: string;
  icon: ReactNode;
  choose(section: string): void;
}

function Item({ id, label, note, section, icon, choose }: ItemProps) {
  return (
    <NavLink
      component="button"
      type="button"
      className={classes.item}
      active={section === id}
      aria-current={section === id ? "page" : undefined}
      label={label}
      leftSection={icon}
      rightSection={note && <span className={classes.note}>{note}</span>}
      onClick={() => choose(id)}
    />
  );
}
