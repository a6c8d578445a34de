import { screen as page, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { invoke } from "@tauri-apps/api/core";
import { describe, expect, test } from "vitest";
import { language } from "../src/lib/texts.svelte";
import { NAME } from "./cards";
import { screen, screens } from "./fixtures";
import { open } from "./page";

describe.each(["it", "en"] as const)("in %s", (spoken) => {
  describe.each(Object.entries(screens))("the screen of %s", (_, shown) => {
    test("has no fault that axe knows, the focus where reading begins, and no unfilled place", async () => {
      language.current = spoken;
      await open(shown);
      const headings = page.getAllByRole("heading", { level: 1 });
      expect(headings).toHaveLength(1);
      const first = { pin_of_the_card: "pin", change_pin: "old-pin", unblock_pin: "puk" }[shown.view.screen as string];
      if (first) expect(page.getByTestId(first)).toHaveFocus();
      else expect(headings[0]).toHaveFocus();
      expect(document.documentElement.lang).toBe(spoken);
      expect(document.body.textContent).not.toMatch(/[{}]|\b(undefined|null|NaN)\b/);
      // jsdom has no layout: contrast and scrolling are judged in the real window.
      const { violations } = await axe.run(document.body, {
        rules: { "color-contrast": { enabled: false }, "scrollable-region-focusable": { enabled: false } },
      });
      expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
    });
  });
});

test("an older answer never covers a newer screen", async () => {
  const turn = await open(screen({ screen: "no_reader" }, { turn: 7 }));
  await turn(screen({ screen: "starting" }, { turn: 6 }));
  expect(page.getByRole("main")).toHaveAttribute("data-screen", "no_reader");
  await turn(screen({ screen: "no_card", after: null }, { turn: 8 }));
  expect(page.getByRole("main")).toHaveAttribute("data-screen", "no_card");
});

test("the language changes for this window and is stored nowhere", async () => {
  await open(screen({ screen: "no_reader" }));
  await userEvent.click(page.getByTestId("language-en"));
  expect(page.getByRole("heading", { level: 1 })).toHaveTextContent("Plug in the reader");
  expect(localStorage).toHaveLength(0);
  expect(document.cookie).toBe("");
});

test("the text grows to twice its size, by button and by key, and no further", async () => {
  await open(screen({ screen: "no_reader" }));
  const size = () => document.documentElement.style.fontSize;
  expect(size()).toBe("100%");
  await userEvent.click(page.getByTestId("text-larger"));
  expect(size()).toBe("125%");
  await userEvent.keyboard("{Control>}+++{/Control}");
  expect(size()).toBe("200%");
  expect(page.getByTestId("text-larger")).toBeDisabled();
  await userEvent.keyboard("{Control>}+0{/Control}");
  expect(size()).toBe("100%");
});

test("a good card offers the way in, and says what the portal will receive", async () => {
  await open(screens["a good card"]!);
  expect(page.getByTestId("verdict")).toHaveTextContent("12 marzo 2029");
  expect(page.getByText(/riceve il certificato/)).toBeInTheDocument();
  await userEvent.click(page.getByTestId("enter"));
  expect(invoke).toHaveBeenCalledWith("enter", undefined);
});

test("a card with an unknown says so plainly, and may go in", async () => {
  await open(screens["a card with an unknown"]!);
  expect(page.getByTestId("verdict")).toHaveAttribute("data-outcome", "unknown");
  expect(within(page.getByTestId("reasons")).getAllByRole("listitem")).toHaveLength(2);
  expect(page.getByTestId("enter")).toBeInTheDocument();
});

test("a bad card has no way in, and says why", async () => {
  await open(screens["a bad card"]!);
  expect(page.queryByTestId("enter")).not.toBeInTheDocument();
  expect(page.getByTestId("reasons")).toHaveTextContent("31 gennaio 2020");
});

test("a card with a blocked PIN has no way in, and says why", async () => {
  await open(screens["a card with a blocked PIN"]!);
  expect(page.queryByTestId("enter")).not.toBeInTheDocument();
  expect(page.queryByTestId("change-pin")).not.toBeInTheDocument();
  expect(page.getByTestId("verdict")).toHaveTextContent("PIN della carta è bloccato");
  expect(page.getByTestId("verdict")).toHaveAttribute("data-outcome", "bad");
  await userEvent.click(page.getByRole("button", { name: "Sblocca il PIN con il PUK" }));
  expect(invoke).toHaveBeenCalledWith("start_unblocking", undefined);
});

test("the statement's table has a caption, headings for both directions, and totals", async () => {
  await open(screens["area with statement"]!);
  const table = page.getByRole("table", { name: /Fondo pensioni lavoratori dipendenti/ });
  expect(within(table).getAllByRole("columnheader")).toHaveLength(7);
  expect(within(table).getAllByRole("rowheader").length).toBeGreaterThanOrEqual(3);
  expect(page.getByTestId("total-for-right")).toHaveTextContent("78");
  expect(page.getByTestId("total-for-amount")).toHaveTextContent("52");
  expect(page.getByTestId("notes")).toHaveTextContent("tempo parziale");
});

test("whose session it is stands on every screen of it", async () => {
  for (const key of [
    "reading somebody's card",
    "a good card",
    "the last try",
    "pin",
    "the pad",
    "changing the PIN",
    "before unblocking",
    "unblocking",
    "connecting",
    "the pages of a portal",
    "area loading",
    "session found",
    "an unknown card",
  ]) {
    await open(screens[key]!);
    expect(page.getByTestId("holder"), key).toHaveTextContent(NAME);
    document.body.innerHTML = "";
  }
});

test("what could not be closed is said, and nothing is claimed", async () => {
  await open(screens["a session that could not be closed"]!);
  expect(page.getByTestId("closed")).toHaveTextContent("Non sono riuscito ad avvisare il portale");
  expect(page.getByTestId("left-behind")).toHaveTextContent("portachiavi");
  expect(page.getByRole("main")).not.toHaveTextContent("non è rimasto nulla");
});

test("the example is marked and its card can be moved", async () => {
  await open(screens["the example"]!);
  expect(page.getByTestId("demo-mark")).toHaveTextContent("inventati");
  await userEvent.click(page.getByTestId("demo-move-card"));
  expect(invoke).toHaveBeenCalledWith("move_demo_card", { inserted: false });
  await userEvent.selectOptions(page.getByLabelText("Tessera"), "con il PIN bloccato");
  expect(invoke).toHaveBeenCalledWith("exchange_demo_card", { card: "blocked" });
});

test("a problem can be retried by keyboard alone", async () => {
  await open(screens["problem"]!);
  expect(page.getByTestId("problem-code")).toHaveTextContent("portal_refused");
  await userEvent.tab();
  expect(page.getByTestId("retry")).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  expect(invoke).toHaveBeenCalledWith("retry", undefined);
});
