//! R2: the coefficient commitments, PoK{all a_{j,o,m}}, and an encrypted share for every other trustee (§9.5).

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::shares::{self, Channel};
use super::{CeremonyContext, Commitment, Fault, FaultKind, Round};
use crate::group::{Point, PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar, encode_point, mul_base};
use crate::proof::knowledge::{self, KnowledgeProof, ListKnowledgeProof, ListKnowledgeVerifier};
use crate::threshold::wire::{self, Reader};
use crate::threshold::{CeremonyParams, ContentError};
use crate::transcript::{Transcript, TranscriptExt, hedged_nonce, label};

/// The content of R2: `K·t points ‖ A ‖ z`, then per recipient in ascending order `C ‖ K scalars ‖ A ‖ z`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dealing {
    /// `A_{j,o,m} = [a_{j,o,m}]G`, by key `o`, then by `m = 0..t`.
    pub commitments: Vec<PointBytes>,
    /// The sender knows every one of their logarithms.
    pub proof: ListKnowledgeProof,
    /// One for each trustee but the sender, ascending by index.
    pub shares: Vec<EncryptedShares>,
}

/// One recipient's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedShares {
    /// `C_ji = [c]G`, fresh for this message and recipient.
    pub ephemeral: PointBytes,
    /// `f_{j,o}(i) + KDF_o`, by key `o`.
    pub encrypted: Vec<Scalar>,
    /// The sender knows `c`; bound to sender, recipient, its share key and the encrypted shares.
    pub proof: KnowledgeProof,
}

/// What the sender knows and who receives.
pub(super) struct Secrets<'a> {
    /// `ζ_j`, which hedges the ephemerals.
    pub(super) share_key: &'a Scalar,
    /// `a_{j,o,m}`, by `o`, then `m`.
    pub(super) coefficients: &'a [Scalar],
}

/// The statement of the coefficient proof: attempt, round, sender and the hash that R1 posted.
fn coefficient_statement(context: &CeremonyContext, sender: u16, commitment: &Commitment) -> Transcript {
    let mut transcript = context.fork_for(label::CEREMONY_COEFFICIENTS, 2, sender);
    transcript.append_digest(label::CEREMONY_COMMITMENT, &commitment.0);
    transcript
}

/// The statement of an ephemeral proof: everything that the encryption is bound to, and its outcome.
fn ephemeral_statement(context: &CeremonyContext, channel: &Channel, encrypted: &[Scalar]) -> Transcript {
    let count = context.params().keys().saturating_add(4);
    let mut transcript = context.fork_for(label::CEREMONY_EPHEMERAL, count, channel.dealer);
    transcript.append_u16(label::CEREMONY_RECIPIENT, channel.recipient);
    transcript.append_bytes(label::CEREMONY_RECIPIENT_KEY, &channel.share_key);
    transcript.append_bytes(label::CEREMONY_EPHEMERAL_POINT, &channel.ephemeral);
    for share in encrypted {
        transcript.append_scalar(label::CEREMONY_ENCRYPTED_SHARE, share);
    }
    transcript
}

/// SHA-256 over the 32-byte encodings one after another.
fn points_digest(points: &[PointBytes]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for point in points {
        hash.update(point.0);
    }
    hash.finalize().into()
}

impl Dealing {
    /// Deals to everyone in `share_keys` but the sender. Constant time in the secrets.
    pub(super) fn make(
        context: &CeremonyContext,
        sender: u16,
        secrets: &Secrets<'_>,
        share_keys: &BTreeMap<u16, Point>,
        fresh: &[u8; 32],
    ) -> Self {
        let commitments = commit(secrets.coefficients);
        let commitment = Commitment::to(context, sender, &commitments);
        let proof = knowledge::prove_list(
            &mut coefficient_statement(context, sender, &commitment),
            &RISTRETTO_BASEPOINT_POINT,
            secrets.coefficients,
            &points_digest(&commitments),
            commitments.len() as u32,
            fresh,
        );
        let others = share_keys.iter().filter(|(recipient, _)| **recipient != sender);
        let shares = others
            .map(|(recipient, key)| EncryptedShares::make(context, (sender, *recipient), key, secrets, fresh))
            .collect();
        Self { commitments, proof, shares }
    }

