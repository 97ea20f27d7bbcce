//! `status`: who has done what, who is awaited, what this vault holds, and the next step.

use plebiscite_roles::called::Called;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_trustee::status::status;

use super::Desk;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let desk = Desk::open(&arguments.place, &verified)?;
    let called = Called::of(super::PROGRAM, &arguments.place, &arguments.log, verified.election);
    let status = status(&verified.record, &desk.state, desk.number, &called);
    if arguments.json {
        return print_line(&serde_json::to_string(&status).map_err(|error| Stop::new(Exit::Bug, error))?);
    }
    for line in status.lines() {
        print_line(&line)?;
    }
    Ok(Exit::Pass)
}
