/** Top of the panel: who answers, and what can be done with the conversation as a whole. */
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import {
  IconCopy,
  IconDots,
  IconLayoutSidebarRightCollapse,
  IconSearch,
  IconSettings,
  IconSparkles,
  IconTrash,
} from "@tabler/icons-react";
import { useConversation } from "../../state/conversation";
import { useNavigation } from "../../state/navigation";
import { usePanels } from "../../state/panels";
import classes from "./AssistantPanel.module.css";
import { copyConversation } from "./exportMarkdown";
import { ModelPicker } from "./ModelPicker";

interface Props {
  search(): void;
  clear(): void;
}

/** The header. */
export function PanelHeader({ search, clear }: Props) {
  const close = usePanels((state) => state.setAssistantOpen);
  const openSettings = useNavigation((state) => state.openSettings);
  const live = useConversation((state) => state.chat.live !== null);
  return (
    <header className={classes.header}>
      <IconSparkles size={16} className={classes.mark} aria-hidden />
      <ModelPicker />
      <span className={classes.grow} />
      <Tooltip label="Search this conversation (Ctrl F)">
        <ActionIcon aria-label="Search this conversation" onClick={search}>
          <IconSearch size={16} />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label="More about this conversation">
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => void copyConversation()}>
            Copy as Markdown
          </Menu.Item>
          <Menu.Item leftSection={<IconSettings size={14} />} onClick={() => openSettings()}>
            Settings
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" leftSection={<IconTrash size={14} />} disabled={live} onClick={clear}>
            {live ? "Clear history (stop the answer first)" : "Clear history…"}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Tooltip label="Close the assistant (Ctrl J)">
        <ActionIcon aria-label="Close the assistant" aria-expanded onClick={() => close(false)}>
          <IconLayoutSidebarRightCollapse size={16} />
        </ActionIcon>
      </Tooltip>
    </header>
  );
}
