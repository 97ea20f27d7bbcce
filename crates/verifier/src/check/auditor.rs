//! An auditor's own policy beside the manifest's: whether those whom the auditor trusts have cosigned this log (§23.7).
//!
//! It changes no check and no word of the manifest's policy, which alone says what is final.

use plebiscite_board::checkpoint::SignedCheckpoint;
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::policy::{Cosigned, Policy};
use serde::Serialize;

use super::Replay;

/// What a log's checkpoints come to under an auditor's policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditorsReport {
    /// Witnesses that the policy names.
    pub witnesses: usize,
    /// Whether it asks for any cosignature.
    pub asks: bool,
    /// The largest size that the policy's quorum cosigned; null if none.
    pub cosigned_size: Option<u64>,
    /// Whether that quorum cosigned a checkpoint that holds the result; null before the result.
    pub holds_result: Option<bool>,
    /// Why a checkpoint of this log counts nothing under the policy: a false line of one of its witnesses.
    pub refused: Vec<String>,
}

impl Replay {
    /// Judges this log's checkpoints by a policy that is not the manifest's. None where no manifest stands, so that the log's
    /// key is not known.
    ///
    /// # Errors
    /// One sentence: the policy does not name the key of this log.
    pub fn judge_by(&self, policy: &Policy) -> Result<Option<AuditorsReport>, String> {
        let Some(key) = self.board_vkey() else { return Ok(None) };
        if !policy.logs.iter().any(|(log, _)| log.vkey() == key) {
            return Err(format!("the policy does not name this log: its line would be `log {key}`"));
        }
        let (mut cosigned_size, mut refused) = (None, Vec::new());
        for (size, note) in &self.same {
            match judge_note(policy, note) {
                Ok(Some((_, cosigned))) if cosigned.quorum => cosigned_size = cosigned_size.max(Some(*size)),
                Ok(_) => {}
                Err(reason) => refused.push(format!("the checkpoint of {size} entries: {reason}")),
            }
        }
        let result = self.record.result().map(|result| result.index);
        let holds_result = result.map(|entry| cosigned_size.is_some_and(|size| size > entry));
        let (witnesses, asks) = (policy.witnesses.len(), policy.asks());
        Ok(Some(AuditorsReport { witnesses, asks, cosigned_size, holds_result, refused }))
    }
}

/// A note under a policy: the log's key that signed it, and what its cosignatures come to. None where no key that the policy
/// names signed it.
///
/// # Errors
/// One sentence: a line of one of the policy's witnesses is false.
pub fn judge_note<'p>(policy: &'p Policy, note: &Note) -> Result<Option<(&'p NoteKey, Cosigned)>, String> {
    let bytes = note.encode();
    let signer = policy.logs.iter().find(|(log, _)| SignedCheckpoint::verify(&bytes, log).is_ok());
    let Some((log, _)) = signer else { return Ok(None) };
    Ok(Some((log, policy.judge(note).map_err(|error| error.to_string())?)))
}
