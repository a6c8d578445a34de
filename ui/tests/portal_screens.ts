import type { DoorPage } from "../src/contract/DoorPage";
import type { FieldSeen } from "../src/contract/FieldSeen";
import type { FormSeen } from "../src/contract/FormSeen";
import type { InsidePage } from "../src/contract/InsidePage";
import type { Input } from "../src/contract/Input";
import type { RecordSeen } from "../src/contract/RecordSeen";
import type { Screen } from "../src/contract/Screen";
import type { WayIn } from "../src/contract/WayIn";
import { NAME } from "./cards";
import { BRUNO, portal } from "./example";
import { screen } from "./fixtures";

export const MASKED = "PRV············X";

const field = (name: string, input: Input = "text", more: Partial<FieldSeen> = {}): FieldSeen => ({
  name,
  input,
  options: [],
  value: "",
  optional: false,
  part: null,
  fault: null,
  ...more,
});
const choice = (name: string, options: string[], more: Partial<FieldSeen> = {}) => field(name, "choice", { options, ...more });

export const form = (name: string, fields: FieldSeen[], more: Partial<FormSeen> = {}): FormSeen => ({
  name,
  case: null,
  fields,
  people: null,
  refused: null,
  may_save: false,
  may_go_back: true,
  ...more,
});

const codice = field("codice_fiscale", "code");
const tessera = [
  field("tessera_number", "digits", { part: "tessera" }),
  field("tessera_expiry", "day"),
];

/** The forms at the door, as `src-tauri/src/door` makes them. */
export const doorForms: FormSeen[] = [
  form("log_in", [codice, field("pin", "secret")]),
  form("log_in_initial", [codice, field("first_half", "secret", { part: "halves" }), field("second_half", "secret")]),
  form("request_start", [codice, choice("residence", ["italy", "abroad"])]),
  form("request_person", [
    field("surname", "text", { part: "who" }),
    field("name"),
    choice("sex", ["F", "M"]),
    field("birth_date", "day"),
    field("birth_place"),
    field("street", "text", { part: "home" }),
    field("town"),
    field("province", "text", { optional: true }),
    field("postal_code"),
    field("country", "code", { value: "IT" }),
    field("mobile", "phone", { part: "contacts", optional: true }),
    field("landline", "phone", { optional: true }),
    field("email", "email", { optional: true }),
    field("pec", "email", { optional: true }),
    choice("preferred_phone", ["mobile", "landline"], { part: "call" }),
    choice("call_slot", ["morning", "afternoon", "evening"]),
  ]),
  form("request_lookup", [field("receipt", "code")]),
  form("activate", [codice, ...tessera, field("first_half", "secret", { part: "half" })]),
  form("activate_contacts", [
    field("mobile", "phone"),
    choice("other_kind", ["email", "pec", "landline", "fax"]),
    field("other_value"),
    choice("send_second_to", ["mobile", "email", "pec", "letter"], { part: "second" }),
  ]),
  form("restore", [codice]),
  form("restore_code", [field("code", "secret")]),
  form("revoke", [codice, ...tessera, field("contacts_lost", "check", { optional: true })]),
  form("revoke_code", [field("code", "secret")]),
];

/** The forms inside. */
export const insideForms: FormSeen[] = [
  form("change_pin", [], { case: "initial", may_go_back: false }),
  form("change_pin", [field("chosen", "secret"), field("chosen_again", "secret")], { case: "expired", may_go_back: false }),
  form("change_pin", [field("current", "secret")], { case: "wish" }),
  form("convert", [
    choice("document_kind", ["carta_identita", "passaporto"], { part: "document" }),
    field("document_number", "code"),
    field("document_expiry", "day"),
  ]),
  form(
    "assegno_unico",
    [
      field("other_parent", "code", { optional: true }),
      choice("share", ["whole", "half"], { part: "payment" }),
      field("iban", "code"),
      field("statements_accepted", "check", { part: "statements" }),
    ],
    {
      may_save: true,
      people: {
        name: "children",
        rows: [{ codice_fiscale: "", relation: "", disability: false }],
        relations: [],
        asks_disability: true,
        at_most: 12,
        fault: null,
      },
    },
  ),
  form("assegno_nucleo", [field("income_year", "digits"), field("income"), field("employer"), field("statements_accepted", "check")], {
    may_save: true,
    people: {
      name: "members",
      rows: [{ codice_fiscale: BRUNO, relation: "fratello_sorella", disability: false }],
      relations: ["coniuge", "fratello_sorella", "nipote"],
      asks_disability: true,
      at_most: 12,
      fault: "people",
    },
  }),
  form("isee", [field("rents", "check"), field("statements_accepted", "check")], {
    may_save: true,
    people: { name: "household", rows: [], relations: [], asks_disability: false, at_most: 12, fault: "nobody" },
  }),
  form("variazione_indirizzo", [
    field("street", "text", { part: "home" }),
    field("town"),
    field("province"),
    field("postal_code"),
    field("country", "code"),
    field("since", "day"),
  ], { may_save: true }),
  form("variazione_contatti", [choice("contact", ["mobile", "landline", "email", "pec", "fax"]), field("value")], { may_save: true }),
  form("integrate", [field("text", "lines")]),
];

