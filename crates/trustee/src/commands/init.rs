//! `init`: the signing key.

use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::Place;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    arguments.place.make_key(super::ROLE)
}
