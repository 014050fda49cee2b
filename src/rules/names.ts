/** The names that a client compares with the address it connects to. */
import { defender, practice } from "../defender.ts";
import { covers, nameKind, parseIp } from "../pki/dns-name.ts";
import { alternativeNames, findExtension } from "../pki/extensions.ts";
import { values } from "../pki/name.ts";
import { fix } from "../remedy.ts";
import { orderOf, reissue, requestCommand } from "../remedy-request.ts";
import type { Rule } from "../rule.ts";

const hasDomain = (name: string): boolean => ["domain", "wildcard"].includes(nameKind(name));

export const names: readonly Rule[] = [
  {
    id: "names/subject-alt-name",
    on: "entity",
    severity: "warning",
    title: "The subject alternative name has the common name",
    source: practice("RFC 9525", "6.3"),
    why: "No browser looks at the common name: without it in the subject alternative name, users see NET::ERR_CERT_COMMON_NAME_INVALID.",
    fix: reissue("with the name in subjectAltName."),
    check(entity) {
      const found = findExtension(entity, "subjectAltName");
      if (found === undefined) return { message: `the ${entity.kind} has no subject alternative name` };
      if (found.problem !== undefined)
        return { message: `the subject alternative name cannot be decoded: ${found.problem}`, offset: found.offset };
      const presented = alternativeNames(entity, "dns");
      const uncovered = values(entity.subject, "CN").filter(
        (name) => hasDomain(name) && !presented.some((pattern) => covers(pattern, name)),
      );
      if (uncovered.length === 0) return undefined;
      const list = presented.length > 0 ? presented.join(", ") : "no DNS names";
      return {
        message: `${JSON.stringify(uncovered[0])} is not among the alternative names: ${list}`,
        offset: found.offset,
      };
    },
  },
  {
    id: "names/covers-host",
    on: "host",
    severity: "error",
    title: "The name and address planned for the appliance are covered",
    source: defender("2021", "CLI commands"),
    why: "Domain name and address of the certificate have to match the planned configuration; whoever connects by another name gets a warning.",
    fix: ({ entity, host }, context) =>
      fix(
        `${orderOf(entity)} for ${host.isLive ? "this" : "the planned"} ${host.kind}.`,
        requestCommand(entity, context),
      ),
    check({ entity, host }) {
      const presented = alternativeNames(entity, host.kind === "name" ? "dns" : "ip");
      // RFC 9525 has done away with the common name; the documents, and old clients, look at nothing else.
      const common = host.kind === "name" && presented.length === 0 && !host.isLive ? values(entity.subject, "CN") : [];
      const all = [...presented, ...common];
      const covered =
        host.kind === "name"
          ? all.some((pattern) => covers(pattern, host.value))
          : presented.includes(parseIp(host.value) ?? host.value);
      if (covered) return undefined;
      const what = host.kind === "name" ? "name" : "address";
      return `the ${host.isLive ? "" : "planned "}${what} ${JSON.stringify(host.value)} is not covered; the ${entity.kind} has ${all.length > 0 ? all.join(", ") : `no ${what}`}`;
    },
  },
];
