//! Transcripts: merlin's own answer, the specification's example, every base and fork (§4).

use plebiscite_crypto::group::{PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar};
use plebiscite_crypto::transcript::{Transcript, TranscriptExt};
use plebiscite_election::ballot::Tracker;
use plebiscite_election::context::{BallotContext, ElectionContext, SetupContext, roll_base_point};
use plebiscite_election::credential::{Registrar, ReplacementReason, ReplacementRequest};
use plebiscite_election::manifest::ElectionId;
use serde_json::{Value, json};

use crate::json::{Fields, file, good};
use crate::linear_bits;
use crate::numbers::{enc, fresh, key};
use crate::steps::{Steps, replay};

/// The file.
#[must_use]
pub fn make() -> Vec<u8> {
    let mut merlin = Steps::new("test protocol");
    merlin.absorb("some label", b"some data");
    let drawn = merlin.draw_bytes("challenge");
    assert_eq!(hex::encode(drawn), "d5a21972d0d5fe320c0d263fac7fffb8145aa640af6e9bca177c03c7efcf0615");
    let mut example = Steps::new("plebiscite/v1");
    example.absorb("fork", b"setup");
    example.absorb("attempt", &1u32.to_be_bytes());
    let mut example = example.fork("contest", 1);
    example.absorb("contest-index", &258u32.to_be_bytes());
    example.absorb("base", &enc(&RISTRETTO_BASEPOINT_POINT).0);
    let c = example.draw("c");
    assert_eq!(hex::encode(c.as_bytes()), "8762cf016884ad6bbadc426ec2318f0ae6f67ad97759e28816c24909158fb00b");
    let mut long = Steps::new("plebiscite/v1");
    for length in [0usize, 1, 165, 166, 167, 1000] {
        long.absorb("base", &vec![0xa5; length]);
    }
    long.draw("y");
    long.draw("x");
    let mut cases = vec![
        good("merlin's own known answer", "steps", json!({"steps": merlin.json()})),
        good("the example of §4", "steps", json!({"steps": example.json()})),
        good("values around the rate, and two draws", "steps", json!({"steps": long.json()})),
    ];
    cases.extend(contexts());
    file(
        "transcripts",
        &["4"],
        &["merlin 3.0.0, its test of equivalence: test protocol, some label, some data"],
        cases,
    )
}

/// Steps written from the text beside the library's own transcript: the same challenge.
fn told(name: &str, mut steps: Steps, library: &Transcript) -> Value {
    let drawn: Scalar = steps.draw("c");
    assert_eq!(drawn, library.clone().challenge_scalar(b"c"), "{name}");
    good(name, "steps", json!({"steps": steps.json()}))
}

fn contexts() -> Vec<Value> {
    let id = fresh("election");
    let setup = SetupContext { election: ElectionId(id), attempt: 1 };
    let election = ElectionContext::new(
        setup,
        fresh("key digest"),
        fresh("ceremony digest"),
        fresh("roll root"),
        roll_base_point(),
    )
    .unwrap();
    let credential = enc(&key("credential").1);
    let place = BallotContext { index: 4, credential, region: 2, seq: 0, prev: Tracker::NONE };
    let own = Steps::setup(&id, 1);
    let mut base = own.fork("election", 4);
    base.absorb("key-digest", &fresh("key digest"));
    base.absorb("ceremony-digest", &fresh("ceremony digest"));
    base.absorb("roll-root", &fresh("roll root"));
    base.absorb("roll-base", &roll_base_point().0);
    let mut ballot = base.fork("ballot", 5);
    ballot.absorb("roll-index", &4u32.to_be_bytes());
    ballot.absorb("K", &credential.0);
    ballot.absorb("region", &2u16.to_be_bytes());
    ballot.absorb("seq", &0u32.to_be_bytes());
    ballot.absorb("prev", &[0; 32]);
    let mut list = own.fork("registrar-list", 2);
    list.absorb("attempt", &3u32.to_be_bytes());
    list.absorb("registrar", &[1]);
    let old: PointBytes = enc(&key("old credential").1);
    let request = ReplacementRequest { index: 7, number: 1, old, reason: ReplacementReason::Lost };
    let mut replacement = own.fork("replacement", 5);
    replacement.absorb("registrar", &[0]);
    replacement.absorb("roll-index", &7u32.to_be_bytes());
    replacement.absorb("number", &1u32.to_be_bytes());
    replacement.absorb("K", &old.0);
    replacement.absorb("reason", &[2]);
    let mut contest = election.ballot(&place).fork(b"contest", 1);
    contest.append_u32(b"contest-index", 5);
    vec![
        told("base setup (§4.1)", own, &setup.transcript()),
        told("base election (§4.2)", base, &election.transcript()),
        told("ballot (§4.2)", ballot.clone(), &election.ballot(&place)),
        told("contest (§4.2)", linear_bits::context(5), &contest),
        told(
            "a ballot's signature (§4.2)",
            ballot.fork("ballot-signature", 1),
            &election.ballot(&place).fork(b"ballot-signature", 1),
        ),
        told("a registrar's list (§14.4)", list, &setup.registrar_list(3, Registrar::Second)),
        told("a part of a replacement (§14.6)", replacement, &setup.replacement(Registrar::First, &request)),
    ]
}

/// Judges a case.
///
/// # Errors
/// None: a wrong draw stops the test.
pub fn judge(case: &Value) -> Result<(), String> {
    let (_, drawn) = replay(None, case.list("steps"));
    let bytes = case.list("steps").iter().any(|step| step[0] == "bytes");
    assert!(bytes || !drawn.is_empty(), "nothing is drawn");
    Ok(())
}
