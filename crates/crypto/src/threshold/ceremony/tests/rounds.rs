//! Ceremonies that go well, and the order in which messages stand.

use super::*;
use crate::group::encode_point;
use crate::threshold::ContentError;

#[test]
fn every_quorum_ends_with_shares_of_the_published_keys() {
    for (t, n, keys) in [(1, 1, 1), (1, 2, 2), (2, 2, 1), (2, 3, 3), (3, 5, 2), (5, 7, 1), (7, 7, 1)] {
        let Finished { record, keys: published, shares, .. } = finished(t, n, keys);
        assert!(record.is_confirmed());
        assert_eq!(record.round(), None);
        let quorum = usize::from(t);
        for first in 0..=shares.len() - quorum {
            let chosen: Vec<&Share> = shares[first..first + quorum].iter().collect();
            for key in 0..keys as usize {
                assert_eq!(encode_point(&assembled(&chosen, key)), published.p[key], "{t} of {n}");
            }
        }
        // ⚠ Exactly t coefficients were accepted: fewer shares than t are of no key.
        if t > 1 {
            let fewer: Vec<&Share> = shares[..quorum - 1].iter().collect();
            assert_ne!(encode_point(&assembled(&fewer, 0)), published.p[0]);
        }
    }
}

#[test]
fn the_order_of_trustees_within_a_round_changes_no_key_and_no_digest() {
    let forth = Play::new(context(2, 3, 2), 5, vec![1, 2, 3]).run(&mut honest).unwrap();
    let back = Play::new(context(2, 3, 2), 5, vec![3, 1, 2]).run(&mut honest).unwrap();
    assert_eq!(forth.keys, back.keys);
    assert_eq!(forth.record.ceremony_digest(), back.record.ceremony_digest());
    let other = Play::new(context(2, 3, 2), 6, vec![1, 2, 3]).run(&mut honest).unwrap();
    assert_ne!(forth.keys.digest(), other.keys.digest());
    assert_ne!(forth.record.ceremony_digest(), other.record.ceremony_digest());
}

#[test]
fn what_cannot_stand_is_no_fault_and_changes_nothing() {
    let done = finished(2, 3, 1);
    let mut record = CeremonyRecord::new(done.record.context().clone());
    let content = |round, trustee| done.contents.get(&(round, trustee)).unwrap();
    assert_eq!(record.missing(), [1, 2, 3]);
    let wrong = CeremonyError::WrongRound { found: Round::R1, in_force: Round::R0 };
    assert_eq!(record.accept(Round::R1, 1, content(Round::R1, 1)), Err(wrong));
    for trustee in [0, 4, u16::MAX] {
        let none = CeremonyError::NoSuchTrustee { trustee };
        assert_eq!(record.accept(Round::R0, trustee, content(Round::R0, 1)), Err(none));
    }
    record.accept(Round::R0, 2, content(Round::R0, 2)).unwrap();
    let second = CeremonyError::SecondMessage { trustee: 2, round: Round::R0 };
    assert_eq!(record.accept(Round::R0, 2, content(Round::R0, 2)), Err(second));
    assert_eq!(record.missing(), [1, 3]);
    for round in [Round::R0, Round::R1, Round::R2, Round::R3, Round::R4] {
        for trustee in (1..=3).filter(|trustee| (round, *trustee) != (Round::R0, 2)) {
            assert!(record.keys().is_none());
            record.accept(round, trustee, content(round, trustee)).unwrap();
        }
    }
    assert_eq!(record.keys(), Some(&done.keys));
    assert_eq!(record.accept(Round::R4, 1, content(Round::R4, 1)), Err(CeremonyError::Ended));
    assert!(record.missing().is_empty());
}

#[test]
fn after_a_fault_nothing_more_stands() {
    let done = finished(2, 3, 1);
    let mut record = CeremonyRecord::new(done.record.context().clone());
    assert!(matches!(record.accept(Round::R0, 1, b"short"), Err(CeremonyError::Faults(_))));
    let honest = done.contents.get(&(Round::R0, 2)).unwrap();
    assert_eq!(record.accept(Round::R0, 2, honest), Err(CeremonyError::Ended));
    assert!(record.keys().is_none() && !record.is_confirmed() && record.round().is_none());
}

