/** Command lines of certcheck in a text for a shell, as far as documents have them: taken out, and split into words. */

/** What variables stand for; others are a number. */
const values: Readonly<Record<string, string>> = { AT: "2026-11-21", FLEET: "plants", CERTIFICATE: "sensor.crt" };

const valueOf = (name: string): string => values[name] ?? "1";

/** A word in quotes or out of them, what ends a command, or a blank. */
const token = /(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'|&;<>()])+|\|\||&&|[|&;<>()]|\n/g;

/** Where a command may begin. */
const ends = new Set(["||", "&&", "|", "&", ";", "(", ")", "\n"]);

/** The arguments of each call of certcheck. */
export function certcheckCalls(script: string): string[][] {
  const calls: string[][] = [];
  let command: string[] = [];
  let isFile = false;
  const finish = (): void => {
    const words = command.filter((word, index) => !(index === 0 && word === "npx"));
    if (words[0] === "certcheck") calls.push(words.slice(1));
    command = [];
  };
  const plain = script.replaceAll("\\\n", " ").replace(/(?:^|\s)#.*$/gm, "");
  for (const [one] of plain.matchAll(token)) {
    if (ends.has(one)) finish();
    else if (one === "<" || one === ">") isFile = true;
    else if (isFile) isFile = false;
    // NAME=value before the command.
    else if (command.length > 0 || !/^[A-Z_]+=/.test(one)) command.push(word(one));
  }
  finish();
  return calls;
}

/** A word as the shell hands it over, with values for its variables. */
const word = (text: string): string =>
  text
    .replace(/\$\{\w+:\+([^}]*)\}/g, "$1")
    .replace(/\$\{?(\w+)\}?/g, (_, name: string) => valueOf(name))
    .replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, "$1$2$3");
