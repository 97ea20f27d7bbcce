//! Liars made of real messages: each is named, for what it did, and nobody else is.

use std::mem::discriminant;

use super::*;
use crate::group::{PointBytes, encode_point};
use crate::threshold::ContentError;

/// Something to lie about, in the order of rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lie {
    ShareKeyProof,
    CopiedShareKey,
    IdentityShareKey,
    LongHash,
    Opening,
    CoefficientProof,
    MoreCoefficients,
    FewerCoefficients,
    NoCoefficients,
    IdentityCoefficient,
    EphemeralProof,
    RepeatedEphemeral,
    WrongShare,
    Unfounded,
    ComplaintProof,
    SelfComplaint,
    OtherKeys,
}

impl Lie {
    const ALL: [Self; 17] = [
        Self::ShareKeyProof,
        Self::CopiedShareKey,
        Self::IdentityShareKey,
        Self::LongHash,
        Self::Opening,
        Self::CoefficientProof,
        Self::MoreCoefficients,
        Self::FewerCoefficients,
        Self::NoCoefficients,
        Self::IdentityCoefficient,
        Self::EphemeralProof,
        Self::RepeatedEphemeral,
        Self::WrongShare,
        Self::Unfounded,
        Self::ComplaintProof,
        Self::SelfComplaint,
        Self::OtherKeys,
    ];

    fn round(self) -> Round {
        match self {
            Self::ShareKeyProof | Self::CopiedShareKey | Self::IdentityShareKey => Round::R0,
            Self::LongHash => Round::R1,
            Self::Unfounded | Self::ComplaintProof | Self::SelfComplaint => Round::R3,
            Self::OtherKeys => Round::R4,
            _ => Round::R2,
        }
    }

    /// A fault of the kind that must be named; what it carries is not compared.
    fn kind(self) -> FaultKind {
        let malformed =
            FaultKind::Malformed { round: self.round(), error: ContentError::Dealer { dealer: 0 } };
        match self {
            Self::ShareKeyProof | Self::CopiedShareKey => FaultKind::ShareKeyProof,
            Self::Opening => FaultKind::OpeningDiffers,
            Self::CoefficientProof => FaultKind::CoefficientProof,
            Self::EphemeralProof => FaultKind::EphemeralProof { recipient: 0 },
            Self::RepeatedEphemeral => FaultKind::RepeatedEphemeral { recipient: 0 },
            Self::WrongShare => FaultKind::WrongShare { complainer: 0, key: 0 },
            Self::Unfounded => FaultKind::UnfoundedComplaint { dealer: 0 },
            Self::ComplaintProof => FaultKind::ComplaintProof { dealer: 0 },
            Self::OtherKeys => FaultKind::ConfirmationDiffers,
            _ => malformed,
        }
    }

    /// The lie in place of the honest message; `other` is some other trustee.
    fn tell(self, liar: u16, other: u16, honest: Vec<u8>, play: &Play) -> Vec<u8> {
        match self.round() {
            Round::R0 => self.in_share_key(other, honest, play),
            Round::R1 => [honest, vec![0]].concat(),
            Round::R2 => self.in_dealing(liar, other, honest, play),
            Round::R3 => self.in_complaints(liar, other, play),
            Round::R4 => {
                let mut content = honest;
                *content.last_mut().unwrap() ^= 1;
                content
            }
        }
    }

    fn in_share_key(self, other: u16, honest: Vec<u8>, play: &Play) -> Vec<u8> {
        let mut message = ShareKey::decode(&honest).unwrap();
        match self {
            Self::ShareKeyProof => message.proof.z += Scalar::ONE,
            Self::CopiedShareKey => return play.contents.get(&(Round::R0, other)).unwrap().clone(),
            _ => message.key = PointBytes([0; 32]),
        }
        message.encode()
    }

