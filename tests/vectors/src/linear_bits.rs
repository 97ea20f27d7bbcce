//! The ballot's proof for several forms, and lies of every kind (§6).

use plebiscite_crypto::batch::{BallotStatement, SharedContest, SignatureStatement, verify_batch};
use plebiscite_crypto::group::{Generators, Point, RISTRETTO_BASEPOINT_POINT, encode_point};
use plebiscite_crypto::proof::knowledge;
use plebiscite_crypto::proof::linear_bits::{EncryptedContest, Equation, LinearForm, Row, WireError, verify};
use plebiscite_crypto::transcript::Transcript;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::json::{Fields, bad, file, good, hex, points, unhex};
use crate::numbers::{NO_POINT, enc, flip, fresh, key, plus_order, with};
use crate::prover::{Proven, Prover};
use crate::steps::{Steps, replay};

/// A contest's transcript (§4.2).
#[must_use]
pub fn context(contest: u32) -> Steps {
    let mut election = Steps::setup(&fresh("election"), 1).fork("election", 4);
    election.absorb("key-digest", &fresh("key digest"));
    election.absorb("ceremony-digest", &fresh("ceremony digest"));
    election.absorb("roll-root", &fresh("roll root"));
    election.absorb("roll-base", &enc(&RISTRETTO_BASEPOINT_POINT).0);
    let mut ballot = election.fork("ballot", 5);
    ballot.absorb("roll-index", &4u32.to_be_bytes());
    ballot.absorb("K", &enc(&key("credential").1).0);
    ballot.absorb("region", &2u16.to_be_bytes());
    ballot.absorb("seq", &0u32.to_be_bytes());
    ballot.absorb("prev", &[0; 32]);
    let mut steps = ballot.fork("contest", 1);
    steps.absorb("contest-index", &contest.to_be_bytes());
    steps
}

fn one_of(bits: usize, tallied: usize) -> LinearForm {
    let row = Row { terms: (0..bits).map(|bit| (bit, 1)).collect(), value: 1, pivot: bits - 1 };
    LinearForm::new(bits, vec![row], (0..tallied).map(|bit| vec![(bit, 1)]).collect()).unwrap()
}

/// Approval of `least` to `most` of `options`: slack bits that weigh 1, 2, … make the sum an equation.
fn approval(options: usize, least: i64, slack: &[i64]) -> LinearForm {
    // Σ options − Σ weight·slack = least: the first slack bit weighs 1 and is the pivot.
    let terms =
        (0..options).map(|bit| (bit, 1)).chain(slack.iter().enumerate().map(|(i, w)| (options + i, -w)));
    let row = Row { terms: terms.collect(), value: least, pivot: options };
    LinearForm::new(options + slack.len(), vec![row], (0..options).map(|bit| vec![(bit, 1)]).collect())
        .unwrap()
}

/// Ranks with two rules, of which the second needs the first one solved; a tallied number with several terms.
fn two_rules() -> LinearForm {
    let rows = vec![
        Row { terms: vec![(0, 1), (1, 1), (2, 1)], value: 1, pivot: 0 },
        Row { terms: vec![(0, 2), (3, -1), (4, 3), (5, 1)], value: 3, pivot: 3 },
    ];
    LinearForm::new(6, rows, vec![vec![(0, 3), (1, 2), (2, 1)], vec![(4, 1), (5, -1)]]).unwrap()
}

/// Nothing but free bits.
fn free() -> LinearForm {
    LinearForm::new(2, Vec::new(), vec![vec![(0, 1)], vec![(1, 1)]]).unwrap()
}

/// The canonical encoding (§6.1), written from the specification.
fn encoding(form: &LinearForm) -> Vec<u8> {
    let u32s = |n: usize| u32::try_from(n).unwrap().to_be_bytes();
    let terms = |terms: &[(usize, i64)]| {
        let mut out = u32s(terms.len()).to_vec();
        for (bit, coefficient) in terms {
            out.extend([&u32s(*bit)[..], &coefficient.to_be_bytes()].concat());
        }
        out
    };
    let mut out = [u32s(form.bits()), u32s(form.rules())].concat();
    for row in form.rows() {
        out.extend([&u32s(row.pivot)[..], &row.value.to_be_bytes(), &terms(&row.terms)].concat());
    }
    out.extend(u32s(form.tallied()));
    form.forms().iter().for_each(|form| out.extend(terms(form)));
    out
}

