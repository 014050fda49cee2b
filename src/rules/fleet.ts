/** What must differ between the appliances of a fleet. The rules see the little that is kept of each, and no files. */
import { defender, practice } from "../defender.ts";
import type { Appliances, Identity, Stray } from "../bundle/fleet.ts";
import { each, type Sharing, sharing, type Trait } from "./fleet-sharing.ts";
import { crowdedWeeks, weekText } from "./fleet-weeks.ts";
import { nameKind, plainName } from "../pki/dns-name.ts";
import { command, fix, quote } from "../remedy.ts";
import type { Found, Remedy, Rule } from "../rule.ts";

export const fleet: readonly Rule[] = [
  {
    id: "fleet/unique-certificate",
    on: "fleet",
    severity: "error",
    title: "No two appliances have the same certificate",
    source: defender("2023", "(introduction)"),
    why: "Who takes the key from one appliance can pose as all that have the certificate, and revoking it stops all of them.",
    fix: () => "Have a certificate issued for each appliance, with a key and a common name of its own.",
    check: ({ appliances }) =>
      groups("fleet/unique-certificate", appliances).map(({ key, appliances: group }) => ({
        ...found(group, `the same certificate, SHA-256 ${key.slice(0, SHOWN_DIGITS)}…, for`),
        remedy: renewal("Have a certificate of its own issued for each but one.", group, "new name"),
      })),
  },
  {
    id: "fleet/unique-common-name",
    on: "fleet",
    severity: "error",
    title: "No two appliances have the same common name",
    source: defender("2023", "CRT file requirements"),
    why: "Whoever connects by that name reaches one of them, and nothing shows which.",
    fix: () => "Have each certificate issued with the name of its appliance.",
    check: ({ appliances }) =>
      groups("fleet/unique-common-name", appliances).map(({ appliances: group }) => ({
        ...found(group, `the same common name, ${JSON.stringify(group.at(0).commonName)}, in the certificates of`),
        remedy: renewal("Have each but one issued with the name of its appliance.", group, "new name"),
      })),
  },
  {
    id: "fleet/unique-key",
    on: "fleet",
    severity: "error",
    title: "No two certificates have the same public key",
    source: defender("2023", "(introduction)", "inferred"),
    why: "Who takes the private key from one appliance can pose as the others, whatever their certificates say.",
    fix: () => "Make a key for each appliance, and have its certificate issued for that.",
    check: ({ appliances }) =>
      groups("fleet/unique-key", appliances).map(({ appliances: group }) => ({
        ...found(group, "the same public key in the certificates of"),
        remedy: renewal("Make a new key for each but one, and have the certificate issued for it.", group),
      })),
  },
  {
    id: "fleet/unique-serial-number",
    on: "fleet",
    severity: "error",
    title: "No two certificates of a CA have the same serial number",
    source: practice("RFC 5280", "4.1.2.2"),
    why: "A CRL names certificates by their serial numbers: revoking one revokes the other.",
    fix: () => "Have all but one issued again, and tell the CA.",
    check: ({ appliances }) =>
      groups("fleet/unique-serial-number", appliances).map(({ appliances: group }) => ({
        ...found(
          group,
          `the same serial number of the same CA, ${group.at(0).serialNumber}, in different certificates of`,
        ),
        remedy: renewal("Have each but one issued again, and tell the CA.", group),
      })),
  },
  {
    id: "fleet/separate-names",
    on: "fleet",
    severity: "warning",
    title: "No name or address is in the alternative names of two appliances",
    source: defender("2023", "CRT file requirements", "inferred"),
    why: "Each of them can pose as the other under that name.",
    fix: () => "Have each certificate issued with the names of its own appliance alone.",
    check: ({ appliances }) =>
      groups("fleet/separate-names", appliances).map(({ key, appliances: group }) =>
        found(group, `${JSON.stringify(key)} is covered by the certificates of`),
      ),
  },
  {
    id: "fleet/spread-expiry",
    on: "fleet",
    severity: "info",
    title: "No week has many certificates of one CA expire in it",
    source: practice("NIST SP 800-57 Part 1", "5.3"),
    why: "All of them have to be renewed, approved and uploaded in the same days, each by hand.",
    fix: () => "Renew some of them earlier, or have them issued for different lengths of time.",
    check: ({ appliances }) =>
      crowdedWeeks(appliances).map((week) => ({ message: weekText(week), origin: originOf(week.file) })),
  },
  {
    id: "fleet/files-present",
    on: "fleet",
    severity: "error",
    title: "All files of each appliance are there and can be opened",
    source: practice("RFC 7468", "1"),
    why: "The appliance was not checked: nothing is known of it.",
    fix: () => "Put the file in its place, or correct the manifest.",
    check: ({ unread }) =>
      unread.map(({ name, file, why }) => ({ message: `${name} was not checked: ${why}`, origin: originOf(file) })),
  },
  {
    id: "fleet/files-assigned",
    on: "fleet",
    severity: "warning",
    title: "All certificates, keys and chains belong to an appliance",
    source: practice("RFC 7468", "1"),
    why: "It was not checked: an appliance may have been forgotten, or a key left lying.",
    fix: () =>
      "Add the appliance to the manifest, put the file beside its certificate under the same name, or delete it.",
    check: ({ strays, manifest }) =>
      strays.filter(isAsset).map(({ file, kind, why }) => ({
        message: `a ${kind} that belongs to no appliance${manifest === undefined ? "" : ` of ${manifest}`}${why === undefined ? "" : `: ${why}`}`,
        origin: originOf(file),
      })),
  },
];

