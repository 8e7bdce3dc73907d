/** How much room the twin's runs may take: the budget, and making runs fit into it. */
import type { Problem } from "../../../bindings/Problem";
import type { RoomProgress } from "../../../bindings/RoomProgress";
import type { RunBudget } from "../../../bindings/RunBudget";
import type { WorkflowRoom } from "../../../bindings/WorkflowRoom";
import type { Part } from "../part";
import { invalidInput, type World } from "../world";
import { type RecordedRun, type Runs, runsOf } from "./recorded";

const MIB = 2 ** 20;
/** Between two workflows, so that the progress can be seen. */
const PAUSE_MS = 120;

/** Commands on the room that runs take. */
export function roomCommands(world: World): Part {
  const runs = runsOf(world);
  let budget: RunBudget = { bytes: 200 * MIB, runs: 10_000, keep_success_data: true };
  const room = () => ({ budget, workflows: workflowsOf(world, runs) });
  return {
    commands: {
      run_room: room,
      set_run_budget: ({ budget: wanted }) => {
        check(wanted);
        budget = wanted;
        world.changed("run_budget", "");
        return room();
      },
    },
    async makeRoom(onProgress) {
      const workflows = workflowsOf(world, runs);
      let progress: RoomProgress = { workflows_done: 0, workflows: workflows.length, dropped: 0, deleted: 0 };
      onProgress(progress);
      for (const { workflow_id } of workflows) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        const made = prune(runs, runs.newestFirst(workflow_id), budget);
        progress = {
          ...progress,
          workflows_done: progress.workflows_done + 1,
          dropped: progress.dropped + made.dropped,
          deleted: progress.deleted + made.deleted,
        };
        onProgress(progress);
      }
      world.changed("run", "");
      return progress;
    },
  };
}

/** As in the core, but for the order in which data goes when there is too much of it. */
function prune(runs: Runs, newestFirst: readonly RecordedRun[], budget: RunBudget) {
  const oldest = newestFirst.slice(1).reverse();
  const ended = oldest.filter(({ summary }) => ["success", "error", "canceled"].includes(summary.status));
  let bytes = newestFirst.reduce((sum, run) => sum + sizeOf(run), 0);
  let count = newestFirst.length;
  let deleted = 0;
  while (count > budget.runs && deleted < ended.length) {
    const run = ended[deleted];
    if (run) {
      runs.runs.delete(run.summary.id);
      bytes -= sizeOf(run);
    }
    deleted += 1;
    count -= 1;
  }
  let dropped = 0;
  for (const run of ended.slice(deleted)) {
    const { status, mode } = run.summary;
    const unwanted = !budget.keep_success_data && status === "success" && mode === "production";
    if (run.dropped || !(unwanted || bytes > budget.bytes)) continue;
    bytes -= sizeOf(run);
    run.dropped = true;
    bytes += sizeOf(run);
    dropped += 1;
  }
  return { dropped, deleted };
}

function workflowsOf(world: World, runs: Runs): WorkflowRoom[] {
  const rooms = [...world.workflows.values()].map(({ workflow }): WorkflowRoom => {
    const own = runs.newestFirst(workflow.id);
    const bytes = own.reduce((sum, run) => sum + sizeOf(run), 0);
    return { workflow_id: workflow.id, name: workflow.name, bytes, runs: own.length };
  });
  return rooms.filter((room) => room.runs > 0).sort((a, b) => b.bytes - a.bytes);
}

/** Bytes of a run's data and records. */
function sizeOf({ steps, dropped }: RecordedRun): number {
  const records = JSON.stringify(steps.map(({ summary }) => summary)).length;
  return records + (dropped ? 0 : JSON.stringify(steps.map(({ outputs }) => outputs)).length);
}

function check({ bytes, runs }: RunBudget): void {
  const problems: Problem[] = [];
  if (!(bytes >= MIB && bytes <= 2 ** 40)) {
    problems.push({ path: "bytes", code: "invalid_value", message: "Must be from 1 MiB to 1 TiB." });
  }
  if (!(runs >= 10 && runs <= 1_000_000)) {
    problems.push({ path: "runs", code: "invalid_value", message: "Must be from 10 to 1,000,000." });
  }
  if (problems.length > 0) throw invalidInput(problems);
}
