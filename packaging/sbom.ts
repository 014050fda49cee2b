/** The components of a bundle as a bill of materials: CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/. */
import type { Component } from "./components.ts";

/** The package that is described, out of its package.json. */
export interface Product {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/**
 * The same components give the same text: it has no serial number, and the time that SOURCE_DATE_EPOCH names or none.
 * `others` are components that are there besides packages.
 */
export function sbomText(
  { name, version, description, license, devDependencies }: Product,
  components: readonly Component[],
  { epoch, others = [] }: { readonly epoch?: string | undefined; readonly others?: readonly object[] } = {},
): string {
  const root = purlOf({ name, version });
  const direct = components.filter((component) => devDependencies[component.name] === component.version);
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      ...(epoch !== undefined && { timestamp: new Date(Number(epoch) * 1000).toISOString() }),
      lifecycles: [{ phase: "build" }],
      component: {
        type: "application",
        "bom-ref": root,
        name,
        version,
        description,
        licenses: [{ license: { id: license } }],
        purl: root,
      },
    },
    components: [...components.map(describe), ...others],
    dependencies: [
      { ref: root, dependsOn: direct.map(purlOf) },
      ...components.map((component) => ({ ref: purlOf(component), dependsOn: neededBy(component, components) })),
    ],
    compositions: [{ aggregate: "complete", assemblies: [root] }],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** A package URL, https://github.com/package-url/purl-spec. */
const purlOf = ({ name, version }: Pick<Component, "name" | "version">): string =>
  `pkg:npm/${name.replace("@", "%40")}@${version}`;

function describe(component: Component): object {
  const { name, version, licence, declared, integrity } = component;
  const [, scope, base] = /^(?:(@[^/]+)\/)?(.*)$/.exec(name) ?? [];
  return {
    type: "library",
    "bom-ref": purlOf(component),
    ...(scope !== undefined && { group: scope }),
    name: base,
    version,
    hashes: integrity.split(" ").map(hashOf),
    licenses: [{ license: { id: licence, acknowledgement: licence === declared ? "declared" : "concluded" } }],
    purl: purlOf(component),
  };
}

/** Subresource Integrity as CycloneDX spells it. */
function hashOf(integrity: string): object {
  const [, bits, digest = ""] = /^sha(\d+)-(.*)$/.exec(integrity) ?? [];
  return { alg: `SHA-${bits}`, content: Buffer.from(digest, "base64").toString("hex") };
}

const neededBy = ({ dependencies }: Component, components: readonly Component[]): string[] =>
  components.filter(({ name, version }) => dependencies.includes(`${name}@${version}`)).map(purlOf);
