/**
 * How far to the right nodes stand: new ones beside their neighbours, and what follows them as far on as they need. The
 * same rules as the core's (`crates/workflow/src/columns.rs`), and held against the same cases. Says nothing about rows.
 */
import type { NodeId } from "../bindings/NodeId";

/** From one node to the next along a connection, in canvas units. */
const STEP = 300;
/** Distances between two connected nodes that are taken over for a node put between them. */
const USUAL = { least: 260, most: 360 };

/** A connection: from where, to where. */
export type Link = readonly [source: NodeId, target: NodeId];

/** Where nodes stand before; null for one that wants a place. One that is fixed makes no room. */
export type Stands = ReadonlyMap<NodeId, { readonly x: number; readonly fixed: boolean } | null>;

/** The columns of all nodes. */
export interface Columns {
  readonly x: ReadonlyMap<NodeId, number>;
  /** The nodes that wanted a place, each after those that lead to it, circles aside. */
  readonly order: readonly NodeId[];
  /** For each of those, the rightmost of the nodes that lead to it. */
  readonly source: ReadonlyMap<NodeId, NodeId>;
  /** For each of those, the node that stood from which new ones lead to it. */
  readonly origin: ReadonlyMap<NodeId, NodeId>;
  /** For each of those, the node to its right whose row it belongs to. */
  readonly aim: ReadonlyMap<NodeId, NodeId>;
}

/** Finds the columns. `before` are the connections there were, whose lengths are kept to. */
export function columns(stands: Stands, links: readonly Link[], before: readonly Link[]): Columns {
  const sketch = new Sketch(stands, links);
  sketch.putInOrder();
  sketch.anchorAll(usualSteps(stands, before));
  sketch.sweep();
  sketch.leadIn();
  sketch.takeAim();
  return sketch;
}

function usualSteps(stands: Stands, before: readonly Link[]): Map<NodeId, number> {
  const steps = new Map<NodeId, number>();
  for (const [source, target] of before) {
    const distance = (stands.get(target)?.x ?? Number.NaN) - (stands.get(source)?.x ?? Number.NaN);
    if (distance >= USUAL.least && distance <= USUAL.most) {
      steps.set(source, Math.min(distance, steps.get(source) ?? distance));
    }
  }
  return steps;
}

class Sketch implements Columns {
  readonly x = new Map<NodeId, number>();
  readonly order: NodeId[] = [];
  readonly source = new Map<NodeId, NodeId>();
  readonly origin = new Map<NodeId, NodeId>();
  readonly aim = new Map<NodeId, NodeId>();
  private readonly after = new Map<NodeId, NodeId[]>();
  /** What leads to each node that wants a place, ways back left out. */
  private readonly sources = new Map<NodeId, NodeId[]>();
  private readonly rank = new Map<NodeId, number>();
  /** The rightmost node that stands and leads to a node: where it stood. */
  private readonly anchor = new Map<NodeId, number>();
  private readonly step = new Map<NodeId, number>();

  constructor(
    private readonly stands: Stands,
    links: readonly Link[],
  ) {
    for (const [id, stand] of stands) {
      this.after.set(id, []);
      if (stand === null) this.sources.set(id, []);
      else {
        this.x.set(id, stand.x);
        this.anchor.set(id, stand.x);
      }
    }
    for (const [source, target] of links) {
      if (source === target || !stands.has(source) || !stands.has(target)) continue;
      this.after.get(source)?.push(target);
      this.sources.get(target)?.push(source);
    }
    // In a circle, what leads in from outside comes before the way back.
    for (const [id, sources] of this.sources) {
      if (sources.length < 2) continue;
      const ahead = this.reach(id);
      const outside = sources.filter((source) => !ahead.has(source));
      if (outside.length > 0) this.sources.set(id, outside);
    }
  }

