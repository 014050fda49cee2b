/** Chromium, where there is one: what people see of pages and of servers. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Browser, chromium } from "playwright-core";

/** Where Chromium and its kin are; CERTCHECK_CHROMIUM names another place. */
const places = [
  process.env["CERTCHECK_CHROMIUM"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
const executablePath = places.find((place) => place !== "" && existsSync(place)) ?? "";

const flags =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --disable-features=LocalNetworkAccessChecks";

/** Whether there is one. */
export const hasChromium = executablePath !== "";

/** Stands behind the names of tests where they are skipped. */
export const chromiumReason = hasChromium ? "" : "; skipped, for no Chromium is here (CERTCHECK_CHROMIUM names one)";

/** Starts it; `home` is a folder for what it keeps. */
export const launchChromium = (home?: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: flags.split(" "),
    timeout: 60_000,
    ...(home !== undefined && { env: { ...process.env, HOME: home } }),
  });

/** A database of NSS, as `certutil -A -d sql:$HOME/.pki/nssdb -n root -t C,, -i root.pem` makes it of the root of fixtures/ready: compressed. */
const trustedRoot =
  "H4sIAAAAAAACA+2cC1AUdRzHd2+XQ+6EM7w4X8RqOokPZm9vbzk0lOM4ECOQlyMYj7vjUOwQ485XQ8NI+UDSyjCzsVJLy7JUhCgz0wqfhc8YNL" +
  "EUnXxViI9SUdv/f/UWrZnGQadyfp+Z/d7v//vv77u//d9j5n8wl5qcUOBxMvlFxYU2D2MguhAkSUQxDEEQlHj4EjI+4kG3G5PEP0MRYQ7SX/MH" +
  "oVSdJNTnNXXqteoJ6gHiAAAAAAAAAADuI1FKpU4XQmYUTMxzTnM8bSvIm+h2j5psdxU4fC0pVnOalYlPjLGOYfAck5TIeOeZ/jY9y4UO88EO6d" +
  "jBZbM7Xd4zlLc54Lk7HQyhMbRS1zOEzML17sn2CU6Hx3uGz20ON2f/2oU+1Ewpdd1v3UeB2z3ZWew9hb7NRJq808OkD52dRPrqQkLI+YUem93l" +
  "9M56A8VNnzRzdIK1fbW4MKNS4p80p2QwT1gzmPTE+OR0K7qCJSkxNiHeksaYo5NS0gYxNlY89OLBiYcBxTiBMnqUMqGhCQ1NeIhOMfFIjEgEJO" +
  "FITEgikNiQ2EWJwFaspNiR5bBK1+GxGrEKWMOxmrBGYLVhtWN14Mak9qT+cMxJMXbmsDOHnTnszGFnDjtz2JnDzgZca8C1BlxrwLUGXCvgWQHP" +
  "CnhWwLOCNIudBewcjs80SYrXEd8vx0oxquVwzwZWUj1WlOdxhscZ/mbGgJXHasSKrsJjfx778/h5MOJaI641slJGqhXh9Ho5lJ5EDMo6nEYDbz" +
  "C2Czk5NMghL4dGORTkMFwOTd5QkMsEuUyQywS5TGhXFuENw+Uewm+ZCXK/gtyvIPcryP0Kcr+C3K8g9yvI/YphhBza5NAuhw45zJNDpxzme0P8" +
  "opFCu9yOHbWTZ7SxeXaWDdUrlDprCElIHy3PuMQdfY5tsqcIj3O8b+AcvTdEe/tO6HPRXzwUqiWE+i1RAAAAAAAAAOBfZEap4llaGxAQiAeqwL" +
  "ssD7jrC2pFcCU/iAhWH3qjPtWSShIriEw2Uq9m/ZRUOq3sqkhP1WvZQDRQdVZbiiZ6itxFTIInT9+NDUJZqrPmVjalqMjDWMwKkiRFr5T2B6Fi" +
  "uoa9mr+XGl3yaPnM58wr9jJJly56qDCV8EX2gtRt25noaw/PySFL0ApoiXkKQnv7EsxQ8fdjDdojrsFi8YEkiWLxRtgyKpwtU4QspRSkQrwl1l" +
  "/pN2DWiFm/+5Ok2ofo4Bqxj+j8OYEVt/TStjJT5y9uUOVhR+3LyD7tGyZ9CKqM1BBiXqUoE+9wXXrbD+TIqMFH29R2e2bIopfX9+w3dvGVy81H" +
  "+Ij33ljyC8f32bby5MEvDs5bEO1nOT6zftdZ12M+qYPjp5x96+rsoP4HC62fbtgybWRuydyoPfsbX//maGtyf8fM05eqzDUX9lu/PLJ5p7GPe9" +
  "6r1QmRu+srutVrG5tj4z5csDQ/dMnOzUPbXnth0qNV2RS9LC7Bk9q6PcZyLXjk7h2qPZPiWjfPdweWjY+Mrbg+NMuVP6D09KJ3L2XXDb6qc35c" +
  "3mVg5/IfBzqmF38Uu61G80HtV2dmjFadP6ZURQbe2Lav+/Qduftq7GzAmIFtHwbVNPW94ehXu3r7meSgqnXndA1BRw/rSuIarp3KnsSvU1AkQb" +
  "4TzUaxweIKBgfQQbS2YRNd8nb1seDLvQp4tSFsYesYRV9Wg6a7kuQN2oelxAc2ACU0KEGLrwzlHS8LCi3uqtEXVr5Z921z6YGC3MbK8SfmXSgd" +
  "2Xom/sUpnx+mf9WVV5+sc7ZpP+s6LmM9498pZcQnw6hl+Tm51RmHg+ZvnzNs65Awm/v7jWsDK3o83LLG54nGgBObsp66wm44vmddw3eX4wZo67" +
  "/SV65d3Gtuj77mwsKHVp+6WmqI+dZmO9B70PNpWVsi2e5Xjqe/MuHrIbPzGteUN43Nnthc2Xvp9LSfkz9r2vR4Vu/DmsxFw4efHjL/es86+wv0" +
  "crVr7PGt718MOLZ154rrU6s2rNHXsstcky6fq7gy6nxEQ3NhZfcdN6xTqjhrytFV44Yv2TL2g9G7SnvEFy3NO5gaX0z1yd05ePahF1WDDuyu3B" +
  "Lb9FIYejN1/DOkgw5NiYVrFn6+fFdgS7GNq2XndGn5KZxUof2/5jdC84coAAAAAAAAAAAAAAA8CHSiaBJ9s6nwpWg/9PWetP+fSmg2igIAAAAA" +
  "AAAAAAAAwL0khp6h6ujf8xUW0cSvgybS/r+W0NRqNsLTAgAAAAAAAAAAAAD/KWiKIO/h/r8F/f9/CywrAAAAAAAAAAAAADwY+FKB5AoiU+FLaf" +
  "3Qj3pI+/9mQtOsgd/kBwAAAAAAAAAAAID/L/h/BXQU7/d3PwD4J7Ev49oAcAAA";

/** Makes a home folder in which Chromium on Linux trusts the root of the default appliance. */
export function trustDefaultRoot(home: string): void {
  const folder = join(home, ".pki", "nssdb");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "cert9.db"), gunzipSync(Buffer.from(trustedRoot, "base64")));
}
