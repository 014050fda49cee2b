/** Name constraints, RFC 5280 section 4.2.1.10, as OpenSSL judges them: which names a CA leaves to those below it. */
import { type Certificate, isSelfIssued } from "./certificate.ts";
import { TAG } from "./der.ts";
import { extension, type ExtensionValues, type Subtree } from "./extensions.ts";
import { formatIp, type GeneralName } from "./general-name.ts";
import { describe, type PathProblem } from "./link.ts";
import { formatName, isText } from "./name.ts";
import { type Comparable, comparable, comparableText, isWithin, typeOfBases } from "./subtree.ts";

/** OpenSSL's limit of names times constraints, for one certificate and one CA. */
const MAX_COMPARISONS = 2 ** 20;
/** Problems that are told, and constraints that are named in one: more make nothing clearer. */
const LISTED_PROBLEMS = 20;
const LISTED_CONSTRAINTS = 5;
/** Characters of a name that are shown: as many as a domain name can have. */
const SHOWN_LENGTH = 253;

/** What may still be spent on the paths of one search: a comparison costs one, and one more for 64 characters. */
export interface Budget {
  comparisons: number;
}

/** Twice what OpenSSL spends on one certificate and one CA. */
export const newBudget = (): Budget => ({ comparisons: 2 * MAX_COMPARISONS });

/** The names on a path, leaf first, that its CAs do not allow. */
export function nameConstraintProblems(path: readonly Certificate[], budget: Budget): PathProblem[] {
  const found: PathProblem[] = [];
  for (const [above, authority] of path.entries()) {
    const constraints = extension(authority, "nameConstraints");
    if (constraints === undefined) continue;
    for (const [position, certificate] of path.slice(0, above).entries()) {
      // What a CA issues to itself is exempt, so that it can change its key.
      if (position > 0 && isSelfIssued(certificate)) continue;
      for (const message of violations(certificate, position === 0, authority, constraints, budget)) {
        found.push({ kind: "name-constraint", certificate, message });
        if (found.length >= LISTED_PROBLEMS) return found;
      }
      if (budget.comparisons < 0) {
        const message = "comparing the names with the name constraints of the CAs was given up for its cost";
        return [...found, { kind: "limit", certificate, message }];
      }
    }
  }
  return found;
}

/** A name of a certificate, as a message calls it. */
interface Presented extends Comparable {
  readonly label: string;
  /** OpenSSL accepts no such name below a CA with constraints of any kind. */
  readonly isUnusable?: boolean;
}

/** A constraint. */
interface Limit extends Comparable {
  readonly counts: boolean;
}

function* violations(
  certificate: Certificate,
  isLeaf: boolean,
  authority: Certificate,
  constraints: ExtensionValues["nameConstraints"],
  budget: Budget,
): Generator<string> {
  const alternatives = extension(certificate, "subjectAltName") ?? [];
  const names = certificate.subject.attributes.length + alternatives.length;
  if (names * (constraints.permitted.length + constraints.excluded.length) > MAX_COMPARISONS) {
    yield `${describe(certificate)} has more names than OpenSSL compares with the constraints of ${describe(authority)}`;
    return;
  }
  budget.comparisons -= names + constraints.permitted.length + constraints.excluded.length;
  if (budget.comparisons < 0) return;
  const [permitted, excluded] = [byType(constraints.permitted), byType(constraints.excluded)];
  for (const name of presentedNames(certificate, alternatives, isLeaf)) {
    const type = typeOfBases(name);
    const fault = faultOf(name, permitted.get(type) ?? [], excluded.get(type) ?? [], describe(authority), budget);
    if (budget.comparisons < 0) return;
    if (fault !== undefined) yield `${name.label} "${shown(name.value)}" of ${describe(certificate)} ${fault}`;
  }
}

