/** Markdown as GitHub reads it. */
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import type { Nodes } from "mdast";
import { gfm } from "micromark-extension-gfm";

/** The tree of a text. */
export const parse = (text: string): Nodes =>
  fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

/** What is directly in a node. */
export const childrenOf = (node: Nodes): readonly Nodes[] => ("children" in node ? node.children : []);

/** A node and all that is in it. */
export const nodesOf = (node: Nodes): readonly Nodes[] => [node, ...childrenOf(node).flatMap(nodesOf)];

/** What a node says. */
export const textOf = (node: Nodes): string => ("value" in node ? node.value : childrenOf(node).map(textOf).join(""));
