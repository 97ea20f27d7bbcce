//! What trustees and registrars do, each by its own program; and the one trustee who lies, by real code with its real key.

use std::fmt::Write as _;
use std::process::Child;

use plebiscite_crypto::group::{PointBytes, Scalar, encode_point, mul_base};
use plebiscite_crypto::threshold::decryption::{KeyProof, PartialDecryptions};
use plebiscite_election::entry::{Head, MessageKind, Role, Seen, Slot, chunks_of, sign};
use plebiscite_roles::keys::RoleKey;
use plebiscite_roles::record::verified;
use plebiscite_roles::remote::Remote;
use plebiscite_roles::vault::Passphrase;
use plebiscite_verifier::source::{Client, Limits};

use super::official;
use super::stage::Stage;
use super::vote::Vote;

/// How many officials there are; two sign.
pub const OFFICIALS: u16 = 3;
/// How many trustees there are; three decrypt.
pub const TRUSTEES: u16 = 5;
/// How many registrars there are.
pub const REGISTRARS: u16 = 2;
/// The trustee who sends a wrong share.
const LIAR: u16 = 4;

const TRUSTEE: &str = "plebiscite-trustee";
const REGISTRAR: &str = "plebiscite-registrar";

/// Every role makes its own key in its own folder, and gives out the public half only.
pub fn make_keys(stage: &Stage) -> Result<(), String> {
    let groups = [
        ("plebiscite-admin", "official", OFFICIALS),
        (TRUSTEE, "trustee", TRUSTEES),
        (REGISTRAR, "registrar", REGISTRARS),
    ];
    for (program, role, count) in groups {
        for number in 1..=count {
            let name = format!("{role}-{number}");
            let key = stage.run(program, &name, &["init"])?;
            std::fs::write(stage.path(&format!("{name}.key")), key).map_err(|error| error.to_string())?;
        }
    }
    stage.say("three officials, five trustees and two registrars have made their keys");
    Ok(())
}

/// The board's key, which serves every election of this server.
pub fn make_board_key(stage: &Stage) -> Result<String, String> {
    let data = stage.board().to_string_lossy().into_owned();
    stage.run("plebiscite-server", "board", &["--data", &data, "new-board-key"])
}

/// Notes the board's public key for the manifest.
pub fn note_board_key(stage: &Stage, key: &str) -> Result<(), String> {
    std::fs::write(stage.path("board.key"), key).map_err(|error| error.to_string())?;
    Ok(())
}

/// All five trustees at once, each waiting for the others by asking the board.
pub fn hold_ceremony(stage: &Stage) -> Result<(), String> {
    let (record, id) = (stage.record(), stage.election()?.to_string());
    let arguments = [
        "ceremony",
        "--watch",
        "--interval",
        "1",
        "--patience",
        "300",
        "--yes",
        "--record",
        &record,
        "--election",
        &id,
    ];
    let trustees: Vec<(String, Child)> = (1..=TRUSTEES)
        .map(|number| {
            let name = format!("trustee-{number}");
            let mut command = stage.program(TRUSTEE, &name, &arguments);
            let log = std::fs::File::create(stage.path(&format!("{name}.log")))
                .map_err(|error| error.to_string())?;
            let errors = log.try_clone().map_err(|error| error.to_string())?;
            let child =
                command.stdout(log).stderr(errors).spawn().map_err(|error| format!("{name}: {error}"))?;
            Ok((name, child))
        })
        .collect::<Result<_, String>>()?;
    let mut failed = None;
    for (name, mut child) in trustees {
        let status = child.wait().map_err(|error| error.to_string())?;
        if !status.success() {
            failed = Some(format!(
                "the ceremony of {name} ended with {status}: see {name}.log in {}",
                stage.folder().display()
            ));
        }
    }
    stage.say("the keys are made, and all five trustees have confirmed them");
    failed.map_or(Ok(()), Err)
}

