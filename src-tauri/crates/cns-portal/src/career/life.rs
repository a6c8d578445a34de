//! The life that a career is drawn from: a first job on the side, employers, gaps, perhaps a shop.

use crate::career::dice::Dice;
use crate::career::ledger::{Ledger, Work, first_of, last_of};
use crate::career::{Kind, Management, Period};
use crate::person;
use cns_portal_api::Employer;
use cns_trust::{CodiceFiscale, Sex};
use time::{Date, Duration, Month};

/// Invents the career of a person up to the month before `today`. Who is not yet nineteen that year has none.
pub(crate) fn invent(codice_fiscale: &CodiceFiscale, today: Date) -> Vec<Period> {
    let born = person::birth_date(codice_fiscale, today).year();
    let last_month = first_of(today.year(), today.month())
        .previous_day()
        .unwrap_or(today);
    let last_of_work = last_of(born + PENSION_AGE, Month::December);
    let mut life = Life {
        dice: Dice::new(codice_fiscale.as_str()),
        ledger: Ledger::new(last_month.min(last_of_work), today.year()),
        today: first_of(born + FIRST_JOB_AGE, Month::January),
    };
    life.job_on_the_side();
    if codice_fiscale.sex() == Sex::Male && (1950..=1984).contains(&born) {
        life.military_service();
    }
    life.first_employer();
    life.unemployment();
    life.second_employer(codice_fiscale.sex());
    life.last_years();
    life.ledger.rows()
}

struct Life {
    dice: Dice,
    ledger: Ledger,
    /// The day that the story has come to.
    today: Date,
}

impl Life {
    fn job_on_the_side(&mut self) {
        let (management, kind) = self.dice.one_of(
            (Management::Separate, Kind::Collaborator),
            &[(Management::Stage, Kind::Performer)],
        );
        let mut employer = self.employer();
        if kind == Kind::Performer {
            employer.name = THEATRE.to_owned();
        }
        let yearly_euro = self.dice.between(6_000, 11_000);
        let work = Work {
            management,
            kind,
            percent: 100,
            yearly_euro,
            employer: Some(employer),
        };
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

    fn military_service(&mut self) {
        self.spend(&figurative(Kind::MilitaryService), 364);
    }

    fn first_employer(&mut self) {
        let yearly_euro = self.dice.between(17_000, 26_000);
        let employer = Some(self.employer());
        let mut work = Work {
            management: Management::Employees,
            kind: Kind::Apprentice,
            percent: 100,
            yearly_euro,
            employer,
        };
        let days = self.dice.between(500, 900);
        self.spend(&work, days);
        work.kind = Kind::Employee;
        let days = self.dice.between(400, 1_200);
        self.spend(&work, days);
        let days = self.dice.between(21, 56);
        self.spend(&figurative(Kind::Sickness), days);
        let days = self.dice.between(400, 1_500);
        self.spend(&work, days);
    }

    fn unemployment(&mut self) {
        let days = self.dice.between(90, 240);
        self.spend(&figurative(Kind::Unemployment), days);
    }

    fn second_employer(&mut self, sex: Sex) {
        let yearly_euro = self.dice.between(20_000, 34_000);
        let employer = Some(self.employer());
        let mut work = Work {
            management: Management::Employees,
            kind: Kind::Employee,
            percent: 100,
            yearly_euro,
            employer,
        };
        let days = self.dice.between(700, 1_800);
        self.spend(&work, days);
        if sex == Sex::Female {
            self.spend(&figurative(Kind::Maternity), 150);
        }
        work.percent = self.dice.one_of(50, &[60, 75]);
        let days = self.dice.between(500, 1_500);
        self.spend(&work, days);
        work.percent = 100;
        let days = self.dice.between(1_000, 3_000);
        self.spend(&work, days);
    }

    fn last_years(&mut self) {
        let employees = (Management::Employees, Kind::Employee);
        let own_shop = [
            (Management::Craft, Kind::Craftsperson),
            (Management::Trade, Kind::Shopkeeper),
        ];
        let (management, kind) = self.dice.one_of(employees, &own_shop);
        let yearly_euro = self.dice.between(22_000, 42_000);
        let employer = (kind == Kind::Employee).then(|| self.employer());
        self.spend(
            &Work {
                management,
                kind,
                percent: 100,
                yearly_euro,
                employer,
            },
            LONGEST_LIFE_DAYS,
        );
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

    fn employer(&mut self) -> Employer {
        let [first, others @ ..] = EMPLOYERS;
        let name = self.dice.one_of(first, &others).to_owned();
        let number = format!("99{:08}", self.dice.between(0, 99_999_999));
        Employer {
            name,
            number: Some(number),
        }
    }
}

/// Time that the law credits to an employee without pay.
fn figurative(kind: Kind) -> Work {
    Work {
        management: Management::Employees,
        kind,
        percent: 100,
        yearly_euro: 0,
        employer: None,
    }
}

const FIRST_JOB_AGE: i32 = 19;
const PENSION_AGE: i32 = 66;
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
