/** Pages as a browser reads them. */
import { type DefaultTreeAdapterTypes, parse } from "parse5";

/** What a page is made of. */
export type Node = DefaultTreeAdapterTypes.Node;

const childrenOf = (node: Node): readonly Node[] => ("childNodes" in node ? node.childNodes : []);

/** Elements with their attributes and the comments, without texts, and without the marks of a command's options. */
export function skeleton(node: Node): string {
  if (node.nodeName === "#text") return "";
  const inner = childrenOf(node).map(skeleton).join("");
  if (!("tagName" in node)) return `${node.nodeName}(${inner})`;
  const attributes = node.attrs.map(({ name, value }) => `${name}=${value}`).join();
  const isOption = node.tagName === "span" && attributes === "" && inner === "";
  return isOption ? "" : `${node.tagName}[${attributes}](${inner})`;
}

/** All text in a node. */
export const textOf = (node: Node): string => ("value" in node ? node.value : childrenOf(node).map(textOf).join(""));

/** All elements of a tag in a node. */
export function find(node: Node, tag: string): readonly Node[] {
  const own = "tagName" in node && node.tagName === tag ? [node] : [];
  return [...own, ...childrenOf(node).flatMap((child) => find(child, tag))];
}

/** What a tag holds, blanks at line ends aside. */
export const textsOf = (page: string, tag: string): string[] =>
  find(parse(page), tag).map((node) => textOf(node).trim());
