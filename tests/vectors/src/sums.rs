//! Ciphertexts added up and read back: ElGamal with one nonce, sums, logarithms (§6.6, §8).

use plebiscite_crypto::dlog::DiscreteLog;
use plebiscite_crypto::elgamal::Sum;
use plebiscite_crypto::group::{Point, PointBytes, Scalar};
use serde_json::{Value, json};

use crate::json::{Fields, bad, file, good, hex, unhex, variant};
use crate::numbers::{NO_POINT, enc, key, scalar};

/// The file.
#[must_use]
pub fn make() -> Vec<u8> {
    let mut cases = Vec::new();
    for (name, votes) in [
        ("sum_of_nothing", &[][..]),
        ("sum_of_one_yes", &[[1u64, 0]]),
        ("sum_of_four", &[[1, 0], [0, 1], [0, 0], [1, 0]]),
    ] {
        cases.push(good(name, "sum", sum(votes)));
    }
    let mut point = sum(&[[1, 0]]);
    point["ciphertexts"][0][2] = hex(NO_POINT);
    cases.push(bad("sum_bad_no_point", "sum", "point", point.clone()));
    point["ciphertexts"][0][2] = hex([0; 32]);
    cases.push(bad("sum_bad_identity", "sum", "identity", point));
    let mut short = sum(&[[1, 0]]);
    short["ciphertexts"][0].as_array_mut().unwrap().pop();
    cases.push(bad("sum_bad_other_contest", "sum", "contest", short));
    for (number, bound) in
        [(0u64, 0u64), (0, 10), (1, 1), (25, 25), (1_226_658, 1_226_658), (4_294_967_295, 4_294_967_295)]
    {
        cases.push(good(
            &format!("logarithm_{number}_of_{bound}"),
            "logarithm",
            logarithm(&Scalar::from(number), number, bound),
        ));
    }
    let minus = -Scalar::ONE;
    cases.push(bad(
        "logarithm_bad_one_above_the_bound",
        "logarithm",
        "outofrange",
        logarithm(&Scalar::from(11u8), 11, 10),
    ));
    cases.push(bad("logarithm_bad_minus_one", "logarithm", "outofrange", logarithm(&minus, 0, 1000)));
    cases.push(bad("logarithm_bad_bound", "logarithm", "bound", logarithm(&Scalar::ONE, 1, 1 << 32)));
    file("sums", &["6.6", "8"], &[], cases)
}

fn logarithm(secret: &Scalar, number: u64, bound: u64) -> Value {
    json!({"point": hex(enc(&Point::mul_base(secret)).0), "bound": bound, "logarithm": number})
}

fn sum(votes: &[[u64; 2]]) -> Value {
    let keys = [key("P 0"), key("P 1")];
    let mut total = Sum::empty(2);
    let mut ciphertexts = Vec::new();
    for (voter, numbers) in votes.iter().enumerate() {
        let rho = scalar(&format!("rho of voter {voter}"));
        let mut points = vec![enc(&Point::mul_base(&rho))];
        for (number, (_, key)) in numbers.iter().zip(&keys) {
            points.push(enc(&(Point::mul_base(&Scalar::from(*number)) + key * rho)));
        }
        total.add(&points[0], &points[1..]).unwrap();
        ciphertexts.push(points.iter().map(|point| hex(point.0)).collect::<Vec<_>>());
    }
    let counts: Vec<u64> = (0..2).map(|o| votes.iter().map(|vote| vote[o]).sum()).collect();
    let own: Vec<Value> = std::iter::once(&total.r).chain(&total.e).map(|point| hex(enc(point).0)).collect();
    let secrets: Vec<Value> = keys.iter().map(|(secret, _)| hex(secret.as_bytes())).collect();
    json!({"secrets": secrets, "ciphertexts": ciphertexts, "sum": own, "counts": counts})
}

/// Judges a case.
///
/// # Errors
/// The name of the refusal.
pub fn judge(case: &Value) -> Result<(), String> {
    let named = |error: &dyn std::fmt::Debug| variant(&error).to_lowercase();
    if case.text("kind") == "logarithm" {
        let table = DiscreteLog::new(case.number("bound")).map_err(|error| named(&error))?;
        let point = PointBytes(case.array("point")).decode_or_identity().unwrap();
        assert_eq!(table.solve(&point).map_err(|error| named(&error))?, case.number("logarithm"));
        return Ok(());
    }
    let secrets = case.list("secrets");
    let mut total = Sum::empty(secrets.len());
    for ciphertext in case.list("ciphertexts") {
        let points: Vec<PointBytes> = ciphertext
            .as_array()
            .unwrap()
            .iter()
            .map(|point| PointBytes(unhex(point).try_into().unwrap()))
            .collect();
        total.add(&points[0], &points[1..]).map_err(|error| match error {
            plebiscite_crypto::elgamal::SumError::Point(kind) => named(&kind),
            other => named(&other),
        })?;
    }
    let own: Vec<Value> = std::iter::once(&total.r).chain(&total.e).map(|point| hex(enc(point).0)).collect();
    assert_eq!(own, case.list("sum"));
    let table = DiscreteLog::new(case.list("ciphertexts").len() as u64).unwrap();
    for ((e, secret), count) in total.e.iter().zip(secrets).zip(case.list("counts")) {
        let secret = plebiscite_crypto::group::decode_scalar(&unhex(secret).try_into().unwrap()).unwrap();
        assert_eq!(table.solve(&(e - total.r * secret)).unwrap(), count.as_u64().unwrap());
    }
    Ok(())
}
