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
    use std::process::Command;

    use super::*;
    use plebiscite_support::tools::installed;
    use plebiscite_trustee::paper;

    fn sheet(lines: &[String], title: &str) -> Result<Vec<u8>, PaperError> {
        let id = "ab".repeat(32);
        pdf(&Sheet { title, election: &id, number: 3, told: &["What it is."], lines, seconds: 1_800_000_000 })
    }

    /// As a camera reads them from paper: the codes of all pages hold all lines, which are the content again.
    #[test]
    fn the_codes_are_scanned_and_the_lines_read_and_both_are_the_content() {
        if !(installed("pdftoppm", "poppler-utils") && installed("pdftotext", "poppler-utils")) {
            return;
        }
        let content: Vec<u8> = (0..=255).cycle().take(700).collect();
        let lines = paper::print(&content).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.pdf");
        std::fs::write(&path, sheet(&lines, "A vote").unwrap()).unwrap();
        let mut scanned = Vec::new();
        for page in 1..=6 {
            let mut render = Command::new("pdftoppm");
            render.args(["-gray", "-r", "300", "-f", &page.to_string(), "-l", &page.to_string()]);
            let image = render.arg(&path).output().unwrap().stdout;
            let mut fields = image.splitn(4, u8::is_ascii_whitespace).skip(1);
            let mut number = || -> usize {
                fields.next().and_then(|text| std::str::from_utf8(text).ok()?.parse().ok()).unwrap_or(0)
            };
            let (width, height) = (number(), number());
            let Some(pixels) = image.len().checked_sub(width * height).filter(|_| width > 0) else {
                continue;
            };
            let pixels = &image[pixels..];
            let mut image =
                rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
            scanned.extend(image.detect_grids().iter().map(|grid| grid.decode().unwrap().1));
        }
        assert_eq!(scanned.len(), lines.len().div_ceil(LINES));
        assert_eq!(paper::read(&scanned.join("\n")).unwrap(), content);
        let text = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output().unwrap().stdout;
        let text = String::from_utf8(text).unwrap();
        let typed: Vec<&str> = text
            .lines()
            .filter(|row| lines.iter().any(|line| line.split_whitespace().eq(row.split_whitespace())))
            .collect();
        assert_eq!(paper::read(&typed.join("\n")).unwrap(), content, "{text}");
    }

    #[test]
    fn a_sheet_is_a_document_and_the_same_one_each_time() {
        let lines = paper::print(&(0..=255).cycle().take(700).collect::<Vec<u8>>()).unwrap();
        let document = sheet(&lines, "A vote").unwrap();
        assert!(document.starts_with(b"%PDF-") && document.len() > 10_000);
        assert_eq!(sheet(&lines, "A vote").unwrap(), document);
        let other = paper::print(&[7; 700]).unwrap();
        assert_ne!(sheet(&other, "A vote").unwrap(), document);
        assert!(String::from_utf8_lossy(&document).contains("<pdfuaid:part>1</pdfuaid:part>"));
        // A title in a script that the font lacks is said, not printed with holes.
        assert!(matches!(sheet(&lines, "漢"), Err(PaperError::Missing(_))));
    }
}
