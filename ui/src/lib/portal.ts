import type { DemoPersonSeen } from "../contract/DemoPersonSeen";
import type { View } from "../contract/View";

/** The name of the screen: of those at the door and inside, that of the step. */
export function screenName(view: View): string {
  if (view.screen === "at_the_door") return stepOf(view.page);
  if (view.screen === "inside") return stepOf(view.inside.page);
  return view.screen;
}

type Page = Extract<View, { screen: "at_the_door" }>["page"] | Extract<View, { screen: "inside" }>["inside"]["page"];

/** The name of the step, by which its help is found: `step` in `cns-contract` has it likewise. */
export function stepOf(page: Page): string {
  switch (page.page) {
    case "form":
      return page.form.name;
    case "record":
      return page.record.name;
    case "told":
      return page.what;
    case "review":
      return "request_review";
    case "received":
      return "request_received";
    case "status":
      return "request_status";
    default:
      return page.page;
  }
}

/** Who hears that the data of an invented person are to be filled in. */
const listeners = new Set<(facts: DemoPersonSeen["facts"]) => void>();

/** Fills the form that is shown, if one is, with what an invented person knows of themselves. */
export function fillIn(person: DemoPersonSeen): void {
  for (const hear of listeners) hear(person.facts);
}

/** Calls `hear` with such data, until the function that it gives is called. */
export function onFillIn(hear: (facts: DemoPersonSeen["facts"]) => void): () => void {
  listeners.add(hear);
  return () => void listeners.delete(hear);
}
