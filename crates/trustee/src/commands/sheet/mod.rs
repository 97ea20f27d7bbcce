//! What a paper backup says beside its lines, in the languages of the manifest: as text, and as a PDF with codes to scan. A
//! file a language; a further one is named in [`LANGUAGES`].

mod en;
mod kk;
mod pdf;
mod ru;

use plebiscite_election::manifest::Manifest;
use plebiscite_election::record::Record;
use plebiscite_trustee::shown::title_of;

pub use pdf::pdf;

/// Everything that a sheet says in one language.
pub struct Words {
    /// The language's tag.
    pub tag: &'static str,
    /// What it is, over everything else.
    pub title: &'static str,
    /// Before the election's title.
    pub election: &'static str,
    /// Before its id.
    pub id: &'static str,
    /// Before the trustee's number.
    pub trustee: &'static str,
    /// What the sheet is, and what not to keep beside it.
    pub what: &'static str,
    /// How it is brought back: by the command.
    pub how: &'static str,
    /// The command.
    pub command: &'static str,
    /// How symbols are read, and mistakes found.
    pub reading: &'static str,
    /// What a restored share does, by how many others must confirm.
    pub restored: fn(usize) -> String,
    /// Where all of so many must confirm: that the sheet replaces no folder.
    pub irreplaceable: fn(usize) -> String,
    /// When the sheet is destroyed.
    pub destroy: &'static str,
    /// Over the lines.
    pub to_type: &'static str,
    /// Over the lines' numbers.
    pub line: &'static str,
    /// Over the codes.
    pub to_scan: &'static str,
    /// Beside a code: its number, of how many, its first line and its last.
    pub code: fn(usize, usize, usize, usize) -> String,
    /// At the foot of every page: whose sheet it is.
    pub foot: fn(u16) -> String,
    /// A page's number, of how many.
    pub page: fn(usize, usize) -> String,
}

/// The languages that sheets are written in.
const LANGUAGES: [&Words; 3] = [&kk::WORDS, &ru::WORDS, &en::WORDS];
/// Longest line of the text, with the mark before it.
const WIDTH: usize = 78;

/// A sheet.
pub struct Sheet<'s> {
    /// The election's title.
    pub title: String,
    /// The election's id.
    pub election: String,
    /// The trustee.
    pub number: u16,
    /// `n`.
    pub trustees: usize,
    /// `c`.
    pub confirm: usize,
    /// The words of the manifest's first language that there are words of; English where there are none of any.
    pub first: &'static Words,
    /// Those of its other languages.
    pub others: Vec<&'static Words>,
    /// The lines.
    pub lines: &'s [String],
    /// The time that the document names: the election's own, so that it says nothing of when it was printed.
    pub seconds: u64,
}

impl<'s> Sheet<'s> {
    /// The sheet of a trustee, by its verified record.
    #[must_use]
    pub fn of(record: &Record, number: u16, lines: &'s [String]) -> Self {
        let manifest = record.manifest().map(AsRef::as_ref);
        let (first, others) = manifest.map_or_else(|| (&en::WORDS, Vec::new()), words_of);
        Self {
            title: manifest.map(title_of).unwrap_or_default(),
            election: record.election().map(|id| id.to_string()).unwrap_or_default(),
            number,
            trustees: manifest.map_or(0, |manifest| manifest.trustees().len()),
            confirm: record.confirmations_needed(),
            first,
            others,
            lines,
            seconds: manifest.map_or(0, |manifest| manifest.document().schedule.opens.unix()),
        }
    }

    /// What is told in one language, paragraph by paragraph.
    fn told(&self, words: &Words) -> Vec<String> {
        let restored = if self.confirm < self.trustees {
            (words.restored)(self.confirm)
        } else {
            (words.irreplaceable)(self.trustees)
        };
        let parts = [words.what, words.how, words.command, words.reading, restored.as_str(), words.destroy];
        parts.map(str::to_owned).to_vec()
    }

