import { invoke } from "@tauri-apps/api/core";
import { render, screen as page, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test, vi } from "vitest";
import BeforeUnblocking from "../src/screens/BeforeUnblocking.svelte";
import Cards from "../src/screens/Cards.svelte";
import ChangePin from "../src/screens/ChangePin.svelte";
import LastTry from "../src/screens/LastTry.svelte";
import Problem from "../src/screens/Problem.svelte";
import Report from "../src/screens/Report.svelte";
import UnblockPin from "../src/screens/UnblockPin.svelte";
import { NAME } from "./cards";
import { screens, weaknesses } from "./fixtures";

const value = (id: string) => page.getByTestId<HTMLInputElement>(id).value;
const fill = async (typed: Record<string, string>) => {
  for (const [id, digits] of Object.entries(typed)) await userEvent.type(page.getByTestId(id), digits);
};

beforeEach(() => {
  vi.mocked(invoke).mockImplementation(() => Promise.resolve(null));
});

describe("several cards", () => {
  const view = screens["several cards"]!.view;
  const cards = view.screen === "cards" ? view.cards : [];

  test("stand side by side, each with its holder or with what it is, and one is picked by its place", async () => {
    render(Cards, { cards, asked: true });
    const [first, second, third] = page.getAllByTestId("card-tile");
    expect(first).toHaveTextContent(NAME);
    expect(second).toHaveTextContent("Bruno Provetti");
    expect(third).toHaveTextContent("carta di pagamento");
    await userEvent.click(within(first!).getByRole("button", { name: `Usa la tessera di ${NAME}` }));
    expect(invoke).toHaveBeenCalledExactlyOnceWith("pick_card", {
      picked: { reader: "Lettore di prova 00 00", insertion: 3 },
    });
  });

  test("cannot be picked while they are being read", () => {
    render(Cards, { cards, asked: false });
    expect(page.queryByRole("button")).not.toBeInTheDocument();
  });
});

describe("the last try", () => {
  test("is spent only by an explicit word, and the PUK comes first", async () => {
    render(LastTry, { purpose: { what: "log_in", host: "h" }, triesLeft: 1, refused: null, mayUnblockPin: true });
    expect(page.getAllByRole("button")[0]).toHaveTextContent("Sblocca il PIN con il PUK");
    expect(page.getByTestId("last-try")).toHaveTextContent("PUK");
    expect(invoke).not.toHaveBeenCalled();
    await userEvent.click(page.getByTestId("spend-last-try"));
    expect(invoke).toHaveBeenCalledExactlyOnceWith("spend_last_try", undefined);
  });

  test("is called so only where the card has told the number", () => {
    render(LastTry, { purpose: { what: "change_pin" }, triesLeft: null, refused: null, mayUnblockPin: true });
    expect(page.getByRole("heading")).toHaveTextContent("può essere l'ultimo");
    expect(page.getByTestId("tries")).toHaveAttribute("data-tries", "unknown");
  });
});

