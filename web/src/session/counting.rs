//! The call of who counts again: `audit`.

use plebiscite_verifier::check::Demand;
use plebiscite_verifier::source::Remote;
use plebiscite_verifier::{Options, verify_record};
use serde_json::{Value, json};

use super::{Device, Progress, Session};
use crate::arguments::{Place as _, Where};
use crate::failure::Failure;

impl<D: Device> Session<D> {
    /// Counts the whole election again.
    pub(super) fn audit(&mut self, place: &Where, progress: Progress<'_>) -> Result<Value, Failure> {
        let (origin, id) = place.place()?;
        let prefix: String = id.to_string().chars().take(16).collect();
        // Not recorded: the log is its own evidence, and the report names the entry.
        let log = Remote::with(&format!("{origin}/e/{prefix}/"), self.device.http());
        let log = log.map_err(|error| Failure::new("network", error))?;
        let mut tell = |entries: u64, of: u64| progress(json!({ "entries": entries, "of": of }));
        let options = Options {
            election: Some(Demand::Id(id)),
            since: None,
            up_to: None,
            fresh: self.device.fresh()?,
            progress: &mut tell,
        };
        let report = verify_record(log, options)?;
        serde_json::to_value(report).map_err(|error| Failure::new("internal", error))
    }
}
