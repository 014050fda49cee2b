/** Files: their names, what they hold, and whether that belongs in their place. */
import type { Slot } from "../bundle/bundle.ts";
import { type Artifact, isBare, isOther } from "../bundle/artifact.ts";
import { defender, type Edition } from "../defender.ts";
import { command, convertFix, fix, joinCommand, sibling, uploadCommand } from "../remedy.ts";
import type { Found, Rule } from "../rule.ts";
import { armour, describe, documentedEnding, ending, exchange, foundAt, repair, wanted } from "./file-repair.ts";

/** Endings of the certificate file in each edition. */
const certificateEndings: Readonly<Record<Edition, readonly string[]>> = {
  "2021": [".crt", ".cer", ".cert"],
  "2022": [".crt"],
  "2023": [".crt"],
};

/** What each place is for. */
export const kindWanted = (slot: Slot["slot"]): Artifact["kind"] =>
  slot === "key" || slot === "request" ? slot : "certificate";

/** What stands in the file itself, and not in a container. */
export const bare = ({ contents: { artifacts } }: Slot): readonly Artifact[] =>
  artifacts.every(isBare) ? artifacts : artifacts.filter(isBare);

export const holds = (slot: Slot): boolean => bare(slot).some(({ kind }) => kind === kindWanted(slot.slot));

const certificates = (slot: Slot) => bare(slot).filter((artifact) => artifact.kind === "certificate");

const keys = (slot: Slot) => bare(slot).filter((artifact) => artifact.kind === "key");

