//! What the portal writes to people about their PIN. `{code}` stands for a half or a code.

use crate::outbox::Half;
use cns_portal_api::ContactKind;

/// A message: its subject and its paragraphs.
pub(crate) struct Text {
    pub(crate) subject: &'static str,
    pub(crate) text: String,
}

/// The message that carries half a PIN: which, how to use it, what comes next.
pub(crate) fn half(half: Half, other_by: Option<ContactKind>) -> Text {
    let (subject, which) = match half {
        Half::First => ("Prima parte del PIN del portale", "prima"),
        Half::Second => ("Seconda parte del PIN del portale", "seconda"),
    };
    let next = match (half, other_by) {
        (Half::First, Some(ContactKind::Letter)) => "La seconda parte arriva per posta alla residenza.",
        (Half::First, Some(_)) => "La seconda parte arriva su un altro recapito.",
        (Half::First, None) => {
            "Per ricevere la seconda parte scegli «Attiva PIN» nel portale: servono il codice fiscale e la tessera \
             sanitaria."
        }
        (Half::Second, _) => {
            "Per accedere scrivi nel portale la prima parte e poi questa: creerai subito il nuovo PIN di 8 caratteri."
        }
    };
    Text {
        subject,
        text: format!(
            "Questa è la {which} parte del PIN del portale:\n\n{{code}}\n\n{next}\n\nSe ne hai ricevuta più d'una, vale \
             l'ultima. Conservala in un luogo sicuro e non darla a nessuno: il portale non la chiede mai per telefono, SMS o \
             e-mail."
        ),
    }
}

/// The sealed envelope of the counter.
pub(crate) fn envelope() -> Text {
    Text {
        subject: "Il tuo PIN del portale",
        text: "Questo è il PIN dispositivo del portale, già attivo:\n\n{code}\n\nNon darlo a nessuno. Imparalo a \
               memoria o conservalo in un luogo sicuro; puoi cambiarlo nel portale quando vuoi."
            .to_owned(),
    }
}

/// The code that confirms a restore.
pub(crate) fn restore_code() -> Text {
    Text {
        subject: "Ripristino del PIN del portale: codice di conferma",
        text: "Qualcuno ha chiesto il ripristino del PIN del portale. Per confermare scrivi questo codice entro 30 \
               minuti:\n\n{code}\n\nSe la richiesta non è tua non fare nulla: il PIN resta quello di prima."
            .to_owned(),
    }
}

/// A restore that cannot be: the answer did not say so.
pub(crate) fn restore_impossible() -> Text {
    Text {
        subject: "Ripristino del PIN del portale non possibile",
        text: "Qualcuno ha chiesto il ripristino del PIN del portale, che non è possibile: servono un PIN già usato \
               almeno una volta e due recapiti verificati fra cellulare, e-mail e PEC.\n\nPuoi revocare il PIN e \
               chiederne uno nuovo, oppure chiamare il contact center."
            .to_owned(),
    }
}

/// The code that confirms a revocation.
pub(crate) fn revocation_code(by_letter: bool) -> Text {
    let within = if by_letter {
        "entro 30 giorni"
    } else {
        "entro 30 minuti"
    };
    Text {
        subject: "Revoca del PIN del portale: codice di conferma",
        text: format!(
            "Qualcuno ha chiesto la revoca del PIN del portale. Per confermare scrivi questo codice {within}:\n\n{{code}}\
             \n\nSe la richiesta non è tua non fare nulla: il PIN resta quello di prima."
        ),
    }
}

/// A request for somebody who has a PIN: nothing else comes of it.
pub(crate) fn asked_again() -> Text {
    Text {
        subject: "Richiesta di un nuovo PIN del portale",
        text: "Qualcuno ha chiesto per te un PIN del portale, ma ne hai già uno o lo stai già ricevendo: non ne viene \
               creato un altro.\n\nSe l'hai perso scegli «Ripristina PIN»; se non hai più i tuoi recapiti scegli \
               «Revoca PIN» e poi chiedine uno nuovo."
            .to_owned(),
    }
}

/// Five wrong tries.
pub(crate) fn locked() -> Text {
    Text {
        subject: "Il PIN del portale è bloccato",
        text: "Dopo 5 tentativi sbagliati il PIN del portale è stato bloccato. La tessera non è toccata: con la CNS puoi \
               accedere come sempre.\n\nPer sbloccare il PIN scegli «Ripristina PIN». Se i tentativi non sono tuoi, non \
               è entrato nessuno."
            .to_owned(),
    }
}

/// The PIN was changed, restored or ended: for contacts that did not take part in it.
pub(crate) fn done(what: Done) -> Text {
    let (subject, what) = match what {
        Done::Changed => (
            "Il PIN del portale è stato cambiato",
            "è stato creato un nuovo PIN",
        ),
        Done::Restored => (
            "Il PIN del portale è stato ripristinato",
            "sono state spedite le due parti di un nuovo PIN, e quello di prima non vale più",
        ),
        Done::Revoked => (
            "Il PIN del portale è stato revocato",
            "il PIN è stato revocato e non vale più",
        ),
    };
    Text {
        subject,
        text: format!(
            "Nel portale {what}.\n\nSe non è opera tua revocalo, o chiama subito il contact center."
        ),
    }
}

/// What was done to a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Changed,
    Restored,
    Revoked,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_carries_a_half_or_a_pin_says_to_keep_it_and_to_give_it_to_nobody() {
        let ways = [None, Some(ContactKind::Letter), Some(ContactKind::Email)];
        let halves = [Half::First, Half::Second]
            .into_iter()
            .flat_map(|half| ways.map(|way| super::half(half, way)));
        for message in halves.chain([envelope()]) {
            assert_eq!(message.text.matches("{code}").count(), 1, "{}", message.text);
            for advice in ["luogo sicuro", "a nessuno"] {
                assert!(message.text.contains(advice), "{advice}: {}", message.text);
            }
        }
    }
}
