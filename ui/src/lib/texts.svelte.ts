import problemsEn from "../../../src-tauri/crates/cns-login/texts/en.json";
import problemsIt from "../../../src-tauri/crates/cns-login/texts/it.json";
import type { FindingSeen } from "../contract/FindingSeen";
import type { HeadlineSeen } from "../contract/HeadlineSeen";
import type { PortalSeen } from "../contract/PortalSeen";
import type { ProblemSeen } from "../contract/ProblemSeen";
import en from "../messages/en.json";
import it from "../messages/it.json";
import portalEn from "../messages/portal/en.json";
import portalIt from "../messages/portal/it.json";

export type Language = "it" | "en";
export type MessageKey = keyof typeof it | keyof typeof portalIt;
export type Facts = Partial<Record<string, string | number>>;
export type AdviceKey = keyof typeof problemsIt.advice;
export type EndsKey = keyof typeof problemsIt.ends;
export type ProblemPart = "what" | "meaning" | "next";

type Catalogue = {
  problems: Record<string, Record<string, string>>;
  advice: Record<AdviceKey, string>;
  lists: Record<string, string>;
  headlines: Record<string, string>;
  ends: Record<EndsKey, string>;
  findings: Record<string, Record<string, string>>;
  looks: Record<string, Record<string, string>>;
  profile: Record<string, string>;
};

const messages: Record<Language, Record<MessageKey, string>> = { it: { ...it, ...portalIt }, en: { ...en, ...portalEn } };
const shared: Record<Language, Catalogue> = { it: problemsIt, en: problemsEn };

/** How the window names what a person can do there, in the places where the terminal names its commands. */
const words = { it: problemsIt.faces.window, en: problemsEn.faces.window };

/** English as Europe writes it: the day comes before the month. */
const locales: Record<Language, string> = { it: "it-IT", en: "en-GB" };

/** The facts whose value may choose a case of a text, the first first: `SELECTING` there. What a server says never does. */
const selecting = ["clock", "case", "check", "kind", "reason", "system", "tries_left"];

/** The facts that tell of something of which the answer was lost, each with a text of that name: `IN_DOUBT` there. */
const inDoubt = ["pin_in_doubt", "puk_in_doubt", "portal_pin_in_doubt"] as const;

/** The language of this window, for as long as it is open: the system's if there are texts for it, else Italian. */
export const language = $state({ current: preferred(navigator.languages) });

/** The first preferred language with texts. */
export function preferred(languages: readonly string[]): Language {
  const known = languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in messages);
  return (known as Language | undefined) ?? "it";
}

/** A text of the window. */
export function text(key: MessageKey, facts: Facts = {}): string {
  return filled(messages[language.current][key], facts) ?? messages[language.current][key];
}

/** Whether there is a text of that name. */
export function hasText(key: string): key is MessageKey {
  return key in messages.it;
}

/** A word of the catalogue, or the word itself where a later portal has one that is not there. */
export function word(group: string, name: string): string {
  const key = `${group}.${name}`;
  return hasText(key) ? text(key) : name.replaceAll("_", " ");
}

/** One part of a problem's text, and after what it means what it may have cost: as `Problem` in `cns-login` has it. */
export function problemText(problem: ProblemSeen, part: ProblemPart): string {
  const costs = part === "meaning" ? inDoubt.filter((fact) => problem.facts[fact] !== undefined) : [];
  return [partText(problem, part), ...costs.map(advice)].join(" ");
}

/** By the same rules as `problem_text` in `cns-login/src/texts.rs`. */
function partText(problem: ProblemSeen, part: ProblemPart): string {
  const texts = shared[language.current].problems[problem.code] ?? {};
  const byFact = selecting.map((fact) => texts[`${part}_${problem.facts[fact]}`]);
  const found = byFact.find((candidate) => candidate !== undefined) ?? texts[part];
  return (found && filled(found, problem.facts)) || filled(texts[`${part}_bare`] ?? "", {}) || problem.code;
}

/** A piece of advice about PIN and PUK, in the words of the terminal. */
export function advice(key: AdviceKey): string {
  return filled(shared[language.current].advice[key], {}) ?? key;
}