    fn in_dealing(self, liar: u16, other: u16, honest: Vec<u8>, play: &Play) -> Vec<u8> {
        let params = play.context().params();
        let mut message = Dealing::decode(&honest, params).unwrap();
        let place = params.indices().filter(|index| *index != liar).position(|index| index == other).unwrap();
        match self {
            Self::Opening => message.commitments[0] = encode_point(&Point::mul_base(&scalar("other"))),
            Self::CoefficientProof => message.proof.z += Scalar::ONE,
            Self::MoreCoefficients => message.commitments.push(message.commitments[0]),
            Self::FewerCoefficients => drop(message.commitments.pop()),
            Self::NoCoefficients => message.commitments.clear(),
            Self::IdentityCoefficient => message.commitments[0] = PointBytes([0; 32]),
            Self::EphemeralProof => message.shares[place].encrypted[0] += Scalar::ONE,
            Self::RepeatedEphemeral => {
                // Its own share key's secret serves as the ephemeral: knowledge is proven, but it is no new point.
                let static_secret = play.share_keys[&liar];
                message.shares[place] = forged_part(play, (liar, other), &static_secret, Scalar::ZERO);
            }
            _ => message.shares[place] = forged_part(play, (liar, other), &scalar((liar, "c")), Scalar::ONE),
        }
        message.encode()
    }

    fn in_complaints(self, liar: u16, other: u16, play: &Play) -> Vec<u8> {
        let mut complaint = complaint(play, liar, other);
        match self {
            Self::ComplaintProof => complaint.shared = encode_point(&Point::mul_base(&scalar("not DH"))),
            Self::SelfComplaint => complaint.dealer = liar,
            _ => {}
        }
        Complaints(vec![complaint]).encode()
    }
}

/// A part under a chosen ephemeral secret with every share moved by `offset`, all proofs valid.
pub(super) fn forged_part(
    play: &Play,
    (liar, other): (u16, u16),
    c: &Scalar,
    offset: Scalar,
) -> EncryptedShares {
    let t = play.context().params().coefficient_count();
    let mut values = shares::evaluate(&play.coefficients[&liar], t, other).to_vec();
    values.iter_mut().for_each(|value| *value += offset);
    let key = Point::mul_base(&play.share_keys[&other]);
    EncryptedShares::make_under(play.context(), (liar, other), &key, (c, &values), &fresh("forged"))
}

/// A complaint with a valid proof, whatever was dealt.
pub(super) fn complaint(play: &Play, complainer: u16, dealer: u16) -> Complaint {
    let params = play.context().params();
    let dealing = Dealing::decode(play.contents.get(&(Round::R2, dealer)).unwrap(), params).unwrap();
    let ephemeral = dealing.part(params, dealer, complainer).unwrap().ephemeral.decode().unwrap();
    let secret = &play.share_keys[&complainer];
    Complaint::make(play.context(), (complainer, dealer), secret, &ephemeral, &fresh("complaint"))
}

/// Plays with these liars; each lies once, about the trustee beside it in its pair.
fn play(sizes: (u16, u16, u32), seed: u64, order: Vec<u16>, liars: &[(u16, u16, Lie)]) -> Vec<Fault> {
    let (t, n, keys) = sizes;
    let mut tamper = |round, trustee, honest, play: &Play| {
        let lie = liars.iter().find(|(liar, _, lie)| *liar == trustee && lie.round() == round);
        lie.map_or_else(
            || Vec::clone(&honest),
            |(liar, other, lie)| lie.tell(*liar, *other, honest.clone(), play),
        )
    };
    match Play::new(context(t, n, keys), seed, order).run(&mut tamper) {
        Ok(_) => Vec::new(),
        Err(CeremonyError::Faults(faults)) => faults,
        Err(refused) => panic!("{refused}"),
    }
}

#[test]
fn each_lie_names_its_liar_and_its_kind() {
    assert!(play((2, 3, 2), 0, vec![1, 2, 3], &[]).is_empty());
    for lie in Lie::ALL {
        let faults = play((2, 3, 2), 0, vec![1, 2, 3], &[(2, 3, lie)]);
        assert_eq!(faults.len(), 1, "{lie:?}");
        assert_eq!(faults[0].trustee, 2, "{lie:?}");
        assert_eq!(discriminant(&faults[0].kind), discriminant(&lie.kind()), "{lie:?}: {}", faults[0]);
    }
}

