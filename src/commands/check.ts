/** The verb `check`: one appliance. */
import { currentEdition, type Edition } from "../defender.ts";
import { evaluate } from "../evaluate.ts";
import { gather, type Operands } from "../gather.ts";
import { assembleReport, type FailOn, reportBundle, reweigh, type Report } from "../report.ts";
import { type Format, reporters } from "../reporters/index.ts";
import type { Context, Host } from "../rule.ts";
import { rules } from "../rules/index.ts";
import { type Choice, select } from "../selection.ts";
import { fileTerminal, isPipeline, type System } from "../system.ts";
import { UsageError } from "../errors.ts";
import { type Color, plainStyle, styleFor } from "./style.ts";

/** The options of `check`, as they come from the command line. */
export interface CheckOptions {
  readonly crt?: string;
  readonly key?: string;
  readonly chain?: readonly string[];
  readonly roots?: readonly string[];
  readonly passin?: string;
  readonly pass?: string;
  readonly passphraseSet?: string | true;
  readonly host?: readonly string[];
  readonly ip?: readonly string[];
  /** False with --no-validation. */
  readonly validation: boolean;
  readonly crl?: readonly string[];
  readonly online?: true;
  readonly handshake?: true;
  /** False with --no-cache. */
  readonly cache: boolean;
  /** In seconds. */
  readonly timeout: number;
  readonly allowSelfSigned?: true;
  readonly edition?: Edition;
  /** Milliseconds since 1970. */
  readonly at?: number;
  readonly warnDays: number;
  readonly only?: Choice["only"];
  readonly ignore?: Choice["ignore"];
  readonly severity?: Choice["severity"];
  readonly failOn: FailOn;
  readonly format?: readonly Output[];
  readonly verbose?: true;
  readonly quiet?: true;
  readonly color: Color;
  readonly debug?: true;
}

/** One report that is wanted. */
export interface Output {
  readonly format: Format;
  /** Standard output, if absent. */
  readonly file?: string;
}

/** Checks one appliance, writes the reports, and says the exit code. @throws UsageError */
export async function check(words: readonly string[], options: CheckOptions, system: System): Promise<number> {
  const { chain: chains = [], roots = [], only = [], ignore = [], severity = [] } = options;
  const ruleIds = rules.map(({ id }) => id);
  const selection = select({ only, ignore, severity }, ruleIds);
  const outputs = options.format ?? [{ format: "human" }];
  if (outputs.filter(({ file }) => file === undefined).length > 1) {
    throw new UsageError("two reports for standard output", "write the others into files: --format json=report.json");
  }
  const certificate = single("certificate", words[0], "--crt", options.crt);
  const key = single("key", words[1], "--key", options.key);
  // A word too many may be the rest of a passphrase with blanks: it is not repeated.
  if (words.length > 2) throw new UsageError("more than two files", "CA certificates are given with --chain");
  if (certificate === undefined)
    throw new UsageError("nothing to check", "certcheck sensor.crt sensor.key --chain ca.pem");
  const passphrase = passphraseSource(options, system);

  const now = options.at ?? system.now();
  const operands = {
    certificate,
    chains,
    roots,
    ...trials(options),
    ...(key !== undefined && { key }),
    ...(passphrase !== undefined && { passphrase }),
  };
  const given = [certificate, ...(key === undefined ? [] : [key]), ...chains, ...roots, ...(options.crl ?? [])];
  const inputs = [...given.map((operand) => (operand === "-" ? "/dev/stdin" : operand)), ...passphraseFile(passphrase)];
  for (const { file } of outputs) {
    if (file !== undefined && inputs.some((input) => system.isSameFile(input, file))) {
      throw new UsageError(`--format: ${file} is a file to check`, "give another name for the report");
    }
  }
  const bundle = await gather(operands, now, system);
  const context: Context = {
    now,
    edition: options.edition ?? currentEdition,
    validation: options.validation,
    allowSelfSigned: options.allowSelfSigned === true,
    warnDays: options.warnDays,
    hosts: [
      ...(options.host ?? []).map((value): Host => ({ kind: "name", value })),
      ...(options.ip ?? []).map((value): Host => ({ kind: "address", value })),
    ],
    inPipeline: isPipeline(system),
    files: bundle.files,
  };
  const judged = reportBundle(bundle, evaluate(rules, bundle, context, selection.deselected), context);
  const report = assembleReport([reweigh(judged, selection.level)], context, options.failOn);
  if (options.debug)
    for (const { rule, stack } of judged.results)
      if (stack !== undefined) system.complain(`certcheck: ${rule}: ${stack}\n`);
  await write(report, outputs, options, system);
  return report.exitCode;
}

