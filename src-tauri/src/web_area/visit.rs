//! A visit to a portal of pages: from the end of the way in to the end of the session.

use super::Pages;
use super::outside;
use super::pane::{Pane, Told};
use crate::asked::Asked;
use crate::desk::{Answer, Question};
use crate::expiry;
use crate::person::{Exit, Inside, Over, Person, Turn};
use crate::restart::Restart;
use crate::session::{Then, WholePortal, World};
use crate::telling::Start;
use cns_contract::{Closed, EndReason, PagesSeen, View};
use cns_login::{Problem, Readers, Vault, WalkedIn};
use cns_tls::{Arrival, HandedCookie, leave};
use tauri::Url;
use time::Duration;

impl<R: Readers, D: WholePortal, V: Vault> World<'_, R, D, V> {
    /// Shows the portal's pages until they are left: by wish, by the card, or by time. Then the session ends everywhere.
    pub(crate) async fn in_the_pages(&self, walked: WalkedIn<Arrival>, person: &mut Person) -> Then {
        let Some(pages) = self.web else {
            return Then::Start(Start::default());
        };
        let WalkedIn {
            area,
            holder_name,
            slot,
        } = walked;
        let name = holder_name.unwrap_or_default();
        let opening = Pane::open(pages, name.clone(), area.url.clone(), &area.cookies);
        let mut pane = match opening.await {
            Ok(pane) => pane,
            Err(problem) => return self.could_not_show(pages, &area.cookies, &problem, person).await,
        };
        let over = tokio::select! {
            biased;
            () = self.card_leaves(Some(&slot)) => Over::Ended(EndReason::CardRemoved),
            over = self.visit(&mut pane, &area, &name, person) => over,
        };
        person.desk.close();
        // The screen is locked at once; the log-out may take its time.
        let seen = Restart::after(self.cards.readers(), Some(&slot));
        if let Over::Ended(why) = &over {
            person.stage.show(View::SessionEnded {
                why: *why,
                closed: None,
            });
        }
        // The portal may have changed the cookies meanwhile.
        let cookies = pane.close().await.unwrap_or(area.cookies);
        if let Over::Left(Exit::Closed) = over {
            pages.frame.leave();
        }
        let portal_told = end_on_the_portal(pages, &cookies).await;
        match over {
            Over::Left(exit) => Then::Exit(exit),
            Over::Ended(why) => {
                let closed = Closed {
                    portal_told: Some(portal_told),
                    left_behind: None,
                };
                person.stage.show(View::SessionEnded {
                    why,
                    closed: Some(closed),
                });
                next(person.again(seen.wished(self.cards.readers())).await)
            }
        }
    }

    async fn could_not_show(
        &self,
        pages: &Pages,
        cookies: &[HandedCookie],
        problem: &Problem,
        person: &mut Person,
    ) -> Then {
        end_on_the_portal(pages, cookies).await;
        person.stage.show(View::problem(problem));
        next(person.again(std::future::pending()).await)
    }

    async fn visit(&self, pane: &mut Pane, area: &Arrival, name: &str, person: &mut Person) -> Over {
        let mut wanted = Wanted::default();
        let mut seen = PagesSeen {
            host: area.url.host_str().unwrap_or_default().to_owned(),
            inside: area.inside,
            outside: None,
            download: None,
            saved: None,
            idle_minutes: IDLE_MINUTES,
        };
        let mut last_page = self.clock.now();
        let mut wish = person.desk.ask(Question::Portal);
        person
            .stage
            .show_to(Some(name), View::WebArea { pages: seen.clone() });
        loop {
            let before = seen.clone();
            let idle = expiry::until(last_page + Duration::minutes(i64::from(IDLE_MINUTES)), self.clock);
            tokio::select! {
                biased;
                told = pane.told() => match told {
                    Told::At(host) => {
                        last_page = self.clock.now();
                        seen.host = host;
                    }
                    Told::Outside(url) => {
                        seen.outside = Some(url.to_string());
                        wanted.outside = Some(url);
                    }
                    Told::Download(url, file) => {
                        seen.download = Some(file.clone());
                        seen.saved = None;
                        wanted.download = Some((url, file));
                    }
                    Told::Saved(saved) => seen.saved = Some(saved),
                    Told::Closed => return Over::Ended(EndReason::LoggedOut),
                },
                over = person.inside() => if let Inside::Over(over) = over {
                    return over;
                },
                () = idle => return Over::Ended(EndReason::Expired),
                answer = &mut wish => {
                    wish = person.desk.ask(Question::Portal);
                    if let Ok(Answer::Portal(asked)) = answer {
                        wanted.serve(&asked, pane, &mut seen);
                    }
                }
            }
            if seen != before {
                if seen.outside != before.outside || seen.download != before.download {
                    pane.call_the_person();
                }
                person
                    .stage
                    .show_to(Some(name), View::WebArea { pages: seen.clone() });
            }
        }
    }
}

/// What the page wanted, and the person has not answered.
#[derive(Default)]
struct Wanted {
    outside: Option<Url>,
    download: Option<(Url, String)>,
}

impl Wanted {
    /// Does what the person asked for on our own screen.
    fn serve(&mut self, asked: &Asked, pane: &mut Pane, seen: &mut PagesSeen) {
        match asked {
            Asked::Go(to) if to == "back" => pane.back(),
            Asked::Go(to) if to == "print" => pane.print(),
            Asked::Go(to) if to == "larger" => pane.zoom(ZOOM_STEP),
            Asked::Go(to) if to == "smaller" => pane.zoom(-ZOOM_STEP),
            Asked::Go(to) if to == "outside" => {
                if let Some(url) = self.outside.take()
                    && let Err(error) = outside::open(&url)
                {
                    tracing::warn!(%error, "there is no browser");
                }
                seen.outside = None;
            }
            Asked::Go(to) if to == "stay" => {
                *self = Self::default();
                seen.outside = None;
                seen.download = None;
            }
            Asked::Print(folder) => {
                if let Some((url, name)) = self.download.take() {
                    pane.save(&url, &name, folder);
                }
                seen.download = None;
            }
            Asked::Go(_)
            | Asked::Open(_)
            | Asked::Filled(_)
            | Asked::Save(_)
            | Asked::Send
            | Asked::Back
            | Asked::Noted
            | Asked::Document { .. } => {}
        }
    }
}

/// Whether the portal was told of the end.
async fn end_on_the_portal(pages: &Pages, cookies: &[HandedCookie]) -> bool {
    match leave(&pages.way, cookies).await {
        Ok(told) => told,
        Err(problem) => {
            tracing::warn!(
                problem = problem.code.name(),
                "the portal could not be told of the end"
            );
            false
        }
    }
}

fn next(turn: Turn) -> Then {
    match turn {
        Turn::Exit(exit) => Then::Exit(exit),
        Turn::Door => Then::Door,
        Turn::Begin | Turn::Again | Turn::Care(_) => Then::Start(Start::default()),
    }
}

/// How long nobody may turn a page. A portal of pages does not say when its session ends.
const IDLE_MINUTES: u32 = 30;
const ZOOM_STEP: f64 = 0.1;
