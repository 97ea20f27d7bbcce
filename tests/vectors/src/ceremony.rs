//! The trustees' ceremony round by round, with dealers and complainers that may lie (§9). Every message is made here from
//! the specification; the library only judges.

use plebiscite_crypto::group::{Point, PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar, scalar_from_wide};
use plebiscite_crypto::proof::knowledge::prove_list;
use plebiscite_crypto::proof::{dleq, knowledge};
use plebiscite_crypto::threshold::CeremonyParams;
use plebiscite_crypto::threshold::ceremony::{
    CeremonyContext, CeremonyError, CeremonyRecord, FaultKind, Round,
};
use plebiscite_election::context::SetupContext;
use plebiscite_election::manifest::ElectionId;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};

use crate::json::{Fields, bad, file, good, hex, unhex, variant};
use crate::numbers::{NO_POINT, enc, flip, fresh, plus_order, scalar, with};
use crate::steps::{Steps, replay};

const G: Point = RISTRETTO_BASEPOINT_POINT;
/// `t`, `n`, `K`.
pub const T: u16 = 2;
/// `n`.
pub const N: u16 = 3;
/// `K`.
pub const K: u32 = 2;

/// A message: round, sender, content.
type Message = (u8, u16, Vec<u8>);

/// All secrets of one attempt.
#[derive(Clone)]
pub struct Ceremony {
    zeta: Vec<Scalar>,
    /// By trustee, key, power.
    coefficients: Vec<Vec<Vec<Scalar>>>,
    /// By dealer and recipient.
    ephemerals: Vec<Vec<Scalar>>,
    /// A share that is dealt falsely: dealer, recipient, key.
    wrong: Option<(u16, u16, u32)>,
    told: Vec<Value>,
}

fn place(trustee: u16) -> usize {
    usize::from(trustee) - 1
}

fn at(polynomial: &[Scalar], x: u16) -> Scalar {
    polynomial.iter().rev().fold(Scalar::ZERO, |sum, a| sum * Scalar::from(x) + a)
}

impl Ceremony {
    /// An honest one.
    #[must_use]
    pub fn new() -> Self {
        let of = |j: u16| {
            let polynomial = |o: u32| (0..T).map(|m| scalar(&format!("a {j} {o} {m}"))).collect();
            (0..K).map(polynomial).collect()
        };
        Self {
            zeta: (1..=N).map(|j| scalar(&format!("zeta {j}"))).collect(),
            coefficients: (1..=N).map(of).collect(),
            ephemerals: (1..=N).map(|j| (1..=N).map(|i| scalar(&format!("c {j} {i}"))).collect()).collect(),
            wrong: None,
            told: Vec::new(),
        }
    }

    fn context() -> Steps {
        let mut steps = Steps::setup(&fresh("election"), 1).fork("ceremony", 4);
        steps.absorb("attempt", &1u32.to_be_bytes());
        steps.absorb("threshold", &T.to_be_bytes());
        steps.absorb("trustees", &N.to_be_bytes());
        steps.absorb("keys", &K.to_be_bytes());
        steps
    }

    fn context_digest() -> [u8; 32] {
        Self::context().draw_bytes("context-digest")
    }

    fn tell(&mut self, what: String, context: &Steps, mut steps: Steps, label: &'static str) {
        steps.draw(label);
        self.told.push(json!({"of": what, "context": context.json(), "steps": steps.json()}));
    }

    fn know(&mut self, what: String, context: &Steps, x: &Scalar) -> [u8; 64] {
        let proof = knowledge::prove(&mut context.transcript(), &G, x, &(G * x), &fresh("ceremony"));
        let mut steps = Steps::after(context);
        steps.absorb("fork", b"knowledge");
        steps.absorb("base", &enc(&G).0);
        steps.absorb("X", &enc(&(G * x)).0);
        steps.absorb("A", &proof.a.0);
        self.tell(what, context, steps, "c");
        proof.encode()
    }

