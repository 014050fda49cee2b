/** Commands in a log, as GitHub's runner finds them (actions/runner, ActionCommand.cs), and Azure's agent. */

/** A command that the runner carries out. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** All commands of a log; those of the older forms, which certcheck never writes, under the names of their brackets. */
export const commandsIn = (log: string): Command[] =>
  log.split(/\r\n|\r|\n/).flatMap((line) => {
    const [old] = /##(?:vso)?\[/.exec(line) ?? [];
    return old === undefined ? (readCommand(line) ?? []) : { name: old, properties: {}, data: line };
  });

/** Blanks may stand before it; everything up to the second pair of colons is name and properties. */
function readCommand(line: string): Command | undefined {
  const [, info, data] = /^\s*::(.*?)::(.*)$/su.exec(line) ?? [];
  if (info === undefined || data === undefined) return undefined;
  const [name = "", ...rest] = info.split(" ");
  const pairs = rest
    .join(" ")
    .trim()
    .split(",")
    .map((pair) => /^([^=]+)=(.+)$/su.exec(pair))
    .flatMap((match) => (match === null ? [] : [[match[1] ?? "", unescape(match[2] ?? "", true)] as const]));
  return { name, properties: Object.fromEntries(pairs), data: unescape(data, false) };
}

/** One after the other, the percent sign last. */
function unescape(text: string, isProperty: boolean): string {
  const calm = text.replaceAll("%0D", "\r").replaceAll("%0A", "\n");
  return (isProperty ? calm.replaceAll("%3A", ":").replaceAll("%2C", ",") : calm).replaceAll("%25", "%");
}