#[test]
fn decoding_accepts_exactly_what_encoding_writes() {
    let done = finished(2, 3, 2);
    let params = *done.record.context().params();
    for ((round, trustee), content) in &done.contents {
        let again = |bytes: &[u8]| -> Result<Vec<u8>, ContentError> {
            Ok(match round {
                Round::R0 => ShareKey::decode(bytes)?.encode(),
                Round::R1 => Commitment::decode(bytes)?.encode(),
                Round::R2 => Dealing::decode(bytes, &params)?.encode(),
                Round::R3 => Complaints::decode(bytes, &params, *trustee)?.encode(),
                Round::R4 => KeyConfirmation::decode(bytes, &params)?.encode(),
            })
        };
        assert_eq!(again(content).as_ref(), Ok(content));
        assert!(content.len() <= params.max_content());
        let longer = [content.as_slice(), &[0]].concat();
        let shorter = &content[..content.len() - 1];
        assert!(again(&longer).is_err() && again(shorter).is_err() && again(&[]).is_err(), "{round}");
        // Whatever a changed byte still decodes to is written back the same: nothing has two encodings.
        for position in (0..content.len()).step_by(7) {
            let mut changed = content.clone();
            changed[position] ^= 0x81;
            if let Ok(bytes) = again(&changed) {
                assert_eq!(bytes, changed);
            }
        }
    }
}

#[test]
fn secrets_of_another_stage_attempt_or_trustee_are_not_restored() {
    let own = context(2, 3, 1);
    let other = CeremonyContext::new(&setup(1), *own.params(), 2);
    let (stage, _) = ShareKeySent::begin(&own, 1, &fresh("begin")).unwrap();
    let bytes = stage.to_secret_bytes();
    assert!(ShareKeySent::from_secret_bytes(&bytes, &own).is_ok());
    assert!(matches!(ShareKeySent::from_secret_bytes(&bytes, &other), Err(VaultError::Foreign)));
    assert!(matches!(CommitmentSent::from_secret_bytes(&bytes, &own), Err(VaultError::Foreign)));
    let mut stranger = bytes.to_vec();
    stranger[33..35].copy_from_slice(&[0, 9]);
    assert!(matches!(ShareKeySent::from_secret_bytes(&stranger, &own), Err(VaultError::Foreign)));
    let mut longer = bytes.to_vec();
    longer.push(0);
    assert!(matches!(ShareKeySent::from_secret_bytes(&longer, &own), Err(VaultError::Malformed(_))));
    assert!(matches!(
        ShareKeySent::begin(&own, 4, &[0; 32]),
        Err(TrusteeError::NoSuchTrustee { trustee: 4 })
    ));
}

#[test]
fn a_share_is_restored_only_under_its_own_keys() {
    let (done, other) =
        (finished(2, 3, 2), Play::new(context(2, 3, 2), 9, vec![1, 2, 3]).run(&mut honest).unwrap());
    let bytes = done.shares[1].to_secret_bytes();
    assert_eq!(Share::from_secret_bytes(&bytes, &done.keys).unwrap().trustee(), 2);
    assert!(matches!(Share::from_secret_bytes(&bytes, &other.keys), Err(VaultError::Foreign)));
    let mut flipped = bytes.to_vec();
    flipped[40] ^= 1;
    assert!(matches!(Share::from_secret_bytes(&flipped, &done.keys), Err(VaultError::KeysDiffer)));
    let mut as_first = bytes.to_vec();
    as_first[34] = 1;
    assert!(matches!(Share::from_secret_bytes(&as_first, &done.keys), Err(VaultError::KeysDiffer)));
}

#[test]
fn a_trustee_goes_on_only_from_its_own_messages_in_its_own_attempt() {
    let done = finished(2, 3, 1);
    let record = CeremonyRecord::new(done.record.context().clone());
    let (stage, _) = ShareKeySent::begin(record.context(), 1, &fresh("another")).unwrap();
    let bytes = stage.to_secret_bytes();
    let early = stage.commit(&record, &fresh(1)).err();
    assert_eq!(early, Some(TrusteeError::NotInForce { needed: Round::R1 }));
    let mut record = record;
    for trustee in 1..=3 {
        record.accept(Round::R0, trustee, done.contents.get(&(Round::R0, trustee)).unwrap()).unwrap();
    }
    let stage = ShareKeySent::from_secret_bytes(&bytes, record.context()).unwrap();
    let foreign = stage.commit(&record, &fresh(1)).err();
    assert_eq!(foreign, Some(TrusteeError::NotOwnMessage { round: Round::R0 }));
    let next = CeremonyRecord::new(CeremonyContext::new(&setup(1), *record.context().params(), 2));
    let stage = ShareKeySent::from_secret_bytes(&bytes, record.context()).unwrap();
    assert_eq!(stage.commit(&next, &fresh(1)).err(), Some(TrusteeError::AnotherAttempt));
}

#[test]
fn nothing_secret_is_printed() {
    let (stage, _) = ShareKeySent::begin(&context(2, 3, 1), 1, &fresh("begin")).unwrap();
    assert_eq!(format!("{stage:?}"), "ShareKeySent(TrusteeSecrets { trustee: 1, .. })");
    assert_eq!(format!("{:?}", finished(1, 1, 1).shares[0]), "Share { trustee: 1, .. }");
}