    fn kappa(&self, j: u16) -> Point {
        G * self.zeta[place(j)]
    }

    fn share_key(&mut self, j: u16) -> Vec<u8> {
        let mut context = Self::context().fork("ceremony-share-key", 1);
        context.absorb("trustee", &j.to_be_bytes());
        let zeta = self.zeta[place(j)];
        let proof = self.know(format!("R0 of trustee {j}: κ"), &context, &zeta);
        [&enc(&self.kappa(j)).0[..], &proof].concat()
    }

    fn commitments(&self, j: u16) -> Vec<PointBytes> {
        self.coefficients[place(j)].iter().flatten().map(|a| enc(&(G * a))).collect()
    }

    fn commitment(&self, j: u16) -> [u8; 32] {
        let points: Vec<u8> = self.commitments(j).iter().flat_map(|point| point.0).collect();
        Sha256::new()
            .chain_update("plebiscite/v1/ceremony/commitment")
            .chain_update(Self::context_digest())
            .chain_update(j.to_be_bytes())
            .chain_update(points)
            .finalize()
            .into()
    }

    fn shared(&self, j: u16, i: u16) -> Point {
        self.kappa(i) * self.ephemerals[place(j)][place(i)]
    }

    /// `KDF_o` of §9.5.
    fn pad(&self, j: u16, i: u16, o: u32) -> Scalar {
        let hash = Sha512::new()
            .chain_update("plebiscite/v1/ceremony/share-pad")
            .chain_update(Self::context_digest())
            .chain_update(j.to_be_bytes())
            .chain_update(i.to_be_bytes())
            .chain_update(enc(&self.kappa(i)).0)
            .chain_update(enc(&(G * self.ephemerals[place(j)][place(i)])).0)
            .chain_update(enc(&self.shared(j, i)).0)
            .chain_update(o.to_be_bytes());
        scalar_from_wide(&hash.finalize().into())
    }

    fn dealing(&mut self, j: u16) -> Vec<u8> {
        let points = self.commitments(j);
        let all: Vec<u8> = points.iter().flat_map(|point| point.0).collect();
        let mut context = Self::context().fork("ceremony-coefficients", 2);
        context.absorb("trustee", &j.to_be_bytes());
        context.absorb("commitment", &self.commitment(j));
        let secrets: Vec<Scalar> = self.coefficients[place(j)].iter().flatten().copied().collect();
        let digest: [u8; 32] = Sha256::digest(&all).into();
        let count = u32::from(T) * K;
        let proof = prove_list(&mut context.transcript(), &G, &secrets, &digest, count, &fresh("ceremony"));
        let mut steps = Steps::after(&context);
        steps.absorb("fork", b"list-knowledge");
        steps.absorb("base", &enc(&G).0);
        steps.absorb("length", &count.to_be_bytes());
        steps.absorb("points", &digest);
        steps.absorb("A", &proof.a.0);
        self.tell(format!("R2 of trustee {j}: coefficients"), &context, steps, "c");
        let mut out = [&all[..], &proof.encode()].concat();
        for i in (1..=N).filter(|i| *i != j) {
            out.extend(self.part(j, i));
        }
        out
    }

    fn part(&mut self, j: u16, i: u16) -> Vec<u8> {
        let c = self.ephemerals[place(j)][place(i)];
        let encrypted: Vec<Scalar> = (0..K)
            .map(|o| {
                let polynomial = &self.coefficients[place(j)][o as usize];
                let lie = if self.wrong == Some((j, i, o)) { Scalar::ONE } else { Scalar::ZERO };
                at(polynomial, i) + self.pad(j, i, o) + lie
            })
            .collect();
        let mut context = Self::context().fork("ceremony-ephemeral", K + 4);
        context.absorb("trustee", &j.to_be_bytes());
        context.absorb("recipient", &i.to_be_bytes());
        context.absorb("kappa", &enc(&self.kappa(i)).0);
        context.absorb("C", &enc(&(G * c)).0);
        encrypted.iter().for_each(|share| context.absorb("encrypted-share", share.as_bytes()));
        let proof = self.know(format!("R2 of trustee {j}: C for trustee {i}"), &context, &c);
        let shares: Vec<u8> = encrypted.iter().flat_map(Scalar::to_bytes).collect();
        [&enc(&(G * c)).0[..], &shares, &proof].concat()
    }

