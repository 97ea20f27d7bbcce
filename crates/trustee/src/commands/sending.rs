//! Where messages go: to the server, or into a file for someone who has a network.

use std::path::{Path, PathBuf};

use plebiscite_election::entry::ElectionId;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::entries::Entries;
use plebiscite_roles::program::{Log, print_line};
use plebiscite_trustee::{Failure, Publisher};

/// The option of every command that posts.
#[derive(Clone, Debug, clap::Args)]
pub struct Sending {
    /// Write the entries to this file instead of posting them; `send` posts it, from any machine.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// The election's server, or a file.
pub struct Outbox<'l> {
    log: &'l Log,
    out: Option<&'l Path>,
    election: ElectionId,
    /// Faults that the server said the entries showed.
    pub faults: Vec<String>,
    /// Whether anything was published.
    used: bool,
}

impl Sending {
    /// Where this call's messages go. A folder takes none: it is refused before anything is made.
    pub fn outbox<'l>(&'l self, log: &'l Log, election: ElectionId) -> Result<Outbox<'l>, Stop> {
        let out = self.out.as_deref();
        if out.is_none() && log.site().is_err() {
            let sentence = format!(
                "{} is a folder, to which nothing can be posted: say --out FILE, and have the file sent",
                log.record
            );
            return Err(Stop::new(Exit::Usage, sentence));
        }
        Ok(Outbox { log, out, election, faults: Vec::new(), used: false })
    }
}

impl Outbox<'_> {
    /// Says what to do with the file, if one was written.
    pub fn tell(&self) -> Result<(), Stop> {
        let Some(path) = self.out.filter(|_| self.used) else { return Ok(()) };
        let path = path.display();
        print_line(&format!("written to {path}; to post it: plebiscite-trustee send {path} --record URL"))?;
        Ok(())
    }
}

impl Publisher for Outbox<'_> {
    fn publish(&mut self, entries: &[Vec<u8>]) -> Result<(), Failure> {
        self.used = true;
        if let Some(path) = self.out {
            let file = Entries { election: self.election, entries: entries.to_vec() };
            return Ok(file.write(path).map_err(Stop::from)?);
        }
        let posted = self.log.post(self.election, entries)?;
        let faults = posted.into_iter().filter_map(|entry| entry.fault);
        self.faults.extend(faults.map(|fault| format!("trustee {}: {}", fault.trustee, fault.what)));
        Ok(())
    }
}
