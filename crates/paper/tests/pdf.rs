//! Documents as a reader finds them: PDF/A-2u, the same bytes each time, and the text that was set comes out again.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands"
)]

use std::process::Command;

use plebiscite_paper::{About, Align, Column, Faces, Flow, PaperError, Style, write};

fn about() -> About {
    About {
        title: "Қорытынды хаттама".to_owned(),
        language: "kk".to_owned(),
        creator: "test".to_owned(),
        seconds: 1_800_000_000,
    }
}

fn document(text: &str) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::new()?;
    let mut flow = Flow::new(&faces);
    flow.paragraph(Style::TITLE, "Қорытынды хаттама")?;
    flow.paragraph(Style::TEXT, text)?;
    let columns = [Column::new("Өңір", 3.0, Align::Left), Column::new("Дауыс", 1.0, Align::Right)];
    flow.table(&columns, &[vec!["Ұлытау".to_owned(), "221 000".to_owned()]])?;
    flow.qr(90.0, "plebiscite/v1", &[(Style::SMALL, "Сканерлеңіз".to_owned())])?;
    let pages = flow.finish("foot", |page, all| format!("{page}/{all}"))?;
    write(&about(), &faces, &pages)
}

#[test]
fn a_document_is_pdf_a_2u_and_the_same_bytes_each_time() {
    let one = document("Әліппе").unwrap();
    assert_eq!(one, document("Әліппе").unwrap());
    assert_ne!(one, document("Әліппеі").unwrap());
    assert!(one.starts_with(b"%PDF-1.7"));
    let text = String::from_utf8_lossy(&one);
    assert!(text.contains("<pdfaid:part>2</pdfaid:part>"), "no part");
    assert!(text.contains("<pdfaid:conformance>U</pdfaid:conformance>"), "no level");
    assert!(text.contains("Қорытынды хаттама"));
    assert!(text.contains("2027-01-15T08:00:00+00:00"));
}

#[test]
fn a_letter_that_the_font_lacks_stops_the_document_by_name() {
    assert!(matches!(document("漢"), Err(PaperError::Missing(missing)) if missing.0 == '漢'));
    assert!(document("қ").is_ok());
}

/// Where the tool is not installed there is nothing to compare with; the tests of the layout still hold.
#[test]
fn the_text_comes_out_again_as_it_was_set() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, document("«Сіз келісесіз бе?» — №1: ½ efficient ffi").unwrap()).unwrap();
    let Ok(out) = Command::new("pdftotext").args(["-layout"]).arg(&path).arg("-").output() else { return };
    let text = String::from_utf8(out.stdout).unwrap();
    for part in [
        "Қорытынды хаттама",
        "«Сіз келісесіз бе?» — №1: ½ efficient ffi",
        "Ұлытау",
        "221 000",
        "Сканерлеңіз",
        "1/1",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}
