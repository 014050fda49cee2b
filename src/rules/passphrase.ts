/** The passphrase: whether it opens the key, and whether the appliance takes it. Nothing here ever sees it. */
import { defender, practice } from "../defender.ts";
import { convertFix, encryptCommand, encryptKey, fix, sibling } from "../remedy.ts";
import type { Context, Rule } from "../rule.ts";

export const passphrase: readonly Rule[] = [
  {
    id: "passphrase/opens-key",
    on: "encryption",
    severity: "error",
    refusal: "passphrase",
    title: "The passphrase opens the private key",
    source: defender("2022", "Troubleshoot CA-Certificate Upload"),
    why: "The appliance stores key and passphrase together, and tries them at the upload.",
    fix({ state, origin: { file } }, context) {
      if (state === "no-passphrase") {
        return "Type the passphrase in the dialog at the upload, and give it here with --passin env:NAME, file:PATH, fd:N or stdin, to have the key checked as well.";
      }
      return convertFix(
        "Find the passphrase, and give the key one that is known; without the passphrase the key is lost, and a new one is needed.",
        encryptCommand(context),
        encrypted(file, context),
      );
    },
    check({ state, encryption }) {
      if (state === "cannot-open")
        return { skipped: `the key cannot be opened here: ${encryption.obstacle?.message ?? encryption.scheme}` };
      if (state === "no-passphrase") return `the key is encrypted (${encryption.scheme}), and no passphrase was given`;
      return state === "wrong-passphrase" ? `the passphrase does not open the key (${encryption.scheme})` : undefined;
    },
  },
  {
    id: "passphrase/within-limits",
    on: "encryption",
    severity: "error",
    title: "Trying the passphrase stays within the limits of what certcheck spends",
    source: practice("RFC 8018", "4.2"),
    why: "The file itself says how much work each try costs. certcheck spends a second or two; a server would spend it at each start.",
    fix: ({ origin: { file } }, context) =>
      fix(
        "Encrypt the key anew, at the usual cost; the command asks for the old passphrase and for a new one.",
        encrypted(file, context),
      ),
    check: ({ encryption: { obstacle } }) => (obstacle?.kind === "limit" ? obstacle.message : undefined),
  },
  {
    id: "passphrase/characters",
    on: "passphrase",
    severity: "error",
    editions: ["2023"],
    title: "The passphrase has only the characters that the documents list",
    source: defender("2023", "Supported characters for keys and passphrases", "contradictory"),
    why: "The list is a-z A-Z 0-9 and ! # % ( ) + , - . / : = ? @ [ \\ ] ^ _ { } ~. Another character may open the key here and not in the dialog.",
    fix: ({ key: { origin } }, context) =>
      convertFix(
        "Give the key a passphrase of listed characters; the command asks for the old one and for the new one.",
        encryptCommand(context),
        encrypted(origin.file, context),
      ),
    check: ({ unsupported }) =>
      unsupported.map(({ position, kind }) => ({ message: `character ${position} of the passphrase is ${kind}` })),
  },
  {
    id: "passphrase/needed",
    on: "passphrase",
    severity: "warning",
    title: "A passphrase is given only for an encrypted key",
    source: defender("2021", "CLI commands, --pass", "inferred"),
    why: "It does no harm, but whoever gave it believes that the key is protected, and it is not.",
    fix: ({ key: { origin } }, context) =>
      convertFix(
        "Leave the passphrase out, or encrypt the key.",
        encryptCommand(context),
        encrypted(origin.file, context),
      ),
    check: ({ key: { encryption } }) =>
      encryption === undefined ? "a passphrase was given, and the key is not encrypted" : undefined,
  },
];

/** The command that gives a copy of the key a new passphrase. */
const encrypted = (file: string, context: Context): string =>
  encryptKey(file, sibling(file, "-encrypted.key", context));
