import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** The content security policy of the real window, so that the twin is tested under the same rules. */
function windowPolicy(): string {
  const config = JSON.parse(readFileSync(new URL("../tauri.conf.json", import.meta.url), "utf8"));
  const rules: Record<string, string> = config.app.security.csp;
  return Object.entries(rules)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join("; ");
}

/** `--mode twin` builds the interface on the in-memory core; the production bundle never contains it. */
export default defineConfig(({ mode }) => {
  const twin = mode === "twin";
  return {
    plugins: [react()],
    clearScreen: false,
    server: { port: twin ? 5174 : 5173, strictPort: true },
    preview: { host: "127.0.0.1", headers: { "Content-Security-Policy": windowPolicy() } },
    build: {
      outDir: twin ? "dist-twin" : "dist",
      emptyOutDir: true,
      target: "safari16.4",
      chunkSizeWarningLimit: 2500,
      modulePreload: { polyfill: false },
    },
    test: {
      environment: "happy-dom",
      include: ["src/**/*.test.{ts,tsx}"],
      setupFiles: ["src/test/setup.ts"],
      // A busy machine is slow, not wrong.
      testTimeout: 30_000,
    },
  };
});
