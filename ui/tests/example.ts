import type { DemoSeen } from "../src/contract/DemoSeen";
import type { PortalSeen } from "../src/contract/PortalSeen";

/** An invented code, of which the check character is right. */
export const BRUNO = "PRVBRN82A01H501T";

export const example: DemoSeen = {
  pin: null,
  puk: "87654321",
  card_inserted: true,
  card: "good",
  cards: ["good", "last_try", "blocked", "not_activated", "revoked"],
  people: [
    {
      name: "Bruno Provetti",
      facts: { codice_fiscale: BRUNO, tessera_number: "80380000000000000017", tessera_expiry: "2030-05-31", surname: "PROVETTI" },
    },
  ],
  mailbox: [
    { channel: "sms", at: "2026-11-22T20:15:00Z", to: "+39 333 0000000", subject: "", text: "Prima parte: ABCD 2345" },
    { channel: "letter", at: "2026-11-22T20:16:00Z", to: "Bruno Provetti", subject: "Seconda parte", text: "EFGH 6789" },
  ],
};

const number = (label: string, value: string, more: Partial<PortalSeen["numbers"][number]> = {}) => ({
  label: { it: label, en: label },
  number: value,
  cost: {},
  is_fax: false,
  historical: false,
  ...more,
});

/** What a portal says beside its name. */
export const portal: Omit<PortalSeen, "name" | "host"> = {
  pin: "offered",
  pin_note: {},
  in_the_browser: null,
  numbers: [
    number("Contact center", "800 000 000", { cost: { it: "gratuito", en: "free" }, historical: true }),
    number("Fax", "800 000 001", { is_fax: true }),
  ],
};
