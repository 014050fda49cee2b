/** certcheck.config: what may stand in it. One schema gives the types, the check, and the JSON Schema for editors. */
import * as v from "valibot";
import { isUnnamed } from "../bundle/bundle.ts";
import { hasBoundary, looksLikeContent } from "../bundle/content.ts";
import { type Edition, editions, keySizes, sampleSubject } from "../defender.ts";
import { globComplaint } from "./glob.ts";
import { matches } from "../pattern.ts";
import { parseDay } from "../pki/time.ts";
import { failOns } from "../report/report.ts";
import { severities } from "../rule.ts";
import { rules } from "../rules/catalogue.ts";
import { suggestion } from "../evaluation/selection.ts";
import { didYouMean, isSameWord, meantWords } from "../spelling.ts";

/** Messages are the end of a sentence that begins with the value. */
const text = v.pipe(
  v.string("is not a text"),
  v.trim(),
  v.nonEmpty("is empty"),
  v.check((value) => !hasBoundary(value), "looks like the content of a file"),
);
const file = v.pipe(
  v.string("is not the name of a file"),
  v.nonEmpty("is empty"),
  // Neither what is typed nor what lies on another machine, such as \\server\share: see `ofCommandLine`.
  v.check((name) => !isUnnamed(name) && !/^[\\/]{2}/.test(name), "is not the name of a file"),
  // That it cannot be opened would be said with its name.
  v.check((name) => !looksLikeContent(name), "looks like the content of a file, not like its name"),
);
const flag = v.boolean("is neither true nor false");
/** As many digits as the command line takes. */
const number = (what: string, least: number, most = 999_999) =>
  v.pipe(
    v.number(`is not a number of ${what}`),
    v.integer(`is not a whole number of ${what}`),
    v.minValue(least, `is too small a number of ${what}`),
    v.maxValue(most, `is too large a number of ${what}`),
  );

const list = <S extends v.GenericSchema>(item: S, what: string) =>
  v.pipe(v.array(item, `is not a list of ${what}`), v.minLength(1, "is an empty list"));

/** Options that are said where certcheck is called, in their spelling as keys. */
const ofCommandLine = "at cache color config debug format host ip key online pass passin quiet timeout verbose".split(
  " ",
);

/** An object of these entries, and no others. */
const exactly = <E extends v.ObjectEntries>(entries: E, what: string) =>
  v.strictObject(entries, ({ expected, received, input }) => {
    if (expected === "never") return strangeKey(String(input), Object.keys(entries));
    return received === "undefined" && expected !== null ? `lacks ${expected.replaceAll('"', "")}` : what;
  });

function strangeKey(key: string, known: readonly string[]): string {
  if (ofCommandLine.includes(key))
    return "is said on the command line alone: a file must not make certcheck write, ask or open a connection";
  const meant = didYouMean(meantWords(key, known));
  if (meant !== undefined) return `no such key; ${meant}`;
  return `no such key; known here are ${known.filter((name) => name !== "$schema").join(", ")}`;
}

const ruleIds: readonly string[] = rules.map(({ id }) => id);

const noRule = ({ input }: { readonly input: unknown }): string =>
  `is not the id of a rule; ${(typeof input === "string" && suggestion(input, ruleIds)) || "certcheck rules lists them"}`;

/** A rule's id, or a pattern that matches some; two alternatives, so that editors offer the ids. */
export const rulePattern = v.pipe(
  v.union([v.picklist(ruleIds), v.pipe(v.string(), v.regex(/\*/, noRule))], noRule),
  v.check((pattern) => ruleIds.some((id) => matches(pattern, id)), "matches no rule; certcheck rules lists them"),
);

const level = v.picklist(severities, `is none of ${severities.join(", ")}`);

const day = v.pipe(
  v.string("is not a day such as 2027-01-31"),
  v.check((value) => !Number.isNaN(parseDay(value)), "is not a day such as 2027-01-31"),
);

const described = <S extends v.GenericSchema>(schema: S, description: string) =>
  v.exactOptional(v.pipe(schema, v.description(description)));

/** Each is compared with each name of a certificate. */
const MAX_PATTERNS = 1000;

const patterns = v.pipe(list(text, "patterns"), v.maxLength(MAX_PATTERNS, `is a list of more than ${MAX_PATTERNS}`));

const glob = v.pipe(
  text,
  v.check(
    (pattern) => globComplaint(pattern) === undefined,
    ({ input }) => globComplaint(input) ?? "",
  ),
);

