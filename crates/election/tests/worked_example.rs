//! The worked example of the specification's §14 to §16: every value that it prints is computed here, and the text is
//! compared with it. To see the block that belongs there, make this test fail.

#![expect(clippy::unwrap_used, reason = "a test: what cannot fail here fails loudly")]

use std::fmt::Write;

use plebiscite_crypto::group::{Point, PointBytes, Scalar, encode_point, scalar_from_wide};
use plebiscite_crypto::proof::linear_bits::{LinearForm, Row};
use plebiscite_crypto::transcript::domain;
use plebiscite_election::ballot::{
    DecodedBallot, ElectionParameters, EncryptedBallot, Opening, PreparedBallot, Seed, Selections, Tracker,
    verify_opening,
};
use plebiscite_election::context::{BallotContext, ElectionContext, SetupContext, roll_base_point};
use plebiscite_election::credential::{
    Code, Credential, CredentialPart, Fingerprint, ListEntry, ListReader, Registrar, RegistrarList,
    Replacement, ReplacementReason, ReplacementRequest, Roll, RollLimits, make_list, prove_replacement_part,
};
use plebiscite_election::manifest::ElectionId;
use sha2::{Digest, Sha256, Sha512};

const SPECIFICATION: &str = include_str!("../../../proofs/spec/protocol.md");

/// Lines `name = value` of the block.
#[derive(Default)]
struct Block(String);

impl Block {
    fn text(&mut self, name: &str, value: &str) {
        writeln!(self.0, "{name} = {value}").unwrap();
    }

    /// Hexadecimal, 64 digits a line.
    fn bytes(&mut self, name: &str, bytes: &[u8]) {
        let lines: Vec<String> = bytes.chunks(32).map(hex::encode).collect();
        let separator = if lines.len() > 1 { "\n    " } else { " " };
        writeln!(self.0, "{name} ={separator}{}", lines.join("\n    ")).unwrap();
    }

    fn assert_printed(&self) {
        assert!(
            SPECIFICATION.contains(&self.0),
            "the specification does not print this block:\n\n{}",
            self.0
        );
    }
}

fn election() -> ElectionId {
    ElectionId(Sha256::digest(b"worked example").into())
}

fn setup() -> SetupContext {
    SetupContext { election: election(), attempt: 1 }
}

/// The code whose 17 bytes are all `byte`, or the next for which the check symbols tell.
fn code(registrar: Registrar, byte: u8) -> Code {
    (byte..).find_map(|byte| Code::from_entropy(registrar, &[byte; 17]).ok()).unwrap()
}

fn part(registrar: Registrar, byte: u8) -> CredentialPart {
    CredentialPart::derive(&code(registrar, byte), &election())
}

/// §14.3, written again from the text.
fn scalar_of(code: &Code) -> Scalar {
    let symbols: String = code.printed().chars().filter(|c| *c != '-').take(26).collect();
    let wide = Sha512::new()
        .chain_update(domain::CODE_SECRET)
        .chain_update(election().0)
        .chain_update([code.registrar().number()])
        .chain_update(symbols)
        .finalize();
    scalar_from_wide(&wide.into())
}

fn list(registrar: Registrar) -> (Vec<u8>, RegistrarList) {
    let entries = [0x10, 0x20].map(|byte| ListEntry { part: part(registrar, byte), region: 0 });
    let content = make_list(&setup(), 1, registrar, &[0xee; 32], &entries, &[0; 32]).unwrap();
    let mut reader = ListReader::new(setup(), 1, registrar, RollLimits { regions: 1, rows: 2 });
    reader.absorb(&content).unwrap();
    (content, reader.finish().unwrap())
}

fn roll() -> Roll {
    let [(_, first), (_, second)] = Registrar::ALL.map(list);
    Roll::combine(&[&first, &second]).unwrap()
}

fn credential() -> Credential {
    Credential::combine(&Registrar::ALL.map(|registrar| part(registrar, 0x20)), 2).unwrap()
}

#[test]
fn the_specification_prints_the_codes_and_credentials_that_this_code_makes() {
    let mut block = Block::default();
    block.bytes("election id", &election().0);
    block.text("fingerprint", &Fingerprint::of(&election()).to_string());
    for (name, registrar) in [("A", Registrar::First), ("B", Registrar::Second)] {
        let code = code(registrar, 0x20);
        let x = scalar_of(&code);
        let public = encode_point(&Point::mul_base(&x));
        assert_eq!(public, encode_point(&part(registrar, 0x20).public()));
        block.text(&format!("code {name}"), &code.printed());
        block.bytes(&format!("x_{name}"), x.as_bytes());
        block.bytes(&format!("K_{name}"), &public.0);
    }
    block.bytes("K", &credential().public_bytes().0);
    block.assert_printed();
}

