/** Makes the files of a plan, in memory; what the rules would refuse is not handed out. */
import type { KeyObject } from "node:crypto";
import { decode } from "../bundle/decode.ts";
import { currentEdition } from "../defender.ts";
import { UsageError } from "../errors.ts";
import { gather, gatherRequest, type ReadContents } from "../gather/gather.ts";
import type { NewFile } from "../system/new-files.ts";
import { DAY } from "../pki/time.ts";
import type { System } from "../system/system.ts";
import { judge, type Measure } from "./judge.ts";
import { newPassphrase } from "../gather/new-passphrase.ts";
import { besideTemplate, newBitsOf, type NewOptions, type Plan, type TemplateName } from "./new-plan.ts";

/** Makes all that is to be written. `measure` is what they are judged by. @throws UsageError */
export async function makeFiles(plan: Plan, given: NewOptions, measure: Measure, system: System): Promise<NewFile[]> {
  const { wish, files } = plan;
  const { template = [], templatesOnly, selfSigned, passout } = given;
  const templates = await Promise.all(
    template.map(async (one): Promise<NewFile> => ({
      path: files.templates[one],
      content: await templateOf(one, plan, given),
      isSecret: false,
    })),
  );
  if (templatesOnly) return templates;
  const maker = await import("../issue/maker.ts");
  // Earlier documents have no list of characters.
  const isForAppliance = measure.options.edition === currentEdition;
  const passphrase =
    passout === undefined ? undefined : await newPassphrase(passout, { what: files.key, isForAppliance }, system);
  const secret = plan.key?.secret ?? (await makeKey(plan.bits, system));
  const path = selfSigned ? files.certificate : files.request;
  const content = selfSigned
    ? await maker.makeSelfSigned(wish, secret, lifetime(given, system))
    : await maker.makeRequest(wish, secret);
  const isRequest = selfSigned !== true;
  await requireReady({ path, content, isRequest }, maker.keyFile(secret, undefined), measure, system);
  return [
    ...(plan.key ? [] : [{ path: files.key, content: maker.keyFile(secret, passphrase), isSecret: true }]),
    { path, content, isSecret: false },
    ...templates,
  ];
}

/** How long a self-signed certificate is valid, in days, unless that is said. */
export const DEFAULT_DAYS = 365;

/** The appliance's clock may be behind. */
const HOUR = DAY / 24;

/** In milliseconds since 1970; certificates count seconds. */
export function lifetime(
  { days = DEFAULT_DAYS }: NewOptions,
  { now }: Pick<System, "now">,
): { readonly notBefore: number; readonly notAfter: number } {
  const notBefore = Math.floor((now() - HOUR) / 1000) * 1000;
  return { notBefore, notAfter: notBefore + days * DAY };
}

async function templateOf(one: TemplateName, plan: Plan, given: NewOptions): Promise<string | Uint8Array> {
  const { wish, bits } = plan;
  const names = besideTemplate(plan, one, given);
  switch (one) {
    case "openssl":
      return (await import("../issue/openssl-config.ts")).opensslConfig(wish, names, newBitsOf(plan, given));
    case "certreq":
      return (await import("../issue/certreq-inf.ts")).certreqInf(wish, names.template, bits);
    case "step":
      return (await import("../issue/step-template.ts")).stepTemplate(wish, names);
  }
}

async function makeKey(bits: number, system: System): Promise<KeyObject> {
  system.showProgress(`making a key of ${bits} bits`);
  try {
    return await system.makeKey(bits);
  } finally {
    system.showProgress(undefined);
  }
}

/**
 * Asks all rules about what was made and its key, as a check of the files would.
 * @throws UsageError with what they find: the length of its validity, say, or that a configuration lists other issuers
 */
async function requireReady(
  { path, content, isRequest }: { readonly path: string; readonly content: string; readonly isRequest: boolean },
  key: string,
  measure: Measure,
  system: System,
): Promise<void> {
  const now = system.now();
  const read: ReadContents = (slot, operand) => decode(operand, Buffer.from(slot === "key" ? key : content));
  const common = { key: KEY, unattended: true } as const;
  const bundle = isRequest
    ? await gatherRequest({ ...common, request: path }, now, system, read)
    : await gather({ ...common, certificate: path, chains: [], roots: [] }, now, system, read);
  const { results } = judge(bundle, measure, { now, system, details: false });
  const failing = results.filter(({ outcome, severity }) => outcome === "fails" && severity === "error");
  if (failing.length > 0)
    throw new UsageError(
      failing.flatMap(({ rule, findings }) => findings.map(({ message }) => `${rule}: ${message}`)).join("\n"),
      `certcheck rules ${failing[0]?.rule} explains it`,
    );
}

/** A name of no file: the key is not written yet. */
const KEY = "env:KEY";
