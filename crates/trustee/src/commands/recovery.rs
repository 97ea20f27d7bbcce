//! `recovery`: with how many trustees what still works, also if some are lost.

use std::collections::BTreeSet;

use plebiscite_election::counted::numbered;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_trustee::recovery::{Losses, recovery};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// A trustee that has lost its share. May be repeated.
    #[arg(long, value_name = "NUMBER")]
    lost: Vec<u16>,
    /// One of these that has a backup. May be repeated.
    #[arg(long, value_name = "NUMBER")]
    backup: Vec<u16>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let count = verified.record.manifest().map_or(0, |manifest| manifest.trustees().len());
    let (lost, with_backup) = (numbers(&arguments.lost, count)?, numbers(&arguments.backup, count)?);
    if let Some(number) = with_backup.difference(&lost).next() {
        let sentence = format!("trustee {number} has a backup and is not lost: say --lost {number} too");
        return Err(Stop::new(Exit::Usage, sentence));
    }
    let found = recovery(&verified.record, &Losses { lost, with_backup });
    let found = found.ok_or_else(|| Stop::new(Exit::NotYet, "the record holds no manifest yet"))?;
    if arguments.json {
        return print_line(&serde_json::to_string(&found).map_err(|error| Stop::new(Exit::Bug, error))?);
    }
    for words in &found.words {
        print_line(words)?;
    }
    if verified.record.keys().is_some() {
        print_line(&format!("confirming: {}", numbered("trustee", &found.can_confirm)))?;
        print_line(&format!("decrypting: {}", numbered("trustee", &found.can_decrypt)))?;
    }
    Ok(if found.result_possible { Exit::Pass } else { Exit::CheckFailed })
}

fn numbers(given: &[u16], count: usize) -> Result<BTreeSet<u16>, Stop> {
    let unknown = given.iter().find(|number| **number == 0 || usize::from(**number) > count);
    match unknown {
        Some(number) => Err(Stop::new(Exit::Usage, format!("there is no trustee {number}"))),
        None => Ok(given.iter().copied().collect()),
    }
}
