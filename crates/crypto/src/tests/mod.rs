//! What the tests of this crate share: numbers made from names, transcripts, questions and their keys.
//!
//! Nothing here is random, so that a failure fails again.

use sha2::{Digest, Sha512};

use crate::group::{
    Generators, Point, PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar, encode_point, scalar_from_wide,
};
use crate::proof::linear_bits::{BodyNonces, EncryptedContest, LinearForm, Row, encrypt_and_prove};
use crate::transcript::{Transcript, label};

/// The group's base point.
pub(crate) const G: Point = RISTRETTO_BASEPOINT_POINT;

/// Encodings that RFC 9496, appendix A.2, and a set high bit make invalid.
pub(crate) const INVALID: [[u8; 32]; 3] = [
    // p, as a non-canonical zero.
    [
        0xed, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0x7f,
    ],
    // 1: negative.
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [255; 32],
];

fn wide(name: &str) -> [u8; 64] {
    Sha512::digest(name.as_bytes()).into()
}

/// A scalar by its name.
pub(crate) fn scalar(name: &str) -> Scalar {
    scalar_from_wide(&wide(name))
}

/// A point by its name.
pub(crate) fn point(name: &str) -> Point {
    Point::mul_base(&scalar(name))
}

/// Its encoding.
pub(crate) fn point_bytes(name: &str) -> PointBytes {
    encode_point(&point(name))
}

/// 32 bytes by their name.
pub(crate) fn bytes(name: &str) -> [u8; 32] {
    *wide(name).first_chunk().unwrap()
}

/// A transcript of a context.
pub(crate) fn transcript(context: &str) -> Transcript {
    let mut t = Transcript::new(label::PROTOCOL);
    t.append_message(b"test", context.as_bytes());
    t
}

/// A question with its keys, and the secrets of the keys.
#[derive(Clone)]
pub(crate) struct Question {
    pub form: LinearForm,
    pub secrets: Vec<Scalar>,
    pub keys: Vec<Point>,
    pub generators: Generators,
}

impl Question {
    /// A form with keys of independent secrets.
    pub fn new(form: LinearForm) -> Self {
        let secrets: Vec<Scalar> = (0..form.tallied()).map(|o| scalar(&format!("p{o}"))).collect();
        let keys = secrets.iter().map(Point::mul_base).collect();
        Self { generators: Generators::new(form.bits()), form, secrets, keys }
    }

    /// An honest contest.
    pub fn encrypt(&self, context: &str, bits: &[u8]) -> EncryptedContest {
        let nonces = nonces(&self.form, context);
        encrypt_and_prove(&mut transcript(context), &self.generators, &self.form, &self.keys, bits, nonces)
            .unwrap()
    }

    /// `E_o − p_o·R`.
    pub fn opened(&self, contest: &EncryptedContest) -> Vec<Point> {
        let r = contest.ciphertext.r.decode().unwrap();
        contest.ciphertext.e.iter().zip(&self.secrets).map(|(e, p)| e.decode().unwrap() - r * p).collect()
    }
}

/// Yes, no, blank: one of three, of which yes and no are counted.
pub(crate) fn yes_no_blank() -> LinearForm {
    let row = Row { terms: vec![(0, 1), (1, 1), (2, 1)], value: 1, pivot: 0 };
    LinearForm::new(3, vec![row], vec![vec![(0, 1)], vec![(1, 1)]]).unwrap()
}

/// Up to two of four, with two bits of slack: `b0 + … + b3 + s0 + s1 = 2`.
pub(crate) fn two_of_four() -> LinearForm {
    let row = Row { terms: (0..6).map(|bit| (bit, 1)).collect(), value: 2, pivot: 5 };
    LinearForm::new(6, vec![row], (0..4).map(|bit| vec![(bit, 1)]).collect()).unwrap()
}

/// Points from 0 to 3 for each of two options, in binary; their upper bits add up to `2·b4 + b5`.
pub(crate) fn points_in_binary() -> LinearForm {
    let rows = vec![Row { terms: vec![(1, 1), (3, 1), (4, -2), (5, -1)], value: 0, pivot: 5 }];
    LinearForm::new(6, rows, vec![vec![(0, 1), (1, 2)], vec![(2, 1), (3, 2)]]).unwrap()
}

/// Two rules, the second of which is solved with the first one's pivot.
pub(crate) fn chained() -> LinearForm {
    let rows = vec![
        Row { terms: vec![(0, 1), (1, 1), (2, 1)], value: 1, pivot: 2 },
        Row { terms: vec![(2, 1), (3, -1)], value: 0, pivot: 3 },
    ];
    LinearForm::new(4, rows, vec![vec![(0, 1)], vec![(1, 1)], vec![(3, 1)]]).unwrap()
}

/// A form without rules: any bits.
pub(crate) fn any_of_three() -> LinearForm {
    LinearForm::new(3, Vec::new(), (0..3).map(|bit| vec![(bit, 1)]).collect()).unwrap()
}

/// Every form of these tests.
pub(crate) fn all_forms() -> [LinearForm; 5] {
    [yes_no_blank(), two_of_four(), points_in_binary(), chained(), any_of_three()]
}

/// All bits that obey a form.
pub(crate) fn legal(form: &LinearForm) -> Vec<Vec<u8>> {
    let all =
        (0u32..1 << form.bits()).map(|n| (0..form.bits()).map(|bit| u8::from(n >> bit & 1 == 1)).collect());
    all.filter(|bits: &Vec<u8>| form.check_bits(bits).is_ok()).collect()
}

/// The scalars of a contest by the name of its context.
pub(crate) fn nonces(form: &LinearForm, name: &str) -> BodyNonces {
    let scalar = |part: &str| scalar(&format!("{name}/{part}"));
    BodyNonces {
        rho: scalar("rho"),
        r_b: scalar("r_b"),
        r_a: scalar("r_a"),
        a: (0..form.free()).map(|i| scalar(&format!("a{i}"))).collect(),
        tau1: scalar("tau1"),
        tau0: scalar("tau0"),
        w: scalar("w"),
    }
}
