//! What the client has on a machine with sockets and files: a client of the web, and the checkpoint that a device keeps.

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::merkle::{Hash, Roots};
use plebiscite_election::entry::ElectionId;
use plebiscite_roles::kept::{Kept, KeptError};
use plebiscite_verifier::source::{self, Asking, Http};
use thiserror::Error;

use crate::client::{Client, ClientError, extends};

impl Client<Asking> {
    /// [`Client::open_over`] a server, or a plain folder, which takes no ballots.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn open_at(place: &str, id: ElectionId) -> Result<Self, ClientError> {
        let (asking, address) = Asking::of(place);
        Self::open_over(asking, &address, id, None)
    }

    /// [`Client::open_to_look_over`] a server or a plain folder, whichever has this name.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn open_anywhere(place: &str, id: ElectionId) -> Result<Self, ClientError> {
        let (asking, address) = Asking::of(place);
        Self::open_to_look_over(asking, &address, id)
    }
}

impl Client<source::Client> {
    /// [`Client::open_over`] sockets, with the default limits.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn open(server: &str, id: ElectionId, kept: Option<&Checkpoint>) -> Result<Self, ClientError> {
        Self::open_over(source::Client::default(), server, id, kept)
    }

    /// [`Client::open_to_look_over`] sockets, with the default limits.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn open_to_look(server: &str, id: ElectionId) -> Result<Self, ClientError> {
        Self::open_to_look_over(source::Client::default(), server, id)
    }
}

impl<H: Http + Clone> Client<H> {
    /// Checks that the log as it is now extends all that was seen, and what a device kept; then the device keeps it.
    ///
    /// # Errors
    /// [`KeepError`]: both checkpoints are then kept as evidence where the device had one.
    pub fn keep(&self, kept: &Kept) -> Result<(), KeepError> {
        let (mut reader, signed) = self.log()?;
        extends(&mut reader, &self.seen(), &signed)?;
        let before = kept.last()?.map(|(checkpoint, _)| checkpoint.size);
        let size = before.filter(|size| *size <= signed.checkpoint().size);
        let root = size.map(|size| reader.root_at(size)).transpose().map_err(ClientError::Read)?;
        kept.advance(&signed, &OneRoot(size.zip(root)))?;
        Ok(())
    }
}

/// Why a device does not keep what the board shows.
#[derive(Debug, Error)]
pub enum KeepError {
    /// The log could not be read, or contradicts itself.
    #[error("{0}")]
    Client(#[from] ClientError),
    /// It contradicts what the device kept.
    #[error("{0}")]
    Kept(#[from] KeptError),
}

/// The one root that was read and is asked for.
struct OneRoot(Option<(u64, Hash)>);

impl Roots for OneRoot {
    fn root_at(&self, size: u64) -> Option<Hash> {
        self.0.filter(|(known, _)| *known == size).map(|(_, root)| root)
    }
}
