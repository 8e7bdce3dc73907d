/** The data that expressions of the inspected node can use, and the item that is looked at: one for all of its fields. */
import { useEffect } from "react";
import { create } from "zustand";
import type { DataSource } from "../../bindings/DataSource";
import type { NodeId } from "../../bindings/NodeId";
import type { RunId } from "../../bindings/RunId";
import { call } from "../../ipc";
import { useEditor } from "../../state/editor";
import { useRuns } from "../../state/runs";
import { useVariables } from "../../state/variables";
import type { Data } from "./chain";

interface DataState {
  nodeId: NodeId | null;
  sources: readonly DataSource[];
  /** Whether the sources have been asked for and are not there yet. */
  loading: boolean;
  /** Place of the item in what arrives at the node. */
  item: number;
  show(item: number): void;
  load(key: string, ask: () => Promise<DataSource[]>, nodeId: NodeId): void;
}

const NO_SOURCES: readonly DataSource[] = [];
let loaded = "";

/** Sources and item of the node whose form is open. */
export const useExpressionData = create<DataState>()((set, get) => ({
  nodeId: null,
  sources: NO_SOURCES,
  loading: false,
  item: 0,
  show: (item) => set({ item }),
  load(key, ask, nodeId) {
    if (key === loaded) return;
    loaded = key;
    if (get().nodeId !== nodeId) set({ nodeId, sources: NO_SOURCES, item: 0 });
    set({ loading: true });
    const settle = (sources: readonly DataSource[]) => {
      if (key !== loaded) return;
      const last = Math.max(0, (arrivingOf(sources)?.total ?? 0) - 1);
      set(({ item }) => ({ sources, loading: false, item: Math.min(item, last) }));
    };
    // Without data one can still write; the preview says what is wrong when it is asked.
    ask().then(settle, () => settle(NO_SOURCES));
  },
}));

/** What expressions can use now. */
export function expressionData(): Data {
  const { sources, item } = useExpressionData.getState();
  return { sources, item, variables: useVariables.getState().variables ?? {} };
}

/** What arrives at the node itself. */
export function arrivingOf(sources: readonly DataSource[]): DataSource | undefined {
  return sources.find(({ node_id }) => !node_id);
}

/** The run whose data counts: a past one while it is shown, otherwise the newest that has some. */
export function useDataRun(): RunId | null {
  return useRuns((state) => (state.past ? (state.view.run?.id ?? null) : null));
}

/** Keeps the data of a node at hand while something that needs it is on screen. */
export function useSources(nodeId: NodeId): void {
  const workflowId = useEditor((state) => state.workflow?.id);
  const version = useEditor((state) => state.workflow?.active_version);
  const run = useDataRun();
  const newest = useRuns(({ view }) => `${view.run?.id}/${view.run?.status}`);
  const load = useExpressionData((state) => state.load);
  useEffect(() => {
    if (workflowId === undefined) return;
    const key = [workflowId, nodeId, run, version, newest].join("/");
    if (useVariables.getState().variables === null) void useVariables.getState().load();
    load(key, () => call("data_sources", { workflow_id: workflowId, node_id: nodeId, run_id: run }), nodeId);
  }, [workflowId, nodeId, run, version, newest, load]);
}
