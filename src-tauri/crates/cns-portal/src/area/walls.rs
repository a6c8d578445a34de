//! Who may do what: the one place that makes a [`Permit`], without which nothing of the area is read or written.
//!
//! Two questions are asked of each operation. Is it a service of one of the holder's profiles? And is the
//! way in good enough for it? The answers are in one table, a row for each operation.

use crate::career::Management;
use crate::portal::LiveSession;
use crate::problem::Refusal;
use cns_portal_api::{Level, Profile};

/// What somebody wants to do in the area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    /// Look at one's own data, contacts, notices and accesses.
    OwnData,
    /// Report another address or contact.
    AddressChange,
    /// Look at the estratto conto.
    ContributionStatement,
    /// Look at the Certificazione Unica.
    TaxCertificate,
    /// Look at the cedolino of the pension.
    PensionSlip,
    /// Look at family allowances.
    FamilyAllowance,
    /// File an application for a benefit.
    Benefit,
    /// Ask for the ISEE.
    Isee,
    /// Look at the applications that were filed.
    Applications,
    /// Look at a company's position.
    CompanyPosition,
    /// Send medical certificates.
    MedicalCertificates,
}

/// What a profile has of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// It is theirs; what there is to see is another matter.
    Own,
    /// It is there for people who gave them a mandate: shown, and not to be used here.
    Mandate,
    /// The portal has the place only: shown, and not to be used here.
    Place,
    /// It is not theirs.
    None,
}

/// A row of the table: what is asked of the way in, whether less will do if it waits, and what each profile has.
pub(crate) struct Rule {
    pub(crate) operation: Operation,
    pub(crate) level: Level,
    /// Whether it may be filed with less, to wait for the conversion of the PIN with its date.
    pub(crate) may_wait: bool,
    shares: [Share; PROFILES.len()],
}

/// Every profile, in the order of the table's columns.
pub(crate) const PROFILES: [Profile; 11] = [
    Profile::Cittadino,
    Profile::Pensionato,
    Profile::LavoratorePrivato,
    Profile::LavoratorePubblico,
    Profile::SpettacoloSport,
    Profile::GestioneSeparata,
    Profile::ArtigianoCommerciante,
    Profile::Azienda,
    Profile::Caf,
    Profile::Patronato,
    Profile::MedicoCertificatore,
];

use Share::{Mandate as M, None as N, Own as O, Place as P};

/// The table. Columns: cittadino, pensionato, privato, pubblico, spettacolo e sport, separata, artigiani e
/// commercianti, azienda, CAF, patronato, medico certificatore.
pub(crate) const RULES: [Rule; 11] = {
    use Level::{Dispositivo, Ordinario};
    use Operation as Op;
    [
        row(Op::OwnData, Ordinario, [O, O, O, O, O, O, O, O, O, O, O]),
        row(Op::AddressChange, Dispositivo, [O, O, O, O, O, O, O, N, N, N, N]),
        row(
            Op::ContributionStatement,
            Ordinario,
            [O, O, O, O, O, O, O, N, N, M, N],
        ),
        row(Op::TaxCertificate, Ordinario, [O, O, O, O, O, O, O, N, M, M, N]),
        row(Op::PensionSlip, Ordinario, [N, O, N, N, N, N, N, N, N, M, N]),
        row(Op::FamilyAllowance, Ordinario, [O, O, O, O, O, O, O, N, N, M, N]),
        held(Op::Benefit, Dispositivo, [O, O, O, O, O, O, O, N, N, M, N]),
        row(Op::Isee, Dispositivo, [O, O, O, O, O, O, O, N, M, N, N]),
        row(Op::Applications, Ordinario, [O, O, O, O, O, O, O, N, N, M, N]),
        row(
            Op::CompanyPosition,
            Dispositivo,
            [N, N, N, N, N, P, P, P, N, N, N],
        ),
        row(
            Op::MedicalCertificates,
            Dispositivo,
            [N, N, N, N, N, N, N, N, N, N, P],
        ),
    ]
};

/// The row of an operation that has none: closed to everybody. A test looks that each has one.
const NOBODYS: Rule = row(Operation::OwnData, Level::Cns, [N; PROFILES.len()]);

