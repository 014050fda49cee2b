/** An appliance that meets every rule, and a fleet: what explanations of rules speak of. */
import { isRequest } from "../bundle/artifact.ts";
import { assemble } from "../bundle/assemble.ts";
import { type Bundle, certificatesIn, type Slot } from "../bundle/bundle.ts";
import { httpUrls } from "../bundle/crl-source.ts";
import { decode } from "../bundle/decode.ts";
import type { Fleet } from "../bundle/fleet.ts";
import type { CrlFile, CrlInFile } from "../pki/crl-file.ts";
import type { Handshake } from "../pki/handshake.ts";
import { type Context, usualContext } from "../rule.ts";

/** sensor.crt of the scenario fixtures/ready. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIELDCCAxSgAwIBAgICWhcwDQYJKoZIhvcNAQELBQAwQDELMAkGA1UEBhMCVVMx
FDASBgNVBAoMC0NvbnRvc28gTHRkMRswGQYDVQQDDBJDb250b3NvIElzc3Vpbmcg
Q0EwHhcNMjYwMTAxMDAwMDAwWhcNNDgwMTAxMDAwMDAwWjCBpDELMAkGA1UEBhMC
VVMxETAPBgNVBAgMCElsbGlub2lzMRQwEgYDVQQHDAtTcHJpbmdmaWVsZDEUMBIG
A1UECgwLQ29udG9zbyBMdGQxFTATBgNVBAsMDENvbnRvc28gTGFiczEbMBkGA1UE
AwwSc2Vuc29yLmNvbnRvc28uY29tMSIwIAYJKoZIhvcNAQkBFhNzdXBwb3J0QGNv
bnRvc28uY29tMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkeL9RAc+
sXigN5tWeEsUQXnVIP6Cni4xHRpSos1HcKtVUBWWs+juKNx6GcoBnp4vtoTAivXW
v+4SIDp/dZe9Ir+qMBxrka6EpgvEHZAWFloF3SijHktuSbPBL2/mMaJNVlpYFcUv
tr0HfNR7R5XutbLtwPhcGkwJyb/qKtQkie8Q2emntHuMht8y5J5P54VOm0pg8dbB
V410dAPMvrkTEpOMhbrjjU5bou36EaubhkC7F4wz4u+MXKRioR8zKPuXCHRm1QyW
hsn57591fpcZZuXHY7BEMKMLyyomWlMZraPzNWKhsqrNzeK4gGw2tf9iXbAlTowF
YAw32EGjG+fC/QIDAQABo4HKMIHHMB0GA1UdDgQWBBQfysXje4HGPiKg5kbHIsXT
dfNXEDAfBgNVHSMEGDAWgBS1hoFXE5Zu6mt4PDoCtk/5vmI+YzAMBgNVHRMBAf8E
AjAAMA4GA1UdDwEB/wQEAwIFoDATBgNVHSUEDDAKBggrBgEFBQcDATAdBgNVHREE
FjAUghJzZW5zb3IuY29udG9zby5jb20wMwYDVR0fBCwwKjAooCagJIYiaHR0cDov
L2NybC5jb250b3NvLmNvbS9pc3N1aW5nLmNybDANBgkqhkiG9w0BAQsFAAOCAQEA
pTj0Mnm5zosVlVMLREBRwWjxc/NIrGXuauQY88i/OodzMCdGSuie1QbZ0D06wGjp
x9MITkXPbhkCKqO0KFd7R2w59oSD14yUkc88mTmrQgOKEerchHSLHbJpv5XXcfN3
aN52fKJXa8VtaEMcG03CmZK9aWPqTY4+tT2NtYet2w1CBJbCa0nWUH3+Mn5oJ5nh
KVBM3+b1Y7Cv289iIaI8pCMaR1Ilc3ysByoGlOpeMn4V/M7OXZXbQj4A5cE3NCcJ
y9H030pHYbQsAmZy253TfoMN3BCuHiF6352Hhftdm/TcNUeUR0aq01H65Qb5bIE/
1QUMWiekFsX/xbvaKeQEPQ==
-----END CERTIFICATE-----
`;

/** A request for the same, with the same key. */
const request = `-----BEGIN CERTIFICATE REQUEST-----
MIIDGjCCAgICAQAwgaQxCzAJBgNVBAYTAlVTMREwDwYDVQQIDAhJbGxpbm9pczEU
MBIGA1UEBwwLU3ByaW5nZmllbGQxFDASBgNVBAoMC0NvbnRvc28gTHRkMRUwEwYD
VQQLDAxDb250b3NvIExhYnMxGzAZBgNVBAMMEnNlbnNvci5jb250b3NvLmNvbTEi
MCAGCSqGSIb3DQEJARYTc3VwcG9ydEBjb250b3NvLmNvbTCCASIwDQYJKoZIhvcN
AQEBBQADggEPADCCAQoCggEBAJHi/UQHPrF4oDebVnhLFEF51SD+gp4uMR0aUqLN
R3CrVVAVlrPo7ijcehnKAZ6eL7aEwIr11r/uEiA6f3WXvSK/qjAca5GuhKYLxB2Q
FhZaBd0oox5LbkmzwS9v5jGiTVZaWBXFL7a9B3zUe0eV7rWy7cD4XBpMCcm/6irU
JInvENnpp7R7jIbfMuSeT+eFTptKYPHWwVeNdHQDzL65ExKTjIW6441OW6Lt+hGr
m4ZAuxeMM+LvjFykYqEfMyj7lwh0ZtUMlobJ+e+fdX6XGWblx2OwRDCjC8sqJlpT
Ga2j8zViobKqzc3iuIBsNrX/Yl2wJU6MBWAMN9hBoxvnwv0CAwEAAaAwMC4GCSqG
SIb3DQEJDjEhMB8wHQYDVR0RBBYwFIISc2Vuc29yLmNvbnRvc28uY29tMA0GCSqG
SIb3DQEBCwUAA4IBAQBVzQsBZhkzIB+2QfmfEYdEWu8MVOxJoTfgVcsn7LyajDw6
row4qYccenHPcnQ6mXaLlsZDm0T+cgfJiY9ggp7nzRUGGtko/zK0JD7/VUT56uMt
SYiykmmgMPFX8tT5iMUmdyAdivosPwngYlNccF9xeChR4AEjr+a5ZUKOKEI0zvmM
6fNLO9Wcmv4woO9Q0mpw7t05nx/J7zX9yzaOu92d5a1BJspqBJrHwyAr4oLL2UZa
kQlJP7a8FKy1Fa52eGV4jhoUk85hU0NiKT9ERhkc3ZHqkYz9gxYB+fyRWs/hcEsD
w7+58+sDHUql4XyZ0HyA7lhY9vEMYbnNpEYG2RVK
-----END CERTIFICATE REQUEST-----
`;

