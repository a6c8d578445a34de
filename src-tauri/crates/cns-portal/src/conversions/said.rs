//! What holders are told of their conversions, in Italian: title and text.

/// The portal, as its form names it.
pub(crate) const PORTAL: &str = "Portale di esempio";

pub(super) const SENT: (&str, &str) = (
    "Conversione del PIN: richiesta ricevuta",
    "Abbiamo ricevuto il modulo e il documento. Una persona li guarda, poi ti diciamo l'esito qui. Fino ad allora il PIN \
     resta com'è.",
);

pub(super) const GRANTED: (&str, &str) = (
    "Il tuo PIN è dispositivo",
    "Il PIN è lo stesso: ora serve anche per chiedere. Se avevi domande trattenute, le lavoriamo con la data in cui le \
     hai presentate.",
);

pub(super) const REFUSED: &str = "Conversione del PIN: richiesta respinta";

/// The text of a refusal.
pub(super) fn refused(reason: &str) -> String {
    format!("{reason} Il PIN resta ordinario. Puoi mandare una nuova richiesta, o venire allo sportello.")
}
