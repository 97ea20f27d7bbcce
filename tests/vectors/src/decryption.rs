//! Partial decryptions, their proof, their combination (§10). The prover is written from the specification.

use plebiscite_crypto::group::{Point, PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar};
use plebiscite_crypto::threshold::ceremony::ElectionKeys;
use plebiscite_crypto::threshold::decryption::{
    DecryptionError, DecryptionStatement, PartialDecryptions, PermittedSums, VerifiedPartials, combine,
};
use serde_json::{Value, json};

use crate::ceremony::{Ceremony, N, T};
use crate::json::{Fields, bad, file, good, hex, unhex, variant};
use crate::numbers::{NO_POINT, enc, flip, fresh, plus_order, scalar, with};
use crate::steps::{Steps, replay};

const G: Point = RISTRETTO_BASEPOINT_POINT;

/// What is decrypted: keys of each contest, and the `r` of every `R`, by cell and contest; 0 makes the identity.
#[derive(Clone)]
struct Input {
    contests: Vec<u32>,
    nonces: Vec<Vec<Scalar>>,
    seal: [u8; 32],
}

/// Two contests of one key each, and three cells; in the second the first contest's sum is the identity.
fn input() -> Input {
    let r = |name: &str| scalar(&format!("R {name}"));
    let nonces = vec![vec![r("0 0"), r("0 1")], vec![Scalar::ZERO, r("1 1")], vec![r("2 0"), r("2 1")]];
    Input { contests: vec![1, 1], nonces, seal: fresh("seal") }
}

fn context() -> Steps {
    let mut steps = Steps::setup(&fresh("election"), 1).fork("election", 4);
    steps.absorb("key-digest", &Ceremony::new().key_digest());
    steps.absorb("ceremony-digest", &fresh("ceremony digest"));
    steps.absorb("roll-root", &fresh("roll root"));
    steps.absorb("roll-base", &enc(&G).0);
    steps
}

impl Input {
    /// The contest of a key.
    fn contest(&self, key: usize) -> usize {
        let mut left = key;
        self.contests
            .iter()
            .position(|keys| {
                let own = left < *keys as usize;
                left = left.saturating_sub(*keys as usize);
                own
            })
            .unwrap()
    }

    fn keys(&self) -> usize {
        self.contests.iter().sum::<u32>() as usize
    }

    fn r(&self, cell: usize, key: usize) -> Scalar {
        self.nonces[cell][self.contest(key)]
    }

    /// Content and steps of a trustee (§10.2 to §10.4). `factor` may change a factor before the proof is made.
    fn content(&self, trustee: u16, factor: impl Fn(usize, usize, Point) -> Point) -> (Vec<u8>, Steps) {
        let (cells, keys) = (self.nonces.len(), self.keys());
        let z = Ceremony::new().share(trustee);
        let d: Vec<Vec<Point>> = (0..cells)
            .map(|g| (0..keys).map(|o| factor(g, o, G * (z[o] * self.r(g, o)))).collect())
            .collect();
        let q = self.contests.len();
        let mut steps = Steps::after(&context());
        let count = u32::try_from(4 + q + keys + cells * q + cells * keys).unwrap();
        steps.absorb("fork", b"decryption");
        steps.absorb("count", &count.to_be_bytes());
        steps.absorb("seal", &self.seal);
        steps.absorb("trustee", &trustee.to_be_bytes());
        steps.absorb("cells", &u32::try_from(cells).unwrap().to_be_bytes());
        steps.absorb("contests", &u32::try_from(q).unwrap().to_be_bytes());
        self.contests.iter().for_each(|keys| steps.absorb("contest-keys", &keys.to_be_bytes()));
        z.iter().for_each(|z| steps.absorb("Y", &enc(&(G * z)).0));
        self.nonces.iter().flatten().for_each(|r| steps.absorb("R", &enc(&(G * r)).0));
        d.iter().flatten().for_each(|d| steps.absorb("D", &enc(d).0));
        let mut m = vec![Scalar::ZERO; keys];
        for g in 0..cells {
            for (o, m) in m.iter_mut().enumerate() {
                let weight = steps.draw("epsilon");
                *m += weight * self.r(g, o);
            }
        }
        let left = |o: &usize| (0..cells).any(|g| self.r(g, *o) != Scalar::ZERO);
        let nonce = |o: usize| scalar(&format!("w {trustee} {o}"));
        let mut commitments = Vec::new();
        for o in (0..keys).filter(left) {
            let (u, v) = (enc(&(G * nonce(o))), enc(&(G * (m[o] * nonce(o)))));
            steps.absorb("U", &u.0);
            steps.absorb("V", &v.0);
            commitments.push((o, u, v));
        }
        let e = steps.draw("e");
        let mut out: Vec<u8> = d.iter().flatten().flat_map(|d| enc(d).0).collect();
        for (o, u, v) in commitments {
            out.extend([u.0, v.0, (nonce(o) + e * z[o]).to_bytes()].concat());
        }
        (out, steps)
    }

    fn honest(&self, trustee: u16) -> Vec<u8> {
        self.content(trustee, |_, _, d| d).0
    }

