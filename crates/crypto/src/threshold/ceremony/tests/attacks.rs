//! Published attacks on key generation, each against a weakened copy where it works and the real one where it fails.

use sha2::Sha512;

use super::faults::{complaint, forged_part};
use super::*;
use crate::group::{PointBytes, encode_point};
use crate::threshold::lagrange;

/// The constant commitments of a dealing's first key.
fn constant(content: &[u8], play: &Play) -> Point {
    Dealing::decode(content, play.context().params()).unwrap().commitments[0].decode().unwrap()
}

/// A dealing over chosen coefficients in which everything but the hash of R1 is as it should be.
fn dealing_over(play: &Play, sender: u16, coefficients: &[Scalar]) -> Dealing {
    let secrets = dealing::Secrets { share_key: &play.share_keys[&sender], coefficients };
    Dealing::make(play.context(), sender, &secrets, play.record.share_keys(), &fresh((sender, "again")))
}

/// Lets trustee `sender` commit in R1 to what it deals in R2, and replays everyone else's messages until all
/// dealings stand.
fn with_forged_dealing(
    (t, n, keys): (u16, u16, u32),
    sender: u16,
    forge: impl Fn(&Play) -> Dealing,
) -> Vec<Fault> {
    let play = played(context(t, n, keys));
    let forged = forge(&play);
    let commitment = Commitment::to(play.context(), sender, &forged.commitments);
    let mut record = CeremonyRecord::new(play.context().clone());
    for round in [Round::R0, Round::R1, Round::R2] {
        for trustee in play.context().params().indices() {
            let content = match round {
                Round::R1 if trustee == sender => commitment.encode(),
                Round::R2 if trustee == sender => forged.encode(),
                _ => play.contents.get(&(round, trustee)).unwrap().clone(),
            };
            match record.accept(round, trustee, &content) {
                Ok(()) => {}
                Err(CeremonyError::Faults(faults)) => return faults,
                Err(refused) => panic!("{refused}"),
            }
        }
    }
    assert_eq!(record.round(), Some(Round::R3));
    Vec::new()
}

#[test]
fn a_rogue_key_takes_the_sum_only_where_knowledge_is_not_proven() {
    let own = scalar("the attacker's key");
    // A_3 = Z − A_1 − A_2, told to the attacker by two trustees who commit and then let slip what they opened.
    let rogue = |play: &Play| {
        let mut message = dealing_over(play, 3, &play.coefficients[&3]);
        let honest: Point = [1, 2].iter().map(|j| Point::mul_base(&play.coefficients[j][0])).sum();
        message.commitments[0] = encode_point(&(Point::mul_base(&own) - honest));
        message
    };
    let faults = with_forged_dealing((2, 3, 1), 3, |play| {
        let message = rogue(play);
        // The weakened copy derives the keys without asking for the proof: the attacker alone knows the key.
        let mut lists: Vec<Vec<Point>> =
            [1, 2].iter().map(|j| play.coefficients[j].iter().map(Point::mul_base).collect()).collect();
        lists.push(message.commitments.iter().map(|point| point.decode().unwrap()).collect());
        let weak = ElectionKeys::derive(play.context().params(), &lists).unwrap();
        assert_eq!(weak.p[0], encode_point(&Point::mul_base(&own)));
        message
    });
    assert_eq!(faults, [Fault { trustee: 3, kind: FaultKind::CoefficientProof }]);
    // Nor does another's proof serve.
    let faults = with_forged_dealing((2, 3, 1), 3, |play| {
        let mut message = rogue(play);
        message.proof = dealing_over(play, 1, &play.coefficients[&1]).proof;
        message
    });
    assert_eq!(faults, [Fault { trustee: 3, kind: FaultKind::CoefficientProof }]);
    // The twin: the same detour with an honest dealing stands.
    let none = with_forged_dealing((2, 3, 1), 3, |play| dealing_over(play, 3, &play.coefficients[&3]));
    assert!(none.is_empty());
}

#[test]
fn another_trustees_whole_dealing_copied_is_refused() {
    let faults = with_forged_dealing((2, 3, 1), 3, |play| dealing_over(play, 1, &play.coefficients[&1]));
    assert_eq!(faults, [Fault { trustee: 3, kind: FaultKind::CoefficientProof }]);
}

#[test]
fn a_proof_of_possession_serves_no_other_trustee_attempt_or_election() {
    let params = *context(2, 3, 1).params();
    let own = CeremonyContext::new(&setup(1), params, 1);
    let message = ShareKey::make(&own, 2, &scalar("ζ"), &fresh("proof"));
    message.verify(&own, 2).unwrap();
    let false_for = |trustee| Err(Fault { trustee, kind: FaultKind::ShareKeyProof });
    assert_eq!(message.verify(&own, 3), false_for(3));
    assert_eq!(message.verify(&CeremonyContext::new(&setup(1), params, 2), 2), false_for(2));
    assert_eq!(message.verify(&CeremonyContext::new(&setup(2), params, 1), 2), false_for(2));
}

