//! Fetch, verify whole, and compare with what was kept: what every role does before it signs anything (§24.3).

use std::path::Path;

use plebiscite_election::manifest::ElectionId;
use plebiscite_verifier::check::{Demand, Failure, Options, Verified, VerifyError, replay};
use plebiscite_verifier::source::{Source, SourceError};
use thiserror::Error;

use crate::cli::Exit;
use crate::kept::{Kept, KeptError};
use crate::progress::Progress;

/// Why a role cannot rely on a record.
#[derive(Debug, Error)]
pub enum RecordError {
    /// The address is none.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Files are missing.
    #[error("the record cannot be read: {0}")]
    Unread(#[from] VerifyError),
    /// A check failed: nothing may be signed on this record.
    #[error("the record is not valid: {0}")]
    Invalid(#[from] Failure),
    /// The log is not the one that this role saw before.
    #[error(transparent)]
    Kept(#[from] KeptError),
}

impl RecordError {
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Source(_) => Exit::Input,
            Self::Unread(_) => Exit::Network,
            Self::Invalid(_) => Exit::CheckFailed,
            Self::Kept(error) => error.exit(),
        }
    }
}

/// Verifies the whole record of an election at an address (the log's prefix, or a folder), requires that it extends the
/// checkpoint kept under `kept`, and keeps the new one there.
///
/// # Errors
/// [`RecordError`]; nothing new is kept then but evidence.
pub fn verified(address: &str, election: ElectionId, kept: &Path) -> Result<Verified, RecordError> {
    verified_up_to(address, election, kept, None)
}

/// As [`verified`], for the first `up_to` entries only where that is given. The kept checkpoint is then neither moved, because
/// what lies behind has not been judged, nor compared: that the log extends it is not checked here.
///
/// # Errors
/// [`RecordError`].
pub fn verified_up_to(
    address: &str,
    election: ElectionId,
    kept: &Path,
    up_to: Option<u64>,
) -> Result<Verified, RecordError> {
    let source = Source::open(address)?;
    let kept = Kept::open(kept, election)?;
    let shown = Progress::over("verifying the record", 1);
    let options = Options {
        election: Some(Demand::Id(election)),
        since: None,
        up_to,
        fresh: rand::random(),
        progress: &mut |done, entries| shown.reached(done, entries),
    };
    let verified = replay(source, options)?.into_verified()?;
    if up_to.is_none() {
        kept.advance(&verified.checkpoint, &verified.tree)?;
    }
    Ok(verified)
}
