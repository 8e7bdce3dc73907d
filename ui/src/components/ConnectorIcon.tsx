/** A connector's icon, by the name its manifest gives. */
import {
  type Icon,
  IconArrowsSplit2,
  IconBox,
  IconBrandSlack,
  IconBrandTelegram,
  IconClock,
  IconCode,
  IconCornerDownLeft,
  IconDatabase,
  IconFileText,
  IconFilter,
  IconGitBranch,
  IconGitMerge,
  IconHourglass,
  IconMail,
  IconPencil,
  IconPlayerPlay,
  IconRepeat,
  IconSparkles,
  IconStack2,
  IconSubtask,
  IconTable,
  IconWebhook,
  IconWorld,
} from "@tabler/icons-react";
import { useCatalog } from "../state/catalog";

/** Icons that manifests name. A test holds this against the catalogue. */
export const CONNECTOR_ICONS: Readonly<Record<string, Icon>> = {
  IconArrowsSplit2,
  IconBrandSlack,
  IconBrandTelegram,
  IconClock,
  IconCode,
  IconCornerDownLeft,
  IconDatabase,
  IconFileText,
  IconFilter,
  IconGitBranch,
  IconGitMerge,
  IconHourglass,
  IconMail,
  IconPencil,
  IconPlayerPlay,
  IconRepeat,
  IconSparkles,
  IconStack2,
  IconSubtask,
  IconTable,
  IconWebhook,
  IconWorld,
};

/** The icon of a connector; a box for one the catalogue does not know. */
export function ConnectorIcon({ connectorId, size = 18 }: { connectorId: string; size?: number }) {
  const name = useCatalog((state) => state.byId.get(connectorId)?.icon);
  const Glyph = (name === undefined ? undefined : CONNECTOR_ICONS[name]) ?? IconBox;
  return <Glyph size={size} stroke={1.75} aria-hidden />;
}