#[test]
fn wrong_shares_name_the_dealer_and_the_first_wrong_key() {
    let faults = faults_when((2, 4, 3), |round, trustee, honest, play| {
        if (round, trustee) != (Round::R2, 1) {
            return honest;
        }
        let mut message = Dealing::decode(&honest, play.context().params()).unwrap();
        let t = play.context().params().coefficient_count();
        let mut values = shares::evaluate(&play.coefficients[&1], t, 4).to_vec();
        values[1] += Scalar::ONE;
        let key = Point::mul_base(&play.share_keys[&4]);
        let secrets = (&scalar("c"), values.as_slice());
        message.shares[2] = EncryptedShares::make_under(play.context(), (1, 4), &key, secrets, &fresh("x"));
        message.encode()
    });
    assert_eq!(faults, [Fault { trustee: 1, kind: FaultKind::WrongShare { complainer: 4, key: 1 } }]);
}

#[test]
fn one_message_may_uphold_one_complaint_and_betray_another() {
    let faults = faults_when((2, 4, 1), |round, trustee, honest, play| match (round, trustee) {
        (Round::R2, 1) => Lie::WrongShare.tell(1, 3, honest, play),
        (Round::R3, 3) => Complaints(vec![complaint(play, 3, 1), complaint(play, 3, 2)]).encode(),
        _ => honest,
    });
    let upheld = Fault { trustee: 1, kind: FaultKind::WrongShare { complainer: 3, key: 0 } };
    let unfounded = Fault { trustee: 3, kind: FaultKind::UnfoundedComplaint { dealer: 2 } };
    assert_eq!(faults, [upheld, unfounded]);
}

#[test]
fn complaints_stand_in_ascending_order_once_each_and_about_others() {
    let done = finished(2, 4, 1);
    let params = *done.record.context().params();
    let mut play = Play::new(context(2, 4, 1), 0, vec![1, 2, 3, 4]);
    play.contents = done.contents;
    play.share_keys = (1..=4).map(|trustee| (trustee, scalar(trustee))).collect();
    let about = |dealers: &[u16]| {
        let all = dealers.iter().map(|dealer| complaint(&play, 2, *dealer)).collect();
        Complaints::decode(&Complaints(all).encode(), &params, 2).map(|complaints| complaints.0.len())
    };
    assert_eq!(about(&[]), Ok(0));
    assert_eq!(about(&[1, 3, 4]), Ok(3));
    assert_eq!(about(&[3, 1]), Err(ContentError::Dealer { dealer: 1 }));
    assert_eq!(about(&[3, 3]), Err(ContentError::Dealer { dealer: 3 }));
    for dealer in [0, 2, 5] {
        let mut one = complaint(&play, 2, 1);
        one.dealer = dealer;
        let refused = Complaints::decode(&Complaints(vec![one]).encode(), &params, 2);
        assert_eq!(refused, Err(ContentError::Dealer { dealer }));
    }
    assert!(Complaints::decode(&[0xff, 0xff], &params, 2).is_err());
}

/// SplitMix64: patterns that are the same in every run.
struct Pattern(u64);

impl Pattern {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn order(&mut self, n: u16) -> Vec<u16> {
        let mut order: Vec<u16> = (1..=n).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}

#[test]
fn in_300_random_patterns_every_named_trustee_is_a_liar_and_named_for_its_lie() {
    let mut pattern = Pattern(7);
    for case in 0..300 {
        let n = 2 + pattern.below(6) as u16;
        let (t, keys) = (1 + pattern.below(usize::from(n)) as u16, 1 + pattern.below(2) as u32);
        let (order, casting) = (pattern.order(n), pattern.order(n));
        // The last in the casting is honest: everyone's victim.
        let (victim, candidates) = casting.split_last().unwrap();
        let count = pattern.below(candidates.len().min(3) + 1);
        let liars: Vec<(u16, u16, Lie)> = candidates[..count]
            .iter()
            .map(|liar| (*liar, *victim, Lie::ALL[pattern.below(Lie::ALL.len())]))
            .collect();
        let faults = play((t, n, keys), case, order.clone(), &liars);
        assert_eq!(faults.is_empty(), liars.is_empty(), "case {case}: {liars:?}");
        for fault in &faults {
            let told = liars.iter().find(|(liar, _, _)| *liar == fault.trustee);
            let Some((_, _, lie)) = told else { panic!("case {case}: {fault} with {liars:?}") };
            let same = discriminant(&fault.kind) == discriminant(&lie.kind());
            assert!(same, "case {case}: {fault} for {lie:?} among {liars:?} in {order:?}");
        }
    }
}
