/** Cuts nesting that no person writes, so that a text of ten thousand `>` is not ten thousand boxes. */

/** Levels of elements that are drawn. */
const DEEPEST = 24;

interface Tree {
  type: string;
  value?: string;
  children?: Tree[];
}

/** A rehype plugin: elements below the limit become their text. */
export function limitDepth() {
  return (tree: Tree): void => cut(tree, 0);
}

function cut(tree: Tree, depth: number): void {
  if (tree.children === undefined) return;
  if (depth >= DEEPEST) {
    tree.children = [{ type: "text", value: textOf(tree) }];
    return;
  }
  for (const child of tree.children) cut(child, depth + 1);
}

/** All text below, without recursion: the nesting may be as deep as the text is long. */
function textOf(tree: Tree): string {
  const parts: string[] = [];
  const waiting: Tree[] = [tree];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (next?.value !== undefined) parts.push(next.value);
    if (next?.children !== undefined) waiting.push(...next.children.toReversed());
  }
  return parts.join("");
}