/** What is to be tried besides reading the files. With the appliance's validation off, it tries nothing of that either. */
function trials({ crl = [], online, handshake, cache, timeout, at, validation }: CheckOptions): Partial<Operands> {
  if (!validation) return {};
  const download = { timeout: timeout * 1000, useCache: cache };
  return {
    ...((online || crl.length > 0) && { crls: { files: crl, ...(online && { online: download }) } }),
    ...((online || handshake) && { handshake: at === undefined || "later" }),
  };
}

/** Writes the reports that go into files before the one that people wait for. */
async function write(report: Report, outputs: readonly Output[], options: CheckOptions, system: System): Promise<void> {
  for (const { format, file } of outputs.toSorted(
    (a, b) => Number(a.file === undefined) - Number(b.file === undefined),
  )) {
    const toFile = file !== undefined;
    const surroundings = toFile ? { env: {}, terminal: fileTerminal } : system;
    const wishes = { color: options.color, verbose: options.verbose === true, quiet: options.quiet === true };
    // Only people care for columns and colours.
    const style = format === "human" ? await styleFor(foreignTexts(report), wishes, surroundings) : plainStyle;
    const text = `${reporters[format](report, style)}\n`;
    if (toFile) system.replaceFile(file, text);
    else system.print(text);
  }
}

/** The texts of a report that are not certcheck's own. */
const foreignTexts = ({ bundles }: Report): string =>
  bundles
    .flatMap(({ files, chain, results, notChecked }) => [
      ...files.flatMap(({ file, details }) => [file, ...details]),
      ...(chain ? [chain.missing ?? "", ...[...chain.path, ...chain.others].map(({ name }) => name)] : []),
      ...results.flatMap(({ findings }) => findings.flatMap(({ message, fix }) => [message, fix])),
      ...notChecked.map(({ why }) => why),
    ])
    .join("");

/** A file may be given by place or by the appliance's own option, not by both. */
function single(
  what: string,
  operand: string | undefined,
  option: string,
  value: string | undefined,
): string | undefined {
  if (operand !== undefined && value !== undefined)
    throw new UsageError(`two files for the ${what}, one of them with ${option}`);
  return operand ?? value;
}

/** The file that a passphrase is read from, also where the shell has opened it. */
function passphraseFile(source = ""): string[] {
  const [, scheme, rest = ""] = /^(file|fd):(.*)$/s.exec(source) ?? [];
  if (source === "stdin") return ["/dev/stdin"];
  return scheme === undefined ? [] : [scheme === "file" ? rest : `/dev/fd/${rest}`];
}

function passphraseSource({ passin, pass, passphraseSet }: CheckOptions, system: System): string | undefined {
  if (passphraseSet !== undefined) {
    system.complain(
      "certcheck: --passphrase-set has no effect here: it makes the appliance use the passphrase of the previous certificate\n",
    );
  }
  if (passin !== undefined && pass !== undefined) throw new UsageError("two passphrases: --passin and --pass");
  if (pass !== undefined || passin?.startsWith("pass:")) {
    system.complain(
      "certcheck: other users of this machine can see a passphrase on the command line; --passin env:NAME or file:PATH hides it\n",
    );
  }
  return pass === undefined ? passin : `pass:${pass}`;
}
