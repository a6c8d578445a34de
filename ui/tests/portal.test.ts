import { screen as page, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { invoke } from "@tauri-apps/api/core";
import { describe, expect, test, vi } from "vitest";
import { screenName } from "../src/lib/portal";
import { language } from "../src/lib/texts.svelte";
import { NAME } from "./cards";
import { BRUNO, example } from "./example";
import { screen, screens } from "./fixtures";
import { open } from "./page";
import { MASKED, atTheDoor, doorForms, inside, insideForms, portalScreens } from "./portal_screens";

describe.each(["it", "en"] as const)("in %s", (spoken) => {
  describe.each(Object.entries(portalScreens))("the screen of %s", (_, shown) => {
    test("has no fault that axe knows, the focus on its heading, and help, what happens next and whom to call", async () => {
      language.current = spoken;
      await open(shown);
      const headings = page.getAllByRole("heading", { level: 1 });
      expect(headings).toHaveLength(1);
      expect(headings[0]).toHaveFocus();
      for (const code of document.querySelectorAll("code")) code.remove();
      expect(document.body.textContent).not.toMatch(/[{}]|\b(undefined|null|NaN)\b|\w_\w/);
      const help = page.getByTestId("step-help");
      expect(help).toHaveAttribute("data-step", screenName(shown.view));
      for (const part of ["step-help-text", "step-next", "numbers"]) {
        expect(within(help).getByTestId(part).textContent?.trim()).not.toBe("");
      }
      expect(within(help).getByTestId("numbers")).toHaveTextContent("800 000 000");
      const { violations } = await axe.run(document.body, {
        rules: { "color-contrast": { enabled: false }, "scrollable-region-focusable": { enabled: false } },
      });
      expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
    });
  });
});

const secretFields = [...doorForms, ...insideForms].flatMap((form) =>
  form.fields.filter((field) => field.input === "secret").map((field) => [form.name, field.name] as const),
);

test.each(secretFields)("the form %s hides %s, and no program fills it in or keeps it", async (name, secret) => {
  const door = doorForms.find((form) => form.name === name);
  const within_ = insideForms.find((form) => form.name === name && form.fields.some((field) => field.name === secret));
  await open(door ? atTheDoor({ page: "form", form: door }) : inside({ page: "form", form: within_! }));
  const field = page.getByTestId(secret);
  expect(field).toHaveAttribute("type", "password");
  expect(field).toHaveAttribute("autocomplete", "off");
  await userEvent.type(field, "ABCD2345");
  await userEvent.click(page.getByTestId("form-submit"));
  expect(field).toHaveValue("");
});

test("the sixteen characters are typed as two labelled halves, and leave as two", async () => {
  await open(atTheDoor({ page: "form", form: doorForms.find((form) => form.name === "log_in_initial")! }));
  await userEvent.type(page.getByLabelText("Codice fiscale"), BRUNO);
  await userEvent.type(page.getByLabelText(/^Prima parte/), "ABCD2345");
  await userEvent.type(page.getByLabelText(/^Seconda parte/), "EFGH6789");
  await userEvent.click(page.getByTestId("form-submit"));
  const filled = {
    form: "log_in_initial",
    values: { codice_fiscale: BRUNO, first_half: "ABCD2345", second_half: "EFGH6789" },
    people: [],
  };
  expect(invoke).toHaveBeenCalledWith("ask_portal", { asked: { wish: "filled", filled } });
});

describe("a new PIN", () => {
  const shown = portalScreens["a new PIN"]!;
  const say = (pin: string | null) =>
    vi.mocked(invoke).mockImplementation((command) =>
      Promise.resolve(command === "current_screen" ? shown : command === "take_new_portal_pin" ? pin : null),
    );

  test("is asked for once, shown with what to do with it, and cannot be copied", async () => {
    const turn = await open(shown);
    say("KLMN2345");
    await turn({ ...shown, turn: 2, view: { screen: "starting" } });
    await turn({ ...shown, turn: 3 });
    const pin = await page.findByTestId("new-pin-shown");
    expect(pin).toHaveTextContent("KLMN2345");
    expect(page.getByRole("main")).toHaveTextContent("stampalo o imparalo");
    expect(page.getByTestId("print-pin")).toBeInTheDocument();
    const copied = new Event("copy", { bubbles: true, cancelable: true });
    pin.dispatchEvent(copied);
    expect(copied.defaultPrevented).toBe(true);
    await turn({ ...shown, turn: 4 });
    expect(vi.mocked(invoke).mock.calls.filter(([command]) => command === "take_new_portal_pin")).toHaveLength(2);
  });

  test("that was shown already is gone, and the page says so", async () => {
    await open(shown);
    await waitFor(() => expect(page.getByTestId("new-pin-gone")).toBeInTheDocument());
    expect(page.queryByTestId("print-pin")).not.toBeInTheDocument();
    await userEvent.click(page.getByTestId("pin-noted"));
    expect(invoke).toHaveBeenCalledWith("ask_portal", { asked: { wish: "noted" } });
  });
});

test("who the session belongs to stands on every screen inside, masked, with the way to another person", async () => {
  const [first, ...others] = Object.entries(portalScreens);
  const turnTo = await open(first![1]);
  for (const [index, [name, shown]] of others.entries()) {
    await turnTo({ ...shown, turn: index + 2, view_turn: index + 2 });
    if (shown.view.screen === "inside") {
      expect(page.getByTestId("holder"), name).toHaveTextContent(NAME);
      expect(page.getByTestId("holder-code"), name).toHaveTextContent(MASKED);
      expect(page.getByTestId("change-person"), name).toBeInTheDocument();
    } else {
      expect(page.queryByTestId("holder"), name).not.toBeInTheDocument();
      expect(page.queryByTestId("change-person"), name).not.toBeInTheDocument();
    }
  }
  await userEvent.click(page.getByTestId("change-person"));
  expect(invoke).toHaveBeenCalledWith("change_person", undefined);
});

test("the door has the card and the PIN side by side, and the steps of the PIN's life", async () => {
  await open(portalScreens["the door"]!);
  expect(page.getByRole("heading", { level: 1 })).toHaveTextContent("Accedi a Portale di riferimento");
  expect(page.getByTestId("door-reader")).toHaveAttribute("aria-live", "polite");
  for (const to of ["request", "request_lookup", "activate", "convert", "restore", "revoke"]) {
    await userEvent.click(page.getByTestId(`to-${to}`));
    expect(invoke).toHaveBeenCalledWith("ask_portal", { asked: { wish: "go", to } });
  }
});

test("a portal whose PIN ended says so, offers no field for it, and leads to the browser", async () => {
  await open(portalScreens["the door of a portal whose PIN ended"]!);
  expect(page.getByTestId("pin-ended")).toHaveTextContent("è finito nel 2021");
  expect(page.queryByTestId("with-pin")).not.toBeInTheDocument();
  expect(page.queryByTestId("with-card")).not.toBeInTheDocument();
  expect(page.getByTestId("door-browser")).toHaveTextContent("https://www.inps.it/");
});

test("what a PIN ordinario cannot do is said, with the way to the conversion", async () => {
  await open(portalScreens["services"]!);
  await userEvent.click(within(page.getByTestId("ordinario")).getByTestId("to-convert"));
  expect(invoke).toHaveBeenCalledWith("ask_portal", { asked: { wish: "go", to: "convert" } });
  document.body.innerHTML = "";
  await open(portalScreens["services of a card"]!);
  expect(page.queryByTestId("ordinario")).not.toBeInTheDocument();
});

test("an application on hold tells the date that is safe", async () => {
  await open(portalScreens["an application on hold"]!);
  expect(page.getByTestId("held")).toHaveTextContent("La data è salva");
  expect(page.getByTestId("filed-at")).toHaveAttribute("data-at", "2026-11-22T20:15:00Z");
});

test("people are named one by one, and leave with the form", async () => {
  await open(inside({ page: "form", form: insideForms.find((form) => form.name === "assegno_unico")! }));
  await userEvent.type(page.getByTestId("person-0"), BRUNO);
  await userEvent.click(page.getByTestId("add-person"));
  expect(page.getAllByTestId("person")).toHaveLength(2);
  await userEvent.click(page.getByTestId("remove-person-1"));
  await userEvent.click(page.getByTestId("form-save"));
  const { people } = (vi.mocked(invoke).mock.calls.at(-1)![1] as { asked: { filled: { people: unknown } } }).asked.filled;
  expect(people).toEqual([{ codice_fiscale: BRUNO, relation: "", disability: false }]);
});

test("a page that is too large never leaves, and one that is not goes as its bytes", async () => {
  await open(portalScreens["papers to send"]!);
  expect(page.getByTestId("send-conversion")).toBeDisabled();
  const large = new File([new Uint8Array(5 * 1024 * 1024 + 1)], "foto.png", { type: "image/png" });
  await userEvent.upload(page.getByTestId("upload-back"), large);
  expect(await page.findByTestId("fault-back")).toHaveTextContent("5 MB");
  const small = new File([new Uint8Array([1, 2, 3])], "foto.png", { type: "image/png" });
  await userEvent.upload(page.getByTestId("upload-back"), small);
  await waitFor(() =>
    expect(invoke).toHaveBeenCalledWith("hand_document", new Uint8Array([1, 2, 3]), { headers: { side: "back" } }),
  );
});

test("the example's letter box shows what came, fills in a form and plays the operator", async () => {
  const start = doorForms.find((form) => form.name === "request_start")!;
  await open({ ...atTheDoor({ page: "form", form: start }), demo: example });
  await userEvent.click(page.getByText("Cassetta della posta"));
  expect(page.getByTestId("mailbox-count")).toHaveAttribute("data-count", "2");
  const messages = page.getAllByTestId("message");
  expect(messages[0]).toHaveAttribute("data-channel", "letter");
  expect(messages[1]).toHaveTextContent("ABCD 2345");
  await userEvent.click(page.getByTestId("fill-in"));
  expect(page.getByTestId("codice_fiscale")).toHaveValue(BRUNO);
  await userEvent.click(page.getByTestId("play-operator"));
  expect(invoke).toHaveBeenCalledWith("play_operator", undefined);
});

test("the other ways in are offered where the story says so", async () => {
  await open(screens["no card"]!);
  expect(page.queryByTestId("open-door")).not.toBeInTheDocument();
  document.body.innerHTML = "";
  await open(screen({ screen: "no_card", after: null }, { door_offered: true }));
  await userEvent.click(page.getByTestId("open-door"));
  expect(invoke).toHaveBeenCalledWith("open_door", undefined);
});
