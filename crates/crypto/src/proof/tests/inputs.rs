//! Every input of every proof, moved by itself, makes it false. Inputs are taken apart exhaustively, so that a new one does
//! not compile until it is moved here.

use crate::group::{DecodeError, Point, PointBytes, Scalar, encode_point, identity};
use crate::proof::ProofError;
use crate::proof::dleq::{self, DleqProof};
use crate::proof::knowledge::{self, KnowledgeProof, ListKnowledgeProof, ListKnowledgeVerifier};
use crate::tests::{G, INVALID, bytes, point, point_bytes, scalar, transcript};
use sha2::{Digest, Sha256};

fn moved_knowledge(proof: KnowledgeProof) -> Vec<KnowledgeProof> {
    let KnowledgeProof { a, z } = proof;
    let points = [point_bytes("other"), PointBytes::IDENTITY].into_iter().chain(INVALID.map(PointBytes));
    let moved = points.map(|a| KnowledgeProof { a, z });
    moved.chain([z + Scalar::ONE, -z, Scalar::ZERO].map(|z| KnowledgeProof { a, z })).collect()
}

#[derive(Clone)]
struct Knowledge {
    context: &'static str,
    base: Point,
    public: Point,
    proof: KnowledgeProof,
}

impl Knowledge {
    fn honest() -> Self {
        let (base, secret) = (point("base"), scalar("secret"));
        let public = base * secret;
        let proof = knowledge::prove(&mut transcript("one"), &base, &secret, &public, &bytes("fresh"));
        Self { context: "one", base, public, proof }
    }

    fn moved(&self) -> Vec<Self> {
        let Self { context: _, base: _, public: _, proof } = self.clone();
        let mut all = vec![
            Self { context: "two", ..self.clone() },
            Self { base: G, ..self.clone() },
            Self { base: identity(), ..self.clone() },
            Self { public: point("other"), ..self.clone() },
            Self { public: identity(), ..self.clone() },
        ];
        all.extend(moved_knowledge(proof).into_iter().map(|proof| Self { proof, ..self.clone() }));
        all
    }

    fn verify(&self) -> Result<(), ProofError> {
        knowledge::verify(&mut transcript(self.context), &self.base, &self.public, &self.proof)
    }
}

#[test]
fn every_input_of_a_proof_of_knowledge_counts() {
    let honest = Knowledge::honest();
    assert_eq!(honest.verify(), Ok(()));
    for moved in honest.moved() {
        assert!(moved.verify().is_err());
    }
}

#[test]
fn knowing_the_logarithm_of_the_identity_proves_nothing() {
    let zero = Scalar::ZERO;
    let proof = knowledge::prove(&mut transcript("one"), &G, &zero, &identity(), &bytes("fresh"));
    let verified = knowledge::verify(&mut transcript("one"), &G, &identity(), &proof);
    assert_eq!(verified, Err(DecodeError::Identity.into()));
    let proof = dleq::prove(
        &mut transcript("one"),
        &G,
        &point("C"),
        &zero,
        &identity(),
        &identity(),
        &bytes("fresh"),
    );
    let verified = dleq::verify(&mut transcript("one"), &G, &point("C"), &identity(), &identity(), &proof);
    assert_eq!(verified, Err(DecodeError::Identity.into()));
}

#[derive(Clone)]
struct Signature {
    knowledge: Knowledge,
    message: [u8; 32],
}

impl Signature {
    fn honest() -> Self {
        let (base, secret, message) = (point("base"), scalar("secret"), bytes("message"));
        let public = base * secret;
        let proof =
            knowledge::sign(&mut transcript("one"), &base, &secret, &public, &message, &bytes("fresh"));
        Self { knowledge: Knowledge { context: "one", base, public, proof }, message }
    }

    fn moved(&self) -> Vec<Self> {
        let Self { knowledge, message: _ } = self.clone();
        let mut all = vec![Self { message: bytes("another message"), ..self.clone() }];
        all.extend(knowledge.moved().into_iter().map(|knowledge| Self { knowledge, ..self.clone() }));
        all
    }

    fn verify(&self) -> Result<(), ProofError> {
        let Knowledge { context, base, public, proof } = &self.knowledge;
        knowledge::verify_signature(&mut transcript(context), base, public, &self.message, proof)
    }
}

