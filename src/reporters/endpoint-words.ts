/** A live endpoint in words: the connection, and what browsers would show. Not harmless yet for what prints it. */
import type { BrowserError } from "../browser.ts";
import type { EndpointFacts } from "../endpoint-facts.ts";
import type { BundleReport, Verdict } from "../report.ts";

/** Verdicts on what is live: whether it is as it should be, whatever was uploaded. */
export const endpointVerdicts: Readonly<Record<Verdict, string>> = {
  refused: "Not in order",
  unsupported: "Not in order",
  ready: "In order",
};

/** What the verdict means for those who connect. */
export function endpointSentence({ browser, trusted }: EndpointFacts, { verdict, notChecked }: BundleReport): string {
  const [first] = browser;
  if (first !== undefined) return `a browser would show ${first.code}`;
  const opens = `a browser that trusts ${JSON.stringify(trusted)} would open it without an error`;
  if (verdict !== "ready") return `${opens}, but not all is as it should be`;
  return notChecked.length > 0 ? `${opens}, as far as was checked` : opens;
}

/** `10.1.0.7 port 443, TLS 1.3, TLS_AES_256_GCM_SHA384, 2 certificates, the first is that of sensor.crt`. */
export function connectionText({ address, port, protocol, cipher, certificates, expected }: EndpointFacts): string {
  if (address === undefined) return "none";
  const count = certificates === 0 ? "no certificate" : `${certificates} certificate${certificates === 1 ? "" : "s"}`;
  const compared =
    expected === undefined || certificates === 0
      ? undefined
      : `${certificates === 1 ? "which" : "the first of which"} is ${expected.isServed ? "" : "not "}that of ${expected.file}`;
  const parts = [`${address} port ${port}`, protocol ?? "no TLS session", cipher, count, compared];
  return parts.filter((part) => part !== undefined).join(", ");
}

/** Each error with its reason, and what to do in front of it; the first is shown, the others come behind it. */
export const browserTexts = ({
  browser,
}: EndpointFacts): readonly (BrowserError & { readonly when: string | undefined })[] =>
  browser.map((one, index) => ({ ...one, when: index === 0 ? undefined : "then" }));

/** The title over the errors. */
export const BROWSER_TITLE = "What a browser would show";

/** The title over the root. */
export const rootTitle = ({ name, file }: NonNullable<EndpointFacts["root"]>): string =>
  `Whoever opens it needs to trust ${name} in ${file}, SHA-256`;