    /// Checks that it opens the hash of R1, and both kinds of proof. That no ephemeral point repeats is
    /// judged by the record, which knows all of them. Variable time: public data only.
    pub fn verify(
        &self,
        context: &CeremonyContext,
        sender: u16,
        commitment: &Commitment,
        share_keys: &BTreeMap<u16, Point>,
    ) -> Result<(), Fault> {
        let fault = |kind| Fault { trustee: sender, kind };
        if Commitment::to(context, sender, &self.commitments) != *commitment {
            return Err(fault(FaultKind::OpeningDiffers));
        }
        self.verify_coefficients(context, sender, commitment).map_err(fault)?;
        for (recipient, part) in self.parts(context.params(), sender) {
            let false_proof = fault(FaultKind::EphemeralProof { recipient });
            let share_key = share_keys.get(&recipient).ok_or(false_proof)?;
            part.verify(context, sender, recipient, share_key).map_err(|_| false_proof)?;
        }
        Ok(())
    }

    fn verify_coefficients(
        &self,
        context: &CeremonyContext,
        sender: u16,
        commitment: &Commitment,
    ) -> Result<(), FaultKind> {
        let points = self.decoded_commitments().ok_or(FaultKind::CoefficientProof)?;
        let mut verifier = ListKnowledgeVerifier::new(
            &mut coefficient_statement(context, sender, commitment),
            &RISTRETTO_BASEPOINT_POINT,
            &points_digest(&self.commitments),
            self.commitments.len() as u32,
            &self.proof,
        )
        .map_err(|_| FaultKind::CoefficientProof)?;
        verifier.absorb(&points).map_err(|_| FaultKind::CoefficientProof)?;
        verifier.finish().map_err(|_| FaultKind::CoefficientProof)
    }

    /// The parts with their recipients, ascending.
    pub fn parts<'a>(
        &'a self,
        params: &CeremonyParams,
        sender: u16,
    ) -> impl Iterator<Item = (u16, &'a EncryptedShares)> {
        params.indices().filter(move |recipient| *recipient != sender).zip(&self.shares)
    }

    /// The part for one recipient.
    pub fn part(&self, params: &CeremonyParams, sender: u16, recipient: u16) -> Option<&EncryptedShares> {
        self.parts(params, sender).find(|(index, _)| *index == recipient).map(|(_, part)| part)
    }

    /// The commitments as points; none if one is no point (which `decode` refuses).
    pub(super) fn decoded_commitments(&self) -> Option<Vec<Point>> {
        self.commitments.iter().map(|point| point.decode().ok()).collect()
    }

    /// `32·K·t + 64 + (n−1)(32·K + 96)` bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        wire::put_points(&mut bytes, &self.commitments);
        wire::put_list_knowledge(&mut bytes, &self.proof);
        for part in &self.shares {
            bytes.extend_from_slice(&part.ephemeral.0);
            wire::put_scalars(&mut bytes, &part.encrypted);
            wire::put_knowledge(&mut bytes, &part.proof);
        }
        bytes
    }

    /// Exactly what [`Dealing::encode`] writes for these sizes: `t` commitments a key, no more and no fewer ⚠,
    /// none of them the identity.
    pub fn decode(bytes: &[u8], params: &CeremonyParams) -> Result<Self, ContentError> {
        let (keys, t) = (params.key_count(), params.coefficient_count());
        let recipients = usize::from(params.trustees().saturating_sub(1));
        // `CeremonyParams::new` bounds this sum by 2^26.
        let expected = 32 * keys * t + 64 + recipients * (32 * keys + 96);
        let mut reader = Reader::exact(bytes, expected)?;
        let commitments = reader.points(keys * t)?;
        let proof = reader.list_knowledge()?;
        let shares = (0..recipients)
            .map(|_| {
                let (ephemeral, encrypted) = (reader.point()?, reader.scalars(keys)?);
                Ok(EncryptedShares { ephemeral, encrypted, proof: reader.knowledge()? })
            })
            .collect::<Result<_, ContentError>>()?;
        reader.finish()?;
        Ok(Self { commitments, proof, shares })
    }

    pub(super) fn decode_from(sender: u16, bytes: &[u8], params: &CeremonyParams) -> Result<Self, Fault> {
        Self::decode(bytes, params).map_err(|error| Fault::malformed(sender, Round::R2, error))
    }
}

