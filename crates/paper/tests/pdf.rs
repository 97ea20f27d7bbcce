//! Documents as a reader finds them: PDF/A-2a and PDF/UA-1, the same bytes each time, and the text that was set comes out again.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands"
)]

use std::process::Command;

use plebiscite_paper::{About, Align, Column, Faces, Flow, PaperError, Style, write};
use plebiscite_support::tools::installed;

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
fn a_document_is_pdf_a_2a_and_pdf_ua_1_and_the_same_bytes_each_time() {
    let one = document("Әліппе").unwrap();
    assert_eq!(one, document("Әліппе").unwrap());
    assert_ne!(one, document("Әліппеі").unwrap());
    assert!(one.starts_with(b"%PDF-1.7"));
    let text = String::from_utf8_lossy(&one);
    assert!(text.contains("<pdfaid:part>2</pdfaid:part>"), "no part");
    assert!(text.contains("<pdfaid:conformance>A</pdfaid:conformance>"), "no level");
    assert!(text.contains("<pdfuaid:part>1</pdfuaid:part>"), "not PDF/UA");
    assert!(text.contains("Қорытынды хаттама"));
    assert!(text.contains("2027-01-15T08:00:00+00:00"));
}

#[test]
fn a_letter_that_the_font_lacks_stops_the_document_by_name() {
    assert!(matches!(document("漢"), Err(PaperError::Missing(missing)) if missing.0 == '漢'));
    assert!(document("қ").is_ok());
}

#[test]
fn the_text_comes_out_again_as_it_was_set() {
    if !installed("pdftotext", "poppler-utils") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, document("«Сіз келісесіз бе?» — №1: ½ efficient ffi").unwrap()).unwrap();
    let out = Command::new("pdftotext").args(["-layout"]).arg(&path).arg("-").output().unwrap();
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

/// Whoever hears the document hears headings as headings, a table by its rows and columns, a code in words, and neither
/// the foot nor a head that stands again on the next page.
#[test]
fn every_part_is_tagged_and_what_only_adorns_a_page_is_not() {
    if !installed("pdfinfo", "poppler-utils") {
        return;
    }
    let faces = Faces::new().unwrap();
    let mut flow = Flow::new(&faces);
    flow.paragraph(Style::TITLE, "One").unwrap();
    flow.paragraph(Style::HEADING, "Two").unwrap();
    flow.pair("label", "value").unwrap();
    let columns = [Column::new("Region", 3.0, Align::Left), Column::new("Votes", 1.0, Align::Right)];
    let rows: Vec<_> = (0..100).map(|row| vec![format!("region {row}"), row.to_string()]).collect();
    flow.table(&columns, &rows).unwrap();
    flow.paragraph(Style::SUBHEADING, "Three").unwrap();
    flow.qr(90.0, "plebiscite/v1", &[(Style::SMALL, "beside".to_owned())]).unwrap();
    let layout = flow.finish("the foot", |page, all| format!("{page}/{all}")).unwrap();
    assert!(layout.pages() >= 3);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, write(&about(), &faces, &layout).unwrap()).unwrap();
    let info = |option: &str| {
        let out = Command::new("pdfinfo").arg(option).arg(&path).output().unwrap();
        String::from_utf8(out.stdout).unwrap()
    };
    let tree = info("-struct-text");
    let count = |word: &str| tree.split_whitespace().filter(|found| *found == word).count();
    assert_eq!(
        (count("H1"), count("H2"), count("H3"), count("Table"), count("Figure")),
        (1, 1, 1, 1, 1),
        "{tree}"
    );
    assert_eq!((count("TR"), count("TH:"), count("TD")), (101, 2, 200), "{tree}");
    assert_eq!(tree.matches("\"Region\"").count(), 1, "the head that stands again is not heard again");
    assert!(!tree.contains("the foot"), "{tree}");
    let order = ["One", "Two", "label", "value", "region 0", "region 99", "Three", "beside"];
    let places: Vec<_> = order.iter().map(|said| tree.find(&format!("\"{said}\"")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?} {tree}");
    assert!(info("-struct").contains("Figure"));
    let all = info("-isodates");
    assert!(all.contains("Tagged:          yes"), "{all}");
}
