//! Codes, credentials, registrars' lists, the roll, replacements (§14).

use plebiscite_crypto::group::{Point, PointBytes, Scalar, scalar_from_wide};
use plebiscite_crypto::proof::knowledge;
use plebiscite_crypto::proof::knowledge::prove_list;
use plebiscite_election::context::SetupContext;
use plebiscite_election::credential::{
    Code, Credential, CredentialPart, Fingerprint, ListReader, Registrar, RegistrarList, Replacement, Roll,
    RollLimits, list_commitment,
};
use plebiscite_election::manifest::ElectionId;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};

use crate::json::{Fields, bad, file, good, hex, unhex, variant};
use crate::numbers::{NO_POINT, enc, flip, fresh, key, scalar, with};
use crate::steps::Steps;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const G: Point = plebiscite_crypto::group::RISTRETTO_BASEPOINT_POINT;

fn election() -> [u8; 32] {
    fresh("election")
}

fn setup() -> SetupContext {
    SetupContext { election: ElectionId(election()), attempt: 1 }
}

/// Symbols of five bits each, most significant first (§14.1).
fn symbols(bytes: &[u8], count: usize) -> String {
    let bit = |place: usize| bytes[place / 8] >> (7 - place % 8) & 1;
    let symbol = |n: usize| (0..5).fold(0, |value, i| value << 1 | bit(5 * n + i));
    (0..count).map(|n| char::from(ALPHABET[usize::from(symbol(n))])).collect()
}

fn check_symbols(registrar: u8, random: &str) -> String {
    let hash = Sha256::new().chain_update("plebiscite/v1/code-check").chain_update([registrar]);
    symbols(&hash.chain_update(random).finalize(), 2)
}

/// A code by §14.1, and its scalar by §14.3, written from the specification.
fn code(registrar: u8, name: &str) -> (String, Scalar) {
    for number in 0.. {
        let random = symbols(&fresh(&format!("{name} {number}")), 26);
        if check_symbols(0, &random) == check_symbols(1, &random) {
            continue;
        }
        let all = format!("{random}{}", check_symbols(registrar, &random));
        let groups: Vec<&str> = (0..7).map(|group| &all[4 * group..4 * group + 4]).collect();
        let hash = Sha512::new().chain_update("plebiscite/v1/code-secret").chain_update(election());
        let wide = hash.chain_update([registrar]).chain_update(&random).finalize();
        return (groups.join("-"), scalar_from_wide(&wide.into()));
    }
    unreachable!("some code is drawn")
}

/// The file.
#[must_use]
pub fn make() -> Vec<u8> {
    let mut cases = codes();
    cases.extend(lists());
    cases.extend(rolls());
    cases.extend(replacements());
    file("credentials", &["14"], &[], cases)
}

