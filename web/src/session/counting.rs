//! The call of who counts again: `audit`, whole or one share of it.

use plebiscite_board::reader::{Fetch, FetchError};
use plebiscite_verifier::check::Demand;
use plebiscite_verifier::source::Remote;
use plebiscite_verifier::{Options, Share, verify_record, verify_share};
use serde_json::Value;

use super::{Device, Progress, Session};
use crate::arguments::{Audit, Place as _};
use crate::failure::Failure;

impl<D: Device> Session<D> {
    /// Counts the whole election again, or does one share of that. The page puts the shares together, and says nothing before
    /// all have passed over the same checkpoint.
    pub(super) fn audit(&mut self, audit: &Audit, progress: Progress<'_>) -> Result<Value, Failure> {
        let (origin, id) = audit.place()?;
        let prefix: String = id.to_string().chars().take(16).collect();
        // Not recorded: the log is its own evidence, and the report names the entry.
        let log = Remote::with(&format!("{origin}/e/{prefix}/"), self.device.http());
        let log = log.map_err(|error| Failure::new("network", error))?;
        let log = Pinned { log, checkpoint: audit.checkpoint.as_deref() };
        let mut tell = |entries: u64, of: u64| progress(serde_json::json!({ "entries": entries, "of": of }));
        let options = Options {
            election: Some(Demand::Id(id)),
            since: None,
            up_to: None,
            fresh: self.device.fresh()?,
            progress: &mut tell,
        };
        let report = match audit.share {
            None => verify_record(log, options)?,
            Some((own, of)) => {
                let share =
                    Share::new(own, of).ok_or_else(|| Failure::arguments("there is no such share"))?;
                verify_share(log, options, share)?
            }
        };
        serde_json::to_value(report).map_err(|error| Failure::new("internal", error))
    }
}

/// A log up to a checkpoint that was fetched before: an open one grows while it is counted, and its shares must be of one size.
struct Pinned<'c, F> {
    log: F,
    checkpoint: Option<&'c str>,
}

impl<F: Fetch> Fetch for Pinned<'_, F> {
    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        match self.checkpoint {
            Some(note) if path == "checkpoint" => Ok(note.as_bytes().to_vec()),
            _ => self.log.fetch(path),
        }
    }
}
