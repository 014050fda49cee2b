/** A live endpoint in words: the verdict, and the connection. Not harmless yet for what prints them. */
import type { BrowserError } from "./browser.ts";

/** What is said of an endpoint. */
export interface EndpointWords {
  /** The verdict's name, as it begins a sentence. */
  readonly verdict: string;
  /** What the verdict means for those who connect. */
  readonly sentence: string;
  /** `10.1.0.7 port 443, TLS 1.3, TLS_AES_256_GCM_SHA384, 2 certificates, the first of which is that of sensor.crt`. */
  readonly connection: string;
}

/** Whether it is as it should be, whatever was uploaded. */
export const verdictOf = (isReady: boolean): string => (isReady ? "In order" : "Not in order");

/** What it means for those who connect. */
export function sentenceOf(
  { browser, trusted = "" }: { readonly browser: readonly BrowserError[]; readonly trusted?: string },
  isReady: boolean,
  isWhole: boolean,
): string {
  const [first] = browser;
  if (first !== undefined) return `a browser would show ${first.code}`;
  const opens = `a browser that trusts ${JSON.stringify(trusted)} would open it without an error`;
  if (!isReady) return `${opens}, but not all is as it should be`;
  return isWhole ? opens : `${opens}, as far as was checked`;
}

/** What the words on a connection are made of. */
export interface Connection {
  readonly address?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly cipher?: string;
  readonly certificates: number;
  readonly expected?: { readonly file: string; readonly isServed: boolean };
}

/** What was connected to, and what came of it. */
export function connectionOf({ address, port, protocol, cipher, certificates, expected }: Connection): string {
  if (address === undefined) return "none";
  const count = certificates === 0 ? "no certificate" : `${certificates} certificate${certificates === 1 ? "" : "s"}`;
  const compared =
    expected === undefined || certificates === 0
      ? undefined
      : `${certificates === 1 ? "which" : "the first of which"} is ${expected.isServed ? "" : "not "}that of ${expected.file}`;
  const parts = [`${address} port ${port}`, protocol ?? "no TLS session", cipher, count, compared];
  return parts.filter((part) => part !== undefined).join(", ");
}
