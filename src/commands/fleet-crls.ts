/** The CRLs for a fleet: what all its appliances need is found out first, so that each list is fetched and read once. */
import type { Crls } from "../bundle/crl-source.ts";
import { UsageError } from "../errors.ts";
import type { Appliance } from "../fleet/appliance.ts";
import { gather } from "../gather/gather.ts";
import type { System } from "../system/system.ts";
import { filesOfAppliance, type Measure, placesOf } from "./judge.ts";
import { sharedFiles } from "./shared-files.ts";

/** Most URLs that are asked for a fleet: a CA has a few. */
const MAX_URLS = 500;

/** Reads and fetches the CRLs that anybody asked for; nothing, if nobody did. @throws UsageError */
export async function crlsOfFleet(
  appliances: readonly Appliance[],
  measureOf: (certificate: string) => Measure,
  now: number,
  system: System,
): Promise<Crls | undefined> {
  const files = new Set<string>();
  let online: NonNullable<ReturnType<typeof placesOf>>["online"];
  const asking = appliances.filter(({ certificate }) => {
    const places = placesOf(measureOf(certificate).options);
    for (const file of places?.files ?? []) files.add(file);
    online ??= places?.online;
    return places !== undefined;
  });
  if (asking.length === 0) return undefined;
  const { addNeeds, newNeeds } = await import("../bundle/crl-needs.ts");
  const { gatherCrls } = await import("../gather/crls.ts");
  const needs = newNeeds();
  const read = sharedFiles(system);
  for (const appliance of asking) {
    const operands = filesOfAppliance(appliance, measureOf(appliance.certificate).options);
    try {
      addNeeds(await gather(operands, now, system, read), needs);
    } catch (error) {
      // It is told of when the appliance is checked.
      if (!(error instanceof UsageError)) throw error;
    }
  }
  return gatherCrls(needs, { files: [...files], ...(online && { online }) }, system, MAX_URLS);
}
