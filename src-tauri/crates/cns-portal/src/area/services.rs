//! The catalogue: what there is, before anybody logs in, and what of it is the holder's.

use crate::area::walls::{PROFILES, Share};
use crate::area::{Operation, Traits};
use cns_portal_api::{Profile, Service, Services};

/// The whole catalogue.
pub(crate) fn catalogue() -> Services {
    Services {
        profiles: Vec::new(),
        items: CATALOGUE.iter().map(|entry| entry.service(entry.here)).collect(),
    }
}

/// What a person sees: the services that one of their profiles has, whether they can be used here or not.
pub(crate) fn of(traits: &Traits) -> Services {
    let profiles = traits.profiles();
    let best = |entry: &Entry| {
        let rule = entry.operation.rule();
        let shares: Vec<Share> = profiles.iter().map(|profile| rule.share(*profile)).collect();
        match shares.contains(&Share::Own) {
            true => Some(entry.service(entry.here)),
            false if shares.iter().any(|share| *share != Share::None) => Some(entry.service(false)),
            false => None,
        }
    };
    Services {
        items: CATALOGUE.iter().filter_map(best).collect(),
        profiles,
    }
}

/// A service, as it is written down.
struct Entry {
    id: &'static str,
    name: &'static str,
    about: &'static str,
    operation: Operation,
    /// Whether it can be used here at all.
    here: bool,
}

impl Entry {
    fn service(&self, operable: bool) -> Service {
        let rule = self.operation.rule();
        let has = |profile: &Profile| rule.share(*profile) != Share::None;
        Service {
            id: self.id.to_owned(),
            name: self.name.to_owned(),
            about: self.about.to_owned(),
            level: rule.level,
            profiles: PROFILES.into_iter().filter(has).collect(),
            operable,
        }
    }
}

const fn here(id: &'static str, name: &'static str, operation: Operation, about: &'static str) -> Entry {
    Entry {
        id,
        name,
        about,
        operation,
        here: true,
    }
}

const fn place(id: &'static str, name: &'static str, operation: Operation, about: &'static str) -> Entry {
    Entry {
        here: false,
        ..here(id, name, operation, about)
    }
}

const CATALOGUE: [Entry; 20] = {
    use Operation as Op;
    [
        here(
            "estratto_conto",
            "Estratto conto contributivo",
            Op::ContributionStatement,
            "I contributi versati, gestione per gestione, con i totali per il diritto e per il calcolo.",
        ),
        here(
            "cedolino_pensione",
            "Cedolino della pensione",
            Op::PensionSlip,
            "L'importo di ogni mese, voce per voce, e il confronto tra due mesi.",
        ),
        here(
            "certificazione_unica",
            "Certificazione Unica (ex CUD)",
            Op::TaxCertificate,
            "I redditi pagati dall'ente in un anno e le imposte trattenute.",
        ),
        here(
            "assegno_unico",
            "Assegno unico e universale",
            Op::Benefit,
            "La domanda per i figli a carico.",
        ),
        here(
            "assegno_nucleo",
            "Assegno per il nucleo familiare",
            Op::Benefit,
            "La domanda per i nuclei senza figli.",
        ),
        here(
            "isee",
            "ISEE",
            Op::Isee,
            "La richiesta dell'indicatore della situazione economica equivalente.",
        ),
        here(
            "domande",
            "Domande presentate",
            Op::Applications,
            "Le domande, il loro stato e ciò che manca.",
        ),
        here(
            "dati_personali",
            "Dati personali e contatti",
            Op::OwnData,
            "I dati in archivio e i contatti a cui scriviamo.",
        ),
        here(
            "variazione_indirizzo",
            "Variazione dell'indirizzo",
            Op::AddressChange,
            "Comunica dove abita.",
        ),
        here(
            "variazione_contatti",
            "Variazione dei contatti",
            Op::AddressChange,
            "Cambia un numero di telefono o un indirizzo di posta.",
        ),
        here(
            "avvisi",
            "Avvisi e scadenze",
            Op::OwnData,
            "Le comunicazioni dell'ente e i giorni da ricordare.",
        ),
        here(
            "accessi",
            "Accessi alla sua area",
            Op::OwnData,
            "Quando e come qualcuno è entrato.",
        ),
        place(
            "verifica_pensione",
            "Verifica della pensione",
            Op::PensionSlip,
            "Come è stata calcolata la pensione.",
        ),
        place(
            "pensione",
            "Domanda di pensione",
            Op::Benefit,
            "La domanda di pensione.",
        ),
        place(
            "congedo_parentale",
            "Congedo parentale",
            Op::Benefit,
            "La domanda di congedo per i genitori.",
        ),
        place(
            "sostegno_reddito",
            "Sostegno al reddito",
            Op::Benefit,
            "Le domande di disoccupazione e di sostegno al reddito.",
        ),
        place(
            "riscossione",
            "Servizi di riscossione",
            Op::OwnData,
            "Le cartelle affidate all'agente della riscossione.",
        ),
        place(
            "assegni_familiari",
            "Assegni familiari: consultazione",
            Op::FamilyAllowance,
            "Gli assegni pagati.",
        ),
        place(
            "cassetto_aziendale",
            "Posizione aziendale",
            Op::CompanyPosition,
            "La posizione contributiva dell'azienda.",
        ),
        place(
            "certificati_medici",
            "Certificati medici",
            Op::MedicalCertificates,
            "L'invio telematico dei certificati.",
        ),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_service_has_a_word_of_its_own_and_texts() {
        let services = catalogue().items;
        let words: BTreeSet<&str> = services.iter().map(|service| service.id.as_str()).collect();
        assert_eq!(words.len(), services.len());
        for service in &services {
            assert!(!service.name.is_empty() && service.about.ends_with('.'));
            assert!(!service.profiles.is_empty(), "{}", service.id);
        }
    }
}