const expected = [
  { half: "first", by: "mobile", to: "···· 000", within_hours: 48, sent: true },
  { half: "second", by: "letter", to: "Bruno Provetti", within_hours: 336, sent: false },
];

const refused = { code: "portal_refused", retriable: true, facts: { host: "api.example.org", status: "500" } };

const doorPages: Record<string, DoorPage> = {
  "the door": { page: "door", reader: "no_card" },
  "the door and a card": { page: "door", reader: "card" },
  ...Object.fromEntries(doorForms.map((shown) => [`the form ${shown.name}`, { page: "form", form: shown } as const])),
  "a form that was refused": {
    page: "form",
    form: form("request_start", [{ ...codice, value: "PRV", fault: "codice_fiscale" }, choice("residence", ["italy", "abroad"])], { refused }),
  },
  "the review": {
    page: "review",
    facts: [
      { name: "codice_fiscale", value: BRUNO, is_word: false },
      { name: "residence", value: "italy", is_word: true },
      { name: "call_slot", value: "morning", is_word: true },
    ],
    refused: null,
  },
  "a review that did not leave": { page: "review", facts: [{ name: "surname", value: "PROVETTI", is_word: false }], refused },
  "the receipt": { page: "received", receipt: "ABCD-2345-EFGH-6789", expected },
  "the state of a request": { page: "status", state: "da_verificare", received_at: "2026-11-22T20:15:00Z", expected },
  ...Object.fromEntries(
    ["activated", "restore_sent", "revoked", "locked"].map((what) => [what, { page: "told", what, expected: [] } as const]),
  ),
};

const record = (name: string, parts: RecordSeen["parts"], more: Partial<RecordSeen> = {}): RecordSeen => ({
  name,
  about: {},
  notice: null,
  parts,
  may_print: false,
  saved_in: null,
  refused: null,
  ...more,
});

export const records: RecordSeen[] = [
  record("pension_slips", [
    {
      part: "table",
      name: "slips",
      columns: ["month", "net", "state"],
      rows: [
        { cells: [{ is: "month", value: "2026-11" }, { is: "euro", value: "1234.50" }, { is: "word", value: "pagato" }], opens: "slip:2026-11" },
      ],
    },
    { part: "doors", doors: [{ name: "compare", opens: "compare:2026-10:2026-11" }] },
  ]),
  record(
    "pension_slip",
    [
      { part: "facts", facts: [{ name: "net", value: { is: "euro", value: "1234.50" } }, { name: "value_date", value: { is: "day", value: "2026-11-02" } }] },
      { part: "table", name: "lines", columns: ["text", "amount"], rows: [{ cells: [{ is: "text", value: "IRPEF" }, { is: "euro", value: "-120.00" }], opens: null }] },
    ],
    { about: { month: "2026-11" }, notice: "Dati di esempio.", may_print: true, saved_in: "/home/ada/Scaricati/cedolino.pdf" },
  ),
  record("slip_comparison", [{ part: "table", name: "compared", columns: ["text", "first", "second", "difference"], rows: [] }], { about: { first: "2026-10", second: "2026-11" } }),
  record("tax_certificates", [{ part: "table", name: "years", columns: ["year"], rows: [{ cells: [{ is: "text", value: "2025" }], opens: "tax:2025" }] }]),
  record("tax_certificate", [{ part: "table", name: "points", columns: ["point", "about", "amount", "days"], rows: [{ cells: [{ is: "number", value: 1 }, { is: "text", value: "Redditi" }, { is: "empty" }, { is: "number", value: 365 }], opens: null }] }], { about: { year: "2025" }, refused, may_print: true }),
  record("notices", [{ part: "table", name: "notices", columns: ["title", "kind", "at", "due", "read"], rows: [] }]),
  record("notice", [{ part: "words", words: "Il tuo PIN è dispositivo." }, { part: "doors", doors: [{ name: "application", opens: "application:1" }] }]),
  record("accesses", [{ part: "table", name: "accesses", columns: ["at", "method", "outcome", "pin_kind"], rows: [{ cells: [{ is: "moment", value: "2026-11-22T20:15:00Z" }, { is: "word", value: "pin" }, { is: "word", value: "refused" }, { is: "word", value: "ordinario" }], opens: null }] }]),
  record("contacts", [{ part: "table", name: "contacts", columns: ["contact", "masked", "verified", "since_when"], rows: [] }, { part: "doors", doors: [{ name: "change_contact", opens: "variazione_contatti" }] }]),
  record("applications", [{ part: "table", name: "applications", columns: ["kind", "state", "filed"], rows: [] }]),
  record("portal_pin", [{ part: "facts", facts: [{ name: "state", value: { is: "word", value: "attivo" } }] }, { part: "doors", doors: [{ name: "change_pin", opens: "change_pin" }, { name: "convert", opens: "convert" }] }]),
  record("not_operable", [{ part: "words", words: "Segnalazione contributiva" }]),
];