  /** Orders the nodes that want a place and forgets the connections that lead back. */
  putInOrder(): void {
    const open = new Map<NodeId, number>();
    const followers = new Map<NodeId, NodeId[]>();
    for (const [id, sources] of this.sources) {
      const wanting = sources.filter((source) => this.wants(source));
      open.set(id, wanting.length);
      for (const source of wanting) followers.set(source, [...(followers.get(source) ?? []), id]);
    }
    const ready = [...open].flatMap(([id, count]) => (count === 0 ? [id] : []));
    for (const start of [...ready, ...this.sources.keys()]) {
      const waiting = [start];
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        if (this.rank.has(id)) continue;
        this.rank.set(id, this.order.length);
        this.order.push(id);
        for (const next of followers.get(id) ?? []) {
          const left = (open.get(next) ?? 0) - 1;
          open.set(next, left);
          if (left === 0) waiting.push(next);
        }
      }
    }
    for (const [id, sources] of this.sources) {
      const onTheWay = (source: NodeId) => !this.wants(source) || this.rankOf(source) < this.rankOf(id);
      this.sources.set(id, sources.filter(onTheWay));
    }
  }

  /** Finds where each new node starts from. */
  anchorAll(steps: ReadonlyMap<NodeId, number>): void {
    for (const id of this.order) {
      let rightmost: NodeId | undefined;
      for (const source of this.sources.get(id) ?? []) {
        if (!this.anchor.has(source)) continue;
        if (rightmost === undefined || this.compare(source, rightmost) >= 0) rightmost = source;
      }
      if (rightmost === undefined) continue;
      this.source.set(id, rightmost);
      this.anchor.set(id, this.anchor.get(rightmost) ?? 0);
      this.step.set(id, (this.wants(rightmost) ? this.step.get(rightmost) : steps.get(rightmost)) ?? STEP);
      this.origin.set(id, this.wants(rightmost) ? (this.origin.get(rightmost) ?? rightmost) : rightmost);
    }
  }

  /** Goes from left to right, gives new nodes their place and moves on what is in front of them. */
  sweep(): void {
    const shift = new Map<NodeId, number>();
    for (const id of [...this.anchor.keys()].sort((a, b) => this.compare(a, b))) {
      const stand = this.stands.get(id);
      const step = this.step.get(id) ?? STEP;
      if (stand && !stand.fixed) this.x.set(id, stand.x + (shift.get(id) ?? 0));
      if (!stand) this.x.set(id, Math.max(...this.known(this.sources.get(id)).map((x) => x + step)));
      const x = this.x.get(id) ?? 0;
      for (const next of this.after.get(id) ?? []) {
        const other = this.stands.get(next);
        if (!other || other.fixed || other.x <= (this.anchor.get(id) ?? 0)) continue;
        const missing = stand ? (shift.get(id) ?? 0) : other.x - x >= USUAL.least ? 0 : x + step - other.x;
        shift.set(next, Math.max(missing, shift.get(next) ?? 0));
      }
    }
  }

  /**
   * Places what nothing that stands leads to: in front of what it leads to, else behind what leads to it, else at the
   * end.
   */
  leadIn(): void {
    const loose = this.order.filter((id) => !this.anchor.has(id));
    for (const id of loose.toReversed()) {
      const ahead = this.known(this.after.get(id)?.filter((next) => this.follows(next, id)));
      if (ahead.length > 0) this.x.set(id, Math.min(...ahead) - STEP);
    }
    const end = this.x.size === 0 ? 0 : this.known(this.x.keys()).reduce((most, x) => Math.max(most, x)) + STEP;
    for (const id of loose) {
      const sources = (this.sources.get(id) ?? []).filter((source) => this.x.has(source));
      const source = sources.reduce<NodeId | undefined>(
        (most, one) => (most === undefined || (this.x.get(one) ?? 0) >= (this.x.get(most) ?? 0) ? one : most),
        undefined,
      );
      if (source !== undefined) this.source.set(id, source);
      if (!this.x.has(id)) this.x.set(id, source === undefined ? end : (this.x.get(source) ?? 0) + STEP);
    }
  }

  /** The one node that stands to the right of a new one, which it leads to; of those that a first one leads to, the nearest. */
  takeAim(): void {
    for (const id of this.order.toReversed()) {
      const next = new Set(this.after.get(id));
      if (next.size > 1 && this.source.has(id)) continue;
      const ahead = [...next]
        .filter((one) => (this.wants(one) ? this.follows(one, id) : (this.x.get(one) ?? 0) > (this.x.get(id) ?? 0)))
        .flatMap((one) => (this.wants(one) ? (this.aim.get(one) ?? []) : one));
      const [first, ...others] = ahead;
      if (first === undefined) continue;
      const nearer = (a: NodeId, b: NodeId) => ((this.x.get(b) ?? 0) < (this.x.get(a) ?? 0) ? b : a);
      this.aim.set(id, others.reduce(nearer, first));
    }
  }

  private wants(id: NodeId): boolean {
    return this.stands.get(id) === null;
  }

  private rankOf(id: NodeId): number {
    return this.rank.get(id) ?? Number.POSITIVE_INFINITY;
  }

  private follows(next: NodeId, id: NodeId): boolean {
    return !this.wants(next) || this.rankOf(next) > this.rankOf(id);
  }

  /** From left to right; where two start from the same place, those that stand before those that are new. */
  private compare(a: NodeId, b: NodeId): number {
    const turn = (id: NodeId) => (this.wants(id) ? this.rankOf(id) + 1 : 0);
    return (this.anchor.get(a) ?? 0) - (this.anchor.get(b) ?? 0) || turn(a) - turn(b);
  }

  private known(ids: Iterable<NodeId> = []): number[] {
    return [...ids].flatMap((id) => this.x.get(id) ?? []);
  }

  private reach(from: NodeId): Set<NodeId> {
    const seen = new Set<NodeId>();
    const waiting = [from];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      for (const next of this.after.get(id) ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        waiting.push(next);
      }
    }
    return seen;
  }
}
