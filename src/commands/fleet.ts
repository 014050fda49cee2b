/** The verb `fleet`: many appliances, and what must differ between them. */
import { findConfiguration } from "../configure.ts";
import { UsageError } from "../errors.ts";
import type { Appliance } from "../fleet/appliance.ts";
import { findInFolder } from "../fleet/discovery.ts";
import { dispatch, type Lane } from "../fleet/dispatch.ts";
import type { Unread } from "../fleet/fleet.ts";
import { type FleetRun, reportFleet } from "../fleet/report.ts";
import { rowStore } from "../fleet/row.ts";
import { emptyTally, joinTallies } from "../fleet/tally.ts";
import { formatInstant } from "../pki/time.ts";
import type { WaiverState } from "../report.ts";
import type { System, Thread } from "../system.ts";
import { joinStates } from "../waive.ts";
import { type Checked, type FleetSetup, fleetChecker } from "./fleet-checker.ts";
import { beginReports, type FleetOutput } from "./fleet-outputs.ts";
import type { Answer, Question } from "./fleet-thread.ts";
import { contextOf, measures } from "./judge.ts";
import type { CheckOptions } from "./options.ts";
import { progressBar } from "./progress.ts";

/** The options of `fleet`: those of `check` that make sense for many, and which part of the fleet is meant. */
export interface FleetOptions extends Omit<CheckOptions, "format"> {
  readonly format?: readonly FleetOutput[];
  /** Such as 3/8. */
  readonly shard?: string;
  /** Threads that check; as many as the machine runs at once, if absent. */
  readonly threads?: number;
}

/** The exit code of a run that was interrupted, as shells have it. */
const EXIT_INTERRUPTED = 130;
/** Another thread takes as long to start as this many appliances take to check. */
const APPLIANCES_PER_THREAD = 300;

/** Checks the appliances of a fleet, writes the reports, and says the exit code. @throws UsageError */
export async function checkFleet(
  operands: readonly string[],
  { format: outputs = [{ format: "human" }], shard, threads, ...given }: FleetOptions,
  system: System,
): Promise<number> {
  const configured = given.config === false ? undefined : await findConfiguration(given.config, system);
  const now = given.at ?? system.now();
  const measure = measures(given, configured, system)("");
  const found = findAppliances(operands, system);
  const appliances = partOf(found.appliances, shard);
  if (found.appliances.length === 0) throw new UsageError("nothing to check: no certificate was found");
  const { options } = measure;
  const run: FleetRun = {
    at: formatInstant(now),
    edition: options.edition,
    failOn: options.failOn,
    folder: system.folder,
    ...(configured && { configuration: configured.file }),
  };
  const reports = await beginReports(outputs, run, system);
  const setup: FleetSetup = {
    given,
    ...(configured && { configured }),
    ...(given.passin !== undefined && { passphrase: given.passin }),
    now,
    formats: reports.perAppliance,
  };
  const rows = rowStore();
  const unread: Unread[] = [];
  let tally = emptyTally;
  const progress = progressBar(appliances.length, system);
  const deliver = (checked: Checked, done: number): void => {
    rows.add(checked.rows);
    unread.push(...checked.unread);
    tally = joinTallies(tally, checked.tally);
    reports.add(checked.texts);
    progress.show(done);
  };
  let isStopped = false;
  const letGo = system.onInterrupt(() => (isStopped = true));
  const crew = await hire(setup, threads ?? system.parallelism(), appliances.length, system);
  const done = await dispatch(appliances, crew.lanes, deliver, () => isStopped);
  letGo();
  progress.end();
  const waivers = await crew.dismiss();
  const isCut = done < appliances.length;
  const context = contextOf(measure, { now, system }, { certificate: "", all: [] });
  const report = reportFleet(
    {
      rows,
      tally,
      unread,
      strays: found.strays,
      ...(found.manifest !== undefined && { manifest: found.manifest }),
      ...(waivers && { waivers }),
      ...(shard !== undefined && { shard }),
      ...(isCut && { interrupted: appliances.length }),
    },
    run,
    context,
    measure.selection,
  );
  await reports.end(report, options);
  if (!isCut) return report.exitCode;
  system.complain(`certcheck: interrupted: ${done} of ${appliances.length} appliances were checked\n`);
  return EXIT_INTERRUPTED;
}

function findAppliances(operands: readonly string[], system: System): ReturnType<typeof findInFolder> {
  const all = operands.map((operand) => findInFolder(operand, system.readFolder));
  return { appliances: all.flatMap(({ appliances }) => appliances), strays: all.flatMap(({ strays }) => strays) };
}

/** The appliances of a part: each n-th, so that all parts are of a size wherever the work lies. */
function partOf(appliances: readonly Appliance[], shard: string | undefined): readonly Appliance[] {
  if (shard === undefined) return appliances;
  const [part = 1, parts = 1] = shard.split("/").map(Number);
  return appliances.filter((_, index) => index % parts === part - 1);
}

/** The threads of a run. */
interface Crew {
  readonly lanes: readonly Lane<Appliance, Checked>[];
  /** Ends them, and says what came of the waivers. */
  readonly dismiss: () => Promise<readonly WaiverState[] | undefined>;
}

/** This thread, and others where they pay. */
async function hire(setup: FleetSetup, threads: number, appliances: number, system: System): Promise<Crew> {
  const { startThread } = system;
  const wanted = Math.min(threads, Math.ceil(appliances / APPLIANCES_PER_THREAD)) - 1;
  const hired = startThread ? Array.from({ length: Math.max(0, wanted) }, startThread) : [];
  const own = await fleetChecker(setup, system);
  for (const thread of hired) void ask(thread, { setup });
  return {
    lanes: [
      {
        depth: 1,
        async run(batch) {
          const checked = await own.check(batch);
          // Interruptions, and what other threads have done, are noticed in between.
          await new Promise((resolve) => setImmediate(resolve));
          return checked;
        },
      },
      ...hired.map((thread) => ({
        depth: 2,
        run: async (batch: readonly Appliance[]) => (await ask(thread, { appliances: batch })) as Checked,
      })),
    ],
    async dismiss() {
      const states = await Promise.all(hired.map((thread) => ask(thread, { waivers: true })));
      for (const thread of hired) thread.end();
      return (states as (readonly WaiverState[] | undefined)[]).reduce(
        (all, some) => all && some && joinStates(all, some),
        own.waivers(),
      );
    },
  };
}

const ask = (thread: Thread, question: Question): Promise<Answer> => thread.ask(question) as Promise<Answer>;
