/** The verb `check`: one appliance. */
import { currentEdition, type Edition } from "../defender.ts";
import { evaluate } from "../evaluate.ts";
import { gather, type Operands } from "../gather.ts";
import { assembleReport, type FailOn, reportBundle, reweigh } from "../report.ts";
import type { Context, Host } from "../rule.ts";
import { rules } from "../rules/index.ts";
import { type Choice, select } from "../selection.ts";
import { isPipeline, type System } from "../system.ts";
import { UsageError } from "../errors.ts";
import { type Output, requireOwnPlaces, writeReports } from "./outputs.ts";
import type { Color } from "./style.ts";

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

/** Checks one appliance, writes the reports, and says the exit code. @throws UsageError */
export async function check(words: readonly string[], options: CheckOptions, system: System): Promise<number> {
  const { chain: chains = [], roots = [], only = [], ignore = [], severity = [] } = options;
  const ruleIds = rules.map(({ id }) => id);
  const selection = select({ only, ignore, severity }, ruleIds);
  const outputs = options.format ?? [{ format: "human" }];
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
  requireOwnPlaces(outputs, inputs, system);
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
  const { color, verbose = false, quiet = false } = options;
  await writeReports(report, outputs, { color, verbose, quiet }, system);
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