/** ca.pem of the same. */
const chain = `-----BEGIN CERTIFICATE-----
MIIDWzCCAkOgAwIBAgIBAjANBgkqhkiG9w0BAQsFADA9MQswCQYDVQQGEwJVUzEU
MBIGA1UECgwLQ29udG9zbyBMdGQxGDAWBgNVBAMMD0NvbnRvc28gUm9vdCBDQTAe
Fw0yNjAxMDEwMDAwMDBaFw00ODAxMDEwMDAwMDBaMEAxCzAJBgNVBAYTAlVTMRQw
EgYDVQQKDAtDb250b3NvIEx0ZDEbMBkGA1UEAwwSQ29udG9zbyBJc3N1aW5nIENB
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwa9DLt+VHB/+vE/GA2LT
qpnWZJj7GAtUAtqPXgTEsGHZNgHfgr4g2ww4E0vJSQu0dZ7YsMvamejoAqd1GqDu
99kvdDguPV5/9AcmVeldEnFiJs8GcqjlWN9xDk+96z3CmInjPkA/5NkJwrqhIrL8
ApF+bpDYdmj653RYvosKmHlIb/OcjGgAsuaZkeKHNbi+x/KXad76/x70raDuVCJb
aH0XPu87yFIuDfoTvdJHh1tMSVYuXzIMPZSbYfqBxJBBT2q6ke8I3YGAMf2XPbXu
Q7UCblTWYg7gz96cdh2OOwJGWYcJA7l6HxeXGZxt9od32dhSXeRw9nzcuQ6J7rAI
3QIDAQABo2MwYTAdBgNVHQ4EFgQUtYaBVxOWbupreDw6ArZP+b5iPmMwHwYDVR0j
BBgwFoAU1r4EfJ+04h35HGk0CzMulfJYAiQwDwYDVR0TAQH/BAUwAwEB/zAOBgNV
HQ8BAf8EBAMCAQYwDQYJKoZIhvcNAQELBQADggEBAICJ7CBXWDatdaNU2DM28DqX
6Th3cod9DCGCDP+zeDX76uTXVPBpTIVP4tGOcZJdpSJrTC+Lv8T7qku4/E3vPw/A
gMWwXPZSTPKdxRQlH+D/C/UdmoyxXN7qBafAGAwJObWin0K0P7h501gLEVC19Bxm
uhH5FGym/hRtnJ75EH5iiuHwTeU7T2LSqLVUbOsvD5MAN56H3AlakZq8NQpmbuKP
MLDsoQM6mrRPA3LnaEuyYIeXT3Bgu+7T+MLomtb9olsX0Arf8kPzaTnohh9kHb8N
atDmp9IPnktsAkw5/RU1HaViBEoXAB4cjnx/kwYH7IE2+VYKDAr53GaxeiY40Rs=
-----END CERTIFICATE-----
-----BEGIN CERTIFICATE-----
MIIDNzCCAh+gAwIBAgIBATANBgkqhkiG9w0BAQsFADA9MQswCQYDVQQGEwJVUzEU
MBIGA1UECgwLQ29udG9zbyBMdGQxGDAWBgNVBAMMD0NvbnRvc28gUm9vdCBDQTAe
Fw0yNjAxMDEwMDAwMDBaFw00ODAxMDEwMDAwMDBaMD0xCzAJBgNVBAYTAlVTMRQw
EgYDVQQKDAtDb250b3NvIEx0ZDEYMBYGA1UEAwwPQ29udG9zbyBSb290IENBMIIB
IjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsVX82wFKQC3h/AtiYlofl5Cz
GyVbmfr54940OaeanO0yNCLHpujZvdmNkkIJQ+SFzsvsbCcFUy1Jduye+4cWKNlt
Rbi6wXhKYHyKQNDT2JjE4fJRKGOF6vayQbX000W/3sDKNSJzjZO0TD3PzosYzhTY
40ZHq5KgZimcysA7/JaEcCOyXgMEoUdMdFPyyERD/R1Kz8kK0HBH8sCOcxKCaD1G
i/47XWxmKn/ql6T2XsUt+xdlrokQKwyJ3ytjeXKtRse1D6q3wuuBVgrz4gYKPRL/
x9IZeclg0rViMA5YK/yrFrXdJP9jJbesyOtRFrKx8RfWFuHcF3xH1v3pXnA0sQID
AQABo0IwQDAdBgNVHQ4EFgQU1r4EfJ+04h35HGk0CzMulfJYAiQwDwYDVR0TAQH/
BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAQYwDQYJKoZIhvcNAQELBQADggEBAKlW9Kad
xczjf9RpYNiUaOWN9H9K8utJjHa73ATuF4m06MVl/BS5E2dZsyANCFJItj4DoWZf
YLRZ3BaOyIg+xjouYXPVvLASixoV8K8FS9gO5b5dXPowuuTQsdbN+UcqFM7CMZSw
mRyKGiRBbW0RrOn7fzNEzGFh1CEsg1RdwT0wGfrkVZFqwzqHZNivid1bXm7jlCGg
eVTnUbndvjxdIdwPWpc/P+o6jv4bxWKEBKILbFvkxqj1DuLGyqX+d7K6rzG3MKFs
cPnxi/pQ8znW422UGcn/RXayMkVS4alnP5zBW6pWy38aSW+gZNlTSXIDImDKLYfa
jAos1M+UwUbdjy4=
-----END CERTIFICATE-----
`;

