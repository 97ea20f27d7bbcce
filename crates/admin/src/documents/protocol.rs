//! The protocol of a result on paper: what was decided, by which numbers, who certified it, and how anyone checks it.

use plebiscite_election::credential::Fingerprint;
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::ContestDocument;
use plebiscite_election::manifest::time::Time;
use plebiscite_election::record::{ElectionResult, Phase, Record};
use plebiscite_election::rule::condition::{Answer, group};
use plebiscite_election::rule::places::Places;
use plebiscite_election::rule::verdict::{ContestVerdict, Decision, Preferred, YesNoVerdict};
use plebiscite_pages::{Language, condition, moment};
use plebiscite_paper::{About, Align, Column, Faces, Flow, Style, write};

use super::words::{Words, words};
use super::{DocumentError, answers, tallied};

/// What the protocol says beside the record.
#[derive(Clone, Debug)]
pub struct Certified {
    /// Entries of the log.
    pub size: u64,
    /// Their root, in hex.
    pub root: String,
    /// Numbers of the officials who certified; none yet.
    pub officials: Vec<u16>,
    /// When each witness last cosigned a log that holds the result, in the manifest's order, in seconds since 1970.
    pub cosigned: Vec<Option<u64>>,
    /// Whether the quorum of witnesses has; none where the manifest names no witnesses.
    pub is_final: Option<bool>,
}

/// The width of the code to scan, in points.
const CODE: f32 = 110.0;

struct Paper<'p> {
    flow: Flow<'p>,
    words: &'static Words,
    language: Language,
    manifest: &'p Manifest,
}

/// The protocol in a language of this program, as PDF/A-2a and PDF/UA-1: the same bytes for the same record.
///
/// # Errors
/// [`DocumentError`]; a text of the manifest whose letters the font lacks stops it.
pub fn protocol(
    record: &Record,
    language: Language,
    certified: &Certified,
) -> Result<Vec<u8>, DocumentError> {
    let (manifest, result) = record.manifest().zip(record.result()).ok_or(DocumentError::NoResult)?;
    let faces = Faces::new()?;
    let mut paper = Paper { flow: Flow::new(&faces), words: words(language), language, manifest };
    let closed = record.close_time().map_or(0, |(time, _)| time);
    paper.opening(record, certified, closed)?;
    for (number, (contest, verdict)) in
        manifest.document().contests.iter().zip(&result.verdict.contests).enumerate()
    {
        paper.contest(record, result, number, contest, verdict)?;
    }
    paper.tie_breaks(result)?;
    paper.signatures(certified)?;
    paper.witnesses(certified)?;
    paper.how_to_check(certified)?;
    let words = paper.words;
    let pages =
        paper.flow.finish(&format!("{} {}", words.election, Fingerprint::of(&manifest.id())), words.page)?;
    let title = format!("{}: {}", words.title, language.text(&manifest.document().title).1);
    let about = About {
        title,
        language: language.code().to_owned(),
        creator: "plebiscite".to_owned(),
        seconds: closed,
    };
    Ok(write(&about, &faces, &pages)?)
}

