/** What is known of an appliance of a fleet before its files are read. */
import type { Host } from "../rule.ts";

/** An appliance by its files. */
export interface Appliance {
  /** Unique in the fleet: the path of its files without their endings, or the manifest's name. */
  readonly name: string;
  /** Paths, as the user would write them. */
  readonly certificate: string;
  readonly key?: string;
  readonly chains: readonly string[];
  /** Where its key's passphrase comes from: `env:NAME` or `file:PATH`. */
  readonly passphrase?: string;
  /** Names and addresses planned for it. */
  readonly hosts: readonly Host[];
  readonly owner?: string;
  /** Why it cannot be checked, if that is known before: such as a folder that cannot be read, which may hold appliances. */
  readonly obstacle?: string;
}

/** Its files, those that it shares with others among them. */
export const filesOf = ({ certificate, key, chains }: Appliance): readonly string[] => [
  certificate,
  ...(key === undefined ? [] : [key]),
  ...chains,
];