#[test]
fn a_share_key_shared_by_two_is_refused() {
    let faults = faults_when((2, 3, 1), |round, trustee, honest, play| match (round, trustee) {
        (Round::R0, 3) => ShareKey::make(play.context(), 3, &play.share_keys[&1], &fresh("shared")).encode(),
        _ => honest,
    });
    assert_eq!(faults, [Fault { trustee: 3, kind: FaultKind::RepeatedShareKey { other: 1 } }]);
}

/// The weakened copy: one static Diffie–Hellman point for a pair of trustees, and a KDF of it alone.
fn weak_pad(shared: &Point) -> Scalar {
    scalar_from_wide(&Sha512::digest(encode_point(shared).0).into())
}

#[test]
fn a_complaint_under_static_diffie_hellman_opens_another_message_and_a_fresh_one_does_not() {
    let (zeta_1, zeta_2) = (scalar("ζ1"), scalar("ζ2"));
    let (kappa_1, kappa_2) = (Point::mul_base(&zeta_1), Point::mul_base(&zeta_2));
    // Weakened: 1 deals a wrong share to 2, on purpose; 2 deals an honest one to 1. 2's complaint reveals [ζ2]κ1 …
    let honest_share = scalar("f_2(1)");
    let from_2_to_1 = honest_share + weak_pad(&(kappa_1 * zeta_2));
    let revealed = kappa_1 * zeta_2;
    assert_eq!(revealed, kappa_2 * zeta_1);
    // … and anyone reads the other direction with it.
    assert_eq!(from_2_to_1 - weak_pad(&revealed), honest_share);

    // Real: the point that 2's complaint about 1 reveals opens that message and nothing that 2 dealt or got.
    let faults = faults_when((2, 3, 1), |round, trustee, honest, play| {
        if (round, trustee) == (Round::R2, 1) {
            let mut message = Dealing::decode(&honest, play.context().params()).unwrap();
            message.shares[0] = forged_part(play, (1, 2), &scalar("c"), Scalar::ONE);
            return message.encode();
        }
        if (round, trustee) == (Round::R3, 2) {
            let shared = complaint(play, 2, 1).shared.decode().unwrap();
            for (dealer, message) in play.record.dealings() {
                for (recipient, part) in message.parts(play.context().params(), *dealer) {
                    let key = &play.record.share_keys()[&recipient];
                    let opened = part.open(play.context(), (*dealer, recipient), key, &shared)[0];
                    let dealt = shares::evaluate(&play.coefficients[dealer], 2, recipient)[0];
                    let moved = if (*dealer, recipient) == (1, 2) { dealt + Scalar::ONE } else { dealt };
                    assert_eq!(opened == moved, (*dealer, recipient) == (1, 2));
                }
            }
        }
        honest
    });
    assert_eq!(faults, [Fault { trustee: 1, kind: FaultKind::WrongShare { complainer: 2, key: 0 } }]);
}

#[test]
fn an_ephemeral_that_stands_already_is_refused_even_with_its_logarithm_known() {
    let deal = |secret: fn(&Play) -> Scalar| {
        faults_when((2, 3, 1), move |round, trustee, honest, play| {
            if (round, trustee) != (Round::R2, 3) {
                return honest;
            }
            let mut message = Dealing::decode(&honest, play.context().params()).unwrap();
            // The first part is for trustee 1, the second for trustee 2.
            message.shares[0] = forged_part(play, (3, 1), &scalar("c"), Scalar::ZERO);
            message.shares[1] = forged_part(play, (3, 2), &secret(play), Scalar::ZERO);
            message.encode()
        })
    };
    let repeated = [Fault { trustee: 3, kind: FaultKind::RepeatedEphemeral { recipient: 2 } }];
    assert!(deal(|_| scalar("another c")).is_empty());
    assert_eq!(deal(|_| scalar("c")), repeated);
    assert_eq!(deal(|play| play.share_keys[&3]), repeated);
    assert_eq!(deal(|play| play.share_keys[&1]), repeated);
}

#[test]
fn an_honest_trustees_ephemeral_cannot_be_copied() {
    let faults = faults_when((2, 3, 1), |round, trustee, honest, play| {
        if (round, trustee) != (Round::R2, 3) {
            return honest;
        }
        let params = play.context().params();
        let first = Dealing::decode(play.contents.get(&(Round::R2, 1)).unwrap(), params).unwrap();
        let mut message = Dealing::decode(&honest, params).unwrap();
        message.shares[1] = first.part(params, 1, 2).unwrap().clone();
        message.encode()
    });
    assert_eq!(faults, [Fault { trustee: 3, kind: FaultKind::EphemeralProof { recipient: 2 } }]);
}

