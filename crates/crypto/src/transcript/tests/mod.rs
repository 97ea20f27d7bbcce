//! Transcripts: the specification's example, framing, domains.

use proptest::prelude::*;

use super::*;
use crate::tests::{point, scalar};

fn drawn(mut t: Transcript) -> [u8; 64] {
    let mut bytes = [0; 64];
    t.challenge_bytes(label::CHALLENGE, &mut bytes);
    bytes
}

/// The example of §4.
#[test]
fn a_challenge_is_that_of_the_specification() {
    let mut t = Transcript::new(label::PROTOCOL);
    t.append_message(label::FORK, label::SETUP);
    t.append_u32(label::ATTEMPT, 1);
    let mut t = t.fork(label::CONTEST, 1);
    t.append_u32(label::CONTEST_INDEX, 258);
    t.append_point(label::BASE, &crate::tests::G);
    let challenge = t.challenge_scalar(label::CHALLENGE);
    let hex: String = challenge.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "8762cf016884ad6bbadc426ec2318f0ae6f67ad97759e28816c24909158fb00b");
    assert_ne!(t.challenge_scalar(label::CHALLENGE), challenge);
}

#[test]
fn every_kind_of_value_is_absorbed_as_itself() {
    let absorbed = |absorb: fn(&mut Transcript)| {
        let mut t = Transcript::new(label::PROTOCOL);
        absorb(&mut t);
        drawn(t)
    };
    let all = [
        absorbed(|_| ()),
        absorbed(|t| t.append_u8(label::E, 1)),
        absorbed(|t| t.append_u16(label::E, 1)),
        absorbed(|t| t.append_u32(label::E, 1)),
        absorbed(|t| t.append_u32(label::R, 1)),
        absorbed(|t| t.append_u32(label::E, 0x0100_0000)),
        absorbed(|t| t.append_message(label::E, &[])),
        absorbed(|t| t.append_point(label::E, &point("one"))),
        absorbed(|t| t.append_scalar(label::E, &scalar("one"))),
        absorbed(|t| t.append_digest(label::E, &[1; 32])),
        absorbed(|t| *t = t.fork(label::E, 1)),
        absorbed(|t| *t = t.fork(label::E, 2)),
        absorbed(|t| *t = t.fork(label::R, 1)),
        absorbed(|t| *t = t.fork(label::E, 1).fork(label::E, 1)),
    ];
    let distinct: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
}

#[test]
fn a_fork_leaves_its_origin_as_it_was() {
    let t = Transcript::new(label::PROTOCOL);
    let before = drawn(t.clone());
    let mut fork = t.fork(label::BALLOT, 1);
    fork.append_u32(label::SEQ, 1);
    assert_eq!(drawn(t), before);
}

/// All domains, read from the source itself so that none is forgotten.
fn domains() -> Vec<&'static str> {
    let source = include_str!("../../transcript.rs");
    let (_, domains) = source.split_once("pub mod domain").unwrap();
    let (domains, _) = domains.split_once("\n}\n").unwrap();
    domains.split("b\"").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect()
}

#[test]
fn no_domain_is_a_prefix_of_another() {
    let domains = domains();
    assert!(domains.len() >= 15);
    for (place, domain) in domains.iter().enumerate() {
        let others = domains.iter().enumerate().filter(|(other, _)| *other != place);
        others.for_each(|(_, other)| assert!(!other.starts_with(domain), "{domain} begins {other}"));
    }
}

/// Two labels, so that a value can move from one to the other.
const LABELS: [&[u8]; 2] = [label::R, label::E];

type Values = Vec<(usize, Vec<u8>)>;

fn values() -> impl Strategy<Value = Values> {
    prop::collection::vec((0usize..2, prop::collection::vec(0u8..3, 0..5)), 0..5)
}

fn absorb(values: &Values) -> [u8; 64] {
    let mut t = Transcript::new(label::PROTOCOL);
    values.iter().for_each(|(label, value)| t.append_message(LABELS[*label], value));
    drawn(t)
}

proptest! {
    /// "SV1" + "22" is not "SV12" + "2".
    #[test]
    fn different_values_never_give_one_transcript(one in values(), two in values()) {
        prop_assert_eq!(one == two, absorb(&one) == absorb(&two));
    }

    #[test]
    fn a_byte_moved_to_its_neighbour_counts(one in values(), place in 0usize..4) {
        let mut two = one.clone();
        let moved = two.get_mut(place).and_then(|(_, value)| value.pop());
        if let (Some(byte), Some((_, next))) = (moved, two.get_mut(place + 1)) {
            next.insert(0, byte);
            prop_assert_ne!(absorb(&one), absorb(&two));
        }
    }
}
