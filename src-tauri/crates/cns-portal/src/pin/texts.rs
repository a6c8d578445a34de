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
            "Per ricevere la seconda parte scelga «Attiva PIN» nel portale: servono il codice fiscale e la tessera \
             sanitaria."
        }
        (Half::Second, _) => {
            "Per accedere scriva nel portale la prima parte e poi questa: creerà subito il nuovo PIN di 8 caratteri."
        }
    };
    Text {
        subject,
        text: format!(
            "Questa è la {which} parte del PIN del portale:\n\n{{code}}\n\n{next}\n\nSe ne ha ricevuta più d'una, vale \
             l'ultima. Non la dia a nessuno: il portale non la chiede mai per telefono, SMS o e-mail."
        ),
    }
}

/// The sealed envelope of the counter.
pub(crate) fn envelope() -> Text {
    Text {
        subject: "Il Suo PIN del portale",
        text: "Questo è il PIN dispositivo del portale, già attivo:\n\n{code}\n\nNon lo dia a nessuno. Lo impari a \
               memoria o lo conservi in un luogo sicuro; può cambiarlo nel portale quando vuole."
            .to_owned(),
    }
}

/// The code that confirms a restore.
pub(crate) fn restore_code() -> Text {
    Text {
        subject: "Ripristino del PIN del portale: codice di conferma",
        text: "Qualcuno ha chiesto il ripristino del PIN del portale. Per confermare scriva questo codice entro 30 \
               minuti:\n\n{code}\n\nSe non è stato Lei non faccia nulla: il PIN resta quello di prima."
            .to_owned(),
    }
}

/// A restore that cannot be: the answer did not say so.
pub(crate) fn restore_impossible() -> Text {
    Text {
        subject: "Ripristino del PIN del portale non possibile",
        text: "Qualcuno ha chiesto il ripristino del PIN del portale, che non è possibile: servono un PIN già usato \
               almeno una volta e due recapiti verificati fra cellulare, e-mail e PEC.\n\nPuò revocare il PIN e \
               chiederne uno nuovo, oppure rivolgersi al contact center."
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
            "Qualcuno ha chiesto la revoca del PIN del portale. Per confermare scriva questo codice {within}:\n\n{{code}}\
             \n\nSe non è stato Lei non faccia nulla: il PIN resta quello di prima."
        ),
    }
}

/// A request for somebody who has a PIN: nothing else comes of it.
pub(crate) fn asked_again() -> Text {
    Text {
        subject: "Richiesta di un nuovo PIN del portale",
        text: "Qualcuno ha chiesto per Lei un PIN del portale, ma Lei ne ha già uno o lo sta già ricevendo: non ne viene \
               creato un altro.\n\nSe lo ha perso scelga «Ripristina PIN»; se non ha più i Suoi recapiti scelga \
               «Revoca PIN» e poi ne chieda uno nuovo."
            .to_owned(),
    }
}

/// Five wrong tries.
pub(crate) fn locked() -> Text {
    Text {
        subject: "Il PIN del portale è bloccato",
        text: "Dopo 5 tentativi sbagliati il PIN del portale è stato bloccato. La tessera non è toccata: con la CNS può \
               accedere come sempre.\n\nPer sbloccare il PIN scelga «Ripristina PIN». Se non è stato Lei a provare, non \
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
            "Nel portale {what}.\n\nSe non è stato Lei lo revochi, o si rivolga subito al contact center."
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
