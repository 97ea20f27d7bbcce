//! Proofs of knowledge, signatures, equal logarithms (§5).

use plebiscite_crypto::group::{Point, PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar};
use plebiscite_crypto::proof::knowledge::{
    self, KnowledgeProof, ListKnowledgeProof, ListKnowledgeVerifier, prove_list,
};
use plebiscite_crypto::proof::{ProofError, dleq};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::json::{Fields, bad, file, good, hex, points, variant};
use crate::numbers::{NO_POINT, enc, flip, fresh, key, plus_order, scalar, with};
use crate::steps::{Steps, replay};

const G: Point = RISTRETTO_BASEPOINT_POINT;

/// A context: that of a registrar's part of a replacement (§14.6).
fn context(number: u32) -> Steps {
    let mut steps = Steps::setup(&fresh("election"), 1).fork("replacement", 5);
    steps.absorb("registrar", &[0]);
    steps.absorb("roll-index", &7u32.to_be_bytes());
    steps.absorb("number", &number.to_be_bytes());
    steps.absorb("K", &enc(&key("old credential").1).0);
    steps.absorb("reason", &[2]);
    steps
}

/// The file.
#[must_use]
pub fn make() -> Vec<u8> {
    let mut cases = knowledge_cases();
    cases.extend(signature_cases());
    cases.extend(list_cases());
    cases.extend(dleq_cases());
    file("proofs", &["5", "14.6"], &[], cases)
}

fn fields(context: &Steps, more: Value) -> Value {
    let mut fields = more;
    fields["context"] = context.json();
    fields
}

fn knowledge_cases() -> Vec<Value> {
    let (context, (x, public)) = (context(1), key("x"));
    let proof = knowledge::prove(&mut context.transcript(), &G, &x, &public, &fresh("nonce"));
    let mut steps = Steps::after(&context);
    steps.absorb("fork", b"knowledge");
    steps.absorb("base", &enc(&G).0);
    steps.absorb("X", &enc(&public).0);
    steps.absorb("A", &proof.a.0);
    let c = steps.draw("c");
    assert_eq!(enc(&(G * proof.z - public * c)), proof.a);
    let whole = proof.encode();
    let case = |context: &Steps, public: [u8; 32], proof: &[u8]| {
        fields(context, json!({"base": hex(enc(&G).0), "X": hex(public), "proof": hex(proof)}))
    };
    let own = enc(&public).0;
    let mut accepted = case(&context, own, &whole);
    accepted["steps"] = steps.json();
    accepted["secret"] = hex(x.as_bytes());
    // A is chosen first and X after, as where X stands not before the challenge.
    let weak = scalar("weak challenge");
    let after = enc(&((G * scalar("z") - G * scalar("w")) * weak.invert())).0;
    let forged = [enc(&(G * scalar("w"))).0, scalar("z").to_bytes()].concat();
    vec![
        good("knowledge", "knowledge", accepted),
        bad("knowledge_bad_other_context", "knowledge", "equation", case(&self::context(2), own, &whole)),
        bad("knowledge_bad_other_point", "knowledge", "equation", case(&context, enc(&key("y").1).0, &whole)),
        bad(
            "knowledge_bad_public_point_after_challenge",
            "knowledge",
            "equation",
            case(&context, after, &forged),
        ),
        bad("knowledge_bad_response", "knowledge", "equation", case(&context, own, &flip(&whole, 32))),
        bad(
            "knowledge_bad_response_not_canonical",
            "knowledge",
            "scalar",
            case(&context, own, &with(&whole, 32, &plus_order(&whole[32..]))),
        ),
        bad(
            "knowledge_bad_commitment_is_no_point",
            "knowledge",
            "equation",
            case(&context, own, &with(&whole, 0, &NO_POINT)),
        ),
        bad(
            "knowledge_bad_commitment_is_identity",
            "knowledge",
            "identity",
            case(&context, own, &with(&whole, 0, &[0; 32])),
        ),
        bad("knowledge_bad_of_the_identity", "knowledge", "identity", case(&context, [0; 32], &whole)),
        bad("knowledge_bad_truncated", "knowledge", "length", case(&context, own, &whole[..63])),
        bad(
            "knowledge_bad_trailing_byte",
            "knowledge",
            "length",
            case(&context, own, &[&whole[..], &[0]].concat()),
        ),
    ]
}

