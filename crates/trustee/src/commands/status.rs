//! `status`: where the record stands, and what this vault holds.

use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::{Log, Place, print_line};

use super::Desk;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let desk = Desk::open(&arguments.place, &verified)?;
    let record = &verified.record;
    print_line(&format!("election {}", verified.election))?;
    print_line(&format!(
        "trustee {}, record of {} entries in phase {}",
        desk.number,
        record.size(),
        record.phase().name()
    ))?;
    if let Some(sent) = &desk.state.sent {
        print_line(&format!("last message: attempt {}, round R{}", sent.attempt, sent.round))?;
    }
    let share = match &desk.state.share {
        Some(share) if share.restored => {
            format!("share of attempt {}, restored: it never confirms", share.attempt)
        }
        Some(share) => format!("share of attempt {}", share.attempt),
        None => "no share".to_owned(),
    };
    print_line(&share)?;
    if let Some(seal) = &desk.state.seal {
        print_line(&format!("bound to the seal {}", hex::encode(seal.digest)))?;
    }
    for fault in record.faults() {
        print_line(&format!("fault at entry {}: {fault}", fault.entry))?;
    }
    Ok(Exit::Pass)
}
