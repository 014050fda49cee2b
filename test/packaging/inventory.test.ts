/** What dist/ says of the packages in it: licences, and a bill of materials. */
import { Ajv } from "ajv";
import formatsOf from "ajv-formats";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Component, componentsOf } from "../../packaging/components.ts";
import { licensesText } from "../../packaging/licenses.ts";
import { type Product, sbomText } from "../../packaging/sbom.ts";

const textOf = (file: string): string => readFileSync(file, "utf8");
const product = JSON.parse(textOf("package.json")) as Product;
const sbom = JSON.parse(textOf("dist/sbom.cdx.json")) as {
  readonly components: readonly { readonly group?: string; readonly name: string; readonly version: string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
};
const names = sbom.components.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`));

const modules = ["preact/dist/preact.mjs", "@peculiar/x509/build/x509.es.js", "node-forge/lib/rc2.js"].map(
  (file) => `/somewhere/node_modules/${file}`,
);

describe("components", () => {
  test("are the packages of the modules, and the bundler's for what it adds", () => {
    const found = componentsOf([...modules, ...modules, "/somewhere/src/cli.ts", "\0rolldown/runtime.js"]);
    expect(found.map(({ name, licence }) => [name, licence])).toEqual([
      ["@peculiar/x509", "MIT"],
      ["node-forge", "BSD-3-Clause"],
      ["preact", "MIT"],
      ["rolldown", "MIT"],
    ]);
  });

  test("are found by the paths of Windows, and in packages in packages", () => {
    const [found] = componentsOf(["C:\\certcheck\\node_modules\\tsyringe\\node_modules\\tslib\\tslib.es6.js"]);
    expect(found).toMatchObject({ name: "tslib", version: expect.stringMatching(/^1\./) as string });
  });

  describe("that may not be passed on", () => {
    const good = { name: "other", version: "1.0.0", license: "MIT" };
    const cases: readonly [what: string, license: string, files: readonly string[], hash: boolean, says: string][] = [
      ["a licence that asks for more", "GPL-3.0", ["LICENSE"], true, 'the licence "GPL-3.0" is not one'],
      ["a licence that nobody has named", "", ["LICENSE"], true, 'the licence "" is not one'],
      ["no text", "MIT", [], true, "has no text of its licence"],
      ["no hash", "MIT", ["LICENSE"], false, "has no hash of it"],
    ];
    test.each(cases)("%s", (_what, license, files, hasHash, says) => {
      const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
      const place = join(folder, "node_modules/other");
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, "package.json"), JSON.stringify({ ...good, license }));
      for (const file of files) writeFileSync(join(place, file), "text");
      const integrity = hasHash ? { integrity: "sha512-AAAA" } : {};
      const packages = { "node_modules/other": { version: "1.0.0", ...integrity } };
      writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
      expect(() => componentsOf([join(place, "index.js")], folder)).toThrow(says);
      rmSync(folder, { recursive: true });
    });
  });
});

describe("dist/licenses.txt", () => {
  test("has the licence of every component", () => {
    const text = textOf("dist/licenses.txt");
    for (const [index, name] of names.entries())
      expect(text).toContain(`\n${name} ${sbom.components[index]?.version} (`);
    expect(text).toContain("Copyright (c) 2015-present Jason Miller");
  });

  test("has a text once", () => {
    const one: Component = { ...component, name: "one" };
    const text = licensesText([one, { ...component, name: "two" }]);
    expect(text.match(/do as you like/g)).toHaveLength(1);
    expect(text).toContain("one 1.0.0 (MIT)\ntwo 1.0.0 (MIT)\n");
  });
});

const component: Component = {
  name: "@scope/package",
  version: "1.0.0",
  licence: "MIT",
  declared: "MIT",
  text: "do as you like",
  integrity: `sha512-${Buffer.alloc(64).toString("base64")}`,
  dependencies: [],
};

describe("dist/sbom.cdx.json", () => {
  const require = createRequire(import.meta.url);
  const schemas = join(dirname(require.resolve("@cyclonedx/cyclonedx-library/package.json")), "res/schema");
  const schema = (name: string): object => JSON.parse(textOf(join(schemas, `${name}.SNAPSHOT.schema.json`))) as object;
  const ajv = new Ajv({ strict: false, formats: { "iri-reference": true, "idn-email": true } });
  formatsOf.default(ajv);
  // The main schema calls the others by their files' names.
  for (const name of ["spdx", "jsf-0.82"])
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  const validate = ajv.compile(schema("bom-1.6"));
  const faultsOf = (document: unknown): unknown[] => (validate(document) ? [] : (validate.errors ?? []));

  test("is valid CycloneDX 1.6", () => expect(faultsOf(sbom)).toEqual([]));

  test("the schema finds what is wrong", () => {
    const faultsWith = (wrong: Partial<Component>): unknown[] =>
      faultsOf(JSON.parse(sbomText(product, [{ ...component, ...wrong }])));
    expect(faultsWith({})).toEqual([]);
    expect(faultsWith({ licence: "MIT-ish" })).not.toEqual([]);
    expect(faultsWith({ integrity: "sha512-AAAA" })).not.toEqual([]);
  });

  test("names what is loaded at run time, and nothing that is for development alone", () => {
    expect(names).toEqual(expect.arrayContaining(["commander", "undici", "yaml", "@peculiar/x509", "rolldown"]));
    for (const name of ["typescript", "vitest", "ajv", "postject"]) expect(names).not.toContain(name);
  });

  test("its dependencies are components, each of which is needed by something", () => {
    const refs = sbom.dependencies.map(({ ref }) => ref);
    const needed = new Set(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn));
    expect([...needed].toSorted()).toEqual(refs.slice(1).toSorted());
  });

  test("has no time but the one that the build is given", () => {
    expect(sbomText(product, [component])).not.toContain("timestamp");
    const dated = sbomText(product, [component], { epoch: "1795219200" });
    expect(dated).toContain('"timestamp": "2026-11-21T00:00:00.000Z"');
    expect(faultsOf(JSON.parse(dated))).toEqual([]);
    expect(dated).toContain('"purl": "pkg:npm/%40scope/package@1.0.0"');
  });
});
