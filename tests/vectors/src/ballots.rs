//! A ballot from its seed to its signature, its tracker, its opening (§15, §16).

use hmac::{Hmac, KeyInit, Mac};
use plebiscite_crypto::group::{Generators, PointBytes};
use plebiscite_crypto::group::{Point, RISTRETTO_BASEPOINT_POINT, Scalar, scalar_from_wide};
use plebiscite_crypto::proof::knowledge;
use plebiscite_crypto::proof::linear_bits::{BodyNonces, LinearForm, Row, encrypt_and_prove};
use plebiscite_election::ballot::{
    BallotError, DecodedBallot, ElectionParameters, EncryptedBallot, Opening, OpeningError, PreparedBallot,
    Seed, Selections, Tracker, WireError, verify_opening,
};
use plebiscite_election::context::{BallotContext, ElectionContext, SetupContext, roll_base_point};
use plebiscite_election::credential::RollRow;
use plebiscite_election::manifest::ElectionId;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};

use crate::json::{Fields, bad, file, good, hex, points, unhex};
use crate::numbers::{NO_POINT, enc, flip, fresh, key, plus_order, with};
use crate::steps::{Steps, replay};

const G: Point = RISTRETTO_BASEPOINT_POINT;

/// Yes, no, blank; and one of four.
fn forms() -> Vec<LinearForm> {
    let one_of = |bits: usize, tallied: usize| {
        let row = Row { terms: (0..bits).map(|bit| (bit, 1)).collect(), value: 1, pivot: bits - 1 };
        LinearForm::new(bits, vec![row], (0..tallied).map(|bit| vec![(bit, 1)]).collect()).unwrap()
    };
    vec![one_of(3, 2), one_of(4, 4)]
}

fn keys() -> Vec<Vec<Point>> {
    let own = |range: std::ops::Range<usize>| range.map(|o| key(&format!("P {o}")).1).collect();
    vec![own(0..2), own(2..6)]
}

fn place() -> BallotContext {
    BallotContext {
        index: 4,
        credential: enc(&key("credential").1),
        region: 2,
        seq: 1,
        prev: Tracker(fresh("prev")),
    }
}

/// The fields that every case has: what a verifier knows from the record.
fn known(place: &BallotContext) -> Value {
    let keys: Vec<Vec<Value>> =
        keys().iter().map(|own| own.iter().map(|key| hex(enc(key).0)).collect()).collect();
    json!({
        "election": hex(fresh("election")), "ceremony_attempt": 1,
        "key_digest": hex(fresh("key digest")), "ceremony_digest": hex(fresh("ceremony digest")),
        "roll_root": hex(fresh("roll root")), "roll_base": hex(enc(&G).0),
        "contests": [{"bits": 3, "tallied": 2}, {"bits": 4, "tallied": 4}], "keys": keys,
        "roll_index": place.index, "K": hex(place.credential.0), "region": place.region,
    })
}

fn base() -> Steps {
    let mut steps = Steps::setup(&fresh("election"), 1).fork("election", 4);
    steps.absorb("key-digest", &fresh("key digest"));
    steps.absorb("ceremony-digest", &fresh("ceremony digest"));
    steps.absorb("roll-root", &fresh("roll root"));
    steps.absorb("roll-base", &enc(&G).0);
    steps
}

fn ballot_steps(place: &BallotContext) -> Steps {
    let mut steps = base().fork("ballot", 5);
    steps.absorb("roll-index", &place.index.to_be_bytes());
    steps.absorb("K", &place.credential.0);
    steps.absorb("region", &place.region.to_be_bytes());
    steps.absorb("seq", &place.seq.to_be_bytes());
    steps.absorb("prev", &place.prev.0);
    steps
}

/// Both digests of §15.3.
fn digests(place: &BallotContext) -> [[u8; 32]; 2] {
    let base: [u8; 32] = Sha256::new()
        .chain_update("plebiscite/v1/election-base")
        .chain_update(fresh("election"))
        .chain_update(1u32.to_be_bytes())
        .chain_update(fresh("key digest"))
        .chain_update(fresh("ceremony digest"))
        .chain_update(fresh("roll root"))
        .chain_update(enc(&G).0)
        .finalize()
        .into();
    let own = Sha256::new()
        .chain_update("plebiscite/v1/ballot-context")
        .chain_update(base)
        .chain_update(place.index.to_be_bytes())
        .chain_update(place.credential.0)
        .chain_update(place.region.to_be_bytes())
        .chain_update(place.seq.to_be_bytes())
        .chain_update(place.prev.0);
    [base, own.finalize().into()]
}

