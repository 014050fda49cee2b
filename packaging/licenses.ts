/** The licences of what is bundled, as a text that goes with the bundle. */
import type { Component } from "./components.ts";

/** Every text once, under the packages that have it. */
export function licensesText(components: readonly Component[]): string {
  const holders = new Map<string, string[]>();
  for (const { name, version, licence, text } of components)
    holders.set(text, [...(holders.get(text) ?? []), `${name} ${version} (${licence})`]);
  const sections = [...holders].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
  return `certcheck contains the following packages, or parts of them.\n\n${sections.map((section) => `${RULE}\n${section}`).join("\n")}`;
}

const RULE = "-".repeat(80);