fn codes() -> Vec<Value> {
    let (first, x0) = code(0, "code of voter 0");
    let (second, x1) = code(1, "code of voter 0");
    let case = |text: &str| json!({"election": hex(election()), "text": text});
    let read = |text: &str, registrar: u8, x: &Scalar| {
        let mut case = case(text);
        case["registrar"] = json!(registrar);
        case["x"] = hex(x.as_bytes());
        case["K"] = hex(enc(&(G * x)).0);
        case
    };
    let sloppy =
        format!(" {} ", first.to_lowercase().replace('-', "\u{2013} ").replace('0', "o").replace('1', "l"));
    let mistyped = {
        let other = if first.starts_with('7') { "8" } else { "7" };
        format!("{other}{}", &first[1..])
    };
    let plain = first.replace('-', "");
    let sevens: Vec<&str> = (0..4).map(|group| &plain[7 * group..7 * group + 7]).collect();
    let cyrillic = first.replacen(&first[..1], "\u{0410}", 1);
    let x = x0 + x1;
    let fingerprint = Fingerprint::of(&ElectionId(election())).to_string();
    let spelled = symbols(&election(), 28);
    assert_eq!(fingerprint.replace('-', ""), spelled);
    let one_for_both = (0..)
        .map(|n| symbols(&fresh(&format!("ambiguous {n}")), 26))
        .find(|random| check_symbols(0, random) == check_symbols(1, random))
        .unwrap();
    let ambiguous = format!("{one_for_both}{}", check_symbols(0, &one_for_both));
    vec![
        good("code_of_registrar_0", "code", read(&first, 0, &x0)),
        good("code_of_registrar_1", "code", read(&second, 1, &x1)),
        good("code_typed_sloppily", "code", read(&sloppy, 0, &x0)),
        bad("code_bad_mistyped", "code", "check", case(&mistyped)),
        bad("code_bad_short", "code", "length", case(&first[..first.len() - 1])),
        bad("code_bad_fits_both_registrars", "code", "ambiguous", case(&ambiguous)),
        bad("code_bad_written_as_a_fingerprint", "code", "fingerprint", case(&sevens.join("-"))),
        bad("code_bad_letter_of_another_script", "code", "symbol", case(&cyrillic)),
        bad("code_bad_letter_U", "code", "symbol", case(&first.replacen(&first[..1], "U", 1))),
        good(
            "credential_of_two_codes",
            "credential",
            json!({"election": hex(election()), "codes": [first, second], "registrars": 2, "K": hex(enc(&(G * x)).0)}),
        ),
        bad(
            "credential_bad_one_code_of_two",
            "credential",
            "missing",
            json!({"election": hex(election()), "codes": [first], "registrars": 2, "K": hex(enc(&(G * x)).0)}),
        ),
        bad(
            "credential_bad_two_codes_of_one_registrar",
            "credential",
            "surplus",
            json!({"election": hex(election()), "codes": [first, second], "registrars": 1, "K": hex(enc(&(G * x)).0)}),
        ),
        good("fingerprint", "fingerprint", json!({"election": hex(election()), "fingerprint": fingerprint})),
    ]
}

fn part(registrar: u8, voter: usize) -> Scalar {
    scalar(&format!("part of registrar {registrar} for voter {voter}"))
}

/// A list's content by §14.4 from these parts and regions; the proof knows the secrets.
fn content(registrar: u8, secrets: &[Scalar], regions: &[u16], persons: [u8; 32]) -> (Vec<u8>, Value) {
    let parts: Vec<PointBytes> = secrets.iter().map(|x| enc(&(G * x))).collect();
    let all: Vec<u8> = parts.iter().flat_map(|part| part.0).collect();
    let digest: [u8; 32] = Sha256::digest(all).into();
    let count = u32::try_from(parts.len()).unwrap();
    let mut context = Steps::setup(&election(), 1).fork("registrar-list", 2);
    context.absorb("attempt", &1u32.to_be_bytes());
    context.absorb("registrar", &[registrar]);
    let proof = prove_list(&mut context.transcript(), &G, secrets, &digest, count, &fresh("list"));
    let mut steps = Steps::after(&context);
    steps.absorb("fork", b"list-knowledge");
    steps.absorb("base", &enc(&G).0);
    steps.absorb("length", &count.to_be_bytes());
    steps.absorb("points", &digest);
    steps.absorb("A", &proof.a.0);
    steps.draw("c");
    let mut out = [&count.to_be_bytes()[..], &persons, &digest, &proof.encode()].concat();
    for (part, region) in parts.iter().zip(regions) {
        out.extend_from_slice(&part.0);
        out.extend_from_slice(&region.to_be_bytes());
    }
    (out, json!({"context": context.json(), "steps": steps.json()}))
}

const REGIONS: [u16; 3] = [0, 1, 1];

fn own_list(registrar: u8) -> (Vec<u8>, Value) {
    let secrets: Vec<Scalar> = (0..3).map(|voter| part(registrar, voter)).collect();
    content(registrar, &secrets, &REGIONS, fresh("persons"))
}

fn list_case(registrar: u8, bytes: &[u8]) -> Value {
    json!({"election": hex(election()), "ceremony_attempt": 1, "roll_attempt": 1, "registrar": registrar,
        "regions": 2, "maximum": 4, "content": hex(bytes)})
}

