//! Documents read back by programs that we did not write: qpdf and poppler.

mod structure;

use crate::{Block, Language, Print, PrintError, Table, conversion_form, pdf};
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
        Block::Code("ABCDEFGH".to_owned()),
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
fn a_document_without_end_is_refused() {
    let endless = pdf(&print(vec![a_long_table(5000)]), date!(2026 - 11 - 23));
    assert_eq!(endless, Err(PrintError::TooLong));
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
fn a_text_in_another_script_keeps_no_document_from_being_made() {
    let strange = "Ђорђе D'Alò\u{0}\u{1f600}".to_owned();
    let blocks = vec![
        Block::Text("\u{4e00}\tVia\u{a0}delle Prove".to_owned()),
        Block::Facts(vec![("Nome".to_owned(), strange.clone())]),
        Block::Table(Table {
            summary: String::new(),
            columns: vec!["Nome".to_owned()],
            numbers: Vec::new(),
            rows: vec![vec![strange]],
        }),
    ];
    let bytes = pdf(&print(blocks), date!(2026 - 11 - 23)).unwrap();
    let text = said_of(&bytes, "pdftotext", &["-layout", "FILE", "-"]);
    assert_eq!(text.matches("D'Alò??").count(), 2, "{text}");
    assert!(text.contains("? Via delle Prove"), "{text}");
}
