/** Rules about the code itself that the compiler does not hold. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("bindings"))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

/** Paths of the files a file imports, from the root. */
function imports({ path, text }: { path: string; text: string }): string[] {
  const found = text.matchAll(/(?:from|import\() ?["'](\.[^"']+)["']/g);
  return [...found].map(([, target = ""]) => relative(root, resolve(root, dirname(path), target)));
}

/** The layer a file belongs to, and for features which one. */
function place(path: string): [layer: string, feature: string] {
  const [layer = "", feature = ""] = path.split("/");
  return [layer, layer === "features" ? feature : ""];
}

/** The features that others show: how an error looks and how an expression is written is said once. */
const SHARED = ["errors", "expressions"];

const production = files.filter(({ path }) => !/\.test\.tsx?$/.test(path) && !path.startsWith("test/"));

describe("the tree", () => {
  it("lets features meet in the state and in the shell only", () => {
    const crossing = production.flatMap((file) => {
      const [layer, feature] = place(file.path);
      if (layer !== "features" || feature === "shell") return [];
      return imports(file)
        .filter((target) => place(target)[0] === "features" && ![feature, ...SHARED].includes(place(target)[1]))
        .map((target) => `${file.path} imports ${target}`);
    });
    expect(crossing).toEqual([]);
  });

  it("points from features to state to ipc, never back", () => {
    const below: Record<string, string[]> = {
      graph: ["state", "features", "components", "ipc"],
      ipc: ["state", "features", "components"],
      state: ["features", "components"],
      components: ["features"],
    };
    // The twin stands for the core: it may use whatever is pure.
    const ours = production.filter(({ path }) => !path.startsWith("ipc/twin/"));
    const wrong = ours.flatMap((file) =>
      imports(file)
        .filter((target) => below[place(file.path)[0]]?.includes(place(target)[0]))
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("speaks to the framework in one file", () => {
    const speakers = files.filter(({ text }) => /from ["']@tauri-apps/.test(text)).map(({ path }) => path);
    expect(speakers).toEqual(["ipc/tauri.ts"]);
  });

  it("reaches the twin only from tests and the twin's own start", () => {
    const users = production
      .filter((file) => imports(file).some((target) => target.startsWith("ipc/twin")))
      .map(({ path }) => path)
      .filter((path) => !path.startsWith("ipc/twin/"));
    expect(users).toEqual(["main.tsx"]);
  });

  it("renders no markup from data", () => {
    const pattern = new RegExp(["dangerously", "SetInnerHTML|\\.innerHTML\\s*=|insertAdjacent", "HTML"].join(""));
    expect(files.filter(({ text }) => pattern.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it("keeps files small", () => {
    const large = files.filter(({ text }) => text.split("\n").length > 450).map(({ path }) => path);
    expect(large).toEqual([]);
  });
});
