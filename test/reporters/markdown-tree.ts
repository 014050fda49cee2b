/** Markdown as GitHub reads it. */
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import type { Nodes } from "mdast";
import { gfm } from "micromark-extension-gfm";

/** The tree of a text. */
export const parse = (text: string): Nodes =>
  fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

/** What is directly in a node. */
const childrenOf = (node: Nodes): readonly Nodes[] => ("children" in node ? node.children : []);

/** A node and all that is in it. */
export const nodesOf = (node: Nodes): readonly Nodes[] => [node, ...childrenOf(node).flatMap(nodesOf)];

/** What a node says. */
export const textOf = (node: Nodes): string => ("value" in node ? node.value : childrenOf(node).map(textOf).join(""));

/** The headings of a text. */
export const headings = (text: string): string[] =>
  nodesOf(parse(text)).flatMap((node) => (node.type === "heading" ? [textOf(node)] : []));

/** Blocks and what is in them; text and code within a line count as one, for a text may come to be either. */
export function skeleton(node: Nodes): string {
  if (["text", "inlineCode"].includes(node.type)) return "text";
  const own = node.type === "html" ? `html ${node.value}` : node.type;
  const inner = childrenOf(node).map(skeleton);
  return `${own}(${inner.filter((one, index) => one !== "text" || inner[index - 1] !== "text").join()})`;
}
