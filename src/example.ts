/** An appliance that meets every rule: what explanations of rules speak of. */
import type { Bundle } from "./bundle.ts";
import type { Context } from "./rule.ts";
export const example: Bundle = { name: "sensor.crt", slots: [] };
export const exampleContext: Context = {
  now: 0,
  edition: "2023",
  validation: true,
  allowSelfSigned: false,
  warnDays: 30,
  hosts: [],
  files: { certificate: "sensor.crt" },
};
