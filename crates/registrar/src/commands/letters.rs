//! `letters`: a PDF for each region, a page a voter, once the roll is sealed.

use std::path::PathBuf;

use plebiscite_election::counted::{counted, either};
use plebiscite_registrar::letter::pdf;
use plebiscite_registrar::letter::words::words_of;
use plebiscite_registrar::letter::{Recipient, Vote};
use plebiscite_registrar::made::{File, Kind};
use plebiscite_registrar::roll_csv::Channel;
use plebiscite_registrar::{Prepared, RollCodes};
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_roles::progress::Progress;

use super::{Printing, sealed_codes, tell};

/// Most letters of one file: printers take it, and it is made in little memory.
const PAGES: usize = 5_000;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// The prepared roll.
    #[arg(long, value_name = "FILE")]
    roll: PathBuf,
    /// Where the PDFs go, as letters-REGION-1.pdf, -2.pdf, …, each of at most 5,000 letters.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Only letters of this region, by its id; may be given several times.
    #[arg(long, value_name = "ID")]
    region: Vec<String>,
    #[command(flatten)]
    printing: Printing,
}

/// A recipient by place in the roll.
fn recipient<'a>(
    prepared: &'a Prepared,
    number: u32,
    code: &'a plebiscite_election::credential::Code,
) -> Option<Recipient<'a>> {
    let person = prepared.people().get(usize::try_from(number).ok()?)?;
    let name = if person.name.is_empty() { &person.voter } else { &person.name };
    Some(Recipient {
        name,
        address: &person.address,
        region: prepared.region(person),
        language: prepared.language(person),
        number,
        code,
        replaces: None,
    })
}

/// The roll numbers of a region's voters of a channel, in roll order.
pub fn numbers(prepared: &Prepared, region: Option<&str>, channel: Channel) -> Vec<u32> {
    let fits = |person: &plebiscite_registrar::roll_csv::Person| {
        person.channel == channel && region.is_none_or(|region| prepared.region(person) == region)
    };
    let places = prepared.people().iter().enumerate().filter(|(_, person)| fits(person));
    places.filter_map(|(place, _)| u32::try_from(place).ok()).collect()
}

/// Calls something with each of these voters as a recipient.
pub fn each<E>(
    (prepared, codes): (&Prepared, &RollCodes),
    numbers: &[u32],
    mut take: impl FnMut(Recipient<'_>) -> Result<(), E>,
) -> Result<(), E> {
    for number in numbers {
        let Some(code) = codes.code(*number) else { continue };
        if let Some(to) = recipient(prepared, *number, &code) {
            take(to)?;
        }
    }
    Ok(())
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let (prepared, verified, desk, codes) = sealed_codes(&arguments.place, &arguments.log, &arguments.roll)?;
    let vote = arguments.printing.vote(&verified, &arguments.log, desk.registrar)?;
    let regions: Vec<String> =
        vote.manifest.document().regions.iter().map(|region| region.id.clone()).collect();
    if let Some(unknown) = arguments.region.iter().find(|region| !regions.contains(region)) {
        return Err(Stop::new(Exit::Usage, format!("the manifest has no region {unknown:?}")));
    }
    files::make_folder(&arguments.out)?;
    say_languages(&vote);
    let of = numbers(&prepared, None, Channel::Letter).len();
    let shown = Progress::over("writing letters", of as u64);
    let (mut letters, mut written) = (0usize, 0u32);
    for region in regions.iter().filter(|id| arguments.region.is_empty() || arguments.region.contains(id)) {
        let numbers = numbers(&prepared, Some(region), Channel::Letter);
        for (part, numbers) in (1..).zip(numbers.chunks(PAGES)) {
            let path = arguments.out.join(format!("letters-{region}-{part}.pdf"));
            desk.note(File {
                path: path.clone(),
                what: Kind::Letters,
                roll: Some(hex::encode(prepared.digest())),
                channel: Some(Channel::Letter),
                region: Some(region.clone()),
                number: None,
            })?;
            let mut file = pdf::Letters::begin(&vote).map_err(Stop::input)?;
            each((&prepared, &codes), numbers, |to| {
                shown.step();
                file.add(&to)
            })
            .map_err(Stop::input)?;
            let bytes = file.finish().map_err(Stop::input)?;
            // The same letters give the same bytes: what was written before a stop stands.
            files::create_or_same(&path, &bytes, Access::Private)?;
            (letters, written) = (letters + numbers.len(), written + 1);
        }
    }
    drop(shown);
    let others = prepared.people().len() - of;
    if others > 0 {
        tell(&format!(
            "{} {} an e-mail instead: see `emails`",
            counted(others, "voter"),
            either(others, "gets", "get")
        ));
    }
    print_line(&format!(
        "{} {} in {} in {}",
        counted(letters, "letter"),
        either(letters, "is", "are"),
        counted(written, "file"),
        arguments.out.display()
    ))
}

/// Languages of the manifest that the letters have no words in.
fn say_languages(vote: &Vote<'_>) {
    for language in &vote.manifest.document().languages {
        if words_of(language).tag != language {
            tell(&format!("note: letters in {language} say everything but title and region in English"));
        }
    }
}
