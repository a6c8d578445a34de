//! The form of the conversion, which is signed by hand.

use crate::document::{Block, Language, Print};

/// The form for the conversion of the PIN, to be filled in, dated and signed by hand.
pub fn conversion_form(portal: &str, name: &str, codice_fiscale: &str, fax: Option<&str>) -> Print {
    let mut ways =
        "Carica il modulo firmato nel portale, insieme al fronte e al retro del documento".to_owned();
    if let Some(fax) = fax {
        ways.push_str(&format!(", oppure invia tutto al numero di fax {fax}"));
    }
    ways.push_str(". Allo sportello la conversione è immediata.");
    Print {
        title: "Richiesta di conversione del PIN in dispositivo".to_owned(),
        language: Language::Italian,
        example: true,
        blocks: vec![
            text(portal),
            heading("Chi chiede"),
            Block::Facts(vec![
                ("Nome e cognome".to_owned(), name.to_owned()),
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
