/** How tests are run. */
import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** Its maps lead to sources that the package does not have; a warning for each would be all that is seen of a run. */
const withoutSourceMaps = {
  name: "without-source-maps",
  load: (id: string) =>
    /\/node_modules\/@actions\/.*\.js$/.test(id) ? readFileSync(id, "utf8").replace(/^\/\/# source.*/m, "") : undefined,
};

export default defineConfig({
  plugins: [withoutSourceMaps],
  // As it is used: some packages check themselves where `development` is asked for.
  ssr: { resolve: { conditions: ["module", "node"], externalConditions: ["node"] } },
  test: {
    // It imports JSON in a way that not every Node takes: it is transformed as the tests are.
    server: { deps: { inline: [/@actions\//] } },
    // As Node imports; else each use of what node:crypto has, say, passes a proxy.
    deps: { interopDefault: false },
    // No test changes what others import: loading all of it anew for each file takes a quarter of the time.
    isolate: false,
    // What takes long has a bound of its own, in processor time; a machine that is busy is no fault.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests make much that is soon forgotten: with room for it, less of it is taken for lasting.
    execArgv: ["--max-semi-space-size=64"],
  },
});
