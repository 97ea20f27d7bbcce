//! A ceremony played through, honestly or with liars made of real messages.

mod attacks;
mod faults;
mod rounds;
mod sensitivity;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::*;
use crate::group::{Point, Scalar, scalar_from_wide};
use crate::threshold::CeremonyParams;
use crate::transcript::Transcript;

/// A setup transcript, as the election crate would make it.
pub(crate) fn setup(election: u8) -> Transcript {
    let mut transcript = Transcript::new(b"test");
    transcript.append_message(b"election", &[election]);
    transcript
}

pub(crate) fn context(t: u16, n: u16, keys: u32) -> CeremonyContext {
    CeremonyContext::new(&setup(1), CeremonyParams::new(t, n, keys).unwrap(), 1)
}

/// 32 bytes that differ for every name.
pub(crate) fn fresh(name: impl std::fmt::Debug) -> [u8; 32] {
    Sha256::digest(format!("{name:?}")).into()
}

pub(crate) fn scalar(name: impl std::fmt::Debug) -> Scalar {
    let mut wide = [0; 64];
    wide[..32].copy_from_slice(&fresh(("low", &name)));
    wide[32..].copy_from_slice(&fresh(("high", &name)));
    scalar_from_wide(&wide)
}

/// Every trustee's secrets and messages after a ceremony without faults.
pub(crate) struct Finished {
    pub(crate) record: CeremonyRecord,
    pub(crate) keys: ElectionKeys,
    pub(crate) shares: Vec<Share>,
    pub(super) contents: BTreeMap<(Round, u16), Vec<u8>>,
}

/// What may be done to a message, or put in its place, before it is judged.
pub(super) type Tamper<'a> = dyn FnMut(Round, u16, Vec<u8>, &Play) -> Vec<u8> + 'a;

/// A ceremony under way. All secrets are in one place only here, in the tests.
pub(super) struct Play {
    pub(super) record: CeremonyRecord,
    pub(super) share_keys: BTreeMap<u16, Scalar>,
    pub(super) coefficients: BTreeMap<u16, Vec<Scalar>>,
    pub(super) contents: BTreeMap<(Round, u16), Vec<u8>>,
    seed: u64,
    order: Vec<u16>,
}

impl Play {
    pub(super) fn new(context: CeremonyContext, seed: u64, order: Vec<u16>) -> Self {
        let record = CeremonyRecord::new(context);
        let (share_keys, coefficients, contents) = Default::default();
        Self { record, share_keys, coefficients, contents, seed, order }
    }

    pub(super) fn context(&self) -> &CeremonyContext {
        self.record.context()
    }

    fn fresh(&self, round: Round, trustee: u16) -> [u8; 32] {
        fresh((self.seed, round, trustee))
    }

    /// Makes everyone's honest message first, then lets them stand in the order of the log.
    fn round<S, N>(
        &mut self,
        round: Round,
        stages: BTreeMap<u16, S>,
        tamper: &mut Tamper<'_>,
        step: impl Fn(S, &CeremonyRecord, &[u8; 32]) -> (N, Vec<u8>),
        look: impl Fn(&mut Self, u16, &N),
    ) -> Result<BTreeMap<u16, N>, CeremonyError> {
        let mut next = BTreeMap::new();
        for (trustee, stage) in stages {
            let (stage, content) = step(stage, &self.record, &self.fresh(round, trustee));
            look(self, trustee, &stage);
            next.insert(trustee, stage);
            self.contents.insert((round, trustee), content);
        }
        for trustee in self.order.clone() {
            let honest = self.contents.get(&(round, trustee)).unwrap().clone();
            let content = tamper(round, trustee, honest, self);
            self.record.accept(round, trustee, &content)?;
            self.contents.insert((round, trustee), content);
        }
        Ok(next)
    }