/** What appliances share and must not, by the rule that tells of it: what it is, and who shares it. */
export const shared = {
  "fleet/unique-certificate": ["certificate", (appliances) => sharing(appliances, "certificate")],
  "fleet/unique-common-name": ["common name", (appliances) => differing(appliances, "commonName")],
  "fleet/unique-key": ["public key", (appliances) => differing(appliances, "key")],
  "fleet/unique-serial-number": ["serial number", (appliances) => differing(appliances, "serialNumber")],
  "fleet/separate-names": ["alternative name", sharingNames],
} as const satisfies Readonly<
  Record<string, readonly [what: string, among: (appliances: Appliances) => readonly Sharing[]]>
>;

/** The groups of those that share something. */
const groups = (rule: keyof typeof shared, appliances: Appliances): readonly Sharing[] => shared[rule][1](appliances);

/** What all of them have for a common name is told of by that. */
function sharingNames(appliances: Appliances): readonly Sharing[] {
  return differing(appliances, "name").filter(({ key, appliances: group }) =>
    holdsFor(group, ({ commonName = "" }) => plainName(commonName) !== key),
  );
}

/** Digits of a fingerprint that tell certificates apart for people. */
const SHOWN_DIGITS = 16;
/** Appliances that a message names, and that a fix has commands for. */
const NAMED = 5;
const MENDED = 3;

const isAsset = ({ kind }: Stray): boolean => kind !== "other";

const originOf = (file: string): NonNullable<Found["origin"]> => ({ file, at: () => ({ file }) });

/** Groups of appliances that share a key though their certificates differ: one certificate for all is another fault. */
const differing = (appliances: Appliances, trait: Trait): readonly Sharing[] =>
  sharing(appliances, trait).filter(({ appliances: group }) => {
    const { fingerprint: first } = group.at(0);
    return holdsFor(group, ({ fingerprint }) => fingerprint !== first);
  });

/** Whether something holds for one of them. There may be very many: none is looked at in vain. */
function holdsFor(group: Appliances, test: (appliance: Identity) => boolean): boolean {
  for (const appliance of each(group)) if (test(appliance)) return true;
  return false;
}

/** The first of many. */
const firstOf = (group: Appliances, count: number): readonly Identity[] =>
  Array.from({ length: Math.min(count, group.length) }, (_, index) => group.at(index));

/** A finding about several appliances, at the file of the first. */
const found = (group: Appliances, what: string): Found => ({
  message: `${what} ${listed(group)}`,
  origin: originOf(group.at(0).file),
});

function listed(group: Appliances): string {
  const names = firstOf(group, NAMED).map(({ name }) => name);
  const rest = group.length - names.length;
  return rest > 0 ? `${names.join(", ")} and ${rest} more` : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** A request for all but the first, with the subject of the certificate at hand, or with another common name in it. */
function renewal(advice: string, group: Appliances, name?: "new name"): Remedy {
  const [, ...others] = firstOf(group, MENDED + 1);
  return fix(advice, ...others.map((appliance) => renewalCommand(appliance, name !== undefined)));
}

function renewalCommand({ file, commonName = "", names = [] }: Identity, isRenamed: boolean): string {
  const stem = file.replace(/\.[^./\\]*$/, "");
  const own = `${stem.split(/[/\\]/).at(-1)}${/\..*/.exec(commonName)?.[0] ?? ""}`.toLowerCase();
  const newName = nameKind(own) === "domain" && own !== commonName.toLowerCase() ? own : "NEW-NAME";
  const wanted = isRenamed ? [`DNS:${newName}`] : names.flatMap(requestName);
  const rename = isRenamed ? ` s|^CN=.*|CN=${newName}|;` : "";
  // Attribute by attribute, for -subj reads what OpenSSL prints in one line otherwise than it was meant.
  const attributes = `openssl x509 ${command`-in ${file}`} -noout -subject -nameopt sep_multiline,sname,utf8`;
  const subject = `$(${attributes} | sed '1d; s/^ *//;${rename} s|[\\\\/+]|\\\\&|g; s|^|/|' | tr -d '\\n')`;
  const request = `openssl req -new -sha256 -utf8 -newkey rsa:2048 -nodes -keyout ${quote(`${stem}-new.key`)} -out ${quote(`${stem}.csr`)} -subj "${subject}"`;
  return wanted.length === 0 ? request : `${request} -addext ${quote(`subjectAltName=${wanted.join(",")}`)}`;
}

/** A name or address in the form of OpenSSL's subjectAltName: no wildcards, and nothing that would need quoting there. */
function requestName(name: string): string[] {
  const kind = nameKind(name);
  if (kind === "ip") return [`IP:${name}`];
  return kind === "domain" ? [`DNS:${name}`] : [];
}
