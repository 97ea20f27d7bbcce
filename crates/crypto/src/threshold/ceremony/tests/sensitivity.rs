//! Every input of every statement moved by itself makes its proof false. The inputs are taken apart exhaustively,
//! so that a new one does not compile until it is moved here.

use super::faults::complaint;
use super::*;
use crate::group::{PointBytes, encode_point};
use crate::proof::dleq::DleqProof;
use crate::proof::knowledge::{KnowledgeProof, ListKnowledgeProof};
use crate::threshold::ceremony::complaint::Disputed;

/// What a ceremony's context is made from.
#[derive(Clone)]
struct Inputs {
    election: u8,
    attempt: u32,
    t: u16,
    n: u16,
    keys: u32,
}

impl Inputs {
    fn context(&self) -> CeremonyContext {
        let params = CeremonyParams::new(self.t, self.n, self.keys).unwrap();
        CeremonyContext::new(&setup(self.election), params, self.attempt)
    }

    /// The same context with one input moved at a time.
    fn moved(&self) -> Vec<CeremonyContext> {
        let Self { election, attempt, t, n, keys } = self.clone();
        [
            Self { election: election + 1, ..self.clone() },
            Self { attempt: attempt + 1, ..self.clone() },
            Self { t: t + 1, ..self.clone() },
            Self { n: n + 1, ..self.clone() },
            Self { keys: keys + 1, ..self.clone() },
        ]
        .iter()
        .map(Self::context)
        .collect()
    }
}

const INPUTS: Inputs = Inputs { election: 1, attempt: 1, t: 2, n: 4, keys: 2 };

fn other_point() -> PointBytes {
    encode_point(&Point::mul_base(&scalar("other point")))
}

fn moved_knowledge(proof: &KnowledgeProof) -> [KnowledgeProof; 2] {
    let KnowledgeProof { a, z } = *proof;
    [KnowledgeProof { a: other_point(), z }, KnowledgeProof { a, z: z + Scalar::ONE }]
}

#[test]
fn every_input_of_a_share_keys_proof_counts() {
    let context = INPUTS.context();
    let message = ShareKey::make(&context, 2, &scalar("ζ"), &fresh("r0"));
    message.verify(&context, 2).unwrap();
    for moved in INPUTS.moved() {
        assert!(message.verify(&moved, 2).is_err());
    }
    assert!(message.verify(&context, 1).is_err());
    let ShareKey { key, proof } = message.clone();
    assert!(ShareKey { key: other_point(), proof }.verify(&context, 2).is_err());
    for proof in moved_knowledge(&proof) {
        assert!(ShareKey { key, proof }.verify(&context, 2).is_err());
    }
}

#[test]
fn every_input_of_a_dealings_proofs_counts() {
    let play = played(INPUTS.context());
    let context = play.context();
    let message = play.record.dealings()[&2].clone();
    let keys = play.record.share_keys();
    let judged = |message: &Dealing, context: &CeremonyContext, sender| {
        // The hash is made to fit, so that only the proofs are left to object.
        let commitment = Commitment::to(context, sender, &message.commitments);
        message.verify(context, sender, &commitment, keys)
    };
    judged(&message, context, 2).unwrap();
    for moved in INPUTS.moved() {
        assert_eq!(judged(&message, &moved, 2).unwrap_err().kind, FaultKind::CoefficientProof);
    }
    assert_eq!(judged(&message, context, 1).unwrap_err().kind, FaultKind::CoefficientProof);
    let Dealing { commitments, proof: ListKnowledgeProof { a, z }, shares: _ } = message.clone();
    for place in 0..commitments.len() {
        let mut moved = message.clone();
        moved.commitments[place] = other_point();
        assert_eq!(judged(&moved, context, 2).unwrap_err().kind, FaultKind::CoefficientProof);
    }
    for proof in [ListKnowledgeProof { a: other_point(), z }, ListKnowledgeProof { a, z: z + Scalar::ONE }] {
        let moved = Dealing { proof, ..message.clone() };
        assert_eq!(judged(&moved, context, 2).unwrap_err().kind, FaultKind::CoefficientProof);
    }
    // The same commitments under another hash of R1 are not the opening.
    let opening = message.verify(context, 2, &Commitment([7; 32]), keys).unwrap_err();
    assert_eq!(opening.kind, FaultKind::OpeningDiffers);
}