/** The constraints on each type of name. */
function byType(subtrees: readonly Subtree[]): ReadonlyMap<string, readonly Limit[]> {
  const found = new Map<string, Limit[]>();
  for (const { base, counts } of subtrees) {
    const limit: Limit = { ...comparable(base), counts };
    const others = found.get(limit.type);
    if (others === undefined) found.set(limit.type, [limit]);
    else others.push(limit);
  }
  return found;
}

const labels: Readonly<Record<GeneralName["type"], string>> = {
  other: "the other name",
  email: "the e-mail address",
  dns: "the DNS name",
  x400: "the X.400 address",
  directory: "the directory name",
  edi: "the EDI party name",
  uri: "the URL",
  ip: "the address",
  oid: "the registered identifier",
};

/** The subject, the addresses in it, the alternative names; of a leaf without DNS names, common names that look like one. */
function* presentedNames(
  { subject }: Certificate,
  alternatives: readonly GeneralName[],
  isLeaf: boolean,
): Generator<Presented> {
  if (subject.attributes.length > 0) {
    const whole: GeneralName = { ...subject, type: "directory", value: formatName(subject), name: subject };
    yield { ...comparable(whole), label: "the subject" };
  }
  for (const { type, value, tag } of subject.attributes) {
    if (type !== "E") continue;
    yield { ...comparableText("email", value), label: labels.email, isUnusable: tag !== TAG.ia5String };
  }
  for (const name of alternatives) yield { ...comparable(name), label: labels[name.type] };
  if (!isLeaf || alternatives.some(({ type }) => type === "dns")) return;
  for (const attribute of subject.attributes.filter(({ type }) => type === "CN")) {
    // OpenSSL forgives zeros at the end.
    const [value = "", ...rest] = attribute.value.split("\0");
    const isUnusable = !isText(attribute) || rest.some((part) => part !== "");
    if (isUnusable || looksLikeHost(value))
      yield { ...comparableText("dns", value), label: "the common name", isUnusable };
  }
}

/** Two labels or more; with underscores, without wildcards. */
function looksLikeHost(text: string): boolean {
  const parts = text.split(".");
  return parts.length > 1 && parts.every((part) => /^\w(?:[\w-]*\w)?$/.test(part));
}

/** Whether a name lies within a constraint; what that costs is counted. */
function compare(name: Comparable, base: Limit, budget: Budget): boolean | undefined {
  budget.comparisons -= 1 + ((name.value.length + base.value.length) >> 6);
  return budget.comparisons < 0 ? undefined : isWithin(name, base);
}

/** What keeps a name from being good, in the words that follow it. */
function faultOf(
  name: Presented,
  permitted: readonly Limit[],
  excluded: readonly Limit[],
  authority: string,
  budget: Budget,
): string | undefined {
  const incomparable = `cannot be compared with the name constraints of ${authority}`;
  if (name.isUnusable === true) return incomparable;
  let isPermitted = permitted.length === 0;
  for (const constraint of permitted) {
    if (constraint.counts) return incomparable;
    if (isPermitted) continue;
    const answer = compare(name, constraint, budget);
    if (answer === undefined) return incomparable;
    isPermitted = answer;
  }
  if (!isPermitted) return `is not among those that ${authority} may certify: ${listed(permitted)}`;
  for (const constraint of excluded) {
    const answer = constraint.counts ? undefined : compare(name, constraint, budget);
    if (answer === undefined) return incomparable;
    if (answer) return `is among those that ${authority} may not certify: ${listed([constraint])}`;
  }
  return undefined;
}

const shown = (text: string): string => (text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}...` : text);

function listed(limits: readonly Limit[]): string {
  const texts = limits.slice(0, LISTED_CONSTRAINTS).map((base) => `"${shown(constraintText(base))}"`);
  const more = limits.length - texts.length;
  return `${texts.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** An address is followed by its mask. */
function constraintText({ type, value, bytes }: Limit): string {
  if (type !== "ip") return value;
  const half = bytes.length / 2;
  return `${formatIp(bytes.subarray(0, half))}/${formatIp(bytes.subarray(half))}`;
}