    /// The text that is printed: what it is, and the lines in blocks of five.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for words in std::iter::once(&self.first).chain(&self.others) {
            let about = [
                words.title.to_owned(),
                format!("{}: {}", words.election, self.title),
                format!("{}: {}", words.id, self.election),
                format!("{}: {}", words.trustee, self.number),
            ];
            for paragraph in about.into_iter().chain(self.told(words)) {
                wrapped(&paragraph).iter().for_each(|line| text.push_str(&format!("# {line}\n")));
            }
            text.push('\n');
        }
        for (place, line) in self.lines.iter().enumerate() {
            if place > 0 && place % 5 == 1 {
                text.push('\n');
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

fn words_of(manifest: &Manifest) -> (&'static Words, Vec<&'static Words>) {
    let of = |tag: &String| LANGUAGES.into_iter().find(|words| words.tag == tag);
    let mut found = manifest.document().languages.iter().filter_map(of);
    (found.next().unwrap_or(&en::WORDS), found.collect())
}

/// Lines that a terminal shows whole, broken between words.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { continue };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() + 2 <= WIDTH {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use plebiscite_support::{Shape, document, in_languages};
    use plebiscite_trustee::paper;

    use super::*;

    pub fn sheet<'s>(lines: &'s [String], title: &str, languages: &[&str]) -> Sheet<'s> {
        let manifest = Manifest::parse(&in_languages(&document(&Shape::default()), languages)).unwrap();
        let (first, others) = words_of(&manifest);
        Sheet {
            title: title.to_owned(),
            election: "ab".repeat(32),
            number: 3,
            trustees: 5,
            confirm: 4,
            first,
            others,
            lines,
            seconds: 1_800_000_000,
        }
    }

    #[test]
    fn a_sheet_reads_back_as_it_is_printed_and_fits_a_page() {
        let content: Vec<u8> = (0..=255).cycle().take(1_000).collect();
        let lines = paper::print(&content).unwrap();
        let text = sheet(&lines, "A vote", &["kk", "ru", "en"]).text();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert_eq!(paper::read(&text).unwrap(), content);
    }

    #[test]
    fn a_sheet_speaks_the_languages_of_the_manifest_and_english_where_it_knows_none() {
        let lines = paper::print(&[7; 100]).unwrap();
        let flat = |languages: &[&str]| sheet(&lines, "A vote", languages).text().replace("\n# ", " ");
        let all = flat(&["ru", "kk", "en"]);
        let places = [&ru::WORDS, &kk::WORDS, &en::WORDS].map(|words| all.find(words.what).unwrap());
        assert!(places.is_sorted(), "in the manifest's order: {all}");
        assert!(all.contains("не менее 4 других") && all.contains("кемінде 4 басқа"), "{all}");
        let one = flat(&["kk"]);
        assert!(one.contains(kk::WORDS.how) && !one.contains(en::WORDS.how), "{one}");
        let other = flat(&["de"]);
        assert!(other.contains(en::WORDS.how) && !other.contains(kk::WORDS.how), "{other}");
    }

    #[test]
    fn where_all_must_confirm_every_language_says_that_the_sheet_replaces_no_folder() {
        let lines = paper::print(&[7; 100]).unwrap();
        let mut all = sheet(&lines, "A vote", &["kk", "ru", "en"]);
        let flat = |sheet: &Sheet<'_>| sheet.text().replace("\n# ", " ");
        let says = |text: &str, sentence: &str| text.contains(sentence);
        for words in LANGUAGES {
            assert!(says(&flat(&all), &(words.restored)(4)) && !says(&flat(&all), &(words.irreplaceable)(5)));
        }
        (all.trustees, all.confirm) = (3, 3);
        for words in LANGUAGES {
            assert!(says(&flat(&all), &(words.irreplaceable)(3)) && !says(&flat(&all), &(words.restored)(3)));
        }
    }
}
