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
