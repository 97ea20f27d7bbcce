//! `send`: posts a file of entries that a program without a network has written. No key is needed, and none is asked for.

use std::path::PathBuf;

use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::entries::Entries;
use plebiscite_roles::program::{Log, print_line};

#[derive(clap::Args)]
pub struct Arguments {
    /// The file of entries.
    file: PathBuf,
    #[command(flatten)]
    log: Log,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let file = Entries::open(&arguments.file)?;
    arguments.log.site()?;
    let wanted = arguments.log.named_election()?;
    if wanted != file.election {
        let sentence = format!("the file is of election {}, not of {wanted}", file.election);
        return Err(Stop::new(Exit::CheckFailed, sentence));
    }
    print_line(&file.words())?;
    for posted in arguments.log.post(file.election, &file.entries)? {
        match posted.fault {
            Some(fault) => {
                print_line(&format!(
                    "entry {} stands, and shows the fault of trustee {}: {}",
                    posted.index, fault.trustee, fault.what
                ))?;
            }
            None => {
                print_line(&format!("entry {} stands", posted.index))?;
            }
        }
    }
    Ok(Exit::Pass)
}