#[test]
fn the_specification_prints_the_lists_and_the_roll_that_this_code_makes() {
    let mut block = Block::default();
    for (name, registrar) in [("A", Registrar::First), ("B", Registrar::Second)] {
        let (content, list) = list(registrar);
        block.bytes(&format!("list {name}"), &content);
        block.bytes(&format!("commitment {name}"), list.commitment());
    }
    let roll = roll();
    assert_eq!(roll.row(1).unwrap().credential, credential().public_bytes());
    block.bytes("roll root", roll.root());
    let request = ReplacementRequest {
        index: 0,
        number: 1,
        old: roll.row(0).unwrap().credential,
        reason: ReplacementReason::Lost,
    };
    let parts = Registrar::ALL
        .map(|registrar| prove_replacement_part(&setup(), &request, &part(registrar, 0x30), &[0; 32]));
    let replacement = Replacement { request, parts: parts.to_vec() };
    let new = replacement.verify(&setup(), 2).unwrap();
    block.bytes("replacement", &replacement.encode());
    block.bytes("new K", &new.0);
    block.assert_printed();
}

/// Yes, no or blank, under the keys 2·G and 3·G: nobody's trustees, so that the example can be decrypted by hand.
fn parameters() -> ElectionParameters {
    let row = Row { terms: vec![(0, 1), (1, 1), (2, 1)], value: 1, pivot: 2 };
    let form = LinearForm::new(3, vec![row], vec![vec![(0, 1)], vec![(1, 1)]]).unwrap();
    let keys = [2u8, 3].map(|key| Point::mul_base(&Scalar::from(key))).to_vec();
    let context =
        ElectionContext::new(setup(), [0xaa; 32], [0xbb; 32], *roll().root(), roll_base_point()).unwrap();
    ElectionParameters::new(context, vec![(form, keys)]).unwrap()
}

#[test]
fn the_specification_prints_the_ballot_that_this_code_makes() {
    let parameters = parameters();
    let row = *roll().row(1).unwrap();
    let place = BallotContext {
        index: 1,
        credential: row.credential,
        region: row.region,
        seq: 0,
        prev: Tracker::NONE,
    };
    let encrypt = || {
        let yes = Selections::new(&parameters, vec![vec![1, 0, 0]]).unwrap();
        EncryptedBallot::new(&parameters, place, yes, Seed::from_fresh([7; 32])).unwrap()
    };
    let (body, signature) = {
        let bytes = encrypt().cast(&parameters, &credential(), &[0; 32]).unwrap().into_bytes();
        let decoded = DecodedBallot::decode(&parameters, &bytes).unwrap();
        assert!(PreparedBallot::new(decoded, &row).verify(&parameters).is_ok());
        let (body, signature) = bytes.split_at(parameters.body_bytes());
        (body.to_vec(), signature.to_vec())
    };
    let tracker = encrypt().tracker();
    assert_eq!(tracker, Tracker::of(&body));
    let opening = encrypt().open().encode();
    let read = Opening::decode(&parameters, &opening).unwrap();
    assert!(verify_opening(&parameters, &place, &read, &tracker).is_ok());

    let mut block = Block::default();
    let [yes, no] = [2u8, 3].map(|key| encode_point(&Point::mul_base(&Scalar::from(key))));
    block.bytes("P_1", &yes.0);
    block.bytes("P_2", &no.0);
    block.bytes("election base digest", parameters.context().digest());
    block.bytes("ballot context digest", &place.digest(parameters.context()));
    block.bytes("body", &body);
    block.bytes("tracker", &tracker.0);
    block.text("tracker as shown", &tracker.to_string());
    block.bytes("signature", &signature);
    block.bytes("opening", &opening);
    block.assert_printed();
}

#[test]
fn the_example_decrypts_to_yes() {
    let parameters = parameters();
    let (_, rest) = SPECIFICATION.split_once("\nbody =\n").unwrap();
    let (body, _) = rest.split_once("\ntracker = ").unwrap();
    let body = hex::decode(body.split_whitespace().collect::<String>()).unwrap();
    assert_eq!(body.len(), parameters.body_bytes());
    let point = |place: usize| {
        let at = 40 + 32 * place;
        PointBytes(body[at..at + 32].try_into().unwrap()).decode().unwrap()
    };
    let r = point(0);
    assert_eq!(point(1) - r * Scalar::from(2u8), Point::mul_base(&Scalar::ONE));
    assert_eq!(point(2) - r * Scalar::from(3u8), Point::mul_base(&Scalar::ZERO));
}