    /// Complaints of trustee `i` about these dealers.
    fn complaints(&mut self, i: u16, dealers: &[u16]) -> Vec<u8> {
        let mut out = u16::try_from(dealers.len()).unwrap().to_be_bytes().to_vec();
        for j in dealers {
            let mut context = Self::context().fork("ceremony-complaint", 2);
            context.absorb("trustee", &i.to_be_bytes());
            context.absorb("dealer", &j.to_be_bytes());
            let c = G * self.ephemerals[place(*j)][place(i)];
            let (kappa, shared) = (self.kappa(i), self.shared(*j, i));
            let zeta = self.zeta[place(i)];
            let proof =
                dleq::prove(&mut context.transcript(), &G, &c, &zeta, &kappa, &shared, &fresh("ceremony"));
            let mut steps = Steps::after(&context);
            steps.absorb("fork", b"dleq");
            for (label, point) in [("base", &G), ("second-base", &c), ("X", &kappa), ("Y", &shared)] {
                steps.absorb(label, &enc(point).0);
            }
            steps.absorb("U", &proof.u.0);
            steps.absorb("V", &proof.v.0);
            self.tell(format!("R3 of trustee {i}: complaint about trustee {j}"), &context, steps, "c");
            out.extend([&j.to_be_bytes()[..], &enc(&shared).0, &proof.encode()].concat());
        }
        out
    }

    /// `z_{i,o}`.
    #[must_use]
    pub fn share(&self, i: u16) -> Vec<Scalar> {
        (0..K as usize).map(|o| self.coefficients.iter().map(|own| at(&own[o], i)).sum()).collect()
    }

    /// `P_o`.
    #[must_use]
    pub fn keys(&self) -> Vec<Point> {
        (0..K as usize).map(|o| G * self.coefficients.iter().map(|own| own[o][0]).sum::<Scalar>()).collect()
    }

    /// All `P_o`, then all `Y_{i,o}`.
    #[must_use]
    pub fn all_keys(&self) -> Vec<u8> {
        let own = (1..=N).flat_map(|i| self.share(i)).map(|z| G * z);
        self.keys().into_iter().chain(own).flat_map(|point| enc(&point).0).collect()
    }

    /// The key digest (§9.7).
    #[must_use]
    pub fn key_digest(&self) -> [u8; 32] {
        Sha256::new().chain_update("plebiscite/v1/key-digest").chain_update(self.all_keys()).finalize().into()
    }

    fn confirmation(&self, before: &[Message]) -> Vec<u8> {
        let mut contents: Vec<&Message> = before.iter().filter(|(round, ..)| *round < 4).collect();
        contents.sort_by_key(|(round, trustee, _)| (*round, *trustee));
        let mut hash =
            Sha256::new().chain_update("plebiscite/v1/ceremony/digest").chain_update(1u32.to_be_bytes());
        for (_, _, content) in contents {
            hash.update(Sha256::digest(content));
        }
        [&self.all_keys()[..], &hash.finalize()].concat()
    }

    /// All messages of the rounds before one, with these trustees' complaints.
    fn before(&mut self, round: u8) -> Vec<Message> {
        let mut all = Vec::new();
        for r in 0..round {
            for j in 1..=N {
                let content = match r {
                    0 => self.share_key(j),
                    1 => self.commitment(j).to_vec(),
                    2 => self.dealing(j),
                    3 => self.complaints(j, &[]),
                    _ => self.confirmation(&all),
                };
                all.push((r, j, content));
            }
        }
        all
    }
}

