//! R0: `κ_j = [ζ_j]G`, fresh for each attempt, with a proof of possession: PoK{ζ : κ = \[ζ\]G} (§9.3).

use super::{CeremonyContext, Fault, FaultKind, Round};
use crate::group::{PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar, encode_point, mul_base};
use crate::proof::knowledge::{self, KnowledgeProof};
use crate::threshold::ContentError;
use crate::threshold::wire::{self, Reader};
use crate::transcript::{Transcript, label};

/// The content of R0: `κ (32) ‖ A (32) ‖ z (32)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareKey {
    /// `κ_j`: shares for this trustee are encrypted to it.
    pub key: PointBytes,
    /// The sender knows its logarithm.
    pub proof: KnowledgeProof,
}

/// The statement: this attempt, round and sender; the proof itself absorbs base and key.
fn statement(context: &CeremonyContext, sender: u16) -> Transcript {
    context.fork_for(label::CEREMONY_SHARE_KEY, 1, sender)
}

impl ShareKey {
    /// `κ` and its proof. Constant time in `secret`.
    pub(super) fn make(context: &CeremonyContext, sender: u16, secret: &Scalar, fresh: &[u8; 32]) -> Self {
        let key = mul_base(secret);
        let mut transcript = statement(context, sender);
        let proof = knowledge::prove(&mut transcript, &RISTRETTO_BASEPOINT_POINT, secret, &key, fresh);
        Self { key: encode_point(&key), proof }
    }

    /// Checks the proof of possession. Variable time: public data only.
    pub fn verify(&self, context: &CeremonyContext, sender: u16) -> Result<(), Fault> {
        let false_proof = Fault { trustee: sender, kind: FaultKind::ShareKeyProof };
        let key = self.key.decode().map_err(|_| false_proof)?;
        let mut transcript = statement(context, sender);
        knowledge::verify(&mut transcript, &RISTRETTO_BASEPOINT_POINT, &key, &self.proof)
            .map_err(|_| false_proof)
    }

    /// 96 bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.key.0.to_vec();
        wire::put_knowledge(&mut bytes, &self.proof);
        bytes
    }

    /// Exactly what [`ShareKey::encode`] writes.
    pub fn decode(bytes: &[u8]) -> Result<Self, ContentError> {
        let mut reader = Reader::exact(bytes, 96)?;
        let message = Self { key: reader.point()?, proof: reader.knowledge()? };
        reader.finish()?;
        Ok(message)
    }

    pub(super) fn decode_from(sender: u16, bytes: &[u8]) -> Result<Self, Fault> {
        Self::decode(bytes).map_err(|error| Fault::malformed(sender, Round::R0, error))
    }
}