fn form_json(form: &LinearForm) -> Value {
    let rows: Vec<Value> = form
        .rows()
        .iter()
        .map(|row| json!({"terms": row.terms, "value": row.value, "pivot": row.pivot}))
        .collect();
    let encoding = encoding(form);
    let digest =
        Sha256::new().chain_update("plebiscite/v1/linear-bit-form").chain_update(&encoding).finalize();
    assert_eq!(digest.as_slice(), form.digest());
    json!({"bits": form.bits(), "rows": rows, "tallied": form.forms(), "encoding": hex(encoding), "digest": hex(digest)})
}

fn keys(count: usize) -> Vec<Point> {
    (0..count).map(|o| key(&format!("P {o}")).1).collect()
}

fn honest<'a>(form: &'a LinearForm, keys: &'a [Point], numbers: &[i64], seed: &'a str) -> Prover<'a> {
    Prover { form, keys, numbers: numbers.to_vec(), seed, extra: 0, merged: None }
}

fn fields(context: &Steps, form: &LinearForm, keys: &[Point], bytes: &[u8]) -> Value {
    let keys: Vec<Value> = keys.iter().map(|key| hex(enc(key).0)).collect();
    json!({"context": context.json(), "form": form_json(form), "keys": keys, "contest": hex(bytes)})
}

/// The file.
#[must_use]
pub fn make() -> Vec<u8> {
    let mut cases = Vec::new();
    let (yes_no, third, some) = (one_of(3, 2), one_of(3, 3), approval(4, 1, &[1, 1]));
    let (two, free, wide) = (two_rules(), free(), one_of(20, 19));
    let mut twenty = vec![0; 20];
    twenty[13] = 1;
    let legal: [(&str, &LinearForm, Vec<i64>); 11] = [
        ("linear_bits_yes", &yes_no, vec![1, 0, 0]),
        ("linear_bits_no", &yes_no, vec![0, 1, 0]),
        ("linear_bits_blank", &yes_no, vec![0, 0, 1]),
        ("linear_bits_one_of_three", &third, vec![0, 0, 1]),
        ("linear_bits_approval_of_one", &some, vec![0, 1, 0, 0, 0, 0]),
        ("linear_bits_approval_of_two", &some, vec![0, 1, 0, 1, 1, 0]),
        ("linear_bits_approval_of_three", &some, vec![1, 1, 0, 1, 1, 1]),
        ("linear_bits_two_rules_a", &two, vec![0, 1, 0, 0, 1, 0]),
        ("linear_bits_two_rules_b", &two, vec![1, 0, 0, 0, 0, 1]),
        ("linear_bits_without_rules", &free, vec![1, 0]),
        ("linear_bits_one_of_twenty", &wide, twenty),
    ];
    for (name, form, numbers) in legal {
        form.check_bits(&numbers.iter().map(|b| u8::try_from(*b).unwrap()).collect::<Vec<_>>()).unwrap();
        let keys = keys(form.tallied());
        let proven = honest(form, &keys, &numbers, name).prove(&context(0));
        let mut case = fields(&context(0), form, &keys, &proven.bytes());
        case["steps"] = proven.steps.json();
        case["choice"] = json!(numbers);
        cases.push(good(name, "linear_bits", case));
    }
    cases.extend(kinds());
    cases.extend(liars(&yes_no, &some));
    cases.extend(changed(&yes_no));
    file("linear_bits", &["6", "4.2"], &[], cases)
}

/// Every kind of question: a legal choice, blank, and lies.
fn kinds() -> Vec<Value> {
    let mut cases = Vec::new();
    for kind in crate::kinds::all() {
        let own = keys(kind.form.tallied());
        let case = |name: &str, numbers: &[i64]| {
            let name = format!("kind_{}_{name}", kind.kind);
            let bytes = honest(&kind.form, &own, numbers, &name).prove(&context(0)).bytes();
            (name, fields(&context(0), &kind.form, &own, &bytes))
        };
        for (choice, numbers) in [("legal", Some(&kind.legal)), ("blank", kind.blank.as_ref())] {
            let Some(numbers) = numbers else { continue };
            kind.form
                .check_bits(&numbers.iter().map(|b| u8::try_from(*b).unwrap()).collect::<Vec<_>>())
                .unwrap();
            let (name, mut fields) = case(choice, numbers);
            fields["choice"] = json!(numbers);
            cases.push(good(&name, "linear_bits", fields));
        }
        for (lie, numbers, error) in &kind.lies {
            let (name, fields) = case(&format!("bad_{lie}"), numbers);
            cases.push(bad(&name, "linear_bits", error, fields));
        }
    }
    cases
}

