/** The documents of this project as GitHub shows them: their blocks, headings, links and tables. */
import type { Nodes } from "mdast";
import { readdirSync, readFileSync } from "node:fs";
import { nodesOf, parse, textOf } from "../reporters/markdown-tree.ts";

const markdownIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".md"))
    .map((file) => (folder === "." ? file : `${folder}/${file}`));

/** All of them; reports that scenarios write are none. */
export const documents = [".", "docs", "bench", "packaging", "fixtures/keys", "test/schemas"].flatMap(markdownIn);

/** A document. */
export interface Document {
  readonly text: string;
  /** All that is in it; parsed when it is asked for. */
  readonly nodes: readonly Nodes[];
}

/** What a text is as a document. */
export function asDocument(text: string): Document {
  let nodes: readonly Nodes[] | undefined;
  return {
    text,
    get nodes() {
      return (nodes ??= nodesOf(parse(text)));
    },
  };
}

const read = new Map<string, Document>();

/** A document by its path, read once. */
export function documentOf(path: string): Document {
  const document = read.get(path) ?? asDocument(readFileSync(path, "utf8"));
  read.set(path, document);
  return document;
}

/** A fenced block. */
export interface Block {
  /** `docs/guide.md:12`. */
  readonly place: string;
  readonly document: string;
  /** The word behind the fence; empty if there is none. */
  readonly language: string;
  readonly text: string;
}

/** The blocks of a document, in their order; fences stand at the start of a line. */
export function blocksOf(document: string): Block[] {
  const { text } = documentOf(document);
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(({ 1: language = "", 2: block = "", index }) => ({
    place: `${document}:${text.slice(0, index).split("\n").length}`,
    document,
    language,
    text: block,
  }));
}

/** What may stand behind `#` to lead to each heading: its text in small letters, without signs, a dash for each blank. */
export function slugs(nodes: readonly Nodes[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const node of nodes) {
    if (node.type !== "heading") continue;
    const slug = textOf(node)
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
      .replaceAll(" ", "-");
    // GitHub counts those that are there already.
    let name = slug;
    for (let count = 1; found.has(name); count++) name = `${slug}-${count}`;
    found.add(name);
  }
  return found;
}

const anchors = new Map<string, ReadonlySet<string>>();

/** The same for a document, computed once. */
export function anchorsOf(document: string): ReadonlySet<string> {
  const known = anchors.get(document) ?? slugs(documentOf(document).nodes);
  anchors.set(document, known);
  return known;
}
