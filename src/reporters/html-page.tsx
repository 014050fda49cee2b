/** A page: one file without script or network, that reads the same in a browser and on paper. */
import { createHash } from "node:crypto";
import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";

/** What a page is made of. */
export interface Document {
  /** Harmless text. */
  readonly title: string;
  /** A style sheet without blank margins. */
  readonly style: string;
  readonly body: ComponentChildren;
}

/** Writes a page. */
export function writePage(document: Document): string {
  const text = renderToString(page(document));
  // Lines of its own for blocks, so that two reports can be compared; what looks like markup in a text is escaped here.
  return `<!doctype html>\n${text.replace(/<\/(?:article|d[ltd]|div|figure|footer|h\d|head(?:er)?|li|main|meta|nav|[ou]l|p|section|style|svg|t[rd]|table|title)>|<(?:meta|body|main|article|section|[ou]l|dl|li|div|figure)\b[^>]*>/g, "$&\n")}`;
}

/** Nothing is loaded and no script runs, whatever got into the page; the style is the one that this is the hash of. */
const policyOf = (style: string): string =>
  `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`;

const page = ({ title, style, body }: Document): VNode => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content={policyOf(style)} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{title}</title>
      <style dangerouslySetInnerHTML={{ __html: style }} />
    </head>
    <body>{body}</body>
  </html>
);
