/** The trial: a server with this key and certificate meets a client that trusts the roots of the chain. */
import { practice } from "../defender.ts";
import { command, fix } from "../remedy.ts";
import type { Rule } from "../rule.ts";

export const handshake: readonly Rule[] = [
  {
    id: "handshake/completes",
    on: "handshake",
    severity: "error",
    validation: "on",
    title: "A TLS handshake with this key, certificate and chain completes",
    source: practice("RFC 8446", "4.4"),
    why: "It is the verdict of OpenSSL itself, which appliance and clients are built on, and the proof that key and certificate work together. Weak keys and hashes pass there, for they have rules of their own.",
    fix({ handshake: outcome }, { files: { certificate, chain, roots = chain } }) {
      if (!outcome.completed && outcome.side === "server")
        return "Have a certificate issued for a key that OpenSSL can use: RSA, 2048 or 4096 bits.";
      const advice = outcome.completed
        ? "Go by what chain/trusted says, and compare with OpenSSL's command."
        : "Have a certificate issued that is for TLS servers, by CAs that are.";
      return chain === undefined || roots === undefined
        ? advice
        : fix(advice, command`openssl verify -purpose sslserver -CAfile ${roots} -untrusted ${chain} ${certificate}`);
    },
    check({ handshake: outcome, path }) {
      const [problem] = path?.problems ?? [];
      if (outcome.completed)
        return problem && `a client accepts in ${outcome.protocol} what chain/trusted refuses: ${problem.message}`;
      const { side, reason, code } = outcome;
      return side === "server"
        ? `a server cannot use key and certificate: ${reason} (${code})`
        : `a client refuses the certificate: ${reason} (${code})`;
    },
  },
];
