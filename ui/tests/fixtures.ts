import { look, ownProfile, pages } from "./pages";
import type { CardOffered } from "../src/contract/CardOffered";
import type { ProblemSeen } from "../src/contract/ProblemSeen";
import type { Screen } from "../src/contract/Screen";
import type { Statement } from "../src/contract/Statement";
import type { View } from "../src/contract/View";
import {
  NAME,
  badCard,
  blockedCard,
  checkingCard,
  goodCard,
  neverActivatedCard,
  noAnswerCard,
  revokedCard,
  rungs,
  staleListCard,
  suspendedCard,
  unknownCard,
  wrongClockCard,
} from "./cards";
import { example, portal } from "./example";

export function screen(view: View, more: Partial<Screen> = {}): Screen {
  return {
    turn: 1,
    view_turn: 1,
    view,
    portal: { name: { it: "Portale di riferimento", en: "Reference portal" }, host: "cns.example.org", ...portal },
    holder_name: null,
    holder_code: null,
    demo: null,
    demo_offered: false,
    door_offered: false,
    other_cards: [],
    other_card_offered: false,
    look: [],
    ...more,
  };
}

/** As Rust names them. */
export const weaknesses = ["same_digits", "run", "birth_date", "codice_fiscale", "card_number"];

const problem = (code: string, facts: Record<string, string> = {}, retriable = true): ProblemSeen => ({
  code,
  retriable,
  facts,
});

const others: CardOffered[] = [
  { reader: "Lettore di prova 01 00", insertion: 1, holder_name: "Bruno Provetti", problem: null, may_be_meant: true },
  { reader: "Lettore di prova 02 00", insertion: 1, holder_name: null, problem: problem("not_a_cns", { kind: "bank" }), may_be_meant: false },
];

