import type { CardSeen } from "../src/contract/CardSeen";
import type { EvidenceSeen } from "../src/contract/EvidenceSeen";
import type { FindingSeen } from "../src/contract/FindingSeen";
import type { HeadlineSeen } from "../src/contract/HeadlineSeen";
import type { OutcomeSeen } from "../src/contract/OutcomeSeen";
import type { VerdictSeen } from "../src/contract/VerdictSeen";

/** An invented person. */
export const NAME = "Ada Provetti";

/** An answer that a finding rests on. */
export const evidence: EvidenceSeen = {
  source: "ocsp.example.org",
  checked_at: "2026-11-22T08:00:05Z",
  produced_at: "2026-11-20T08:00:00Z",
  next_update: "2026-11-27T08:00:00Z",
  age_days: 2,
};

const finding = (
  code: string,
  outcome: OutcomeSeen,
  kind: string,
  facts: Record<string, string> = {},
  rests: EvidenceSeen | null = null,
): FindingSeen => ({ code, outcome, case: kind, facts, evidence: rests });

const signature = finding("signature", "good", "good", { issuer: "CA di prova" });
const validity = finding("validity", "good", "good", { date: "2029-03-12" });
const listed = finding(
  "trust_list",
  "good",
  "good",
  { issuer: "CA di prova", sequence: "194", date: "2026-11-01" },
  { ...evidence, source: "eidas.example.org" },
);
const notRevoked = finding("revocation", "good", "good", { host: "ocsp.example.org", way: "OCSP" }, evidence);

const headline = (kind: string, facts: Record<string, string> = {}): HeadlineSeen => ({
  case: kind,
  facts: { date: "2029-03-12", ...facts },
});

const goodVerdict: VerdictSeen = {
  outcome: "good",
  headline: headline("good"),
  checking: false,
  findings: [signature, validity, notRevoked, listed],
  attempts: [{ way: "ocsp", finding: notRevoked }],
  list: {
    sequence: "194",
    issued: "2026-11-01T00:00:00Z",
    next_update: "2027-04-01T00:00:00Z",
    origin: "eidas.example.org",
  },
};

export const goodCard: CardSeen = {
  reader: "Lettore di prova 00 00",
  holder: { full_name: NAME, codice_fiscale: "PRVDAA80A41H501X" },
  ends: {
    certificate: { date: "2029-03-12", days_left: 841, rung: "far" },
    plastic: { date: "2029-03-12", days_left: 841, rung: "far" },
  },
  tries_left: 3,
  verdict: goodVerdict,
  certificate: {
    issuer: "CN=CA di prova",
    serial: "0a1b",
    valid_from: "2023-03-12",
    valid_to: "2029-03-12",
    key: "RSA-2048",
  },
  may_log_in: true,
  pin_blocked: false,
  may_change_pin: true,
  may_unblock_pin: true,
};

/** The same card with another verdict. */
function judged(outcome: OutcomeSeen, sentence: HeadlineSeen, findings: FindingSeen[], more: Partial<CardSeen> = {}): CardSeen {
  return {
    ...goodCard,
    tries_left: null,
    may_log_in: outcome !== "bad",
    verdict: { ...goodVerdict, outcome, headline: sentence, findings, attempts: [] },
    ...more,
  };
}

const asking = finding("revocation", "unknown", "asking");
const loading = finding("trust_list", "unknown", "loading");
const noAnswer = finding("revocation", "unknown", "no_answer", { host: "ocsp.example.org" }, evidence);
const revoked = finding("revocation", "bad", "revoked", { date: "2026-09-30", host: "ocsp.example.org", way: "OCSP" }, evidence);

export const unknownCard = judged("unknown", headline("unknown"), [
  signature,
  validity,
  finding("revocation", "unknown", "not_asked"),
  finding("trust_list", "unknown", "none"),
]);

export const checkingCard: CardSeen = {
  ...goodCard,
  verdict: {
    ...goodVerdict,
    outcome: "unknown",
    headline: headline("checking"),
    checking: true,
    findings: [signature, validity, asking, loading],
    attempts: [],
    list: null,
  },
};

