//! What the institute has paid, as the area shows it: slips, two months side by side, certificates.

use crate::area::slips::{Line, Rata, Slip};
use crate::area::{Operation, Permit, tax};
use crate::career::Dice;
use crate::error::PortalError;
use crate::person;
use crate::portal::{LiveSession, Portal};
use crate::problem::Refusal;
use crate::store::Citizen;
use cns_portal_api::{
    ComparedLine, Money, PaymentState, Pension, PensionSlip, PensionSlipComparison, PensionSlipRow,
    PensionSlips, SlipLine, TaxCertificate, TaxCertificates,
};
use time::{Date, Month};

impl Portal {
    /// The months of the holder's pension.
    pub(crate) async fn pension_slips(&self, session: &LiveSession) -> Result<PensionSlips, Refusal> {
        let permit = self.slips_of(session).await?;
        let today = self.now().date();
        let rows = self.store().slip_sums(permit.citizen_id()).await?;
        let items = rows.into_iter().map(|row| PensionSlipRow {
            month: row.rata.to_string(),
            net: Money::signed_euro_cents(row.net_cents),
            state: state(row.value_date, today),
        });
        Ok(PensionSlips {
            items: items.collect(),
        })
    }

    /// One month.
    pub(crate) async fn pension_slip(
        &self,
        session: &LiveSession,
        month: &str,
    ) -> Result<PensionSlip, Refusal> {
        let slip = self.slip(session, month).await?;
        Ok(shown(&session.citizen, &slip, self.now().date()))
    }

    /// Two months side by side, the earlier one first whichever was asked for first.
    pub(crate) async fn compare_slips(
        &self,
        session: &LiveSession,
        first: &str,
        second: &str,
    ) -> Result<PensionSlipComparison, Refusal> {
        let (one, other) = (
            self.slip(session, first).await?,
            self.slip(session, second).await?,
        );
        let (first, second) = match one.rata <= other.rata {
            true => (one, other),
            false => (other, one),
        };
        let lines = Line::ALL.into_iter().filter_map(|line| {
            let in_slip = |slip: &Slip| {
                slip.lines
                    .iter()
                    .find(|(own, _)| *own == line)
                    .map(|(_, cents)| *cents)
            };
            let (before, after) = (in_slip(&first), in_slip(&second));
            let is_there = before.is_some() || after.is_some();
            is_there.then(|| compared(line.words().1, before.unwrap_or(0), after.unwrap_or(0)))
        });
        Ok(PensionSlipComparison {
            lines: lines.collect(),
            net: compared("Importo netto", net(&first), net(&second)),
            first: first.rata.to_string(),
            second: second.rata.to_string(),
        })
    }

    /// The years for which the holder has a Certificazione Unica.
    pub(crate) async fn tax_certificates(&self, session: &LiveSession) -> Result<TaxCertificates, Refusal> {
        let permit = self.certificates_of(session).await?;
        let years = self.store().certificate_years(permit.citizen_id()).await?;
        let items = years.into_iter().filter_map(|year| u16::try_from(year).ok());
        Ok(TaxCertificates {
            items: items.collect(),
        })
    }

    /// The Certificazione Unica of one year.
    pub(crate) async fn tax_certificate(
        &self,
        session: &LiveSession,
        year: &str,
    ) -> Result<TaxCertificate, Refusal> {
        let permit = self.certificates_of(session).await?;
        let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        let year: u16 = year.parse().ok().filter(|_| is_year).ok_or(Refusal::NotFound)?;
        let found = self
            .store()
            .certificate(permit.citizen_id(), i32::from(year))
            .await?;
        let (number, points) = found.ok_or(Refusal::NotFound)?;
        Ok(TaxCertificate {
            year,
            number,
            payer: tax::payer(),
            subject: person::person(&session.citizen),
            points,
            notice: CERTIFICATE_NOTICE.to_owned(),
        })
    }

