/** The threads that check a fleet: this one, and others where they pay. */
import type { Appliance } from "../fleet/appliance.ts";
import type { Lane } from "../fleet/dispatch.ts";
import type { WaiverState } from "../report/report.ts";
import type { System } from "../system/system.ts";
import type { Thread } from "../system/thread.ts";
import { joinStates } from "../report/waive.ts";
import { type Checked, type FleetSetup, fleetChecker } from "./fleet-checker.ts";
import type { Answer, Question } from "./fleet-thread.ts";

/** Fewer appliances are checked before another thread is as fast as this one is by then. */
const APPLIANCES_PER_THREAD = 1000;

/** The threads of a run. */
export interface Crew {
  readonly lanes: readonly Lane<Appliance, Checked>[];
  /** Ends them, and says what came of the waivers. */
  readonly dismiss: () => Promise<readonly WaiverState[] | undefined>;
}

/** This thread, and others where they pay. */
export async function hire(setup: FleetSetup, threads: number, appliances: number, system: System): Promise<Crew> {
  const { startThread } = system;
  const wanted = Math.min(threads, Math.ceil(appliances / APPLIANCES_PER_THREAD)) - 1;
  const hired = startThread ? Array.from({ length: Math.max(0, wanted) }, startThread) : [];
  const own = await fleetChecker(setup, system);
  // A thread that cannot begin says so again when it is asked for more.
  for (const thread of hired) ask(thread, { setup }).catch(() => {});
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
