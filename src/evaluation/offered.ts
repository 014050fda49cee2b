/** What there is of a kind that rules are asked about, or why there is nothing. */
import type { Origin } from "../bundle/artifact.ts";
import type { Subjects } from "../rule.ts";

/** Something that could not be checked. */
export interface Unchecked {
  readonly what: string;
  /** Why not, if that is not why the whole rule was skipped. */
  readonly why?: string;
  /** The option that would make it possible. */
  readonly option?: string;
}

/** There is nothing to ask about. `unchecked` is present if the appliance may have something to look at all the same. */
export interface Missing {
  readonly missing: string;
  readonly unchecked?: readonly Unchecked[];
}

/** The subjects of one kind, each with the place its findings point at; `rest` is what there is besides, and cannot be asked about. */
export type Selection<K extends keyof Subjects> =
  | Missing
  | {
      readonly present: readonly { readonly subject: Subjects[K]; readonly origin: Origin }[];
      readonly rest?: readonly Unchecked[];
    };

export const one = <S>(subject: S, origin: Origin): { present: { subject: S; origin: Origin }[] } => ({
  present: [{ subject, origin }],
});

/** A whole file; findings in it name a line where they know one. */
export const wholeFile = (file: string): Origin => ({
  file,
  at: (offset) => ({ file, ...(offset !== undefined && { offset }) }),
});

export const noLeaf = (what: string): Missing => ({ missing: "no certificate could be read", unchecked: [{ what }] });
