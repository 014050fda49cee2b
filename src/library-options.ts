/** What callers of the library may say besides the files: types alone, which the package has as they are here. */
import type { Report, RuleId } from "./reporters/report-json.ts";

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
