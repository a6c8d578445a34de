//! The life that a career is drawn from: a first job on the side, employers, gaps, perhaps a shop.

use crate::career::dice::Dice;
use crate::career::ledger::{Ledger, Work, first_of, last_of};
use crate::career::{Kind, Management, Period, Walk};
use cns_portal_api::Employer;
use cns_trust::{CodiceFiscale, Sex};
use time::{Date, Duration, Month};

/// Invents the career of a person up to the month before `today`. Who is not yet nineteen that year has none.
pub(crate) fn invent(
    codice_fiscale: &CodiceFiscale,
    birth_date: Date,
    walk: Walk,
    today: Date,
) -> Vec<Period> {
    let born = birth_date.year();
    let last_month = first_of(today.year(), today.month())
        .previous_day()
        .unwrap_or(today);
    let last_of_work = last_of(born + PENSION_AGE, Month::December);
    let mut life = Life {
        dice: Dice::new(codice_fiscale.as_str()),
        ledger: Ledger::new(last_month.min(last_of_work), today.year()),
        today: first_of(born + FIRST_JOB_AGE, Month::January),
    };
    if let Some(management) = walk.side {
        life.job_on_the_side(management);
    }
    let employers = [walk.first, walk.main, walk.last].into_iter().flatten();
    if codice_fiscale.sex() == Sex::Male
        && (1950..=1984).contains(&born)
        && let Some(management) = employers.clone().next()
    {
        life.military_service(management);
    }
    if let Some(management) = walk.first {
        life.first_employer(management);
        life.unemployment(management);
    }
    if let Some(management) = walk.main {
        life.main_employer(management, codice_fiscale.sex());
    }
    if let Some(management) = walk.last {
        life.last_years(management);
    }
    life.ledger.rows()
}

struct Life {
    dice: Dice,
    ledger: Ledger,
    /// The day that the story has come to.
    today: Date,
}

impl Life {
    fn job_on_the_side(&mut self, management: Management) {
        let yearly_euro = self.dice.between(6_000, 11_000);
        let work = self.work(management, yearly_euro);
        let from = first_of(
            self.today.year(),
            self.dice.one_of(Month::January, &[Month::February]),
        );
        self.ledger.write(
            &work,
            from,
            last_of(from.year(), self.dice.one_of(Month::May, &[Month::June])),
        );
        self.today = first_of(from.year(), Month::September);
    }

    fn military_service(&mut self, management: Management) {
        self.spend(&figurative(management, Kind::MilitaryService), 364);
    }

    fn first_employer(&mut self, management: Management) {
        let yearly_euro = self.dice.between(17_000, 26_000);
        let mut work = self.work(management, yearly_euro);
        let days = self.dice.between(500, 900);
        if work.kind == Kind::Employee {
            work.kind = Kind::Apprentice;
        }
        self.spend(&work, days);
        work.kind = management.work();
        let days = self.dice.between(400, 1_200);
        self.spend(&work, days);
        let days = self.dice.between(21, 56);
        self.spend(&figurative(management, Kind::Sickness), days);
        let days = self.dice.between(400, 1_500);
        self.spend(&work, days);
    }

    fn unemployment(&mut self, management: Management) {
        let days = self.dice.between(90, 240);
        self.spend(&figurative(management, Kind::Unemployment), days);
    }

    fn main_employer(&mut self, management: Management, sex: Sex) {
        let yearly_euro = self.dice.between(20_000, 34_000);
        let mut work = self.work(management, yearly_euro);
        let days = self.dice.between(700, 1_800);
        self.spend(&work, days);
        if sex == Sex::Female {
            self.spend(&figurative(management, Kind::Maternity), 150);
        }
        work.percent = self.dice.one_of(50, &[60, 75]);
        let days = self.dice.between(500, 1_500);
        self.spend(&work, days);
        work.percent = 100;
        let days = self.dice.between(1_000, 3_000);
        self.spend(&work, days);
    }

    fn last_years(&mut self, management: Management) {
        let yearly_euro = self.dice.between(22_000, 42_000);
        let work = self.work(management, yearly_euro);
        self.spend(&work, LONGEST_LIFE_DAYS);
    }

    /// Writes what happens from today on, and lets so many days go by.
    fn spend(&mut self, work: &Work, days: u32) {
        if self.ledger.is_over(self.today) {
            return;
        }
        let last = self.today.saturating_add(Duration::days(i64::from(days) - 1));
        self.ledger.write(work, self.today, last);
        self.today = last.saturating_add(Duration::DAY);
    }

    fn work(&mut self, management: Management, yearly_euro: u32) -> Work {
        let kind = management.work();
        Work {
            management,
            kind,
            percent: 100,
            yearly_euro,
            employer: self.employer(kind),
        }
    }

    /// Nobody employs who works on their own.
    fn employer(&mut self, kind: Kind) -> Option<Employer> {
        let [first, others @ ..] = EMPLOYERS;
        let drawn = self.dice.one_of(first, &others);
        let number = format!("99{:08}", self.dice.between(0, 99_999_999));
        let name = match kind {
            Kind::Craftsperson | Kind::Shopkeeper => return None,
            Kind::Performer => THEATRE,
            Kind::Athlete => CLUB,
            Kind::PublicEmployee => TOWN,
            Kind::Employee
            | Kind::Apprentice
            | Kind::Collaborator
            | Kind::MilitaryService
            | Kind::Unemployment
            | Kind::Maternity
            | Kind::Sickness => drawn,
        };
        Some(Employer {
            name: name.to_owned(),
            number: Some(number),
        })
    }
}

/// Time that the law credits to an employee without pay.
fn figurative(management: Management, kind: Kind) -> Work {
    Work {
        management,
        kind,
        percent: 100,
        yearly_euro: 0,
        employer: None,
    }
}

const FIRST_JOB_AGE: i32 = 19;
/// Nobody works beyond the end of the year in which they are so old.
pub(crate) const PENSION_AGE: i32 = 66;
const LONGEST_LIFE_DAYS: u32 = 60 * 366;

/// Names that no company bears.
const EMPLOYERS: [&str; 7] = [
    "Officine Esempio S.r.l.",
    "Cartiera di Prova S.p.A.",
    "Cooperativa Immaginaria",
    "Molino Campione S.n.c.",
    "Servizi Inventati S.r.l.",
    "Trasporti Fantasia S.p.A.",
    "Studio Modello e Associati",
];
const THEATRE: &str = "Teatro delle Prove";
const CLUB: &str = "Polisportiva delle Prove";
const TOWN: &str = "Comune di Borgo Esempio";