export const revokedCard = judged("bad", headline("revoked", { date: "2026-09-30" }), [
  signature,
  validity,
  revoked,
  listed,
]);

export const suspendedCard = judged("bad", headline("suspended", { date: "2026-09-30" }), [
  signature,
  finding("revocation", "bad", "suspended", { date: "2026-09-30", host: "ocsp.example.org", way: "OCSP" }, evidence),
]);

export const neverActivatedCard = judged("bad", headline("never_activated", { date: "2026-09-30" }), [
  signature,
  finding("revocation", "bad", "never_activated", { date: "2026-09-30", host: "ocsp.example.org", way: "OCSP" }, evidence),
]);

export const noAnswerCard: CardSeen = {
  ...goodCard,
  verdict: {
    ...goodVerdict,
    outcome: "unknown",
    headline: headline("revocation_unchecked", { host: "ocsp.example.org" }),
    findings: [signature, validity, noAnswer, listed],
    attempts: [
      { way: "ocsp", finding: noAnswer },
      { way: "crl", finding: finding("revocation", "unknown", "http_status", { host: "crl.example.org", status: "500" }) },
    ],
  },
};

export const staleListCard = judged("unknown", headline("list_stale", { issuer: "CA di prova" }), [
  signature,
  notRevoked,
  finding("trust_list", "unknown", "stale", { issuer: "CA di prova", date: "2024-03-26" }),
]);

const oldList = { ...evidence, source: "eidas.example.org", next_update: "2024-03-26T00:00:00Z" };

export const uncheckedIssuerCard: CardSeen = (() => {
  const facts = { issuer: "CA di prova", date: "2024-03-26" };
  const card = judged("unknown", headline("issuer_unchecked", facts), [
    finding("signature", "unknown", "list_stale", facts),
    finding("revocation", "unknown", "not_verified"),
    finding("trust_list", "unknown", "not_listed_stale", facts, oldList),
  ]);
  const list = { sequence: null, issued: "2023-09-26T00:00:00Z", next_update: "2024-03-26T00:00:00Z", origin: "eidas.example.org" };
  return { ...card, verdict: { ...card.verdict, list } };
})();

export const legacyCard = judged("unknown", headline("legacy", { issuer: "CA di prova", algorithm: "SHA-1, RSA" }), [
  finding("signature", "unknown", "legacy", { issuer: "CA di prova", algorithm: "SHA-1, RSA" }),
  notRevoked,
  listed,
]);

export const wrongClockCard = judged(
  "bad",
  headline("clock", { date: "2026-11-22", time: "08:00 UTC", host: "ocsp.example.org" }),
  [
    signature,
    finding("clock", "unknown", "behind_server", { date: "2026-11-22", time: "08:00 UTC", host: "ocsp.example.org" }),
    finding("validity", "bad", "not_yet", { date: "2023-03-12" }),
  ],
);

export const badCard = judged(
  "bad",
  headline("expired", { date: "2020-01-31" }),
  [finding("validity", "bad", "expired", { date: "2020-01-31" })],
  {
    ends: {
      certificate: { date: "2020-01-31", days_left: -2487, rung: "over" },
      plastic: { date: "2020-01-31", days_left: -2487, rung: "over" },
    },
  },
);

/** A good card on each rung of the ladder. */
export const rungs: Record<string, CardSeen> = Object.fromEntries(
  (
    [
      ["within120", 120, "2027-03-22"],
      ["within60", 31, "2026-12-23"],
      ["within30", 30, "2026-12-22"],
      ["within7", 1, "2026-11-23"],
    ] as const
  ).map(([rung, days_left, date]) => [
    rung,
    {
      ...goodCard,
      verdict: { ...goodVerdict, headline: headline("good", { date }) },
      ends: {
        certificate: { date, days_left, rung },
        plastic: { date: "2026-12-31", days_left: 39, rung: "within60" },
      },
    },
  ]),
);

export const blockedCard: CardSeen = {
  ...goodCard,
  tries_left: 0,
  may_log_in: false,
  pin_blocked: true,
  may_change_pin: false,
};