fn fields(messages: &[Message]) -> Value {
    let messages: Vec<Value> = messages
        .iter()
        .map(|(round, trustee, content)| json!({"round": round, "trustee": trustee, "content": hex(content)}))
        .collect();
    json!({"election": hex(fresh("election")), "ceremony_attempt": 1, "threshold": T, "trustees": N, "keys": K,
        "messages": messages})
}

/// The file.
#[must_use]
pub fn make() -> Vec<u8> {
    let mut whole = Ceremony::new();
    let mut messages = whole.before(5);
    let mut accepted = fields(&messages);
    accepted["context_digest"] = hex(Ceremony::context_digest());
    accepted["P"] = whole.keys().iter().map(|key| hex(enc(key).0)).collect();
    accepted["all_keys"] = hex(whole.all_keys());
    accepted["key_digest"] = hex(whole.key_digest());
    accepted["ceremony_digest"] = hex(&messages.last().unwrap().2[messages.last().unwrap().2.len() - 32..]);
    accepted["proofs"] = whole.told.clone().into();
    let mut cases = vec![good("ceremony", "ceremony", accepted)];
    cases.push(good("share_pad", "pad", pad(&whole)));
    // Within a round the order is free.
    messages.swap(0, 2);
    messages.swap(6, 7);
    let mut reordered = fields(&messages);
    reordered["key_digest"] = hex(whole.key_digest());
    cases.push(good("ceremony_in_another_order_within_rounds", "ceremony", reordered));
    cases.extend(lies());
    cases.extend(complaints());
    cases.extend(out_of_turn());
    file("ceremony", &["9"], &[], cases)
}

fn pad(whole: &Ceremony) -> Value {
    json!({"context_digest": hex(Ceremony::context_digest()), "dealer": 1, "recipient": 2, "key": 1,
        "kappa": hex(enc(&whole.kappa(2)).0), "C": hex(enc(&(G * whole.ephemerals[0][1])).0),
        "S": hex(enc(&whole.shared(1, 2)).0), "pad": hex(whole.pad(1, 2, 1).as_bytes())})
}

/// What a fault names beside its trustee.
const NAMED: [(&str, &str, u32); 11] = [
    ("complaint_bad_unfounded", "dealer", 1),
    ("complaint_bad_proof", "dealer", 1),
    ("complaint_bad_other_point", "dealer", 1),
    ("share_key_bad_repeated", "other", 1),
    ("dealing_bad_ephemeral_proof", "recipient", 2),
    ("dealing_bad_share_changed_after_the_proof", "recipient", 2),
    ("dealing_bad_swapped_recipients", "recipient", 2),
    ("dealing_bad_ephemeral_repeated", "recipient", 3),
    ("dealing_bad_ephemeral_is_a_share_key", "recipient", 3),
    ("dealing_bad_makes_a_key_zero", "key", 1),
    ("dealing_bad_makes_two_keys_equal", "key", 1),
];

/// A round's messages stand but for the last one, which is this.
fn refused(name: &str, error: &str, trustee: u16, before: &[Message], last: Message) -> Value {
    let mut case = fields(&[before, &[last]].concat());
    let mut fault = json!({"trustee": trustee, "name": error});
    if let Some((_, field, number)) = NAMED.iter().find(|(own, ..)| *own == name) {
        fault[field] = json!(number);
    }
    case["faults"] = json!([fault]);
    bad(name, "ceremony", error, case)
}