describe("changing the PIN", () => {
  const props = { triesLeft: 3, weaknesses, refused: null, pinPad: "absent" as const };
  const typed = { "old-pin": "12345", "new-pin": "80513", "new-pin-again": "80513" };

  test("hands everything over once, and nothing stays in the page", async () => {
    vi.mocked(invoke).mockImplementation(() => new Promise(() => undefined));
    render(ChangePin, props);
    await fill(typed);
    await userEvent.click(page.getByTestId("change-submit"));
    expect(invoke).toHaveBeenCalledExactlyOnceWith("change_pin", {
      typed: { old: "12345", new: "80513", again: "80513" },
    });
    expect(Object.keys(typed).map(value)).toEqual(["", "", ""]);
    expect(document.body.innerHTML).not.toMatch(/12345"|80513/);
    await userEvent.click(page.getByTestId("change-submit"));
    expect(invoke).toHaveBeenCalledTimes(1);
    expect(page.getByTestId("change-status")).toHaveTextContent("Lasciala nel lettore");
  });

  test.each([
    ["pin_format", "da 5 a 8 cifre", "old-pin"],
    ["new_pin_format", "da 5 a 8 cifre", "new-pin"],
    ["new_pin_differs", "non sono uguali", "new-pin"],
  ])("tells %s above the fields and marks the one that is meant", async (why, words, id) => {
    vi.mocked(invoke).mockImplementation(() => Promise.reject(why));
    render(ChangePin, props);
    await fill(typed);
    await userEvent.click(page.getByTestId("change-submit"));
    expect(await page.findByTestId("change-refused")).toHaveTextContent(words);
    expect(page.getByTestId(id)).toBeInvalid();
    expect(page.getByTestId("old-pin")).toHaveFocus();
  });

  test("tells the rules before, and which of them was broken", () => {
    const { unmount } = render(ChangePin, props);
    expect(within(page.getByTestId("weaknesses")).getAllByRole("listitem")).toHaveLength(5);
    expect(page.getByTestId("new-pin")).toHaveAccessibleDescription(/data di nascita/);
    unmount();
    const refused = { code: "new_pin_weak", retriable: true, facts: { reason: "birth_date" } };
    render(ChangePin, { ...props, refused });
    expect(page.getByTestId("change-refused")).toHaveTextContent("data di nascita");
    expect(page.getByTestId("weakness-birth_date")).toHaveAttribute("data-weak", "true");
    expect(page.getByTestId("weakness-run")).toHaveAttribute("data-weak", "false");
    expect(page.getByTestId("old-pin")).toBeValid();
    expect(page.getByTestId("new-pin")).toBeInvalid();
  });
});

describe("unblocking the PIN", () => {
  test("begins with the consequences, and goes on only when they are understood", async () => {
    render(BeforeUnblocking, { pukTriesLeft: null, lastTry: false, experimental: true, refused: null });
    expect(page.getByTestId("consequences")).toHaveTextContent("serve una tessera nuova");
    expect(page.getByTestId("experimental")).toHaveTextContent("sperimentale");
    expect(page.queryByTestId("puk")).not.toBeInTheDocument();
    await userEvent.click(page.getByRole("button", { name: "Ho capito" }));
    expect(invoke).toHaveBeenCalledExactlyOnceWith("consequences_understood", undefined);
  });

  test("says before a PUK that may be the last that it may be", () => {
    render(BeforeUnblocking, { pukTriesLeft: null, lastTry: true, experimental: false, refused: null });
    expect(page.getByTestId("puk-tries")).toHaveTextContent("può essere l'ultimo tentativo per il PUK");
    expect(page.getByTestId("understood")).toHaveTextContent("uso l'ultimo tentativo del PUK");
  });

  test("hands everything over once, and nothing stays in the page", async () => {
    vi.mocked(invoke).mockImplementation(() => new Promise(() => undefined));
    render(UnblockPin, { pukTriesLeft: 3, experimental: false, weaknesses, refused: null });
    await fill({ puk: "87654321", "new-pin": "80513", "new-pin-again": "80513" });
    await userEvent.click(page.getByTestId("unblock-submit"));
    expect(invoke).toHaveBeenCalledExactlyOnceWith("unblock_pin", {
      typed: { puk: "87654321", new: "80513", again: "80513" },
    });
    expect(document.body.innerHTML).not.toMatch(/87654321|80513/);
    expect(["puk", "new-pin", "new-pin-again"].map(value)).toEqual(["", "", ""]);
  });
});

describe("a report", () => {
  test("is shown as it would be written, and written only when that is asked for", async () => {
    render(Report, { report: "ATR  3B\n", savedIn: null, problem: null });
    expect(page.getByTestId("report").textContent).toBe("ATR  3B\n");
    expect(invoke).not.toHaveBeenCalled();
    await userEvent.click(page.getByTestId("save-report"));
    expect(invoke).toHaveBeenCalledExactlyOnceWith("save_report", undefined);
  });

  test("is copied as it is shown", async () => {
    let copied = "";
    document.execCommand = () => {
      copied = window.getSelection()?.toString() ?? "";
      return true;
    };
    render(Report, { report: "ATR  3B\n", savedIn: null, problem: null });
    await userEvent.click(page.getByTestId("copy-report"));
    expect(copied).toBe("ATR  3B\n");
    expect(page.getByTestId("report-copied")).toBeInTheDocument();
  });

  test("is offered where a card could not be read, beside what could be seen of it", async () => {
    const view = screens["an unknown card"]!.view;
    if (view.screen !== "problem") throw new Error("no problem");
    const { problem, seen, unsure } = view;
    const none = { mayUnblockPin: false, otherCards: [], otherCardOffered: false };
    render(Problem, { problem, seen, unsure, mayReport: true, ...none });
    expect(page.getByTestId("seen-holder")).toHaveTextContent(NAME);
    expect(page.getByTestId("seen-card-id")).toHaveTextContent("6600000000000001");
    expect(page.getByTestId("seen-atr")).toHaveTextContent("3B FF 18");
    await userEvent.click(page.getByTestId("start-report"));
    expect(invoke).toHaveBeenCalledExactlyOnceWith("start_report", undefined);
  });
});
