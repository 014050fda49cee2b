/** What is said of files that were made, and what to do with them next. */
import { opensslCommands, type TemplateFiles } from "../issue/openssl-config.ts";
import { stepCommand } from "../issue/step-template.ts";
import { command, operand, quote } from "../remedy.ts";
import type { Style } from "../reporters/style.ts";
import { neutral, pad, wrap } from "../reporters/text.ts";
import type { Plan, TemplateName } from "./new-plan.ts";

/** A file, and what it is. */
export interface MadeFile {
  readonly path: string;
  readonly kind: string;
  readonly details: string;
}

/** What was made, in so far as the next steps depend on it. */
export interface Made extends Plan {
  readonly described: readonly MadeFile[];
  readonly what: "request" | "self-signed" | "templates";
  /** The size of the key that others are to make. */
  readonly newBits: number | undefined;
  /** Those that were written. */
  readonly templates: readonly TemplateName[];
  /** Where the passphrase of the key can be read again. */
  readonly passin?: string;
  readonly isDry: boolean;
}

/** The report, ready to print. */
export function newReport(made: Made, style: Style): string {
  const { columns, measure, paint } = style;
  const lines = [...tableLines(made.described, style)];
  if (made.isDry) return text([...lines, "", "Nothing was made or written (--dry-run)."]);
  const steps = nextSteps(made).flatMap(({ advice, commands }) => [
    ...wrap(advice, columns - 2, measure).map((line) => `  ${line}`),
    ...commandLines(commands, style),
  ]);
  return text([...lines, "", paint.strong("Next"), ...steps]);
}

const text = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

/** A line for each file; what does not fit goes on below. */
function tableLines(files: readonly MadeFile[], { columns, measure }: Style): string[] {
  const width = (cells: readonly string[]): number => Math.max(...cells.map((cell) => measure(neutral(cell))));
  const [first, second] = [width(files.map(({ path }) => path)), width(files.map(({ kind }) => kind))];
  const indent = first + second + 4;
  return files.flatMap(({ path, kind, details }) => {
    const [line = "", ...more] = wrap(neutral(details), Math.max(columns - indent, 30), measure);
    return [
      `${pad(neutral(path), first, measure)}  ${pad(kind, second, measure)}  ${line}`,
      ...more.map((rest) => " ".repeat(indent) + rest),
    ];
  });
}

interface Step {
  readonly advice: string;
  readonly commands: readonly (readonly [label: string, command: string])[];
}

function commandLines(commands: Step["commands"], { measure }: Style): string[] {
  const width = Math.max(...commands.map(([label]) => label.length));
  return commands.map(
    ([label, command]) => `    ${width > 0 ? `${pad(label, width, measure)}  ` : ""}${neutral(command)}`,
  );
}

function nextSteps(made: Made): Step[] {
  const { files, what, validation } = made;
  const passin = made.passin === undefined ? "" : ` --passin ${quote(made.passin)}`;
  const check = `certcheck ${quote(files.certificate)} ${operand(files.key)}`;
  if (what === "self-signed")
    return [
      {
        advice: "For test environments only. It is ready for the upload there:",
        commands: [["", `${check} --allow-self-signed${validation ? "" : " --no-validation"}${passin}`]],
      },
    ];
  return [
    {
      advice:
        what === "request" ? requestAdvice(made) : "Hand them to who issues; each says at its top what to do with it:",
      commands: issueCommands(made),
    },
    {
      advice: "With the certificate, and the chain of the CA in ca.pem:",
      commands: [["", `${check} --chain ca.pem${validation ? "" : " --no-validation"}${passin}`]],
    },
  ];
}

const requestAdvice = ({ files, templates }: Made): string =>
  [
    `Send ${neutral(files.request)} to a CA of your organisation, whose key has to be RSA; public CAs may not issue an organizational unit. The private key stays here.`,
    ...(templates.includes("certreq") ? ["What Windows asks for has another key, of its own making."] : []),
  ].join(" ");

/** How a CA issues, for those whose template is there; AD CS takes a request as it is. */
function issueCommands({ files, templates, newBits, what }: Made): Step["commands"] {
  const at = (one: TemplateName): TemplateFiles => ({
    template: quote(files.templates[one]),
    key: command`${files.key}`,
    request: quote(files.request),
    certificate: quote(files.certificate),
  });
  const { request, certificate } = at("openssl");
  const openssl = opensslCommands(at("openssl"), newBits);
  const isRequest = what === "request";
  return [
    ...(isRequest
      ? [["AD CS", `certreq -submit -attrib "CertificateTemplate:WebServer" ${request} ${certificate}`] as const]
      : []),
    ...templates.flatMap((one): Step["commands"] => {
      if (one === "step") return [[one, stepCommand(at(one))]];
      if (one === "certreq") return [["Windows", certreqCommand(files.templates.certreq)]];
      return isRequest
        ? [[one, openssl.issue]]
        : [
            [one, openssl.request],
            [one, openssl.issue],
          ];
    }),
  ];
}

/** The request has another ending than that of certcheck's. */
const certreqCommand = (template: string): string =>
  `certreq -new ${quote(template)} ${quote(template.replace(/\.inf$/, ".req"))}`;
