/** The verb `new`: a key and a request, or a self-signed certificate, and what other issuers need; what the rules would refuse is not made. */
import { type Configured, findConfiguration } from "../configuration/configure.ts";
import { type Answers, type Wish, wishOf } from "../issue/wish.ts";
import { formatDay } from "../pki/time.ts";
import type { System } from "../system/system.ts";
import { contextOf, type Measure, measures } from "./judge.ts";
import { answersOf, completeAnswers, type Judging, requireAcceptable } from "./new-answers.ts";
import { lifetime, makeFiles } from "./new-making.ts";
import {
  filesOf,
  newBitsOf,
  type NewOptions,
  pathsOf,
  type Plan,
  requireFree,
  requireNewKeyOptions,
  requirePoint,
  requireSense,
} from "./new-plan.ts";
import { type MadeFile, newReport } from "./new-report.ts";
import { readSources } from "./new-sources.ts";
import { styleFor } from "./style.ts";

/** Makes the files, and says the exit code. @throws UsageError */
export async function makeNew(name: string | undefined, given: NewOptions, system: System): Promise<number> {
  requireSense(given);
  const configured = await findConfiguration(given.config, system);
  const { new: defaults = {} } = configured?.configuration ?? {};
  const { key, basis } = await readSources(given, system);
  requireNewKeyOptions(given, key);
  const bits = key?.publicKey.bits ?? given.bits ?? defaults.bits ?? DEFAULT_BITS;
  const general = measureOf(given, saidOf(given), "", configured, system);
  const context = contextOf(general, { now: system.now(), system }, { certificate: "", all: [] });
  const judging: Judging = { key: key ?? { bits }, context };
  const first = answersOf(name, given, basis, {
    ...defaults,
    // A CRL of the organisation's CA is for what that issues.
    crlUrl: given.selfSigned || !context.validation ? undefined : defaults.crlUrl,
  });
  const planOf = (answers: Answers): Plan => {
    const wish = wishOf(answers);
    const validation = given.selfSigned ? wish.crlUrl !== undefined : context.validation;
    return { wish, bits, validation, files: filesOf(wish, given, key), ...(key && { key }) };
  };
  const answers = await completeAnswers(
    first,
    { given, basis, requireRoom: (some) => requireRoom(planOf(some), given, system) },
    judging,
    system,
  );
  requireAcceptable(answers, judging);
  const plan = planOf(answers);
  requireRoom(plan, given, system);
  if (!given.dryRun) {
    const measure = measureOf(given, plan.validation, plan.files.certificate, configured, system);
    await system.writeFiles(await makeFiles(plan, given, measure, system), { force: given.force === true });
  }
  await report(plan, given, system);
  return 0;
}

const DEFAULT_BITS = 2048;

/** @throws UsageError if the plan cannot be carried out */
function requireRoom(plan: Plan, given: NewOptions, system: System): void {
  requirePoint(plan, given);
  for (const path of pathsOf(plan, given)) requireFree(path, given, plan, system);
}

/** What the command line says of the appliance's validation, which counts more than a configuration. */
const saidOf = ({ validation, crlUrl }: NewOptions): boolean | undefined =>
  validation && crlUrl === undefined ? undefined : validation;

/** The rules as they would be asked about the certificate. */
function measureOf(
  { edition, selfSigned }: NewOptions,
  validation: boolean | undefined,
  certificate: string,
  configured: Configured | undefined,
  system: System,
): Measure {
  const options = {
    ...(edition && { edition }),
    ...(validation !== undefined && { validation }),
    ...(selfSigned && { allowSelfSigned: true }),
  };
  return measures(options, configured, system)(certificate);
}

async function report(plan: Plan, given: NewOptions, system: System): Promise<void> {
  const files = describeFiles(plan, given, system);
  const { color, passout, passin, template: templates = [], selfSigned, templatesOnly } = given;
  const source = plan.key ? passin : passout;
  const style = await styleFor(
    files.map(({ details }) => details).join(""),
    { color, verbose: false, quiet: false },
    system,
  );
  system.print(
    newReport(
      {
        ...plan,
        newBits: newBitsOf(plan, given),
        described: files,
        what: selfSigned ? "self-signed" : templatesOnly ? "templates" : "request",
        templates,
        isDry: given.dryRun === true,
        // What can be read again; the rest is asked for.
        ...(/^(?:env|file):/.test(source ?? "") && { passin: source }),
      },
      style,
    ),
  );
}

const purposes = {
  openssl: "for openssl req, and openssl x509 of a CA",
  certreq: "for certreq on Windows, and AD CS",
  step: "for step certificate sign, or step-ca",
} as const;

/** What each file is, in the order of writing. */
function describeFiles({ wish, files, bits, key }: Plan, given: NewOptions, system: System): MadeFile[] {
  const { template = [], templatesOnly, selfSigned, passout } = given;
  const names = [...wish.names, ...wish.addresses].join(", ");
  const until = formatDay(lifetime(given, system).notAfter);
  return [
    ...(key || templatesOnly
      ? []
      : [
          {
            path: files.key,
            kind: "private key",
            details: `RSA ${bits}, ${passout === undefined ? "not encrypted" : "encrypted with AES-256"}, for its owner alone`,
          },
        ]),
    ...(templatesOnly
      ? []
      : [
          selfSigned
            ? {
                path: files.certificate,
                kind: "certificate",
                details: `${subjectOf(wish)}; self-signed, for ${names}, valid until ${until}`,
              }
            : { path: files.request, kind: "request", details: `${subjectOf(wish)}; for ${names}` },
        ]),
    ...template.map((one) => ({ path: files.templates[one], kind: "template", details: purposes[one] })),
  ];
}

/** In the order of the certificate. */
const subjectOf = ({ subject }: Wish): string => subject.map(([type, value]) => `${type}=${value}`).join(", ");
