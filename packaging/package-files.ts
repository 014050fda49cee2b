/** The files of the package: what it needs to run and to be understood, and no more. */

/** All that belong to it, but for what the bundler names by itself. */
const expected: readonly string[] = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "bin/certcheck.js",
  "bin/package.json",
  "bin/thread.js",
  "dist/certcheck.cache",
  "dist/certcheck.cjs",
  "dist/library/errors.d.ts",
  "dist/library/library-options.d.ts",
  "dist/library/library.d.ts",
  "dist/library/library.js",
  "dist/library/reporters/report-json.d.ts",
  "dist/licenses.txt",
  "dist/sbom.cdx.json",
  "docs/certcheck.1",
  "docs/config.schema.json",
  "docs/inspect.schema.json",
  "docs/report.schema.json",
  "docs/rules.md",
  "package.json",
];

/** Chunks of the command line and of the library. */
const chunk = /^dist\/(?:[\w-]+\.cjs|library\/[\w-]+\.js)$/;

/** Largest package, compressed: a third more than it has is a mistake, such as a chunk that came in with a type. */
const MAX_BYTES = 1_600_000;

/** What is wrong with a list of files, and with their size. */
export function packageFaults(files: readonly string[], bytes: number): string[] {
  const present = new Set(files);
  return [
    ...expected.filter((file) => !present.has(file)).map((file) => `${file} is missing`),
    ...files.filter((file) => !expected.includes(file) && !chunk.test(file)).map((file) => `${file} is not expected`),
    ...(bytes > MAX_BYTES ? [`the package has ${bytes} bytes, more than ${MAX_BYTES}`] : []),
  ];
}