fn signature_cases() -> Vec<Value> {
    let (context, (x, public), message) = (context(1), key("x"), fresh("message"));
    let proof = knowledge::sign(&mut context.transcript(), &G, &x, &public, &message, &fresh("nonce"));
    let mut steps = Steps::after(&context);
    steps.absorb("fork", b"signature");
    steps.absorb("base", &enc(&G).0);
    steps.absorb("X", &enc(&public).0);
    steps.absorb("message", &message);
    steps.absorb("A", &proof.a.0);
    let c = steps.draw("c");
    assert_eq!(enc(&(G * proof.z - public * c)), proof.a);
    let case = |context: &Steps, message: [u8; 32], proof: &[u8]| {
        let more = json!({"base": hex(enc(&G).0), "X": hex(enc(&public).0), "message": hex(message), "proof": hex(proof)});
        fields(context, more)
    };
    let whole = proof.encode();
    let mut accepted = case(&context, message, &whole);
    accepted["steps"] = steps.json();
    accepted["secret"] = hex(x.as_bytes());
    let other = knowledge::prove(&mut context.transcript(), &G, &x, &public, &fresh("nonce"));
    vec![
        good("signature", "signature", accepted),
        bad("signature_bad_other_message", "signature", "equation", case(&context, fresh("other"), &whole)),
        bad("signature_bad_other_context", "signature", "equation", case(&self::context(3), message, &whole)),
        bad(
            "signature_bad_is_a_proof_of_knowledge",
            "signature",
            "equation",
            case(&context, message, &other.encode()),
        ),
        bad(
            "signature_bad_commitment_is_identity",
            "signature",
            "identity",
            case(&context, message, &with(&whole, 0, &[0; 32])),
        ),
    ]
}

fn digest(points: &[PointBytes]) -> [u8; 32] {
    Sha256::digest(points.iter().flat_map(|point| point.0).collect::<Vec<u8>>()).into()
}

fn list_cases() -> Vec<Value> {
    let context = context(1);
    let secrets: Vec<Scalar> = (0..3).map(|i| scalar(&format!("list {i}"))).collect();
    let publics: Vec<PointBytes> = secrets.iter().map(|x| enc(&(G * x))).collect();
    let proof = prove_list(&mut context.transcript(), &G, &secrets, &digest(&publics), 3, &fresh("nonce"));
    let mut steps = Steps::after(&context);
    steps.absorb("fork", b"list-knowledge");
    steps.absorb("base", &enc(&G).0);
    steps.absorb("length", &3u32.to_be_bytes());
    steps.absorb("points", &digest(&publics));
    steps.absorb("A", &proof.a.0);
    let y = steps.draw("c");
    let sum: Scalar = secrets.iter().zip([y, y * y, y * y * y]).map(|(x, power)| x * power).sum();
    assert_eq!(enc(&(G * (proof.z - sum))), proof.a);
    let case = |context: &Steps, all: &[PointBytes], proof: &[u8]| {
        let list: Vec<Value> = all.iter().map(|point| hex(point.0)).collect();
        fields(context, json!({"base": hex(enc(&G).0), "points": list, "proof": hex(proof)}))
    };
    let whole = proof.encode();
    let mut accepted = case(&context, &publics, &whole);
    accepted["steps"] = steps.json();
    let swapped = [publics[1], publics[0], publics[2]];
    let lacking = [publics[0], publics[1], enc(&key("foreign").1)];
    // Two parts that cancel each other's unknown share: what a sum of plain proofs would let through.
    let unknown = key("unknown").1;
    let cancelling = [enc(&(G * secrets[0] + unknown)), enc(&(G * secrets[1] - unknown)), publics[2]];
    let naive = prove_list(&mut context.transcript(), &G, &secrets, &digest(&cancelling), 3, &fresh("nonce"));
    vec![
        good("list_knowledge", "list", accepted),
        bad("list_knowledge_bad_swapped_points", "list", "equation", case(&context, &swapped, &whole)),
        bad("list_knowledge_bad_shorter", "list", "equation", case(&context, &publics[..2], &whole)),
        bad("list_knowledge_bad_foreign_point", "list", "equation", case(&context, &lacking, &whole)),
        bad(
            "list_knowledge_bad_cancelling_points",
            "list",
            "equation",
            case(&context, &cancelling, &naive.encode()),
        ),
        bad(
            "list_knowledge_bad_other_context",
            "list",
            "equation",
            case(&self::context(2), &publics, &whole),
        ),
        bad(
            "list_knowledge_bad_commitment_is_no_point",
            "list",
            "point",
            case(&context, &publics, &with(&whole, 0, &NO_POINT)),
        ),
        bad(
            "list_knowledge_bad_commitment_is_identity",
            "list",
            "identity",
            case(&context, &publics, &with(&whole, 0, &[0; 32])),
        ),
    ]
}

