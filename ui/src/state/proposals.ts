/**
 * Proposals while they are decided: what was shown, what is chosen of it, and the decision. An approval is bound to what
 * was shown: when the core's answer differs from it, nothing is applied and the new state is shown first.
 */
import { create } from "zustand";
import type { Error as CoreError } from "../bindings/Error";
import type { MessageId } from "../bindings/MessageId";
import type { Proposal } from "../bindings/Proposal";
import type { ProposedAction } from "../bindings/ProposedAction";
import { asCoreError, call } from "../ipc";
import { useConversation } from "./conversation";
import { useEditor } from "./editor";
import { useOverlay } from "./overlay";

/** A proposal on its way to a decision. */
export interface OpenProposal {
  /** As it was shown last; null until the core has looked at it. */
  readonly proposal: Proposal | null;
  /** Indexes that `proposal` was computed for. */
  readonly shown: readonly number[];
  readonly selected: ReadonlySet<number>;
  readonly checking: boolean;
  readonly deciding: boolean;
  readonly error: CoreError | null;
  /** What the user should know before deciding again. */
  readonly notice: string | null;
}

const CHANGED = "Something has changed since this was shown. Nothing was applied: look at the changes again.";

interface ProposalsState {
  open: Readonly<Record<MessageId, OpenProposal>>;
  /** The one on the canvas. */
  onCanvas: MessageId | null;
  /** Looks at a proposal for the first time: everything that can be applied is chosen. */
  begin(messageId: MessageId, actions: readonly ProposedAction[]): Promise<void>;
  /** Holds it against the workflow as it is now. */
  check(messageId: MessageId, options?: { fit?: boolean; notice?: string | null }): Promise<void>;
  select(messageId: MessageId, indexes: Iterable<number>): Promise<void>;
  /** Puts it on the canvas, or takes it away with null. */
  showOnCanvas(messageId: MessageId | null): void;
  accept(messageId: MessageId, indexes: readonly number[]): Promise<boolean>;
  reject(messageId: MessageId, indexes: readonly number[], reason: string): Promise<boolean>;
  dismissError(messageId: MessageId): void;
}

const UNSEEN: OpenProposal = {
  proposal: null,
  shown: [],
  selected: new Set(),
  checking: false,
  deciding: false,
  error: null,
  notice: null,
};