/// The voter file, both registrars' lists, and the seal that all registrars and two officials sign.
pub fn make_roll(stage: &Stage, vote: &Vote) -> Result<(), String> {
    let mut rows = String::from("voter,region,language\n");
    for region in &vote.regions {
        let languages = vote.languages.iter().cycle();
        for (number, language) in (1..=region.eligible).zip(languages) {
            writeln!(rows, "{}-{number},{},{language}", region.code, region.code)
                .map_err(|error| error.to_string())?;
        }
    }
    let (roll, prepared) = (stage.path("roll.csv"), stage.path("roll.prepared"));
    std::fs::write(&roll, rows).map_err(|error| error.to_string())?;
    let (roll, prepared) = (roll.to_string_lossy().into_owned(), prepared.to_string_lossy().into_owned());
    stage.run(REGISTRAR, "registrar-1", &["prepare", &roll, "--out", &prepared, "--yes"])?;
    let (record, id) = (stage.record(), stage.election()?.to_string());
    let log = ["--record", &record, "--election", &id, "--yes"];
    each_registrar(stage, &[&["commit", "--roll", &prepared], &log[..]].concat())?;
    each_registrar(stage, &[&["publish"], &log[..]].concat())?;
    let seal = official::propose(stage, &["roll-seal"])?;
    each_registrar(stage, &[&["seal", &seal], &log[..]].concat())?;
    official::sign_and_post(stage, &seal)?;
    for number in 1..=REGISTRARS {
        let out = stage.path(&format!("codes-{number}.csv")).to_string_lossy().into_owned();
        let arguments = [&["codes", "--roll", &prepared, "--out", &out], &log[..]].concat();
        stage.run(REGISTRAR, &format!("registrar-{number}"), &arguments)?;
    }
    stage.say("the roll is sealed, and both registrars have printed their codes");
    Ok(())
}

fn each_registrar(stage: &Stage, arguments: &[&str]) -> Result<(), String> {
    for number in 1..=REGISTRARS {
        let said = stage.run(REGISTRAR, &format!("registrar-{number}"), arguments)?;
        said.lines().take(1).for_each(|line| stage.say(line));
    }
    Ok(())
}

/// Four confirm, two decrypt, one lies, one more decrypts; the fifth never shows up.
pub fn count(stage: &Stage) -> Result<(), String> {
    let (record, id) = (stage.record(), stage.election()?.to_string());
    let run = |number: u16, act: &str| {
        let arguments = [act, "--record", &record, "--election", &id, "--yes"];
        let said = stage.run(TRUSTEE, &format!("trustee-{number}"), &arguments)?;
        let told = said.lines().rev().find(|line| !line.starts_with("next") && !line.starts_with(' '));
        told.into_iter().for_each(|line| stage.say(&format!("trustee {number}: {line}")));
        Ok::<_, String>(())
    };
    (1..=4).try_for_each(|number| run(number, "confirm"))?;
    run(1, "decrypt")?;
    run(2, "decrypt")?;
    lie(stage)?;
    run(3, "decrypt")
}

/// A trustee's message of the right form, signed with its real key, whose content is false.
fn lie(stage: &Stage) -> Result<(), String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    let election = stage.election()?;
    let name = format!("trustee-{LIAR}");
    let verified = verified(&stage.record(), election, &stage.path(&name)).map_err(|error| said(&error))?;
    let input = verified.record.decryption().ok_or_else(|| "nothing is to be decrypted".to_owned())?;
    let content = false_partials(input.sums.cells(), input.sums.keys()).encode();
    let root = plebiscite_board::merkle::Roots::root_at(&verified.tree, verified.record.size());
    let seen =
        Seen { size: verified.record.size(), root: root.ok_or_else(|| "the log has no root".to_owned())?.0 };
    let passphrase = Passphrase::new(Stage::passphrase(&name)).map_err(|error| said(&error))?;
    let key = RoleKey::open(&stage.path(&name).join("key.vault"), "trustee", &passphrase)
        .map_err(|error| said(&error))?;
    let slot = Slot { message: MessageKind::PartialDecryptions, attempt: 0, signer: LIAR };
    let mut head = Head::of(election, slot, &content, seen);
    head.signatures.insert(LIAR, sign(Role::Trustee, key.signing_key(), &head.unsigned_bytes()));
    let entries: Vec<Vec<u8>> = std::iter::once(head.encode())
        .chain(chunks_of(slot, &content).iter().map(|chunk| chunk.encode()))
        .collect();
    let remote = Remote::new(&stage.site(), election, Client::new(Limits::for_acts()))
        .map_err(|error| said(&error))?;
    let posted = remote.post_entries(&entries).map_err(|error| said(&error))?;
    let fault = posted.iter().find_map(|entry| entry.fault.as_ref());
    let fault = fault.ok_or_else(|| "the wrong share was not seen".to_owned())?;
    stage.say(&format!(
        "trustee {} sent a wrong share; it is logged as its fault: {}",
        fault.trustee, fault.what
    ));
    Ok(())
}

/// Points that are no decryption of anything.
fn false_partials(cells: usize, keys: usize) -> PartialDecryptions {
    let mut next = 1u64;
    let mut point = || -> PointBytes {
        next += 1;
        encode_point(&mul_base(&Scalar::from(next)))
    };
    let factors = (0..cells).map(|_| (0..keys).map(|_| point()).collect()).collect();
    let proofs = (0..keys).map(|_| Some(KeyProof { u: point(), v: point(), s: Scalar::from(7u8) })).collect();
    PartialDecryptions { factors, proofs }
}