/** The text of a finding. */
export function findingText(finding: FindingSeen): string {
  const { findings, lists } = shared[language.current];
  const found = findings[finding.code]?.[finding.case];
  if (found === undefined) return `${finding.code} ${finding.case}`;
  const { list } = finding.facts;
  const inWords = list === undefined ? {} : { list: lists[list] ?? list };
  return filled(found, { ...finding.facts, ...inWords }) ?? found;
}

/** A line of a look at the portal. */
export function lookText(finding: FindingSeen): string {
  const found = shared[language.current].looks[finding.code]?.[finding.case];
  return (found && filled(found, finding.facts)) || `${finding.code} ${finding.case}`;
}

/** What is said of a portal's profile. */
export function profileText(name: keyof typeof problemsIt.profile, facts: Facts): string {
  return filled(shared[language.current].profile[name] ?? "", facts) ?? name;
}

/** The sentence above all findings. */
export function headlineText(headline: HeadlineSeen): string {
  const { headlines } = shared[language.current];
  return filled(headlines[headline.case] ?? "", headline.facts) || headline.case;
}

/** What to do, where the sentence itself leads to something. */
export function nextText(headline: HeadlineSeen): string | undefined {
  const key = `next.${headline.case}`;
  return key in it ? text(key as MessageKey, headline.facts) : undefined;
}

/** How near an end is, and what to do about it, in the words of the terminal. */
export function endsText(key: EndsKey, facts: Facts = {}): string {
  const found = shared[language.current].ends[key];
  return filled(found, facts) ?? found;
}

/** The portal's name, in the window's language where it has one. */
export function portalName(portal: PortalSeen): string {
  return portal.name[language.current] ?? portal.name["it"] ?? portal.host;
}

/** The text of the window's language where a portal has one; Italian else; empty where it has none. */
export function inLanguage(texts: { [language in string]?: string }): string {
  return texts[language.current] ?? texts["it"] ?? "";
}

/** A day in full letters. */
export function day(iso: string): string {
  const [year, month, dayOfMonth] = iso.slice(0, 10).split("-").map(Number);
  const date = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, dayOfMonth ?? 1));
  return new Intl.DateTimeFormat(locales[language.current], { dateStyle: "long", timeZone: "UTC" }).format(date);
}

/** A month in full letters, from `YYYY-MM`. */
export function month(iso: string): string {
  const [year, monthOfYear] = iso.split("-").map(Number);
  const date = new Date(Date.UTC(year ?? 0, (monthOfYear ?? 1) - 1, 1));
  const form = { month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(locales[language.current], form).format(date);
}

/** A day in figures, for tables. */
export function shortDay(iso: string): string {
  const [year, month, dayOfMonth] = iso.split("-");
  return `${dayOfMonth}/${month}/${year}`;
}

/** Day and time of an instant, in the computer's time zone. */
export function moment(rfc3339: string): { date: string; time: string } {
  const date = new Date(rfc3339);
  return {
    date: new Intl.DateTimeFormat(locales[language.current], { dateStyle: "long" }).format(date),
    time: new Intl.DateTimeFormat(locales[language.current], { timeStyle: "short", hourCycle: "h23" }).format(date),
  };
}

export function number(value: number): string {
  return new Intl.NumberFormat(locales[language.current]).format(value);
}

/** An amount in euro, from its decimal text. */
export function euro(amount: string): string {
  return new Intl.NumberFormat(locales[language.current], { style: "currency", currency: "EUR" }).format(Number(amount));
}

/** Puts the facts and the words of the window into their `{places}`; undefined when a place has neither. Days are
    written in letters. */
function filled(template: string, facts: Facts): string | undefined {
  let complete = true;
  const known: Facts = { ...facts, ...words[language.current] };
  const out = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const fact = known[name];
    if (fact === undefined) complete = false;
    const value = String(fact);
    return /^\d{4}-\d{2}-\d{2}$/.test(value) ? day(value) : value;
  });
  if (!complete) return undefined;
  return language.current === "it" ? elided(out) : out;
}

/** Italian says `l'8 marzo` and `fino all'11 marzo`: otto and undici begin with a vowel. As `elide_before` there. */
function elided(italian: string): string {
  return italian.replace(/\b(il|al|dal|del) (?=(?:8|11) \p{L}+ \d{4})/gu, (_, article: string) =>
    article === "il" ? "l'" : `${article}l'`,
  );
}
