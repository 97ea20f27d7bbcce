//! The paper backup as a PDF: the same lines as the text, in a table to type from and as QR codes to scan.

use plebiscite_paper::{About, Align, Column, Faces, Flow, PaperError, Style, write};

/// Lines in one QR code: small enough to be read from any printer's page.
const LINES: usize = 8;
/// How wide a QR code is, in points.
const SIZE: f32 = 150.0;

/// What the sheet is about.
pub struct Sheet<'s> {
    /// The election's title.
    pub title: &'s str,
    /// The election's id.
    pub election: &'s str,
    /// The trustee.
    pub number: u16,
    /// What is told before the lines.
    pub told: &'s [&'s str],
    /// The lines.
    pub lines: &'s [String],
    /// The time that the document names: the election's own, so that it says nothing of when it was printed.
    pub seconds: u64,
}

/// The document's bytes.
///
/// # Errors
/// A letter of the title that the font lacks.
pub fn pdf(sheet: &Sheet<'_>) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::new()?;
    let mut flow = Flow::new(&faces);
    flow.paragraph(Style::TITLE, "Paper backup of a trustee's key and share")?;
    flow.pair("Election", sheet.title)?;
    flow.pair("Id", sheet.election)?;
    flow.pair("Trustee", &sheet.number.to_string())?;
    for words in sheet.told {
        flow.paragraph(Style::TEXT, words)?;
    }
    flow.paragraph(Style::HEADING, "To type")?;
    let groups = sheet.lines.iter().map(|line| line.split_whitespace().count()).max().unwrap_or(0);
    let columns: Vec<Column> = (0..groups)
        .map(|place| {
            Column::new(if place == 0 { "line" } else { "" }, if place == 0 { 0.7 } else { 1.0 }, Align::Left)
        })
        .collect();
    let rows: Vec<Vec<String>> = sheet
        .lines
        .iter()
        .map(|line| {
            let words = line.split_whitespace().map(str::to_owned);
            words.chain(std::iter::repeat(String::new())).take(groups).collect()
        })
        .collect();
    flow.table(&columns, &rows)?;
    flow.new_page();
    flow.paragraph(Style::HEADING, "To scan: each code holds some of the lines, one below the other")?;
    for (place, lines) in sheet.lines.chunks(LINES).enumerate() {
        let code: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
        let first = place * LINES;
        let words = format!("lines {first} to {}", first + lines.len().saturating_sub(1));
        flow.qr(SIZE, &code.join("\n"), &[(Style::TEXT, words)])?;
    }
    let foot = format!("trustee {}: ciphertext under the passphrase, which is kept elsewhere", sheet.number);
    let pages = flow.finish(&foot, |page, all| format!("{page} of {all}"))?;
    let about = About {
        title: format!("Paper backup of trustee {}", sheet.number),
        language: "en".to_owned(),
        creator: "plebiscite-trustee".to_owned(),
        seconds: sheet.seconds,
    };
    write(&about, &faces, &pages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use plebiscite_trustee::paper;

    fn sheet(lines: &[String], title: &str) -> Result<Vec<u8>, PaperError> {
        let id = "ab".repeat(32);
        pdf(&Sheet { title, election: &id, number: 3, told: &["What it is."], lines, seconds: 1_800_000_000 })
    }

    #[test]
    fn a_sheet_is_a_document_and_the_same_one_each_time() {
        let lines = paper::print(&(0..=255).cycle().take(700).collect::<Vec<u8>>()).unwrap();
        let document = sheet(&lines, "A vote").unwrap();
        assert!(document.starts_with(b"%PDF-") && document.len() > 10_000);
        assert_eq!(sheet(&lines, "A vote").unwrap(), document);
        let other = paper::print(&[7; 700]).unwrap();
        assert_ne!(sheet(&other, "A vote").unwrap(), document);
        // A title in a script that the font lacks is said, not printed with holes.
        assert!(matches!(sheet(&lines, "漢"), Err(PaperError::Missing(_))));
    }
}
