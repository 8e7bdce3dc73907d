/**
 * The steps of a run by their place in it. A run in a loop has a hundred thousand of them and grows with every frame: what
 * does not change is shared with the log before, so that a frame costs what it changes and not what there is. Pure.
 */
import type { StepSummary } from "../bindings/StepSummary";

/** Steps in one page. */
const PAGE = 512;

type Page = readonly (StepSummary | undefined)[];

/** Steps by place. Never changed: {@link StepLog.with} gives another one. */
export class StepLog {
  static readonly EMPTY = new StepLog(new Map(), 0, -1);

  private constructor(
    private readonly pages: ReadonlyMap<number, Page>,
    /** Steps there are. */
    readonly size: number,
    private readonly highest: number,
  ) {}

  get(step: number): StepSummary | undefined {
    return this.pages.get(Math.floor(step / PAGE))?.[step % PAGE];
  }

  /** The step that began last. */
  get last(): StepSummary | undefined {
    return this.get(this.highest);
  }

  /** All steps in their order. */
  *values(): Generator<StepSummary> {
    for (const number of [...this.pages.keys()].sort((a, b) => a - b)) {
      for (const step of this.pages.get(number) ?? []) if (step) yield step;
    }
  }

  /** The same with these steps, new or changed. */
  with(changed: Iterable<StepSummary>): StepLog {
    const pages = new Map(this.pages);
    const own = new Map<number, (StepSummary | undefined)[]>();
    let { size, highest } = this;
    for (const step of changed) {
      const number = Math.floor(step.step / PAGE);
      const page = own.get(number) ?? [...(this.pages.get(number) ?? [])];
      own.set(number, page);
      pages.set(number, page);
      if (page[step.step % PAGE] === undefined) size += 1;
      page[step.step % PAGE] = step;
      highest = Math.max(highest, step.step);
    }
    return new StepLog(pages, size, highest);
  }
}