export const files: readonly Rule[] = [
  {
    id: "file/decodes",
    on: "file",
    severity: "error",
    refusal: "failed",
    title: "The file can be read as PEM or DER",
    source: defender("2023", "Supported file types", "inferred"),
    why: "The appliance cannot use a file that it cannot decode, and says no more than that validation failed.",
    fix: repair,
    check({ contents }): Found[] | undefined {
      const found = contents.problems
        .filter(({ effect }) => effect === "refused" || effect === "unreadable")
        .map(foundAt);
      if (found.length > 0) return found;
      const isKnown = contents.artifacts.length > 0 || contents.problems.some(({ effect }) => effect === "limit");
      return isKnown ? undefined : [{ message: "nothing in the file is known here" }];
    },
  },
  {
    id: "file/right-slot",
    on: "file",
    severity: "error",
    refusal: "failed",
    title: "The file holds what its place in the upload is for",
    source: defender("2023", "Supported file types", "inferred"),
    why: "A key in the certificate's field, a request or a container in place of a certificate: the appliance does not look for what else it might be.",
    fix: exchange,
    check(slot) {
      const [first] = slot.contents.artifacts;
      if (first === undefined || holds(slot)) return undefined;
      const found = [...new Set(bare(slot).map(describe))];
      const closed = bare(slot)
        .filter(isOther)
        .flatMap(({ closed: why }) => why?.message ?? []);
      // "A private key in OpenSSH's own format, not a private key" would contradict itself.
      const isForeignKey = slot.slot === "key" && found.every((what) => what.startsWith("a private key in"));
      const due = isForeignKey ? "in PKCS#8 or PKCS#1" : wanted[slot.slot];
      const message = [`holds ${found.join(" and ")}, not ${due}`, ...closed].join("; ");
      return { message, origin: first.origin };
    },
  },
  {
    id: "file/extension",
    on: "file",
    severity: "error",
    title: "The certificate file ends in .crt, the key file in .key",
    source: defender("2023", "Supported file types"),
    why: "The upload dialog offers files by these endings.",
    fix: ({ slot, contents: { file } }, context) =>
      convertFix(
        "Give the file the documented ending.",
        uploadCommand(context),
        command`cp -i ${file} ${sibling(file, documentedEnding[slot], context)}`,
      ),
    check(slotOfFile, { edition }) {
      const { slot, named, contents } = slotOfFile;
      const { file, artifacts } = contents;
      if (!named || (slot !== "certificate" && slot !== "key")) return undefined;
      // What does not belong here needs another place, not another name.
      if (artifacts.length > 0 && !holds(slotOfFile)) return undefined;
      const allowed = slot === "key" ? [".key"] : certificateEndings[edition];
      if (allowed.includes(ending(file))) return undefined;
      return `the name ${endsIn(file)} instead of ${allowed.map((one) => `"${one}"`).join(" or ")}`;
    },
  },
  {
    id: "file/chain-extension",
    on: "file",
    severity: "warning",
    title: "The chain file ends in .pem",
    source: defender("2023", "Supported file types"),
    why: "The documents know the chain as a .pem file; another name may not be offered by the dialog.",
    fix: ({ contents: { file } }, context) =>
      convertFix(
        "Give the file the documented ending.",
        uploadCommand(context),
        command`cp -i ${file} ${sibling(file, ".pem", context)}`,
      ),
    check(slotOfFile) {
      const { slot, named, contents } = slotOfFile;
      const { file } = contents;
      if (!named || slot !== "chain" || ending(file) === ".pem") return undefined;
      if (contents.artifacts.length > 0 && !holds(slotOfFile)) return undefined;
      return `the name ${endsIn(file)}`;
    },
  },
  {
    id: "file/pem",
    on: "file",
    severity: "error",
    title: "The key file and the chain file are PEM",
    source: defender("2023", "Supported file types"),
    why: "Only the certificate may be DER: a key file is in the same format as a PEM file, and a chain is several blocks of text.",
    fix(slotOfFile, context) {
      const {
        slot,
        contents: { file },
      } = slotOfFile;
      if (slot !== "key") {
        return convertFix(
          "Convert the file to PEM.",
          uploadCommand(context),
          command`openssl x509 -inform DER -in ${file} -out ${sibling(file, "-pem.pem", context)}`,
        );
      }
      const to = sibling(file, "-pem.key", context);
      if (keys(slotOfFile).some(({ encryption }) => encryption !== undefined))
        return convertFix(
          "Convert the file to PEM; the key stays encrypted.",
          uploadCommand(context),
          armour("ENCRYPTED PRIVATE KEY", command`openssl base64 -in ${file}`, to),
        );
      return convertFix(
        "Convert the file to PEM.",
        uploadCommand(context),
        command`openssl pkey -inform DER -in ${file} -out ${to}`,
      );
    },
    check: (slot) =>
      (slot.slot === "key" || slot.slot === "chain") && slot.contents.encoding === "DER" && holds(slot)
        ? "the content is DER"
        : undefined,
  },
  {
    id: "file/single-certificate",
    on: "file",
    severity: "warning",
    title: "The certificate file holds one certificate",
    source: defender("2023", "Supported file types", "inferred"),
    why: "The CAs have a file of their own; which certificate of several the appliance takes is not documented.",
    fix(slot, context) {
      const [leaf, ...others] = certificates(slot);
      if (leaf === undefined) return fix("Keep the appliance's certificate alone.");
      const file = slot.contents.file;
      const commands = [
        joinCommand([leaf.origin], sibling(file, "-only.crt", context)),
        joinCommand(
          others.map(({ origin }) => origin),
          sibling(file, "-chain.pem", context),
        ),
      ];
      return convertFix(
        "Keep the first certificate here, and give the CAs with --chain.",
        uploadCommand(context),
        ...commands.filter((c) => c !== undefined),
      );
    },
    check(slot) {
      const [, second, ...more] = certificates(slot);
      if (slot.slot !== "certificate" || second === undefined) return undefined;
      return { message: `holds ${more.length + 2} certificates; the first is judged`, origin: second.origin };
    },
  },
  {
    id: "file/single-key",
    on: "file",
    severity: "error",
    title: "The key file holds one private key",
    source: defender("2021", "Supported parameters for SSL certificate, Passphrase", "inferred"),
    why: "One key is supported; which of several is taken is not documented.",
    fix(slot, context) {
      const [first] = keys(slot);
      const keep = first && joinCommand([first.origin], sibling(slot.contents.file, "-only.key", context));
      return convertFix(
        "Keep the key that belongs to the certificate, and remove the others. The line for awk keeps the first.",
        uploadCommand(context),
        ...(keep ? [keep] : []),
      );
    },
    check(slot) {
      const [, second, ...more] = keys(slot);
      if (slot.slot !== "key" || second === undefined) return undefined;
      return { message: `holds ${more.length + 2} private keys; the first is judged`, origin: second.origin };
    },
  },
  {
    id: "file/no-private-key",
    on: "file",
    severity: "error",
    title: "No private key stands in the file of certificates or of a request",
    source: defender("2023", "Supported file types", "inferred"),
    why: "Certificates and requests are passed around freely. A private key among them is in the hands of whoever has the file, and can pose as the appliance.",
    fix(slot, context) {
      const isRequest = slot.slot === "request";
      const parts = bare(slot).filter(({ kind }) => kind === kindWanted(slot.slot));
      const keep = joinCommand(
        parts.map(({ origin }) => origin),
        sibling(
          slot.contents.file,
          `-${isRequest ? "request" : "certificates"}${documentedEnding[slot.slot]}`,
          context,
        ),
      );
      return convertFix(
        isRequest
          ? "Send the request alone. If others have had this file, make a new key, and a request for it."
          : "Keep the certificates alone. If others have had this file, have the certificate reissued for a new key.",
        uploadCommand(context),
        ...(keep ? [keep] : []),
      );
    },
    check(slot) {
      const [key] = keys(slot);
      if (slot.slot === "key" || key === undefined || !holds(slot)) return undefined;
      return { message: `a private key stands beside ${wanted[slot.slot]}`, origin: key.origin };
    },
  },
];

const endsIn = (file: string): string =>
  ending(file) === "" ? "has no ending" : `ends in ${JSON.stringify(ending(file))}`;
