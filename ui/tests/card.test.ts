import { screen as page, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { invoke } from "@tauri-apps/api/core";
import { describe, expect, test } from "vitest";
import type { CardSeen } from "../src/contract/CardSeen";
import { language } from "../src/lib/texts.svelte";
import {
  NAME,
  badCard,
  checkingCard,
  goodCard,
  legacyCard,
  neverActivatedCard,
  noAnswerCard,
  revokedCard,
  rungs,
  staleListCard,
  suspendedCard,
  uncheckedIssuerCard,
  unknownCard,
  wrongClockCard,
} from "./cards";
import { screen, screens } from "./fixtures";
import { open } from "./page";

const shown = (card: CardSeen, turn = 1, view_turn = 1) =>
  screen({ screen: "card", card, after: null, pin_unsent: false }, { holder_name: NAME, turn, view_turn });

describe("the sentence above all findings", () => {
  test.each([
    ["good", goodCard, "Tutto a posto. Il certificato vale fino al 12 marzo 2029.", "All is well. The certificate is valid until 12 March 2029."],
    ["checking", checkingCard, "Sto controllando…", "I am checking…"],
    ["revoked", revokedCard, "revocato il 30 settembre 2026", "revoked on 30 September 2026"],
    ["suspended", suspendedCard, "sospeso dal 30 settembre 2026", "suspended since 30 September 2026"],
    ["never_activated", neverActivatedCard, "forse non è mai stata attivata", "perhaps never activated"],
    ["revocation_unchecked", noAnswerCard, "non ho potuto sapere se il certificato è stato revocato", "could not find out whether"],
    ["list_stale", staleListCard, "l'elenco ufficiale che ho è vecchio", "the official list that I have is old"],
    ["issuer_unchecked", uncheckedIssuerCard, "Non so dire se questo certificato è buono", "I cannot say whether this certificate is good"],
    ["legacy", legacyCard, "molti portali possono rifiutare questa tessera", "many portals may refuse this card"],
    ["clock", wrongClockCard, "controlla la data e l'ora del computer", "check the computer's date and time"],
    ["expired", badCard, "scaduto il 31 gennaio 2020", "expired on 31 January 2020"],
    ["unknown", unknownCard, "non ho potuto controllare tutto", "could not check everything"],
  ] as const)("of a card that is %s", async (kind, card, italian, english) => {
    await open(shown(card));
    expect(page.getByTestId("verdict")).toHaveAttribute("data-headline", kind);
    expect(page.getByTestId("headline")).toHaveTextContent(italian);
    await userEvent.click(page.getByTestId("language-en"));
    expect(page.getByTestId("headline")).toHaveTextContent(english);
    language.current = "it";
  });
});

test("a list that is old says until when it was valid, and what to do about it", async () => {
  await open(shown(uncheckedIssuerCard));
  expect(page.getByTestId("remedy")).toHaveTextContent("collegato a Internet");
  expect(page.getByTestId("finding-trust_list")).toHaveTextContent("valeva fino al 26 marzo 2024");
  expect(page.getByTestId("technical-list")).toHaveTextContent("Vale fino 26 marzo 2024");
});

test("a card of an old kind is not said to be unchecked", async () => {
  await open(shown(legacyCard));
  expect(page.getByTestId("remedy")).toHaveTextContent("Se un portale la rifiuta");
});

test("a wrong clock is told before what is wrong with the card, and what to do is about the clock", async () => {
  await open(shown(wrongClockCard));
  expect(page.getByTestId("remedy")).toHaveTextContent("Correggi data e ora del computer");
  expect(page.getByTestId("remedy")).toHaveTextContent("La tessera può essere a posto");
});

test.each([
  ["revoked", revokedCard, "Chiedi una tessera nuova alla tua ASL"],
  ["suspended", suspendedCard, "come farlo tornare valido"],
  ["never activated", neverActivatedCard, "uno sportello che attiva le tessere"],
] as const)("a card that is %s has a next step of its own", async (_, card, next) => {
  await open(shown(card));
  expect(page.getByTestId("remedy")).toHaveTextContent(next);
});

test("what is not good comes first, the worst on top, and what is good is folded", async () => {
  await open(shown(wrongClockCard));
  const reasons = within(page.getByTestId("reasons")).getAllByRole("listitem");
  expect(reasons.map((reason) => reason.dataset["outcome"])).toEqual(["bad", "unknown"]);
  const folded = page.getByTestId("findings");
  expect(folded).not.toHaveAttribute("open");
  expect(folded).toHaveTextContent("1 controllo a posto");
});

test("while something is asked the person may go on, and the answer takes the place of the question", async () => {
  const turn = await open(shown(checkingCard));
  expect(page.getByTestId("under-way")).toHaveTextContent("Sto chiedendo se il certificato è stato revocato");
  expect(page.getByTestId("under-way")).toHaveTextContent("Sto scaricando l'elenco ufficiale");
  expect(page.getByTestId("headline").closest("[aria-live]")).toHaveAttribute("aria-live", "polite");
  const button = page.getByTestId("enter");
  button.focus();
  await turn(shown(goodCard, 2));
  expect(page.getByTestId("headline")).toHaveTextContent("Tutto a posto");
  expect(page.queryByTestId("under-way")).not.toBeInTheDocument();
  expect(page.getByTestId("enter"), "it is the same button").toBe(button);
  expect(button).toHaveFocus();
});

test("a card that turns out to be revoked takes the way in back", async () => {
  const turn = await open(shown(checkingCard));
  await turn(shown(revokedCard, 2));
  expect(page.queryByTestId("enter")).not.toBeInTheDocument();
  expect(page.getByTestId("finding-revocation")).toHaveTextContent("30 settembre 2026");
});

test("an answer that comes while the PIN is typed leaves the digits and the focus where they are", async () => {
  const turn = await open(screens["pin while the certificate is checked"]!);
  await userEvent.type(page.getByTestId("pin"), "123");
  const later = screens["pin"]!;
  await turn({ ...later, turn: 2 });
  expect(page.getByTestId("pin")).toHaveValue("123");
  expect(page.getByTestId("pin")).toHaveFocus();
});

test("a PIN that waits for an answer says so", async () => {
  await open(screens["pin while the certificate is checked"]!);
  await userEvent.type(page.getByTestId("pin"), "12345{Enter}");
  expect(page.getByTestId("pin-status")).toHaveTextContent("Finisco di controllare il certificato");
});

test("a card that was revoked while its PIN was typed says that no try was spent", async () => {
  await open(screens["a card that was revoked while its PIN was typed"]!);
  expect(page.getByTestId("pin-unsent")).toHaveTextContent("nessun tentativo è andato speso");
});

test("the technical fold names issuer, serial, key, list, sources, ages and whom was asked", async () => {
  await open(shown(noAnswerCard));
  const fold = page.getByTestId("technical");
  expect(fold).not.toHaveAttribute("open");
  for (const told of ["CN=CA di prova", "0a1b", "RSA-2048", "194", "eidas.example.org", "Ha 2 giorni", "ocsp.example.org"]) {
    expect(fold).toHaveTextContent(told);
  }
  const attempts = within(page.getByTestId("attempts")).getAllByTestId("attempt");
  expect(attempts.map((attempt) => attempt.dataset["way"])).toEqual(["ocsp", "crl"]);
});

describe("the ladder", () => {
  test.each([
    ["within120", "mancano 120 giorni"],
    ["within60", "mancano 31 giorni"],
    ["within30", "mancano 30 giorni"],
    ["within7", "manca un giorno"],
  ])("on the rung %s says when, what to do, and that the chip may be gone", async (rung, left) => {
    await open(shown(rungs[rung]!));
    const ends = page.getByTestId("ends");
    expect(ends).toHaveAttribute("data-rung", rung);
    expect(ends).toHaveTextContent(left);
    expect(ends).toHaveTextContent("chiedila alla tua ASL");
    expect(ends).toHaveTextContent("la tessera nuova può non avere il chip");
    expect(page.getByTestId("plastic-ends"), "the plastic has an end of its own").toHaveTextContent("31 dicembre 2026");
    expect(page.getAllByTestId("start-reminder")).toHaveLength(1);
  });

  test("says that it is over, and offers no reminder then", async () => {
    await open(shown(badCard));
    expect(page.getByTestId("ends")).toHaveAttribute("data-rung", "over");
    expect(page.queryByTestId("start-reminder")).not.toBeInTheDocument();
  });

  test("is not there while the end is far", async () => {
    await open(shown(goodCard));
    expect(page.queryByTestId("ends")).not.toBeInTheDocument();
    expect(page.queryByTestId("plastic-ends")).not.toBeInTheDocument();
  });
});

test("a reminder is asked for, shown, and written only by its button", async () => {
  const turn = await open(shown(goodCard));
  await userEvent.click(page.getByTestId("start-reminder"));
  expect(invoke).toHaveBeenCalledWith("start_reminder", { language: "it" });
  await turn({ ...screens["a reminder"]!, turn: 2 });
  expect(invoke).not.toHaveBeenCalledWith("save_reminder", undefined);
  expect(page.getByTestId("reminder")).toHaveTextContent("BEGIN:VCALENDAR");
  await userEvent.click(page.getByTestId("save-reminder"));
  expect(invoke).toHaveBeenCalledWith("save_reminder", undefined);
});