/// The scalars of one contest from the seed (§15.3), and their names.
fn nonces(
    seed: &[u8; 32],
    place: &BallotContext,
    contest: u32,
    form: &LinearForm,
    bits: &[u8],
) -> (BodyNonces, Value) {
    let scalar = |label: u8, index: u32| -> Scalar {
        let mut mac = <Hmac<Sha512> as KeyInit>::new_from_slice(seed).unwrap();
        let [_, context] = digests(place);
        let number = u32::try_from(bits.len()).unwrap();
        for piece in [
            &context[..],
            &contest.to_be_bytes(),
            &number.to_be_bytes(),
            bits,
            &[label],
            &index.to_be_bytes(),
        ] {
            mac.update(piece);
        }
        scalar_from_wide(&mac.finalize().into_bytes().into())
    };
    let a: Vec<Scalar> = (0..).take(form.free()).map(|index| scalar(4, index)).collect();
    let named = json!({
        "rho": hex(scalar(1, 0).as_bytes()), "r_B": hex(scalar(2, 0).as_bytes()), "r_A": hex(scalar(3, 0).as_bytes()),
        "a": a.iter().map(|a| hex(a.as_bytes())).collect::<Vec<_>>(),
        "tau1": hex(scalar(5, 0).as_bytes()), "tau0": hex(scalar(6, 0).as_bytes()), "w": hex(scalar(7, 0).as_bytes()),
    });
    let nonces = BodyNonces {
        rho: scalar(1, 0),
        r_b: scalar(2, 0),
        r_a: scalar(3, 0),
        a,
        tau1: scalar(5, 0),
        tau0: scalar(6, 0),
        w: scalar(7, 0),
    };
    (nonces, named)
}

struct Made {
    body: Vec<u8>,
    opening: Vec<u8>,
    scalars: Vec<Value>,
}

/// Body and opening by §15.2, §15.3, §16.2.
fn body(place: &BallotContext, seed: [u8; 32], choice: &[&[u8]]) -> Made {
    let mut body = [&place.index.to_be_bytes()[..], &place.seq.to_be_bytes(), &place.prev.0].concat();
    let mut opening = seed.to_vec();
    let mut scalars = Vec::new();
    for (((number, form), keys), bits) in (0u32..).zip(forms()).zip(keys()).zip(choice) {
        let (own, named) = nonces(&seed, place, number, &form, bits);
        scalars.push(named);
        let mut contest = ballot_steps(place).fork("contest", 1);
        contest.absorb("contest-index", &number.to_be_bytes());
        let encrypted = encrypt_and_prove(
            &mut contest.transcript(),
            &Generators::new(form.bits()),
            &form,
            &keys,
            bits,
            own,
        )
        .unwrap();
        body.extend(encrypted.encode());
        opening.push(bits.iter().enumerate().map(|(place, bit)| bit << (7 - place)).sum());
    }
    Made { body, opening, scalars }
}

/// The signature and its steps (§15.4).
fn sign(place: &BallotContext, secret: &Scalar, body: &[u8]) -> (Vec<u8>, Steps, Steps) {
    let context = ballot_steps(place).fork("ballot-signature", 1);
    let tracker: [u8; 32] = Sha256::digest(body).into();
    let public = G * secret;
    let proof =
        knowledge::sign(&mut context.transcript(), &G, secret, &public, &tracker, &fresh("signature"));
    let mut steps = Steps::after(&context);
    steps.absorb("fork", b"signature");
    steps.absorb("base", &enc(&G).0);
    steps.absorb("X", &enc(&public).0);
    steps.absorb("message", &tracker);
    steps.absorb("A", &proof.a.0);
    steps.draw("c");
    ([body, &proof.encode()].concat(), context, steps)
}

/// The file.
#[must_use]
pub fn make() -> Vec<u8> {
    let (place, secret) = (place(), key("credential").0);
    let made = body(&place, fresh("seed"), &[&[0, 1, 0], &[0, 0, 1, 0]]);
    let (whole, context, steps) = sign(&place, &secret, &made.body);
    let with_ballot = |place: &BallotContext, bytes: &[u8]| {
        let mut case = known(place);
        case["ballot"] = hex(bytes);
        case
    };
    let tracker: [u8; 32] = Sha256::digest(&made.body).into();
    let mut accepted = with_ballot(&place, &whole);
    accepted["tracker"] = hex(tracker);
    accepted["tracker_shown"] = json!(Tracker(tracker).to_string());
    let [base_digest, context_digest] = digests(&place);
    accepted["election_base_digest"] = hex(base_digest);
    accepted["ballot_context_digest"] = hex(context_digest);
    accepted["context"] = context.json();
    accepted["steps"] = steps.json();
    let mut cases = vec![good("ballot", "ballot", accepted)];
    cases.extend(lies(&place, &secret, &made.body, &whole, &with_ballot));
    cases.extend(openings(&place, &made, tracker));
    file("ballots", &["15", "16.2", "4.2", "6", "20.7"], &[], cases)
}