const noMore = { seen: null, unsure: null, may_report: false, may_unblock_pin: false };

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
  "several cards that are being read": screen({
    screen: "cards",
    asked: false,
    cards: [
      { reader: "Lettore di prova 00 00", insertion: 1, holder_name: null, problem: null, may_be_meant: true },
      { reader: "Lettore di prova 01 00", insertion: 1, holder_name: "Bruno Provetti", problem: null, may_be_meant: true },
    ],
  }),
  "several cards": screen({
    screen: "cards",
    asked: true,
    cards: [{ reader: "Lettore di prova 00 00", insertion: 3, holder_name: NAME, problem: null, may_be_meant: true }, ...others],
  }),
  reading: screen({ screen: "reading", reader: goodCard.reader, holder_name: null }),
  "reading somebody's card": screen(
    { screen: "reading", reader: goodCard.reader, holder_name: NAME },
    { holder_name: NAME },
  ),
  "a card beside others": screen(
    { screen: "card", card: goodCard, after: null, pin_unsent: false },
    { holder_name: NAME, other_cards: others, other_card_offered: true },
  ),
  "a card with a blocked PIN": screen({ screen: "card", card: blockedCard, after: null, pin_unsent: false }, { holder_name: NAME }),
  "a card that cannot be unblocked": screen(
    { screen: "card", card: { ...goodCard, may_unblock_pin: false }, after: null, pin_unsent: false },
    { holder_name: NAME },
  ),
  "a good card": screen({ screen: "card", card: goodCard, after: null, pin_unsent: false }, { holder_name: NAME }),
  "a card that was there beside one that left": screen(
    { screen: "card", card: goodCard, after: removed, pin_unsent: false },
    { holder_name: NAME },
  ),
  "a card with an unknown": screen({ screen: "card", card: unknownCard, after: null, pin_unsent: false }, { holder_name: NAME }),
  ...Object.fromEntries(
    Object.entries({
      "a card that is being checked": checkingCard,
      "a revoked card": revokedCard,
      "a suspended card": suspendedCard,
      "a card that was never activated": neverActivatedCard,
      "a card whose responder is silent": noAnswerCard,
      "a card and an old list": staleListCard,
      "a card and a wrong clock": wrongClockCard,
      "a card that ends in 120 days": rungs["within120"]!,
      "a card that ends in 31 days": rungs["within60"]!,
      "a card that ends in 30 days": rungs["within30"]!,
      "a card that ends tomorrow": rungs["within7"]!,
    }).map(([name, card]) => [name, screen({ screen: "card", card, after: null, pin_unsent: false }, { holder_name: NAME })]),
  ),
  "a card that was revoked while its PIN was typed": screen(
    { screen: "card", card: revokedCard, after: null, pin_unsent: true },
    { holder_name: NAME },
  ),
  "a reminder": screen(
    { screen: "reminder", text: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", date: "2029-03-12", saved_in: null, problem: null },
    { holder_name: NAME },
  ),
  "a reminder that was saved": screen(
    {
      screen: "reminder",
      text: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
      date: "2029-03-12",
      saved_in: "/home/ada/Scaricati/sportello-promemoria-2026-11-22.ics",
      problem: null,
    },
    { holder_name: NAME },
  ),
  "a bad card": screen({ screen: "card", card: badCard, after: null, pin_unsent: false }, { holder_name: NAME }),
  "the example": screen(
    { screen: "card", card: goodCard, after: null, pin_unsent: false },
    { holder_name: NAME, demo: { ...example, pin: "12345" } },
  ),
  "the last try": screen(
    {
      screen: "last_try",
      purpose: { what: "log_in", host: "cns.example.org" },
      tries_left: 1,
      refused: null,
      may_unblock_pin: true,
    },
    { holder_name: NAME },
  ),
  "perhaps the last try": screen(
    { screen: "last_try", purpose: { what: "change_pin" }, tries_left: null, refused: null, may_unblock_pin: true },
    { holder_name: NAME },
  ),
  "the last try after a wrong PIN, to change it": screen(
    {
      screen: "last_try",
      purpose: { what: "change_pin" },
      tries_left: 1,
      refused: problem("pin_wrong", { tries_left: "1" }),
      may_unblock_pin: false,
    },
    { holder_name: NAME },
  ),
  pin: screen(
    { screen: "pin_of_the_card", host: "cns.example.org", tries_left: null, refused: null, pin_pad: "absent", checking: false },
    { holder_name: NAME },
  ),
  "pin while the certificate is checked": screen(
    { screen: "pin_of_the_card", host: "cns.example.org", tries_left: null, refused: null, pin_pad: "absent", checking: true },
    { holder_name: NAME },
  ),
  "pin again": screen(
    {
      screen: "pin_of_the_card",
      host: "cns.example.org",
      tries_left: 2,
      refused: problem("pin_wrong", { tries_left: "2" }),
      pin_pad: "present",
      checking: false,
    },
    { holder_name: NAME },
  ),
  "pin with a doubtful pad": screen(
    {
      screen: "pin_of_the_card",
      host: "cns.example.org",
      tries_left: 3,
      refused: problem("pad_timeout"),
      pin_pad: "doubtful",
      checking: false,
    },
    { holder_name: NAME },
  ),
  "the pad": screen(
    { screen: "on_the_pad", purpose: { what: "log_in", host: "cns.example.org" } },
    { holder_name: NAME },
  ),
  "the pad, to change the PIN": screen(
    { screen: "on_the_pad", purpose: { what: "change_pin" } },
    { holder_name: NAME },
  ),
  "changing the PIN": screen(
    { screen: "change_pin", tries_left: null, weaknesses, refused: null, pin_pad: "absent" },
    { holder_name: NAME },
  ),
  "changing the PIN to a weak one": screen(
    {
      screen: "change_pin",
      tries_left: 3,
      weaknesses,
      refused: problem("new_pin_weak", { reason: "run" }),
      pin_pad: "present",
    },
    { holder_name: NAME },
  ),
  "a changed PIN": screen(
    { screen: "pin_changed" },
    { holder_name: NAME, demo: example },
  ),
  "before unblocking": screen(
    { screen: "before_unblocking", puk_tries_left: null, last_try: false, experimental: true, refused: null },
    { holder_name: NAME },
  ),
  "before the last try of the PUK": screen(
    {
      screen: "before_unblocking",
      puk_tries_left: 1,
      last_try: true,
      experimental: false,
      refused: problem("puk_wrong", { tries_left: "1" }),
    },
    { holder_name: NAME },
  ),
  unblocking: screen(
    { screen: "unblock_pin", puk_tries_left: 9, experimental: true, weaknesses, refused: null },
    { holder_name: NAME },
  ),
  "unblocking with a wrong PUK": screen(
    {
      screen: "unblock_pin",
      puk_tries_left: 2,
      experimental: false,
      weaknesses,
      refused: problem("puk_wrong", { tries_left: "2" }),
    },
    { holder_name: NAME },
  ),
  "an unblocked PIN": screen({ screen: "pin_unblocked", same_pin: false }, { holder_name: NAME }),
  "an unblocked PIN from before": screen({ screen: "pin_unblocked", same_pin: true }, { holder_name: NAME }),
  "a report being made": screen({ screen: "report", text: null, saved_in: null, problem: null }, { holder_name: NAME }),
  "a report": screen({
    screen: "report",
    text: "ATR        3B FF 18\nOutcome    unknown\n",
    saved_in: null,
    problem: null,
  }),
  "a report that was saved": screen({
    screen: "report",
    text: "ATR        3B FF 18\n",
    saved_in: "/home/ada/Scaricati/sportello-resoconto-2026-11-22.txt",
    problem: null,
  }),
  "a report that was not saved": screen({
    screen: "report",
    text: "ATR        3B FF 18\n",
    saved_in: null,
    problem: problem("report_not_written", { path: "/nowhere" }),
  }),
  connecting: screen({ screen: "connecting", host: "cns.example.org", passed: [] }, { holder_name: NAME }),
  "the pages of a portal": screen({ screen: "web_area", pages }, { holder_name: NAME }),
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
  problem: screen({ screen: "problem", problem: problem("portal_refused", { host: "h", status: "500" }), ...noMore }),
  "a blocked PIN": screen(
    { screen: "problem", problem: problem("pin_blocked", {}, false), ...noMore, may_unblock_pin: true },
    { holder_name: NAME },
  ),
  "a profile that is not ours": screen({ screen: "own_profile", profile: ownProfile }),
  "no card, and a portal that was looked at": screen({ screen: "no_card", after: null }, { look }),
  "an unknown card": screen(
    {
      screen: "problem",
      problem: problem("unknown_card", {}, false),
      ...noMore,
      seen: {
        reader: "Lettore di prova 00 00",
        card_id: "6600000000000001",
        holder: { full_name: NAME, codice_fiscale: "PRVDAA80A41H501X" },
        atr: "3B FF 18 00 FF 81 31",
      },
      may_report: true,
    },
    { holder_name: NAME },
  ),
  "a card of another kind": screen(
    {
      screen: "problem",
      problem: problem("not_a_cns", { kind: "cie" }, false),
      ...noMore,
      seen: { reader: "Lettore di prova 00 00", card_id: null, holder: null, atr: "3B 80 80 01 01" },
      may_report: true,
    },
    { other_cards: others, other_card_offered: true },
  ),
  "a card that left in the middle of a change": screen({
    screen: "problem",
    problem: removed,
    ...noMore,
    unsure: "pin_changed",
  }),
  "a card that left in the middle of unblocking": screen({
    screen: "problem",
    problem: removed,
    ...noMore,
    unsure: "pin_unblocked",
  }),
};