    fn fields(&self) -> Value {
        let ceremony = Ceremony::new();
        let y = |i: u16| -> Vec<Value> { ceremony.share(i).iter().map(|z| hex(enc(&(G * z)).0)).collect() };
        let sums: Vec<Vec<Value>> =
            self.nonces.iter().map(|cell| cell.iter().map(|r| hex(enc(&(G * r)).0)).collect()).collect();
        json!({"context": context().json(), "seal": hex(self.seal), "threshold": T, "contests": self.contests,
            "sums": sums, "P": ceremony.keys().iter().map(|p| hex(enc(p).0)).collect::<Vec<_>>(),
            "Y": (1..=N).map(y).collect::<Vec<_>>()})
    }

    fn case(&self, trustee: u16, content: &[u8]) -> Value {
        let mut case = self.fields();
        case["trustee"] = json!(trustee);
        case["content"] = hex(content);
        case
    }
}

/// The file.
#[must_use]
pub fn make() -> Vec<u8> {
    let mut cases = partials();
    cases.extend(combinations());
    file("decryption", &["10", "4.2"], &[], cases)
}

fn partials() -> Vec<Value> {
    let input = input();
    let mut cases = Vec::new();
    for trustee in 1..=N {
        let (content, steps) = input.content(trustee, |_, _, d| d);
        let mut case = input.case(trustee, &content);
        case["steps"] = steps.json();
        cases.push(good(&format!("partial_decryptions_of_trustee_{trustee}"), "partial", case));
    }
    let one = Input { contests: vec![2], nonces: vec![vec![scalar("R one")]], ..input.clone() };
    let (content, steps) = one.content(1, |_, _, d| d);
    let mut case = one.case(1, &content);
    case["steps"] = steps.json();
    cases.push(good("partial_decryptions_one_contest_of_two_keys", "partial", case));
    let zero = vec![vec![scalar("R 0 0"), Scalar::ZERO], vec![scalar("R 1 0"), Scalar::ZERO]];
    let unused = Input { nonces: zero, ..input.clone() };
    let (content, steps) = unused.content(1, |_, _, d| d);
    let mut case = unused.case(1, &content);
    case["steps"] = steps.json();
    cases.push(good("partial_decryptions_no_sum_left_for_the_second_key", "partial", case));
    let nothing = Input { nonces: vec![vec![Scalar::ZERO; 2]], ..input.clone() };
    cases.push(bad("partial_bad_nothing_to_decrypt", "partial", "Nothing", nothing.case(1, &[])));

    let whole = input.honest(1);
    // Six factors, then U ‖ V ‖ s for each of two keys.
    let proofs = 6 * 32;
    let swapped = [&whole[..proofs], &whole[proofs + 96..], &whole[proofs..proofs + 96]].concat();
    let moved = input.content(1, |g, o, d| match (g, o) {
        (0, 0) => d + G,
        (2, 0) => d - G,
        _ => d,
    });
    let one_false = input.content(1, |g, o, d| if (g, o) == (1, 1) { d + G } else { d });
    let other_seal = Input { seal: fresh("other seal"), ..input.clone() };
    let mut foreign = input.case(1, &whole);
    foreign["Y"][0] = foreign["Y"][1].clone();
    let row = |name, error, content: &[u8]| bad(name, "partial", error, input.case(1, content));
    cases.extend([
        row("partial_bad_one_factor_false", "FactorEquation", &one_false.0),
        row("partial_bad_votes_moved_between_cells", "FactorEquation", &moved.0),
        row("partial_bad_other_trustees_content", "KeyEquation", &input.honest(2)),
        row("partial_bad_swapped_proofs", "KeyEquation", &swapped),
        row("partial_bad_response", "KeyEquation", &flip(&whole, proofs + 64)),
        row("partial_bad_factor_changed_after_the_proof", "KeyEquation", &with(&whole, 0, &enc(&G).0)),
        row("partial_bad_factor_identity", "Malformed", &with(&whole, 0, &[0; 32])),
        row("partial_bad_factor_of_an_empty_sum", "Malformed", &with(&whole, 64, &enc(&G).0)),
        row("partial_bad_factor_is_no_point", "Malformed", &with(&whole, 0, &NO_POINT)),
        row(
            "partial_bad_response_not_canonical",
            "Malformed",
            &with(&whole, proofs + 64, &plus_order(&whole[proofs + 64..proofs + 96])),
        ),
        row("partial_bad_commitment_identity", "Malformed", &with(&whole, proofs, &[0; 32])),
        row("partial_bad_truncated", "Malformed", &whole[..whole.len() - 1]),
        row("partial_bad_trailing_byte", "Malformed", &[&whole[..], &[0]].concat()),
        bad("partial_bad_other_seal", "partial", "KeyEquation", other_seal.case(1, &whole)),
        bad("partial_bad_other_verification_keys", "partial", "KeyEquation", foreign),
        bad("partial_bad_of_nobody", "partial", "NoSuchTrustee", input.case(4, &whole)),
        bad("partial_bad_of_trustee_zero", "partial", "NoSuchTrustee", input.case(0, &whole)),
    ]);
    let fewer = Input { contests: vec![1], nonces: vec![vec![scalar("R one")]], ..input };
    cases.push(bad("partial_bad_other_number_of_keys", "partial", "KeyCount", fewer.case(1, &whole)));
    cases
}

