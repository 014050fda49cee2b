/** The chain in two or three words each, and how much of it is shown: what its drawing and its picture have in common. */
import type { ChainProblem, OtherCertificate, PathCertificate } from "../report/chain-facts.ts";

/** Certificates that are drawn at either end of a path, and beside it: more than people have, and still one screen. */
const DRAWN_BELOW = 7;
const DRAWN_ABOVE = 5;
const DRAWN_BESIDE = 3;

/** The ends of a long path, and a summary in place of what is between them. */
export function abridge<T>(rows: readonly T[], summary: (hidden: readonly T[]) => T): readonly T[] {
  const hidden = rows.slice(DRAWN_BELOW, -DRAWN_ABOVE);
  return hidden.length < 2 ? rows : [...rows.slice(0, DRAWN_BELOW), summary(hidden), ...rows.slice(-DRAWN_ABOVE)];
}

/** What stands for the hidden ones. */
export const moreText = (hidden: number, faults: number): string =>
  `${hidden} more${faults > 0 ? `, ${faults} of them at fault` : ""}`;

/** Which of the others are shown, and how many more there are. */
export function beside(others: readonly OtherCertificate[]): {
  readonly shown: readonly OtherCertificate[];
  readonly rest: number;
} {
  const rest = others.length - DRAWN_BESIDE;
  return rest > 1 ? { shown: others.slice(0, DRAWN_BESIDE), rest } : { shown: others, rest: 0 };
}

/** Where a link is missing, it may lead to one that is not reached. */
export const besideText = ({ why }: OtherCertificate, anchored: boolean): string =>
  why === "duplicate" ? "once more" : anchored ? "no part of it" : "not reached";

/** What is wrong with a certificate itself. */
export const certificateFaults = ({ validity, revocation, problems }: PathCertificate): string[] => [
  // The leaf's dates are no problem of the path, and those of a CA need no second word.
  ...(validity === "current" ? [] : [dateFaults[validity]]),
  ...(revocation === "revoked" ? ["revoked"] : []),
  ...wordsFor(problems.filter(({ on, kind }) => on === "certificate" && kind !== "dates")),
];

const dateFaults = { "not begun": "not valid yet", expired: "expired", unreadable: "dates cannot be read" } as const;

/** What is wrong with its link to its issuer. */
export const linkFaults = ({ problems }: PathCertificate): string[] =>
  wordsFor(problems.filter(({ on }) => on === "link"));

/** A fault in two or three words: what there is to say of it stands under the finding. */
const words: Readonly<Record<ChainProblem["kind"], string>> = {
  signature: "signature does not verify",
  identifier: "issued by another CA of this name",
  gap: "leads to no trusted root",
  authority: "may not sign",
  "path-length": "too many CAs below",
  invalid: "not usable",
  "name-constraint": "name not allowed",
  choice: "another CA comes first",
  dates: "not within its dates",
  limit: "not judged",
};

const wordsFor = (problems: readonly ChainProblem[]): string[] => [...new Set(problems.map(({ kind }) => words[kind]))];
