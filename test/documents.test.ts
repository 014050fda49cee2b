/** What readers need of every document, whether they see it or have it read to them: links that lead, headings in order, words for images. */
import type { Nodes } from "mdast";
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { textOf } from "./reporters/markdown-tree.ts";
import { anchorsOf, asDocument, blocksOf, type Document, documentOf, documents, slugs } from "./support/documents.ts";

/** Says what is wrong with a document, each fault in a line. */
type Check = (document: Document, path: string) => string[];

const at = (node: Nodes, what: string): string => `line ${node.position?.start.line}: ${what}`;

/** Texts that say nothing of where a link leads, for whom all links are listed. */
const emptyTexts = /^(?:here|this|link|click here|this (?:page|file|link)|more|read more|see|\W*|https?:.*)$/i;

/** Beyond this, prose is hard to follow in an editor, and its changes in a diff. */
const MAX_LINE = 140;

const checks: Readonly<Record<string, Check>> = {
  "links lead to files and headings that are there": ({ nodes }, path) =>
    nodes.flatMap((node) => {
      if (node.type !== "link" && node.type !== "image" && node.type !== "definition") return [];
      if (/^(?:https|mailto):/.test(node.url)) return [];
      const [file = "", anchor] = node.url.split("#");
      const target = file === "" ? path : posix.normalize(posix.join(posix.dirname(path), decodeURI(file)));
      if (target.startsWith("..") || !existsSync(target)) return [at(node, `${node.url}: no such file`)];
      if (anchor === undefined || (target.endsWith(".md") && anchorsOf(target).has(anchor))) return [];
      return [at(node, `${node.url}: no such heading`)];
    }),

  "links say where they lead": ({ nodes }) =>
    nodes.flatMap((node) =>
      node.type === "link" && emptyTexts.test(textOf(node).trim()) ? [at(node, `"${textOf(node)}"`)] : [],
    ),

  "one heading of the first level, at the top, and no level is left out": ({ nodes }) => {
    const headings = nodes.flatMap((node) => (node.type === "heading" ? [node] : []));
    const faults = headings.flatMap((heading, index) => {
      const before = headings[index - 1]?.depth ?? 0;
      if (heading.depth === 1 && index > 0) return [at(heading, "another heading of the first level")];
      return heading.depth > before + 1 ? [at(heading, `level ${heading.depth} below level ${before}`)] : [];
    });
    return nodes[1]?.type === "heading" ? faults : ["it begins with something else", ...faults];
  },

  "headings of a document differ": ({ nodes }) => {
    const seen = new Set<string>();
    return nodes.flatMap((node) => {
      if (node.type !== "heading") return [];
      const isKnown = seen.has(textOf(node));
      seen.add(textOf(node));
      return isKnown || textOf(node).trim() === "" ? [at(node, `"${textOf(node)}"`)] : [];
    });
  },

  "every column of a table has a heading, and every row as many cells": ({ nodes }) =>
    nodes.flatMap((node) => {
      if (node.type !== "table") return [];
      const [head, ...rows] = node.children;
      // The first may be empty: what stands below are headings of the rows.
      const cells = head?.children ?? [];
      const nameless = cells.slice(1).some((cell) => textOf(cell).trim() === "");
      return [
        ...(nameless ? [at(node, "a column without a heading")] : []),
        ...rows.flatMap((row) => (row.children.length === cells.length ? [] : [at(row, "another number of cells")])),
      ];
    }),

  "images have words": ({ nodes }) =>
    nodes.flatMap((node) => (node.type === "image" && !node.alt ? [at(node, node.url)] : [])),

  "no HTML but comments and line ends": ({ nodes }) =>
    nodes.flatMap((node) => (node.type === "html" && !/^<(?:!--|br>)/.test(node.value) ? [at(node, node.value)] : [])),

  "every block says its language": ({ nodes }) =>
    nodes.flatMap((node) => (node.type === "code" && !node.lang ? [at(node, "a block without a language")] : [])),

  [`no line of prose is longer than ${MAX_LINE} characters`]: ({ text }) => {
    let isCode = false;
    return text.split("\n").flatMap((line, index) => {
      if (line.startsWith("```")) isCode = !isCode;
      const isProse = !isCode && !/^(?:\||- |\d+\. )/.test(line) && line.includes(" ");
      return isProse && line.length > MAX_LINE ? [`line ${index + 1}: ${line.length} characters`] : [];
    });
  },
};

describe.each(documents)("%s", (path) => {
  test.each(Object.entries(checks))("%s", (_what, faultsOf) => {
    expect(faultsOf(documentOf(path), path)).toEqual([]);
  });

  test("its blocks are those that are found without a parser", () => {
    const blocks = documentOf(path).nodes.flatMap((node) => (node.type === "code" ? [`${node.value}\n`] : []));
    expect(blocksOf(path).map(({ text }) => text)).toEqual(blocks);
  });
});

describe("what is wrong is found", () => {
  const bad: readonly (readonly [text: string, faults: number])[] = [
    ["# A\n\n[the guide](no-such.md) and [a part](#no-such-part), [outside](../../etc/passwd)", 3],
    ["# A\n\n[here](docs/rules.md), [](docs/rules.md)", 2],
    ["text\n\n# A\n\n### C\n\n# B", 3],
    ["# A\n\n## B\n\n## B", 1],
    ["# A\n\n| a | |\n| --- | --- |\n| 1 | 2 |\n| 1 |", 2],
    ["# A\n\n![](docs/rules.md)", 1],
    ["# A\n\n<b>bold</b>", 2],
    ["# A\n\n```\ncode\n```", 1],
    [`# A\n\n${"long ".repeat(30)}`, 1],
  ];

  test.each(bad)("%j", (text, count) => {
    expect(Object.values(checks).flatMap((faultsOf) => faultsOf(asDocument(text), "README.md"))).toHaveLength(count);
  });

  test("headings are written as GitHub does", () => {
    const text = "# What `convert --to x.y` does: a, b & c\n## Über_uns\n## It\n## It";
    expect([...slugs(asDocument(text).nodes)]).toEqual(["what-convert---to-xy-does-a-b--c", "über_uns", "it", "it-1"]);
  });
});

test.each(["README.md", "docs/README.md"])("%s leads to all of docs/", (path) => {
  const urls = documentOf(path).nodes.flatMap((node) => (node.type === "link" ? [node.url] : []));
  const linked = new Set(urls.map((url) => posix.join(posix.dirname(path), url)));
  const all = documents.filter((document) => document.startsWith("docs/") && document !== "docs/README.md");
  expect(all.filter((document) => !linked.has(document))).toEqual([]);
});

test("each document is linked to from another", () => {
  const linked = new Set(
    documents.flatMap((path) =>
      documentOf(path).nodes.flatMap((node) =>
        node.type === "link" ? [posix.normalize(posix.join(posix.dirname(path), node.url.split("#")[0] ?? ""))] : [],
      ),
    ),
  );
  // Where people look for them without being led there.
  const known = /^(?:README|CHANGELOG|CONTRIBUTING|SECURITY|CODE_OF_CONDUCT)\.md$|\/README\.md$/;
  expect(documents.filter((path) => !linked.has(path) && !known.test(path))).toEqual([]);
});
