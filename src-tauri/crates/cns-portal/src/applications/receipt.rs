//! The receipt of an application, as a document.

use crate::applications::said;
use cns_portal_api::{Application, ApplicationForm, ApplicationState, ContactKind, Relation, Share};
use cns_print::{Print, application_receipt};

/// What an application says and what became of it.
pub(crate) fn receipt(application: &Application) -> Print {
    let events = application
        .events
        .iter()
        .map(|event| {
            let note = event
                .note
                .as_deref()
                .map(|note| format!(". {note}"))
                .unwrap_or_default();
            (event.at.date(), format!("{}{note}", state(event.state)))
        })
        .collect();
    application_receipt(
        said::name(application.form.kind()),
        application.protocol.as_deref(),
        application.filed_at.map(|at| at.date()),
        state(application.state),
        facts(&application.form),
        events,
    )
}

fn facts(form: &ApplicationForm) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut say = |name: &str, value: &str| facts.push((name.to_owned(), value.to_owned()));
    match form {
        ApplicationForm::AssegnoUnico {
            children,
            other_parent,
            share,
            iban,
            statements_accepted,
        } => {
            for child in children {
                let more = if child.disability {
                    " (con disabilità)"
                } else {
                    ""
                };
                say("Figlio", &format!("{}{more}", child.codice_fiscale));
            }
            say(
                "Altro genitore",
                other_parent.as_deref().unwrap_or("non indicato"),
            );
            say(
                "Pagamento",
                match share {
                    Share::Whole => "intero a chi presenta la domanda",
                    Share::Half => "metà a ciascun genitore",
                },
            );
            say("IBAN", iban);
            say("Dichiarazioni", accepted(*statements_accepted));
        }
        ApplicationForm::AssegnoNucleo {
            members,
            income_year,
            income_cents,
            employer,
            statements_accepted,
        } => {
            for member in members {
                let more = if member.disability {
                    ", con disabilità"
                } else {
                    ""
                };
                say(
                    relation(member.relation),
                    &format!("{}{more}", member.codice_fiscale),
                );
            }
            say("Anno dei redditi", &income_year.to_string());
            say(
                "Reddito del nucleo",
                &format!("{},{:02} €", income_cents / 100, income_cents % 100),
            );
            say("Datore di lavoro", employer);
            say("Dichiarazioni", accepted(*statements_accepted));
        }
        ApplicationForm::Isee {
            household,
            rents,
            statements_accepted,
        } => {
            for member in household {
                say("Componente del nucleo", member);
            }
            say("Casa in affitto", if *rents { "sì" } else { "no" });
            say("Dichiarazioni", accepted(*statements_accepted));
        }
        ApplicationForm::VariazioneIndirizzo { address, since } => {
            say("Via e numero", &address.street);
            say(
                "Comune",
                &format!("{} {} {}", address.postal_code, address.town, address.province),
            );
            say("Stato", &address.country);
            say("Dal", &said::day(*since));
        }
        ApplicationForm::VariazioneContatti { contact, value } => say(
            match contact {
                ContactKind::Mobile => "Cellulare",
                ContactKind::Landline => "Telefono fisso",
                ContactKind::Email => "Email",
                ContactKind::Pec => "PEC",
                ContactKind::Fax => "Fax",
                ContactKind::Letter => "Lettera",
            },
            value,
        ),
    }
    facts
}

fn accepted(accepted: bool) -> &'static str {
    if accepted { "accettate" } else { "non accettate" }
}

fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Coniuge => "Coniuge o parte dell'unione civile",
        Relation::FratelloSorella => "Fratello o sorella",
        Relation::Nipote => "Nipote",
    }
}

fn state(state: ApplicationState) -> &'static str {
    match state {
        ApplicationState::Bozza => "Bozza",
        ApplicationState::Trattenuta => "Trattenuta",
        ApplicationState::Acquisita => "Acquisita",
        ApplicationState::InIstruttoria => "In istruttoria",
        ApplicationState::InEvidenza => "In evidenza",
        ApplicationState::Sospesa => "Sospesa",
        ApplicationState::Accolta => "Accolta",
        ApplicationState::Respinta => "Respinta",
        ApplicationState::InRiesame => "In riesame",
        ApplicationState::Annullata => "Annullata",
    }
}
