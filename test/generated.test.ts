/** Files that are written from the catalogue must not drift from it: `npm run generate` writes them anew. */
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { manual } from "../packaging/manual.ts";
import { main } from "../src/cli.ts";
import { memorySystem } from "./support/bundle.ts";
import { configurationJsonSchema } from "./support/configuration-schema.ts";
import { inspectSchema } from "./support/inspect-schema.ts";
import { reportSchema } from "./support/report-schema.ts";
import { reportTypes } from "./support/report-types.ts";

test("docs/rules.md", async () => {
  const system = memorySystem({});
  expect(await main(["rules", "--format", "markdown"], system)).toBe(0);
  // The example that the fixes speak of has something for every rule.
  expect(system.out).not.toMatch(/\*\*Fix:\*\* *$/m);
  await expect(system.out).toMatchFileSnapshot(resolve("docs/rules.md"));
});

test("docs/report.schema.json", async () => {
  await expect(`${JSON.stringify(reportSchema, undefined, 2)}\n`).toMatchFileSnapshot(
    resolve("docs/report.schema.json"),
  );
});

test("docs/inspect.schema.json", async () => {
  await expect(`${JSON.stringify(inspectSchema, undefined, 2)}\n`).toMatchFileSnapshot(
    resolve("docs/inspect.schema.json"),
  );
});

test("docs/config.schema.json", async () => {
  await expect(`${JSON.stringify(configurationJsonSchema, undefined, 2)}\n`).toMatchFileSnapshot(
    resolve("docs/config.schema.json"),
  );
});

test("src/reporters/report-json.ts", async () => {
  await expect(await reportTypes()).toMatchFileSnapshot(resolve("src/reporters/report-json.ts"));
});

test("docs/certcheck.1", async () => {
  await expect(await manual(memorySystem({}))).toMatchFileSnapshot(resolve("docs/certcheck.1"));
});
