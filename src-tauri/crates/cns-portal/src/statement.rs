//! The estratto conto, made from the rows: sections, sums, notes.

use crate::area::Operation;
use crate::career::{Management, NoteCode, Period};
use crate::person;
use crate::portal::{LiveSession, Portal};
use crate::problem::Refusal;
use crate::store::Citizen;
use cns_portal_api::{ContributionPeriod, ContributionStatement, ManagementSection, Money, Note, Totals};

impl Portal {
    /// The estratto conto of the session's holder: the rows of their own profiles.
    pub(crate) async fn contribution_statement(
        &self,
        session: &LiveSession,
    ) -> Result<ContributionStatement, Refusal> {
        let permit = session.may(Operation::ContributionStatement)?;
        let mut periods = self.store().career(&session.citizen).await?;
        periods.retain(|period| permit.shows(period.management));
        Ok(statement(&session.citizen, &periods))
    }
}

/// Groups the rows by management, adds them up and explains their notes.
fn statement(citizen: &Citizen, periods: &[Period]) -> ContributionStatement {
    let notes = NoteCode::ALL
        .iter()
        .filter(|note| periods.iter().any(|period| period.notes.contains(note)))
        .map(|note| Note {
            code: note.code().to_owned(),
            text: note.text().to_owned(),
        })
        .collect();
    let sections = Management::ALL
        .iter()
        .map(|management| section(*management, periods))
        .filter(|section| !section.periods.is_empty())
        .collect();
    ContributionStatement {
        subject: person::person(citizen),
        updated_at: citizen.statement_made_at,
        notice: NOTICE.to_owned(),
        sections,
        notes,
    }
}

fn section(management: Management, periods: &[Period]) -> ManagementSection {
    let own = || periods.iter().filter(|period| period.management == management);
    ManagementSection {
        code: management.code().to_owned(),
        name: management.text().to_owned(),
        unit: management.unit(),
        periods: own().map(row).collect(),
        totals: Totals {
            for_right: own().map(|period| period.for_right).sum(),
            for_amount: own().map(|period| period.for_amount).sum(),
        },
    }
}

fn row(period: &Period) -> ContributionPeriod {
    ContributionPeriod {
        from: period.from,
        to: period.to,
        kind: period.kind.text().to_owned(),
        for_right: period.for_right,
        for_amount: period.for_amount,
        pay: period.pay_cents.map(|cents| Money::euro_cents(u64::from(cents))),
        employer: period.employer.clone(),
        notes: period.notes.iter().map(|note| note.code().to_owned()).collect(),
    }
}

const NOTICE: &str = "Dati di esempio: la carriera è inventata e non riguarda alcuna persona reale. \
                      L'estratto conto ha valore informativo e non è un estratto conto certificativo.";
