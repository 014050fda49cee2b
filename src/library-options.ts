/** What callers of the library may say besides the files, and what rules make of it. */
import { editions } from "./defender.ts";
import { UsageError } from "./errors.ts";
import { count, date, fields, flag, listOf, oneOf, recordOf, type Taker, text } from "./library-arguments.ts";
import { nameKind, parseIp } from "./pki/dns-name.ts";
import type { Report, RuleId } from "./reporters/report-json.ts";
import { failOns } from "./report/report.ts";
import { type Context, type Host, usualContext } from "./rule.ts";

/** A rule's id, or a pattern such as `chain/*`. */
export type RulePattern = RuleId | `${string}*${string}`;

/** What a verdict depends on besides the files. What is left out is as on the command line. */
export interface CheckOptions {
  /** The time judged; now, if absent. */
  readonly at?: Date;
  /** Edition of the documents in force; the current one, if absent. */
  readonly edition?: Report["edition"];
  /** The dialog's switch for CRL and chain validation; on, if absent. */
  readonly validation?: boolean;
  /** A test environment, where a self-signed certificate is a warning. */
  readonly allowSelfSigned?: boolean;
  /** Days before its end from which on a certificate expires soon; 30, if absent. */
  readonly warnDays?: number;
  /** Names and addresses planned for the appliance. */
  readonly hosts?: readonly string[];
  /** Try key, certificate and chain in a TLS handshake in memory, as of now. */
  readonly handshake?: boolean;
  /** Ask these rules alone. */
  readonly only?: readonly RulePattern[];
  /** Leave these out. */
  readonly ignore?: readonly RulePattern[];
  /** Weigh rules otherwise; the last that matches counts. */
  readonly severity?: Readonly<Partial<Record<RulePattern, "error" | "warning" | "info">>>;
  /** What of the findings makes the report's `exitCode` 1; `error`, if absent. */
  readonly failOn?: Report["failOn"];
  /** What your organisation requires on top of the appliance's documents; docs/configuration.md explains it. */
  readonly requirements?: OwnRequirements;
}

/** Requirements of an organisation; patterns may have `*` for anything. */
export interface OwnRequirements {
  /** Patterns of the issuer's common name, or of its whole name. */
  readonly issuers?: readonly string[];
  /** Patterns, one of which each DNS name and common name has to be like. */
  readonly names?: readonly string[];
  /** Patterns of the subject's attributes, by their short names such as O. */
  readonly subject?: Readonly<Record<string, readonly string[]>>;
  readonly maximumLifetimeDays?: number;
  /** Of RSA keys, in bits. */
  readonly minimumKeySize?: number;
}

/** What callers said, as it was then. @throws UsageError for what is no option, or none of its values */
export const takeOptions: Taker<CheckOptions> = fields<CheckOptions>({
  at: date,
  edition: oneOf(editions),
  validation: flag,
  allowSelfSigned: flag,
  warnDays: count,
  hosts: listOf(text),
  handshake: flag,
  only: listOf(text) as Taker<readonly RulePattern[]>,
  ignore: listOf(text) as Taker<readonly RulePattern[]>,
  severity: recordOf(text) as Taker<NonNullable<CheckOptions["severity"]>>,
  failOn: oneOf(failOns),
  requirements: fields<OwnRequirements>(
    {
      issuers: listOf(text),
      names: listOf(text),
      subject: recordOf(listOf(text)),
      maximumLifetimeDays: count,
      minimumKeySize: count,
    },
    [],
    "requirements.",
  ),
});

/** What rules are told besides the files. @throws UsageError for a host that is none */
export function contextOf(options: CheckOptions, now: number, files: Context["files"]): Context {
  const { validation, allowSelfSigned, warnDays, hosts = [], requirements = {} } = options;
  const { edition = usualContext.edition } = options;
  return {
    now,
    edition,
    validation: validation ?? usualContext.validation,
    allowSelfSigned: allowSelfSigned ?? usualContext.allowSelfSigned,
    warnDays: warnDays ?? usualContext.warnDays,
    hosts: hosts.map(hostOf),
    requirements,
    // Nobody is asked for anything, and who shares the machine is not known.
    inPipeline: true,
    files,
  };
}

function hostOf(value: string): Host {
  const address = parseIp(value);
  if (address !== undefined) return { kind: "address", value: address };
  if (!["domain", "bare"].includes(nameKind(value)))
    throw new UsageError("hosts: neither the name of a host nor an address");
  return { kind: "name", value };
}