/// `[a]G` for each coefficient. Constant time.
pub(super) fn commit(coefficients: &[Scalar]) -> Vec<PointBytes> {
    coefficients.iter().map(|a| encode_point(&mul_base(a))).collect()
}

impl EncryptedShares {
    fn make(
        context: &CeremonyContext,
        (dealer, recipient): (u16, u16),
        share_key: &Point,
        secrets: &Secrets<'_>,
        fresh: &[u8; 32],
    ) -> Self {
        let mut seed = context.fork_for(label::CEREMONY_EPHEMERAL_SECRET, 3, dealer);
        seed.append_u16(label::CEREMONY_RECIPIENT, recipient);
        seed.append_point(label::CEREMONY_RECIPIENT_KEY, share_key);
        let secret = Zeroizing::new(hedged_nonce(&seed, &[secrets.share_key], fresh));
        let values = shares::evaluate(secrets.coefficients, context.params().coefficient_count(), recipient);
        Self::make_under(context, (dealer, recipient), share_key, (&secret, &values), fresh)
    }

    /// Encrypts the values under the ephemeral whose secret is given, and proves its knowledge.
    pub(super) fn make_under(
        context: &CeremonyContext,
        (dealer, recipient): (u16, u16),
        share_key: &Point,
        (secret, values): (&Scalar, &[Scalar]),
        fresh: &[u8; 32],
    ) -> Self {
        let point = mul_base(secret);
        let ephemeral = encode_point(&point);
        let channel = Channel { dealer, recipient, share_key: encode_point(share_key), ephemeral };
        let shared = Zeroizing::new(share_key * secret);
        let encrypted = shares::encrypt(context, &channel, &shared, values);
        let mut transcript = ephemeral_statement(context, &channel, &encrypted);
        let proof = knowledge::prove(&mut transcript, &RISTRETTO_BASEPOINT_POINT, secret, &point, fresh);
        Self { ephemeral, encrypted, proof }
    }

    /// Checks the proof of the ephemeral's logarithm; the error is always the same, so it carries nothing.
    pub(super) fn verify(
        &self,
        context: &CeremonyContext,
        dealer: u16,
        recipient: u16,
        key: &Point,
    ) -> Result<(), FaultKind> {
        let false_proof = FaultKind::EphemeralProof { recipient };
        let channel = self.channel(dealer, recipient, key);
        let ephemeral = self.ephemeral.decode().map_err(|_| false_proof)?;
        let mut transcript = ephemeral_statement(context, &channel, &self.encrypted);
        knowledge::verify(&mut transcript, &RISTRETTO_BASEPOINT_POINT, &ephemeral, &self.proof)
            .map_err(|_| false_proof)
    }

    fn channel(&self, dealer: u16, recipient: u16, share_key: &Point) -> Channel {
        Channel { dealer, recipient, share_key: encode_point(share_key), ephemeral: self.ephemeral }
    }

    /// The shares, given the Diffie–Hellman point: the recipient's own, or the one that a complaint reveals.
    pub(super) fn open(
        &self,
        context: &CeremonyContext,
        (dealer, recipient): (u16, u16),
        share_key: &Point,
        shared: &Point,
    ) -> Zeroizing<Vec<Scalar>> {
        shares::decrypt(context, &self.channel(dealer, recipient, share_key), shared, &self.encrypted)
    }
}