fn dleq_cases() -> Vec<Value> {
    let (context, (x, first)) = (context(1), key("x"));
    let (_, base) = key("second base");
    let second = base * x;
    let proof = dleq::prove(&mut context.transcript(), &G, &base, &x, &first, &second, &fresh("nonce"));
    let mut steps = Steps::after(&context);
    steps.absorb("fork", b"dleq");
    for (label, point) in [("base", &G), ("second-base", &base), ("X", &first), ("Y", &second)] {
        steps.absorb(label, &enc(point).0);
    }
    steps.absorb("U", &proof.u.0);
    steps.absorb("V", &proof.v.0);
    let c = steps.draw("c");
    assert_eq!(enc(&(base * proof.s - second * c)), proof.v);
    let case = |context: &Steps, xy: [[u8; 32]; 2], proof: &[u8]| {
        let more = json!({"base": hex(enc(&G).0), "second_base": hex(enc(&base).0), "X": hex(xy[0]), "Y": hex(xy[1]), "proof": hex(proof)});
        fields(context, more)
    };
    let (own, whole) = ([enc(&first).0, enc(&second).0], proof.encode());
    let mut accepted = case(&context, own, &whole);
    accepted["steps"] = steps.json();
    accepted["secret"] = hex(x.as_bytes());
    let other = enc(&(base * scalar("another x"))).0;
    let false_pair = [own[0], other];
    let unequal = dleq::prove(
        &mut context.transcript(),
        &G,
        &base,
        &x,
        &first,
        &(base * scalar("another x")),
        &fresh("nonce"),
    );
    let swapped = [&whole[32..64], &whole[..32], &whole[64..]].concat();
    vec![
        good("dleq", "dleq", accepted),
        bad("dleq_bad_unequal_logarithms", "dleq", "equation", case(&context, false_pair, &unequal.encode())),
        bad("dleq_bad_swapped_commitments", "dleq", "equation", case(&context, own, &swapped)),
        bad("dleq_bad_swapped_points", "dleq", "equation", case(&context, [own[1], own[0]], &whole)),
        bad("dleq_bad_other_context", "dleq", "equation", case(&self::context(2), own, &whole)),
        bad(
            "dleq_bad_response_not_canonical",
            "dleq",
            "scalar",
            case(&context, own, &with(&whole, 64, &plus_order(&whole[64..]))),
        ),
        bad(
            "dleq_bad_commitment_is_identity",
            "dleq",
            "identity",
            case(&context, own, &with(&whole, 32, &[0; 32])),
        ),
        bad("dleq_bad_point_is_identity", "dleq", "identity", case(&context, [own[0], [0; 32]], &whole)),
        bad(
            "dleq_bad_commitment_is_no_point",
            "dleq",
            "equation",
            case(&context, own, &with(&whole, 0, &NO_POINT)),
        ),
        bad("dleq_bad_truncated", "dleq", "length", case(&context, own, &whole[..95])),
    ]
}

/// The name of a proof's refusal.
fn named(error: ProofError) -> String {
    match error {
        ProofError::Malformed(kind) => variant(&kind).to_lowercase(),
        other => variant(&other).to_lowercase(),
    }
}

fn exact<const N: usize>(bytes: &[u8]) -> Result<[u8; N], String> {
    bytes.try_into().map_err(|_| "length".to_owned())
}

/// Judges a case.
///
/// # Errors
/// The name of the refusal.
pub fn judge(case: &Value) -> Result<(), String> {
    let (context, _) = replay(None, case.list("context"));
    if let Some(steps) = case.get("steps") {
        let _ = replay(Some(context.clone()), steps.as_array().unwrap());
    }
    let mut t = context;
    let point = |name| PointBytes(case.array(name)).decode_or_identity().unwrap();
    let proof = case.bytes("proof");
    match case.text("kind") {
        "knowledge" => {
            let proof = KnowledgeProof::decode(&exact(&proof)?).map_err(named)?;
            knowledge::verify(&mut t, &point("base"), &point("X"), &proof).map_err(named)
        }
        "signature" => {
            let proof = KnowledgeProof::decode(&exact(&proof)?).map_err(named)?;
            knowledge::verify_signature(&mut t, &point("base"), &point("X"), &case.array("message"), &proof)
                .map_err(named)
        }
        "list" => {
            let all = points(case.list("points"));
            let bytes: Vec<PointBytes> = all.iter().map(enc).collect();
            let proof = ListKnowledgeProof::decode(&exact(&proof)?).map_err(named)?;
            let count = u32::try_from(all.len()).unwrap();
            let mut verifier =
                ListKnowledgeVerifier::new(&mut t, &point("base"), &digest(&bytes), count, &proof)
                    .map_err(named)?;
            verifier.absorb(&all).map_err(named)?;
            verifier.finish().map_err(named)
        }
        "dleq" => {
            let proof = dleq::DleqProof::decode(&exact(&proof)?).map_err(named)?;
            let [b, c, x, y] = ["base", "second_base", "X", "Y"].map(point);
            dleq::verify(&mut t, &b, &c, &x, &y, &proof).map_err(named)
        }
        other => unreachable!("no kind {other}"),
    }
}