    async fn slip(&self, session: &LiveSession, month: &str) -> Result<Slip, Refusal> {
        let permit = self.slips_of(session).await?;
        let rata = Rata::parse(month).ok_or(Refusal::NotFound)?;
        let found = self.store().slips(permit.citizen_id(), rata, rata).await?;
        found.into_iter().next().ok_or(Refusal::NotFound)
    }

    /// Asks the walls, and brings the months up to today.
    async fn slips_of(&self, session: &LiveSession) -> Result<Permit, Refusal> {
        let permit = session.may(Operation::PensionSlip)?;
        self.store()
            .bring_slips_up_to(&session.citizen, self.now().date())
            .await?;
        Ok(permit)
    }

    /// Asks the walls, and issues the certificates that have become due.
    async fn certificates_of(&self, session: &LiveSession) -> Result<Permit, Refusal> {
        let permit = session.may(Operation::TaxCertificate)?;
        let citizen = &session.citizen;
        let Some(pension) = &citizen.registered.traits.pension else {
            return Ok(permit);
        };
        let today = self.now().date();
        let first = pension.since.year().max(tax::first_year()?);
        let due: Vec<i32> = (first..today.year())
            .filter(|year| tax::issued_on(*year) <= today)
            .collect();
        let issued = self.store().certificate_years(permit.citizen_id()).await?;
        if due.iter().all(|year| issued.contains(year)) {
            return Ok(permit);
        }
        self.store().bring_slips_up_to(citizen, today).await?;
        for year in due {
            self.issue(citizen, year).await?;
        }
        Ok(permit)
    }

    async fn issue(&self, citizen: &Citizen, year: i32) -> Result<(), PortalError> {
        let (first, last) = (Rata::new(year, Month::January), Rata::new(year, Month::December));
        let slips = self.store().slips(citizen.id, first, last).await?;
        let points = tax::points(year, &slips)?;
        let seed = format!("{} certificate {year}", citizen.codice_fiscale.as_str());
        let number = Dice::new(&seed).between(1, 999_999);
        self.store()
            .issue_certificate(citizen.id, year, number, &points)
            .await
    }
}

fn shown(citizen: &Citizen, slip: &Slip, today: Date) -> PensionSlip {
    let gross: i64 = slip
        .lines
        .iter()
        .filter(|(line, _)| line.is_gross())
        .map(|(_, cents)| *cents)
        .sum();
    let lines = slip.lines.iter().map(|(line, cents)| {
        let (code, text) = line.words();
        SlipLine {
            code: code.to_owned(),
            text: text.to_owned(),
            amount: Money::signed_euro_cents(*cents),
        }
    });
    PensionSlip {
        month: slip.rata.to_string(),
        subject: person::person(citizen),
        value_date: slip.value_date,
        state: state(slip.value_date, today),
        paid_to: slip.paid_to.clone(),
        pensions: vec![Pension {
            category: slip.category.clone(),
            number: slip.number.clone(),
            since: slip.since,
            gross: Money::signed_euro_cents(slip.gross_cents),
        }],
        lines: lines.collect(),
        gross: Money::signed_euro_cents(gross),
        withheld: Money::signed_euro_cents(gross - net(slip)),
        net: Money::signed_euro_cents(net(slip)),
        notice: SLIP_NOTICE.to_owned(),
    }
}

fn net(slip: &Slip) -> i64 {
    slip.lines.iter().map(|(_, cents)| cents).sum()
}

fn state(value_date: Date, today: Date) -> PaymentState {
    if value_date <= today {
        PaymentState::Pagato
    } else {
        PaymentState::Disposto
    }
}

fn compared(text: &str, first: i64, second: i64) -> ComparedLine {
    ComparedLine {
        text: text.to_owned(),
        first: Money::signed_euro_cents(first),
        second: Money::signed_euro_cents(second),
        difference: Money::signed_euro_cents(second - first),
    }
}

const SLIP_NOTICE: &str = "Dati di esempio: la pensione è inventata e non riguarda alcuna persona reale.";
const CERTIFICATE_NOTICE: &str = "Dati di esempio: la certificazione è inventata, non riguarda alcuna persona reale \
                                  e non ha valore fiscale.";
