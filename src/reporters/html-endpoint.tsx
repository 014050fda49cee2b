/** A live endpoint in a page: the errors of browsers, the connection, and what those who connect need. */
import type { VNode } from "preact";
import type { EndpointFacts } from "../report/endpoint-facts.ts";
import type { UploadSteps } from "../report/upload.ts";
import { commandBlock } from "./html-findings.tsx";
import { neutral } from "./text.ts";

/** The errors, the one that is shown first. */
export const browserList = ({ browser }: EndpointFacts): VNode => (
  <ul>
    {browser.map(({ code, why, advice }, index) => (
      <li>
        {index > 0 && "then "}
        <code>{code}</code>: <bdi>{neutral(why)}</bdi>. <bdi>{neutral(advice)}</bdi>
      </li>
    ))}
  </ul>
);

/** What was connected to, and how to trust it. */
export const connection = ({ words, root, hosts }: EndpointFacts): VNode => (
  <>
    <p>{neutral(words.connection)}</p>
    {root && trustSteps("it", root)}
    {hosts !== undefined && hostsLine(hosts)}
  </>
);

/** The root, and what makes systems trust it. */
export const trustSteps = (
  what: string,
  { name, file, fingerprint, commands }: NonNullable<UploadSteps["root"]>,
): VNode => (
  <>
    <p>
      Whoever opens {what} needs to trust <bdi>{neutral(name)}</bdi> in <bdi>{neutral(file)}</bdi>, SHA-256{" "}
      <code>{fingerprint}</code>:
    </p>
    {commands.map(([system, line]) => (
      <>
        <p class="system">{system}</p>
        {commandBlock([line])}
      </>
    ))}
  </>
);

/** For those whom DNS does not tell. */
export const hostsLine = (hosts: string): VNode => (
  <>
    <p>Line for a hosts file, until DNS knows the name:</p>
    {commandBlock([hosts])}
  </>
);
