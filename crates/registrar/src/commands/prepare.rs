//! `prepare`: from a voter file to the prepared roll that both registrars work from. Nothing is written before all rows are
//! right and the totals have been looked at.

use std::path::{Path, PathBuf};

use plebiscite_election::counted::{counted, either};
use plebiscite_registrar::import::{self, Imported};
use plebiscite_registrar::prepared::Prepared;
use plebiscite_registrar::roll_csv::Channel;
use plebiscite_registrar::totals::Totals;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{consent, print_line};
use plebiscite_roles::progress::Progress;
use plebiscite_roles::signing::word;
use serde_json::json;

use super::{Importing, PROGRAM, beside, tell};

/// Rows of the preview.
const SHOWN: usize = 5;
/// Faults that are shown; all of them are in the error file.
const FAULTS_SHOWN: usize = 10;

#[derive(clap::Args)]
pub struct Arguments {
    /// The voter file: CSV with a column for each of voter, region and language, and perhaps name, address, email,
    /// channel (letter, email or paper). The columns may be named in Kazakh, Russian or English.
    roll: PathBuf,
    /// The prepared roll; it must not be there yet. It names all voters: hand it to the second registrar in secret.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Where voters who chose paper are listed, if there are any; OUT.paper.csv unless given. It must not be there yet.
    #[arg(long, value_name = "FILE")]
    paper: Option<PathBuf>,
    /// Where faults are listed, if there are any; ROLL.errors.csv unless given. It is replaced.
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    #[command(flatten)]
    importing: Importing,
    /// Take the roll without asking.
    #[arg(long)]
    yes: bool,
    /// Print the totals as JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let errors = arguments.errors.clone().unwrap_or_else(|| beside(&arguments.roll, "errors.csv"));
    let imported = arguments.importing.read(&arguments.roll, Some(&errors))?;
    let totals = Totals::of(&imported.people);
    preview(&imported, &totals)?;
    let warnings = match arguments.importing.manifest()? {
        Some(manifest) => totals.cautions(&manifest),
        None => Vec::new(),
    };
    for warning in &warnings {
        tell(&format!("WARNING: {warning}"));
    }
    consent(arguments.yes, "Is this the roll?")?;
    let (fingerprint, encoding, separator) = (imported.fingerprint, imported.encoding, imported.separator);
    let shown = Progress::over("ordering the roll", 0);
    let (prepared, bytes) = Prepared::make(imported.people, &rand::random()).map_err(Stop::input)?;
    drop(shown);
    files::create(&arguments.out, &bytes, Access::Private)?;
    drop(bytes);
    if !prepared.paper().is_empty() {
        let path = arguments.paper.clone().unwrap_or_else(|| beside(&arguments.out, "paper.csv"));
        files::create(&path, &paper_list(&prepared).map_err(Stop::input)?, Access::Private)?;
        tell(&format!(
            "{} who chose paper {} listed in {}",
            counted(prepared.paper().len(), "voter"),
            either(prepared.paper().len(), "is", "are"),
            path.display()
        ));
    }
    if arguments.json {
        return print_line(
            &json!({
                "voter_file_sha256": hex::encode(fingerprint),
                "prepared_roll_sha256": hex::encode(prepared.digest()),
                "encoding": encoding.name(),
                "separator": separator.name(),
                "totals": totals,
                "warnings": warnings,
            })
            .to_string(),
        );
    }
    print_line(&format!("voter file     {}", hex::encode(fingerprint)))?;
    print_line(&format!("prepared roll  {}", hex::encode(prepared.digest())))?;
    let out = word(&arguments.out.display().to_string());
    let manifest = arguments.importing.manifest_word();
    tell(&format!(
        "next: hand {out} to the other registrar, if there is one, so that nobody else reads it (it names all voters); the other \
         compares it with its own voter file by `{PROGRAM} diff {out} VOTER-FILE --manifest {manifest}`. Once the trustees have \
         made the keys, each of you:\n  {PROGRAM} commit --roll {out} --record URL --election ID --folder FOLDER"
    ));
    Ok(Exit::Pass)
}

/// What was found, before anything is written.
fn preview(imported: &Imported, totals: &Totals) -> Result<(), Stop> {
    let guessed = if imported.guessed {
        " (guessed: see whether the names read right, else say --encoding)"
    } else {
        ""
    };
    tell(&format!("encoding   {}{guessed}", imported.encoding.name()));
    tell(&format!("separator  {}", imported.separator.name()));
    for (column, _, name) in &imported.columns.found {
        tell(&format!("{:<9}  column {name:?}", column.name()));
    }
    if !imported.columns.ignored.is_empty() {
        tell(&format!("not taken  {:?}", imported.columns.ignored));
    }
    tell("the first voters:");
    let people = &imported.people;
    let name = |names: &[String], place: u16| names.get(usize::from(place)).cloned().unwrap_or_default();
    for person in people.people.iter().take(SHOWN) {
        let (region, language) =
            (name(&people.regions, person.region), name(&people.languages, person.language));
        tell(&format!(
            "  {} | {region} | {language} | {} | {} | {}",
            person.voter,
            person.name,
            person.address,
            person.channel.name()
        ));
    }
    tell(&totals.to_string());
    for (count, noun, one, several) in [
        (
            imported.normalised,
            "cell",
            "had spaces around it, or letters that were not composed, and was tidied",
            "had spaces around them, or letters that were not composed, and were tidied",
        ),
        (imported.blank_rows, "row", "holds nothing and is left out", "hold nothing and are left out"),
        (
            imported.same_person,
            "voter",
            "has the name and address of a voter before: see whether it is the same person",
            "have the name and address of a voter before them: see whether they are the same person",
        ),
    ] {
        if count > 0 {
            tell(&format!("note: {} {}", counted(count, noun), either(count, one, several)));
        }
    }
    tell(&format!(
        "voter file, SHA-256: {} (the other registrar's must be the same)",
        hex::encode(imported.fingerprint)
    ));
    if totals.credentials == 0 {
        Err(Stop::input("all voters of the file have chosen paper, so there is no credential to make"))
    } else {
        Ok(())
    }
}

/// Who votes on paper, for the polling stations.
fn paper_list(prepared: &Prepared) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["voter", "region", "language", "name", "address"])?;
    for person in prepared.paper() {
        debug_assert_eq!(person.channel, Channel::Paper);
        writer.write_record([
            &*person.voter,
            prepared.region(person),
            prepared.language(person),
            &*person.name,
            &*person.address,
        ])?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// Writes the error file and says what is in it.
pub fn refuse(faults: &[import::Fault], errors: Option<&Path>) -> Stop {
    for fault in faults.iter().take(FAULTS_SHOWN) {
        let import::Fault { line, column, what, advice } = fault;
        tell(&format!("line {line}: {column}{}{what}; {advice}", if column.is_empty() { "" } else { " " }));
    }
    if faults.len() > FAULTS_SHOWN {
        tell(&format!("and {} more", faults.len() - FAULTS_SHOWN));
    }
    let Some(path) = errors else {
        return Stop::input(format!(
            "{} {} wrong with the voter file; `prepare` lists them all",
            counted(faults.len(), "thing"),
            either(faults.len(), "is", "are")
        ));
    };
    let written = import::faults_csv(faults)
        .map_err(Stop::input)
        .and_then(|file| Ok(files::replace(path, &file, Access::Private)?));
    match written {
        Ok(()) => Stop::input(format!(
            "{} {} wrong with the voter file; all are listed in {}, and nothing else was written",
            counted(faults.len(), "thing"),
            either(faults.len(), "is", "are"),
            path.display()
        )),
        Err(stop) => stop,
    }
}