fn lies() -> Vec<Value> {
    let mut cases = Vec::new();
    let mut own = Ceremony::new();
    let (r0, r1) = (own.share_key(1), own.before(1));
    let (r2, r4) = (own.before(2), own.before(4));
    let first = |name, error, content| refused(name, error, 1, &[], (0, 1, content));
    cases.push(first("share_key_bad_proof", "ShareKeyProof", flip(&r0, 64)));
    cases.push(first("share_key_bad_of_another_trustee", "ShareKeyProof", own.share_key(2)));
    cases.push(first("share_key_bad_no_point", "Malformed", with(&r0, 0, &NO_POINT)));
    cases.push(first("share_key_bad_identity", "Malformed", with(&r0, 0, &[0; 32])));
    cases.push(first(
        "share_key_bad_scalar_not_canonical",
        "Malformed",
        with(&r0, 64, &plus_order(&r0[64..])),
    ));
    cases.push(first("share_key_bad_truncated", "Malformed", r0[..95].to_vec()));
    cases.push(first("share_key_bad_trailing_byte", "Malformed", [&r0[..], &[0]].concat()));
    let mut same = Ceremony::new();
    same.zeta[1] = same.zeta[0];
    cases.push(refused("share_key_bad_repeated", "RepeatedShareKey", 2, &r1[..1], (0, 2, same.share_key(2))));
    cases.push(refused(
        "commitment_bad_truncated",
        "Malformed",
        1,
        &r1,
        (1, 1, own.commitment(1)[..31].to_vec()),
    ));

    let dealt = own.dealing(1);
    let second = |name, error, content| refused(name, error, 1, &r2, (2, 1, content));
    // 4 points of coefficients, their proof, then C ‖ 2 shares ‖ proof for each of two recipients.
    let part = 128 + 64;
    cases.push(second(
        "dealing_bad_other_coefficients",
        "OpeningDiffers",
        with(&dealt, 0, &enc(&(G * scalar("other"))).0),
    ));
    cases.push(second(
        "dealing_bad_swapped_coefficients",
        "OpeningDiffers",
        [&dealt[32..64], &dealt[..32], &dealt[64..]].concat(),
    ));
    cases.push(second("dealing_bad_coefficient_proof", "CoefficientProof", flip(&dealt, 160)));
    cases.push(second("dealing_bad_ephemeral_proof", "EphemeralProof", flip(&dealt, part + 128)));
    cases.push(second(
        "dealing_bad_share_changed_after_the_proof",
        "EphemeralProof",
        flip(&dealt, part + 32),
    ));
    cases.push(second(
        "dealing_bad_swapped_recipients",
        "EphemeralProof",
        [&dealt[..part], &dealt[part + 160..], &dealt[part..part + 160]].concat(),
    ));
    cases.push(second("dealing_bad_coefficient_identity", "Malformed", with(&dealt, 32, &[0; 32])));
    cases.push(second("dealing_bad_one_coefficient_more", "Malformed", [&dealt[..32], &dealt].concat()));
    cases.push(second(
        "dealing_bad_share_not_canonical",
        "Malformed",
        with(&dealt, part + 32, &plus_order(&dealt[part + 32..part + 64])),
    ));
    let mut again = Ceremony::new();
    again.ephemerals[0][2] = again.ephemerals[0][1];
    cases.push(second("dealing_bad_ephemeral_repeated", "RepeatedEphemeral", again.dealing(1)));
    again.ephemerals[0][2] = again.zeta[1];
    cases.push(second("dealing_bad_ephemeral_is_a_share_key", "RepeatedEphemeral", again.dealing(1)));
    let mut zero = Ceremony::new();
    zero.coefficients[2][1][0] = -(zero.coefficients[0][1][0] + zero.coefficients[1][1][0]);
    let before = zero.before(3);
    cases.push(refused("dealing_bad_makes_a_key_zero", "DegenerateKeys", 3, &before[..8], before[8].clone()));
    let mut equal = Ceremony::new();
    equal.coefficients[2][1][0] = (0..3).map(|j| equal.coefficients[j][0][0]).sum::<Scalar>()
        - equal.coefficients[0][1][0]
        - equal.coefficients[1][1][0];
    let before = equal.before(3);
    cases.push(refused(
        "dealing_bad_makes_two_keys_equal",
        "DegenerateKeys",
        3,
        &before[..8],
        before[8].clone(),
    ));
    let confirmed = own.confirmation(&r4);
    let fourth = |name, error, content| refused(name, error, 1, &r4, (4, 1, content));
    cases.push(fourth(
        "confirmation_bad_other_digest",
        "ConfirmationDiffers",
        flip(&confirmed, confirmed.len() - 1),
    ));
    cases.push(fourth(
        "confirmation_bad_swapped_keys",
        "ConfirmationDiffers",
        [&confirmed[32..64], &confirmed[..32], &confirmed[64..]].concat(),
    ));
    cases.push(fourth("confirmation_bad_no_point", "Malformed", with(&confirmed, 0, &NO_POINT)));
    cases
}

