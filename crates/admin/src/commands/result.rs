//! `result`: computed here from the record, and posted; `apply` recomputes every byte of it.

use plebiscite_admin::outcome;
use plebiscite_election::record::Phase;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::{Log, Place, print_line};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    super::say_if_test(verified.record.manifest().is_some_and(|manifest| manifest.is_test()))?;
    if let Some(result) = verified.record.result() {
        for line in outcome::result(&verified.record, &result.verdict) {
            print_line(&line)?;
        }
        return print_line(&format!(
            "the result stands as entry {} with digest {}",
            result.index,
            hex::encode(result.digest)
        ));
    }
    if verified.record.phase() != Phase::Confirmed {
        return Err(Stop::new(
            Exit::NotYet,
            format!("no result can stand in phase {}", verified.record.phase().name()),
        ));
    }
    let result = verified.record.expected_result().map_err(|error| Stop::new(Exit::NotYet, error))?;
    let verdict = verified.record.expected_verdict().map_err(|error| Stop::new(Exit::NotYet, error))?;
    for line in outcome::result(&verified.record, verdict) {
        print_line(&line)?;
    }
    arguments.log.post(verified.election, &[result.encode()])?;
    print_line(&format!("result {}", hex::encode(result.digest())))
}
