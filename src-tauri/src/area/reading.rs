//! What there is to read: services, and the records that the portal keeps.

use super::{Next, Place, Record, Room, elsewhere, records, way_in};
use crate::asked::Asked;
use crate::door::word_of;
use crate::session::WholePortal;
use cns_contract::{InsidePage, RecordSeen, ServiceSeen, WayIn};
use cns_login::{Print, Problem, ProblemCode, Readers, Session, Vault};

impl<R: Readers, D: WholePortal, V: Vault> Room<'_, R, D, V> {
    pub(super) async fn services(&self) -> Result<Next, Next> {
        let (session, portal) = (self.live.session(), self.world.portal);
        let all = async {
            let ((), services, notices) = tokio::join!(
                self.learn_the_kind(),
                portal.services(&session),
                portal.notices(&session)
            );
            // The services are there without the notices too.
            let unread = notices.map_or(0, |notices| {
                notices.items.iter().filter(|notice| !notice.read).count()
            });
            Ok::<_, Problem>((services?, unread))
        };
        let (services, unread) = self.got(all).await?;
        let page = InsidePage::Services {
            profiles: services.profiles.iter().map(word_of).collect(),
            services: services
                .items
                .into_iter()
                .map(|service| ServiceSeen {
                    level: word_of(&service.level),
                    id: service.id,
                    name: service.name,
                    about: service.about,
                    operable: service.operable,
                })
                .collect(),
            unread: u32::try_from(unread).unwrap_or(u32::MAX),
        };
        Ok(elsewhere(self.ask(page).await).into())
    }

    /// A PIN may have become dispositivo while its session went on: what it allows now is asked for.
    async fn learn_the_kind(&self) {
        let session = self.live.session();
        if way_in(&session) != WayIn::PinOrdinario {
            return;
        }
        if let Ok(about) = self.world.portal.about_pin(&session).await {
            let kind = Some(about.kind);
            self.live
                .goes_on_as(Session { kind, ..session }, self.live.kept());
        }
    }

    /// Reads a record, and saves its print as often as that is wished for.
    pub(super) async fn read(&self, wanted: &Record) -> Result<Next, Next> {
        let mut record = self.record(wanted).await?;
        loop {
            let page = InsidePage::Record {
                record: record.clone(),
            };
            match (self.ask(page).await, print_of(wanted)) {
                (Asked::Print(folder), Some(print)) => {
                    let session = self.live.session();
                    let saved = self
                        .save(self.world.portal.print(&session, &print), &folder)
                        .await;
                    (record.saved_in, record.refused) = match saved {
                        Ok(path) => (Some(path), None),
                        Err(problem) => (None, Some(self.refused(&problem)?)),
                    };
                }
                (Asked::Back, _) => return Ok(above(wanted).into()),
                (asked, _) => return Ok(elsewhere(asked).into()),
            }
        }
    }

    async fn record(&self, wanted: &Record) -> Result<RecordSeen, Next> {
        let (session, portal) = (self.live.session(), self.world.portal);
        Ok(match wanted {
            Record::Slips => records::slips(self.got(portal.slips(&session)).await?),
            Record::Slip(month) => records::slip(self.got(portal.slip(&session, month)).await?),
            Record::Compared(first, second) => {
                records::compared(self.got(portal.compare_slips(&session, first, second)).await?)
            }
            Record::Taxes => records::taxes(self.got(portal.tax_certificates(&session)).await?),
            Record::Tax(year) => records::tax(self.got(portal.tax_certificate(&session, *year)).await?),
            Record::Notices => records::notices(self.got(portal.notices(&session)).await?),
            Record::Notice(id) => {
                let notices = self.got(portal.notices(&session)).await?;
                let Some(notice) = notices.items.into_iter().find(|notice| notice.id == *id) else {
                    return Err(Place::from(Record::Notices).into());
                };
                if !notice.read
                    && let Err(problem) = portal.notice_read(&session, id).await
                {
                    tracing::warn!(problem = problem.code.name(), "the notice stays unread");
                }
                records::notice(notice)
            }
            Record::Accesses => records::accesses(self.got(portal.accesses(&session)).await?),
            Record::Contacts => records::contacts(self.got(portal.contacts(&session)).await?),
            Record::Applications => records::applications(self.got(portal.applications(&session)).await?),
            Record::Pin => self.pin().await?,
            Record::NotHere => records::empty("not_operable"),
        })
    }

    /// What the holder may know of the PIN: also that there is none.
    async fn pin(&self) -> Result<RecordSeen, Next> {
        self.show(InsidePage::Loading);
        let session = self.live.session();
        match self.world.portal.about_pin(&session).await {
            Ok(about) => Ok(records::pin(&about)),
            Err(problem) if problem.code == ProblemCode::NotFound => Ok(records::empty("portal_pin")),
            Err(problem) => Err(self.failed(&problem).await),
        }
    }
}

/// The print that the portal makes of it.
fn print_of(record: &Record) -> Option<Print> {
    match record {
        Record::Slip(month) => Some(Print::Slip { month: month.clone() }),
        Record::Tax(year) => Some(Print::TaxCertificate { year: *year }),
        Record::Slips
        | Record::Compared(_, _)
        | Record::Taxes
        | Record::Notices
        | Record::Notice(_)
        | Record::Accesses
        | Record::Contacts
        | Record::Applications
        | Record::Pin
        | Record::NotHere => None,
    }
}

/// Where one goes back to.
fn above(record: &Record) -> Place {
    match record {
        Record::Slip(_) | Record::Compared(_, _) => Record::Slips.into(),
        Record::Tax(_) => Record::Taxes.into(),
        Record::Notice(_) => Record::Notices.into(),
        Record::Slips
        | Record::Taxes
        | Record::Notices
        | Record::Accesses
        | Record::Contacts
        | Record::Applications
        | Record::Pin
        | Record::NotHere => Place::Services,
    }
}
