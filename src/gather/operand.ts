/** Operands: a path, `-` for standard input, `env:NAME` for a variable; and what they name, read. */
import { MAX_FILE_BYTES } from "../bundle/decode.ts";
import { UsageError } from "../errors.ts";
import type { System } from "../system/system.ts";
import { bytesOfVariable } from "./variable.ts";

/** Reads what an operand names, at most a byte more than is decoded. @throws UsageError */
export function readOperand(operand: string, system: System): Uint8Array {
  const limit = MAX_FILE_BYTES + 1;
  if (operand === "-") return system.readDescriptor(0, limit);
  if (!operand.startsWith("env:")) return system.readFile(operand, limit);
  return bytesOfVariable(operand, system);
}

/** Refuses standard input for two things, some of which may be passphrases. @throws UsageError */
export function requireOneInput(operands: readonly string[], ...passphrases: readonly (string | undefined)[]): void {
  const files = operands.filter((operand) => operand === "-");
  const others = passphrases.filter((source) => /^(?:stdin|fd:0+)$/.test(source ?? ""));
  if (files.length + others.length > 1)
    throw new UsageError(
      "standard input can be read once only",
      "give the others as files, or the passphrase with --passin env:NAME",
    );
}
