/** The verb `convert`: certificates and keys in other forms, written all or none. */
import { join } from "node:path";
import { isOther } from "../bundle/artifact.ts";
import { type Assortment, isUsable, type LeftOver, sortOut } from "../conversion/assortment.ts";
import { findConfiguration } from "../configuration/configure.ts";
import { looksLikeContent } from "../bundle/content.ts";
import { type Conversion, convert, type Product, type Target } from "../conversion/conversion.ts";
import { takenError, UsageError } from "../errors.ts";
import { requireStem, stemOfFile, stemOfName } from "../conversion/file-stem.ts";
import { gatherMaterial, type Material } from "../gather/material.ts";
import type { NewFile } from "../system/new-files.ts";
import { requireOneInput } from "../gather/operand.ts";
import { HIDDEN_SOURCES, warnOfVisible } from "../gather/passphrase.ts";
import { displayName } from "../pki/name.ts";
import { otherKinds } from "../bundle/recognise.ts";
import { type ConversionFacts, conversionText } from "../reporters/conversion.ts";
import { neutral, where } from "../reporters/text.ts";
import { operand, quote } from "../remedy.ts";
import type { Report } from "../report/report.ts";
import type { System } from "../system/system.ts";
import type { Protection } from "../conversion/written-key.ts";
import { measures } from "./judge.ts";
import { inputPlaces, writeReports } from "./outputs.ts";
import { type Color, styleFor } from "./style.ts";
import { checkUpload, requireListedCharacters } from "./upload-check.ts";
import { isLocked, protectionOf } from "./protection.ts";

/** The options of `convert`. */
export interface ConvertOptions {
  readonly to: Target;
  readonly passin?: string;
  readonly passout?: string;
  /** False with --no-passphrase. */
  readonly passphrase: boolean;
  readonly legacy?: true;
  readonly name?: string;
  readonly out?: string;
  readonly force?: true;
  readonly dryRun?: true;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly color: Color;
  /** False with --no-config. */
  readonly config?: string | false;
  readonly debug?: true;
}

/** Converts files, and says the exit code. @throws UsageError */
export async function convertFiles(
  operands: readonly string[],
  options: ConvertOptions,
  system: System,
): Promise<number> {
  const { to, passin, passout, dryRun = false, force = false } = options;
  requireSense(operands, options);
  warnOfVisible(passin, system);
  const material = await gatherMaterial(operands, passin === undefined ? {} : { passphrase: passin }, system);
  const unread = requireReadable(material);
  const assortment = sortOut(material, system.now());
  const name = options.name === undefined ? nameOf(assortment, material) : requireStem(options.name);
  requireRoom(name, operands, options, system);
  const protection = await protectionOf(options, material, assortment, name, system);
  const manner = { name, protection, age: options.legacy ? ("legacy" as const) : ("modern" as const) };
  const conversion = await convert(to, assortment, manner);
  requireProducts(conversion);
  const files = conversion.products.map((product): Placed => {
    const path = join(options.out ?? ".", product.name);
    return { product, path, isThere: system.isFile(path) !== undefined };
  });
  for (const { path } of files) requireOwnPlace(path, operands, [passin, passout], system);
  const report = to === "upload" ? await check(files, assortment, protection, options, system) : undefined;
  if (!dryRun) await system.writeFiles(files.map(newFile), { force });
  const isIdle = passin !== undefined && !isLocked(material);
  const facts: ConversionFacts = {
    files: files.map(factsOf),
    leftOut: [...conversion.leftOut, ...unread].map(({ origin, message }) => ({ at: origin.at(), message })),
    lacks: [...conversion.lacks, ...(isIdle ? ["a passphrase was given, and nothing is encrypted"] : [])],
    isDry: dryRun,
  };
  await print(facts, report, options, system);
  // What would have come of it.
  const taken = dryRun && !force ? files.find(({ isThere }) => isThere) : undefined;
  if (taken !== undefined) throw takenError(taken.path);
  return Math.max(report?.exitCode ?? 0, unread.length > 0 ? EXIT_FINDINGS : 0);
}

const EXIT_FINDINGS = 1;

/** A file that is to be made, and where. */
interface Placed {
  readonly product: Product;
  readonly path: string;
  /** Whether something has its name already. */
  readonly isThere: boolean;
}

const factsOf = ({
  path,
  isThere,
  product: { content, what, isSecret },
}: Placed): ConversionFacts["files"][number] => ({
  path,
  bytes: Buffer.byteLength(content),
  what,
  isSecret,
  isReplaced: isThere,
});

const newFile = ({ path, product: { content, isSecret } }: Placed): NewFile => ({ path, content, isSecret });

/** @throws UsageError if options contradict each other */
function requireSense(operands: readonly string[], options: ConvertOptions): void {
  const { to, passin, passout, passphrase, legacy, name, out = "" } = options;
  requireOneInput(operands, passin, passout);
  if (legacy && to !== "pfx")
    throw new UsageError("--legacy is for containers", "certcheck convert ... --to pfx --legacy");
  if (passout !== undefined && !passphrase) throw new UsageError("--passout and --no-passphrase contradict each other");
  if (name !== undefined) requireStem(name);
  // It would be repeated with each file.
  if (looksLikeContent(out)) throw new UsageError("--out names no folder");
}

