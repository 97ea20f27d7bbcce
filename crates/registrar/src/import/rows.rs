//! Every row of a voter file judged: cells normalised and checked, the same voter twice found, regions and languages
//! brought to the manifest's ids.

use std::collections::{HashMap, HashSet};

use plebiscite_election::manifest::Manifest;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::columns::{Column, Columns, folded};
use super::table::{Separator, reader};
use super::{Fault, ImportError};
use crate::cell::{self, CellFault};
use crate::roll_csv::{Channel, Names, People, Person, mark};

/// After so many rows somebody is told.
const TOLD_EVERY: u64 = 4_096;
/// Most names that a sentence lists.
const LISTED: usize = 12;

/// What was read.
pub struct Judged {
    pub people: People,
    pub normalised: u64,
    pub blank_rows: u64,
    pub same_person: u64,
}

/// Judges rows one after the other.
pub struct Judge<'a> {
    columns: &'a Columns,
    cells: usize,
    manifest: Option<&'a Manifest>,
    /// The file's encoding has 256 characters at most, and a question mark where it lacked one.
    single_byte: bool,
    people: Vec<Person>,
    regions: Names,
    languages: Names,
    /// Ids of regions by what a file may call them; without a manifest by what it has called them so far.
    region_ids: HashMap<String, String>,
    voters: HashMap<u128, (u64, u64)>,
    persons: HashSet<u128>,
    faults: Vec<Fault>,
    normalised: u64,
    blank_rows: u64,
    same_person: u64,
}

impl<'a> Judge<'a> {
    pub fn new(
        columns: &'a Columns,
        cells: usize,
        manifest: Option<&'a Manifest>,
        single_byte: bool,
    ) -> Self {
        let mut region_ids = HashMap::new();
        for region in manifest.iter().flat_map(|manifest| &manifest.document().regions) {
            for name in region.name.0.values() {
                region_ids.insert(folded(name), region.id.clone());
            }
        }
        // An id is an id, even where another region has it for a name.
        for region in manifest.iter().flat_map(|manifest| &manifest.document().regions) {
            region_ids.insert(folded(&region.id), region.id.clone());
        }
        Self {
            columns,
            cells,
            manifest,
            single_byte,
            people: Vec::new(),
            regions: Names::default(),
            languages: Names::default(),
            region_ids,
            voters: HashMap::new(),
            persons: HashSet::new(),
            faults: Vec::new(),
            normalised: 0,
            blank_rows: 0,
            same_person: 0,
        }
    }

    /// Judges all rows of a text after its first.
    pub fn all(
        &mut self,
        text: &str,
        separator: Separator,
        lines_before: u64,
        progress: &dyn Fn(u64, u64),
    ) -> Result<(), ImportError> {
        let mut rows = reader(text, separator);
        let mut row = csv::StringRecord::new();
        let (mut count, mut line) = (0u64, 0);
        loop {
            match rows.read_record(&mut row) {
                Ok(true) => (),
                Ok(false) => break,
                // A text is UTF-8 and rows may have any number of cells: nothing else can be wrong with it.
                Err(error) => {
                    let what = error.to_string();
                    self.fault(line + 1, "", what, "save the file again as CSV in UTF-8");
                    break;
                }
            }
            line = row.position().map_or(0, csv::Position::line) + lines_before;
            count += 1;
            if count > 1 {
                self.row(&row, line)?;
            }
            if count % TOLD_EVERY == 0 {
                progress(row.position().map_or(0, csv::Position::byte), text.len() as u64);
            }
        }
        Ok(())
    }

    /// What was read, if all of it is right.
    pub fn finish(self) -> Result<Judged, ImportError> {
        if !self.faults.is_empty() {
            return Err(ImportError::Rows(self.faults));
        }
        if self.people.is_empty() {
            return Err(ImportError::NoVoters);
        }
        let people =
            People { regions: self.regions.list, languages: self.languages.list, people: self.people };
        Ok(Judged {
            people,
            normalised: self.normalised,
            blank_rows: self.blank_rows,
            same_person: self.same_person,
        })
    }

    fn row(&mut self, row: &csv::StringRecord, line: u64) -> Result<(), ImportError> {
        if row.iter().all(|cell| cell.trim().is_empty()) {
            self.blank_rows += 1;
            return Ok(());
        }
        let spare = row.iter().skip(self.cells).any(|cell| !cell.trim().is_empty());
        if row.len() < self.cells || spare {
            let what = format!("the row has {} cells, and the first line {}", row.len(), self.cells);
            self.fault(
                line,
                "",
                what,
                "put cells that hold the separator into quotation marks, and close every quotation mark",
            );
            return Ok(());
        }
        let before = self.faults.len();
        let channel = self.channel(row, line);
        let voter = self.voter(row, line);
        let region = self.region(row, line);
        let language = self.language(row, line);
        let name = self.text(row, Column::Name, line, channel == Some(Channel::Letter));
        let address = self.address(row, line, channel);
        let (Some(channel), Some(voter), Some(region), Some(language)) = (channel, voter, region, language)
        else {
            return Ok(());
        };
        if self.faults.len() > before {
            return Ok(());
        }
        if !name.is_empty() && !address.is_empty() {
            let person = mark(&format!("{}\n{}", folded(&name), folded(&address)));
            self.same_person += u64::from(!self.persons.insert(person));
        }
        let too_many = |_| ImportError::TooManyNames;
        self.people.push(Person {
            voter: voter.into(),
            name: name.into(),
            address: address.into(),
            region: self.regions.place(&region).map_err(too_many)?,
            language: self.languages.place(&language).map_err(too_many)?,
            channel,
        });
        Ok(())
    }