fn combinations() -> Vec<Value> {
    let input = input();
    let case = |trustees: &[u16]| {
        let mut case = input.fields();
        let contents: Vec<Value> =
            trustees.iter().map(|i| json!({"trustee": i, "content": hex(input.honest(*i))})).collect();
        case["contents"] = contents.into();
        case
    };
    let keys = Ceremony::new().keys();
    // By cell, then key: [r]P_o, and with the counts beside it the sum of E.
    let counts = [[3u64, 0], [0, 7], [12, 1]];
    let combined: Vec<Vec<Value>> =
        (0..3).map(|g| (0..2).map(|o| hex(enc(&(keys[o] * input.r(g, o))).0)).collect()).collect();
    let sums: Vec<Vec<Value>> = (0..3)
        .map(|g| {
            (0..2)
                .map(
                    |o| hex(enc(&(keys[o] * input.r(g, o) + Point::mul_base(&Scalar::from(counts[g][o])))).0),
                )
                .collect()
        })
        .collect();
    let mut cases = Vec::new();
    for trustees in [[1u16, 2], [1, 3], [2, 3], [3, 1]] {
        let mut case = case(&trustees);
        case["combined"] = json!(combined);
        case["E"] = json!(sums);
        case["counts"] = json!(counts);
        cases.push(good(&format!("combination_of_{}_and_{}", trustees[0], trustees[1]), "combination", case));
    }
    cases.push(bad("combination_bad_too_few", "combination", "Number", case(&[1])));
    cases.push(bad("combination_bad_too_many", "combination", "Number", case(&[1, 2, 3])));
    cases.push(bad("combination_bad_one_trustee_twice", "combination", "Trustees", case(&[2, 2])));
    cases
}

fn bytes(value: &Value) -> PointBytes {
    PointBytes(unhex(value).try_into().unwrap())
}

/// Judges a case.
///
/// # Errors
/// The name of the refusal.
pub fn judge(case: &Value) -> Result<(), String> {
    let (transcript, _) = replay(None, case.list("context"));
    if let Some(steps) = case.get("steps") {
        let _ = replay(Some(transcript.clone()), steps.as_array().unwrap());
    }
    let row = |cell: &Value| -> Vec<PointBytes> { cell.as_array().unwrap().iter().map(bytes).collect() };
    let keys = ElectionKeys { p: row(case.field("P")), y: case.list("Y").iter().map(row).collect() };
    let cells = case
        .list("sums")
        .iter()
        .map(|cell| row(cell).iter().map(|point| point.decode_or_identity().unwrap()).collect());
    let contests = case.list("contests").iter().map(|keys| u32::try_from(keys.as_u64().unwrap()).unwrap());
    let sums = PermittedSums::new(contests.collect(), cells.collect()).unwrap();
    let seal = case.array("seal");
    let verified = |trustee: u16, content: &[u8]| -> Result<VerifiedPartials, DecryptionError> {
        let statement =
            DecryptionStatement { transcript: &transcript, seal: &seal, keys: &keys, trustee, sums: &sums };
        // In the order of §10.5: sizes and trustee before the content is read.
        if sums.keys() != keys.p.len() {
            return Err(DecryptionError::KeyCount { sums: sums.keys(), ceremony: keys.p.len() });
        }
        if sums.is_nothing() {
            return Err(DecryptionError::Nothing);
        }
        if keys.verification_keys(trustee).is_none() {
            return Err(DecryptionError::NoSuchTrustee { trustee });
        }
        PartialDecryptions::decode(content, &sums)?.verify(&statement)
    };
    if case.text("kind") == "partial" {
        verified(case.small("trustee"), &case.bytes("content")).map_err(|error| variant(&error))?;
        return Ok(());
    }
    let contents = case.list("contents").iter();
    let sets: Vec<VerifiedPartials> =
        contents.map(|own| verified(own.small("trustee"), &own.bytes("content")).unwrap()).collect();
    let combined = combine(&sets.iter().collect::<Vec<_>>(), case.small("threshold"))
        .map_err(|error| variant(&error))?;
    let told: Vec<Vec<Value>> =
        combined.iter().map(|cell| cell.iter().map(|point| hex(enc(point).0)).collect()).collect();
    assert_eq!(json!(told), *case.field("combined"));
    let table = plebiscite_crypto::dlog::DiscreteLog::new(100).unwrap();
    for ((masks, e), counts) in combined.iter().zip(case.list("E")).zip(case.list("counts")) {
        for ((mask, e), count) in masks.iter().zip(row(e)).zip(counts.as_array().unwrap()) {
            let point = e.decode_or_identity().unwrap() - mask;
            assert_eq!(table.solve(&point).unwrap(), count.as_u64().unwrap());
        }
    }
    Ok(())
}