/// Proofs of what is no legal choice, made with the true steps.
fn liars(yes_no: &LinearForm, some: &LinearForm) -> Vec<Value> {
    let prove = |form: &LinearForm, numbers: &[i64], name: &str| {
        let keys = keys(form.tallied());
        honest(form, &keys, numbers, name).prove(&context(0)).bytes()
    };
    // The pivots are solved: a choice against the rule breaks the commitment's equation; a number that is no bit, the second.
    let lies: [(&str, &LinearForm, &[i64], &str); 7] = [
        ("linear_bits_bad_yes_and_no", yes_no, &[1, 1, 0], "equation-1"),
        ("linear_bits_bad_nothing", yes_no, &[0, 0, 0], "equation-1"),
        ("linear_bits_bad_value_two", yes_no, &[2, -1, 0], "equation-2"),
        ("linear_bits_bad_value_two_and_pivot", yes_no, &[2, 0, -1], "equation-2"),
        ("linear_bits_bad_minus_one", yes_no, &[-1, 1, 1], "equation-2"),
        ("linear_bits_bad_approval_of_none", some, &[0, 0, 0, 0, 0, 0], "equation-1"),
        ("linear_bits_bad_approval_of_all", some, &[1, 1, 1, 1, 1, 1], "equation-1"),
    ];
    let mut cases: Vec<Value> = lies
        .iter()
        .map(|(name, form, numbers, error)| {
            let case = fields(&context(0), form, &keys(form.tallied()), &prove(form, numbers, name));
            bad(name, "linear_bits", error, case)
        })
        .collect();
    // The true prover of another form: the proof is honest, but of another rule or another tally.
    let rule = Row { value: 2, ..yes_no.rows()[0].clone() };
    let other_rule = LinearForm::new(3, vec![rule], yes_no.forms().to_vec()).unwrap();
    let thousand = LinearForm::new(3, yes_no.rows().to_vec(), vec![vec![(0, 1000)], vec![(1, 1)]]).unwrap();
    for (name, form, numbers) in [
        ("linear_bits_bad_under_another_rule", &other_rule, [1, 1, 0]),
        ("linear_bits_bad_under_another_tally", &thousand, [1, 0, 0]),
    ] {
        let case = fields(&context(0), yes_no, &keys(2), &prove(form, &numbers, name));
        cases.push(bad(name, "linear_bits", "equation-1", case));
    }
    let own = keys(2);
    let two = Prover { extra: 1, ..honest(yes_no, &own, &[1, 0, 0], "another number") };
    let secrets = vec![key("P 0").0, key("P 1").0];
    let shifted = Prover { extra: 999, merged: Some(secrets), ..honest(yes_no, &own, &[1, 0, 0], "merged") };
    for (name, error, prover) in [
        ("linear_bits_bad_ciphertext_of_another_number", "equation-4", two),
        ("linear_bits_bad_made_for_the_sum_of_3_and_4", "equation-3", shifted),
    ] {
        let case = fields(&context(0), yes_no, &own, &prover.prove(&context(0)).bytes());
        cases.push(bad(name, "linear_bits", error, case));
    }
    cases
}

/// A true proof in which one thing was changed afterwards.
fn changed(form: &LinearForm) -> Vec<Value> {
    let own = keys(2);
    let proven: Proven = honest(form, &own, &[1, 0, 0], "linear_bits_yes").prove(&context(0));
    let whole = proven.bytes();
    let at = |place: usize| 32 * place;
    let swap = |first: usize, second: usize| {
        let (one, two) = (&whole[at(first)..at(first + 1)], &whole[at(second)..at(second + 1)]);
        with(&with(&whole, at(first), two), at(second), one)
    };
    let case = |bytes: &[u8]| fields(&context(0), form, &own, bytes);
    let one_more = enc(&(proven.points[1].decode().unwrap() + RISTRETTO_BASEPOINT_POINT)).0;
    // Points: 0 R, 1 2 E, 3 B, 4 A, 5 T1, 6 T0, 7 A_R, 8 A_E; scalars: 9 10 f, 11 z_B, 12 z_T, 13 z_ρ.
    let cases = vec![
        ("linear_bits_bad_swapped_commitments", "equation-1", case(&swap(3, 4))),
        ("linear_bits_bad_swapped_ciphertexts", "equation-1", case(&swap(1, 2))),
        ("linear_bits_bad_swapped_responses", "equation-1", case(&swap(9, 10))),
        ("linear_bits_bad_one_more_yes", "equation-1", case(&with(&whole, at(1), &one_more))),
        ("linear_bits_bad_z_B", "equation-1", case(&flip(&whole, at(11)))),
        ("linear_bits_bad_z_T", "equation-2", case(&flip(&whole, at(12)))),
        ("linear_bits_bad_z_rho", "equation-3", case(&flip(&whole, at(13)))),
        (
            "linear_bits_bad_response_not_canonical",
            "scalar",
            case(&with(&whole, at(9), &plus_order(&whole[at(9)..at(10)]))),
        ),
        (
            "linear_bits_bad_last_response_is_order_plus",
            "scalar",
            case(&with(&whole, at(13), &plus_order(&whole[at(13)..]))),
        ),
        ("linear_bits_bad_R_is_no_point", "point", case(&with(&whole, 0, &NO_POINT))),
        ("linear_bits_bad_A_E_is_no_point", "point", case(&with(&whole, at(8), &NO_POINT))),
        ("linear_bits_bad_R_is_identity", "identity", case(&with(&whole, 0, &[0; 32]))),
        ("linear_bits_bad_T0_is_identity", "identity", case(&with(&whole, at(6), &[0; 32]))),
        ("linear_bits_bad_R_is_B", "distinct", case(&with(&whole, at(3), &whole[..32]))),
        ("linear_bits_bad_truncated", "length", case(&whole[..whole.len() - 1])),
        ("linear_bits_bad_trailing_byte", "length", case(&[&whole[..], &[0]].concat())),
        ("linear_bits_bad_empty", "length", case(&[])),
        ("linear_bits_bad_other_context", "equation-1", fields(&context(1), form, &own, &whole)),
        ("linear_bits_bad_swapped_keys", "equation-1", fields(&context(0), form, &[own[1], own[0]], &whole)),
        ("linear_bits_bad_other_form", "length", fields(&context(0), &one_of(3, 3), &keys(3), &whole)),
    ];
    cases.into_iter().map(|(name, error, case)| bad(name, "linear_bits", error, case)).collect()
}

