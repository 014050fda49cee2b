/** Writes what was found as a manifest, for people to edit; read back, it is the same appliances. */
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { serialize } from "../reporters/json.ts";
import { neutral } from "../reporters/text.ts";
import type { Appliance } from "./appliance.ts";
import type { Found } from "./discovery.ts";
import { plainPath } from "./file-name.ts";

/** The text of a manifest; `file` is where it is to lie, and `here` the working directory. */
export function manifestText(
  { appliances, strays }: Pick<Found, "appliances" | "strays">,
  format: "yaml" | "json",
  file: string,
  here: string,
): string {
  const folder = resolve(here, dirname(file));
  const pathOf = (path: string): string =>
    plainPath(isAbsolute(path) ? path : relative(folder, resolve(here, path))).replaceAll(sep, "/");
  const entries = appliances
    .filter(({ obstacle }) => obstacle === undefined)
    .map((appliance) => entryOf(appliance, pathOf));
  if (format === "json") return `${serialize({ appliances: entries }, 2)}\n`;
  const left = [
    ...appliances.flatMap(({ obstacle }) => obstacle ?? []),
    ...strays
      .filter(({ kind }) => kind !== "other")
      .map(({ file: stray, why }) => stray + (why === undefined ? "" : `: ${why}`)),
  ];
  return [
    ...HEAD,
    "appliances:",
    ...entries.flatMap((entry) => [
      "",
      ...Object.entries(entry).map(([key, value], index) => `${index === 0 ? "  - " : "    "}${key}: ${inYaml(value)}`),
    ]),
    ...(left.length === 0 ? [] : ["", "# Belongs to none of them:", ...left.map((line) => `#   ${neutral(line)}`)]),
    "",
  ].join("\n");
}

const HEAD = [
  "# Appliances, their files, and what is planned for them. Paths are from this file's folder; certificate alone is",
  "# required. What can be added to each:",
  "#   host: sensor.contoso.com       its planned name; several as [a, b]",
  "#   addresses: 192.0.2.17          its planned addresses, likewise",
  "#   owner: OT team                 who answers for it",
  "#   passin: env:SENSOR_PASSPHRASE  where its key's passphrase is: env:NAME, or file:PATH",
];

/** What is said of an appliance; a list of one stands by itself. */
function entryOf(
  { name, certificate, key, chains, passphrase, hosts, owner }: Appliance,
  pathOf: (path: string) => string,
): Readonly<Record<string, string | readonly string[]>> {
  const [, source] = /^file:(.*)$/s.exec(passphrase ?? "") ?? [];
  const list = (name_: string, values: readonly string[]): Record<string, string | readonly string[]> =>
    values.length === 0 ? {} : { [name_]: values.length === 1 && values[0] !== undefined ? values[0] : values };
  return {
    name,
    certificate: pathOf(certificate),
    ...(key !== undefined && { key: pathOf(key) }),
    ...list("chain", chains.map(pathOf)),
    ...(passphrase !== undefined && { passin: source === undefined ? passphrase : `file:${pathOf(source)}` }),
    ...list(
      "host",
      hosts.filter(({ kind }) => kind === "name").map(({ value }) => value),
    ),
    ...list(
      "addresses",
      hosts.filter(({ kind }) => kind === "address").map(({ value }) => value),
    ),
    ...(owner !== undefined && { owner }),
  };
}

const inYaml = (value: string | readonly string[]): string =>
  typeof value === "string" ? scalar(value) : `[${value.map(scalar).join(", ")}]`;

/** JSON is YAML; what cannot be taken for anything else goes without quotes. */
const scalar = (text: string): string =>
  /^[A-Za-z][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text) ? text : serialize(text);
