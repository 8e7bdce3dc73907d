import { describe, expect, it } from "vitest";
import { appendText, blocksOf, NO_BLOCKS } from "./blocks";

const PARAGRAPH = "A sentence of a paragraph that is long enough to matter. ".repeat(12).trim();

describe("blocks", () => {
  it("cuts at blank lines and loses nothing", () => {
    const text = `${PARAGRAPH}\n\n## Title\n\n${PARAGRAPH}\n\n${PARAGRAPH}\n`;
    const blocks = blocksOf(text);
    expect(blocks.length).toBe(3);
    expect(blocks.join("")).toBe(text);
  });

  it("does not cut inside a code fence", () => {
    const code = `\`\`\`js\n${"let a = 1;\n\n".repeat(200)}\`\`\`\n\nafter\n`;
    expect(blocksOf(code)[0]?.endsWith("```\n\n")).toBe(true);
  });

  it("keeps the items of a list together, so that their numbers go on", () => {
    const list = Array.from({ length: 40 }, (_, i) => `${i + 1}. ${"word ".repeat(10)}`).join("\n\n");
    expect(blocksOf(list)).toHaveLength(1);
  });

  it("closes and opens a code fence that is too long for one block", () => {
    const blocks = blocksOf(`\`\`\`js\n${"let a = 1;\n".repeat(5000)}\`\`\`\n`);
    expect(blocks.length).toBeGreaterThan(5);
    for (const block of blocks) {
      expect(block.startsWith("```js\n")).toBe(true);
      expect(block.trimEnd().endsWith("```")).toBe(true);
    }
  });

  it("cuts a line without an end, and no surrogate pair", () => {
    const text = "😀".repeat(100_000);
    const blocks = blocksOf(text);
    expect(blocks.join("")).toBe(text);
    expect(Math.max(...blocks.map((block) => block.length))).toBeLessThanOrEqual(8192);
    for (const block of blocks) expect(encodeURIComponent(block)).not.toBe("");
  });

  it("gives the same text for every way of arriving", () => {
    const text = `${PARAGRAPH}\n\n${PARAGRAPH}\n\n- a\n- b\n\n${PARAGRAPH}`;
    for (const size of [1, 3, 17, 64, 500]) {
      let blocks = NO_BLOCKS;
      for (let at = 0; at < text.length; at += size) blocks = appendText(blocks, text.slice(at, at + size));
      expect(blocks.done.join("") + blocks.tail).toBe(text);
    }
  });

  it("is linear: 4 MiB in 4-byte pieces", () => {
    const piece = "word";
    const started = performance.now();
    let blocks = NO_BLOCKS;
    for (let i = 0; i < 4096; i += 1) blocks = appendText(blocks, piece.repeat(256));
    expect(blocks.done.join("").length + blocks.tail.length).toBe(4 << 20);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
