/** What `new` is to make, decided before anything is made: what its options come to, and the names of the files. */
import { basename, isAbsolute, join, relative } from "node:path";
import { isUnnamed } from "../bundle/bundle.ts";
import type { Edition } from "../defender.ts";
import { takenError, UsageError } from "../errors.ts";
import { stemOfName } from "../conversion/file-stem.ts";
import type { TemplateFiles } from "../issue/openssl-config.ts";
import type { Wish } from "../issue/wish.ts";
import { requireOneInput } from "../gather/operand.ts";
import { command } from "../remedy.ts";
import type { System } from "../system/system.ts";
import type { GivenAnswers } from "./new-answers.ts";
import type { ExistingKey } from "./new-sources.ts";
import type { Color } from "./style.ts";

/** The languages in which a wish can be handed to another issuer, with the endings of their files. */
export const templateEndings = { openssl: ".cnf", certreq: ".inf", step: ".tpl" } as const;

/** One of them. */
export type TemplateName = keyof typeof templateEndings;

/** The options of `new`. */
export interface NewOptions extends GivenAnswers {
  readonly bits?: number;
  readonly passout?: string;
  readonly selfSigned?: true;
  /** Of a self-signed certificate. */
  readonly days?: number;
  readonly from?: string;
  readonly key?: string;
  readonly passin?: string;
  readonly template?: readonly TemplateName[];
  readonly templatesOnly?: true;
  /** False with --no-validation. */
  readonly validation: boolean;
  readonly edition?: Edition;
  readonly out?: string;
  readonly force?: true;
  readonly dryRun?: true;
  /** False with --no-config. */
  readonly config?: string | false;
  readonly color: Color;
}

/** All that is decided before anything is made. */
export interface Plan {
  readonly wish: Wish;
  readonly bits: number;
  /** Absent if a key is to be made. */
  readonly key?: ExistingKey;
  readonly files: FilesOfPlan;
  /** Whether a certificate is for an appliance that validates. */
  readonly validation: boolean;
}

/** Files are called by the common name. */
export interface FilesOfPlan {
  readonly key: string;
  readonly request: string;
  readonly certificate: string;
  readonly templates: Readonly<Record<TemplateName, string>>;
}

/** Options that exclude each other. @throws UsageError */
export function requireSense(given: NewOptions): void {
  const { template = [], templatesOnly, selfSigned, days, passout, passin, from, key, crlUrl, validation } = given;
  const contradictions: readonly (readonly [isOne: boolean, message: string, hint?: string])[] = [
    [selfSigned === true && template.length > 0, "--self-signed and --template: a template is for another issuer"],
    [
      days !== undefined && selfSigned === undefined,
      "--days is for --self-signed: how long a certificate is valid is decided by the CA",
    ],
    [
      templatesOnly === true && template.length === 0,
      "--templates-only: which?",
      "--template openssl, --template certreq or --template step",
    ],
    [
      templatesOnly === true && passout !== undefined,
      "--templates-only and --passout: no key is made that it would encrypt",
    ],
    [crlUrl !== undefined && !validation, "--crl-url and --no-validation: without validation there is to be no CRL"],
    [
      passin !== undefined && from === undefined && key === undefined,
      "--passin opens an existing key",
      "name it with --key or --from",
    ],
  ];
  for (const [isOne, message, hint] of contradictions) if (isOne) throw new UsageError(message, hint);
  requireOneInput(
    [from, key].filter((operand) => operand !== undefined),
    passin,
    passout,
  );
}

/** @throws UsageError for what would be said of a key that is not made */
export function requireNewKeyOptions({ passout, bits }: NewOptions, key: ExistingKey | undefined): void {
  if (key === undefined) return;
  const option = passout !== undefined ? "--passout" : bits !== undefined ? "--bits" : undefined;
  if (option !== undefined)
    throw new UsageError(`${option} is for a new key: ${key.file} stays as it is`, "leave out --key to have one made");
}

/** What a CA issues by a template needs a CRL distribution point, unless the appliance does not validate. @throws UsageError */
export function requirePoint({ wish, validation }: Plan, { template = [] }: NewOptions): void {
  const issuing = template.find((one) => one !== "certreq");
  if (issuing !== undefined && wish.crlUrl === undefined && validation)
    throw new UsageError(
      `--template ${issuing}: where is the CRL of the CA?`,
      "--crl-url http://crl.contoso.com/issuing.crl, or --no-validation if the appliance will not validate",
    );
}

/** The names of all files that there may be. */
export function filesOf({ commonName }: Wish, { out = "" }: NewOptions, key: ExistingKey | undefined): FilesOfPlan {
  // An older edition has wildcards.
  const stem = stemOfName(commonName.replace("*", "_"));
  const path = (ending: string): string => join(out, `${stem}${ending}`);
  const { openssl, certreq, step } = templateEndings;
  return {
    key: key?.file ?? path(".key"),
    request: path(".csr"),
    certificate: path(".crt"),
    templates: { openssl: path(openssl), certreq: path(certreq), step: path(step) },
  };
}

/** The files as the commands in a template name them, which lies beside those that are written; a key of the user's may have any name. */
export const besideTemplate = ({ key, files }: Plan, one: TemplateName, { out = "" }: NewOptions): TemplateFiles => ({
  template: basename(files.templates[one]),
  key: key === undefined ? basename(files.key) : command`${fromFolder(out, key.file)}`,
  request: basename(files.request),
  certificate: basename(files.certificate),
});

const fromFolder = (folder: string, file: string): string =>
  isUnnamed(file) || isAbsolute(file) ? file : relative(folder, file);

/** The size of the key that others are to make; nothing if there is one. */
export const newBitsOf = ({ key, bits }: Plan, { templatesOnly }: NewOptions): number | undefined =>
  templatesOnly && key === undefined ? bits : undefined;

/** The files that will be written. */
export const pathsOf = ({ files, key }: Plan, { template = [], templatesOnly, selfSigned }: NewOptions): string[] => [
  ...(key || templatesOnly ? [] : [files.key]),
  ...(templatesOnly ? [] : [selfSigned ? files.certificate : files.request]),
  ...template.map((one) => files.templates[one]),
];

/**
 * Said before anybody types a passphrase, or a key is made for nothing. A key that is there, and the passphrase of one,
 * are not replaced even by force: without them the request is worth nothing.
 * @throws UsageError
 */
export function requireFree(path: string, { force, passin, passout }: NewOptions, plan: Plan, system: System): void {
  const sources = [passin, passout].flatMap((source) => /^file:(.*)$/s.exec(source ?? "")?.[1] ?? []);
  const kept = [...(plan.key === undefined ? [] : [plan.key.file]), ...sources];
  if (kept.some((file) => !isUnnamed(file) && system.isSameFile(file, path)))
    throw new UsageError(`${path}: is one of the files that are read`, "--out new writes into another folder");
  if (!force && system.isFile(path) !== undefined) throw takenError(path);
}
