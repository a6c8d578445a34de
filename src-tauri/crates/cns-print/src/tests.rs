//! Documents read back by programs that we did not write: qpdf and poppler.

mod structure;

use crate::{
    Addressee, Block, Language, Print, PrintError, Table, campaign_letter, conversion_form, counter_letter,
    pdf, revocation_letter, second_half_letter,
};
use std::process::Command;
use time::macros::date;

fn print(blocks: Vec<Block>) -> Print {
    Print {
        title: "Estratto conto contributivo".to_owned(),
        language: Language::Italian,
        example: true,
        blocks,
    }
}

fn a_long_table(rows: usize) -> Block {
    let row = |row: usize| {
        vec![
            format!("{} gennaio 2020", row % 28 + 1),
            "Lavoro però".to_owned(),
            "1.234,05".to_owned(),
        ]
    };
    Block::Table(Table {
        summary: "Periodi".to_owned(),
        columns: ["Dal", "Tipo", "Retribuzione"].map(str::to_owned).to_vec(),
        numbers: vec![2],
        rows: (0..rows).map(row).collect(),
    })
}

fn every_block() -> Print {
    print(vec![
        Block::Heading(3, "Un titolo che salta un livello".to_owned()),
        Block::Text("Il PIN vale € 0 – però è già tuo.\nSeconda riga.".to_owned()),
        Block::Facts(vec![("Codice fiscale".to_owned(), "RSSMRA80A01H501U".to_owned())]),
        Block::Code("ABCD EFGH".to_owned()),
        Block::Field("Firma".to_owned()),
        a_long_table(120),
        Block::PageBreak,
        Block::Heading(2, "Fine".to_owned()),
        Block::Text("In fondo.".to_owned()),
    ])
}

/// What another program says of the document.
fn said_of(bytes: &[u8], program: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.pdf");
    std::fs::write(&path, bytes).unwrap();
    let output = Command::new(program)
        .args(
            arguments
                .iter()
                .map(|word| word.replace("FILE", path.to_str().unwrap())),
        )
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}: `cargo xtask test` installs what is needed"));
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{program}: {said}");
    said
}

#[test]
fn the_document_is_whole_and_says_that_it_is_an_example_on_every_page() {
    let bytes = pdf(&every_block(), date!(2026 - 11 - 23)).unwrap();
    assert!(said_of(&bytes, "qpdf", &["--check", "FILE"]).contains("No syntax or stream encoding errors"));
    let text = said_of(&bytes, "pdftotext", &["-layout", "FILE", "-"]);
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert!(pages.len() >= 4, "{}", pages.len());
    for (number, page) in pages.iter().enumerate() {
        assert!(page.contains("ESEMPIO"), "{number}: {page}");
        assert!(
            page.contains(&format!("{} di {}", number + 1, pages.len())),
            "{number}: {page}"
        );
    }
    // The head of the table is on each page that the table is on.
    assert!(pages.iter().filter(|page| page.contains("Retribuzione")).count() >= 3);
}

#[test]
fn a_screen_reader_hears_the_blocks_in_their_order() {
    let bytes = pdf(&every_block(), date!(2026 - 11 - 23)).unwrap();
    let heard = said_of(&bytes, "pdfinfo", &["-struct-text", "FILE"]);
    let mut from = 0;
    for text in [
        "H1",
        "Estratto conto",
        "H2",
        "Un titolo",
        "Il PIN vale",
        "Seconda riga",
        "TH",
        "Codice fiscale",
        "TD",
        "RSSMRA80A01H501U",
        "ABCD EFGH",
        "Firma",
        "Table",
        "Dal",
        "Lavoro però",
        "1.234,05",
        "H2",
        "Fine",
        "In fondo",
    ] {
        let at = heard.get(from..).unwrap().find(text);
        from += at.unwrap_or_else(|| panic!("{text} is not heard after {from}: {heard}"));
    }
    assert_eq!(
        heard.matches("Retribuzione").count(),
        1,
        "the head of a table is heard once"
    );
    assert!(!heard.contains("____"));
    let about = said_of(&bytes, "pdfinfo", &["FILE"]);
    assert!(about.contains("Tagged:          yes"), "{about}");
    assert!(
        about.contains("Title:           Estratto conto contributivo"),
        "{about}"
    );
}

#[test]
fn the_same_document_of_the_same_day_is_the_same_bytes() {
    let made = || pdf(&every_block(), date!(2026 - 11 - 23)).unwrap();
    assert_eq!(made(), made());
}

#[test]
fn a_document_without_end_and_a_letter_that_no_font_has_are_refused() {
    let day = date!(2026 - 11 - 23);
    assert_eq!(
        pdf(&print(vec![a_long_table(5000)]), day),
        Err(PrintError::TooLong)
    );
    let refused = pdf(&print(vec![Block::Text("Segreto \u{4e00}".to_owned())]), day).unwrap_err();
    assert!(matches!(refused, PrintError::Refused { .. }), "{refused}");
    assert!(!refused.to_string().contains("Segreto"), "{refused}");
}

fn somebody() -> Addressee {
    Addressee {
        name: "Anna Rossi".to_owned(),
        address: ["Via delle Prove 1", "00100 Fictopoli RM"]
            .map(str::to_owned)
            .to_vec(),
    }
}

#[test]
fn every_letter_holds_its_secret_once_and_says_what_to_do() {
    let half = "ABCDEFGH";
    for print in [
        second_half_letter("Portale", &somebody(), half),
        campaign_letter("Portale", &somebody(), half),
        counter_letter("Portale", &somebody(), half),
        revocation_letter("Portale", &somebody(), half),
    ] {
        let bytes = pdf(&print, date!(2026 - 11 - 23)).unwrap();
        let text = said_of(&bytes, "pdftotext", &["-layout", "FILE", "-"]);
        assert_eq!(text.matches("ABCD EFGH").count(), 1, "{text}");
        assert!(
            text.contains("Che cosa fare ora")
                && text.contains("Anna Rossi")
                && text.contains("Via delle Prove 1")
        );
        assert!(!format!("{print:?}").contains("ABCD"));
    }
}

#[test]
fn the_form_has_a_line_for_everything_that_is_written_by_hand() {
    let print = conversion_form("Portale", "Anna Rossi", "RSSNNA80A41H501U", Some("06 0000 0000"));
    let text = said_of(
        &pdf(&print, date!(2026 - 11 - 23)).unwrap(),
        "pdftotext",
        &["-layout", "FILE", "-"],
    );
    for line in [
        "Numero",
        "Valido fino al",
        "Luogo e data",
        "Firma",
        "06 0000 0000",
        "RSSNNA80A41H501U",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert_eq!(text.lines().filter(|line| line.contains("____")).count(), 6);
}

#[test]
fn a_name_in_another_script_keeps_no_letter_from_leaving() {
    let to = Addressee {
        name: "Ђорђе D'Alò\u{0}\u{1f600}".to_owned(),
        address: vec!["\u{4e00}\tVia\u{a0}delle Prove".to_owned()],
    };
    let bytes = pdf(
        &second_half_letter("Portale", &to, "ABCDEFGH"),
        date!(2026 - 11 - 23),
    );
    let text = said_of(&bytes.unwrap(), "pdftotext", &["-layout", "FILE", "-"]);
    assert!(
        text.contains("D'Alò??") && text.contains("? Via delle Prove"),
        "{text}"
    );
}
