//! The ballots that this device has cast, kept as bytes: nothing secret. One file for each place in the chain, so that no
//! place ever gets a second ballot from here unseen.

use std::path::{Path, PathBuf};

use plebiscite_election::ballot::BallotHeader;
use plebiscite_election::entry::ElectionId;
use plebiscite_roles::cli::Stop;
use plebiscite_roles::files::{self, Access};
use plebiscite_voter::place::Place;
use plebiscite_voter::receipt::Pending;
use plebiscite_voter::setup::Setup;

/// Longest ballot entry.
const BALLOT_LIMIT: u64 = 64 * 1024;

/// The folder of one election's ballots.
pub struct KeptBallots {
    folder: PathBuf,
}

impl KeptBallots {
    /// The folder, made if need be.
    pub fn open(folder: &Path, election: ElectionId) -> Result<Self, Stop> {
        let folder = folder.join(election.to_string());
        files::make_folder(&folder)?;
        Ok(Self { folder })
    }

    /// The ballot that was cast from here in a place of a chain.
    pub fn of(&self, index: u32, seq: u32) -> Result<Option<Pending>, Stop> {
        let path = self.path(index, seq);
        let bytes = match files::read(&path, BALLOT_LIMIT) {
            Err(error) if error.is_missing() => return Ok(None),
            bytes => bytes?,
        };
        let pending = Pending::restore(&bytes).filter(|kept| (kept.index(), kept.seq()) == (index, seq));
        let damaged = || Stop::input(format!("{} is not the ballot that was kept there", path.display()));
        pending.map(Some).ok_or_else(damaged)
    }

    /// Keeps a ballot durably, before it is sent; one that stands there already is not overwritten.
    pub fn keep(&self, pending: &Pending) -> Result<(), Stop> {
        Ok(files::create(&self.path(pending.index(), pending.seq()), &pending.kept(), Access::Private)?)
    }

    /// Puts a ballot aside whose place another chain has taken: it can never stand any more.
    pub fn put_aside(&self, pending: &Pending) -> Result<(), Stop> {
        let path = self.path(pending.index(), pending.seq());
        let aside = self.folder.join(format!("aside-{}", hex::encode(pending.tracker().0)));
        files::replace(&aside, &pending.kept(), Access::Private)?;
        std::fs::remove_file(&path).map_err(Stop::input)
    }

    fn path(&self, index: u32, seq: u32) -> PathBuf {
        self.folder.join(format!("ballot-{index}-{seq}"))
    }
}

/// Whether a kept ballot of the next place continues the chain as it stands now, under the credential in force: one that
/// was cast before the letter was replaced does not.
pub fn continues(setup: &Setup, pending: &Pending, place: &Place) -> Result<bool, Stop> {
    let header = pending.entry().get(1..).and_then(BallotHeader::peek);
    let next = place.next().map_err(Stop::input)?;
    Ok(header.is_some_and(|header| header.prev == next.prev) && pending.is_signed_for(setup, place))
}