fn lists() -> Vec<Value> {
    let (whole, told) = own_list(0);
    let row = |n: usize| 132 + 34 * n;
    let mut accepted = list_case(0, &whole);
    accepted["context"] = told["context"].clone();
    accepted["steps"] = told["steps"].clone();
    let commitment = Sha256::new()
        .chain_update("plebiscite/v1/list-commitment")
        .chain_update(election())
        .chain_update(1u32.to_be_bytes())
        .chain_update([0])
        .chain_update(Sha256::digest(&whole))
        .finalize();
    accepted["commitment"] = hex(commitment);
    let twice = [part(0, 0), part(0, 1), part(0, 0)];
    let doubled = content(0, &twice, &REGIONS, fresh("persons")).0;
    let five: Vec<Scalar> = (0..5).map(|voter| part(0, voter)).collect();
    let long = content(0, &five, &[0; 5], fresh("persons")).0;
    let outside = content(0, &twice[..2], &[0, 2], fresh("persons")).0;
    // ⚠ The last to speak publishes T − K_A without knowing its logarithm.
    let (target, other) = (key("target").1, G * part(0, 0));
    let unknown = enc(&(target - other)).0;
    let digest_of = |bytes: &[u8]| -> [u8; 32] {
        let parts: Vec<u8> = bytes[132..].chunks(34).flat_map(|row| row[..32].to_vec()).collect();
        Sha256::digest(parts).into()
    };
    let stolen = {
        let changed = with(&whole, row(0), &unknown);
        let digest = digest_of(&changed);
        with(&changed, 36, &digest)
    };
    let swapped = {
        let rows = [&whole[row(1)..row(2)], &whole[row(0)..row(1)], &whole[row(2)..]].concat();
        let changed = with(&whole, 132, &rows);
        let digest = digest_of(&changed);
        with(&changed, 36, &digest)
    };
    vec![
        good("list", "list", accepted),
        bad("list_bad_part_without_its_secret", "list", "proof", list_case(0, &stolen)),
        bad("list_bad_swapped_rows", "list", "proof", list_case(0, &swapped)),
        bad("list_bad_other_registrar", "list", "proof", list_case(1, &whole)),
        bad(
            "list_bad_keys_digest",
            "list",
            "keysdigest",
            list_case(0, &with(&whole, row(0), &whole[row(1)..row(1) + 32])),
        ),
        bad("list_bad_part_twice", "list", "duplicate", list_case(0, &doubled)),
        bad("list_bad_more_rows_than_the_manifest_allows", "list", "toolong", list_case(0, &long)),
        bad("list_bad_region_outside", "list", "region", list_case(0, &outside)),
        bad("list_bad_part_is_no_point", "list", "part", list_case(0, &with(&whole, row(2), &NO_POINT))),
        bad("list_bad_part_is_identity", "list", "part", list_case(0, &with(&whole, row(2), &[0; 32]))),
        bad(
            "list_bad_proof_malformed",
            "list",
            "malformedproof",
            list_case(0, &with(&whole, 100, &[0xff; 32])),
        ),
        bad(
            "list_bad_commitment_is_no_point",
            "list",
            "malformedproof",
            list_case(0, &with(&whole, 68, &NO_POINT)),
        ),
        bad("list_bad_truncated", "list", "short", list_case(0, &whole[..whole.len() - 1])),
        bad("list_bad_trailing_byte", "list", "trailing", list_case(0, &[&whole[..], &[0]].concat())),
    ]
}

fn rolls() -> Vec<Value> {
    let (first, second) = (own_list(0).0, own_list(1).0);
    let rows: Vec<[u8; 38]> = (0..3)
        .map(|voter| {
            let credential = enc(&(G * (part(0, voter) + part(1, voter)))).0;
            let index = u32::try_from(voter).unwrap().to_be_bytes();
            [&index[..], &credential, &REGIONS[voter].to_be_bytes()].concat().try_into().unwrap()
        })
        .collect();
    let leaves: Vec<_> = rows.iter().map(|row| plebiscite_board::merkle::leaf_hash(row)).collect();
    let root = plebiscite_board::merkle::root(&leaves);
    let case = |lists: &[&[u8]]| {
        let lists: Vec<Value> = lists.iter().map(hex).collect();
        json!({"election": hex(election()), "ceremony_attempt": 1, "roll_attempt": 1, "regions": 2, "maximum": 4, "lists": lists})
    };
    let mut accepted = case(&[&first, &second]);
    accepted["leaves"] = rows.iter().map(hex).collect();
    accepted["root"] = hex(root.0);
    let own =
        |secrets: &[Scalar], regions: &[u16], persons: &str| content(1, secrets, regions, fresh(persons)).0;
    let secrets: Vec<Scalar> = (0..3).map(|voter| part(1, voter)).collect();
    let cancelling = [-part(0, 0), part(1, 1), part(1, 2)];
    let same = [part(1, 0), part(0, 0) + part(1, 0) - part(0, 1), part(1, 2)];
    vec![
        good("roll", "roll", accepted),
        bad("roll_bad_other_persons", "roll", "persons", case(&[&first, &own(&secrets, &REGIONS, "others")])),
        bad(
            "roll_bad_other_region",
            "roll",
            "region",
            case(&[&first, &own(&secrets, &[0, 0, 1], "persons")]),
        ),
        bad(
            "roll_bad_other_count",
            "roll",
            "count",
            case(&[&first, &own(&secrets[..2], &REGIONS[..2], "persons")]),
        ),
        bad(
            "roll_bad_sum_is_identity",
            "roll",
            "credential",
            case(&[&first, &own(&cancelling, &REGIONS, "persons")]),
        ),
        bad(
            "roll_bad_one_credential_twice",
            "roll",
            "duplicate",
            case(&[&first, &own(&same, &REGIONS, "persons")]),
        ),
    ]
}