const insidePages: Record<string, InsidePage> = {
  loading: { page: "loading" },
  "what did not come": { page: "failed", problem: refused },
  services: {
    page: "services",
    profiles: ["cittadino", "lavoratore_privato"],
    services: [
      { id: "estratto_conto", name: "Estratto conto contributivo", about: "I tuoi contributi.", level: "ordinario", operable: true },
      { id: "assegno_unico", name: "Assegno unico", about: "Presenta la domanda.", level: "dispositivo", operable: true },
      { id: "delega", name: "Deleghe", about: "Solo con la tessera.", level: "cns", operable: true },
      { id: "segnalazione", name: "Segnalazione", about: "Altrove.", level: "ordinario", operable: false },
    ],
    unread: 2,
  },
  "no service at all": { page: "services", profiles: [], services: [], unread: 0 },
  ...Object.fromEntries(records.map((shown) => [`the record ${shown.name}`, { page: "record", record: shown } as const])),
  ...Object.fromEntries(insideForms.map((shown) => [`the form ${shown.name} ${shown.case ?? ""}`, { page: "form", form: shown } as const])),
  "an application on hold": {
    page: "application",
    application: {
      kind: "assegno_unico",
      state: "trattenuta",
      protocol: null,
      filed_at: "2026-11-22T20:15:00Z",
      due: null,
      events: [{ at: "2026-11-22T20:15:00Z", state: "trattenuta", note: null }],
      may_integrate: false,
    },
    saved_in: "/home/ada/domanda.pdf",
    refused: null,
  },
  "an application that lacks something": {
    page: "application",
    application: {
      kind: "isee",
      state: "in_evidenza",
      protocol: "ESEMPIO-2026-0000001",
      filed_at: "2026-11-22T20:15:00Z",
      due: "2027-01-21",
      events: [{ at: "2026-11-22T20:15:00Z", state: "in_evidenza", note: "Manca un codice fiscale." }],
      may_integrate: true,
    },
    saved_in: null,
    refused,
  },
  "papers to send": { page: "documents", state: "bozza", has: ["front"], reason: null, saved_in: "/home/ada/modulo.pdf", refused: null },
  "papers that are complete": { page: "documents", state: "bozza", has: ["front", "back", "form"], reason: null, saved_in: null, refused },
  "a conversion that was refused": { page: "documents", state: "respinta", has: [], reason: "Il documento è scaduto.", saved_in: null, refused: null },
  "a new PIN": { page: "new_portal_pin", generated: true },
  "a PIN that was chosen": { page: "new_portal_pin", generated: false },
};

export const inside = (page: InsidePage, way_in: WayIn = "pin_ordinario"): Screen =>
  screen(
    { screen: "inside", inside: { expires_at: "2026-11-22T20:15:00Z", kept: "memory", card_inside: way_in === "card", way_in, page } },
    { holder_name: NAME, holder_code: MASKED },
  );

export const atTheDoor = (page: DoorPage): Screen => screen({ screen: "at_the_door", page });

/** Every screen of the portal's PIN and of the area, at least once. */
export const portalScreens: Record<string, Screen> = {
  ...Object.fromEntries(Object.entries(doorPages).map(([name, page]) => [name, atTheDoor(page)])),
  ...Object.fromEntries(Object.entries(insidePages).map(([name, page]) => [name, inside(page)])),
  "the door of a portal whose PIN ended": {
    ...atTheDoor({ page: "door", reader: "no_reader" }),
    portal: {
      ...portal,
      name: { it: "INPS" },
      host: "",
      pin: "ended",
      pin_note: { it: "Il PIN INPS è finito nel 2021.", en: "The INPS PIN ended in 2021." },
      in_the_browser: "https://www.inps.it/",
    },
  },
  "the door of a portal without a PIN": {
    ...atTheDoor({ page: "door", reader: "no_service" }),
    portal: { ...portal, name: { it: "Altro" }, host: "cns.example.org", pin: "none" },
  },
  "services of a card": inside(insidePages["services"]!, "card"),
};
