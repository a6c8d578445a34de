import type { FindingSeen } from "../src/contract/FindingSeen";
import type { OwnProfile } from "../src/contract/OwnProfile";
import type { PagesSeen } from "../src/contract/PagesSeen";

/** A portal's pages, with everything that they can ask for. */
export const pages: PagesSeen = {
  host: "portale.example.org",
  inside: true,
  outside: "https://www.example.net/a?b=c",
  download: "estratto.pdf",
  saved: null,
  idle_minutes: 30,
};

/** A profile that a person brought along. */
export const ownProfile: OwnProfile = {
  path: "/home/anna/ente.toml",
  lines: {
    it: [
      { about: "Portale", says: "Ente d'esempio (ente)" },
      { about: "Chi può chiedere la tessera", says: "idp.ente.example.org" },
    ],
    en: [
      { about: "Portal", says: "Example body (ente)" },
      { about: "Who may ask for the card", says: "idp.ente.example.org" },
    ],
  },
};

/** What a look at that portal found. */
export const look: FindingSeen[] = [
  { code: "reachable", outcome: "good", case: "good", facts: { host: "idp.ente.example.org" }, evidence: null },
  {
    code: "interception",
    outcome: "unknown",
    case: "private",
    facts: { host: "idp.ente.example.org", issuer: "Antivirus d'esempio" },
    evidence: null,
  },
];
