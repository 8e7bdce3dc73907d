/** Bundles the pages with the interface's own packages, so that both use the same version of @xyflow/react. */
import { resolve } from "node:path";

const here = import.meta.dirname;
const packages = resolve(here, "../../ui/node_modules");

export default {
  root: here,
  resolve: { alias: [{ find: /^(react|react-dom|@xyflow\/react)(?=\/|$)/, replacement: `${packages}/$1` }] },
  build: {
    outDir: resolve(here, "../../target/bench/pages"),
    emptyOutDir: true,
    rollupOptions: { input: [resolve(here, "stream.html"), resolve(here, "canvas.html")] },
  },
};