/** Proposals of the open conversation. */
export const useProposals = create<ProposalsState>()((set, get) => {
  const put = (id: MessageId, change: Partial<OpenProposal>) =>
    set(({ open }) => ({ open: { ...open, [id]: { ...(open[id] ?? UNSEEN), ...change } } }));
  /** Checks on their way, so that only the last answer counts. */
  const tickets = new Map<MessageId, number>();

  const draw = (id: MessageId, fit: boolean) => {
    const proposal = get().open[id]?.proposal;
    if (get().onCanvas === id && proposal)
      useOverlay.getState().showProposal(proposal, useEditor.getState().graph, { fit });
  };

  /** The proposal of exactly these actions, if it says what was shown; null otherwise. */
  async function confirmed(id: MessageId, indexes: readonly number[]): Promise<Proposal | null> {
    const { proposal, shown } = get().open[id] ?? UNSEEN;
    if (proposal === null) return null;
    if (sameIndexes(shown, indexes)) return proposal;
    const fresh = await call("preview_proposal", { message_id: id, indexes: [...indexes] });
    const wanted = withNeeded(proposal.actions, indexes);
    const same =
      fresh.base_version === proposal.base_version &&
      sameIndexes(fresh.applicable, wanted) &&
      wanted.every((index) => sameAction(actionAt(proposal, index), actionAt(fresh, index)));
    return same ? fresh : null;
  }

  async function decide(id: MessageId, run: () => Promise<boolean>): Promise<boolean> {
    if (get().open[id]?.deciding) return false;
    put(id, { deciding: true, error: null, notice: null });
    try {
      return await run();
    } catch (cause) {
      const error = asCoreError(cause);
      if (error.code === "conflict") await get().check(id, { notice: CHANGED });
      else put(id, { error });
      return false;
    } finally {
      put(id, { deciding: false });
    }
  }

  return {
    open: {},
    onCanvas: null,
    async begin(messageId, actions) {
      if (get().open[messageId] !== undefined) return get().check(messageId, { fit: false });
      const selected = actions.filter(isOpen).map(({ index }) => index);
      put(messageId, { selected: new Set(selected) });
      await get().check(messageId);
    },
    async check(messageId, { fit = true, notice } = {}) {
      const ticket = (tickets.get(messageId) ?? 0) + 1;
      tickets.set(messageId, ticket);
      const indexes = [...(get().open[messageId]?.selected ?? [])].sort((a, b) => a - b);
      put(messageId, { checking: true });
      try {
        const proposal = await call("preview_proposal", { message_id: messageId, indexes });
        if (tickets.get(messageId) !== ticket) return;
        put(messageId, {
          proposal,
          shown: indexes,
          checking: false,
          error: null,
          ...(notice === undefined ? {} : { notice }),
        });
        draw(messageId, fit);
      } catch (cause) {
        if (tickets.get(messageId) === ticket) put(messageId, { checking: false, error: asCoreError(cause) });
      }
    },
    async select(messageId, indexes) {
      put(messageId, { selected: new Set(indexes) });
      await get().check(messageId, { fit: false });
    },
    showOnCanvas(messageId) {
      const before = get().onCanvas;
      set({ onCanvas: messageId });
      if (before !== null && before !== messageId) useOverlay.getState().hide(before);
      if (messageId !== null) draw(messageId, true);
    },
    accept: (messageId, indexes) =>
      decide(messageId, async () => {
        const proposal = await confirmed(messageId, indexes);
        if (proposal === null) {
          // Shows exactly what would be applied now, so that the next approval is of that.
          put(messageId, { selected: new Set(indexes) });
          await get().check(messageId, { notice: CHANGED });
          return false;
        }
        const request = { message_id: messageId, indexes: [...indexes], hash: proposal.hash };
        await settle(await call("apply_proposal", { request }));
        return true;
      }),
    reject: (messageId, indexes, reason) =>
      decide(messageId, async () => {
        const why = reason.trim() === "" ? {} : { reason: reason.trim() };
        await settle(
          await call("reject_proposal", { request: { message_id: messageId, indexes: [...indexes], ...why } }),
        );
        return true;
      }),
    dismissError: (messageId) => put(messageId, { error: null, notice: null }),
  };

  /** Shows what was decided, and what is left to decide. */
  async function settle(decided: Parameters<ReturnType<typeof useConversation.getState>["receive"]>[0]): Promise<void> {
    const { id, actions } = decided.message;
    const left = new Set(actions.filter(({ decision }) => decision.type === "pending").map(({ index }) => index));
    const { selected, proposal } = get().open[id] ?? UNSEEN;
    put(id, { selected: new Set([...selected].filter((index) => left.has(index))) });
    if (proposal !== null) put(id, { proposal: { ...proposal, actions } });
    if (left.size === 0) useOverlay.getState().hide(id);
    useConversation.getState().receive(decided);
    if (decided.change !== null) useEditor.getState().receive(decided.change);
    if (left.size > 0) await get().check(id, { fit: false });
  }
});

/** Whether an action waits for a decision and nothing keeps it from being applied. */
export function isOpen(action: ProposedAction): boolean {
  return action.decision.type === "pending" && action.problems.length === 0;
}

/** These actions and the pending ones they depend on, in order. */
export function withNeeded(actions: readonly ProposedAction[], indexes: readonly number[]): number[] {
  const byIndex = new Map(actions.map((action) => [action.index, action]));
  const needed = new Set<number>();
  const waiting = [...indexes];
  while (waiting.length > 0) {
    const action = byIndex.get(waiting.pop() ?? -1);
    if (action === undefined || needed.has(action.index) || action.decision.type !== "pending") continue;
    needed.add(action.index);
    waiting.push(...action.depends_on);
  }
  return [...needed].sort((a, b) => a - b);
}

function actionAt(proposal: Proposal, index: number): ProposedAction | undefined {
  return proposal.actions[index]?.index === index
    ? proposal.actions[index]
    : proposal.actions.find((action) => action.index === index);
}

function sameAction(a: ProposedAction | undefined, b: ProposedAction | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function sameIndexes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((index, place) => index === b[place]);
}
