/**
 * Cuts growing Markdown into blocks, so that only the last one is parsed again while text arrives. Cuts at blank lines
 * outside code fences; parts longer than `LARGEST` are cut anyway, so that no single parse is expensive.
 *
 * This is about cost, not about grammar: what a block means is for the Markdown parser.
 */

/** Text cut so far. `done` never changes again; `tail` is still growing. */
export interface Blocks {
  readonly done: readonly string[];
  readonly tail: string;
}

/** Blocks smaller than this are joined with the next one, in UTF-16 units. */
const SMALLEST = 512;
/** Blocks are cut when they grow beyond this, in UTF-16 units. */
const LARGEST = 8192;

const FENCE = /^\s*(`{3,}|~{3,})/;
const LIST_ITEM = /^(?:[-*+]|\d{1,9}[.)])\s/;

/** No text. */
export const NO_BLOCKS: Blocks = { done: [], tail: "" };

/** Appends text. Linear in the length of the tail and of the new text. */
export function appendText(blocks: Blocks, text: string): Blocks {
  const tail = blocks.tail + text;
  if (tail.length < SMALLEST) return { done: blocks.done, tail };
  const cut = cutTail(tail);
  return { done: cut.done.length === 0 ? blocks.done : blocks.done.concat(cut.done), tail: cut.tail };
}

/** The blocks of a whole text, the last one included. */
export function blocksOf(text: string): readonly string[] {
  const { done, tail } = appendText(NO_BLOCKS, text);
  return tail === "" ? done : [...done, tail];
}

interface Cutter {
  done: string[];
  start: number;
  /** What the block starts with besides its own text: the opening of a code fence that was cut. */
  prefix: string;
  fence: Fence | null;
  afterBlank: boolean;
  inList: boolean;
}

interface Fence {
  marker: string;
  opening: string;
}

function cutTail(text: string): { done: string[]; tail: string } {
  const cutter: Cutter = { done: [], start: 0, prefix: "", fence: null, afterBlank: false, inList: false };
  let position = 0;
  while (position < text.length) {
    const newline = text.indexOf("\n", position);
    const end = newline === -1 ? text.length : newline;
    if (end - cutter.start > LARGEST) position = cutLarge(cutter, text, position, end);
    if (newline === -1) break;
    readLine(cutter, text, position, end);
    position = end + 1;
  }
  return { done: cutter.done, tail: cutter.prefix + text.slice(cutter.start) };
}

/** Notes what a whole line means for the cuts after it. */
function readLine(cutter: Cutter, text: string, from: number, to: number) {
  const line = text.slice(from, to);
  const fence = FENCE.exec(line)?.[1];
  if (cutter.fence !== null) {
    if (fence !== undefined && closes(line, fence, cutter.fence)) cutter.fence = null;
    cutter.afterBlank = false;
    return;
  }
  const mayCut = cutter.afterBlank && /^\S/.test(line) && !(cutter.inList && LIST_ITEM.test(line));
  if (mayCut && from - cutter.start >= SMALLEST) emit(cutter, text, from);
  if (/^\S/.test(line) && (cutter.afterBlank || from === cutter.start)) cutter.inList = LIST_ITEM.test(line);
  if (fence !== undefined) cutter.fence = { marker: fence, opening: line.slice(0, 200) };
  cutter.afterBlank = line.trim() === "";
}

function closes(line: string, fence: string, open: Fence) {
  return fence[0] === open.marker[0] && fence.length >= open.marker.length && line.trim() === fence;
}

/** Cuts a block that has grown too large: before this line, and within the line as often as it takes. */
function cutLarge(cutter: Cutter, text: string, lineStart: number, lineEnd: number): number {
  if (lineStart > cutter.start) emit(cutter, text, lineStart);
  while (lineEnd - cutter.start > LARGEST) {
    const space = text.lastIndexOf(" ", cutter.start + LARGEST);
    const wanted = space > cutter.start + LARGEST / 2 ? space + 1 : cutter.start + LARGEST;
    emit(cutter, text, isLowSurrogate(text, wanted) ? wanted - 1 : wanted);
  }
  return cutter.start;
}

function isLowSurrogate(text: string, position: number) {
  const unit = text.charCodeAt(position);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function emit(cutter: Cutter, text: string, end: number) {
  const closing = cutter.fence === null ? "" : `\n${cutter.fence.marker}`;
  cutter.done.push(cutter.prefix + text.slice(cutter.start, end) + closing);
  cutter.prefix = cutter.fence === null ? "" : `${cutter.fence.opening}\n`;
  cutter.start = end;
}