fn lies(
    place: &BallotContext,
    secret: &Scalar,
    body: &[u8],
    whole: &[u8],
    with_ballot: &dyn Fn(&BallotContext, &[u8]) -> Value,
) -> Vec<Value> {
    let signed = |body: &[u8]| sign(place, secret, body).0;
    let stranger = key("stranger");
    // The first contest begins at 40 and has 9 points and 5 scalars; the second at 488 has 11 points and 6 scalars.
    let (last, second) = (body.len() - 32, 488);
    let contests = [&body[..40], &body[second..], &body[40..second]].concat();
    let again = with(body, second, &body[40..72]);
    let order = with(body, last, &plus_order(&body[last..]));
    let other = |change: &dyn Fn(&mut BallotContext)| {
        let mut changed = *place;
        change(&mut changed);
        with_ballot(&changed, whole)
    };
    let row = |name, error, case| bad(name, "ballot", error, case);
    let tail = whole.len() - 64;
    let mut foreign = with_ballot(place, whole);
    foreign["election"] = hex(fresh("another election"));
    vec![
        row(
            "ballot_bad_altered_without_signature",
            "ballot-signature",
            with_ballot(place, &flip(whole, 300)),
        ),
        row(
            "ballot_bad_signed_by_another",
            "ballot-signature",
            with_ballot(place, &sign(place, &stranger.0, body).0),
        ),
        row(
            "ballot_bad_of_another_credential",
            "ballot-signature",
            other(&|place| place.credential = enc(&key("other").1)),
        ),
        row("ballot_bad_of_another_region", "ballot-signature", other(&|place| place.region = 1)),
        row("ballot_bad_of_another_election", "ballot-signature", foreign),
        row("ballot_bad_seq_changed", "ballot-signature", with_ballot(place, &flip(whole, 7))),
        row("ballot_bad_prev_changed", "ballot-signature", with_ballot(place, &flip(whole, 8))),
        row(
            "ballot_bad_signature_commitment_is_no_point",
            "ballot-signature",
            with_ballot(place, &with(whole, tail, &NO_POINT)),
        ),
        row(
            "ballot_bad_signature_commitment_is_identity",
            "ballot-encoding",
            with_ballot(place, &with(whole, tail, &[0; 32])),
        ),
        row(
            "ballot_bad_signature_not_canonical",
            "ballot-encoding",
            with_ballot(place, &with(whole, tail + 32, &plus_order(&whole[tail + 32..]))),
        ),
        row("ballot_bad_swapped_contests", "ballot-encoding", with_ballot(place, &signed(&contests))),
        row("ballot_bad_unproven_response", "ballot-proof", with_ballot(place, &signed(&flip(body, last)))),
        row("ballot_bad_R_of_two_contests_equal", "ballot-proof", with_ballot(place, &signed(&again))),
        row(
            "ballot_bad_point_is_none",
            "ballot-proof",
            with_ballot(place, &signed(&with(body, 40, &NO_POINT))),
        ),
        row(
            "ballot_bad_point_is_identity",
            "ballot-encoding",
            with_ballot(place, &signed(&with(body, 40, &[0; 32]))),
        ),
        row("ballot_bad_response_not_canonical", "ballot-encoding", with_ballot(place, &signed(&order))),
        row("ballot_bad_truncated", "ballot-encoding", with_ballot(place, &whole[..whole.len() - 1])),
        row("ballot_bad_trailing_byte", "ballot-encoding", with_ballot(place, &[whole, &[0]].concat())),
    ]
}