impl Operation {
    /// Its row of the table.
    pub(crate) fn rule(self) -> &'static Rule {
        RULES
            .iter()
            .find(|rule| rule.operation == self)
            .unwrap_or(&NOBODYS)
    }
}

impl Rule {
    /// What a profile has of the operation.
    pub(crate) fn share(&self, profile: Profile) -> Share {
        PROFILES
            .iter()
            .zip(self.shares)
            .find(|(own, _)| **own == profile)
            .map_or(Share::None, |(_, share)| share)
    }
}

/// Proof that a session may do an operation. Only [`LiveSession::may`] makes one.
#[derive(Clone, Debug)]
pub(crate) struct Permit {
    citizen_id: i64,
    profiles: Vec<Profile>,
    held: Level,
    waits: bool,
}

impl Permit {
    /// Whose records it opens: the holder's, and nobody else's.
    pub(crate) fn citizen_id(&self) -> i64 {
        self.citizen_id
    }

    /// The profile under which something is filed: the most particular that has the operation.
    pub(crate) fn profile(&self) -> Profile {
        self.profiles.last().copied().unwrap_or(Profile::Cittadino)
    }

    /// With what the holder came in.
    pub(crate) fn held(&self) -> Level {
        self.held
    }

    /// Whether the way in is less than the operation asks for, so that what is filed waits for the conversion.
    pub(crate) fn waits(&self) -> bool {
        self.waits
    }

    /// Whether records of a management are shown: under their own profile only, and all of them to who draws a
    /// pension from them.
    pub(crate) fn shows(&self, management: Management) -> bool {
        self.profiles.contains(&Profile::Pensionato) || self.profiles.contains(&profile_of(management))
    }
}

impl LiveSession {
    /// Asks for a permit.
    pub(crate) fn may(&self, operation: Operation) -> Result<Permit, Refusal> {
        let rule = operation.rule();
        let mut profiles = self.citizen.registered.traits.profiles();
        profiles.retain(|profile| rule.share(*profile) == Share::Own);
        if profiles.is_empty() {
            return Err(Refusal::NotYourService);
        }
        let held = self.held();
        let waits = held < rule.level;
        if waits && !rule.may_wait {
            return Err(Refusal::LevelTooLow);
        }
        Ok(Permit {
            citizen_id: self.citizen.id,
            profiles,
            held,
            waits,
        })
    }
}

/// The profile whose records a management's are.
pub(crate) fn profile_of(management: Management) -> Profile {
    match management {
        Management::Employees => Profile::LavoratorePrivato,
        Management::Craft | Management::Trade => Profile::ArtigianoCommerciante,
        Management::Separate => Profile::GestioneSeparata,
        Management::Stage | Management::Sport => Profile::SpettacoloSport,
        Management::State
        | Management::LocalBodies
        | Management::Teachers
        | Management::Doctors
        | Management::Bailiffs => Profile::LavoratorePubblico,
    }
}

const fn row(operation: Operation, level: Level, shares: [Share; 11]) -> Rule {
    Rule {
        operation,
        level,
        may_wait: false,
        shares,
    }
}

const fn held(operation: Operation, level: Level, shares: [Share; 11]) -> Rule {
    Rule {
        operation,
        level,
        may_wait: true,
        shares,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_one_row() {
        for (index, rule) in RULES.iter().enumerate() {
            assert_eq!(rule.operation as usize, index);
            assert_eq!(rule.operation.rule().shares, rule.shares);
        }
        assert_eq!(Operation::MedicalCertificates as usize, RULES.len() - 1);
    }

    #[test]
    fn every_operation_is_somebodys_and_every_profile_has_its_own_data() {
        for rule in &RULES {
            assert!(PROFILES.iter().any(|profile| rule.share(*profile) != Share::None));
        }
        for profile in PROFILES {
            assert_eq!(Operation::OwnData.rule().share(profile), Share::Own);
        }
    }

    #[test]
    fn less_than_an_ordinario_is_asked_of_nobody_and_what_is_filed_asks_for_a_dispositivo() {
        for rule in &RULES {
            assert!(rule.level >= Level::Ordinario && rule.level <= Level::Dispositivo);
            assert!(!rule.may_wait || rule.level == Level::Dispositivo);
        }
    }
}
