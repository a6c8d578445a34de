import { describe, expect, test } from "vitest";
import problemsEn from "../../src-tauri/crates/cns-login/texts/en.json";
import problemsIt from "../../src-tauri/crates/cns-login/texts/it.json";
import ownEn from "../src/messages/en.json";
import { language, problemText } from "../src/lib/texts.svelte";
import ownIt from "../src/messages/it.json";
import portalEn from "../src/messages/portal/en.json";
import portalIt from "../src/messages/portal/it.json";

const it = { ...ownIt, ...portalIt };
const en = { ...ownEn, ...portalEn };

const places = (template: string) => [...template.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
const languages = Object.entries({ it, en });

/** `{a: {b: "text"}}` as `{"a.b": "text"}`. */
function flat(tree: object, path = ""): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === "string" ? [[path + key, value]] : Object.entries(flat(value as object, `${path}${key}.`)),
    ),
  );
}

describe("the window's texts", () => {
  test("have the same keys in every language", () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(it).sort());
  });

  test.each(Object.keys(it))("%s has the same places in every language", (key) => {
    const name = key as keyof typeof it;
    expect(places(en[name])).toEqual(places(it[name]));
  });

  test.each(languages)("in %s are never empty, shouted or unexpected", (_, messages) => {
    for (const [key, message] of Object.entries(messages)) {
      expect(message.trim(), key).not.toBe("");
      expect(message.toLowerCase(), key).not.toMatch(/inaspettat|unexpected|!/);
    }
  });
});

describe("the texts shared with the terminal", () => {
  test("have the same keys in every language", () => {
    expect(Object.keys(flat(problemsEn)).sort()).toEqual(Object.keys(flat(problemsIt)).sort());
  });

  test.each(Object.entries({ it: flat(problemsIt), en: flat(problemsEn) }))("in %s are never empty", (_, texts) => {
    for (const [key, value] of Object.entries(texts)) expect(value.trim(), key).not.toBe("");
  });

  test.each([
    ["it", problemsIt.faces.window, it],
    ["en", problemsEn.faces.window, en],
  ] as const)("in %s call the window's buttons and titles what they are called", (_, words, messages) => {
    const labels = {
      checks: messages["findings.title"],
      log_out: messages["area.log_out"],
      report: messages["report.start"],
      unblock: messages["pin_box.unblock"],
    };
    for (const [place, label] of Object.entries(labels)) expect(words[place as keyof typeof words]).toContain(label);
  });

  test.each(["it", "en"] as const)("in %s name no command in the window", (name) => {
    language.current = name;
    const { problems } = { it: problemsIt, en: problemsEn }[name];
    for (const [code, parts] of Object.entries(problems)) {
      for (const key of Object.keys(parts)) {
        const [, part, value] = /^(what|meaning|next)_?(.*)$/.exec(key) ?? [];
        const facts: Record<string, string> = { reason: value ?? "" };
        const told = problemText({ code, retriable: true, facts }, part as "what" | "meaning" | "next");
        expect(told, `${code} ${key}`).not.toMatch(/\bcns [a-z]|--[a-z]/);
      }
    }
  });

  test.each(languages)("in %s leave no command to the window's own texts", (_, messages) => {
    for (const [key, message] of Object.entries(messages)) expect(message, key).not.toMatch(/\bcns [a-z]|--[a-z]/);
  });
});