fn form_of(value: &Value) -> LinearForm {
    let terms = |value: &Value| -> Vec<(usize, i64)> {
        let pair =
            |term: &Value| (usize::try_from(term[0].as_u64().unwrap()).unwrap(), term[1].as_i64().unwrap());
        value.as_array().unwrap().iter().map(pair).collect()
    };
    let rows = value.list("rows").iter().map(|row| Row {
        terms: terms(row.field("terms")),
        value: row.field("value").as_i64().unwrap(),
        pivot: row.small("pivot"),
    });
    LinearForm::new(value.small("bits"), rows.collect(), value.list("tallied").iter().map(terms).collect())
        .unwrap()
}

/// The name of a part of the proof that does not hold.
#[must_use]
pub fn equation(equation: Equation) -> &'static str {
    match equation {
        Equation::Shape => "shape",
        Equation::Decoding => "point",
        Equation::Commitment => "equation-1",
        Equation::Bits => "equation-2",
        Equation::Nonce => "equation-3",
        Equation::Ciphertext => "equation-4",
        Equation::Distinct => "distinct",
        Equation::Signature => "signature",
    }
}

/// Judges a case.
///
/// # Errors
/// The name of the refusal.
pub fn judge(case: &Value) -> Result<(), String> {
    let (mut t, _) = replay(None, case.list("context"));
    if let Some(steps) = case.get("steps") {
        let _ = replay(Some(t.clone()), steps.as_array().unwrap());
    }
    let form = form_of(case.field("form"));
    assert_eq!(form.digest().as_slice(), case.field("form").bytes("digest"));
    assert_eq!(encoding(&form), case.field("form").bytes("encoding"));
    let contest =
        EncryptedContest::decode(&unhex(case.field("contest")), &form).map_err(|error| match error {
            WireError::Length { .. } => "length",
            WireError::Identity { .. } => "identity",
            WireError::Scalar { .. } => "scalar",
        })?;
    let generators = Generators::new(form.bits());
    let keys = points(case.list("keys"));
    let begun = t.clone();
    let single = verify(&mut t, &generators, &form, &keys, &contest).map_err(|error| error.0);
    assert_eq!(single, batched(&begun, &generators, SharedContest { form: &form, keys: &keys }, &contest));
    single.map_err(|of| equation(of).to_owned())
}

/// What batch verification says, in a batch of this contest between two others of its kind: here thrice itself would be
/// refused as a copy, so it stands alone under a true signature.
fn batched(
    begun: &Transcript,
    generators: &Generators,
    shared: SharedContest<'_>,
    contest: &EncryptedContest,
) -> Result<(), Equation> {
    let (secret, public) = key("signer");
    let message = [7; 32];
    let proof =
        knowledge::sign(&mut begun.clone(), &RISTRETTO_BASEPOINT_POINT, &secret, &public, &message, &[9; 32]);
    let public = encode_point(&public);
    let signature = SignatureStatement { transcript: begun.clone(), public, message, proof: &proof };
    let ballot = BallotStatement { contests: vec![(begun.clone(), contest)], signature };
    match verify_batch(generators, &[shared], &[ballot], &[5; 32]) {
        Ok(()) => Ok(()),
        Err(failures) => Err(failures[0].equation),
    }
}
