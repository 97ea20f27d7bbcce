//! `codes`: the file for the printer, once the roll is sealed.

use std::path::PathBuf;

use plebiscite_registrar::letters::codes_csv;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, Place, print_line};

use super::{Desk, read_prepared};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// The prepared roll.
    #[arg(long, value_name = "FILE")]
    roll: PathBuf,
    /// The codes file; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The site that voters' links lead to; the server of the record unless given.
    #[arg(long, value_name = "URL")]
    site: Option<String>,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let prepared = read_prepared(&arguments.roll)?;
    let verified = arguments.place.verified(&arguments.log)?;
    if verified.record.roll().is_none() {
        return Err(Stop::new(Exit::NotYet, "letters leave only after the roll seal"));
    }
    let desk = Desk::open(&arguments.place, &verified)?;
    let missing = || Stop::input("this registrar holds no codes of the sealed roll");
    let codes = desk.codes(verified.record.roll_attempt())?.ok_or_else(missing)?;
    let site = match &arguments.site {
        Some(site) => site.as_str(),
        None => arguments.log.site()?,
    };
    let file = codes_csv(site, &verified.election, &prepared, &codes).map_err(Stop::input)?;
    files::create(&arguments.out, &file, Access::Private)?;
    print_line(&format!("{} codes are in {}", codes.len(), arguments.out.display()))
}
