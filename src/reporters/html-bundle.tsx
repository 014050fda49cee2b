/** One appliance in a page: the verdict and what led to it, what was not looked at, and the facts. */
import type { VNode } from "preact";
import type { BundleReport, NotChecked } from "../report/report.ts";
import type { SubmitSteps } from "../report/submit.ts";
import type { UploadSteps } from "../report/upload.ts";
import { chainFigure } from "./html-chain.tsx";
import { browserList, connection, hostsLine, trustSteps } from "./html-endpoint.tsx";
import { certificateList, pairs, requestList } from "./html-facts.tsx";
import { commandBlock, type Page, resultList, section } from "./html-findings.tsx";
import {
  BROWSER_TITLE,
  crlText,
  outline,
  OWN_TITLE,
  type Outline,
  SUBMIT_TITLE,
  unsupportedTitle,
  verdictSentence,
  verdictWord,
} from "./outline.ts";
import { neutral } from "./text.ts";

/** Headings of the sections, and of what is in them. */
export type Level = readonly ["h2" | "h3", "h3" | "h4"];

/** The appliance; its name stands above. `remark` goes with the verdict. */
export function bundleSections(
  bundle: BundleReport,
  at: string,
  page: Page,
  [upper, lower]: Level,
  remark = "",
): VNode {
  const { chain, certificate, request, crls = [], fetchCommand, upload, submit, endpoint, notChecked } = bundle;
  const parts = outline(bundle);
  return (
    <>
      {verdictBox(bundle, remark)}
      {section(
        upper,
        parts.refusals.length === 1 ? "What the appliance would show" : "What the appliance would show, and why",
        parts.refusals.length > 0,
        () =>
          parts.refusals.map(({ message, causes }) => (
            <div class="refusal">
              <Quoted level={lower}>{message}</Quoted>
              {resultList(causes, page)}
            </div>
          )),
      )}
      {endpoint && section(upper, BROWSER_TITLE, endpoint.browser.length > 0, () => browserList(endpoint))}
      {section(upper, unsupportedTitle(bundle), parts.unsupported.length > 0, () =>
        resultList(parts.unsupported, page),
      )}
      {section(upper, OWN_TITLE, parts.own.length > 0, () => resultList(parts.own, page))}
      {section(upper, "Errors of certcheck itself", parts.broken.length > 0, () => brokenList(parts))}
      {section(upper, "Warnings", parts.warnings.length > 0, () => resultList(parts.warnings, page))}
      {section(upper, "Waived", parts.waived.length > 0, () => resultList(parts.waived, page))}
      {upload && section(upper, "How to upload", true, () => uploadSteps(upload))}
      {submit && section(upper, SUBMIT_TITLE, true, () => submitSteps(submit))}
      {endpoint && section(upper, "Connection", true, () => connection(endpoint))}
      {chain && section(upper, "Chain of trust", true, () => chainFigure(chain, at, endpoint ? "server" : "appliance"))}
      {section(upper, "Not checked", notChecked.length > 0, () => notCheckedList(notChecked))}
      {section(upper, "Notes", parts.notes.length > 0, () => resultList(parts.notes, page))}
      {section(upper, "Revocation lists", crls.length > 0 || fetchCommand !== undefined, () => revocationLists(bundle))}
      {certificate && section(upper, "The certificate", true, () => certificateList(certificate))}
      {request && section(upper, "The request", true, () => requestList(request))}
      {section(upper, "Files", bundle.files.length > 0, () => fileList(bundle))}
      {section(upper, "Other rules", true, () => restOfRules(parts))}
    </>
  );
}

const Quoted = ({ level: Heading, children }: { readonly level: Level[1]; readonly children: string }): VNode => (
  <Heading class="message">{children}</Heading>
);

function verdictBox(bundle: BundleReport, remark: string): VNode {
  const { verdict } = bundle;
  return (
    <p class={`verdict ${verdict}`}>
      <strong>{verdictWord(bundle)}</strong>: {neutral(verdictSentence(bundle))}. {remark}
    </p>
  );
}

const brokenList = ({ broken }: Outline): VNode => (
  <>
    <p>These rules gave no answer. Please report it; --debug prints more.</p>
    <ul>
      {broken.map(({ rule, reason = "" }) => (
        <li>
          <code>{neutral(rule)}</code>: <bdi>{neutral(reason)}</bdi>
        </li>
      ))}
    </ul>
  </>
);

const notCheckedList = (notChecked: readonly NotChecked[]): VNode => (
  <ul>
    {notChecked.map(({ what, why, option }) => (
      <li>
        {neutral(what)}: {neutral(why)}
        {option !== undefined && (
          <>
            {" "}
            (give <code class="option">{neutral(option)}</code>)
          </>
        )}
      </li>
    ))}
  </ul>
);

const uploadSteps = ({ prepare, dialog, command, root, hosts }: UploadSteps): VNode => (
  <>
    {prepare !== undefined && <p>First put the chain into one file:</p>}
    {prepare !== undefined && commandBlock([prepare])}
    <p>In the SSL/TLS Certificates dialog:</p>
    {pairs(dialog)}
    <p>Or in a shell on the appliance:</p>
    {commandBlock([command])}
    {root && trustSteps("the console", root)}
    {hosts !== undefined && hostsLine(hosts)}
  </>
);

const submitSteps = ({ file, decidedByCa, check }: SubmitSteps): VNode => (
  <>
    <p>
      Send <bdi>{neutral(file)}</bdi> to the CA. What the request cannot decide, and the CA has to see to:
    </p>
    <ul>
      {decidedByCa.map((what) => (
        <li>{what}</li>
      ))}
    </ul>
    <p>Then check what it returns, with the CA's own certificates:</p>
    {commandBlock([check])}
  </>
);

const revocationLists = ({ crls = [], fetchCommand }: BundleReport): VNode => (
  <>
    {crls.length > 0 && (
      <ul>
        {crls.map(({ name, state, crls: lists }) => (
          <li>
            <bdi>{neutral(name)}</bdi>:{" "}
            {lists.length > 0 ? lists.map((crl) => neutral(crlText(crl))).join("; ") : state}
          </li>
        ))}
      </ul>
    )}
    {fetchCommand !== undefined && <p>To try from the sensor's network whether it reaches them:</p>}
    {fetchCommand !== undefined && commandBlock([fetchCommand])}
  </>
);

const fileList = ({ files, name, endpoint }: BundleReport): VNode => (
  <ul class="files">
    {files.map(({ file, kind, details, sha256 }) => (
      <li>
        <p>
          <b dir="auto">{neutral(file)}</b>: {kind}
          {details.length > 0 && `; ${details.map(neutral).join(", ")}`}
        </p>
        <p class="faint hash">
          {sha256 === undefined ? withoutDigest(endpoint && file === name) : `SHA-256 ${sha256}`}
        </p>
      </li>
    ))}
  </ul>
);

const withoutDigest = (isServed = false): string => (isServed ? "sent by the server" : "not read to its end");

const restOfRules = ({ holding, skipped }: Outline): VNode => (
  <>
    <details>
      <summary>{holding.length} rules hold</summary>
      <ul class="rules">
        {holding.map(({ rule }) => (
          <li>
            <code>{neutral(rule)}</code>
          </li>
        ))}
      </ul>
    </details>
    <details>
      <summary>{skipped.length} rules do not apply or were left out</summary>
      <ul>
        {skipped.map(({ rule, reason = "" }) => (
          <li>
            <code>{neutral(rule)}</code>: {neutral(reason)}
          </li>
        ))}
      </ul>
    </details>
  </>
);