fn openings(place: &BallotContext, made: &Made, tracker: [u8; 32]) -> Vec<Value> {
    let case = |opening: &[u8], tracker: [u8; 32]| {
        let mut case = known(place);
        case["seq"] = json!(place.seq);
        case["prev"] = hex(place.prev.0);
        case["opening"] = hex(opening);
        case["tracker"] = hex(tracker);
        case
    };
    let mut accepted = case(&made.opening, tracker);
    accepted["choice"] = json!([[0, 1, 0], [0, 0, 1, 0]]);
    accepted["scalars"] = made.scalars.clone().into();
    accepted["body"] = hex(&made.body);
    let both = with(&made.opening, 32, &[0b0110_0000]);
    let padded = with(&made.opening, 32, &[0b0100_0001]);
    let other = with(&made.opening, 32, &[0b1000_0000]);
    vec![
        good("opening", "opening", accepted),
        bad("opening_bad_other_choice", "opening", "tracker", case(&other, tracker)),
        bad("opening_bad_other_seed", "opening", "tracker", case(&flip(&made.opening, 0), tracker)),
        bad("opening_bad_other_tracker", "opening", "tracker", case(&made.opening, fresh("tracker"))),
        bad("opening_bad_two_bits_set", "opening", "selections", case(&both, tracker)),
        bad("opening_bad_padding_set", "opening", "malformed", case(&padded, tracker)),
        bad("opening_bad_truncated", "opening", "malformed", case(&made.opening[..33], tracker)),
        bad(
            "opening_bad_trailing_byte",
            "opening",
            "malformed",
            case(&[&made.opening[..], &[0]].concat(), tracker),
        ),
    ]
}

fn parameters(case: &Value) -> ElectionParameters {
    let setup = SetupContext {
        election: ElectionId(case.array("election")),
        attempt: case.small("ceremony_attempt"),
    };
    assert_eq!(case.array("roll_base"), roll_base_point().0);
    let context = ElectionContext::new(
        setup,
        case.array("key_digest"),
        case.array("ceremony_digest"),
        case.array("roll_root"),
        PointBytes(case.array("roll_base")),
    )
    .unwrap();
    let keys = case.list("keys").iter().map(|own| points(own.as_array().unwrap()));
    ElectionParameters::new(context, forms().into_iter().zip(keys).collect()).unwrap()
}

/// Judges a case.
///
/// # Errors
/// The name of the refusal.
pub fn judge(case: &Value) -> Result<(), String> {
    let parameters = parameters(case);
    let row = RollRow { credential: PointBytes(case.array("K")), region: case.small("region") };
    if case.text("kind") == "opening" {
        let place = BallotContext {
            index: case.small("roll_index"),
            credential: row.credential,
            region: row.region,
            seq: case.small("seq"),
            prev: Tracker(case.array("prev")),
        };
        let named = |error: OpeningError| match error {
            OpeningError::Malformed => "malformed".to_owned(),
            OpeningError::Selections(_) => "selections".to_owned(),
            OpeningError::Tracker { .. } => "tracker".to_owned(),
        };
        let opening = Opening::decode(&parameters, &case.bytes("opening")).map_err(named)?;
        let chosen =
            verify_opening(&parameters, &place, &opening, &Tracker(case.array("tracker"))).map_err(named)?;
        assert_eq!(json!(chosen.contests()), *case.field("choice"));
        let again = Selections::new(&parameters, chosen.contests().to_vec()).unwrap();
        let seed = Seed::from_fresh(*case.bytes("opening").first_chunk().unwrap());
        let encrypted = EncryptedBallot::new(&parameters, place, again, seed).unwrap();
        assert_eq!(encrypted.tracker(), Tracker::of(&case.bytes("body")));
        return Ok(());
    }
    let named = |error: BallotError| match error {
        BallotError::Wire(WireError::Length { .. } | WireError::Contest { .. } | WireError::Signature) => {
            "ballot-encoding"
        }
        BallotError::Credential { .. } => "ballot-credential",
        BallotError::Signature { .. } => "ballot-signature",
        BallotError::Proof { .. } => "ballot-proof",
    };
    let bytes = unhex(case.field("ballot"));
    let decoded = DecodedBallot::decode(&parameters, &bytes).map_err(|error| named(error.into()))?;
    assert_eq!(u64::from(decoded.header().index), case.number("roll_index"));
    // A record asks for the signature first (§20.7).
    let prepared = PreparedBallot::new(decoded, &row);
    let checked = prepared.check_signature(&parameters).map_err(named)?;
    let verified = checked.into_prepared().verify(&parameters).map_err(named)?;
    assert_eq!(verified.tracker().0, case.array("tracker"));
    assert_eq!(verified.tracker().to_string(), case.text("tracker_shown"));
    assert_eq!(parameters.context().digest().as_slice(), case.bytes("election_base_digest"));
    assert_eq!(
        verified.context().digest(parameters.context()).as_slice(),
        case.bytes("ballot_context_digest")
    );
    let (context, _) = replay(None, case.list("context"));
    let _ = replay(Some(context), case.list("steps"));
    Ok(())
}
