//! `diff`: what a second import changes, voter by voter.

use std::path::{Path, PathBuf};

use plebiscite_registrar::Prepared;
use plebiscite_registrar::roll_csv::People;
use plebiscite_registrar::totals::Difference;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files;
use plebiscite_roles::program::print_line;

use super::Importing;

#[derive(clap::Args)]
pub struct Arguments {
    /// The earlier roll: a voter file, or a prepared roll.
    old: PathBuf,
    /// The later one.
    new: PathBuf,
    #[command(flatten)]
    importing: Importing,
    /// Print the difference as JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let (old, new) = (read(arguments, &arguments.old)?, read(arguments, &arguments.new)?);
    let difference = Difference::between(&old, &new);
    if arguments.json {
        print_line(&serde_json::to_string(&difference).map_err(Stop::input)?)?;
    } else {
        print_line(&difference.to_string())?;
    }
    Ok(if difference.is_none() { Exit::Pass } else { Exit::CheckFailed })
}

fn read(arguments: &Arguments, path: &Path) -> Result<People, Stop> {
    let bytes = files::read(path, plebiscite_registrar::prepared::FILE_LIMIT)?;
    if Prepared::is_one(&bytes) {
        return Ok(Prepared::read(&bytes).map_err(Stop::input)?.into_people());
    }
    Ok(arguments.importing.read_bytes(bytes, None)?.people)
}