#[test]
fn every_input_of_an_ephemerals_proof_counts() {
    let play = played(INPUTS.context());
    let context = play.context();
    let part = play.record.dealings()[&2].part(context.params(), 2, 3).unwrap().clone();
    let keys = play.record.share_keys();
    let (key, other) = (&keys[&3], &keys[&4]);
    part.verify(context, 2, 3, key).unwrap();
    for moved in INPUTS.moved() {
        assert!(part.verify(&moved, 2, 3, key).is_err());
    }
    assert!(part.verify(context, 1, 3, key).is_err());
    assert!(part.verify(context, 2, 4, key).is_err());
    assert!(part.verify(context, 2, 3, other).is_err());
    let EncryptedShares { ephemeral: _, encrypted, proof } = part.clone();
    let moved = EncryptedShares { ephemeral: other_point(), ..part.clone() };
    assert!(moved.verify(context, 2, 3, key).is_err());
    for place in 0..encrypted.len() {
        let mut moved = part.clone();
        moved.encrypted[place] += Scalar::ONE;
        assert!(moved.verify(context, 2, 3, key).is_err());
    }
    for proof in moved_knowledge(&proof) {
        assert!(EncryptedShares { proof, ..part.clone() }.verify(context, 2, 3, key).is_err());
    }
}

#[test]
fn every_input_of_a_complaints_proof_counts() {
    let play = played(INPUTS.context());
    let context = play.context();
    let made = complaint(&play, 3, 2);
    let about = |complaint: &Complaint, context: &CeremonyContext, complainer: u16, dealer: u16, key: u16| {
        let share_key = &play.record.share_keys()[&key];
        let dealing = &play.record.dealings()[&dealer];
        complaint.adjudicate(context, &Disputed { complainer, dealer, share_key, dealing }).kind
    };
    // Honest dealers: a proven point shows the complaint to be unfounded; one that is not proven is false.
    assert_eq!(about(&made, context, 3, 2, 3), FaultKind::UnfoundedComplaint { dealer: 2 });
    for moved in INPUTS.moved() {
        assert_eq!(about(&made, &moved, 3, 2, 3), FaultKind::ComplaintProof { dealer: 2 });
    }
    assert_eq!(about(&made, context, 4, 2, 3), FaultKind::ComplaintProof { dealer: 2 });
    assert_eq!(about(&made, context, 3, 1, 3), FaultKind::ComplaintProof { dealer: 1 });
    assert_eq!(about(&made, context, 3, 2, 4), FaultKind::ComplaintProof { dealer: 2 });
    let Complaint { dealer, shared, proof } = made;
    let DleqProof { u, v, s } = proof;
    let moved = [
        Complaint { dealer, shared: other_point(), proof },
        Complaint { dealer, shared, proof: DleqProof { u: other_point(), v, s } },
        Complaint { dealer, shared, proof: DleqProof { u, v: other_point(), s } },
        Complaint { dealer, shared, proof: DleqProof { u, v, s: s + Scalar::ONE } },
    ];
    for complaint in moved {
        assert_eq!(about(&complaint, context, 3, 2, 3), FaultKind::ComplaintProof { dealer: 2 });
    }
}

#[test]
fn every_input_of_the_digests_counts() {
    let points = [other_point(), encode_point(&Point::mul_base(&scalar(1)))];
    let context = INPUTS.context();
    let own = Commitment::to(&context, 1, &points);
    assert_eq!(own, Commitment::to(&context, 1, &points));
    assert_ne!(own, Commitment::to(&context, 2, &points));
    assert_ne!(own, Commitment::to(&context, 1, &[points[1], points[0]]));
    for moved in INPUTS.moved() {
        assert_ne!(own, Commitment::to(&moved, 1, &points));
    }
    let ElectionKeys { p, y } = finished(2, 3, 2).keys;
    let keys = ElectionKeys { p, y };
    for key in 0..2 {
        let mut moved = keys.clone();
        moved.p[key] = other_point();
        assert_ne!(moved.digest(), keys.digest());
        for trustee in 0..3 {
            let mut moved = keys.clone();
            moved.y[trustee][key] = other_point();
            assert_ne!(moved.digest(), keys.digest());
        }
    }
}