/** What of the files is beyond what is read. @throws UsageError if something in them cannot be read */
function requireReadable({ files }: Material): LeftOver[] {
  for (const { contents } of files) {
    const { file, problems, artifacts } = contents;
    const hint = `certcheck ${operand(file)} says what to do about it`;
    const first = artifacts.find(isOther);
    if (first !== undefined && artifacts.every((artifact) => isOther(artifact) && !isUsable(artifact)))
      throw new UsageError(`${file}: holds ${otherKinds[first.kind]}, which is not converted`, hint);
    const fatal = problems.find(
      ({ effect }) => effect === "unreadable" || (effect === "limit" && artifacts.length === 0),
    );
    if (fatal !== undefined)
      throw new UsageError(
        `${where({ file, ...(fatal.line !== undefined && { line: fatal.line }) })}: ${fatal.message}`,
        `${hint}; nothing is written of a file that cannot be read whole`,
      );
    for (const { closed } of artifacts.filter(isOther)) {
      if (closed === undefined) continue;
      const isLocked = closed.why === "no-passphrase";
      throw new UsageError(
        `${file}: the container is closed: ${closed.message}`,
        isLocked ? `--passin ${HIDDEN_SOURCES} opens it` : undefined,
      );
    }
  }
  return files.flatMap(({ contents: { file, problems } }) =>
    problems
      .filter(({ effect }) => effect === "limit")
      .map(({ message, line }) => ({ origin: { at: () => ({ file, ...(line !== undefined && { line }) }) }, message })),
  );
}

/** The name of what is most of it: the certificate's file, or the certificate itself where it came out of none. */
function nameOf({ leaf, key }: Assortment, { files }: Material): string {
  const file = leaf?.origin.file ?? key?.facts.origin.file ?? files[0]?.contents.file ?? "";
  const holder = leaf && displayName(leaf.certificate.subject);
  return stemOfFile(file) ?? (holder === undefined ? "certificate" : stemOfName(holder));
}

/** @throws UsageError */
function requireProducts({ products, leftOut }: Conversion): void {
  if (products.length > 0) return;
  const [first] = leftOut;
  throw new UsageError(
    first === undefined
      ? "there is nothing to convert"
      : `${where(first.origin.at())}: ${first.message}: it is not converted`,
  );
}

/** Nothing is written over what was read, not even if files may be replaced: not all of it may be in what is written. */
function requireOwnPlace(
  path: string,
  operands: readonly string[],
  passphrases: readonly (string | undefined)[],
  system: System,
): void {
  const read = [...inputPlaces(operands), ...passphrases.flatMap((source) => inputPlaces([], source))];
  if (read.some((input) => system.isSameFile(input, path)))
    throw new UsageError(
      `${path}: is one of the files that are read`,
      "--out new writes into another folder, --name gives what is written another name",
    );
}

/** Says before anybody types a new passphrase that what it is for cannot be written. @throws UsageError */
function requireRoom(
  name: string,
  operands: readonly string[],
  { to, passin, passout, out = ".", force, dryRun }: ConvertOptions,
  system: System,
): void {
  if (to !== "pfx" && (passout !== "prompt" || to === "der")) return;
  const path = join(out, `${name}.${to === "pfx" ? "pfx" : "key"}`);
  requireOwnPlace(path, operands, [passin, passout], system);
  if (!force && !dryRun && system.isFile(path) !== undefined) throw takenError(path);
}

/** Judges what was made as `check` would. */
async function check(
  files: readonly Placed[],
  assortment: Assortment,
  protection: Protection,
  { config, debug }: ConvertOptions,
  system: System,
): Promise<Report> {
  const configured = await findConfiguration(config, system);
  const [certificate = ""] = files.map(({ path }) => path);
  const measure = measures({ ...(debug && { debug }) }, configured, system)(certificate);
  const passphrase = requireListedCharacters(assortment, protection, measure);
  return checkUpload(files, passphrase, { measure, configured }, system);
}

async function print(
  facts: ConversionFacts,
  report: Report | undefined,
  { color, verbose = false, quiet = false }: ConvertOptions,
  system: System,
): Promise<void> {
  const wishes = { color, verbose, quiet };
  const told = quiet ? { ...facts, files: [], leftOut: [] } : facts;
  const texts = [
    ...told.files.flatMap(({ path, what }) => [path, what]),
    ...told.leftOut.map(({ message }) => message),
  ];
  const text = conversionText(told, await styleFor([...texts, ...told.lacks].join(""), wishes, system));
  system.print(text + (text !== "" && report !== undefined ? "\n" : ""));
  if (report === undefined) return;
  await writeReports(report, [{ format: "human" }], wishes, system);
  if (!quiet && !facts.isDry)
    system.print(`\nTo check them with more options\n  ${checkCommand(facts.files.map(({ path }) => path))}\n`);
}

/** The command that checks an upload. */
const checkCommand = (paths: readonly string[]): string =>
  ["certcheck", ...paths.map((path) => `${path.endsWith(".pem") ? "--chain " : ""}${neutral(quote(path))}`)].join(" ");
