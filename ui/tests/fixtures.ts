import type { CardSeen } from "../src/contract/CardSeen";
import type { ProblemSeen } from "../src/contract/ProblemSeen";
import type { Screen } from "../src/contract/Screen";
import type { Statement } from "../src/contract/Statement";
import type { View } from "../src/contract/View";

/** An invented person. */
export const NAME = "Ada Provetti";

export function screen(view: View, more: Partial<Screen> = {}): Screen {
  return {
    turn: 1,
    view,
    portal: { name: { it: "Portale di riferimento", en: "Reference portal" }, host: "cns.example.org" },
    holder_name: null,
    demo: null,
    demo_offered: false,
    ...more,
  };
}

export const goodCard: CardSeen = {
  reader: "Lettore di prova 00 00",
  holder: { full_name: NAME, codice_fiscale: "PRVDAA80A41H501X" },
  expires_on: "2029-03-12",
  tries_left: 3,
  verdict: {
    outcome: "good",
    findings: [
      { code: "signature", outcome: "good", case: "good", facts: { issuer: "CA di prova" } },
      { code: "validity", outcome: "good", case: "good", facts: { date: "2029-03-12" } },
    ],
  },
  certificate: {
    issuer: "CN=CA di prova",
    serial: "0a1b",
    valid_from: "2023-03-12",
    valid_to: "2029-03-12",
    key: "RSA-2048",
  },
  may_log_in: true,
};

export const unknownCard: CardSeen = {
  ...goodCard,
  tries_left: null,
  verdict: {
    outcome: "unknown",
    findings: [...goodCard.verdict.findings, { code: "revocation", outcome: "unknown", case: "not_yet", facts: {} }],
  },
};

export const badCard: CardSeen = {
  ...goodCard,
  tries_left: null,
  may_log_in: false,
  verdict: {
    outcome: "bad",
    findings: [{ code: "validity", outcome: "bad", case: "expired", facts: { date: "2020-01-31" } }],
  },
};

export const removed: ProblemSeen = { code: "card_removed", retriable: true, facts: {} };

export const statement: Statement = {
  updated_on: "2026-09-30",
  notice: "Non è un documento certificato.",
  sections: [
    {
      code: "FPLD",
      name: "Fondo pensioni lavoratori dipendenti",
      unit: "weeks",
      periods: [
        {
          from: "2019-01-01",
          to: "2019-12-31",
          kind: "Lavoro dipendente",
          for_right: 52,
          for_amount: 26,
          pay: "12345.60",
          employer: { name: "Officine Inventate srl", number: "0123456789" },
          notes: ["A"],
        },
        {
          from: "2020-01-01",
          to: "2020-06-30",
          kind: "Disoccupazione",
          for_right: 26,
          for_amount: 26,
          pay: null,
          employer: null,
          notes: [],
        },
      ],
      total_for_right: 78,
      total_for_amount: 52,
    },
  ],
  notes: [{ code: "A", text: "Lavoro a tempo parziale." }],
};

const area = { expires_at: "2026-11-22T20:15:00Z", kept: "keyring" as const, card_inside: true };

/** Every screen of the contract, at least once. */
export const screens: Record<string, Screen> = {
  starting: screen({ screen: "starting" }),
  "session found": screen(
    { screen: "session_found", holder_name: NAME, expires_at: area.expires_at },
    { holder_name: NAME },
  ),
  "no service": screen(
    { screen: "no_service", problem: { code: "service_not_running", retriable: true, facts: { system: "linux" } } },
    { demo_offered: true },
  ),
  "no reader": screen({ screen: "no_reader" }, { demo_offered: true }),
  "no card": screen({ screen: "no_card", after: null }, { demo_offered: true }),
  "no card after a removal": screen({ screen: "no_card", after: removed }),
  reading: screen({ screen: "reading", reader: goodCard.reader }),
  "a good card": screen({ screen: "card", card: goodCard }, { holder_name: NAME }),
  "a card with an unknown": screen({ screen: "card", card: unknownCard }, { holder_name: NAME }),
  "a bad card": screen({ screen: "card", card: badCard }, { holder_name: NAME }),
  "the example": screen(
    { screen: "card", card: goodCard },
    { holder_name: NAME, demo: { pin: "12345", card_inserted: true } },
  ),
  pin: screen(
    { screen: "pin_of_the_card", host: "cns.example.org", tries_left: null, refused: false },
    { holder_name: NAME },
  ),
  "pin again": screen(
    { screen: "pin_of_the_card", host: "cns.example.org", tries_left: 1, refused: true },
    { holder_name: NAME },
  ),
  connecting: screen({ screen: "connecting", host: "cns.example.org" }, { holder_name: NAME }),
  "area loading": screen(
    { screen: "reserved_area", area: { ...area, statement: { state: "loading" } } },
    { holder_name: NAME },
  ),
  "area with statement": screen(
    { screen: "reserved_area", area: { ...area, statement: { state: "ready", statement } } },
    { holder_name: NAME },
  ),
  "area without statement": screen(
    {
      screen: "reserved_area",
      area: {
        ...area,
        kept: "memory",
        card_inside: false,
        statement: {
          state: "failed",
          problem: { code: "portal_timeout", retriable: true, facts: { host: "api.example.org", seconds: "10" } },
        },
      },
    },
    { holder_name: NAME },
  ),
  "a session that is being closed": screen({ screen: "session_ended", why: "card_removed", closed: null }),
  "a closed session": screen({
    screen: "session_ended",
    why: "logged_out",
    closed: { portal_told: true, left_behind: null },
  }),
  "a session that could not be closed": screen({
    screen: "session_ended",
    why: "card_removed",
    closed: {
      portal_told: false,
      left_behind: { code: "keyring_failed", retriable: true, facts: { reason: "chiuso" } },
    },
  }),
  problem: screen({ screen: "problem", problem: { code: "pin_blocked", retriable: false, facts: {} } }),
};
