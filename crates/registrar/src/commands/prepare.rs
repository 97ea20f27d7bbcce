//! `prepare`: from a voter file to the prepared roll that both registrars work from.

use std::fs::File;
use std::path::PathBuf;

use plebiscite_registrar::{Prepared, roll_csv};
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::print_line;

#[derive(clap::Args)]
pub struct Arguments {
    /// The voter file: CSV with the columns voter, region, language.
    roll: PathBuf,
    /// The prepared roll; it must not be there yet. It names all voters: hand it to the second registrar in secret.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let file = File::open(&arguments.roll)
        .map_err(|error| Stop::input(format!("cannot read {}: {error}", arguments.roll.display())))?;
    let people = roll_csv::read(std::io::BufReader::new(file)).map_err(Stop::input)?;
    let (prepared, bytes) = Prepared::make(people, &rand::random()).map_err(Stop::input)?;
    files::create(&arguments.out, &bytes, Access::Private)?;
    print_line(&hex::encode(prepared.digest()))
}
