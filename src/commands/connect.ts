/** The verb `connect`: a live appliance, or another TLS server, and the certificate that it serves. */
import { browserErrors } from "../report/browser.ts";
import type { ChainFacts } from "../report/chain-facts.ts";
import { findConfiguration } from "../configuration/configure.ts";
import { endpointFacts } from "../report/endpoint-facts.ts";
import { liveSubjects } from "../evaluation/endpoint-subjects.ts";
import { UsageError } from "../errors.ts";
import type { Result } from "../evaluation/evaluate.ts";
import { requireOneInput } from "../gather/operand.ts";
import { type LiveBundle, probe } from "../gather/probe.ts";
import type { BundleReport } from "../report/report.ts";
import type { Context, Rule } from "../rule.ts";
import { endpoint as endpointRules } from "../rules/endpoint.ts";
import { applianceRules } from "../rules/index.ts";
import type { System } from "../system/system.ts";
import { parseTarget } from "../gather/target.ts";
import { contextOf, type Measure, measures, type Occasion, placesOf, reportOn } from "./judge.ts";
import type { CheckOptions } from "./options.ts";
import { inputPlaces, requireOwnPlaces, writeReports } from "./outputs.ts";

/** The options of `connect`. */
export interface ConnectOptions extends CheckOptions {
  /** The file with the certificate that should be served. */
  readonly cert?: string;
}

/** Connects, writes the reports, and says the exit code. @throws UsageError */
export async function connect(word: string, given: ConnectOptions, system: System): Promise<number> {
  const target = parseTarget(word);
  const { cert: expected, ip: [address, more] = [], ...shared } = given;
  if (more !== undefined) throw new UsageError("two addresses with --ip", "one connection goes to one address");
  const configured = await findConfiguration(given.config, system);
  const found = measures(shared, configured, system, asked)(expected ?? target.name);
  // Where it is connected to need not be a name of the certificate.
  const measure = { ...found, options: { ...found.options, ip: [] } };
  const { options } = measure;
  const { chain: chains = [], roots = [], format: outputs = [{ format: "human" }] } = options;
  const { color, verbose = false, quiet = false } = options;
  const files = [...chains, ...roots, ...(options.crl ?? []), ...(expected === undefined ? [] : [expected])];
  requireOneInput(files, undefined);
  requireOwnPlaces(outputs, [...inputPlaces(files), ...(configured ? [configured.file] : [])], system);
  const now = options.at ?? system.now();
  const crls = placesOf(options);
  const bundle = await probe(
    {
      target,
      chains,
      roots,
      timeout: options.timeout * 1000,
      ...(address !== undefined && { address }),
      ...(expected !== undefined && { expected }),
      ...(crls && { crls }),
    },
    now,
    system,
  );
  const host = { kind: target.kind, value: target.host, isLive: true } as const;
  const rules = rulesFor(bundle);
  const occasion: Occasion = { now, system, hosts: [host], rules, subjects: liveSubjects };
  const context = contextOf(measure, occasion, bundle.files);
  const asking = rules.some(({ id }) => measure.selection.deselected(id) === undefined) ? measure : askingAll(measure);
  const report = reportOn(bundle, asking, configured, occasion, (judged) => withEndpoint(judged, bundle, context));
  await writeReports(report, outputs, { color, verbose, quiet }, system);
  return report.exitCode;
}

/** Rules on certificates were chosen, and there is none: the run must not pass, so that all are asked that say why. */
const askingAll = (measure: Measure): Measure => ({
  ...measure,
  selection: { ...measure.selection, deselected: () => undefined },
});

/** Adds what there is of a live endpoint alone. */
function withEndpoint({ chain, results, ...report }: BundleReport, bundle: LiveBundle, context: Context): BundleReport {
  const isJudged = "present" in liveSubjects.chain(bundle, context);
  const browser = browserErrors(bundle, context);
  // Whatever the rules were told to leave out: what a browser does not open is not in order.
  const verdict = browser.length > 0 ? "unsupported" : report.verdict;
  const judged = { browser, isReady: verdict === "ready", isWhole: report.notChecked.length === 0 };
  return {
    ...report,
    verdict,
    ...(chain && isJudged && { chain: asServed(chain) }),
    results: results.map(withReason),
    endpoint: endpointFacts(bundle, bundle.endpoint, judged, context),
  };
}

/** Reports know why the rules on files are there. */
function withReason(result: Result): Result {
  const why = endpointRules.find(({ id }) => id === result.rule)?.why;
  return why === undefined ? result : { ...result, why };
}

/** A CA that the server sends stands in the chain file as well; the order is that of two, and a rule of its own looks at the server's. */
const asServed = (chain: ChainFacts): ChainFacts => ({
  ...chain,
  ordered: true,
  others: chain.others.filter(({ why }) => why !== "duplicate"),
});

/** Kinds of subjects that nobody sees from outside, or that files alone have. */
const withoutFiles: ReadonlySet<Rule["on"]> = new Set([
  "file",
  "key",
  "encryption",
  "pair",
  "passphrase",
  "handshake",
] as const);

/** Rules on the chain file; what the server sends has rules of its own. */
const ofChainFile: ReadonlySet<string> = new Set([
  "chain/root-included",
  "chain/ordered",
  "chain/only-cas",
  "chain/only-needed",
]);

/** What the documents do not ask for, and clients do. */
const ofClients: ReadonlySet<string> = new Set([
  "certificate/server-auth",
  "certificate/key-usage",
  "chain/purpose",
  "chain/strength",
]);

/** What a live endpoint is asked. What is served has been uploaded before: no message of the appliance is predicted. */
const rulesFor = ({ leaf }: LiveBundle): readonly Rule[] =>
  leaf === undefined ? endpointRules : [...endpointRules, ...servedRules];

const servedRules: readonly Rule[] = applianceRules
  .filter(({ on, id }) => !withoutFiles.has(on) && !ofChainFile.has(id))
  .map(asServedRule);

const asked: readonly Rule[] = [...endpointRules, ...servedRules];

function asServedRule(rule: Rule): Rule {
  const { refusal: _refusal, ...kept } = rule;
  return ofClients.has(rule.id) ? { ...kept, severity: "error" } : kept;
}