/** The context in which the example is judged. */
export const exampleContext: Context = {
  ...usualContext,
  now: Date.UTC(2026, 0, 2),
  requirements: {},
  hosts: [{ kind: "name", value: "sensor.contoso.com" }],
  inPipeline: false,
  files: { certificate: "sensor.crt", key: "sensor.key", chain: "ca.pem", all: ["sensor.crt", "sensor.key", "ca.pem"] },
};

/** A fleet in which nothing is wrong. */
export const exampleFleet: Fleet = {
  appliances: {
    length: 0,
    at: () => {
      throw new RangeError("no appliance");
    },
  },
  unread: [],
  strays: [],
};

/** Has everything that a rule can be about: an encrypted key with its passphrase, a chain, CRLs, a handshake. No private key is needed for that. */
export function exampleBundle(): Bundle {
  const slot = (name: Slot["slot"], file: string, text: string): Slot => ({
    slot: name,
    named: true,
    contents: decode(file, Buffer.from(text)),
  });
  const slots = [slot("certificate", "sensor.crt", certificate), slot("chain", "ca.pem", chain)];
  const publicKey = certificatesIn(slots, "certificate")[0]?.certificate.publicKey;
  const bundle = assemble({
    slots,
    now: exampleContext.now,
    passphrase: { unsupported: [] },
    key: {
      kind: "key",
      origin: { file: "sensor.key", at: () => ({ file: "sensor.key", line: 1 }) },
      state: "opened",
      encryption: { scheme: "PBES2" },
      key: { container: "PKCS#8", algorithm: "RSA", broken: [], irregularities: [], ...(publicKey && { publicKey }) },
    },
  });
  const requested = decode("sensor.csr", Buffer.from(request)).artifacts.find(isRequest);
  return {
    ...bundle,
    ...exampleCrls(bundle),
    ...(requested && { request: requested }),
    ...(bundle.leaf && { previous: bundle.leaf }),
    handshake: exampleHandshake,
    ...exampleEndpoint(bundle),
  };
}

