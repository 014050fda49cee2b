/** The options of `check`: those of the command line override a configuration's, and these the defaults. */
import type { Settings } from "../configuration/configuration.ts";
import type { Edition } from "../defender.ts";
import type { FailOn } from "../report/report.ts";
import { usualContext } from "../rule.ts";
import type { Choice } from "../evaluation/selection.ts";
import type { Output } from "./outputs.ts";
import type { Color } from "./style.ts";

/** The options of `check` as they come from the command line; what was not given is absent. */
export interface CheckOptions {
  readonly crt?: string;
  readonly key?: string;
  readonly chain?: readonly string[];
  readonly roots?: readonly string[];
  readonly passin?: string;
  readonly pass?: string;
  readonly passphraseSet?: string | true;
  readonly host?: readonly string[];
  readonly ip?: readonly string[];
  /** False with --no-validation. */
  readonly validation?: boolean;
  readonly crl?: readonly string[];
  readonly online?: true;
  readonly handshake?: boolean;
  /** False with --no-cache. */
  readonly cache?: boolean;
  /** In seconds. */
  readonly timeout?: number;
  readonly allowSelfSigned?: boolean;
  readonly edition?: Edition;
  /** Milliseconds since 1970. */
  readonly at?: number;
  readonly warnDays?: number;
  readonly only?: Choice["only"];
  readonly ignore?: Choice["ignore"];
  readonly severity?: Choice["severity"];
  readonly failOn?: FailOn;
  /** False with --no-config. */
  readonly config?: string | false;
  readonly format?: readonly Output[];
  readonly verbose?: true;
  readonly quiet?: true;
  readonly color?: Color;
  readonly debug?: true;
}

/** What counts where neither the command line nor a configuration says anything. */
export const defaults = {
  ...usualContext,
  cache: true,
  timeout: 15,
  failOn: "error",
  color: "auto",
} as const satisfies CheckOptions;

/** The options that count. */
export type Options = CheckOptions & Required<Pick<CheckOptions, keyof typeof defaults>>;

/** Puts together what a configuration says, the later the more, and the command line. */
export const resolveOptions = (settings: readonly Settings[], given: CheckOptions): Options => ({
  ...defaults,
  ...Object.assign({}, ...settings.map(plainSettings)),
  ...given,
});

/** What a configuration has under the names of options. */
const plainSettings = ({
  only: _only,
  ignore: _ignore,
  severity: _severity,
  requirements: _requirements,
  ...rest
}: Settings): Partial<CheckOptions> => rest;

/** What they say about rules; `by` is the configuration's file. */
export const choiceOf = ({ only = [], ignore = [], severity = [] }: CheckOptions | Settings, by?: string): Choice => ({
  ...(by !== undefined && { by }),
  only,
  ignore,
  severity: Array.isArray(severity) ? severity : Object.entries(severity).map(([id, level]) => `${id}=${level}`),
});