fn replacement(old: Point, secrets: [Scalar; 2]) -> (Vec<u8>, Vec<Value>) {
    let head = [&1u32.to_be_bytes()[..], &1u32.to_be_bytes(), &enc(&old).0, &[2, 2]].concat();
    let mut out = head;
    let mut told = Vec::new();
    for (registrar, x) in (0u8..).zip(secrets) {
        let mut context = Steps::setup(&election(), 1).fork("replacement", 5);
        context.absorb("registrar", &[registrar]);
        context.absorb("roll-index", &1u32.to_be_bytes());
        context.absorb("number", &1u32.to_be_bytes());
        context.absorb("K", &enc(&old).0);
        context.absorb("reason", &[2]);
        let public = G * x;
        let proof = knowledge::prove(&mut context.transcript(), &G, &x, &public, &fresh("replacement"));
        let mut steps = Steps::after(&context);
        steps.absorb("fork", b"knowledge");
        steps.absorb("base", &enc(&G).0);
        steps.absorb("X", &enc(&public).0);
        steps.absorb("A", &proof.a.0);
        steps.draw("c");
        told.push(json!({"context": context.json(), "steps": steps.json()}));
        out.extend_from_slice(&enc(&public).0);
        out.extend_from_slice(&proof.encode());
    }
    (out, told)
}

fn replacements() -> Vec<Value> {
    let old = key("old credential").1;
    let secrets = [scalar("new part 0"), scalar("new part 1")];
    let (whole, told) = replacement(old, secrets);
    let case = |bytes: &[u8]| json!({"election": hex(election()), "ceremony_attempt": 1, "registrars": 2, "replacement": hex(bytes)});
    let mut accepted = case(&whole);
    accepted["proofs"] = told.into();
    accepted["K"] = hex(enc(&(G * (secrets[0] + secrets[1]))).0);
    let swapped = [&whole[..42], &whole[138..], &whole[42..138]].concat();
    let same = replacement(old, [scalar("new part 0"), key("old credential").0 - scalar("new part 0")]).0;
    let opposite = replacement(old, [secrets[0], -secrets[0]]).0;
    let mut one = case(&[&whole[..41], &[1], &whole[42..138]].concat());
    one["registrars"] = json!(2);
    vec![
        good("replacement", "replacement", accepted),
        bad("replacement_bad_swapped_parts", "replacement", "proof", case(&swapped)),
        bad("replacement_bad_other_reason", "replacement", "proof", case(&with(&whole, 40, &[3]))),
        bad("replacement_bad_other_row", "replacement", "proof", case(&flip(&whole, 3))),
        bad("replacement_bad_response", "replacement", "proof", case(&flip(&whole, 42 + 64))),
        bad("replacement_bad_of_one_registrar", "replacement", "parts", one),
        bad("replacement_bad_gives_the_old_credential", "replacement", "credential", case(&same)),
        bad("replacement_bad_parts_cancel", "replacement", "credential", case(&opposite)),
        bad("replacement_bad_unknown_reason", "replacement", "malformed", case(&with(&whole, 40, &[6]))),
        bad(
            "replacement_bad_part_is_no_point",
            "replacement",
            "malformed",
            case(&with(&whole, 42, &NO_POINT)),
        ),
        bad("replacement_bad_truncated", "replacement", "malformed", case(&whole[..whole.len() - 1])),
        bad("replacement_bad_trailing_byte", "replacement", "malformed", case(&[&whole[..], &[0]].concat())),
    ]
}