/** What has to be done about a handshake depends on what came of it: most often, this. */
const exampleHandshake: Handshake = {
  completed: false,
  side: "client",
  code: "INVALID_PURPOSE",
  reason: "unsuitable certificate purpose",
};

/** A server that sends its certificate alone. */
const exampleEndpoint = ({ leaf }: Bundle): Pick<Bundle, "endpoint"> =>
  leaf === undefined
    ? {}
    : {
        endpoint: {
          name: "sensor.contoso.com:443",
          host: "sensor.contoso.com",
          kind: "name",
          port: 443,
          answer: { certificates: [leaf.certificate.bytes], protocol: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" },
          sent: [leaf],
          expected: leaf,
        },
      };

/** What the URLs in the certificate would have handed out: a CRL of the issuing CA, as far as rules look at it. */
function exampleCrls({ leaf, chain: authorities }: Bundle): Pick<Bundle, "crls"> {
  const signer = authorities?.certificates[0]?.certificate;
  if (leaf === undefined || signer === undefined) return {};
  const { signature, signatureAlgorithm, notBefore: thisUpdate, notAfter: nextUpdate } = leaf.certificate;
  const crl: CrlInFile = {
    version: 2,
    signature,
    signatureAlgorithm,
    issuer: signer.subject,
    thisUpdate,
    nextUpdate,
    extensions: [],
    entries: 0,
    revoked: [],
    isCut: false,
    signer,
    signatureState: "valid",
    irregularities: [],
  };
  const file: CrlFile = { encoding: "DER", crls: [crl], problems: [], bytes: 0 };
  const urls = httpUrls(leaf.certificate).flat();
  return { crls: { isOnline: true, sources: urls.map(({ text: name }) => ({ name, kind: "url", file })) } };
}
