//! R3: complaints. Each reveals the Diffie–Hellman point of one message, proven to be it, and anyone opens the
//! shares and sees who lied: DLEQ{ζ_i : κ_i = \[ζ_i\]G ∧ S = \[ζ_i\]C_ji} (§9.6).

use super::dealing::Dealing;
use super::{CeremonyContext, Fault, FaultKind, Round, shares};
use crate::group::{Point, PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar, encode_point, mul_base};
use crate::proof::dleq::{self, DleqProof};
use crate::threshold::wire::{self, Reader};
use crate::threshold::{CeremonyParams, ContentError};
use crate::transcript::{Transcript, TranscriptExt, label};

/// The content of R3: `count u16 ‖ complaints`, ascending by dealer. Mostly there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaints(pub Vec<Complaint>);

/// One complaint: `dealer u16 ‖ S (32) ‖ U ‖ V ‖ s`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// `j`, whose shares for the sender are said to be wrong.
    pub dealer: u16,
    /// `S = [ζ_i]C_ji`.
    pub shared: PointBytes,
    /// It is the point of that very message.
    pub proof: DleqProof,
}

/// What a complaint is about: the dealer's message to the complainer and the complainer's share key.
pub(super) struct Disputed<'a> {
    pub(super) complainer: u16,
    pub(super) dealer: u16,
    pub(super) share_key: &'a Point,
    pub(super) dealing: &'a Dealing,
}

/// The statement: attempt, round, complainer, dealer; the proof itself absorbs `G, C, κ, S`.
fn statement(context: &CeremonyContext, complainer: u16, dealer: u16) -> Transcript {
    let mut transcript = context.fork_for(label::CEREMONY_COMPLAINT, 2, complainer);
    transcript.append_u16(label::CEREMONY_DEALER, dealer);
    transcript
}

impl Complaint {
    /// Reveals `S` of one message. Constant time in `secret`, the complainer's `ζ_i`.
    pub(super) fn make(
        context: &CeremonyContext,
        (complainer, dealer): (u16, u16),
        secret: &Scalar,
        ephemeral: &Point,
        fresh: &[u8; 32],
    ) -> Self {
        let (share_key, shared) = (mul_base(secret), ephemeral * secret);
        let mut transcript = statement(context, complainer, dealer);
        let base = &RISTRETTO_BASEPOINT_POINT;
        let proof = dleq::prove(&mut transcript, base, ephemeral, secret, &share_key, &shared, fresh);
        Self { dealer, shared: encode_point(&shared), proof }
    }

    /// Whose fault it is: there always is one, the dealer's or the complainer's.
    /// Variable time: public data only.
    pub(super) fn adjudicate(&self, context: &CeremonyContext, disputed: &Disputed<'_>) -> Fault {
        let &Disputed { complainer, dealer, .. } = disputed;
        match self.opened(context, disputed) {
            None => Fault { trustee: complainer, kind: FaultKind::ComplaintProof { dealer } },
            Some(None) => Fault { trustee: complainer, kind: FaultKind::UnfoundedComplaint { dealer } },
            Some(Some(key)) => Fault { trustee: dealer, kind: FaultKind::WrongShare { complainer, key } },
        }
    }

    /// Nothing if the point is not proven, else the first wrong share among those that it opens, if any.
    fn opened(&self, context: &CeremonyContext, disputed: &Disputed<'_>) -> Option<Option<u32>> {
        let &Disputed { complainer, dealer, share_key, dealing } = disputed;
        let part = dealing.part(context.params(), dealer, complainer)?;
        let (ephemeral, shared) = (part.ephemeral.decode().ok()?, self.shared.decode().ok()?);
        let mut transcript = statement(context, complainer, dealer);
        let base = &RISTRETTO_BASEPOINT_POINT;
        dleq::verify(&mut transcript, base, &ephemeral, share_key, &shared, &self.proof).ok()?;
        let values = part.open(context, (dealer, complainer), share_key, &shared);
        let commitments = dealing.decoded_commitments()?;
        Some(shares::first_wrong(&values, &commitments, context.params().coefficient_count(), complainer))
    }
}

impl Complaints {
    /// `2 + 130 · count` bytes.
    pub fn encode(&self) -> Vec<u8> {
        // At most n−1 complaints, and n is a u16.
        let mut bytes = (self.0.len() as u16).to_be_bytes().to_vec();
        for complaint in &self.0 {
            bytes.extend_from_slice(&complaint.dealer.to_be_bytes());
            bytes.extend_from_slice(&complaint.shared.0);
            wire::put_dleq(&mut bytes, &complaint.proof);
        }
        bytes
    }

    /// Exactly what [`Complaints::encode`] writes: dealers strictly ascending, each a trustee, none the sender.
    pub fn decode(bytes: &[u8], params: &CeremonyParams, sender: u16) -> Result<Self, ContentError> {
        let mut reader = Reader::open(bytes);
        let count = usize::from(reader.u16()?);
        let expected = 2 + 130 * count;
        if bytes.len() != expected {
            return Err(ContentError::Length { expected, found: bytes.len() });
        }
        let mut complaints: Vec<Complaint> = Vec::with_capacity(count);
        for _ in 0..count {
            let dealer = reader.u16()?;
            let after_last = complaints.last().is_none_or(|last| last.dealer < dealer);
            if dealer == sender || !params.indices().contains(&dealer) || !after_last {
                return Err(ContentError::Dealer { dealer });
            }
            complaints.push(Complaint { dealer, shared: reader.point()?, proof: reader.dleq()? });
        }
        reader.finish()?;
        Ok(Self(complaints))
    }

    pub(super) fn decode_from(sender: u16, bytes: &[u8], params: &CeremonyParams) -> Result<Self, Fault> {
        Self::decode(bytes, params, sender).map_err(|error| Fault::malformed(sender, Round::R3, error))
    }
}
