/** Another thread of a fleet's run: it is told the set-up, then checks one batch after the other. */
import type { Appliance } from "../fleet/appliance.ts";
import type { System } from "../system/system.ts";
import { type Checked, type Checker, fleetChecker, type FleetSetup } from "./fleet-checker.ts";

/** What a thread is asked. */
export type Question =
  | { readonly setup: FleetSetup }
  | { readonly appliances: readonly Appliance[] }
  | { readonly waivers: true };

/** What it answers; of a set-up, nothing. */
export type Answer = Checked | ReturnType<Checker["waivers"]>;

/** Answers questions, one after the other. */
export function fleetThread(system: System): (question: Question) => Promise<Answer> {
  let checker: Checker | undefined;
  return async (question) => {
    if ("setup" in question) {
      checker = await fleetChecker(question.setup, system);
      return undefined;
    }
    if (checker === undefined) throw new Error("a question before the set-up");
    return "appliances" in question ? checker.check(question.appliances) : checker.waivers();
  };
}
