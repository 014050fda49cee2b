/** The bill of materials of the executable: that of the bundle, and Node with the libraries that are part of it. */

/** What is changed of a bill of materials. */
interface Sbom {
  readonly components: readonly object[];
  readonly compositions: readonly object[];
}

/** What Node gives out that are no libraries: itself, and numbers of its interfaces. */
const noLibraries: ReadonlySet<string> = new Set(["node", "modules", "napi"]);

/** `versions` is what process.versions says. */
export function sbomWithNode(text: string, versions: Readonly<Record<string, string | undefined>>): string {
  const { components, compositions, ...rest } = JSON.parse(text) as Sbom;
  const ref = `pkg:generic/node@${versions["node"]}`;
  const node = {
    type: "platform",
    "bom-ref": ref,
    name: "node",
    version: versions["node"],
    licenses: [{ license: { id: "MIT" } }],
    purl: ref,
    components: Object.entries(versions)
      .filter(([name]) => !noLibraries.has(name))
      .map(([name, version]) => ({ type: "library", name, version })),
  };
  // Node names no licences of them, and perhaps not all.
  const known = [...compositions, { aggregate: "incomplete", assemblies: [ref] }];
  return `${JSON.stringify({ ...rest, components: [...components, node], compositions: known }, undefined, 2)}\n`;
}