fn read_list(case: &Value, registrar: u8, bytes: &[u8]) -> Result<RegistrarList, String> {
    let setup = SetupContext {
        election: ElectionId(case.array("election")),
        attempt: case.small("ceremony_attempt"),
    };
    let limits = RollLimits { regions: case.small("regions"), rows: case.small("maximum") };
    let registrar = Registrar::from_number(registrar).unwrap();
    let mut reader = ListReader::new(setup, case.small("roll_attempt"), registrar, limits);
    let named = |error: plebiscite_election::credential::ListError| variant(&error.fault).to_lowercase();
    reader.absorb(bytes).map_err(named)?;
    reader.finish().map_err(named)
}

fn named(error: &impl std::fmt::Debug) -> String {
    variant(error).to_lowercase()
}

/// Judges a case.
///
/// # Errors
/// The name of the refusal.
pub fn judge(case: &Value) -> Result<(), String> {
    if let Some(steps) = case.get("steps") {
        let (context, _) = crate::steps::replay(None, case.list("context"));
        let _ = crate::steps::replay(Some(context), steps.as_array().unwrap());
    }
    let election = ElectionId(case.array("election"));
    match case.text("kind") {
        "code" => {
            let code = Code::parse(case.text("text")).map_err(|error| named(&error))?;
            assert_eq!(u64::from(code.registrar().number()), case.number("registrar"));
            let part = CredentialPart::derive(&code, &election);
            assert_eq!(enc(&part.public()).0, case.array("K"));
            assert_eq!(
                enc(&(G * plebiscite_crypto::group::decode_scalar(&case.array("x")).unwrap())).0,
                case.array("K")
            );
        }
        "credential" => {
            let part = |text: &Value| {
                CredentialPart::derive(&Code::parse(text.as_str().unwrap()).unwrap(), &election)
            };
            let parts: Vec<CredentialPart> = case.list("codes").iter().map(part).collect();
            let credential =
                Credential::combine(&parts, case.small("registrars")).map_err(|error| named(&error))?;
            assert_eq!(credential.public_bytes().0, case.array("K"));
        }
        "fingerprint" => {
            let own = Fingerprint::of(&election);
            assert_eq!(own.to_string(), case.text("fingerprint"));
            assert_eq!(Fingerprint::parse(case.text("fingerprint")), Ok(own));
        }
        "list" => {
            let bytes = case.bytes("content");
            let list = read_list(case, case.small("registrar"), &bytes)?;
            assert_eq!(list.commitment().as_slice(), case.bytes("commitment"));
            let setup = SetupContext { election, attempt: case.small("ceremony_attempt") };
            let digest = Sha256::digest(&bytes).into();
            assert_eq!(
                list_commitment(&setup, case.small("roll_attempt"), list.registrar(), &digest).as_slice(),
                case.bytes("commitment")
            );
        }
        "roll" => {
            let lists: Result<Vec<_>, _> = (0u8..)
                .zip(case.list("lists"))
                .map(|(number, list)| read_list(case, number, &unhex(list)))
                .collect();
            let lists = lists.unwrap();
            let roll = Roll::combine(&lists.iter().collect::<Vec<_>>()).map_err(|error| named(&error))?;
            assert_eq!(roll.root().as_slice(), case.bytes("root"));
            let leaves = roll
                .rows()
                .iter()
                .zip(0..)
                .map(|(row, index)| plebiscite_election::credential::roll_leaf(index, row));
            assert!(
                leaves.eq(case.list("leaves").iter().map(|leaf| <[u8; 38]>::try_from(unhex(leaf)).unwrap()))
            );
        }
        "replacement" => {
            let read = Replacement::decode(&case.bytes("replacement")).map_err(|error| named(&error))?;
            let setup = SetupContext { election, attempt: case.small("ceremony_attempt") };
            let new = read.verify(&setup, case.small("registrars")).map_err(|error| named(&error))?;
            assert_eq!(new.0, case.array("K"));
            assert_eq!(read.encode(), case.bytes("replacement"));
            assert!(setup == self::setup());
        }
        other => unreachable!("no kind {other}"),
    }
    Ok(())
}
