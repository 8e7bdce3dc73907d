/**
 * Places for new nodes: beside their neighbours, over nothing else. One that goes between two others takes its place in
 * the row, and what follows it moves on to the right; nothing else moves. The same rules as the core's
 * (`crates/workflow/src/layout.rs`), and held against the same cases.
 */
import type { Edge } from "../bindings/Edge";
import type { Node } from "../bindings/Node";
import type { NodeId } from "../bindings/NodeId";
import type { Position } from "../bindings/Position";
import { columns, type Link } from "./columns";
import type { Graph } from "./graph";
import { NODE_WIDTH, nodeHeight } from "./size";

/** Width of a node and the least space beside it. */
const WIDTH = NODE_WIDTH + 8;
/** From one node to the one below it, looking for a free place. */
const STEP_Y = 140;
/** Space above and below a node that is put between others, and of one that evades others. */
const SPACE = { close: 16, loose: 40 };

/** What is asked for. */
export interface Wanted {
  /** The graph with the new nodes; where those stand in it does not matter. */
  readonly after: Graph;
  /** The connections there were. */
  readonly before: Iterable<Edge>;
  /** The nodes that want a place. */
  readonly added: ReadonlySet<NodeId>;
  /** Nodes that stay where they are. */
  readonly fixed?: ReadonlySet<NodeId>;
  /** Connections that are planned: where a new node belongs that has none. */
  readonly planned?: readonly Link[];
  /** How many outputs a node has. */
  readonly outputsOf: (node: Node) => number;
}

/** Where the new nodes stand, and where what makes room for them stands now. */
export function placesFor({ after, before, added, fixed, planned = [], outputsOf }: Wanted): Map<NodeId, Position> {
  const stands = new Map(
    [...after.nodes.values()].map(({ id, position }) => [
      id,
      added.has(id) ? null : { x: position.x, fixed: fixed?.has(id) ?? false },
    ]),
  );
  const links = [...after.edges.values()].map(ends);
  const connected = new Set(links.flat());
  const sketched = [...links, ...planned.filter(([, target]) => !connected.has(target))];
  const found = columns(stands, sketched, [...before].map(ends));
  const heightOf = (id: NodeId) => {
    const node = after.nodes.get(id);
    return nodeHeight(node ? outputsOf(node) : 1);
  };
  const places = new Map<NodeId, Position>();
  const canvas = new Canvas();
  const blocked = moveOn([...after.nodes.values()].filter(({ id }) => !added.has(id)));
  const rowOf = (id: NodeId | undefined) =>
    id === undefined ? undefined : (places.get(id) ?? after.nodes.get(id)?.position)?.y;
  const around = new Set(sketched.map((link) => link.join("\n")));
  for (const id of found.order) evade(id, row(id));
  for (const { id, position } of blocked) evade(id, position.y);
  return places;

  /** Moves what stands to its new column, and says where something else is in the way. */
  function moveOn(nodes: readonly Node[]): Node[] {
    const inTheWay: Node[] = [];
    const shiftOf = ({ id, position }: Node) => (found.x.get(id) ?? position.x) - position.x;
    const groups = new Map<number, Node[]>();
    for (const node of nodes) {
      const together = groups.get(shiftOf(node));
      if (together) together.push(node);
      else groups.set(shiftOf(node), [node]);
    }
    for (const [shift, together] of [...groups].sort(([a], [b]) => a - b)) {
      const moved = together.map((node) => ({ node, place: { ...node.position, x: node.position.x + shift } }));
      const clear = moved.filter(
        ({ node, place }) => shift <= 0 || canvas.isFree(place, heightOf(node.id), SPACE.close),
      );
      const free = new Set(clear.map(({ node }) => node));
      inTheWay.push(...together.filter((node) => !free.has(node)));
      for (const { node, place } of clear) {
        canvas.put(place, heightOf(node.id));
        if (shift > 0) places.set(node.id, place);
      }
    }
    return inTheWay;
  }

  /** The row a new node belongs to. Where it is a way around a connection, the one below. */
  function row(id: NodeId): number {
    const aim = found.aim.get(id);
    const origin = found.origin.get(id);
    const isAround = aim !== undefined && origin !== undefined && around.has(`${origin}\n${aim}`);
    return (rowOf(aim) ?? rowOf(found.source.get(id)) ?? rowOf(rightmost()) ?? 0) + (isAround ? STEP_Y : 0);
  }

  function rightmost(): NodeId | undefined {
    let last: NodeId | undefined;
    for (const [id, stand] of stands) {
      if (stand && (last === undefined || (found.x.get(id) ?? 0) >= (found.x.get(last) ?? 0))) last = id;
    }
    return last;
  }

  function evade(id: NodeId, y: number): void {
    const place = canvas.freeBelow({ x: found.x.get(id) ?? 0, y }, heightOf(id));
    canvas.put(place, heightOf(id));
    places.set(id, place);
  }
}

function ends({ source, target }: Edge): Link {
  return [source, target];
}

/** What stands where, by columns as wide as a node. */
class Canvas {
  private readonly columns = new Map<number, { place: Position; height: number }[]>();

  put(place: Position, height: number): void {
    const column = Math.floor(place.x / WIDTH);
    const others = this.columns.get(column);
    if (others) others.push({ place, height });
    else this.columns.set(column, [{ place, height }]);
  }

  isFree({ x, y }: Position, height: number, space: number): boolean {
    const column = Math.floor(x / WIDTH);
    return ![column - 1, column, column + 1].some((near) =>
      this.columns
        .get(near)
        ?.some(
          ({ place, height: other }) =>
            Math.abs(place.x - x) < WIDTH && place.y < y + height + space && place.y + other > y - space,
        ),
    );
  }

  freeBelow(start: Position, height: number): Position {
    if (this.isFree(start, height, SPACE.close)) return start;
    const place = { ...start };
    while (!this.isFree(place, height, SPACE.loose)) place.y += STEP_Y;
    return place;
  }
}
