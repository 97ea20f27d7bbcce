//! Where messages go, as the library asks for it.

use plebiscite_election::entry::ElectionId;
use plebiscite_roles::carried::{Outbox, Sending};
use plebiscite_roles::cli::Stop;
use plebiscite_roles::program::Log;
use plebiscite_trustee::{Failure, Publisher};

/// The election's server, or a file.
pub struct Posting<'l>(pub Outbox<'l>);

impl<'l> Posting<'l> {
    /// Where this call's messages go.
    pub fn of(sending: &'l Sending, log: &'l Log, election: ElectionId) -> Result<Self, Stop> {
        Ok(Self(sending.outbox(log, election, super::PROGRAM)?))
    }
}

impl Publisher for Posting<'_> {
    fn publish(&mut self, entries: &[Vec<u8>]) -> Result<(), Failure> {
        Ok(self.0.send(entries)?)
    }
}