const requirements = exactly(
  {
    issuers: described(
      patterns,
      "Patterns of the issuer's common name, or of its whole name such as C=US, O=Contoso, CN=*.",
    ),
    names: described(patterns, "Patterns: each DNS name and common name has to be like one of them."),
    subject: described(
      exactly(
        Object.fromEntries(sampleSubject.map((type) => [type, v.exactOptional(patterns)])) as Record<
          (typeof sampleSubject)[number],
          v.ExactOptionalSchema<typeof patterns, undefined>
        >,
        "is not a list of attributes",
      ),
      "Patterns for attributes of the subject, by their short names.",
    ),
    maximumLifetimeDays: described(number("days", 1), "Longest time from notBefore to notAfter."),
    minimumKeySize: described(number("bits", 2048, 4096), "Fewest bits of an RSA key."),
  },
  "is not a set of requirements",
);

const settings = {
  edition: v.exactOptional(
    v.pipe(
      // YAML takes 2023 for a number.
      v.picklist([...editions, ...editions.map(Number)], `is none of ${editions.join(", ")}`),
      v.description("Edition of the documents in force."),
      v.transform((value): Edition => String(value) as Edition),
    ),
  ),
  validation: described(flag, "The appliance's switch for CRL and chain validation."),
  allowSelfSigned: described(flag, "A test environment: a self-signed certificate is a warning."),
  warnDays: described(number("days", 0), "Warn if fewer days are left."),
  handshake: described(flag, "Try a TLS handshake in memory."),
  failOn: described(v.picklist(failOns, `is none of ${failOns.join(", ")}`), "What makes the exit code 1."),
  chain: described(list(file, "files"), "CA certificates; paths are relative to this file."),
  roots: described(list(file, "files"), "Trust anchors; paths are relative to this file."),
  crl: described(list(file, "files"), "CRLs at hand; paths are relative to this file."),
  only: described(list(rulePattern, "rules"), "Check only these rules."),
  ignore: described(list(rulePattern, "rules"), "Leave these rules out."),
  severity: described(
    v.record(rulePattern, level, "is not a list of rules with their severities"),
    "Weigh rules otherwise; the last that matches counts.",
  ),
  requirements: described(requirements, "What your organisation requires on top of the appliance's documents."),
};

const profile = exactly(
  {
    files: v.pipe(
      list(glob, "patterns"),
      v.description("Certificates it is for: glob patterns of their paths, relative to this file."),
    ),
    ...settings,
  },
  "is not a profile",
);

const waiver = exactly(
  {
    rule: rulePattern,
    subject: v.pipe(
      text,
      v.description(
        "The appliance: common name of its certificate, path of it relative to this file, or its SHA-256; * stands for anything.",
      ),
    ),
    reason: v.pipe(text, v.description("Why the failure is let pass.")),
    owner: v.pipe(text, v.description("Who answers for it.")),
    until: v.pipe(day, v.description("The last day on which it counts (UTC).")),
  },
  "is not a waiver",
);

/** What stands in every certificate of an organisation. */
const forNew = exactly(
  {
    country: described(text, "Two-letter code of ISO 3166."),
    state: described(text, "State or province."),
    locality: described(text, "Locality."),
    organization: described(text, "Organization."),
    organizationalUnit: described(text, "Organizational unit."),
    email: described(text, "E-mail address."),
    bits: described(v.picklist(keySizes, `is none of ${keySizes.join(", ")}`), "Bits of new keys."),
    crlUrl: described(text, "Where the CA's CRL is to be had, an http URL."),
  },
  "is not a set of answers",
);

/** What a configuration is. */
export const configurationSchema = exactly(
  {
    $schema: v.exactOptional(v.string("is not the address of a schema")),
    ...settings,
    profiles: described(
      v.array(profile, "is not a list of profiles"),
      "Settings for some paths; of those that match, the last overrides the others.",
    ),
    new: described(forNew, "Answers for the verb new: what it takes, or offers on a terminal, if nothing is given."),
    waivers: described(v.array(waiver, "is not a list of waivers"), "Failures that are let pass for a time."),
  },
  "is not a set of options",
);

/** Whether somebody who writes a key at the top of a file means a configuration. */
export const isNearKey = (key: string): boolean =>
  ofCommandLine.includes(key) || Object.keys(configurationSchema.entries).some((known) => isSameWord(known, key));

/** A configuration that was checked. */
export type Configuration = v.InferOutput<typeof configurationSchema>;

/** The options that a configuration may give, as a whole or for some paths. */
export type Settings = Omit<Configuration, "$schema" | "profiles" | "waivers" | "new">;
