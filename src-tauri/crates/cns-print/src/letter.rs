//! Letters that carry a secret: half a PIN, the PIN of the counter, a code. And the form that is signed by hand.

use crate::document::{Block, Language, Print};
use crate::font::printable;
use crate::words;
use time::Date;

/// To whom a letter goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Addressee {
    /// Given name and surname.
    pub name: String,
    /// The lines below it: street, CAP and town, country.
    pub address: Vec<String>,
}

impl std::fmt::Debug for Addressee {
    /// Prints nothing of what it holds.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Addressee([personal])")
    }
}

/// The letter with the second half of an initial PIN.
pub fn second_half_letter(portal: &str, to: &Addressee, half: &str) -> Print {
    let mut blocks = head(portal, to);
    blocks.extend([
        text("questa è la seconda parte del PIN del portale che hai chiesto."),
        heading("Seconda parte"),
        code(half),
        heading("Che cosa fare ora"),
        text("Unisci la prima parte, che hai già ricevuto, e questa: sono 16 caratteri. Accedi al portale con il codice fiscale e \
              con i 16 caratteri. Il portale ti farà creare subito il tuo PIN di 8 caratteri, che userai da lì in poi."),
        text("Se ricevi più di una seconda parte, vale l'ultima."),
    ]);
    blocks.extend(care());
    letter("La seconda parte del tuo PIN", blocks)
}

/// The letter with the first half, to somebody who did not ask for it.
pub fn campaign_letter(portal: &str, to: &Addressee, half: &str) -> Print {
    let mut blocks = head(portal, to);
    blocks.extend([
        text("puoi consultare i tuoi dati in rete. Questa è la prima parte di un PIN del portale, che è tuo se lo vuoi."),
        heading("Prima parte"),
        code(half),
        heading("Che cosa fare ora"),
        text("Vai al portale, scegli «Attiva il PIN» e scrivi il codice fiscale, il numero e la scadenza della tessera sanitaria e questa \
              prima parte. Scegli poi dove ricevere la seconda. Il PIN è ordinario: serve per consultare. Se non lo vuoi, distruggi la \
              lettera: senza la seconda parte non serve a nessuno."),
    ]);
    blocks.extend(care());
    letter("La prima parte del tuo PIN", blocks)
}

/// What the sealed envelope of the counter holds: a PIN dispositivo that is active already.
pub fn counter_letter(portal: &str, to: &Addressee, pin: &str) -> Print {
    let mut blocks = head(portal, to);
    blocks.extend([
        text("questo è il tuo PIN del portale. È dispositivo ed è già attivo."),
        heading("PIN"),
        code(pin),
        heading("Che cosa fare ora"),
        text("Accedi al portale con il codice fiscale e con questi 8 caratteri. Puoi cambiare il PIN quando vuoi."),
    ]);
    blocks.extend(care());
    letter("Il tuo PIN", blocks)
}

/// The letter with a code that confirms a revocation, for who has lost every other contact.
pub fn revocation_letter(portal: &str, to: &Addressee, confirmation: &str) -> Print {
    let mut blocks = head(portal, to);
    blocks.extend([
        text("qualcuno ha chiesto di revocare il PIN del portale che è intestato a te. Per confermare serve questo codice."),
        heading("Codice di conferma"),
        code(confirmation),
        heading("Che cosa fare ora"),
        text("Se la richiesta è tua, scrivi il codice nella pagina «Revoca il PIN»: il PIN finisce, e puoi chiederne uno nuovo. Se non è tua, \
              non fare nulla: senza il codice il PIN resta com'è."),
    ]);
    blocks.extend(care());
    letter("Conferma della revoca del PIN", blocks)
}

/// The form for the conversion of the PIN, to be filled in, dated and signed by hand.
pub fn conversion_form(portal: &str, name: &str, codice_fiscale: &str, fax: Option<&str>) -> Print {
    let mut ways =
        "Carica il modulo firmato nel portale, insieme al fronte e al retro del documento".to_owned();
    if let Some(fax) = fax {
        ways.push_str(&format!(", oppure invia tutto al numero di fax {fax}"));
    }
    ways.push_str(". Allo sportello la conversione è immediata.");
    letter(
        "Richiesta di conversione del PIN in dispositivo",
        vec![
            text(portal),
            heading("Chi chiede"),
            Block::Facts(vec![
                ("Nome e cognome".to_owned(), printable(name)),
                ("Codice fiscale".to_owned(), codice_fiscale.to_owned()),
            ]),
            heading("Documento di identità"),
            field("Tipo (carta d'identità o passaporto)"),
            field("Numero"),
            field("Rilasciato da"),
            field("Valido fino al"),
            heading("Richiesta"),
            text(
                "Chiedo che il mio PIN del portale diventi dispositivo. Allego copia, fronte e retro, del documento indicato, che è valido.",
            ),
            field("Luogo e data"),
            field("Firma"),
            heading("Come inviare"),
            text(&ways),
        ],
    )
}

/// The receipt of an application: when it was filed, and what becomes of it.
pub fn application_receipt(
    service: &str,
    protocol: Option<&str>,
    filed_on: Option<Date>,
    state: &str,
    facts: Vec<(String, String)>,
    events: Vec<(Date, String)>,
) -> Print {
    let facts = facts.into_iter().map(|(name, value)| (name, printable(&value)));
    let mut about = vec![("Servizio".to_owned(), service.to_owned())];
    if let Some(protocol) = protocol {
        about.push(("Protocollo".to_owned(), protocol.to_owned()));
    }
    if let Some(filed_on) = filed_on {
        about.push(("Presentata il".to_owned(), words::day(filed_on)));
    }
    about.push(("Stato".to_owned(), state.to_owned()));
    let happened = events
        .into_iter()
        .map(|(on, what)| (words::day(on), printable(&what)))
        .collect();
    letter(
        "Ricevuta della domanda",
        vec![
            Block::Facts(about),
            heading("Che cosa chiede"),
            Block::Facts(facts.collect()),
            heading("Che cosa è successo"),
            Block::Facts(happened),
        ],
    )
}

fn head(portal: &str, to: &Addressee) -> Vec<Block> {
    let lines = [std::slice::from_ref(&to.name), to.address.as_slice()].concat();
    vec![
        text(portal),
        text(&printable(&lines.join("\n"))),
        text(&format!("Gentile {},", printable(&to.name))),
    ]
}

///
fn care() -> [Block; 2] {
    [
        heading("Abbine cura"),
        text(
            "Imparalo a memoria o conservalo in un posto sicuro. Non scriverlo sul telefono e non darlo a nessuno: il portale non te lo \
              chiede mai per telefono, per messaggio o per email. Vai al portale direttamente, non da un collegamento che ricevi.",
        ),
    ]
}

fn letter(title: &str, blocks: Vec<Block>) -> Print {
    Print {
        title: title.to_owned(),
        language: Language::Italian,
        example: true,
        blocks,
    }
}

fn heading(text: &str) -> Block {
    Block::Heading(2, text.to_owned())
}

fn text(text: &str) -> Block {
    Block::Text(text.to_owned())
}

fn field(name: &str) -> Block {
    Block::Field(name.to_owned())
}

fn code(code: &str) -> Block {
    Block::Code(words::in_groups(code))
}
