/** What is to be done next, for people: the upload, the way to the CA, what those who connect need. */
import type { SubmitSteps } from "../report/submit.ts";
import type { UploadSteps } from "../report/upload.ts";
import type { Style } from "./style.ts";
import { hanging, neutral, wrap } from "./text.ts";

/** To have the appliance take the files. */
export function uploadLines(upload: UploadSteps, style: Style): string[] {
  const { prepare, dialog, command } = upload;
  const width = Math.max(...dialog.map(([field]) => field.length));
  const access = accessLines(upload, "the console", style);
  return [
    ...(prepare === undefined ? [] : ["First put the chain into one file", `  ${neutral(prepare)}`, ""]),
    style.paint.strong("Upload in the SSL/TLS Certificates dialog"),
    ...dialog.map(([field, value]) => `  ${field.padEnd(width)}  ${neutral(value)}`),
    "or in a shell on the appliance",
    `  ${neutral(command)}`,
    ...(access.length > 0 ? ["", ...access] : []),
  ];
}

/** To have a CA take the request. */
export function submitLines({ file, decidedByCa, check }: SubmitSteps, style: Style): string[] {
  const { columns, measure, paint } = style;
  return [
    ...wrap(
      `Send ${neutral(file)} to the CA; what the request cannot decide, and the CA has to see to`,
      columns,
      measure,
    ).map(paint.strong),
    ...decidedByCa.flatMap((what) => hanging(what, style)),
    "then check what it returns, with the CA's own certificates",
    `  ${neutral(check)}`,
  ];
}

type Access = Pick<UploadSteps, "root" | "hosts">;

/** What those who connect need on their computers. */
export function accessLines({ root, hosts }: Access, what: string, style: Style): string[] {
  const rootLines = root
    ? [
        ...wrap(
          `Whoever opens ${what} needs to trust ${neutral(root.name)} in ${neutral(root.file)}, SHA-256`,
          style.columns,
          style.measure,
        ),
        `  ${root.fingerprint}`,
        ...root.commands.map(([system, line]) => `  ${system.padEnd(8)} ${neutral(line)}`),
      ]
    : [];
  const hostLines =
    hosts === undefined ? [] : ["Line for a hosts file, until DNS knows the name", `  ${neutral(hosts)}`];
  return rootLines.length > 0 && hostLines.length > 0 ? [...rootLines, "", ...hostLines] : [...rootLines, ...hostLines];
}