    /// Plays all rounds and keeps what everyone may see, and the shares.
    pub(super) fn run(mut self, tamper: &mut Tamper<'_>) -> Result<Finished, CeremonyError> {
        let shares = self.play_through(tamper)?;
        let keys = self.record.keys().unwrap().clone();
        Ok(Finished { record: self.record, keys, shares, contents: self.contents })
    }

    /// Plays all rounds, each secret going through its vault bytes between them.
    fn play_through(&mut self, tamper: &mut Tamper<'_>) -> Result<Vec<Share>, CeremonyError> {
        let all: BTreeMap<u16, u16> = self.order.iter().map(|trustee| (*trustee, *trustee)).collect();
        let ctx = self.context().clone();
        let first = self.round(
            Round::R0,
            all,
            tamper,
            |trustee, record, fresh| ShareKeySent::begin(record.context(), trustee, fresh).unwrap(),
            |play, trustee, stage: &ShareKeySent| {
                play.share_keys.insert(trustee, *stage.0.share_key);
            },
        )?;
        let second = self.round(
            Round::R1,
            first,
            tamper,
            |stage, record, fresh| {
                let stage = ShareKeySent::from_secret_bytes(&stage.to_secret_bytes(), &ctx).unwrap();
                stage.commit(record, fresh).unwrap()
            },
            |play, trustee, stage: &CommitmentSent| {
                play.coefficients.insert(trustee, stage.0.coefficients.to_vec());
            },
        )?;
        let third = self.round(
            Round::R2,
            second,
            tamper,
            |stage, record, fresh| {
                let stage = CommitmentSent::from_secret_bytes(&stage.to_secret_bytes(), &ctx).unwrap();
                stage.deal(record, fresh).unwrap()
            },
            |_, _, _| (),
        )?;
        let fourth = self.round(
            Round::R3,
            third,
            tamper,
            |stage, record, fresh| {
                let stage = DealingSent::from_secret_bytes(&stage.to_secret_bytes(), &ctx).unwrap();
                stage.complain(record, fresh).unwrap()
            },
            |_, _, _| (),
        )?;
        let shares = self.round(
            Round::R4,
            fourth,
            tamper,
            |stage, record, _| {
                let stage = ComplaintsSent::from_secret_bytes(&stage.to_secret_bytes(), &ctx).unwrap();
                stage.confirm(record).unwrap()
            },
            |_, _, _| (),
        )?;
        Ok(shares.into_values().collect())
    }
}

/// A ceremony played honestly to its end, with everyone's secrets.
pub(super) fn played(context: CeremonyContext) -> Play {
    let order = context.params().indices().collect();
    let mut play = Play::new(context, 0, order);
    play.play_through(&mut honest).unwrap();
    play
}

pub(super) fn honest(_: Round, _: u16, content: Vec<u8>, _: &Play) -> Vec<u8> {
    content
}

/// A ceremony without liars.
pub(crate) fn finished(t: u16, n: u16, keys: u32) -> Finished {
    Play::new(context(t, n, keys), 0, (1..=n).collect()).run(&mut honest).unwrap()
}

/// The faults of a ceremony in which one message is tampered with.
pub(super) fn faults_when(
    (t, n, keys): (u16, u16, u32),
    mut tamper: impl FnMut(Round, u16, Vec<u8>, &Play) -> Vec<u8>,
) -> Vec<Fault> {
    match Play::new(context(t, n, keys), 0, (1..=n).collect()).run(&mut tamper) {
        Ok(_) => Vec::new(),
        Err(CeremonyError::Faults(faults)) => faults,
        Err(other) => panic!("refused, no fault: {other}"),
    }
}

/// `Σ λ_j z_j`: assembled only here, to see that shares are those of the published keys.
pub(crate) fn assembled(shares: &[&Share], key: usize) -> Point {
    let indices: Vec<u16> = shares.iter().map(|share| share.trustee()).collect();
    let lambda = crate::threshold::lagrange::at_zero(&indices).unwrap();
    let secret: Scalar = lambda.iter().zip(shares).map(|(l, share)| l * share.values()[key]).sum();
    Point::mul_base(&secret)
}