fn complaints() -> Vec<Value> {
    let mut cases = Vec::new();
    let mut honest = Ceremony::new();
    let before = honest.before(3);
    let unfounded = honest.complaints(2, &[1]);
    let about = |name, error, named, before: &[Message], content| {
        refused(name, error, named, before, (3, 2, content))
    };
    cases.push(about("complaint_bad_unfounded", "UnfoundedComplaint", 2, &before, unfounded.clone()));
    cases.push(about("complaint_bad_proof", "ComplaintProof", 2, &before, flip(&unfounded, 2 + 2 + 32 + 64)));
    cases.push(about(
        "complaint_bad_other_point",
        "ComplaintProof",
        2,
        &before,
        with(&unfounded, 4, &enc(&(G * scalar("S"))).0),
    ));
    cases.push(about(
        "complaint_bad_about_oneself",
        "Malformed",
        2,
        &before,
        with(&unfounded, 2, &2u16.to_be_bytes()),
    ));
    cases.push(about(
        "complaint_bad_about_nobody",
        "Malformed",
        2,
        &before,
        with(&unfounded, 2, &9u16.to_be_bytes()),
    ));
    cases.push(about(
        "complaint_bad_count",
        "Malformed",
        2,
        &before,
        with(&unfounded, 0, &2u16.to_be_bytes()),
    ));
    let both = honest.complaints(2, &[3, 1]);
    cases.push(about("complaint_bad_not_ascending", "Malformed", 2, &before, both));
    let mut lying = Ceremony::new();
    lying.wrong = Some((1, 2, 1));
    let before = lying.before(3);
    lying.told.clear();
    let founded = lying.complaints(2, &[1]);
    let mut case = about("dealing_bad_wrong_share_shown_by_a_complaint", "WrongShare", 1, &before, founded);
    case["faults"] = json!([{"trustee": 1, "name": "WrongShare", "complainer": 2, "key": 1}]);
    case["proofs"] = lying.told.clone().into();
    cases.push(case);
    let two = lying.complaints(2, &[1, 3]);
    let mut case = about("complaints_bad_one_founded_one_not", "WrongShare", 1, &before, two);
    case["faults"] = json!([
        {"trustee": 1, "name": "WrongShare", "complainer": 2, "key": 1},
        {"trustee": 2, "name": "UnfoundedComplaint", "dealer": 3},
    ]);
    cases.push(case);
    cases
}

/// Messages that cannot stand, which is no one's fault.
fn out_of_turn() -> Vec<Value> {
    let mut own = Ceremony::new();
    let all = own.before(5);
    let cannot = |name, error, before: &[Message], last: Message| {
        bad(name, "ceremony", error, fields(&[before, &[last]].concat()))
    };
    vec![
        cannot("message_bad_before_its_round", "WrongRound", &all[..2], all[3].clone()),
        cannot("message_bad_after_its_round", "WrongRound", &all[..3], all[0].clone()),
        cannot("message_bad_second_of_a_round", "SecondMessage", &all[..1], all[0].clone()),
        cannot("message_bad_of_nobody", "NoSuchTrustee", &[], (0, 4, all[0].2.clone())),
        cannot("message_bad_of_trustee_zero", "NoSuchTrustee", &[], (0, 0, all[0].2.clone())),
        cannot("message_bad_after_the_end", "Ended", &all, all[12].clone()),
    ]
}