/// The bit that the rushing trustee wants to be 0.
fn bit(point: &Point) -> u8 {
    encode_point(point).0[0] >> 1 & 1
}

#[test]
fn a_rushing_trustee_biases_the_key_without_the_commit_round_and_cannot_with_it() {
    // Weakened: no hashes. The last to speak sees the others' constants and tries until the bit suits it.
    for run in 0..40 {
        let others = Point::mul_base(&scalar((run, "others")));
        let mut tries = (0..200).map(|attempt| scalar((run, attempt)));
        let chosen = tries.find(|a| bit(&(others + Point::mul_base(a))) == 0).unwrap();
        assert_eq!(bit(&(others + Point::mul_base(&chosen))), 0);
    }
    // Real: it has committed before any constant is known, and every other opening ends the attempt by its name.
    for run in 0..4 {
        let mut swapped = false;
        let mut rush = |round, trustee, honest: Vec<u8>, play: &Play| {
            if (round, trustee) != (Round::R2, 3) {
                return honest;
            }
            let first = |j: u16| constant(play.contents.get(&(Round::R2, j)).unwrap(), play);
            let others = first(1) + first(2);
            let mut coefficients = play.coefficients[&3].clone();
            swapped = bit(&(others + Point::mul_base(&coefficients[0]))) == 1;
            if !swapped {
                return honest;
            }
            let suits = |a: &Scalar| bit(&(others + Point::mul_base(a))) == 0;
            coefficients[0] = (0..200).map(|attempt| scalar((run, attempt))).find(suits).unwrap();
            dealing_over(play, 3, &coefficients).encode()
        };
        let outcome = Play::new(context(2, 3, 1), run, vec![1, 2, 3]).run(&mut rush).map(|_| ());
        let fault = Fault { trustee: 3, kind: FaultKind::OpeningDiffers };
        assert_eq!(outcome, if swapped { Err(CeremonyError::Faults(vec![fault])) } else { Ok(()) });
    }
}

#[test]
fn keys_that_are_zero_or_equal_end_the_attempt_by_the_last_openers_name() {
    // All collude: the last one knows everyone's coefficients.
    let last = |place: usize, constant: fn(&Play) -> Scalar| {
        with_forged_dealing((2, 2, 2), 2, move |play| {
            let mut coefficients = play.coefficients[&2].clone();
            coefficients[place] = constant(play);
            dealing_over(play, 2, &coefficients)
        })
    };
    let degenerate = |key| [Fault { trustee: 2, kind: FaultKind::DegenerateKeys { key } }];
    assert!(last(0, |_| scalar("harmless")).is_empty());
    assert_eq!(last(0, |play| -play.coefficients[&1][0]), degenerate(0));
    // Key 2's constant is at place 2 (t = 2): it is made that of key 1.
    let equal = |play: &Play| play.coefficients[&1][0] + play.coefficients[&2][0] - play.coefficients[&1][2];
    assert_eq!(last(2, equal), degenerate(1));
    // Y_1 = P + slope: the slope makes trustee 1's share zero.
    let zero_share =
        |play: &Play| -(play.coefficients[&1][0] + play.coefficients[&1][1] + play.coefficients[&2][0]);
    assert_eq!(last(1, zero_share), degenerate(0));
}

#[test]
fn one_coefficient_more_would_raise_the_threshold_and_is_refused() {
    // Weakened: a vector of t + 1 commitments is accepted as it comes; then t shares are of no key any more.
    let longer: Vec<Scalar> = (0..3).map(|m| scalar(("longer", m))).collect();
    let values: Vec<Scalar> = [1u16, 2].iter().map(|i| shares::evaluate(&longer, 3, *i)[0]).collect();
    let lambda = lagrange::at_zero(&[1, 2]).unwrap();
    assert_ne!(lambda[0] * values[0] + lambda[1] * values[1], longer[0]);
    // Real: the layout has exactly t; and t shares of an accepted ceremony are of its key (see `rounds`).
    let sent = |count: usize| {
        faults_when((2, 3, 1), move |round, trustee, honest, play| {
            if (round, trustee) != (Round::R2, 2) {
                return honest;
            }
            let mut message = Dealing::decode(&honest, play.context().params()).unwrap();
            message.commitments.resize(count, PointBytes(Point::mul_base(&scalar("more")).compress().0));
            message.encode()
        })
    };
    assert!(sent(2).is_empty());
    for count in [0, 1, 3, 4] {
        let faults = sent(count);
        assert!(matches!(
            faults[..],
            [Fault { trustee: 2, kind: FaultKind::Malformed { round: Round::R2, .. } }]
        ));
    }
}