#[test]
fn every_input_of_a_signature_counts() {
    let honest = Signature::honest();
    assert_eq!(honest.verify(), Ok(()));
    for moved in honest.moved() {
        assert!(moved.verify().is_err());
    }
}

#[test]
fn a_signature_is_no_proof_of_knowledge_and_the_other_way_round() {
    assert_eq!(Signature::honest().knowledge.verify(), Err(ProofError::Equation));
    let signature = Signature { knowledge: Knowledge::honest(), ..Signature::honest() };
    assert_eq!(signature.verify(), Err(ProofError::Equation));
}

#[derive(Clone)]
struct Equal {
    context: &'static str,
    b: Point,
    c: Point,
    x: Point,
    y: Point,
    proof: DleqProof,
}

impl Equal {
    fn honest() -> Self {
        let (b, c, secret) = (point("B"), point("C"), scalar("secret"));
        let (x, y) = (b * secret, c * secret);
        let proof = dleq::prove(&mut transcript("one"), &b, &c, &secret, &x, &y, &bytes("fresh"));
        Self { context: "one", b, c, x, y, proof }
    }

    fn moved(&self) -> Vec<Self> {
        let Self { context: _, b, c, x, y, proof } = self.clone();
        let DleqProof { u, v, s } = proof;
        let mut all = vec![
            Self { context: "two", ..self.clone() },
            Self { b: c, c: b, ..self.clone() },
            Self { x: y, y: x, ..self.clone() },
        ];
        for other in [point("other"), identity()] {
            all.push(Self { b: other, ..self.clone() });
            all.push(Self { c: other, ..self.clone() });
            all.push(Self { x: other, ..self.clone() });
            all.push(Self { y: other, ..self.clone() });
        }
        for other in [point_bytes("other"), PointBytes::IDENTITY].into_iter().chain(INVALID.map(PointBytes)) {
            all.push(Self { proof: DleqProof { u: other, v, s }, ..self.clone() });
            all.push(Self { proof: DleqProof { u, v: other, s }, ..self.clone() });
        }
        all.push(Self { proof: DleqProof { u: v, v: u, s }, ..self.clone() });
        all.push(Self { proof: DleqProof { u, v, s: s + Scalar::ONE }, ..self.clone() });
        all
    }

    fn verify(&self) -> Result<(), ProofError> {
        dleq::verify(&mut transcript(self.context), &self.b, &self.c, &self.x, &self.y, &self.proof)
    }
}

#[test]
fn every_input_of_a_proof_of_equal_logarithms_counts() {
    let honest = Equal::honest();
    assert_eq!(honest.verify(), Ok(()));
    for moved in honest.moved() {
        assert!(moved.verify().is_err());
    }
}

#[test]
fn different_logarithms_are_not_proven_equal() {
    let (b, c, secret) = (point("B"), point("C"), scalar("secret"));
    let (x, y) = (b * secret, c * (secret + Scalar::ONE));
    let proof = dleq::prove(&mut transcript("one"), &b, &c, &secret, &x, &y, &bytes("fresh"));
    assert_eq!(dleq::verify(&mut transcript("one"), &b, &c, &x, &y, &proof), Err(ProofError::Equation));
}

#[derive(Clone)]
struct List {
    context: &'static str,
    base: Point,
    points: Vec<Point>,
    digest: [u8; 32],
    count: u32,
    proof: ListKnowledgeProof,
}

fn digest_of(points: &[Point]) -> [u8; 32] {
    points
        .iter()
        .fold(Sha256::new(), |hash, point| hash.chain_update(encode_point(point).0))
        .finalize()
        .into()
}

impl List {
    fn honest(count: u32) -> Self {
        let base = point("base");
        let secrets: Vec<Scalar> = (0..count).map(|i| scalar(&format!("secret {i}"))).collect();
        let points: Vec<Point> = secrets.iter().map(|secret| base * secret).collect();
        let digest = digest_of(&points);
        let t = &mut transcript("one");
        let proof = knowledge::prove_list(t, &base, &secrets, &digest, count, &bytes("fresh"));
        Self { context: "one", base, points, digest, count, proof }
    }