    fn voter(&mut self, row: &csv::StringRecord, line: u64) -> Option<String> {
        let voter = self.checked(row, Column::Voter, line, cell::SHORT)?;
        if is_shortened(&voter) {
            self.cell_fault(line, Column::Voter, CellFault::Shortened);
            return None;
        }
        // Enough to tell whether it is written in the same way.
        let exact = u64::try_from(mark(&voter) >> 64).unwrap_or(0);
        match self.voters.insert(mark(&folded(&voter)), (line, exact)) {
            None => Some(voter),
            Some((earlier, same)) => {
                let what = if same == exact {
                    format!("is the same voter as in line {earlier}")
                } else {
                    format!(
                        "is the same voter as in line {earlier}, written differently (case, spaces or composition)"
                    )
                };
                self.column_fault(
                    line,
                    Column::Voter,
                    what,
                    "keep one of the two rows, or correct the voter",
                );
                None
            }
        }
    }

    fn region(&mut self, row: &csv::StringRecord, line: u64) -> Option<String> {
        let written = self.checked(row, Column::Region, line, cell::SHORT)?;
        let known = self.region_ids.get(&folded(&written)).cloned();
        match (known, self.manifest) {
            (Some(id), Some(_)) => Some(id),
            (None, Some(manifest)) => {
                let ids: Vec<&str> = manifest
                    .document()
                    .regions
                    .iter()
                    .take(LISTED)
                    .map(|region| region.id.as_str())
                    .collect();
                let more = if manifest.document().regions.len() > LISTED { ", …" } else { "" };
                let what = "is no region of the manifest";
                let advice =
                    format!("write the id or the name that the manifest has: {}{more}", ids.join(", "));
                self.column_fault(line, Column::Region, what.to_owned(), &advice);
                None
            }
            (None, None) => {
                self.region_ids.insert(folded(&written), written.clone());
                Some(written)
            }
            (Some(first), None) if first == written => Some(first),
            (Some(_), None) => {
                let what = "is written differently elsewhere (case or spaces)";
                self.column_fault(line, Column::Region, what.to_owned(), "write every region in one way");
                None
            }
        }
    }

    fn language(&mut self, row: &csv::StringRecord, line: u64) -> Option<String> {
        let written = self.checked(row, Column::Language, line, cell::SHORT)?;
        let tag = tag_of(&written);
        let Some(manifest) = self.manifest else { return Some(tag) };
        let languages = &manifest.document().languages;
        if let Some(language) = languages.iter().find(|language| language.eq_ignore_ascii_case(&tag)) {
            return Some(language.clone());
        }
        let advice = format!("write one of {}", languages.join(", "));
        self.column_fault(line, Column::Language, "is no language of the manifest".to_owned(), &advice);
        None
    }

    fn channel(&mut self, row: &csv::StringRecord, line: u64) -> Option<Channel> {
        let Some(place) = self.columns.place(Column::Channel) else { return Some(Channel::Letter) };
        let written = folded(row.get(place).unwrap_or_default());
        let channel = CHANNELS.iter().find(|(_, names)| names.contains(&written.as_str()));
        if channel.is_none() {
            let what = if written.is_empty() { "is empty" } else { "is no channel" };
            self.column_fault(line, Column::Channel, what.to_owned(), "write letter, email or paper");
        }
        channel.map(|(channel, _)| *channel)
    }

    fn address(&mut self, row: &csv::StringRecord, line: u64, channel: Option<Channel>) -> String {
        if channel != Some(Channel::Email) {
            return self.text(row, Column::Address, line, channel == Some(Channel::Letter));
        }
        let column =
            if self.columns.place(Column::Email).is_some() { Column::Email } else { Column::Address };
        if self.columns.place(column).is_none() {
            let what = "says email, and no column holds e-mail addresses".to_owned();
            self.column_fault(line, Column::Channel, what, "name the column by --email COLUMN");
            return String::new();
        }
        let address = self.text(row, column, line, true);
        if !address.is_empty() && !is_email(&address) {
            self.column_fault(
                line,
                column,
                "is no e-mail address".to_owned(),
                if column == Column::Email {
                    "correct it, or choose another channel"
                } else {
                    "correct it, choose another channel, or name the column of e-mail addresses by --email COLUMN"
                },
            );
        }
        address
    }

