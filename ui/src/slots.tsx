/**
 * What the shell shows besides the workflow side. Features do not import each other; the shell mounts them here, one
 * line each. What shows errors is the exception: every feature has them.
 */
import { AssistantPanel, type RenderProposal } from "./features/chat/AssistantPanel";
import { CloseDialog } from "./features/closing/CloseDialog";
import { CredentialDialog } from "./features/credentials/CredentialDialog";
import { CredentialsPage } from "./features/credentials/CredentialsPage";
import { Notices } from "./features/errors/Notices";
import { ReachDialog } from "./features/grants/ReachDialog";
import { LinkDialog } from "./features/links/LinkDialog";
import { ProposalCard } from "./features/proposals/ProposalCard";
import { SettingsDialog } from "./features/settings/SettingsDialog";

const renderProposal: RenderProposal = (message, isLast) => <ProposalCard message={message} isLast={isLast} />;

/** Right of the canvas: draws itself open or as a thin strip, by `usePanels().assistantOpen` and `assistantWidth`. */
export function AssistantSlot() {
  return <AssistantPanel renderProposal={renderProposal} />;
}

/**
 * What draws itself over the window: the settings while `useNavigation().settingsOpen`, above them the form of a
 * credential, and above everything what asks before a link is opened or the window is closed.
 */
export function SettingsSlot() {
  return (
    <>
      <SettingsDialog credentials={<CredentialsPage />} />
      <ReachDialog />
      <CredentialDialog />
      <CloseDialog />
      <LinkDialog />
    </>
  );
}

/** Notices of the core (`useStatus().status.notices`), above everything else. */
export function NoticesSlot() {
  return <Notices />;
}
