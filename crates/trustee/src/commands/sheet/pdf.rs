//! The paper backup as a PDF: the same lines as the text, in a table to type from and as QR codes to scan.

use plebiscite_paper::{About, Align, Column, Faces, Flow, PaperError, Style, write};

use super::Sheet;

/// Lines in one QR code.
const LINES: usize = 3;
/// How wide a QR code is, in points: its 61 modules, the quiet zone's included, are each 2.88 wide, a millimetre on paper, and so
/// six whole dots of a scan at 150 to the inch.
const SIZE: f32 = 61.0 * 2.88;

/// The document's bytes.
///
/// # Errors
/// A letter of the title that the font lacks.
pub fn pdf(sheet: &Sheet<'_>) -> Result<Vec<u8>, PaperError> {
    let first = sheet.first;
    let faces = Faces::new()?;
    let mut flow = Flow::new(&faces);
    flow.paragraph(Style::TITLE, first.title)?;
    flow.pair(first.election, &sheet.title)?;
    flow.pair(first.id, &sheet.election)?;
    flow.pair(first.trustee, &sheet.number.to_string())?;
    for told in sheet.told(first) {
        flow.paragraph(Style::TEXT, &told)?;
    }
    for words in &sheet.others {
        flow.speak(Some(words.tag));
        flow.paragraph(Style::HEADING, words.title)?;
        for told in sheet.told(words) {
            flow.paragraph(Style::TEXT, &told)?;
        }
    }
    flow.speak(None);
    flow.paragraph(Style::HEADING, first.to_type)?;
    let groups = sheet.lines.iter().map(|line| line.split_whitespace().count()).max().unwrap_or(0);
    let columns: Vec<Column> = (0..groups)
        .map(|place| match place {
            0 => Column::new(first.line, 0.8, Align::Left),
            _ => Column::new("", 1.0, Align::Left),
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
    flow.paragraph(Style::HEADING, first.to_scan)?;
    let codes = sheet.lines.len().div_ceil(LINES);
    for (place, lines) in sheet.lines.chunks(LINES).enumerate() {
        let begins = place * LINES;
        let words = (first.code)(place + 1, codes, begins, begins + lines.len().saturating_sub(1));
        flow.qr(SIZE, &code(lines), &[(Style::TEXT, words)])?;
    }
    let pages = flow.finish(&(first.foot)(sheet.number), first.page)?;
    let about = About {
        title: format!("{}: {} {}", first.title, first.trustee, sheet.number),
        language: first.tag.to_owned(),
        creator: "plebiscite-trustee".to_owned(),
        seconds: sheet.seconds,
    };
    write(&about, &faces, &pages)
}

/// What a code says: its lines, the last one ended too, so that whatever is scanned next begins a line of its own.
fn code(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.trim(), "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use super::super::tests::sheet;
    use super::*;
    use plebiscite_support::tools::installed;
    use plebiscite_trustee::paper;

    /// What the codes of a page say, scanned at 150 dots to the inch; none where there is no such page.
    fn scanned(path: &Path, page: usize) -> Option<Vec<String>> {
        let mut render = Command::new("pdftoppm");
        render.args(["-gray", "-r", "150", "-f", &page.to_string(), "-l", &page.to_string()]);
        let image = render.arg(path).output().unwrap().stdout;
        let mut fields = image.splitn(4, u8::is_ascii_whitespace).skip(1);
        let mut number = || -> usize {
            fields.next().and_then(|text| std::str::from_utf8(text).ok()?.parse().ok()).unwrap_or(0)
        };
        let (width, height) = (number(), number());
        let pixels = image.len().checked_sub(width * height).filter(|_| width > 0)?;
        let pixels = &image[pixels..];
        let mut image =
            rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
        Some(image.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect())
    }

    /// As a camera or a cheap scanner reads them from paper: the codes of all pages hold all lines, which are the content again.
    #[test]
    fn the_codes_are_scanned_and_the_lines_read_and_both_are_the_content() {
        if !(installed("pdftoppm", "poppler-utils") && installed("pdftotext", "poppler-utils")) {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.pdf");
        for (length, languages) in [(700, &["en"][..]), (900, &["kk", "ru", "en"])] {
            let content: Vec<u8> = (0..=255).cycle().take(length).collect();
            let lines = paper::print(&content).unwrap();
            std::fs::write(&path, pdf(&sheet(&lines, "A vote", languages)).unwrap()).unwrap();
            let codes: Vec<String> = (1..).map_while(|page| scanned(&path, page)).flatten().collect();
            assert_eq!(codes.len(), lines.len().div_ceil(LINES));
            assert_eq!(paper::read(&codes.concat()).unwrap(), content);
            let text = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output().unwrap().stdout;
            let text = String::from_utf8(text).unwrap();
            let typed: Vec<&str> = text
                .lines()
                .filter(|row| lines.iter().any(|line| line.split_whitespace().eq(row.split_whitespace())))
                .collect();
            assert_eq!(paper::read(&typed.join("\n")).unwrap(), content, "{text}");
        }
    }

    #[test]
    fn every_language_of_the_manifest_is_on_paper_and_tagged_as_what_it_is() {
        if !(installed("pdfinfo", "poppler-utils") && installed("pdftotext", "poppler-utils")) {
            return;
        }
        let lines = paper::print(&[7; 200]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.pdf");
        let all = sheet(&lines, "A vote", &["kk", "ru", "en"]);
        std::fs::write(&path, pdf(&all).unwrap()).unwrap();
        let out = Command::new("pdftotext").arg("-raw").arg(&path).arg("-").output().unwrap();
        let text: String = String::from_utf8(out.stdout).unwrap().split_whitespace().collect();
        for words in std::iter::once(&all.first).chain(&all.others) {
            for said in all.told(words) {
                assert!(text.contains(&said.split_whitespace().collect::<String>()), "{said} in {text}");
            }
        }
        let out = Command::new("pdfinfo").arg("-struct").arg(&path).output().unwrap();
        let tree = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(tree.contains("Sect"), "{tree}");
        let bytes = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        for language in ["kk", "ru", "en"] {
            assert!(
                bytes.contains(&format!("/Lang({language})"))
                    || bytes.contains(&format!("/Lang ({language})"))
            );
        }
    }

    #[test]
    fn a_sheet_is_a_document_and_the_same_one_each_time() {
        let lines = paper::print(&(0..=255).cycle().take(700).collect::<Vec<u8>>()).unwrap();
        let document = pdf(&sheet(&lines, "A vote", &["en"])).unwrap();
        assert!(document.starts_with(b"%PDF-") && document.len() > 10_000);
        assert_eq!(pdf(&sheet(&lines, "A vote", &["en"])).unwrap(), document);
        let other = paper::print(&[7; 700]).unwrap();
        assert_ne!(pdf(&sheet(&other, "A vote", &["en"])).unwrap(), document);
        assert!(String::from_utf8_lossy(&document).contains("<pdfuaid:part>1</pdfuaid:part>"));
        // A title in a script that the font lacks is said, not printed with holes.
        assert!(matches!(pdf(&sheet(&lines, "漢", &["en"])), Err(PaperError::Missing(_))));
    }
}