impl Paper<'_> {
    fn opening(&mut self, record: &Record, certified: &Certified, closed: u64) -> Result<(), DocumentError> {
        let words = self.words;
        self.flow.paragraph(Style::TITLE, words.title)?;
        self.flow.paragraph(Style::HEADING, self.language.text(&self.manifest.document().title).1)?;
        if self.manifest.is_test() {
            self.flow.banner(words.test)?;
        }
        if record.phase() != Phase::Certified {
            self.flow.banner(words.not_certified)?;
        }
        if certified.is_final == Some(false) {
            self.flow.banner(words.not_final)?;
        }
        let opens = self.time(self.manifest.document().schedule.opens.unix());
        let early = record.close_time().is_some_and(|(_, early)| early);
        let closed = match early {
            true => format!("{}; {}", self.time(closed), words.early),
            false => self.time(closed),
        };
        self.flow.exact(words.election, &self.manifest.id().to_string())?;
        self.flow.pair(words.fingerprint, &Fingerprint::of(&self.manifest.id()).to_string())?;
        self.flow.exact(words.root, &certified.root)?;
        self.flow.pair(words.entries, &group(certified.size))?;
        self.flow.pair(words.opens, &opens)?;
        self.flow.pair(words.closed, &closed)?;
        Ok(())
    }

    fn contest(
        &mut self,
        record: &Record,
        result: &ElectionResult,
        number: usize,
        contest: &ContestDocument,
        verdict: &ContestVerdict,
    ) -> Result<(), DocumentError> {
        let words = self.words;
        self.flow.paragraph(Style::HEADING, self.language.text(contest.question()).1)?;
        let (participants, eligible, without, decision) = match verdict {
            ContestVerdict::YesNo(v) => {
                (v.participants, v.eligible, v.heads_without_result, self.decision(v))
            }
            ContestVerdict::Options(v) => {
                (v.participants, v.eligible, v.heads_without_result, self.places(contest, &v.places))
            }
            ContestVerdict::Ranked(v) => {
                (v.participants, v.eligible, v.heads_without_result, self.places(contest, &v.places))
            }
        };
        self.flow.paragraph(Style::STRONG, &format!("{}: {decision}", words.decision))?;
        self.flow.pair(words.eligible, &group(eligible))?;
        self.flow.pair(words.took_part, &group(participants))?;
        if without > 0 {
            self.flow.pair(words.no_result, &group(without))?;
        }
        if let ContestVerdict::YesNo(verdict) = verdict {
            self.flow.paragraph(Style::SUBHEADING, words.conditions)?;
            for judged in &verdict.conditions {
                let answer = match judged.answer {
                    Answer::Holds => words.holds,
                    Answer::Fails => words.fails,
                    Answer::Undecided => words.open,
                    Answer::NoData => words.no_data,
                };
                self.flow
                    .paragraph(Style::TEXT, &format!("– {}: {answer}", condition(self.language, judged)))?;
            }
        }
        let ids: Vec<&str> = contest.options().iter().map(|option| option.0).collect();
        let answers = answers(&ids, verdict);
        let columns =
            [Column::new(words.answer, 4.0, Align::Left), Column::new(words.number, 1.0, Align::Right)];
        let shown = answers.iter().filter(|answer| answer.0 != "(blank)" || contest.blank().is_some());
        let rows: Vec<_> = shown.map(|(id, total)| vec![self.label(contest, id), group(*total)]).collect();
        self.flow.table(&columns, &rows)?;
        self.regions(record, result, number, contest, verdict, &answers)
    }

    fn regions(
        &mut self,
        record: &Record,
        result: &ElectionResult,
        number: usize,
        contest: &ContestDocument,
        verdict: &ContestVerdict,
        answers: &[(String, u64)],
    ) -> Result<(), DocumentError> {
        let words = self.words;
        let cells = record.partition().map(|partition| partition.cells()).unwrap_or_default();
        let tallied = tallied(answers, verdict);
        let name = |cell: &plebiscite_election::cell::Cell| {
            let regions = cell.regions.iter().filter_map(|index| self.manifest.region(*index));
            regions.map(|region| self.language.text(&region.name).1).collect::<Vec<_>>().join(" + ")
        };
        let counts =
            |place: usize| result.cells.get(place).and_then(Option::as_ref).and_then(|cell| cell.get(number));
        self.flow.paragraph(Style::SUBHEADING, words.by_region)?;
        let few = tallied.len() <= 4;
        let mut columns = vec![Column::new(words.region, 3.0, Align::Left)];
        if few {
            columns
                .extend([words.eligible, words.took_part].map(|head| Column::new(head, 1.4, Align::Right)));
            columns.extend(tallied.iter().map(|id| Column::new(self.label(contest, id), 1.4, Align::Right)));
        } else {
            columns.push(Column::new(words.answer, 4.0, Align::Left));
            columns.push(Column::new(words.number, 1.2, Align::Right));
        }
        let mut rows = Vec::new();
        for (place, cell) in cells.iter().enumerate() {
            let found = counts(place);
            let count = |place: usize| match found {
                Some(found) => found.get(place).map_or_else(String::new, |count| group(*count)),
                None if cell.heads == 0 => "0".to_owned(),
                None => words.not_opened.to_owned(),
            };
            if few {
                let mut row = vec![name(cell), group(cell.eligible), group(cell.heads)];
                row.extend((0..tallied.len()).map(count));
                rows.push(row);
            } else {
                rows.extend(
                    tallied
                        .iter()
                        .enumerate()
                        .map(|(place, id)| vec![name(cell), self.label(contest, id), count(place)]),
                );
            }
        }
        Ok(self.flow.table(&columns, &rows)?)
    }

    fn tie_breaks(&mut self, result: &ElectionResult) -> Result<(), DocumentError> {
        let words = self.words;
        for verdict in &result.verdict.tie_breaks {
            let contest =
                self.manifest.document().contests.iter().find(|contest| contest.id() == verdict.contest);
            let Some(contest) = contest else { continue };
            self.flow.paragraph(Style::HEADING, self.language.text(contest.question()).1)?;
            let sentence = match verdict.outcome {
                Preferred::NotNeeded => words.not_needed.to_owned(),
                Preferred::First => format!("{}: {}", words.in_force, self.names(contest, &[0])),
                Preferred::Second => format!("{}: {}", words.in_force, self.names(contest, &[1])),
                Preferred::Tie => words.tie.to_owned(),
                Preferred::Undecided => words.undecided.to_owned(),
            };
            self.flow.paragraph(Style::STRONG, &sentence)?;
        }
        Ok(())
    }

    fn signatures(&mut self, certified: &Certified) -> Result<(), DocumentError> {
        if certified.officials.is_empty() {
            return Ok(());
        }
        self.flow.paragraph(Style::HEADING, self.words.signatures)?;
        self.flow.paragraph(Style::TEXT, self.words.certified_by)?;
        let members = &self.manifest.document().officials.keys;
        for number in &certified.officials {
            let name = members.get(usize::from(*number)).map_or("", |member| member.name.as_str());
            self.flow.paragraph(Style::TEXT, &format!("– {name}"))?;
        }
        Ok(())
    }

    /// Whether the result is final, and which witness cosigned it when.
    fn witnesses(&mut self, certified: &Certified) -> Result<(), DocumentError> {
        let words = self.words;
        let members = &self.manifest.document().witnesses.keys;
        self.flow.paragraph(Style::HEADING, words.witnesses)?;
        let Some(is_final) = certified.is_final else {
            return Ok(self.flow.paragraph(Style::TEXT, words.no_witnesses)?);
        };
        let (quorum, named) = (self.manifest.witness_quorum(), members.len());
        let sentence = if is_final { words.is_final } else { words.awaited };
        self.flow.paragraph(Style::TEXT, &sentence(quorum, named))?;
        for (place, member) in members.iter().enumerate() {
            let said = match certified.cosigned.get(place).copied().flatten() {
                Some(seconds) => (words.cosigned)(&self.time(seconds)),
                None => words.not_cosigned.to_owned(),
            };
            self.flow.paragraph(Style::TEXT, &format!("– {}: {said}", member.name))?;
        }
        Ok(())
    }

    /// A time in words, which name its zone, and as the record writes it.
    fn time(&self, seconds: u64) -> String {
        let exact = Time::from_unix(seconds).map(|time| time.to_string()).unwrap_or_default();
        format!("{} ({exact})", moment(self.language, seconds))
    }

    fn how_to_check(&mut self, certified: &Certified) -> Result<(), DocumentError> {
        let id = self.manifest.id();
        let named = Fingerprint::of(&id);
        let command = format!("plebiscite-verify record record.plebiscite --election {named}");
        let code = format!("plebiscite/v1/{id}\n{}\n{}", certified.size, certified.root);
        // The heading, the code and the text beside it.
        self.flow.keep(CODE + 45.0);
        self.flow.paragraph(Style::HEADING, self.words.verify)?;
        let beside = [(Style::TEXT, self.words.how.to_owned()), (Style::STRONG, command)];
        Ok(self.flow.qr(CODE, &code, &beside)?)
    }

    fn decision(&self, verdict: &YesNoVerdict) -> String {
        let words = self.words;
        let text = match (verdict.decision, verdict.valid) {
            (Decision::Adopted, _) => words.adopted,
            (Decision::NotAdopted, Some(false)) => words.not_valid,
            (Decision::NotAdopted, _) => words.not_adopted,
            (Decision::Undecided, _) => words.undecided,
        };
        text.to_owned()
    }

    fn places(&self, contest: &ContestDocument, places: &Places) -> String {
        let words = self.words;
        match places {
            Places::Undecided => words.undecided.to_owned(),
            Places::Decided { elected } if elected.is_empty() => words.nobody.to_owned(),
            Places::Decided { elected } => format!("{}: {}", words.elected, self.names(contest, elected)),
            Places::Tied { elected, tied, places_left } => {
                let tie = format!("{} ({places_left}): {}", words.tie, self.names(contest, tied));
                if elected.is_empty() {
                    tie
                } else {
                    format!("{}: {}; {tie}", words.elected, self.names(contest, elected))
                }
            }
        }
    }

    fn names(&self, contest: &ContestDocument, options: &[u16]) -> String {
        let all = contest.options();
        let name = |option: &u16| all.get(usize::from(*option)).map(|(_, label)| self.language.text(label).1);
        options.iter().filter_map(name).collect::<Vec<_>>().join(", ")
    }

    fn label(&self, contest: &ContestDocument, id: &str) -> String {
        let one = |id: &str| {
            let options = contest.options();
            let found = options.iter().find(|option| option.0 == id).map(|option| option.1);
            let label = if id == "(blank)" { found.or(contest.blank()) } else { found };
            label.map_or_else(|| id.to_owned(), |label| self.language.text(label).1.to_owned())
        };
        id.split_once('>').map_or_else(|| one(id), |(a, b)| format!("{} > {}", one(a), one(b)))
    }
}