    /// A cell that may be missing: its column is not there, or nobody needs it.
    fn text(&mut self, row: &csv::StringRecord, column: Column, line: u64, needed: bool) -> String {
        let Some(place) = self.columns.place(column) else { return String::new() };
        if !needed && row.get(place).unwrap_or_default().trim().is_empty() {
            return String::new();
        }
        self.checked(row, column, line, cell::LONG).unwrap_or_default()
    }

    /// A cell, normalised; nothing where it is at fault, which is noted.
    fn checked(
        &mut self,
        row: &csv::StringRecord,
        column: Column,
        line: u64,
        limit: usize,
    ) -> Option<String> {
        let written = self.columns.place(column).and_then(|place| row.get(place)).unwrap_or_default();
        if written.contains(['\n', '\r']) && column != Column::Address {
            let advice = "take the line break out; where it is a whole part of the file, close the quotation mark before it";
            self.column_fault(line, column, "has a line break".to_owned(), advice);
            return None;
        }
        let kept = normalised(written);
        self.normalised += u64::from(kept != written);
        let lost = kept.contains('\u{fffd}') || (self.single_byte && kept.contains('?'));
        let judged = if lost { Err(CellFault::Lost) } else { cell::check(&kept, limit) };
        match judged {
            Ok(()) => Some(kept),
            Err(fault) => {
                self.cell_fault(line, column, fault);
                None
            }
        }
    }

    fn cell_fault(&mut self, line: u64, column: Column, fault: CellFault) {
        self.column_fault(line, column, fault.what(), fault.advice());
    }

    fn column_fault(&mut self, line: u64, column: Column, what: String, advice: &str) {
        let own = self.columns.found.iter().find(|(found, ..)| *found == column);
        let name = own.map_or(column.name(), |(_, _, name)| name.as_str()).to_owned();
        self.fault(line, &name, what, advice);
    }

    fn fault(&mut self, line: u64, column: &str, what: String, advice: &str) {
        self.faults.push(Fault { line, column: column.to_owned(), what, advice: advice.to_owned() });
    }
}

/// What files call the channels.
const CHANNELS: [(Channel, &[&str]); 3] = [
    (Channel::Letter, &["letter", "post", "mail", "письмо", "почта", "хат", "пошта"]),
    (
        Channel::Email,
        &["email", "e-mail", "эл. почта", "электронная почта", "эл. пошта", "электрондық пошта"],
    ),
    (Channel::Paper, &["paper", "бумага", "бумажный бюллетень", "на бумаге", "қағаз", "қағаз бюллетень"]),
];

/// A cell as it is kept: one space for white space, line breaks as commas, nothing invisible, composed.
fn normalised(written: &str) -> String {
    let plain = written.is_ascii() && !written.contains(['\n', '\r', '\t', '\u{b}', '\u{c}']);
    if plain && !written.contains("  ") {
        return written.trim().to_owned();
    }
    let lines: Vec<String> = written
        .split(['\n', '\r'])
        .map(|line| {
            let seen: String =
                line.chars().filter(|c| !matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}')).collect();
            seen.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .filter(|line| !line.is_empty())
        .collect();
    let joined = lines.join(", ");
    if is_nfc(&joined) { joined } else { joined.nfc().collect() }
}

/// A language's tag; the names of Kazakh, Russian and English in these languages are known.
fn tag_of(written: &str) -> String {
    let known: [(&str, &[&str]); 3] = [
        ("kk", &["kk", "kaz", "kazakh", "казахский", "қазақша", "қазақ", "қаз"]),
        ("ru", &["ru", "rus", "russian", "русский", "орысша", "орыс"]),
        ("en", &["en", "eng", "english", "английский", "ағылшынша", "ағылшын"]),
    ];
    let name = folded(written);
    let tag = known.into_iter().find(|(_, names)| names.contains(&name.as_str())).map(|(tag, _)| tag);
    tag.map_or_else(|| written.to_owned(), str::to_owned)
}

/// `1,23E+11`: what a spreadsheet makes of a long number.
fn is_shortened(voter: &str) -> bool {
    let Some((digits, power)) = voter.split_once(['E', 'e']) else { return false };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((whole, part)) = digits.split_once([',', '.']) else { return false };
    number(whole) && number(part) && power.strip_prefix('+').is_some_and(number)
}

/// Enough to find a cell that is something else: an address without spaces, with one `@` that is neither first nor last.
fn is_email(address: &str) -> bool {
    let parts: Vec<&str> = address.split('@').collect();
    let plain = address.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>()[],;:\\\"".contains(&byte));
    plain
        && matches!(parts.as_slice(), [local, host] if !local.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.'))
}