    fn moved(&self) -> Vec<Self> {
        let Self { context: _, base: _, points, digest: _, count, proof } = self.clone();
        let ListKnowledgeProof { a, z } = proof;
        let mut exchanged = points.clone();
        exchanged.swap(0, 1);
        let mut other = points.clone();
        other[2] += G;
        let mut all = vec![
            Self { context: "two", ..self.clone() },
            Self { base: G, ..self.clone() },
            Self { points: exchanged.clone(), ..self.clone() },
            Self { digest: digest_of(&exchanged), points: exchanged, ..self.clone() },
            Self { points: other.clone(), ..self.clone() },
            Self { digest: digest_of(&other), points: other, ..self.clone() },
            Self { points: points[..2].to_vec(), ..self.clone() },
            Self { points: [points.clone(), vec![G]].concat(), ..self.clone() },
            Self { digest: bytes("other"), ..self.clone() },
            Self { count: count - 1, ..self.clone() },
            Self { count: count + 1, ..self.clone() },
        ];
        for a in [point_bytes("other"), PointBytes::IDENTITY].into_iter().chain(INVALID.map(PointBytes)) {
            all.push(Self { proof: ListKnowledgeProof { a, z }, ..self.clone() });
        }
        all.push(Self { proof: ListKnowledgeProof { a, z: z + Scalar::ONE }, ..self.clone() });
        all
    }

    /// Points come in pieces, as they do from chunks.
    fn verify(&self, piece: usize) -> Result<(), ProofError> {
        let Self { context, base, points, digest, count, proof } = self;
        let mut verifier = ListKnowledgeVerifier::new(&mut transcript(context), base, digest, *count, proof)?;
        points.chunks(piece).try_for_each(|points| verifier.absorb(points))?;
        verifier.finish()
    }
}

#[test]
fn every_input_of_a_lists_proof_counts_in_pieces_of_any_size() {
    let honest = List::honest(5);
    for piece in [1, 2, 3, 5, 9] {
        assert_eq!(honest.verify(piece), Ok(()));
        for moved in honest.moved() {
            assert!(moved.verify(piece).is_err());
        }
    }
}

#[test]
fn a_list_with_one_unknown_logarithm_is_refused() {
    let mut list = List::honest(5);
    let secrets: Vec<Scalar> = (0..5).map(|i| scalar(&format!("secret {i}"))).collect();
    // Someone else's point in place 3: the forger puts any number in place of its logarithm.
    list.points[3] = point("someone else's");
    list.digest = digest_of(&list.points);
    let t = &mut transcript("one");
    list.proof = knowledge::prove_list(t, &list.base, &secrets, &list.digest, 5, &bytes("fresh"));
    assert_eq!(list.verify(5), Err(ProofError::Equation));
}

#[test]
fn proofs_are_decoded_strictly_and_encoded_back_to_the_same_bytes() {
    let (proof, equal) = (Knowledge::honest().proof, Equal::honest().proof);
    assert_eq!(KnowledgeProof::decode(&proof.encode()), Ok(proof));
    assert_eq!(DleqProof::decode(&equal.encode()), Ok(equal));
    let list = List::honest(2).proof;
    assert_eq!(ListKnowledgeProof::decode(&list.encode()), Ok(list));
    let mut order_more = [0u8; 32];
    // z + q: the same scalar, another encoding.
    let mut carry = 1u16;
    let order = (-Scalar::ONE).to_bytes();
    for (place, (z, q)) in order_more.iter_mut().zip(proof.z.as_bytes().iter().zip(order)) {
        carry += u16::from(*z) + u16::from(q);
        *place = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    for z in [order_more, [255; 32]] {
        let mut bytes = proof.encode();
        bytes[32..].copy_from_slice(&z);
        assert_eq!(KnowledgeProof::decode(&bytes), Err(DecodeError::Scalar.into()));
        assert_eq!(ListKnowledgeProof::decode(&bytes), Err(DecodeError::Scalar.into()));
        let mut bytes = equal.encode();
        bytes[64..].copy_from_slice(&z);
        assert_eq!(DleqProof::decode(&bytes), Err(DecodeError::Scalar.into()));
    }
    for field in [0, 32] {
        let mut bytes = equal.encode();
        bytes[field..field + 32].fill(0);
        assert_eq!(DleqProof::decode(&bytes), Err(DecodeError::Identity.into()));
    }
    let mut bytes = proof.encode();
    bytes[..32].fill(0);
    assert_eq!(KnowledgeProof::decode(&bytes), Err(DecodeError::Identity.into()));
}
