import { describe, expect, test } from "vitest";
import { day, findingText, language, preferred, problemText, text } from "../src/lib/texts.svelte";

const problem = (code: string, facts: Record<string, string> = {}) => ({ code, retriable: true, facts });

describe("the language", () => {
  test.each([
    [["de-DE", "en-GB", "it"], "en"],
    [["it-IT", "en"], "it"],
    [["fr"], "it"],
    [[], "it"],
  ])("of a person who prefers %j is %s", (wanted, found) => {
    expect(preferred(wanted)).toBe(found);
  });
});

describe("a problem's text", () => {
  test("fills its places", () => {
    expect(problemText(problem("portal_unreachable", { host: "cns.example.org" }), "what")).toContain(
      "cns.example.org",
    );
  });

  test("is the one for a fact's value where there is one", () => {
    expect(problemText(problem("pin_wrong", { tries_left: "1" }), "meaning")).toContain("1 solo tentativo");
  });

  test("is not chosen by what a server says", () => {
    const refused = { host: "validity", check: "usage", status: "validity" };
    expect(problemText(problem("certificate_refused", refused), "next")).toContain("Che cosa ho controllato");
  });

  test("is the bare one when a fact is not known", () => {
    expect(problemText(problem("pin_wrong"), "meaning")).not.toContain("{");
  });

  test("tells that a try may have been spent, where that is so", () => {
    const silent = problemText(problem("card_silent"), "meaning");
    for (const [fact, told] of Object.entries({ pin_in_doubt: "se il PIN era giusto", puk_in_doubt: "del PUK" })) {
      const doubt = problemText(problem("card_silent", { [fact]: "true" }), "meaning");
      expect(doubt).toContain(silent);
      expect(doubt).toContain("Può essere andato speso un tentativo");
      expect(doubt).toContain(told);
    }
    expect(silent).not.toContain("tentativo");
    const lost = problemText(problem("portal_timeout", { host: "localhost", seconds: "30", portal_pin_in_doubt: "true" }), "meaning");
    expect(lost).toContain("chiedi il ripristino");
    expect(problemText(problem("card_silent", { pin_in_doubt: "true" }), "next")).not.toContain("tentativo");
  });

  test("of a code without a text is the code", () => {
    expect(problemText(problem("from_a_later_version"), "what")).toBe("from_a_later_version");
  });
});

test("a day that begins with a vowel takes the short article", () => {
  language.current = "it";
  const until = (date: string) => text("certificate.valid", { date: day(date) });
  expect(until("2029-05-08")).toContain("all'8 maggio 2029");
  expect(until("2029-05-11")).toContain("all'11 maggio 2029");
  expect(until("2029-05-18")).toContain("al 18 maggio 2029");
});

test("a list that was refused is named", () => {
  language.current = "it";
  const refused = (list: string) =>
    findingText({ code: "trust_list", outcome: "unknown", case: "changed", facts: { list }, evidence: null });
  expect(refused("of_lists")).toContain("l'elenco europeo degli elenchi");
  expect(refused("italian")).toContain("l'elenco ufficiale italiano");
});

test("a finding's text tells its day in full letters", () => {
  const finding = { code: "validity", outcome: "bad" as const, case: "expired", facts: { date: "2020-01-31" }, evidence: null };
  expect(findingText(finding)).toContain("31 gennaio 2020");
  language.current = "en";
  expect(findingText(finding)).toContain("31 January 2020");
});

test("a day is the same day in every time zone", () => {
  expect(day("2029-03-01")).toBe("1 marzo 2029");
});

test("a text without its fact keeps the place, so that a test sees it", () => {
  expect(text("card.enter")).toContain("{portal}");
});