fn fault_json(trustee: u16, kind: &FaultKind) -> Value {
    let mut fault = json!({"trustee": trustee, "name": variant(kind)});
    match kind {
        FaultKind::WrongShare { complainer, key } => {
            fault["complainer"] = json!(complainer);
            fault["key"] = json!(key);
        }
        FaultKind::UnfoundedComplaint { dealer } | FaultKind::ComplaintProof { dealer } => {
            fault["dealer"] = json!(dealer);
        }
        FaultKind::RepeatedShareKey { other } => fault["other"] = json!(other),
        FaultKind::RepeatedEphemeral { recipient } | FaultKind::EphemeralProof { recipient } => {
            fault["recipient"] = json!(recipient);
        }
        FaultKind::DegenerateKeys { key } => fault["key"] = json!(key),
        _ => {}
    }
    fault
}

/// Judges a case.
///
/// # Errors
/// The name of the refusal.
pub fn judge(case: &Value) -> Result<(), String> {
    for told in case.get("proofs").and_then(Value::as_array).into_iter().flatten() {
        let (context, _) = replay(None, told.list("context"));
        let (_, drawn) = replay(Some(context), told.list("steps"));
        assert_eq!(drawn.len(), 1);
    }
    if case.text("kind") == "pad" {
        let mut hash = Sha512::new().chain_update("plebiscite/v1/ceremony/share-pad");
        hash.update(case.bytes("context_digest"));
        hash.update(case.small::<u16>("dealer").to_be_bytes());
        hash.update(case.small::<u16>("recipient").to_be_bytes());
        for point in ["kappa", "C", "S"] {
            hash.update(case.bytes(point));
        }
        hash.update(case.small::<u32>("key").to_be_bytes());
        assert_eq!(scalar_from_wide(&hash.finalize().into()).as_bytes(), &case.array("pad"));
        return Ok(());
    }
    let setup = SetupContext {
        election: ElectionId(case.array("election")),
        attempt: case.small("ceremony_attempt"),
    };
    let params =
        CeremonyParams::new(case.small("threshold"), case.small("trustees"), case.small("keys")).unwrap();
    let context = CeremonyContext::new(&setup.transcript(), params, setup.attempt);
    if let Some(digest) = case.get("context_digest") {
        assert_eq!(context.digest().as_slice(), unhex(digest));
    }
    let mut record = CeremonyRecord::new(context);
    let messages = case.list("messages");
    for (number, message) in messages.iter().enumerate() {
        let round = Round::from_number(message.small("round")).unwrap();
        let outcome = record.accept(round, message.small("trustee"), &message.bytes("content"));
        if let Err(error) = outcome {
            assert_eq!(
                number + 1,
                messages.len(),
                "{}: an earlier message is refused: {error}",
                case.text("name")
            );
            if let CeremonyError::Faults(faults) = &error {
                let found: Vec<Value> =
                    faults.iter().map(|fault| fault_json(fault.trustee, &fault.kind)).collect();
                assert_eq!(found, case.list("faults"), "{}", case.text("name"));
                return Err(variant(&faults[0].kind));
            }
            return Err(variant(&error));
        }
    }
    assert!(record.is_confirmed());
    let keys = record.keys().unwrap();
    assert_eq!(keys.digest().as_slice(), case.bytes("key_digest"));
    if let Some(digest) = case.get("ceremony_digest") {
        assert_eq!(record.ceremony_digest().unwrap().as_slice(), unhex(digest));
        let all: Vec<u8> = keys.p.iter().chain(keys.y.iter().flatten()).flat_map(|point| point.0).collect();
        assert_eq!(all, case.bytes("all_keys"));
    }
    Ok(())
}
